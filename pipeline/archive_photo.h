/* SPDX-License-Identifier: MIT */
/* A photo inside a ZIP: its path "photos.zip//folder/name.jpg", its name in UTF-8, its bytes. */
#ifndef ARCHIVE_PHOTO_H
#define ARCHIVE_PHOTO_H

#include <limits.h>
#include "archive.h"
#include "photo.h"

/* A lane's open archive: photos of one ZIP come one after the other. */
typedef struct ArchiveSeat {
    Arena *arena; /* of the lane */
    Archive *archive;
    char path[PATH_MAX];
    int64_t mtime_ns, ctime_ns; /* of the archive, before it was opened */
    uint64_t inode;
} ArchiveSeat;

/* What stands behind the "//", or NULL where the path is none of an archive. */
const char *archive_photo_inner(const char *path);

/* The name as UTF-8 with '/' between folders, none of which is ".": taken as it is where it is UTF-8, else as GB18030,
 * which is what Windows in China writes. NULL: in neither, or no memory. */
char *archive_photo_name(Arena *arena, const char *raw);

/* Fills data, bytes, problem and times of `out` (not sha256) from entry task->entry of the archive
 * in task->path, unless it holds more than `cap` bytes. What cannot be read is no Err. */
Err archive_photo_read(Arena *arena, ArchiveSeat *seat, const Task *task, size_t cap, Source *out);

void archive_seat_close(ArchiveSeat *seat);

/* Tells editions of an entry apart: the archive's own inode with the entry's checksum. */
uint64_t archive_photo_inode(uint64_t inode, uint32_t crc);

#endif
