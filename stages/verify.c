/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* asprintf */
#include "verify.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../pipeline/digest.h"
#include "verify_join.h"
#include "verify_part.h"
#include "verify_photos.h"
#include "verify_sums.h"
#include "zip_check.h"

static const size_t PART_BYTES_MAX = (size_t)2 << 30; /* a ZIP has 65,535 entries; a manifest may say more */

typedef struct Verify {
    Arena *arena;
    const VerifyAsk *ask;
    Verified *out;
    const char *only; /* the one ZIP asked for, or NULL */
    const char *photos; /* see verify_photos.h */
    Sums sums;        /* by file */
    const char **zips; /* by name: those there are, or should be by SHA256SUMS */
    size_t zip_count, zip_room;
    Spool *rows;
    const char *const *row; /* the next one; NULL: no more */
    VerifyJoin *join;

    Arena *part_arena;
    VerifyPart part;
    VerifiedZip *part_zips;
    size_t part_zip_room, row_room, entries;
    const VerifiedZip *zip; /* being read */
} Verify;

static Err no_memory(const Verify *verify)
{
    return fail(verify->arena, ERR_MEMORY, "no memory to verify");
}

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* file[1], an entry, may be NULL. */
static Err tell(void *user, const char *kind, const char *const file[2], const char *reason, const char *id)
{
    Verify *verify = user;
    char *joined = NULL;
    if (file[1] && asprintf(&joined, "%s//%s", file[0], file[1]) < 0)
        return no_memory(verify);
    verify->out->problems += strcmp(kind, "accepted") != 0;
    Err err = verify->ask->problem(verify->ask->user, kind, joined ? joined : file[0], reason, id);
    free(joined);
    return err;
}

#define FILE_OF(...) ((const char *const[2]){__VA_ARGS__})

/* ---- what there is ---- */

static Err add_zip(Verify *verify, const char *name)
{
    verify->zips = arena_more(verify->arena, verify->zips, verify->zip_count, &verify->zip_room, sizeof *verify->zips);
    if (!verify->zips || !(verify->zips[verify->zip_count++] = arena_copy(verify->arena, name)))
        return no_memory(verify);
    return OK;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All that are there, or should be by SHA256SUMS. */
static Err find_zips(Verify *verify)
{
    size_t kept = 0;
    if (verify->only)
        return add_zip(verify, verify->only);
    CLEANUP(close_folder) DIR *folder = opendir(verify->out->folder);
    if (!folder)
        return fail(verify->arena, ERR_IO, "cannot open the folder '%s': %m", verify->out->folder);
    errno = 0;
    for (struct dirent *entry; (entry = readdir(folder)); errno = 0)
        if (verify_is_zip(entry->d_name))
            TRY(add_zip(verify, entry->d_name));
    if (errno)
        return fail(verify->arena, ERR_IO, "cannot read the folder '%s': %m", verify->out->folder);
    for (size_t i = 0; i < verify->sums.count; i++)
        if (verify_is_zip(verify->sums.lines[i].file))
            TRY(add_zip(verify, verify->sums.lines[i].file));
    if (verify->zip_count)
        qsort(verify->zips, verify->zip_count, sizeof *verify->zips, compare_names);
    for (size_t i = 0; i < verify->zip_count; i++)
        if (!kept || strcmp(verify->zips[kept - 1], verify->zips[i]) != 0)
            verify->zips[kept++] = verify->zips[i];
    verify->zip_count = kept;
    return OK;
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

Err verify_folder(Arena *arena, const char *path, const char **folder, const char **only)
{
    const char *slash = strrchr(path, '/');
    *only = NULL;
    if (access(path, F_OK))
        return fail(arena, ERR_USAGE, "cannot open '%s': %m", path);
    if (is_folder(path)) {
        const char *inner = arena_print(arena, "%s/package", path);
        *folder = inner && is_folder(inner) ? inner : path;
    } else {
        *only = slash ? slash + 1 : path;
        *folder = slash == path ? "/" : slash ? arena_print(arena, "%.*s", (int)(slash - path), path) : ".";
    }
    return *folder ? OK : fail(arena, ERR_MEMORY, "no memory to verify");
}

/* ---- the manifest ---- */

/* Of one ZIP asked for, only its rows count. */
static Err on_row(void *user, const ManifestRow *row)
{
    Verify *verify = user;
    const char *const texts[ROW_TEXTS] = {row->package, row->file, row->sha256, row->bytes, row->quality,
                                          row->id, row->name, row->group, row->decision, row->source_sha256};
    bool has_photo = row->file[0];
    if (verify->only && strcmp(row->package, verify->only) != 0) {
        verify->out->part = verify->out->part || has_photo;
        return OK;
    }
    verify->out->with_photo += has_photo;
    return spool_add(verify->rows, texts);
}

static Err read_manifest(Verify *verify)
{
    Verified *out = verify->out;
    const char *path = arena_print(verify->arena, "%s/manifest.csv", out->folder);
    ManifestVisit visit = {on_row, verify};
    if (!path)
        return no_memory(verify);
    TRY(manifest_read(verify->arena, path, &visit, &out->manifest));
    if (out->manifest.problem) {
        out->with_photo = 0;
        out->part = false;
        return OK;
    }
    return spool_next(verify->rows, &verify->row);
}

/* Keeps a row with a photo for its part; is told of one without. */
static Err take_row(Verify *verify)
{
    const char *const *texts = verify->row;
    VerifyPart *part = &verify->part;
    if (!texts[ROW_file][0])
        return tell(verify, "no-photo", FILE_OF("manifest.csv", texts[ROW_id]), "has no photo in the package", texts[ROW_id]);
    part->rows = arena_more(verify->part_arena, part->rows, part->row_count, &verify->row_room, sizeof *part->rows);
    ManifestRow *row = part->rows ? &part->rows[part->row_count++] : NULL;
    if (!row || !verify_part_row(verify->part_arena, texts, row))
        return no_memory(verify);
    if (part->row_count > 1 && strcmp(row[-1].package, row->package) == 0 && strcmp(row[-1].file, row->file) == 0)
        return tell(verify, "manifest", FILE_OF("manifest.csv", row->file), "stands in two rows", row->id);
    return OK;
}

/* ---- the ZIPs ---- */

static Err on_problem(void *user, const char *name, const char *reason)
{
    Verify *verify = user;
    const char *zip = verify->zip->name;
    const ManifestRow *row = name ? verify_find(&verify->part, zip, name) : NULL;
    return tell(verify, "zip", FILE_OF(zip, name), reason, row ? row->id : NULL);
}

/* How many bytes of the text are up to `most` with no letter cut. */
static int whole_letters(const char *text, int most)
{
    size_t length = strnlen(text, (size_t)most + 1);
    if (length <= (size_t)most)
        return (int)length;
    while (most > 0 && ((unsigned char)text[most] & 0xC0) == 0x80)
        most--;
    return most;
}

/* An entry against the row that has its name. */
static Err compare_entry(Verify *verify, const ZipEntry *entry, const ManifestRow *row)
{
    char reason[128], *end;
    bool same = strcmp(entry->sha256, row->sha256) == 0;
    if (entry->data && !same)
        return verify_join_changed(verify->join, row, entry->sha256);
    if (same)
        TRY(verify_join_same(verify->join, &(SameEntry){row->package, row->file, row->sha256, row->id, row->source_sha256, row->decision}));
    double said = strtod(row->bytes, &end);
    if (!same || (row->bytes[0] && !*end && said == (double)entry->bytes))
        return OK;
    snprintf(reason, sizeof reason, "has %zu bytes, manifest.csv says %.*s", entry->bytes, whole_letters(row->bytes, 40), row->bytes);
    return tell(verify, "size", FILE_OF(row->package, row->file), reason, row->id);
}

static Err on_entry(void *user, const ZipEntry *entry)
{
    Verify *verify = user;
    const char *zip = verify->zip->name;
    verify->out->photos++;
    verify->entries++;
    bool usable = verify->out->manifest.found && !verify->out->manifest.problem;
    ManifestRow *row = usable ? verify_find(&verify->part, zip, entry->name) : NULL;
    if (!row) {
        TRY(verify_join_same(verify->join, &(SameEntry){zip, entry->name, entry->sha256, "", "", ""}));
        return usable ? verify_join_stranger(verify->join, zip, entry->name, entry->sha256) : OK;
    }
    row->present = true;
    return compare_entry(verify, entry, row);
}

static Err check_zip(Verify *verify, VerifiedZip *zip)
{
    ZipVisit visit = {on_problem, on_entry, verify};
    ZipSeen seen;
    if (!zip->there)
        return tell(verify, "missing", FILE_OF(zip->name), "is missing", NULL);
    verify->zip = zip;
    Err err = zip_check(verify->part_arena, zip->path, &visit, &seen);
    zip->there = seen.sha256[0]; /* all of it was read once */
    if (err.code == ERR_IO && !zip->there)
        return tell(verify, "unreadable", FILE_OF(zip->name), err.text, NULL);
    if (err.code)
        return fail(verify->arena, err.code, "%s", err.text);
    zip->whole = seen.entries > 0 || !seen.problems;
    const VerifyTell to = {tell, verify};
    return verify_sums_compare(&verify->sums, zip->name, seen.sha256, &to);
}

static Err check_sums(Verify *verify)
{
    char sha256[65];
    const Sums *sums = &verify->sums;
    const VerifyTell to = {tell, verify};
    TRY(verify_sums_lines(sums, &to));
    if (!sums->found && !verify->only)
        return tell(verify, "missing", FILE_OF("SHA256SUMS"), "is missing", NULL);
    if (!verify->out->manifest.found)
        return OK;
    const char *path = arena_print(verify->arena, "%s/manifest.csv", verify->out->folder);
    CLEANUP(close_fd) int fd = open(path ? path : "", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || !digest_file(fd, sha256))
        return fail(verify->arena, ERR_IO, "cannot read '%s': %m", path);
    return verify_sums_compare(sums, "manifest.csv", sha256, &to);
}

/* ---- part by part ---- */

static int compare_to_row(const Verify *verify, const char *zip)
{
    if (!verify->row || !zip)
        return zip ? -1 : 1;
    return strcmp(zip, verify->row[ROW_package]);
}

static Err note_zip(Verify *verify, const char *name)
{
    struct stat info;
    VerifyPart *part = &verify->part;
    VerifiedZip *zips = arena_more(verify->part_arena, verify->part_zips, part->zip_count, &verify->part_zip_room, sizeof *zips);
    VerifiedZip zip = {.name = arena_copy(verify->part_arena, name),
                       .path = arena_print(verify->part_arena, "%s/%s", verify->out->folder, name)};
    if (!zips || !zip.name || !zip.path)
        return no_memory(verify);
    zip.there = lstat(zip.path, &info) == 0 && S_ISREG(info.st_mode);
    part->zips = verify->part_zips = zips;
    zips[part->zip_count++] = zip;
    verify->out->zip_count++;
    return check_zip(verify, &zips[part->zip_count - 1]);
}

/* The next ZIP by name, which is there or which rows name; its rows first. */
static Err take_zip(Verify *verify, size_t *next)
{
    const char *zip = *next < verify->zip_count ? verify->zips[*next] : NULL;
    int order = compare_to_row(verify, zip);
    char *name = arena_copy(verify->part_arena, order <= 0 ? zip : verify->row[ROW_package]);
    if (!name)
        return no_memory(verify);
    *next += order <= 0;
    while (verify->row && strcmp(verify->row[ROW_package], name) == 0) {
        TRY(take_row(verify));
        TRY(spool_next(verify->rows, &verify->row));
    }
    return order <= 0 || verify_is_zip(name) ? note_zip(verify, name) : OK;
}

static int compare_zip(const void *name, const void *zip)
{
    return strcmp(name, ((const VerifiedZip *)zip)->name);
}

static bool was_read(const VerifyPart *part, const char *package)
{
    const VerifiedZip *zip = part->zip_count ? bsearch(package, part->zips, part->zip_count, sizeof *part->zips, compare_zip) : NULL;
    return !zip || zip->whole; /* a package of no ZIP: its photos are missing for certain */
}

static Err end_part(Verify *verify)
{
    const VerifyPart *part = &verify->part;
    bool whole = true;
    const VerifyTell to = {tell, verify};
    for (size_t i = 0; i < part->row_count; i++) {
        const ManifestRow *row = &part->rows[i];
        if (i == 0 || strcmp(row[-1].package, row->package) != 0)
            whole = was_read(part, row->package);
        if (!row->present && whole)
            TRY(verify_join_lost(verify->join, row));
        TRY(verify_photo(verify->arena, verify->photos, row, &to));
    }
    return verify->ask->part ? verify->ask->part(verify->ask->user, part) : OK;
}

static Err read_parts(Verify *verify)
{
    for (size_t next = 0; next < verify->zip_count || verify->row;) {
        arena_reset(verify->part_arena);
        verify->part = (VerifyPart){0};
        verify->part_zips = NULL;
        verify->part_zip_room = verify->row_room = verify->entries = 0;
        while ((next < verify->zip_count || verify->row) && verify->part.row_count < VERIFY_PART_ROWS && verify->entries < VERIFY_PART_ROWS)
            TRY(take_zip(verify, &next));
        verify->part.last = next == verify->zip_count && !verify->row;
        TRY(end_part(verify));
    }
    return OK;
}

static Err verify_all(Verify *verify)
{
    Verified *out = verify->out;
    SpoolAsk ask = {verify->ask->folder, VERIFY_SORT_BYTES, ROW_TEXTS, ROW_KEYS};
    TRY(verify_folder(verify->arena, verify->ask->path, &out->folder, &verify->only));
    verify->photos = verify->only ? NULL : verify_photos(verify->arena, verify->ask->path, out->folder);
    const char *sums = arena_print(verify->arena, "%s/SHA256SUMS", out->folder);
    if (!sums)
        return no_memory(verify);
    TRY(spool_open(verify->arena, &ask, &verify->rows));
    TRY(verify_join_open(verify->arena, verify->ask->folder, &verify->join));
    TRY(read_manifest(verify));
    TRY(sums_read(verify->arena, sums, &verify->sums));
    TRY(find_zips(verify));
    verify_sums_sort(&verify->sums);
    if (!verify->zip_count && !out->manifest.found && !verify->sums.found)
        return fail(verify->arena, ERR_USAGE, "'%s' holds no package", verify->ask->path);
    TRY(check_sums(verify));
    if (out->manifest.problem)
        TRY(tell(verify, "manifest", FILE_OF("manifest.csv"), out->manifest.problem, NULL));
    if (!out->manifest.found && !verify->only)
        TRY(tell(verify, "missing", FILE_OF("manifest.csv"), "is missing", NULL));
    TRY(read_parts(verify));
    const VerifyTell to = {tell, verify};
    return verify_join_tell(verify->join, verify->rows, &to);
}

Err verify_package(Arena *arena, const VerifyAsk *ask, Verified *out)
{
    *out = (Verified){0};
    Verify verify = {.arena = arena, .ask = ask, .out = out, .part_arena = arena_create_large(PART_BYTES_MAX)};
    Err err = verify.part_arena ? verify_all(&verify) : no_memory(&verify);
    spool_close(verify.rows);
    verify_join_close(verify.join);
    arena_destroy(verify.part_arena);
    return err;
}
