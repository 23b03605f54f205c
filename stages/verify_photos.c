/* SPDX-License-Identifier: MIT */
#include "verify_photos.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../pipeline/digest.h"

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

const char *verify_photos(Arena *arena, const char *path, const char *package)
{
    struct stat info;
    const char *photos = package == path ? NULL : arena_print(arena, "%s/photos", path);
    return photos && lstat(photos, &info) == 0 && S_ISDIR(info.st_mode) ? photos : NULL;
}

/* By errno: of the one that is damaged or shut it is said; where the machine falls short, the next could not be read, either. */
static Err tell_unread(Arena *arena, const char *path, const char *const file[2], const char *id, const VerifyTell *to)
{
    char reason[256];
    if (err_short_of(errno))
        return fail(arena, ERR_MEMORY, "cannot read '%s': %m", path);
    snprintf(reason, sizeof reason, "cannot be read: %m: if that stays so, delete that file, and a run on its original makes it anew");
    return to->tell(to->user, "unreadable", file, reason, id);
}

Err verify_photo(Arena *arena, const char *photos, const ManifestRow *row, const VerifyTell *to)
{
    char path[PATH_MAX], file[NAME_MAX + sizeof "photos/"], sha256[65] = "";
    struct stat info;
    if (!photos || !row->present || strchr(row->file, '/'))
        return OK;
    snprintf(file, sizeof file, "photos/%s", row->file);
    snprintf(path, sizeof path, "%s/%s", photos, row->file);
    const char *const files[2] = {file};
    CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return to->tell(to->user, "missing", files, "is missing", row->id);
    bool other = fd < 0 && (errno == ELOOP || errno == ENXIO); /* a link, a socket */
    if (!other && (fd < 0 || fstat(fd, &info) || (S_ISREG(info.st_mode) && !digest_file(fd, sha256))))
        return tell_unread(arena, path, files, row->id, to);
    return strcmp(sha256, row->sha256) == 0 ? OK : to->tell(to->user, "changed", files, "is not the file that was packed", row->id);
}
