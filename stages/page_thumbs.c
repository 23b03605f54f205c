/* SPDX-License-Identifier: MIT */
/* A file is named by what it holds, so one that stands with its bytes is right, and one that a power cut has
 * torn is written anew: nothing is flushed. */
#include "page_thumbs.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <glib.h>
#include "../pipeline/digest.h"
#include "thumb.h"

typedef struct Thumb {
    char name[PAGE_THUMB_NAME + 1];
    Bytes jpeg; /* NULL once it lies beside */
} Thumb;

struct PageThumbs {
    Arena *arena;
    const char *out;
    Thumb *list;
    size_t count, room;
    bool beside;
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the report's pictures");
}

bool page_thumbs_is_ours(const char *name)
{
    return strspn(name, "0123456789abcdef") == PAGE_THUMB_NAME && strcmp(name + PAGE_THUMB_NAME, ".JPG") == 0;
}

Err page_thumbs_open(Arena *arena, const char *out, PageThumbs **thumbs)
{
    *thumbs = ARENA_NEW(arena, PageThumbs);
    if (!*thumbs)
        return no_memory(arena);
    **thumbs = (PageThumbs){.arena = arena, .out = out};
    return OK;
}

/* Whether `folder` holds it already, byte for byte. */
static bool holds(int folder, const char *file, const Bytes *jpeg)
{
    uint8_t found[THUMB_BYTES_MAX + 1];
    CLEANUP(close_fd) int fd = openat(folder, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    size_t size = 0;
    for (ssize_t got = 1; fd >= 0 && got > 0 && size < sizeof found; size += got > 0 ? (size_t)got : 0)
        got = read(fd, found + size, sizeof found - size);
    return size == jpeg->size && memcmp(found, jpeg->data, size) == 0;
}

static bool write_whole(int folder, const char *file, const Bytes *jpeg)
{
    CLEANUP(close_fd) int fd = openat(folder, file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    for (size_t at = 0; at < jpeg->size;) {
        ssize_t wrote = fd < 0 ? -1 : write(fd, jpeg->data + at, jpeg->size - at);
        if (wrote < 0 && fd >= 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        at += (size_t)wrote;
    }
    return fd >= 0;
}

/* By the descriptors of the folders, so that no link leads out of OUT. */
static Err write_beside(PageThumbs *thumbs, const char *name, const Bytes *jpeg)
{
    char file[PAGE_THUMB_NAME + sizeof ".JPG"];
    snprintf(file, sizeof file, "%s.JPG", name);
    CLEANUP(close_fd) int out = open(thumbs->out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CLEANUP(close_fd) int aside = openat(out, ".tmp", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (mkdirat(out, "thumbs", 0700) && errno != EEXIST)
        return fail(thumbs->arena, ERR_IO, "cannot create the folder '%s/thumbs': %m", thumbs->out);
    CLEANUP(close_fd) int beside = openat(out, "thumbs", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (beside >= 0 && holds(beside, file, jpeg))
        return OK;
    if (beside >= 0 && write_whole(aside, file, jpeg) && !renameat(aside, file, beside, file))
        return OK;
    Err err = fail(thumbs->arena, ERR_IO, "cannot write '%s/thumbs/%s': %m", thumbs->out, file);
    unlinkat(aside, file, 0);
    return err;
}

/* One too many: all go beside. */
static Err move_beside(PageThumbs *thumbs)
{
    thumbs->beside = true;
    for (size_t i = 0; i < thumbs->count; i++) {
        TRY(write_beside(thumbs, thumbs->list[i].name, &thumbs->list[i].jpeg));
        thumbs->list[i].jpeg = (Bytes){0};
    }
    return OK;
}

static Err make_room(PageThumbs *thumbs)
{
    if (thumbs->count < thumbs->room)
        return OK;
    size_t room = thumbs->room ? 2 * thumbs->room : 256;
    Thumb *list = ARENA_ARRAY(thumbs->arena, Thumb, room);
    if (!list)
        return no_memory(thumbs->arena);
    if (thumbs->count)
        memcpy(list, thumbs->list, thumbs->count * sizeof *list);
    thumbs->list = list;
    thumbs->room = room;
    return OK;
}

Err page_thumbs_add(PageThumbs *thumbs, const Bytes *jpeg, char name[PAGE_THUMB_NAME + 1])
{
    char hash[65];
    digest_sha256(jpeg->data, jpeg->size, hash);
    memcpy(name, hash, PAGE_THUMB_NAME);
    name[PAGE_THUMB_NAME] = '\0';
    TRY(make_room(thumbs));
    if (!thumbs->beside && thumbs->count == PAGE_THUMBS_INSIDE_MAX)
        TRY(move_beside(thumbs));
    Thumb *thumb = &thumbs->list[thumbs->count++];
    memcpy(thumb->name, name, sizeof thumb->name);
    if (thumbs->beside)
        return write_beside(thumbs, name, jpeg);
    thumb->jpeg = (Bytes){arena_alloc(thumbs->arena, jpeg->size), jpeg->size};
    if (!thumb->jpeg.data)
        return no_memory(thumbs->arena);
    memcpy(thumb->jpeg.data, jpeg->data, jpeg->size);
    return OK;
}

static int by_name(const void *a, const void *b)
{
    const Thumb *one = a, *two = b;
    return strcmp(one->name, two->name);
}

static bool is_needed(const PageThumbs *thumbs, const char *file)
{
    Thumb wanted = {0};
    memcpy(wanted.name, file, PAGE_THUMB_NAME);
    return thumbs->beside && bsearch(&wanted, thumbs->list, thumbs->count, sizeof wanted, by_name);
}

static Err remove_rest(PageThumbs *thumbs)
{
    CLEANUP(close_fd) int out = open(thumbs->out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = openat(out, "thumbs", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    CLEANUP(close_folder) DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder)
        return OK;
    for (struct dirent *entry; (entry = readdir(folder));)
        if (page_thumbs_is_ours(entry->d_name) && !is_needed(thumbs, entry->d_name) && unlinkat(fd, entry->d_name, 0))
            return fail(thumbs->arena, ERR_IO, "cannot remove '%s/thumbs/%s': %m", thumbs->out, entry->d_name);
    if (!thumbs->beside)
        unlinkat(out, "thumbs", AT_REMOVEDIR); /* stays where something foreign is in it */
    return OK;
}

Err page_thumbs_finish(PageThumbs *thumbs, FILE *to)
{
    if (thumbs->count)
        qsort(thumbs->list, thumbs->count, sizeof *thumbs->list, by_name);
    const char *before = "", *comma = "";
    putc('{', to);
    for (size_t i = 0; i < thumbs->count && !thumbs->beside; i++) {
        const Thumb *thumb = &thumbs->list[i];
        if (strcmp(thumb->name, before) == 0)
            continue;
        char *text = g_base64_encode(thumb->jpeg.data, thumb->jpeg.size);
        fprintf(to, "%s\"%s\":\"%s\"", comma, thumb->name, text);
        g_free(text);
        before = thumb->name;
        comma = ",";
    }
    putc('}', to);
    return remove_rest(thumbs);
}
