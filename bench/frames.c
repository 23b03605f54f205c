/* SPDX-License-Identifier: MIT */
/* What decoding at a half or a quarter costs the picture: luma PSNR of the frame before encoding against the
 * same window of the file decoded whole and scaled in one Lanczos3 step.   frames FOLDER... */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../stages/colour.h"
#include "../stages/flow.h"
#include "../stages/icc.h"
#include "../stages/jpeg.h"
#include "../stages/raster.h"

enum { FILES_MOST = 4096 };

typedef struct Frames {
    Arena *arena;
    Tools tools;
    Profile profile;
    double psnr[FILES_MOST];
    int count, scales[5]; /* photos decoded at 1/1, 1/2, 1/4 */
} Frames;

/* What is alike to the last bit counts as 99 dB. */
static double psnr_of(const Picture *one, const Picture *other)
{
    double sum = 0, count = (double)one->width_px * one->height_px;
    for (int i = 0; i < one->width_px * one->height_px; i++) {
        int d = luma_of(one->rgb + 3 * i) - luma_of(other->rgb + 3 * i);
        sum += d * d;
    }
    return sum > 0 ? fmin(99, 10 * log10(255 * 255 * count / sum)) : 99;
}

static Err whole_frame(const Frames *b, const Photo *photo, Picture *out)
{
    const Source *source = &photo->source;
    Picture stored, upright;
    JpegDamage damage;
    bool converted;
    TRY(jpeg_decode(b->arena, source->data, source->bytes, 1, &stored, &damage));
    if (damage.failed)
        return fail(b->arena, ERR_FORMAT, "cannot be decoded whole");
    TRY(raster_upright(b->arena, &stored, source->header.orientation, &upright));
    Box box = {(int)photo->crop.x, (int)photo->crop.y, (int)photo->crop.width, (int)photo->crop.height};
    *out = (Picture){.width_px = photo->frame.width_px, .height_px = photo->frame.height_px};
    TRY(raster_frame(b->arena, &upright, box, out));
    Bytes icc = {(uint8_t *)(uintptr_t)source->header.icc, source->header.icc_bytes};
    return icc_to_srgb(b->tools.icc, &icc, out, &converted);
}

static Err measure(Frames *b, const char *path)
{
    static Photo photo;
    photo = (Photo){.arena = b->arena, .mode = MODE_MAKE, .picture_scale = 1, .task = {.path = path}};
    photo.source.header.dpi = photo.source.header.quality = NAN;
    facts_clear(&photo.facts);
    for (const Stage *stage = flow_of(MODE_MAKE); stage->name; stage++) {
        TRY(stage->run(&photo, &b->profile, &b->tools));
        if (!strcmp(stage->name, "normalize"))
            break;
    }
    if (!photo.crop.found || photo.action != ACTION_MADE || b->count == FILES_MOST)
        return OK;
    Picture whole;
    TRY(whole_frame(b, &photo, &whole));
    b->psnr[b->count++] = psnr_of(&photo.frame, &whole);
    b->scales[(int)photo.picture_scale]++;
    return OK;
}

static int compare(const void *a, const void *b)
{
    double one = *(const double *)a, two = *(const double *)b;
    return (one > two) - (one < two);
}

static Err measure_folder(Frames *b, const char *folder)
{
    DIR *listing = opendir(folder);
    if (!listing)
        return fail(b->arena, ERR_USAGE, "cannot open '%s': %m", folder);
    b->count = 0;
    memset(b->scales, 0, sizeof b->scales);
    Err err = OK;
    for (struct dirent *entry; !err.code && (entry = readdir(listing));) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            err = measure(b, path);
        if (!err.code)
            arena_reset(b->arena);
    }
    closedir(listing);
    qsort(b->psnr, (size_t)b->count, sizeof *b->psnr, compare);
    if (!err.code && b->count)
        printf("| %s | %d | %d / %d / %d | %.1f | %.1f |\n", folder, b->count, b->scales[1], b->scales[2],
               b->scales[4], b->psnr[0], b->psnr[b->count / 2]);
    return err;
}

int main(int argc, char **argv)
{
    static Frames b;
    if (argc < 2) {
        fprintf(stderr, "usage: frames FOLDER...\n");
        return 2;
    }
    b.arena = arena_create((size_t)1 << 30);
    Arena *life = arena_create((size_t)256 << 20);
    Err err = profile_load(life, "college-light-blue", &b.profile);
    if (!err.code)
        err = flow_open(life, NULL, &b.tools);
    printf("| folder | frames | decoded at 1, 1/2, 1/4 | PSNR, least, dB | median |\n|---|---|---|---|---|\n");
    for (int i = 1; i < argc && !err.code; i++)
        err = measure_folder(&b, argv[i]);
    if (err.code)
        fprintf(stderr, "frames: %s\n", err.text);
    flow_close(&b.tools);
    arena_destroy(b.arena);
    arena_destroy(life);
    return err.code ? 3 : 0;
}
