/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* F_OFD_SETLK */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "shard_log.h"

enum { TRIES = 40, WAIT_NS = 50000000 };

/* Of the open file, so that a second opening in one process is somebody else; by process where the file
 * system knows no other kind. */
static bool try_lock(int fd, bool writing)
{
    struct flock whole = {.l_type = writing ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_OFD_SETLK, &whole) == 0)
        return true;
    return errno == EINVAL && fcntl(fd, F_SETLK, &whole) == 0;
}

bool shard_lock(int folder, ShardUse use, int *fd)
{
    int flags = use == SHARD_READS ? O_RDONLY : use == SHARD_WRITES ? O_RDWR | O_CREAT : O_RDWR;
    *fd = openat(folder, ".lock", flags | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (*fd < 0)
        return use != SHARD_WRITES && errno == ENOENT;
    for (int tries = 0; !try_lock(*fd, use != SHARD_READS); tries++) { /* a killed owner has it until it is taken down */
        if ((errno != EAGAIN && errno != EACCES) || tries == TRIES) {
            errno = errno == EACCES ? EAGAIN : errno;
            return false;
        }
        nanosleep(&(struct timespec){.tv_nsec = WAIT_NS}, NULL);
    }
    struct stat info; /* a purge may have removed it since it was opened */
    if (fstat(*fd, &info) == 0 && info.st_nlink)
        return true;
    errno = EAGAIN;
    return false;
}
