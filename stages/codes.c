/* SPDX-License-Identifier: MIT */
#include "codes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include <jansson.h>

#include "module.h"

enum { SHARES = 20, TRIES = 4, MARKS_OF_ONE = 4 };
static const int shares[TRIES] = {18, 14, 11, 9}; /* of 20: what fails at one size is mostly read at another */
enum { TEXT_BYTES = 512 }; /* longer than any number of a roster; what is cut meets none */

typedef struct Grey {
    int size[2];
    const uint8_t *pixels;
} Grey;

static void drop(json_t **value)
{
    json_decref(*value);
}

static void drop_text(char **text)
{
    free(*text);
}

Err codes_load(Arena *arena, const CodesDoor **out)
{
    const void *door;
    TRY(module_load(arena, "codes.so", "codes_door", &door));
    *out = door;
    return OK;
}

/* Luma of ITU-R BT.601, in 256ths. */
static void make_grey(const Picture *picture, uint8_t *out)
{
    size_t count = (size_t)picture->width_px * (size_t)picture->height_px;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *rgb = picture->rgb + 3 * i;
        out[i] = (uint8_t)((77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2]) >> 8);
    }
}

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory to look for codes");
}

static bool is_known(const Codes *codes, const char *text)
{
    for (int i = 0; i < codes->count; i++)
        if (strcmp(codes->texts[i], text) == 0)
            return true;
    return false;
}

static Err keep_text(Arena *arena, const char *text, Codes *out)
{
    char *valid = g_utf8_make_valid(text, -1);
    const char *copy = arena_copy(arena, g_strstrip(valid));
    g_free(valid);
    if (!copy)
        return no_memory(arena);
    if (!is_known(out, copy))
        out->texts[out->count++] = copy;
    return OK;
}

/* Bilinear, to `share` twentieths of both sides. */
static Err shrink_grey(Arena *arena, const Grey *in, int share, Grey *out)
{
    double k = (double)SHARES / share;
    *out = (Grey){{in->size[0] * share / SHARES, in->size[1] * share / SHARES}, NULL};
    uint8_t *pixels = arena_alloc(arena, (size_t)out->size[0] * (size_t)out->size[1] + 1);
    if (!pixels)
        return no_memory(arena);
    out->pixels = pixels;
    for (int y = 0; y < out->size[1]; y++)
        for (int x = 0; x < out->size[0]; x++) {
            double u = fmax(0, (x + 0.5) * k - 0.5), v = fmax(0, (y + 0.5) * k - 0.5);
            int left = (int)u, top = (int)v;
            int right = left + 1 < in->size[0] ? left + 1 : left, below = top + 1 < in->size[1] ? top + 1 : top;
            const uint8_t *one = in->pixels + (size_t)top * (size_t)in->size[0];
            const uint8_t *other = in->pixels + (size_t)below * (size_t)in->size[0];
            double high = one[left] + (u - left) * (one[right] - one[left]);
            double low = other[left] + (u - left) * (other[right] - other[left]);
            *pixels++ = (uint8_t)lrint(high + (v - top) * (low - high));
        }
    return OK;
}

/* `failed`: the library did, which says nothing about the picture. */
static Err read_grey(Arena *arena, const CodesDoor *door, const Grey *grey, Codes *out, bool *failed)
{
    char *texts = arena_alloc(arena, (size_t)CODES_MAX * TEXT_BYTES);
    if (!texts)
        return no_memory(arena);
    int count = door->read(grey->pixels, grey->size, texts, TEXT_BYTES, CODES_MAX);
    *failed = *failed || count < 0;
    for (int i = 0; i < count; i++)
        TRY(keep_text(arena, texts + (size_t)i * TEXT_BYTES, out));
    return OK;
}

Err codes_find(Arena *arena, const CodesDoor *door, const Picture *picture, Codes *out)
{
    *out = (Codes){.unread = true};
    if (!picture->rgb)
        return OK;
    Grey whole = {{picture->width_px, picture->height_px}, NULL}, small;
    uint8_t *pixels = arena_alloc(arena, (size_t)picture->width_px * (size_t)picture->height_px);
    if (!pixels)
        return no_memory(arena);
    make_grey(picture, pixels);
    whole.pixels = pixels;
    int marks;
    bool failed = false;
    TRY(code_marks(arena, pixels, whole.size[0], whole.size[1], &marks));
    TRY(read_grey(arena, door, &whole, out, &failed));
    for (int i = 0; i < TRIES && marks && !out->count; i++) {
        TRY(shrink_grey(arena, &whole, shares[i], &small));
        TRY(read_grey(arena, door, &small, out, &failed));
    }
    out->unread = out->count ? marks > MARKS_OF_ONE && out->count == 1 : marks > 0 || failed;
    return OK;
}

static void put_text(json_t *out, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(out, key, json_string(text));
}

Err codes_json(Arena *arena, const Codes *codes, const Source *source, const char **out)
{
    const JpegHeader *header = &source->header;
    CLEANUP(drop) json_t *json = json_object();
    json_t *texts = json_array();
    for (int i = 0; i < codes->count; i++)
        json_array_append_new(texts, json_string(codes->texts[i]));
    json_object_set_new(json, "codes", texts);
    if (codes->unread)
        json_object_set_new(json, "unread", json_true());
    put_text(json, "sha256", source->sha256);
    put_text(json, "captured", header->captured);
    put_text(json, "fraction", header->fraction);
    put_text(json, "camera", header->camera);
    put_text(json, "serial", header->serial);
    CLEANUP(drop_text) char *text = json_dumps(json, JSON_COMPACT);
    *out = text ? arena_copy(arena, text) : NULL;
    return *out ? OK : no_memory(arena);
}
