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

typedef struct Making {
    Arena *arena;
    const PackageAsk *ask;
    PackagePlan plan;
    ZipFit *fits; /* per ZIP */
    bool *kept;   /* per ZIP: the one in place fits */
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

static Err make_zip(Making *making, size_t index)
{
    Arena *arena = making->arena;
    const PlannedZip *zip = &making->plan.zips[index];
    const ZipPhoto *photos = making->plan.photos + zip->first;
    ZipFit *fit = &making->fits[index];
    const char *path = arena_print(arena, "%s/%s", making->folder, zip->name);
    const char *aside = arena_print(arena, "%s/.tmp/%s", making->ask->out, zip->name);
    if (!path || !aside)
        return no_memory(arena);
    TRY(package_zip_fits(arena, path, photos, zip->count, fit));
    making->kept[index] = fit->fits;
    if (fit->fits)
        return OK;
    for (size_t i = 0; i < zip->count; i++) {
        TRY(go_on(making));
        TRY(package_zip_photo(arena, &photos[i]));
    }
    TRY(package_zip_write(arena, aside, photos, zip->count));
    TRY(package_zip_fits(arena, aside, photos, zip->count, fit));
    if (!fit->fits)
        return fail(arena, ERR_IO, "'%s' does not hold what was written to it", zip->name);
    return OK;
}

static void write_row(Sheet *sheet, const PackagePlan *plan, const PackageItem *item, size_t index)
{
    const ZipPhoto *photo = plan->photo_of[index];
    sheet_id(sheet, item->id);
    sheet_text(sheet, item->name);
    sheet_text(sheet, item->group);
    sheet_text(sheet, photo ? photo->file : "");
    sheet_text(sheet, photo ? plan->zip_of[index]->name : "");
    sheet_text(sheet, photo ? item->sha256 : "");
    sheet_number(sheet, photo ? (double)item->bytes : NAN);
    sheet_number(sheet, photo ? (double)item->quality : NAN);
    sheet_text(sheet, photo ? item->source_sha256 : "");
    sheet_text(sheet, item->crop);
    sheet_text(sheet, item->decision);
    sheet_end_row(sheet);
}

static Err write_manifest(Making *making)
{
    static const char *const columns[] = {"id",      "name",  "class",   "file",          "package",
                                          "sha256",  "bytes", "quality", "source_sha256", "crop",
                                          "decision"};
    const PackageAsk *ask = making->ask;
    TRY(sheet_open(making->arena, ask->out, "package/manifest.csv", &making->manifest));
    sheet_mark(&making->manifest);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        sheet_text(&making->manifest, columns[i]);
    sheet_end_row(&making->manifest);
    for (size_t i = 0; i < ask->count; i++)
        write_row(&making->manifest, &making->plan, &ask->items[i], i);
    return OK;
}

static Err write_sums(Making *making)
{
    char sha256[65];
    FILE *manifest = making->manifest.file;
    if (fflush(manifest) || ferror(manifest) || !digest_file(fileno(manifest), sha256))
        return fail(making->arena, ERR_IO, "cannot write '%s': %m", making->manifest.aside);
    TRY(sheet_open(making->arena, making->ask->out, "package/SHA256SUMS", &making->sums));
    for (size_t i = 0; i < making->plan.zip_count; i++)
        fprintf(making->sums.file, "%s  %s\n", making->fits[i].sha256, making->plan.zips[i].name);
    fprintf(making->sums.file, "%s  manifest.csv\n", sha256);
    return OK;
}

/* ---- what is ours ---- */

static bool is_planned(const Making *making, const char *name)
{
    for (size_t i = 0; i < making->plan.zip_count; i++)
        if (strcmp(making->plan.zips[i].name, name) == 0)
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
    for (size_t i = 0; i < making->plan.zip_count; i++)
        fprintf(making->ours.file, "%s\n", making->plan.zips[i].name);
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
    for (size_t i = 0; i < making->plan.zip_count; i++)
        if (!making->kept[i])
            return false;
    return sheet_stands(&making->manifest) && sheet_stands(&making->sums) &&
           each_former(making, refuse_former).code == ERR_NONE;
}

static Err move_zip(Making *making, size_t index)
{
    const char *name = making->plan.zips[index].name;
    const char *aside = arena_print(making->arena, "%s/.tmp/%s", making->ask->out, name);
    const char *path = arena_print(making->arena, "%s/%s", making->folder, name);
    if (!aside || !path)
        return no_memory(making->arena);
    if (!making->kept[index] && rename(aside, path))
        return fail(making->arena, ERR_IO, "cannot rename into '%s': %m", path);
    return OK;
}

static Err replace(Making *making)
{
    TRY(claim(making, true));
    if (unlink(making->sums.path) && errno != ENOENT)
        return fail(making->arena, ERR_IO, "cannot remove '%s': %m", making->sums.path);
    TRY(flush_folder(making->arena, making->folder));
    for (size_t i = 0; i < making->plan.zip_count; i++)
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
    const PackagePlan *plan = &making->plan;
    const char **names = ARENA_ARRAY(making->arena, const char *, plan->zip_count + 1);
    if (!names)
        return no_memory(making->arena);
    *out = (Packaged){.zips = plan->zip_count, .photos = plan->photo_count, .names = names};
    for (size_t i = 0; i < plan->zip_count; i++) {
        TRY(go_on(making));
        TRY(make_zip(making, i));
        names[i] = plan->zips[i].name;
        out->kept += making->kept[i];
        out->bytes += making->fits[i].bytes;
    }
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
    for (size_t i = 0; i < making->plan.zip_count; i++) {
        const char *aside =
            arena_print(making->arena, "%s/.tmp/%s", making->ask->out, making->plan.zips[i].name);
        if (aside)
            unlink(aside);
    }
}

Err package_write(Arena *arena, const PackageAsk *ask, Packaged *out)
{
    Making making = {.arena = arena, .ask = ask};
    TRY(package_plan(arena, ask, &making.plan));
    const char *aside = arena_print(arena, "%s/.tmp", ask->out);
    making.folder = arena_print(arena, "%s/package", ask->out);
    making.fits = ARENA_ARRAY(arena, ZipFit, making.plan.zip_count + 1);
    making.kept = ARENA_ARRAY(arena, bool, making.plan.zip_count + 1);
    if (!aside || !making.folder || !making.fits || !making.kept)
        return no_memory(arena);
    TRY(make_folder(arena, aside));
    TRY(make_folder(arena, making.folder));
    Err err = make(&making, out);
    drop_aside(&making);
    return err;
}
