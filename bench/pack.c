/* SPDX-License-Identifier: MIT */
/* Packs every photo of an output folder and says how long it took: pack OUT [PHOTOS_PER_ZIP [PERSONS]]. For
 * tests of readers and for the bench; the program itself packs what the journal says. PHOTOS_PER_ZIP 0: as many as a ZIP
 * holds. PERSONS: so many, with the photos of the folder in turn. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../pipeline/digest.h"
#include "../stages/jpeg.h"
#include "../stages/package.h"

enum { PHOTOS_MAX = 100000, BYTES_MAX = 1 << 20 };

static int compare(const void *a, const void *b)
{
    return strcmp(((const PackageItem *)a)->id, ((const PackageItem *)b)->id);
}

static int add(Arena *arena, const char *out, const char *name, PackageItem *item)
{
    static unsigned char data[BYTES_MAX];
    char *source = arena_print(arena, "photos/%s", name), *sha256 = arena_alloc(arena, 65);
    FILE *file = fopen(arena_print(arena, "%s/%s", out, source), "rb");
    size_t bytes = file ? fread(data, 1, sizeof data, file) : 0;
    if (!file || fclose(file) || !bytes)
        return 0;
    JpegHeader header;
    digest_sha256(data, bytes, sha256);
    jpeg_header(arena, data, bytes, &header);
    *item = (PackageItem){.id = arena_print(arena, "%.*s", (int)strcspn(name, "."), name),
                          .name = "", .group = "", .source = source, .bytes = bytes,
                          .sha256 = sha256, .quality = isnan(header.quality) ? 0 : (int)lround(header.quality), .source_sha256 = "", .crop = "",
                          .decision = ""};
    return 1;
}

typedef struct Supply {
    const PackageItem *items;
    size_t count, next, persons; /* persons 0: one for each item */
    PackageItem item;
    char id[24];
} Supply;

static Err next_item(void *user, const PackageItem **item)
{
    Supply *supply = user;
    if (supply->persons) {
        snprintf(supply->id, sizeof supply->id, "%018zu", supply->next);
        supply->item = supply->items[supply->next % supply->count];
        supply->item.id = supply->id;
        *item = supply->next++ < supply->persons ? &supply->item : NULL;
        return OK;
    }
    *item = supply->next < supply->count ? &supply->items[supply->next++] : NULL;
    return OK;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    Arena *arena = arena_create((size_t)1 << 30);
    PackageItem *items = ARENA_ARRAY(arena, PackageItem, PHOTOS_MAX);
    DIR *folder = argc > 1 ? opendir(arena_print(arena, "%s/photos", argv[1])) : NULL;
    size_t count = 0;
    if (!folder || !items)
        return fprintf(stderr, "usage: pack OUT [PHOTOS_PER_ZIP [PERSONS]]\n"), 2;
    for (struct dirent *entry; count < PHOTOS_MAX && (entry = readdir(folder));)
        if (entry->d_name[0] != '.')
            count += (size_t)add(arena, argv[1], entry->d_name, &items[count]);
    closedir(folder);
    qsort(items, count, sizeof *items, compare);
    Supply supply = {.items = items, .count = count, .persons = argc > 3 ? (size_t)atol(argv[3]) : 0};
    PackageAsk ask = {.out = argv[1], .name = "photos", .file_name = "{id}.JPG", .next = next_item,
                      .next_user = &supply, .split = argc > 2 && atoi(argv[2]) ? SPLIT_COUNT : SPLIT_NONE,
                      .limit = argc > 2 ? (size_t)atoi(argv[2]) : 0};
    Packaged done;
    double start = now_s();
    Err err = package_write(arena, &ask, &done);
    if (err.code)
        return fprintf(stderr, "%s\n", err.text), 3;
    printf("%zu photos, %zu ZIPs, %zu bytes, %s, %.3f s\n", done.photos, done.zips, done.bytes,
           done.unchanged ? "unchanged" : "written", now_s() - start);
    arena_destroy(arena);
    return 0;
}
