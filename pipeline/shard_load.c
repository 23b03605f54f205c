/* SPDX-License-Identifier: MIT */
#include "shard_load.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

bool shard_load(int fd, uint8_t **data, size_t *size)
{
    struct stat info;
    *data = NULL;
    *size = 0;
    if (fstat(fd, &info))
        return false;
    errno = EINVAL;
    if (!S_ISREG(info.st_mode))
        return false;
    size_t wanted = (size_t)info.st_size;
    uint8_t *bytes = wanted ? malloc(wanted) : NULL;
    if (wanted && !bytes)
        return false;
    while (*size < wanted) {
        ssize_t got = pread(fd, bytes + *size, wanted - *size, (off_t)*size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            free(bytes);
            *size = 0;
            return false;
        }
        if (!got) /* shorter than it was said to be: its frames will tell */
            break;
        *size += (size_t)got;
    }
    *data = bytes;
    return true;
}
