/* SPDX-License-Identifier: MIT */
/* libzip opens each photo when its turn comes, so a package of any size needs the memory of one. */
#include "package_zip.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>
#include "../pipeline/digest.h"
#include "zip_check.h"

enum {
    LOCAL_BYTES = 30,
    CENTRAL_BYTES = 46,
    END_BYTES = 22,
    DOS_DATE_1980 = 1 << 5 | 1, /* the first day that the format knows */
};
static const zip_uint32_t UNIX_FILE_0644 = 0100644u << 16;

static void discard_zip(zip_t **zip)
{
    if (*zip)
        zip_discard(*zip);
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void free_bytes(unsigned char **bytes)
{
    free(*bytes);
}

size_t package_zip_cost(const ZipPhoto *photo)
{
    return LOCAL_BYTES + CENTRAL_BYTES + 2 * strlen(photo->file) + photo->bytes;
}

size_t package_zip_empty(void)
{
    return END_BYTES;
}

static Err zip_failed(Arena *arena, const char *path, zip_t *zip)
{
    return fail(arena, ERR_IO, "cannot write '%s': %s", path, zip_strerror(zip));
}

static Err add_photo(Arena *arena, const char *path, zip_t *zip, const ZipPhoto *photo)
{
    zip_source_t *source = zip_source_file(zip, photo->path, 0, -1);
    zip_int64_t at = source ? zip_file_add(zip, photo->file, source, ZIP_FL_ENC_UTF_8) : -1;
    if (source && at < 0)
        zip_source_free(source);
    if (at < 0)
        return zip_failed(arena, path, zip);
    zip_uint64_t entry = (zip_uint64_t)at;
    if (zip_set_file_compression(zip, entry, ZIP_CM_STORE, 0) ||
        zip_file_set_dostime(zip, entry, 0, DOS_DATE_1980, 0) ||
        zip_file_set_external_attributes(zip, entry, 0, ZIP_OPSYS_UNIX, UNIX_FILE_0644))
        return zip_failed(arena, path, zip);
    return OK;
}

/* libzip does not. */
static Err flush_file(Arena *arena, const char *path)
{
    CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fsync(fd))
        return fail(arena, ERR_IO, "cannot flush '%s': %m", path);
    return OK;
}

Err package_zip_write(Arena *arena, const char *path, const ZipPhoto *photos, size_t count)
{
    int code = 0;
    CLEANUP(discard_zip) zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (!zip)
        return fail(arena, ERR_IO, "cannot create '%s': %m", path);
    for (size_t i = 0; i < count; i++)
        TRY(add_photo(arena, path, zip, &photos[i]));
    if (zip_close(zip))
        return zip_failed(arena, path, zip);
    zip = NULL;
    return flush_file(arena, path);
}

/* The photo's bytes, or NULL with errno where it is gone, is no file or has another size (EINVAL).
 */
static unsigned char *load(const ZipPhoto *photo)
{
    struct stat info;
    errno = 0;
    CLEANUP(close_fd)
    int fd = open(photo->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &info))
        return NULL;
    errno = EINVAL;
    if (!S_ISREG(info.st_mode) || (size_t)info.st_size != photo->bytes)
        return NULL;
    unsigned char *data = malloc(photo->bytes + 1);
    for (size_t done = 0; data && done < photo->bytes;) {
        ssize_t got = read(fd, data + done, photo->bytes - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            free(data);
            return NULL;
        }
        done += (size_t)got;
    }
    return data;
}

Err package_zip_photo(Arena *arena, const ZipPhoto *photo)
{
    char sha256[65] = "";
    CLEANUP(free_bytes) unsigned char *data = load(photo);
    if (!data && (errno == ENOENT || err_short_of(errno)))
        return fail(arena, ERR_IO, "cannot pack the photo of '%s': %m", photo->masked);
    if (!data && errno != EINVAL)
        return fail(arena, ERR_IO, "the photo of '%s' in photos/ cannot be read: %m: if that stays so, delete that file, and a run on its original makes it anew",
                    photo->masked);
    if (data)
        digest_sha256(data, photo->bytes, sha256);
    if (!data || strcmp(sha256, photo->sha256) != 0)
        return fail(arena, ERR_IO, "the photo of '%s' was changed after it was judged: delete that file in photos/, and it is made anew",
                    photo->masked);
    return OK;
}

typedef struct Compare {
    const ZipPhoto *photos;
    size_t count, next;
    bool same;
} Compare;

static Err compare_entry(void *user, const ZipEntry *entry)
{
    Compare *compare = user;
    if (!compare->same || compare->next >= compare->count) {
        compare->same = false;
        return OK;
    }
    const ZipPhoto *photo = &compare->photos[compare->next++];
    compare->same = entry->data && strcmp(entry->name, photo->file) == 0 &&
                    entry->bytes == photo->bytes && strcmp(entry->sha256, photo->sha256) == 0;
    CLEANUP(free_bytes) unsigned char *data = compare->same ? load(photo) : NULL;
    compare->same = data && memcmp(data, entry->data, photo->bytes) == 0;
    return OK;
}

Err package_zip_fits(Arena *arena, const char *path, const ZipPhoto *photos, size_t count,
                     ZipFit *out)
{
    struct stat info;
    ZipSeen seen;
    Compare compare = {.photos = photos, .count = count, .same = true};
    ZipVisit visit = {.entry = compare_entry, .user = &compare};
    *out = (ZipFit){0};
    if (lstat(path, &info) || !S_ISREG(info.st_mode))
        return OK;
    TRY(zip_check(arena, path, &visit, &seen));
    out->fits = seen.exact && compare.same && compare.next == count;
    out->bytes = seen.bytes;
    strcpy(out->sha256, seen.sha256);
    return OK;
}
