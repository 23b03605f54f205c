/* SPDX-License-Identifier: MIT */
/* Files that are no JPEG. */
#include "foreign.h"

#include <string.h>
#include "rng.h"

static void put_be(Bytes *out, uint32_t value)
{
    for (int i = 24; i >= 0; i -= 8)
        out->data[out->size++] = (uint8_t)(value >> i);
}

static void put(Bytes *out, const void *data, size_t size)
{
    memcpy(out->data + out->size, data, size);
    out->size += size;
}

/* CRC-32 of PNG (ISO 3309), bit by bit: a sample is made once. */
static uint32_t crc32_of(const uint8_t *data, size_t size)
{
    uint32_t crc = ~0u;
    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

static void end_chunk(Bytes *out, size_t start) /* start: of the chunk's type */
{
    size_t size = out->size - start - 4, end = out->size;
    out->size = start - 4;
    put_be(out, (uint32_t)size);
    out->size = end;
    put_be(out, crc32_of(out->data + start, end - start));
}

/* Stored blocks of deflate, one per row. */
static void put_rows(Bytes *out, const Picture *picture)
{
    uint32_t a = 1, b = 0; /* Adler-32 */
    size_t stride = 3 * (size_t)picture->width_px, size = stride + 1;
    put(out, "\x78\x01", 2);
    for (int y = 0; y < picture->height_px; y++) {
        const uint8_t *row = picture->rgb + (size_t)y * stride;
        uint8_t head[6] = {y + 1 == picture->height_px, (uint8_t)size,
                           (uint8_t)(size >> 8),        (uint8_t)~size,
                           (uint8_t)(~size >> 8),       0};
        put(out, head, 6);
        put(out, row, stride);
        b = (b + a) % 65521; /* the filter byte 0 */
        for (size_t x = 0; x < stride; x++)
            a = (a + row[x]) % 65521, b = (b + a) % 65521;
    }
    put_be(out, b << 16 | a);
}

Err foreign_png(Arena *arena, const Picture *picture, Bytes *out)
{
    size_t body = ((size_t)picture->width_px * 3 + 6) * (size_t)picture->height_px;
    *out = (Bytes){arena_alloc(arena, body + 128), 0};
    if (!out->data)
        return fail(arena, ERR_MEMORY, "no memory for a PNG");
    put(out, "\x89PNG\r\n\x1a\n\0\0\0\0IHDR", 16);
    put_be(out, (uint32_t)picture->width_px);
    put_be(out, (uint32_t)picture->height_px);
    put(out, "\10\2\0\0\0", 5);
    end_chunk(out, 12);
    put(out, "\0\0\0\0IDAT", 8);
    size_t start = out->size - 4;
    put_rows(out, picture);
    end_chunk(out, start);
    put(out, "\0\0\0\0IEND", 8);
    end_chunk(out, out->size - 4);
    return OK;
}

static Err put_noise(Arena *arena, const void *head, size_t head_size, uint64_t seed, Bytes *out)
{
    enum { BODY = 24000 };
    Rng rng = rng_stream(seed, 5, 5);
    *out = (Bytes){arena_alloc(arena, head_size + BODY), 0};
    if (!out->data)
        return fail(arena, ERR_MEMORY, "no memory for a file");
    put(out, head, head_size);
    for (int i = 0; i < BODY; i++)
        out->data[out->size++] = (uint8_t)rng_next(&rng);
    return OK;
}

Err foreign_webp(Arena *arena, uint64_t seed, Bytes *out)
{
    /* RIFF size 24030 = 0x5DDE, VP8 chunk 24010 = 0x5DCA with a key frame of 480x640 */
    static const char head[] =
        "RIFF\xDE\x5D\0\0WEBPVP8 \xCA\x5D\0\0\x30\x55\0\x9D\x01\x2A\xE0\x01\x80\x02";
    return put_noise(arena, head, 30, seed, out);
}

Err foreign_heic(Arena *arena, uint64_t seed, Bytes *out)
{
    static const char head[] = "\0\0\0\x18"
                               "ftypheic\0\0\0\0mif1heic\0\0\x5D\xC8mdat";
    return put_noise(arena, head, 32, seed, out);
}
