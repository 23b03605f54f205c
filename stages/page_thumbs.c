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
#include "../pipeline/spool.h"
#include "thumb.h"

enum { SORT_BYTES = 16 << 20 };

typedef struct Thumb {
    char name[PAGE_THUMB_NAME + 1];
    Bytes jpeg;
} Thumb;

struct PageThumbs {
    Arena *arena;
    const char *out;
    Thumb *list; /* as long as they are inside the page */
    size_t count, room;
    Spool *names; /* of those that lie beside it; NULL: none does */
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

static Err cannot_open(const PageThumbs *thumbs, const char *part)
{
    return fail(thumbs->arena, ERR_IO, "cannot open the folder '%s/%s': %m", thumbs->out, part);
}

/* By the descriptors of the folders, so that no link leads out of OUT. */
static Err write_beside(PageThumbs *thumbs, const char *name, const Bytes *jpeg)
{
    char file[PAGE_THUMB_NAME + sizeof ".JPG"];
    snprintf(file, sizeof file, "%s.JPG", name);
    CLEANUP(close_fd) int out = open(thumbs->out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CLEANUP(close_fd) int aside = out < 0 ? -1 : openat(out, ".tmp", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (aside < 0)
        return cannot_open(thumbs, out < 0 ? "." : ".tmp");
    if (mkdirat(out, "thumbs", 0700) && errno != EEXIST)
        return fail(thumbs->arena, ERR_IO, "cannot create the folder '%s/thumbs': %m", thumbs->out);
    CLEANUP(close_fd) int beside = openat(out, "thumbs", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (beside < 0)
        return cannot_open(thumbs, "thumbs");
    if (holds(beside, file, jpeg) || (write_whole(aside, file, jpeg) && !renameat(aside, file, beside, file)))
        return OK;
    Err err = fail(thumbs->arena, ERR_IO, "cannot write '%s/thumbs/%s': %m", thumbs->out, file);
    unlinkat(aside, file, 0);
    return err;
}

static Err open_names(const PageThumbs *thumbs, Spool **names)
{
    SpoolAsk ask = {arena_print(thumbs->arena, "%s/.tmp", thumbs->out), SORT_BYTES, 1, 1};
    return ask.folder ? spool_open(thumbs->arena, &ask, names) : no_memory(thumbs->arena);
}

static Err put_beside(PageThumbs *thumbs, const char *name, const Bytes *jpeg)
{
    TRY(spool_add(thumbs->names, &name));
    return write_beside(thumbs, name, jpeg);
}

/* One too many: all go beside. */
static Err move_beside(PageThumbs *thumbs)
{
    TRY(open_names(thumbs, &thumbs->names));
    for (size_t i = 0; i < thumbs->count; i++)
        TRY(put_beside(thumbs, thumbs->list[i].name, &thumbs->list[i].jpeg));
    thumbs->count = 0;
    return OK;
}

Err page_thumbs_add(PageThumbs *thumbs, const Bytes *jpeg, char name[PAGE_THUMB_NAME + 1])
{
    char hash[65];
    digest_sha256(jpeg->data, jpeg->size, hash);
    memcpy(name, hash, PAGE_THUMB_NAME);
    name[PAGE_THUMB_NAME] = '\0';
    if (!thumbs->names && thumbs->count == PAGE_THUMBS_INSIDE_MAX)
        TRY(move_beside(thumbs));
    if (thumbs->names)
        return put_beside(thumbs, name, jpeg);
    Thumb *list = arena_more(thumbs->arena, thumbs->list, thumbs->count, &thumbs->room, sizeof *list);
    if (!list)
        return no_memory(thumbs->arena);
    thumbs->list = list;
    Thumb *thumb = &thumbs->list[thumbs->count++];
    memcpy(thumb->name, name, sizeof thumb->name);
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

static void close_spool(Spool **spool)
{
    spool_close(*spool);
}

/* The names that are there, without their ending. */
static Err list_names(const PageThumbs *thumbs, DIR *folder, Spool *there)
{
    errno = 0;
    for (struct dirent *entry; (entry = readdir(folder)); errno = 0) {
        char name[PAGE_THUMB_NAME + 1] = "";
        if (!page_thumbs_is_ours(entry->d_name))
            continue;
        memcpy(name, entry->d_name, PAGE_THUMB_NAME);
        TRY(spool_add(there, (const char *const[]){name}));
    }
    return errno ? fail(thumbs->arena, ERR_IO, "cannot read the folder '%s/thumbs': %m", thumbs->out) : OK;
}

static Err remove_one(const PageThumbs *thumbs, int folder, const char *name)
{
    char file[PAGE_THUMB_NAME + sizeof ".JPG"];
    snprintf(file, sizeof file, "%s.JPG", name);
    return unlinkat(folder, file, 0) ? fail(thumbs->arena, ERR_IO, "cannot remove '%s/thumbs/%s': %m", thumbs->out, file) : OK;
}

/* Both sorted; of those that are needed some come several times. */
static Err remove_others(PageThumbs *thumbs, int folder, Spool *there)
{
    const char *const *name, *const *needed = NULL;
    if (thumbs->names)
        TRY(spool_next(thumbs->names, &needed));
    for (;;) {
        TRY(spool_next(there, &name));
        if (!name)
            return OK;
        while (needed && strcmp(needed[0], name[0]) < 0)
            TRY(spool_next(thumbs->names, &needed));
        if (!needed || strcmp(needed[0], name[0]) != 0)
            TRY(remove_one(thumbs, folder, name[0]));
    }
}

static Err remove_rest(PageThumbs *thumbs)
{
    CLEANUP(close_spool) Spool *there = NULL;
    CLEANUP(close_fd) int out = open(thumbs->out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = out < 0 ? -1 : openat(out, "thumbs", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    CLEANUP(close_folder) DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder && fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) /* none, or something foreign */
        return OK;
    if (!folder)
        return cannot_open(thumbs, "thumbs");
    TRY(open_names(thumbs, &there));
    TRY(list_names(thumbs, folder, there));
    TRY(remove_others(thumbs, fd, there));
    if (!thumbs->names)
        unlinkat(out, "thumbs", AT_REMOVEDIR); /* stays where something foreign is in it */
    return OK;
}

void page_thumbs_close(PageThumbs *thumbs)
{
    if (thumbs)
        spool_close(thumbs->names);
}

Err page_thumbs_finish(PageThumbs *thumbs, FILE *to)
{
    if (thumbs->count)
        qsort(thumbs->list, thumbs->count, sizeof *thumbs->list, by_name);
    const char *before = "", *comma = "";
    putc('{', to);
    for (size_t i = 0; i < thumbs->count; i++) {
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
