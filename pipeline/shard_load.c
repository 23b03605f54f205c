/* SPDX-License-Identifier: MIT */
#include "shard_load.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "shard_frame.h"

/* Moves *size on to `wanted`, or to less where the file ends. */
static bool read_to(int fd, uint8_t *bytes, size_t wanted, size_t *size)
{
    while (*size < wanted) {
        ssize_t got = pread(fd, bytes + *size, wanted - *size, (off_t)*size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return !got;
        *size += (size_t)got;
    }
    return true;
}

/* Moves on over what is whole. Returns how many bytes of the file are to be there to go on; no more than there are: it is damaged. */
static size_t prove(FrameReader *reader, const uint8_t *data, size_t size)
{
    Frame frame;
    reader->data = data;
    reader->size = size;
    if (!reader->at && (size < SHARD_MAGIC_BYTES || !frame_start(reader, data, size)))
        return size < SHARD_MAGIC_BYTES ? SHARD_MAGIC_BYTES : 0;
    while (frame_next(reader, &frame)) {
    }
    return frame_needs(reader);
}

static bool load(int fd, size_t end, uint8_t **data, size_t *size)
{
    FrameReader reader = {0};
    size_t needs = SHARD_MAGIC_BYTES;
    while (needs > *size && *size < end) {
        if (needs > end && *size > reader.at) /* cut off: what is there tells */
            return true;
        size_t left = end - *size, more = needs - *size;
        more = more > SHARD_LOAD_BYTES ? more : SHARD_LOAD_BYTES;
        size_t wanted = *size + (more < left ? more : left);
        uint8_t *bytes = realloc(*data, wanted);
        if (!bytes)
            return false;
        *data = bytes;
        if (!read_to(fd, bytes, wanted, size))
            return false;
        if (*size < wanted) /* shorter than it was said to be: its frames will tell */
            return true;
        needs = prove(&reader, bytes, *size);
    }
    return true;
}

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
    bool good = load(fd, (size_t)info.st_size, data, size);
    if (good)
        return true;
    free(*data);
    *data = NULL;
    *size = 0;
    return false;
}
