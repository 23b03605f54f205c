/* SPDX-License-Identifier: MIT */
/* Marker payloads: a cursor writes numbers, tables say which. */
#include "meta.h"

#include <math.h>
#include <string.h>

enum { PAYLOAD_MAX = 2048 };

static void put_le(Bytes *out, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        out->data[out->size++] = (uint8_t)(value >> (8 * i));
}

static void put_be(Bytes *out, uint32_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        out->data[out->size++] = (uint8_t)(value >> (8 * i));
}

static void put_text(Bytes *out, const char *text, size_t size)
{
    memcpy(out->data + out->size, text, size);
    out->size += size;
}

static Err open_payload(Arena *arena, Bytes *out)
{
    *out = (Bytes){arena_alloc(arena, PAYLOAD_MAX), 0};
    return out->data ? OK : fail(arena, ERR_MEMORY, "no memory for a marker");
}

typedef struct Entry {
    uint16_t tag, type; /* 2 text, 3 short, 4 long, 5 rational */
    const char *text;
    uint32_t value;
} Entry;

/* One directory at the cursor; what does not fit four bytes follows it. */
static void put_directory(Bytes *out, size_t tiff, const Entry *list, int count)
{
    size_t extra = out->size + 2 + 12 * (size_t)count + 4;
    put_le(out, (uint32_t)count, 2);
    for (int i = 0; i < count; i++) {
        const Entry *e = &list[i];
        uint32_t size = e->text ? (uint32_t)strlen(e->text) + 1 : 1;
        put_le(out, e->tag, 2);
        put_le(out, e->type, 2);
        put_le(out, size, 4);
        if (e->type == 2 && size <= 4) {
            memcpy(out->data + out->size, (char[4]){0}, 4);
            memcpy(out->data + out->size, e->text, size);
            out->size += 4;
        } else if (e->type == 2 || e->type == 5) {
            put_le(out, (uint32_t)(extra - tiff), 4);
            size_t here = out->size;
            out->size = extra;
            if (e->text)
                put_text(out, e->text, size);
            else
                put_le(out, e->value, 4), put_le(out, 1, 4);
            extra = out->size + (out->size & 1);
            out->size = here;
        } else {
            put_le(out, e->value, 4);
        }
    }
    put_le(out, 0, 4);
    out->size = extra;
}

Err meta_exif(Arena *arena, const FileForm *form, Bytes *out)
{
    TRY(open_payload(arena, out));
    put_text(out, "Exif\0\0II*\0\10\0\0\0", 14);
    Entry main[9] = {{0x010F, 2, form->make, 0},
                     {0x0110, 2, form->model, 0},
                     {0x0112, 3, NULL, form->untagged ? 1u : (uint32_t)form->orientation},
                     {0x011A, 5, NULL, form->dpi ? (uint32_t)form->dpi : 72},
                     {0x011B, 5, NULL, form->dpi ? (uint32_t)form->dpi : 72},
                     {0x0128, 3, NULL, 2}};
    int count = 6;
    if (form->software)
        main[count++] = (Entry){0x0131, 2, form->software, 0};
    main[count++] = (Entry){0x0132, 2, form->captured, 0};
    main[count++] = (Entry){0x8769, 4, NULL, 0};
    size_t at = 6, pointer = 14 + 2 + 12 * (size_t)count - 4;
    put_directory(out, at, main, count);
    size_t second = out->size; /* now its place is known */
    out->size = pointer;
    put_le(out, (uint32_t)(second - at), 4);
    out->size = second;
    Entry detail[4] = {{0x9003, 2, form->captured, 0}};
    count = 1;
    if (form->fraction)
        detail[count++] = (Entry){0x9291, 2, form->fraction, 0};
    detail[count++] = (Entry){0xA001, 3, NULL, 1};
    if (form->serial)
        detail[count++] = (Entry){0xA431, 2, form->serial, 0};
    put_directory(out, at, detail, count);
    return OK;
}

static void put_fixed(Bytes *out, double value) /* s15Fixed16 */
{
    put_be(out, (uint32_t)(int32_t)lrint(value * 65536), 4);
}

static void put_xyz(Bytes *out, const double xyz[3])
{
    put_text(out, "XYZ \0\0\0", 8);
    for (int i = 0; i < 3; i++)
        put_fixed(out, xyz[i]);
}

static void put_unicode(Bytes *out, const char *text)
{
    uint32_t count = (uint32_t)strlen(text);
    put_text(out, "mluc\0\0\0\0\0\0\0\1\0\0\0\14enUS", 20);
    put_be(out, 2 * count, 4);
    put_be(out, 28, 4);
    for (uint32_t i = 0; i < count; i++)
        put_be(out, (uint8_t)text[i], 2);
    while (out->size % 4)
        put_be(out, 0, 1);
}

static void put_curve(Bytes *out, Space space)
{
    if (space == SPACE_ADOBE) {
        put_text(out, "para\0\0\0\0\0\0\0", 12);
        put_fixed(out, 563.0 / 256);
        return;
    }
    put_text(out, "para\0\0\0\0\0\3\0", 12); /* the curve of sRGB */
    const double curve[] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
    for (int i = 0; i < 5; i++)
        put_fixed(out, curve[i]);
}

/* Header of 128 bytes; the profile starts at `start`, its size is set at the end. */
static void put_icc_header(Bytes *out)
{
    put_be(out, 0, 4);
    put_text(out, "\0\0\0\0\4\x20\0\0mntrRGB XYZ ", 20);
    const uint16_t made[] = {2026, 1, 1, 0, 0, 0};
    for (int i = 0; i < 6; i++)
        put_be(out, made[i], 2);
    put_text(out, "acsp", 4);
    for (int i = 0; i < 7; i++) /* platform .. rendering intent */
        put_be(out, 0, 4);
    put_fixed(out, 0.9642), put_fixed(out, 1), put_fixed(out, 0.82491);
    for (int i = 0; i < 12; i++) /* creator, profile ID, reserved */
        put_be(out, 0, 4);
}

Err meta_icc(Arena *arena, Space space, Bytes *out)
{
    /* colorants of the standards' primaries, adapted to D50 (Bradford) */
    static const double primaries[][3][3] = {[SPACE_P3] = {{0.51512, 0.24120, -0.00105},
                                                           {0.29198, 0.69225, 0.04189},
                                                           {0.15710, 0.06657, 0.78407}},
                                             [SPACE_ADOBE] = {{0.60974, 0.31111, 0.01947},
                                                              {0.20528, 0.62567, 0.06087},
                                                              {0.14919, 0.06322, 0.74457}}};
    static const double white[3] = {0.9642, 1, 0.82491};
    static const char tags[] = "descwtptrXYZgXYZbXYZrTRCgTRCbTRCcprt";
    TRY(open_payload(arena, out));
    put_text(out, "ICC_PROFILE\0\1\1", 14);
    size_t start = out->size, table = start + 132;
    put_icc_header(out);
    put_be(out, 9, 4);
    out->size += 9 * 12;
    for (int i = 0; i < 9; i++) {
        size_t at = out->size;
        if (i == 0)
            put_unicode(out, space == SPACE_P3 ? "Display P3" : "Compatible with Adobe RGB (1998)");
        else if (i == 1)
            put_xyz(out, white);
        else if (i <= 4)
            put_xyz(out, primaries[space][i - 2]);
        else if (i <= 7)
            put_curve(out, space);
        else
            put_unicode(out, "CC0");
        size_t end = out->size;
        out->size = table + 12 * (size_t)i;
        put_text(out, tags + 4 * i, 4);
        put_be(out, (uint32_t)(at - start), 4);
        put_be(out, (uint32_t)(end - at), 4);
        out->size = end;
    }
    size_t end = out->size;
    out->size = start;
    put_be(out, (uint32_t)(end - start), 4);
    out->size = end;
    return OK;
}
