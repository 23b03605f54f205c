/* SPDX-License-Identifier: MIT */
/* A shot's file. */
#include "sample_file.h"

#include <string.h>
#include "../stages/jpeg.h"
#include "foreign.h"
#include "jpegout.h"
#include "meta.h"
#include "paint.h"
#include "rng.h"

/* The highest quality whose file has at most bytes_hi bytes. */
static Err encode_within(Arena *arena, const Picture *picture, JpegWish *wish, Bytes *out)
{
    int lo = 60, hi = 95;
    while (lo < hi) { /* size grows with quality, so halving is safe */
        wish->quality = (lo + hi + 1) / 2;
        TRY(jpegout_encode(arena, picture, wish, out));
        if (out->size <= wish->form->bytes_hi)
            lo = wish->quality;
        else
            hi = wish->quality - 1;
    }
    wish->quality = lo;
    return jpegout_encode(arena, picture, wish, out);
}

static Err encode(Arena *arena, const Shot *shot, const Picture *picture, Bytes *out)
{
    const FileForm *form = &shot->form;
    JpegWish wish = {.form = form, .quality = form->quality, .components = 3};
    if (form->exif)
        TRY(meta_exif(arena, form, &wish.exif));
    if (form->space != SPACE_SRGB)
        TRY(meta_icc(arena, form->space, &wish.icc));
    if (shot->fault == FAULT_grey)
        wish.components = 1;
    if (shot->fault == FAULT_cmyk)
        wish.components = 4;
    return form->bytes_hi ? encode_within(arena, picture, &wish, out)
                          : jpegout_encode(arena, picture, &wish, out);
}

/* The SOF0 or SOF2 segment of a file we wrote: precision at 4, height at 5, width at 7. */
static uint8_t *frame_header(const Bytes *file)
{
    size_t at = 2;
    while (at + 10 < file->size && (file->data[at + 1] & 0xFD) != 0xC0)
        at += 2 + (size_t)(file->data[at + 2] << 8 | file->data[at + 3]);
    return file->data + at;
}

static Err append(Arena *arena, size_t size, uint8_t fill, Bytes *file)
{
    uint8_t *longer = arena_alloc(arena, file->size + size);
    if (!longer)
        return fail(arena, ERR_MEMORY, "no memory for bytes after the end");
    memcpy(longer, file->data, file->size);
    memset(longer + file->size, fill, size);
    *file = (Bytes){longer, file->size + size};
    return OK;
}

static Err damage(Arena *arena, const Shot *shot, Bytes *file)
{
    Rng rng = rng_stream(shot->seed, 6, 6);
    switch ((int)shot->fault) {
    case FAULT_truncated:
        file->size = (size_t)((double)file->size * rng_range(&rng, 0.3, 0.9));
        return OK;
    case FAULT_missing_end:
        file->size -= 2;
        return OK;
    case FAULT_twelve_bits:
        frame_header(file)[4] = 12;
        return OK;
    case FAULT_huge_header: /* 30000x30000, as a bomb claims */
        memcpy(frame_header(file) + 5, "\x75\x30\x75\x30", 4);
        return OK;
    case FAULT_bytes_after_end:
        return append(arena, (size_t)rng_int(&rng, 100, 9000), (uint8_t)rng_int(&rng, 0, 1), file);
    case FAULT_received_tail:
        return append(arena, (size_t)rng_int(&rng, 500, 2000), 0, file);
    default:
        return OK;
    }
}

/* The picture as it comes back from a save in the first quality. */
static Err save_before(Arena *arena, const Shot *shot, Picture *picture)
{
    Bytes first;
    JpegDamage damage;
    TRY(jpeg_encode(arena, picture, shot->form.first_quality, false, 72, &first));
    return jpeg_decode(arena, first.data, first.size, 1, picture, &damage);
}

Err sample_file(Arena *arena, const Shot *shot, Bytes *out)
{
    Picture upright, stored;
    if (shot->fault == FAULT_webp_inside)
        return foreign_webp(arena, shot->seed, out);
    if (shot->fault == FAULT_heic_inside)
        return foreign_heic(arena, shot->seed, out);
    TRY(paint_shot(arena, shot, &upright));
    if (shot->fault == FAULT_png_inside)
        return foreign_png(arena, &upright, out);
    TRY(paint_stored(arena, &upright, shot->form.orientation, &stored));
    if (shot->form.first_quality)
        TRY(save_before(arena, shot, &stored));
    TRY(encode(arena, shot, &stored, out));
    return damage(arena, shot, out);
}

Err sample_sent_on(Arena *arena, const Shot *shot, Bytes *out)
{
    enum { LEFT = 5, TOP = 3 };
    Bytes first;
    Picture picture = {0};
    JpegDamage damage = {0};
    TRY(sample_file(arena, shot, &first));
    TRY(jpeg_decode(arena, first.data, first.size, 1, &picture, &damage));
    if (!picture.rgb)
        return fail(arena, ERR_FORMAT, "a sample that cannot be decoded is not sent on");
    int across = picture.width_px, down = picture.height_px;
    bool room = (across < down ? across : down) > LEFT + 480 && (across < down ? down : across) > TOP + 640;
    int left = room ? LEFT : 0, top = room ? TOP : 0; /* a small one is only saved anew */
    int width = across - left, height = down - top;
    for (int y = 0; y < height; y++)
        memmove(picture.rgb + 3 * (size_t)y * (size_t)width,
                picture.rgb + 3 * ((size_t)(y + top) * (size_t)across + (size_t)left),
                3 * (size_t)width);
    picture.width_px = width;
    picture.height_px = height;
    Shot other = *shot;
    other.form.quality -= 5;
    other.form.optimise = !other.form.optimise;
    return encode(arena, &other, &picture, out);
}
