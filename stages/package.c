/* SPDX-License-Identifier: MIT */
/* A package is whole when SHA256SUMS stands beside it, so that file goes first and comes last:
 *
 *   1. every ZIP that OUT/package does not hold already is written in OUT/.tmp, flushed, and
 * compared with the photos; manifest.csv and SHA256SUMS are written there too;
 *   2. OUT/.package gets the names of the old and the new ZIPs: what is ours, whatever happens;
 *   3. SHA256SUMS is removed; 4. new ZIPs are renamed into place, ours that no longer belong are
 *      removed, then manifest.csv is renamed; 5. SHA256SUMS is renamed; 6. .package forgets the
 * old.
 *
 * The folder is flushed between the steps. Killed before 3, the old package stands; after 5, the
 * new one; in between there is no SHA256SUMS, and the next run makes everything anew. */
#include "package.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../pipeline/digest.h"
#include "package_plan.h"
#include "sheet.h"

static const size_t ONE_BYTES_MAX = (size_t)1 << 30; /* address space: some 300 bytes a photo */

typedef struct MadeZip {
    const char *name;
    ZipFit fit;
    bool kept; /* the one in place fits */
} MadeZip;

typedef struct Making {
    Arena *arena;
    const PackageAsk *ask;
    PackagePlan *plan;
    Arena *one; /* of one ZIP */
    MadeZip *zips;
    size_t zip_count, zip_room;
    Sheet manifest, sums, ours;
    const char *folder; /* OUT/package */
} Making;

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void free_text(char **text)
{
    free(*text);
}

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the package");
}

static Err flush_folder(Arena *arena, const char *path)
{
    CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd))
        return fail(arena, ERR_IO, "cannot flush '%s': %m", path);
    return OK;
}

static Err make_folder(Arena *arena, const char *path)
{
    if (mkdir(path, 0700) && errno != EEXIST)
        return fail(arena, ERR_IO, "cannot make the folder '%s': %m", path);
    return OK;
}

/* ---- aside ---- */

static Err go_on(const Making *making)
{
    const PackageAsk *ask = making->ask;
    return ask->stops && ask->stops(ask->stops_user) ? fail(making->arena, ERR_STOPPED, "stopped") : OK;
}

/* Written, then read back whole: what is in it is what was judged, and what lies in OUT. */
static Err write_zip(Arena *arena, const char *aside, const PlannedZip *zip, MadeZip *made)
{
    Err err = package_zip_write(arena, aside, zip->photos, zip->count);
    if (!err.code)
        err = package_zip_fits(arena, aside, zip->photos, zip->count, &made->fit);
    if (!err.code && made->fit.fits)
        return OK;
    for (size_t i = 0; i < zip->count; i++) /* which photo it is */
        TRY(package_zip_photo(arena, &zip->photos[i]));
    return err.code ? err : fail(arena, ERR_IO, "'%s' does not hold what was written to it", zip->name);
}

static Err make_zip(Making *making, const PlannedZip *zip, MadeZip *made)
{
    Arena *arena = making->one;
    const char *path = arena_print(arena, "%s/%s", making->folder, zip->name);
    const char *aside = arena_print(arena, "%s/.tmp/%s", making->ask->out, zip->name);
    if (!path || !aside)
        return no_memory(arena);
    TRY(package_zip_fits(arena, path, zip->photos, zip->count, &made->fit));
    made->kept = made->fit.fits;
    return made->kept ? OK : write_zip(arena, aside, zip, made);
}

static Err note_zip(Making *making, const char *name, MadeZip **out)
{
    making->zips = arena_more(making->arena, making->zips, making->zip_count, &making->zip_room, sizeof *making->zips);
    if (!making->zips)
        return no_memory(making->arena);
    *out = &making->zips[making->zip_count++];
    **out = (MadeZip){.name = name};
    return OK;
}

static Err make_zips(Making *making, Packaged *out)
{
    for (;;) {
        PlannedZip zip;
        MadeZip *made = NULL;
        arena_reset(making->one);
        TRY(go_on(making));
        TRY(package_plan_next(making->plan, making->one, &zip));
        if (!zip.name)
            return OK;
        TRY(note_zip(making, zip.name, &made));
        Err err = make_zip(making, &zip, made);
        if (err.code)
            return fail(making->arena, err.code, "%s", err.text);
        out->photos += zip.count;
        out->kept += made->kept;
        out->bytes += made->fit.bytes;
    }
}

static double number_of(const char *text)
{
    return strtod(text, NULL);
}

static void write_row(Sheet *sheet, const char *const *row)
{
    bool packed = *row[PLAN_file];
    sheet_id(sheet, row[PLAN_id]);
    sheet_text(sheet, row[PLAN_name]);
    sheet_text(sheet, row[PLAN_group]);
    sheet_text(sheet, row[PLAN_file]);
    sheet_text(sheet, row[PLAN_zip]);
    sheet_text(sheet, packed ? row[PLAN_sha256] : "");
    sheet_number(sheet, packed ? number_of(row[PLAN_bytes]) : NAN);
    sheet_number(sheet, packed ? number_of(row[PLAN_quality]) : NAN);
    sheet_text(sheet, packed ? row[PLAN_source_sha256] : "");
    sheet_text(sheet, row[PLAN_crop]);
    sheet_text(sheet, row[PLAN_decision]);
    sheet_end_row(sheet);
}

static Err write_manifest(Making *making)
{
    static const char *const columns[] = {"id",      "name",  "class",   "file",          "package",
                                          "sha256",  "bytes", "quality", "source_sha256", "crop",
                                          "decision"};
    TRY(sheet_open(making->arena, making->ask->out, "package/manifest.csv", &making->manifest));
    sheet_mark(&making->manifest);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        sheet_text(&making->manifest, columns[i]);
    sheet_end_row(&making->manifest);
    for (;;) {
        const char *const *row;
        TRY(package_plan_row(making->plan, &row));
        if (!row)
            return OK;
        write_row(&making->manifest, row);
    }
}

static Err write_sums(Making *making)
{
    char sha256[65];
    FILE *manifest = making->manifest.file;
    if (fflush(manifest) || ferror(manifest) || !digest_file(fileno(manifest), sha256))
        return fail(making->arena, ERR_IO, "cannot write '%s': %m", making->manifest.aside);
    TRY(sheet_open(making->arena, making->ask->out, "package/SHA256SUMS", &making->sums));
    for (size_t i = 0; i < making->zip_count; i++)
        fprintf(making->sums.file, "%s  %s\n", making->zips[i].fit.sha256, making->zips[i].name);
    fprintf(making->sums.file, "%s  manifest.csv\n", sha256);
    return OK;
}

/* ---- what is ours ---- */

static bool is_planned(const Making *making, const char *name)
{
    for (size_t i = 0; i < making->zip_count; i++)
        if (strcmp(making->zips[i].name, name) == 0)
            return true;
    return false;
}

/* Calls `each` with every name in OUT/.package that is not of the new package. */
static Err each_former(Making *making, Err (*each)(Making *, const char *name))
{
    const char *path = arena_print(making->arena, "%s/.package", making->ask->out);
    if (!path)
        return no_memory(making->arena);
    CLEANUP(close_file) FILE *file = fopen(path, "re");
    CLEANUP(free_text) char *line = NULL;
    size_t room = 0;
    if (!file && errno != ENOENT)
        return fail(making->arena, ERR_IO, "cannot read '%s': %m", path);
    for (ssize_t length; file && (length = getline(&line, &room, file)) > 0;) {
        line[strcspn(line, "\n")] = '\0';
        if (package_is_zip_name(line) && !is_planned(making, line))
            TRY(each(making, line));
    }
    if (file && ferror(file))
        return fail(making->arena, ERR_IO, "cannot read '%s': %m", path);
    return OK;
}

static Err note_former(Making *making, const char *name)
{
    fprintf(making->ours.file, "%s\n", name);
    return OK;
}

static Err remove_former(Making *making, const char *name)
{
    const char *path = arena_print(making->arena, "%s/%s", making->folder, name);
    if (!path)
        return no_memory(making->arena);
    if (unlink(path) && errno != ENOENT)
        return fail(making->arena, ERR_IO, "cannot remove '%s': %m", path);
    return OK;
}

static Err claim(Making *making, bool with_former)
{
    TRY(sheet_open(making->arena, making->ask->out, ".package", &making->ours));
    for (size_t i = 0; i < making->zip_count; i++)
        fprintf(making->ours.file, "%s\n", making->zips[i].name);
    if (with_former)
        TRY(each_former(making, note_former));
    TRY(sheet_close(making->arena, &making->ours));
    return flush_folder(making->arena, making->ask->out);
}

/* ---- into place ---- */

/* Stops at the first one that is still there. */
static Err refuse_former(Making *making, const char *name)
{
    const char *path = arena_print(making->arena, "%s/%s", making->folder, name);
    struct stat info;
    if (!path)
        return no_memory(making->arena);
    return lstat(path, &info) ? OK : fail(making->arena, ERR_FORMAT, "former");
}

/* Everything in place is the same as what was made, and nothing is there that should go. */
static bool stands(Making *making)
{
    for (size_t i = 0; i < making->zip_count; i++)
        if (!making->zips[i].kept)
            return false;
    return sheet_stands(&making->manifest) && sheet_stands(&making->sums) &&
           each_former(making, refuse_former).code == ERR_NONE;
}

static Err move_zip(Making *making, size_t index)
{
    const char *name = making->zips[index].name;
    const char *aside = arena_print(making->arena, "%s/.tmp/%s", making->ask->out, name);
    const char *path = arena_print(making->arena, "%s/%s", making->folder, name);
    if (!aside || !path)
        return no_memory(making->arena);
    if (!making->zips[index].kept && rename(aside, path))
        return fail(making->arena, ERR_IO, "cannot rename into '%s': %m", path);
    return OK;
}

static Err replace(Making *making)
{
    TRY(claim(making, true));
    if (unlink(making->sums.path) && errno != ENOENT)
        return fail(making->arena, ERR_IO, "cannot remove '%s': %m", making->sums.path);
    TRY(flush_folder(making->arena, making->folder));
    for (size_t i = 0; i < making->zip_count; i++)
        TRY(move_zip(making, i));
    TRY(each_former(making, remove_former));
    TRY(sheet_close(making->arena, &making->manifest));
    TRY(flush_folder(making->arena, making->folder));
    TRY(sheet_close(making->arena, &making->sums));
    TRY(flush_folder(making->arena, making->folder));
    return claim(making, false);
}

static Err make(Making *making, Packaged *out)
{
    TRY(package_plan_open(making->arena, making->ask, &making->plan));
    TRY(make_zips(making, out));
    const char **names = ARENA_ARRAY(making->arena, const char *, making->zip_count + 1);
    if (!names)
        return no_memory(making->arena);
    for (size_t i = 0; i < making->zip_count; i++)
        names[i] = making->zips[i].name;
    out->zips = making->zip_count;
    out->names = names;
    TRY(write_manifest(making));
    TRY(write_sums(making));
    out->unchanged = stands(making);
    return out->unchanged ? claim(making, false) : replace(making); /* step 6 may be missing */
}

/* What a failed making left aside. */
static void drop_aside(Making *making)
{
    sheet_drop(&making->manifest);
    sheet_drop(&making->sums);
    sheet_drop(&making->ours);
    for (size_t i = 0; i < making->zip_count; i++) {
        const char *aside =
            arena_print(making->arena, "%s/.tmp/%s", making->ask->out, making->zips[i].name);
        if (aside)
            unlink(aside);
    }
}

/* ---- away ---- */

static Err remove_file(Making *making, const char *path, bool *was)
{
    if (!path)
        return no_memory(making->arena);
    bool removed = unlink(path) == 0;
    if (!removed && errno != ENOENT)
        return fail(making->arena, ERR_IO, "cannot remove '%s': %m", path);
    *was = *was || removed;
    return OK;
}

/* SHA256SUMS first, the names of what is ours last. */
Err package_withdraw(Arena *arena, const char *out, bool *was)
{
    PackageAsk ask = {.out = out};
    Making making = {.arena = arena, .ask = &ask, .folder = arena_print(arena, "%s/package", out)};
    const char *ours = arena_print(arena, "%s/.package", out);
    bool ignored = false;
    *was = false;
    if (!making.folder || !ours)
        return no_memory(arena);
    if (access(making.folder, F_OK) == 0) {
        TRY(remove_file(&making, arena_print(arena, "%s/SHA256SUMS", making.folder), was));
        TRY(flush_folder(arena, making.folder));
        *was = *was || each_former(&making, refuse_former).code == ERR_FORMAT;
        TRY(each_former(&making, remove_former));
        TRY(remove_file(&making, arena_print(arena, "%s/manifest.csv", making.folder), was));
        TRY(flush_folder(arena, making.folder));
        if (rmdir(making.folder) && errno != ENOTEMPTY && errno != EEXIST) /* what others put there stays */
            return fail(arena, ERR_IO, "cannot remove '%s': %m", making.folder);
    }
    TRY(remove_file(&making, ours, &ignored));
    return flush_folder(arena, out);
}

Err package_write(Arena *arena, const PackageAsk *ask, Packaged *out)
{
    Making making = {.arena = arena, .ask = ask, .one = arena_create_large(ONE_BYTES_MAX)};
    const char *aside = arena_print(arena, "%s/.tmp", ask->out);
    *out = (Packaged){0};
    making.folder = arena_print(arena, "%s/package", ask->out);
    Err err = making.one && aside && making.folder ? make_folder(arena, aside) : no_memory(arena);
    if (!err.code)
        err = make_folder(arena, making.folder);
    if (!err.code)
        err = make(&making, out);
    drop_aside(&making);
    package_plan_close(making.plan);
    arena_destroy(making.one);
    return err;
}
