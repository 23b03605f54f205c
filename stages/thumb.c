/* SPDX-License-Identifier: MIT */
#include "thumb.h"
#include <fcntl.h>
#include <math.h>
#include <unistd.h>
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

/* Whole, or nothing. */
static Err read_whole(Arena *arena, int fd, Bytes *out)
{
    *out = (Bytes){arena_alloc(arena, FILE_BYTES_MAX), 0};
    if (!out->data)
        return fail(arena, ERR_MEMORY, "no memory for a small picture");
    ssize_t got = 0;
    while (out->size < FILE_BYTES_MAX && (got = read(fd, out->data + out->size, FILE_BYTES_MAX - out->size)) > 0)
        out->size += (size_t)got;
    if (got)
        out->size = 0;
    return OK;
}

Err thumb_of_file(Arena *arena, int folder, const char *relative, Bytes *out)
{
    CLEANUP(close_fd) int fd = openat(folder, relative, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    Bytes file;
    Picture frame = {0};
    JpegDamage damage;
    *out = (Bytes){0};
    if (fd < 0)
        return OK;
    TRY(read_whole(arena, fd, &file));
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
