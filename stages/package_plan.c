/* SPDX-License-Identifier: MIT */
#include "package_plan.h"
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../pipeline/idnum.h"
#include "../pipeline/spool.h"

enum { FILE_NAME_MAX = 120, GROUP_BYTES_MAX = 60 };

/* A photo in the spool: by which it is sorted, then its row and where it is. */
enum { SEAT_group, SEAT_file, SEAT_KEYS, SEAT_number = SEAT_KEYS, SEAT_source, SEAT_row, SEAT_TEXTS = SEAT_row + PLAN_TEXTS };

/* Names as systems see them that know no case, and as they are. */
enum { TWIN_key, TWIN_KEYS, TWIN_file = TWIN_KEYS, TWIN_TEXTS };

enum { ROW_number, ROW_KEYS, ROW_row = ROW_KEYS, ROW_TEXTS = ROW_row + PLAN_TEXTS, NUMBER_BYTES = 24 };

struct PackagePlan {
    Arena *arena;
    const PackageAsk *ask;
    Spool *seats, *rows;
    const char *const *next; /* seat; NULL: no more */
    size_t zips;
};

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

static Err name_photo(Arena *arena, const PackageAsk *ask, const PackageItem *item, char out[FILE_NAME_MAX + 1])
{
    static const char mark[] = "{id}";
    char masked[64];
    const char *at = strstr(ask->file_name, mark);
    if (!at)
        return fail(arena, ERR_USAGE, "'%s' holds no {id}", ask->file_name);
    int length = snprintf(out, FILE_NAME_MAX + 1, "%.*s%s%s", (int)(at - ask->file_name), ask->file_name, item->id, at + sizeof mark - 1);
    id_mask(item->id, masked);
    if (!item->id[0] || length > FILE_NAME_MAX || !is_plain(out))
        return fail(arena, ERR_USAGE, "'%s' cannot be a file name", masked);
    change_case(out, ask->extension);
    return OK;
}

/* ---- all items ---- */

static void fill_row(const PackageItem *item, const char *file, char numbers[2][NUMBER_BYTES], const char *row[PLAN_TEXTS])
{
    snprintf(numbers[0], NUMBER_BYTES, "%zu", item->bytes);
    snprintf(numbers[1], NUMBER_BYTES, "%d", item->quality);
    row[PLAN_id] = item->id;
    row[PLAN_name] = item->name;
    row[PLAN_group] = item->group;
    row[PLAN_file] = file;
    row[PLAN_zip] = "";
    row[PLAN_sha256] = item->sha256;
    row[PLAN_bytes] = numbers[0];
    row[PLAN_quality] = numbers[1];
    row[PLAN_source_sha256] = item->source_sha256;
    row[PLAN_crop] = item->crop;
    row[PLAN_decision] = item->decision;
}

static Err add_twin(Spool *twins, const char *file)
{
    char key[FILE_NAME_MAX + 1];
    size_t length = 0;
    for (; file[length]; length++)
        key[length] = (char)tolower((unsigned char)file[length]);
    key[length] = '\0';
    return spool_add(twins, (const char *const[TWIN_TEXTS]){[TWIN_key] = key, [TWIN_file] = file});
}

static Err add_item(PackagePlan *plan, Spool *twins, const PackageItem *item, size_t number)
{
    char file[FILE_NAME_MAX + 1] = "", numbers[2][NUMBER_BYTES], place[NUMBER_BYTES];
    const char *row[ROW_TEXTS], *seat[SEAT_TEXTS];
    snprintf(place, sizeof place, "%020zu", number);
    if (!item->source[0]) {
        row[ROW_number] = place;
        fill_row(item, "", numbers, row + ROW_row);
        return spool_add(plan->rows, row);
    }
    TRY(name_photo(plan->arena, plan->ask, item, file));
    seat[SEAT_group] = plan->ask->split == SPLIT_GROUP ? item->group : "";
    seat[SEAT_file] = file;
    seat[SEAT_number] = place;
    seat[SEAT_source] = item->source;
    fill_row(item, file, numbers, seat + SEAT_row);
    TRY(add_twin(twins, file));
    return spool_add(plan->seats, seat);
}

/* Also across ZIPs, and for systems that know no case. */
static Err refuse_twins(Arena *arena, Spool *twins)
{
    char last[FILE_NAME_MAX + 1] = "";
    const char *const *twin;
    for (;;) {
        TRY(spool_next(twins, &twin));
        if (!twin)
            return OK;
        if (strcmp(last, twin[TWIN_key]) == 0)
            return fail(arena, ERR_USAGE, "two photos would be named '%s'", twin[TWIN_file]);
        snprintf(last, sizeof last, "%s", twin[TWIN_key]);
    }
}

static Err add_items(PackagePlan *plan, Spool *twins)
{
    const PackageItem *item;
    for (size_t number = 0;; number++) {
        TRY(plan->ask->next(plan->ask->next_user, &item));
        if (!item)
            return refuse_twins(plan->arena, twins);
        TRY(add_item(plan, twins, item, number));
    }
}

static void close_spool(Spool **spool)
{
    spool_close(*spool);
}

static Err open_plan(PackagePlan *plan)
{
    Arena *arena = plan->arena;
    SpoolAsk ask = {arena_print(arena, "%s/.tmp", plan->ask->out), PACKAGE_SORT_BYTES, SEAT_TEXTS, SEAT_KEYS};
    CLEANUP(close_spool) Spool *twins = NULL;
    if (!ask.folder)
        return no_memory(arena);
    TRY(spool_open(arena, &ask, &plan->seats));
    ask.texts = ROW_TEXTS;
    ask.keys = ROW_KEYS;
    TRY(spool_open(arena, &ask, &plan->rows));
    ask.texts = TWIN_TEXTS;
    ask.keys = TWIN_KEYS;
    TRY(spool_open(arena, &ask, &twins));
    TRY(add_items(plan, twins));
    return spool_next(plan->seats, &plan->next);
}

Err package_plan_open(Arena *arena, const PackageAsk *ask, PackagePlan **out)
{
    *out = NULL;
    if (!is_plain(ask->name) || strlen(ask->name) > FILE_NAME_MAX)
        return fail(arena, ERR_USAGE, "'%s' cannot be the name of a package", ask->name);
    if ((ask->split == SPLIT_COUNT || ask->split == SPLIT_BYTES) && !ask->limit)
        return fail(arena, ERR_USAGE, "a package of nothing is none");
    PackagePlan *plan = *out = ARENA_NEW(arena, PackagePlan);
    if (!plan)
        return no_memory(arena);
    *plan = (PackagePlan){.arena = arena, .ask = ask};
    return open_plan(plan);
}

void package_plan_close(PackagePlan *plan)
{
    if (!plan)
        return;
    spool_close(plan->seats);
    spool_close(plan->rows);
    plan->seats = plan->rows = NULL;
}

/* ---- ZIP by ZIP ---- */

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

/* Whether `photo` still fits into a ZIP of `count` photos and `bytes`. */
static bool has_room(const PackageAsk *ask, size_t count, size_t bytes, const ZipPhoto *photo)
{
    size_t after = bytes + package_zip_cost(photo);
    if (count >= ZIP_ENTRIES_MAX || after > ZIP_BYTES_MAX)
        return false;
    if (ask->split == SPLIT_COUNT)
        return count < ask->limit;
    return ask->split != SPLIT_BYTES || after <= ask->limit;
}

static Err read_seat(const PackagePlan *plan, Arena *arena, ZipPhoto *out)
{
    const char *const *seat = plan->next;
    char masked[64];
    id_mask(seat[SEAT_row + PLAN_id], masked);
    *out = (ZipPhoto){.file = arena_copy(arena, seat[SEAT_file]),
                      .path = arena_print(arena, "%s/%s", plan->ask->out, seat[SEAT_source]),
                      .masked = arena_copy(arena, masked),
                      .sha256 = arena_copy(arena, seat[SEAT_row + PLAN_sha256]),
                      .bytes = strtoull(seat[SEAT_row + PLAN_bytes], NULL, 10)};
    return out->file && out->path && out->masked && out->sha256 ? OK : no_memory(plan->arena);
}

static Err put_row(PackagePlan *plan, const char *zip)
{
    const char *row[ROW_TEXTS];
    row[ROW_number] = plan->next[SEAT_number];
    memcpy(row + ROW_row, plan->next + SEAT_row, PLAN_TEXTS * sizeof *row);
    row[ROW_row + PLAN_zip] = zip;
    return spool_add(plan->rows, row);
}

static Err keep_photo(const PackagePlan *plan, Arena *arena, PlannedZip *zip, size_t *room, const ZipPhoto *photo)
{
    ZipPhoto *photos = arena_more(arena, (ZipPhoto *)(uintptr_t)zip->photos, zip->count, room, sizeof *photos);
    if (!photos)
        return no_memory(plan->arena);
    zip->photos = photos;
    photos[zip->count++] = *photo;
    return OK;
}

Err package_plan_next(PackagePlan *plan, Arena *arena, PlannedZip *out)
{
    size_t bytes = package_zip_empty(), room = 0;
    *out = (PlannedZip){0};
    if (!plan->next)
        return OK;
    char *group = arena_copy(arena, plan->next[SEAT_group]);
    if (!group)
        return no_memory(plan->arena);
    TRY(name_zip(plan->arena, plan->ask, ++plan->zips, group, &out->name));
    while (plan->next && strcmp(plan->next[SEAT_group], group) == 0) {
        ZipPhoto photo;
        TRY(read_seat(plan, arena, &photo));
        if (!has_room(plan->ask, out->count, bytes, &photo))
            break;
        TRY(keep_photo(plan, arena, out, &room, &photo));
        bytes += package_zip_cost(&photo);
        TRY(put_row(plan, out->name));
        TRY(spool_next(plan->seats, &plan->next));
    }
    if (out->count)
        return OK;
    char masked[64];
    id_mask(plan->next[SEAT_row + PLAN_id], masked);
    return fail(plan->arena, ERR_USAGE, "the photo of '%s' is larger than a whole package", masked);
}

Err package_plan_row(PackagePlan *plan, const char *const **row)
{
    TRY(spool_next(plan->rows, row));
    *row += *row ? ROW_row : 0;
    return OK;
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
