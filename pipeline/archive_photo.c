/* SPDX-License-Identifier: MIT */
#include "archive_photo.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <glib.h>

static const char mark[] = "//";

static void free_text(char **text)
{
    g_free(*text);
}

const char *archive_photo_inner(const char *path)
{
    const char *at = strstr(path, mark);
    return at ? at + sizeof mark - 1 : NULL;
}

/* "./a/./b" is "a/b": what `tar -a` and others write. */
static void drop_dots(char *name)
{
    char *to = name;
    for (const char *from = name; *from;) {
        bool begins = from == name || from[-1] == '/';
        if (begins && from[0] == '.' && from[1] == '/')
            from += 2;
        else
            *to++ = *from++;
    }
    *to = '\0';
}

char *archive_photo_name(Arena *arena, const char *raw)
{
    CLEANUP(free_text) char *converted = NULL;
    const char *text = raw;
    if (!g_utf8_validate(raw, -1, NULL))
        text = converted = g_convert(raw, -1, "UTF-8", "GB18030", NULL, NULL, NULL);
    char *name = text ? arena_copy(arena, text) : NULL;
    for (char *at = name; at && (at = strchr(at, '\\'));) /* only now: also half a letter in GBK */
        *at = '/';
    if (name)
        drop_dots(name);
    return name;
}

uint64_t archive_photo_inode(uint64_t inode, uint32_t crc)
{
    uint64_t mixed = inode ^ (uint64_t)crc << 32;
    return mixed ? mixed : 1; /* 0: nothing is known */
}

void archive_seat_close(ArchiveSeat *seat)
{
    archive_close(&seat->archive);
    seat->path[0] = '\0';
}

/* The stamp is taken first: a file that is replaced in between looks older than it is, and is read
 * again. */
static Err take_seat(ArchiveSeat *seat, const char *path, size_t length)
{
    struct stat info;
    if (seat->archive && strlen(seat->path) == length && memcmp(seat->path, path, length) == 0)
        return OK;
    archive_seat_close(seat);
    if (length >= sizeof seat->path)
        return fail(seat->arena, ERR_USAGE, "the path is too long");
    char *copy = arena_print(seat->arena, "%.*s", (int)length, path);
    if (!copy)
        return fail(seat->arena, ERR_MEMORY, "no memory for an archive");
    if (stat(copy, &info))
        return fail(seat->arena, ERR_IO, "cannot open its archive: %m");
    TRY(archive_open(seat->arena, copy, &seat->archive));
    seat->mtime_ns = info.st_mtim.tv_sec * 1000000000LL + info.st_mtim.tv_nsec;
    seat->ctime_ns = info.st_ctim.tv_sec * 1000000000LL + info.st_ctim.tv_nsec;
    seat->inode = info.st_ino;
    memcpy(seat->path, copy, length + 1);
    return OK;
}

/* Whether that name of an entry is the one it was listed under. */
static bool is_listed(Arena *arena, const char *raw, const char *path)
{
    const char *name = archive_photo_name(arena, raw);
    return name && strcmp(name, archive_photo_inner(path)) == 0;
}

static Err read_data(Arena *arena, ArchiveSeat *seat, const Task *task, Source *out)
{
    size_t done = 0;
    uint8_t *data =
        arena_alloc(arena, out->bytes + 1); /* one more: where it has more than it says */
    if (!data)
        return fail(arena, ERR_MEMORY, "no room for a file of %zu bytes", out->bytes);
    TRY(archive_begin(seat->archive, task->entry - 1, out->bytes + 1));
    for (size_t got = 1; got && done <= out->bytes; done += got)
        TRY(archive_next(seat->archive, data + done, out->bytes + 1 - done, &got));
    if (done != out->bytes)
        return fail(arena, ERR_USAGE, "it has not the size that its directory says");
    out->data = data;
    return OK;
}

static Err find_and_read(Arena *arena, ArchiveSeat *seat, const Task *task, size_t cap, Source *out)
{
    ArchiveEntry entry;
    const char *inner = archive_photo_inner(task->path), *other;
    TRY(take_seat(seat, task->path, (size_t)(inner - task->path) - (sizeof mark - 1)));
    TRY(archive_entry(seat->archive, task->entry - 1, &entry));
    if (!is_listed(arena, entry.name, task->path))
        return fail(arena, ERR_USAGE, "its archive was replaced meanwhile");
    TRY(archive_other_name(arena, seat->archive, task->entry - 1, &other));
    if (other && !is_listed(arena, other, task->path))
        return fail(arena, ERR_USAGE, "its archive does not give it the same name in both places");
    out->bytes = (size_t)entry.bytes;
    out->mtime_ns = seat->mtime_ns;
    out->ctime_ns = seat->ctime_ns;
    out->inode = archive_photo_inode(seat->inode, entry.crc);
    if (out->bytes > cap) {
        out->problem = "is larger than the limit";
        return OK;
    }
    Err err = read_data(arena, seat, task, out);
    archive_end(seat->archive);
    return err;
}

Err archive_photo_read(Arena *arena, ArchiveSeat *seat, const Task *task, size_t cap, Source *out)
{
    Err err = find_and_read(arena, seat, task, cap, out);
    if (err.code == ERR_NONE || err.code == ERR_MEMORY)
        return err;
    out->data = NULL;
    out->problem = arena_print(arena, "cannot be read from its archive: %s", err.text);
    return out->problem ? OK : fail(arena, ERR_MEMORY, "no room for a message");
}
