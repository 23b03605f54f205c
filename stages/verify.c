/* SPDX-License-Identifier: MIT */
#include "verify.h"
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../pipeline/digest.h"
#include "zip_check.h"

/* An entry that stands in no row. */
typedef struct Stranger {
    const char *zip, *file;
    char sha256[65];
    bool renamed;
} Stranger;

typedef struct Verify {
    Arena *arena;
    const VerifyAsk *ask;
    Verified *out;
    const char *only; /* the one ZIP asked for, or NULL */
    Sums sums;
    ManifestRow **by_sha; /* like out->by_file, by digest */
    Stranger *strangers;
    size_t stranger_count, stranger_room;
    const VerifiedZip *zip; /* being read */
} Verify;

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory to verify");
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
static Err complain(Verify *verify, const char *kind, const char *const file[2], const char *reason)
{
    const char *name = file[1] ? arena_print(verify->arena, "%s//%s", file[0], file[1]) : file[0];
    if (!name || !reason)
        return no_memory(verify->arena);
    verify->out->problems++;
    return verify->ask->problem(verify->ask->user, kind, name, reason);
}

#define FILE_OF(...) ((const char *const[2]){__VA_ARGS__})

/* ---- what there is ---- */

static Err add_zip(Verify *verify, const char *name)
{
    Verified *out = verify->out;
    for (size_t i = 0; i < out->zip_count; i++)
        if (strcmp(out->zips[i].name, name) == 0)
            return OK;
    if (out->zip_count % 64 == 0) { /* an array that grows by 64 */
        VerifiedZip *zips = ARENA_ARRAY(verify->arena, VerifiedZip, out->zip_count + 64);
        if (!zips)
            return no_memory(verify->arena);
        if (out->zip_count)
            memcpy(zips, out->zips, out->zip_count * sizeof *zips);
        out->zips = zips;
    }
    VerifiedZip zip = {.name = arena_copy(verify->arena, name),
                       .path = arena_print(verify->arena, "%s/%s", out->folder, name)};
    struct stat info;
    if (!zip.name || !zip.path)
        return no_memory(verify->arena);
    zip.there = lstat(zip.path, &info) == 0 && S_ISREG(info.st_mode);
    out->zips[out->zip_count++] = zip;
    return OK;
}

static bool is_zip(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcasecmp(name + length - 4, ".zip") == 0 && !strchr(name, '/');
}

static int compare_zips(const void *a, const void *b)
{
    return strcmp(((const VerifiedZip *)a)->name, ((const VerifiedZip *)b)->name);
}

/* All that are there, or should be by manifest.csv or SHA256SUMS. */
static Err find_zips(Verify *verify)
{
    Verified *out = verify->out;
    if (verify->only)
        return add_zip(verify, verify->only);
    CLEANUP(close_folder) DIR *folder = opendir(out->folder);
    if (!folder)
        return fail(verify->arena, ERR_IO, "cannot open the folder '%s': %m", out->folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        if (is_zip(entry->d_name))
            TRY(add_zip(verify, entry->d_name));
    for (size_t i = 0; i < verify->sums.count; i++)
        if (is_zip(verify->sums.lines[i].file))
            TRY(add_zip(verify, verify->sums.lines[i].file));
    for (size_t i = 0; i < out->manifest.count; i++)
        if (is_zip(out->manifest.rows[i].package))
            TRY(add_zip(verify, out->manifest.rows[i].package));
    if (out->zip_count)
        qsort(out->zips, out->zip_count, sizeof *out->zips, compare_zips);
    return OK;
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static Err find_folder(Verify *verify)
{
    Arena *arena = verify->arena;
    const char *path = verify->ask->path, *slash = strrchr(path, '/');
    if (access(path, F_OK))
        return fail(arena, ERR_USAGE, "cannot open '%s': %m", path);
    if (is_folder(path)) {
        const char *inner = arena_print(arena, "%s/package", path);
        verify->out->folder = inner && is_folder(inner) ? inner : path;
    } else {
        verify->only = slash ? slash + 1 : path;
        verify->out->folder = slash ? arena_print(arena, "%.*s", (int)(slash - path), path) : ".";
        if (slash == path)
            verify->out->folder = "/";
    }
    return verify->out->folder ? OK : no_memory(arena);
}

/* ---- the manifest ---- */

static int compare_files(const void *a, const void *b)
{
    const ManifestRow *one = *(ManifestRow *const *)a, *two = *(ManifestRow *const *)b;
    int order = strcmp(one->package, two->package);
    return order ? order : strcmp(one->file, two->file);
}

static int compare_shas(const void *a, const void *b)
{
    return strcmp((*(ManifestRow *const *)a)->sha256, (*(ManifestRow *const *)b)->sha256);
}

/* Of one ZIP asked for, only its rows count. */
static Err index_manifest(Verify *verify)
{
    Manifest *manifest = &verify->out->manifest;
    size_t kept = 0;
    for (size_t i = 0; i < manifest->count; i++)
        if (!verify->only || strcmp(manifest->rows[i].package, verify->only) == 0)
            manifest->rows[kept++] = manifest->rows[i];
        else
            verify->out->part = verify->out->part || manifest->rows[i].file[0];
    manifest->count = kept;
    verify->out->by_file = ARENA_ARRAY(verify->arena, ManifestRow *, kept + 1);
    verify->by_sha = ARENA_ARRAY(verify->arena, ManifestRow *, kept + 1);
    if (!verify->out->by_file || !verify->by_sha)
        return no_memory(verify->arena);
    for (size_t i = 0; i < kept; i++)
        if (manifest->rows[i].file[0])
            verify->out->by_file[verify->out->with_photo++] = &manifest->rows[i];
    memcpy(verify->by_sha, verify->out->by_file, verify->out->with_photo * sizeof *verify->by_sha);
    qsort(verify->out->by_file, verify->out->with_photo, sizeof *verify->out->by_file,
          compare_files);
    qsort(verify->by_sha, verify->out->with_photo, sizeof *verify->by_sha, compare_shas);
    return OK;
}

static Err check_rows(Verify *verify)
{
    const Manifest *manifest = &verify->out->manifest;
    if (manifest->problem)
        TRY(complain(verify, "manifest", FILE_OF("manifest.csv"), manifest->problem));
    if (!manifest->found && !verify->only)
        TRY(complain(verify, "missing", FILE_OF("manifest.csv"), "is missing"));
    for (size_t i = 1; i < verify->out->with_photo; i++)
        if (compare_files(&verify->out->by_file[i - 1], &verify->out->by_file[i]) == 0)
            TRY(complain(verify, "manifest", FILE_OF("manifest.csv", verify->out->by_file[i]->file),
                         "stands in two rows"));
    for (size_t i = 0; i < manifest->count; i++)
        if (!manifest->rows[i].file[0])
            TRY(complain(verify, "no-photo", FILE_OF("manifest.csv", manifest->rows[i].id),
                         "has no photo in the package"));
    return OK;
}

ManifestRow *verified_find(const Verified *verified, const char *zip, const char *file)
{
    const ManifestRow wanted = {.package = zip, .file = file}, *like = &wanted;
    ManifestRow **found =
        bsearch(&like, verified->by_file, verified->with_photo, sizeof like, compare_files);
    return found ? *found : NULL;
}

static const ManifestRow *find_sha(const Verify *verify, const char *sha256)
{
    const ManifestRow wanted = {.sha256 = sha256}, *like = &wanted;
    ManifestRow **found =
        bsearch(&like, verify->by_sha, verify->out->with_photo, sizeof like, compare_shas);
    return found ? *found : NULL;
}

/* ---- the ZIPs ---- */

static Err on_problem(void *user, const char *name, const char *reason)
{
    Verify *verify = user;
    return complain(verify, "zip", FILE_OF(verify->zip->name, name), reason);
}

static Err note_stranger(Verify *verify, const ZipEntry *entry)
{
    Stranger *list = arena_more(verify->arena, verify->strangers, verify->stranger_count, &verify->stranger_room, sizeof *list);
    if (!list)
        return no_memory(verify->arena);
    verify->strangers = list;
    Stranger *stranger = &verify->strangers[verify->stranger_count++];
    *stranger = (Stranger){.zip = verify->zip->name, .file = entry->name};
    strcpy(stranger->sha256, entry->sha256);
    return OK;
}

/* An entry against the row that has its name. */
static Err compare_entry(Verify *verify, const ZipEntry *entry, const ManifestRow *row)
{
    const char *const file[2] = {verify->zip->name, entry->name};
    bool same = strcmp(entry->sha256, row->sha256) == 0;
    if (entry->data && !same) {
        const ManifestRow *other = find_sha(verify, entry->sha256);
        if (other)
            return complain(verify, "swapped", file,
                            arena_print(verify->arena, "holds the photo of '%s'", other->file));
        return complain(verify, "changed", file, "was changed: its SHA-256 is not manifest.csv's");
    }
    if (same && row->bytes != (double)entry->bytes)
        return complain(verify, "size", file,
                        arena_print(verify->arena, "has %zu bytes, manifest.csv says %.0f",
                                    entry->bytes, row->bytes));
    return OK;
}

static Err on_entry(void *user, const ZipEntry *entry)
{
    Verify *verify = user;
    verify->out->photos++;
    if (!verify->out->manifest.found || verify->out->manifest.problem)
        return OK;
    ManifestRow *row = verified_find(verify->out, verify->zip->name, entry->name);
    if (!row)
        return note_stranger(verify, entry);
    row->present = true;
    return compare_entry(verify, entry, row);
}

static const SumLine *find_sum(const Verify *verify, const char *file)
{
    for (size_t i = 0; i < verify->sums.count; i++)
        if (strcmp(verify->sums.lines[i].file, file) == 0)
            return &verify->sums.lines[i];
    return NULL;
}

static Err compare_sum(Verify *verify, const char *file, const char *sha256)
{
    const SumLine *line = find_sum(verify, file);
    if (!verify->sums.found || verify->sums.problem)
        return OK;
    if (!line)
        return complain(verify, "extra", FILE_OF(file), "stands not in SHA256SUMS");
    if (strcmp(line->sha256, sha256) != 0)
        return complain(verify, "sums", FILE_OF(file), "is not what SHA256SUMS says");
    return OK;
}

static Err check_zip(Verify *verify, VerifiedZip *zip)
{
    ZipVisit visit = {on_problem, on_entry, verify};
    ZipSeen seen;
    if (!zip->there)
        return complain(verify, "missing", FILE_OF(zip->name), "is missing");
    verify->zip = zip;
    TRY(zip_check(verify->arena, zip->path, &visit, &seen));
    zip->whole = seen.entries > 0 || !seen.problems;
    return compare_sum(verify, zip->name, seen.sha256);
}

static Err check_sums(Verify *verify)
{
    char sha256[65];
    const char *path = arena_print(verify->arena, "%s/manifest.csv", verify->out->folder);
    if (!path)
        return no_memory(verify->arena);
    if (verify->sums.problem)
        TRY(complain(verify, "sums", FILE_OF("SHA256SUMS"), verify->sums.problem));
    if (!verify->sums.found && !verify->only)
        return complain(verify, "missing", FILE_OF("SHA256SUMS"), "is missing");
    for (size_t i = 0; i < verify->sums.count; i++)
        if (!is_zip(verify->sums.lines[i].file) &&
            strcmp(verify->sums.lines[i].file, "manifest.csv") != 0)
            TRY(complain(verify, "sums", FILE_OF("SHA256SUMS"), "names what no package has"));
    if (!verify->out->manifest.found)
        return OK;
    CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || !digest_file(fd, sha256))
        return fail(verify->arena, ERR_IO, "cannot read '%s': %m", path);
    return compare_sum(verify, "manifest.csv", sha256);
}

/* ---- what is left over on either side ---- */

static Stranger *find_renamed(Verify *verify, const ManifestRow *row)
{
    for (size_t i = 0; i < verify->stranger_count; i++)
        if (!verify->strangers[i].renamed && strcmp(verify->strangers[i].sha256, row->sha256) == 0)
            return &verify->strangers[i];
    return NULL;
}

static bool was_read(const Verify *verify, const char *package)
{
    for (size_t i = 0; i < verify->out->zip_count; i++)
        if (strcmp(verify->out->zips[i].name, package) == 0)
            return verify->out->zips[i].whole;
    return true; /* a package of no ZIP: its photos are missing for certain */
}

static Err check_left_over(Verify *verify)
{
    for (size_t i = 0; i < verify->out->with_photo; i++) {
        const ManifestRow *row = verify->out->by_file[i];
        if (row->present || !was_read(verify, row->package))
            continue;
        Stranger *stranger = find_renamed(verify, row);
        if (stranger)
            stranger->renamed = true;
        const char *reason = stranger ? arena_print(verify->arena, "was renamed to '%s//%s'",
                                                    stranger->zip, stranger->file)
                                      : "is missing";
        TRY(complain(verify, stranger ? "renamed" : "missing", FILE_OF(row->package, row->file),
                     reason));
    }
    for (size_t i = 0; i < verify->stranger_count; i++) {
        const Stranger *stranger = &verify->strangers[i];
        if (!stranger->renamed)
            TRY(complain(verify, "extra", FILE_OF(stranger->zip, stranger->file),
                         "stands not in manifest.csv"));
    }
    return OK;
}

Err verify_package(Arena *arena, const VerifyAsk *ask, Verified *out)
{
    *out = (Verified){0};
    Verify verify = {.arena = arena, .ask = ask, .out = out};
    TRY(find_folder(&verify));
    const char *manifest = arena_print(arena, "%s/manifest.csv", out->folder);
    const char *sums = arena_print(arena, "%s/SHA256SUMS", out->folder);
    if (!manifest || !sums)
        return no_memory(arena);
    TRY(manifest_read(arena, manifest, &out->manifest));
    TRY(sums_read(arena, sums, &verify.sums));
    TRY(find_zips(&verify));
    if (!out->zip_count && !out->manifest.found && !verify.sums.found)
        return fail(arena, ERR_USAGE, "'%s' holds no package", ask->path);
    TRY(index_manifest(&verify));
    TRY(check_sums(&verify));
    TRY(check_rows(&verify));
    for (size_t i = 0; i < out->zip_count; i++)
        TRY(check_zip(&verify, &out->zips[i]));
    return check_left_over(&verify);
}
