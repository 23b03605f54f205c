/* SPDX-License-Identifier: MIT */
#include "thumb.h"
#include <math.h>
#include "jpeg.h"
#include "raster.h"

enum { SCREEN_DPI = 96 };

/* Few pictures of this size need a second try, noise and text do. */
static const int qualities[] = {75, 60, 45, 30, 15};

static int shrink(int length_px, double scale)
{
    return (int)fmax(1, round(length_px * scale));
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
