/* SPDX-License-Identifier: MIT */
#include "package_plan.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "../pipeline/idnum.h"

enum { FILE_NAME_MAX = 120, GROUP_BYTES_MAX = 60 };

typedef struct Seat {
    const PackageItem *item;
    ZipPhoto photo;
    const char *group; /* "" unless split by group */
} Seat;

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the package");
}

/* What no file system, no ZIP reader and no upload page stumbles over. */
static bool is_plain(const char *name)
{
    if (!name[0] || name[0] == '.' || name[0] == '-' || strpbrk(name, "/\\:*?\"<>|"))
        return false;
    for (const char *at = name; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            return false;
    return true;
}

static void change_case(char *file, PackageCase wanted)
{
    char *dot = strrchr(file, '.');
    for (char *at = dot; wanted != CASE_AS_IS && at && *at; at++)
        *at = (char)(wanted == CASE_UPPER ? toupper((unsigned char)*at)
                                          : tolower((unsigned char)*at));
}

static Err name_photo(Arena *arena, const PackageAsk *ask, const PackageItem *item, ZipPhoto *out)
{
    static const char mark[] = "{id}";
    char masked[64];
    const char *at = strstr(ask->file_name, mark);
    char *file = at ? arena_print(arena, "%.*s%s%s", (int)(at - ask->file_name), ask->file_name,
                                  item->id, at + sizeof mark - 1)
                    : NULL;
    if (!at)
        return fail(arena, ERR_USAGE, "'%s' holds no {id}", ask->file_name);
    id_mask(item->id, masked);
    *out = (ZipPhoto){
        .file = file,
        .path = arena_print(arena, "%s/%s", ask->out, item->source),
        .masked = arena_copy(arena, masked),
        .sha256 = item->sha256,
        .bytes = item->bytes,
    };
    if (!file || !out->path || !out->masked)
        return no_memory(arena);
    if (!item->id[0] || !is_plain(file) || strlen(file) > FILE_NAME_MAX)
        return fail(arena, ERR_USAGE, "'%s' cannot be a file name", masked);
    change_case(file, ask->extension);
    return OK;
}

static int compare_seats(const void *a, const void *b)
{
    const Seat *one = a, *two = b;
    int order = strcmp(one->group, two->group);
    return order ? order : strcmp(one->photo.file, two->photo.file);
}

static int compare_files(const void *a, const void *b)
{
    return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

/* Also across ZIPs, and for systems that know no case. */
static Err refuse_twins(Arena *arena, const Seat *seats, size_t count)
{
    const char **files = ARENA_ARRAY(arena, const char *, count);
    if (!files)
        return no_memory(arena);
    for (size_t i = 0; i < count; i++)
        files[i] = seats[i].photo.file;
    qsort(files, count, sizeof *files, compare_files);
    for (size_t i = 1; i < count; i++)
        if (strcasecmp(files[i - 1], files[i]) == 0)
            return fail(arena, ERR_USAGE, "two photos would be named '%s'", files[i]);
    return OK;
}

/* The group as part of a file name: what is not plain becomes '_', cut between characters. */
static void print_group(const char *group, char out[GROUP_BYTES_MAX + 2])
{
    size_t length = strlen(group);
    if (length > GROUP_BYTES_MAX)
        for (length = GROUP_BYTES_MAX; length && ((unsigned char)group[length] & 0xc0) == 0x80;)
            length--;
    snprintf(out, GROUP_BYTES_MAX + 2, "-%.*s", (int)length, group);
    for (char *at = out; *at; at++)
        if ((unsigned char)*at <= 0x20 || *at == 0x7f || strchr("/\\:*?\"<>|", *at))
            *at = '_';
}

static Err name_zip(Arena *arena, const PackageAsk *ask, size_t number, const char *group,
                    const char **out)
{
    char suffix[GROUP_BYTES_MAX + 2] = "";
    if (group[0])
        print_group(group, suffix);
    *out = arena_print(arena, "%s-%03zu%s.zip", ask->name, number, suffix);
    return *out ? OK : no_memory(arena);
}

/* Whether `seat` still fits into a ZIP of `count` photos and `bytes`. */
static bool has_room(const PackageAsk *ask, size_t count, size_t bytes, const Seat *seat)
{
    size_t after = bytes + package_zip_cost(&seat->photo);
    if (count >= ZIP_ENTRIES_MAX || after > ZIP_BYTES_MAX)
        return false;
    if (ask->split == SPLIT_COUNT)
        return count < ask->limit;
    return ask->split != SPLIT_BYTES || after <= ask->limit;
}

static Err divide(Arena *arena, const PackageAsk *ask, const Seat *seats, PackagePlan *out)
{
    PlannedZip *zip = NULL;
    size_t bytes = 0;
    for (size_t i = 0; i < out->photo_count; i++) {
        bool other = !zip || strcmp(seats[i].group, seats[i - 1].group) != 0;
        if (other || !has_room(ask, zip->count, bytes, &seats[i])) {
            zip = &out->zips[out->zip_count++];
            zip->first = i;
            bytes = package_zip_empty();
            if (!has_room(ask, 0, bytes, &seats[i]))
                return fail(arena, ERR_USAGE, "the photo of '%s' is larger than a whole package",
                            seats[i].photo.masked);
            TRY(name_zip(arena, ask, out->zip_count, seats[i].group, &zip->name));
        }
        zip->count++;
        bytes += package_zip_cost(&seats[i].photo);
        out->photos[i] = seats[i].photo;
        out->photo_of[seats[i].item - ask->items] = &out->photos[i];
        out->zip_of[seats[i].item - ask->items] = zip;
    }
    return OK;
}

Err package_plan(Arena *arena, const PackageAsk *ask, PackagePlan *out)
{
    *out = (PackagePlan){0};
    if (!is_plain(ask->name) || strlen(ask->name) > FILE_NAME_MAX)
        return fail(arena, ERR_USAGE, "'%s' cannot be the name of a package", ask->name);
    if ((ask->split == SPLIT_COUNT || ask->split == SPLIT_BYTES) && !ask->limit)
        return fail(arena, ERR_USAGE, "a package of nothing is none");
    Seat *seats = ARENA_ARRAY(arena, Seat, ask->count + 1);
    out->photos = ARENA_ARRAY(arena, ZipPhoto, ask->count + 1);
    out->zips = ARENA_ARRAY(arena, PlannedZip, ask->count + 1);
    out->photo_of = ARENA_ARRAY(arena, const ZipPhoto *, ask->count + 1);
    out->zip_of = ARENA_ARRAY(arena, const PlannedZip *, ask->count + 1);
    if (!seats || !out->photos || !out->zips || !out->photo_of || !out->zip_of)
        return no_memory(arena);
    for (size_t i = 0; i < ask->count; i++) {
        const PackageItem *item = &ask->items[i];
        if (!item->source[0])
            continue;
        Seat *seat = &seats[out->photo_count++];
        *seat = (Seat){.item = item, .group = ask->split == SPLIT_GROUP ? item->group : ""};
        TRY(name_photo(arena, ask, item, &seat->photo));
    }
    qsort(seats, out->photo_count, sizeof *seats, compare_seats);
    TRY(refuse_twins(arena, seats, out->photo_count));
    return divide(arena, ask, seats, out);
}

bool package_is_zip_name(const char *name)
{
    const char *end = strrchr(name, '.');
    if (!is_plain(name) || !end || strcmp(end, ".zip") != 0)
        return false;
    for (const char *dash = strchr(name, '-'); dash; dash = strchr(dash + 1, '-')) {
        size_t digits = strspn(dash + 1, "0123456789");
        if (dash > name && digits >= 3 && (dash[1 + digits] == '-' || dash + 1 + digits == end))
            return true;
    }
    return false;
}
