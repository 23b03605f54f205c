/* SPDX-License-Identifier: MIT */
#include "thumb.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../pipeline/home.h"
#include "jpeg.h"
#include "raster.h"

enum { SCREEN_DPI = 96, FILE_BYTES_MAX = 4 << 20 };

/* Few pictures of this size need a second try, noise and text do. */
static const int qualities[] = {75, 60, 45, 30, 15};

static int shrink(int length_px, double scale)
{
    return (int)fmax(1, round(length_px * scale));
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* Whole, or nothing where it is larger than any photo of ours. */
static Err read_whole(Arena *arena, int fd, const char *shown, Bytes *out)
{
    *out = (Bytes){arena_alloc(arena, FILE_BYTES_MAX), 0};
    if (!out->data)
        return fail(arena, ERR_MEMORY, "no memory for a small picture");
    ssize_t got = 1;
    while (out->size < FILE_BYTES_MAX && got) {
        got = read(fd, out->data + out->size, FILE_BYTES_MAX - out->size);
        if (got < 0 && errno != EINTR)
            return fail(arena, ERR_IO, "cannot read '%s': %m", shown);
        out->size += got > 0 ? (size_t)got : 0;
    }
    if (got)
        out->size = 0;
    return OK;
}

/* What is gone, or is no file any more, is no photo. */
static Err open_photo(Arena *arena, int folder, const char *relative, const char *shown, int *fd)
{
    struct stat info;
    *fd = openat(folder, relative, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (*fd < 0 && errno != ENOENT && errno != ELOOP)
        return fail(arena, ERR_IO, "cannot open '%s': %m", shown);
    if (*fd >= 0 && fstat(*fd, &info))
        return fail(arena, ERR_IO, "cannot open '%s': %m", shown);
    if (*fd >= 0 && !S_ISREG(info.st_mode))
        close_fd(fd), *fd = -1;
    return OK;
}

Err thumb_of_file(Arena *arena, int folder, const char *relative, Bytes *out)
{
    CLEANUP(close_fd) int fd = -1;
    Bytes file;
    Picture frame = {0};
    JpegDamage damage;
    char shown[PATH_MAX];
    *out = (Bytes){0};
    home_mask(relative, shown);
    TRY(open_photo(arena, folder, relative, shown, &fd));
    if (fd < 0)
        return OK;
    TRY(read_whole(arena, fd, shown, &file));
    if (file.size)
        TRY(jpeg_decode(arena, file.data, file.size, 1, &frame, &damage));
    return thumb_make(arena, &frame, out);
}

Err thumb_make(Arena *arena, const Picture *frame, Bytes *out)
{
    *out = (Bytes){0};
    if (!frame->rgb)
        return OK;
    double scale = fmin(1, fmin((double)THUMB_WIDTH_PX / frame->width_px,
                                (double)THUMB_HEIGHT_PX / frame->height_px));
    Picture small = {.width_px = shrink(frame->width_px, scale), .height_px = shrink(frame->height_px, scale)};
    TRY(raster_reduce(arena, frame, &small));
    for (size_t i = 0; i < sizeof qualities / sizeof *qualities; i++) {
        Bytes file;
        TRY(jpeg_encode(arena, &small, qualities[i], false, SCREEN_DPI, &file));
        if (file.size <= THUMB_BYTES_MAX) {
            *out = file;
            return OK;
        }
    }
    return OK;
}
