/* SPDX-License-Identifier: MIT */
/* libvips keeps one error text for the whole process: it is cleared, never read. */
#include "raster.h"

#include <stdlib.h>
#include <string.h>

#include <vips/vips.h>

static void drop_image(VipsImage **image)
{
    g_clear_object(image);
}

static void drop_bytes(void **bytes)
{
    g_free(*bytes);
}

/* libvips warns on stderr about profiles that it dislikes; what counts is said by `converted`. */
static void on_log(const char *domain, GLogLevelFlags level, const char *text, void *unused)
{
    (void)domain, (void)level, (void)text, (void)unused;
}

Err raster_start(const char *program)
{
    if (vips_init(program)) {
        vips_error_clear();
        return (Err){ERR_MODEL, "cannot start libvips"};
    }
    g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING | G_LOG_LEVEL_INFO, on_log, NULL);
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    return OK;
}

void raster_stop(void)
{
    vips_shutdown();
}

static VipsImage *image_over(const uint8_t *rgb, int width_px, int height_px)
{
    size_t bytes = (size_t)width_px * (size_t)height_px * 3;
    return vips_image_new_from_memory(rgb, bytes, width_px, height_px, 3, VIPS_FORMAT_UCHAR);
}

/* Copies the pixels of an image that must have just this shape. */
static bool image_pixels(VipsImage *image, int width_px, int height_px, uint8_t *out)
{
    if (image->Xsize != width_px || image->Ysize != height_px || image->Bands != 3 ||
        image->BandFmt != VIPS_FORMAT_UCHAR)
        return false;
    size_t bytes = 0;
    CLEANUP(drop_bytes) void *pixels = vips_image_write_to_memory(image, &bytes);
    if (!pixels || bytes != (size_t)width_px * (size_t)height_px * 3)
        return false;
    memcpy(out, pixels, bytes);
    return true;
}

static uint32_t be32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

enum { ICC_HEADER = 128, ICC_TAG = 12, ICC_TAGS_MAX = 200 };

/* True when the tag is there, has content, and all of it lies inside the profile. */
static bool tag_whole(const Bytes *icc, const char *name)
{
    uint32_t count = be32(icc->data + ICC_HEADER);
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *tag = icc->data + ICC_HEADER + 4 + (size_t)i * ICC_TAG;
        size_t at = be32(tag + 4), bytes = be32(tag + 8);
        if (!memcmp(tag, name, 4))
            return at >= ICC_HEADER && bytes >= 8 && at <= icc->size && bytes <= icc->size - at &&
                   be32(icc->data + at) != 0;
    }
    return false;
}

/* libvips quietly takes a profile of its own where the embedded one has no content, so the tags
 * that carry an RGB space are looked for here. ICC.1: the size at 0, the colour space at 16, 'acsp'
 * at 36. */
static bool profile_usable(const Bytes *icc)
{
    static const char *const matrix[] = {"rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"};
    if (!icc || !icc->data || icc->size < ICC_HEADER + 4 || be32(icc->data) > icc->size)
        return false;
    uint32_t count = be32(icc->data + ICC_HEADER);
    if (memcmp(icc->data + 16, "RGB ", 4) || memcmp(icc->data + 36, "acsp", 4) ||
        count > ICC_TAGS_MAX || count * ICC_TAG > icc->size - ICC_HEADER - 4)
        return false;
    if (tag_whole(icc, "A2B0"))
        return true;
    for (size_t i = 0; i < sizeof matrix / sizeof *matrix; i++)
        if (!tag_whole(icc, matrix[i]))
            return false;
    return true;
}

/* One extra row of greys goes through the conversion with the picture. A profile that is whole in
 * form but wrong in content shows there: no RGB working space tints its own grey axis. */
enum { PROBES = 5, PROBE_TINT_MAX = 24, PROBE_SHIFT_MAX = 64 };
static const uint8_t probe_greys[PROBES] = {0, 64, 128, 192, 255};

static void probes_write(uint8_t *row, int width_px)
{
    for (int x = 0; x < width_px; x++)
        memset(row + 3 * x, probe_greys[x % PROBES], 3);
}

static bool probes_sound(const uint8_t *row, int width_px)
{
    for (int x = 0; x < PROBES && x < width_px; x++) {
        const uint8_t *rgb = row + 3 * x;
        for (int c = 0; c < 3; c++) {
            int tint = abs(rgb[c] - rgb[(c + 1) % 3]);
            int shift = abs(rgb[c] - probe_greys[x % PROBES]);
            if (tint > PROBE_TINT_MAX || shift > PROBE_SHIFT_MAX)
                return false;
        }
    }
    return true;
}

static bool image_to_srgb(VipsImage *image, const Bytes *icc, uint8_t *out)
{
    CLEANUP(drop_image) VipsImage *tagged = NULL;
    CLEANUP(drop_image) VipsImage *converted = NULL;
    if (vips_copy(image, &tagged, "interpretation", VIPS_INTERPRETATION_sRGB, NULL))
        return false;
    if (!vips_icc_is_compatible_profile(tagged, icc->data, icc->size)) /* it would take its own */
        return false;
    vips_image_set_blob_copy(tagged, VIPS_META_ICC_NAME, icc->data, icc->size);
    if (vips_icc_transform(tagged, &converted, "srgb", "embedded", TRUE, "depth", 8, NULL))
        return false;
    return image_pixels(converted, image->Xsize, image->Ysize, out);
}

/* Replaces picture->rgb where the profile is good; leaves it alone otherwise. */
static Err convert_colours(Arena *arena, const Bytes *icc, Picture *picture, bool *converted)
{
    size_t row = (size_t)picture->width_px * 3, bytes = row * (size_t)picture->height_px;
    uint8_t *probed = arena_alloc(arena, bytes + row), *result = arena_alloc(arena, bytes + row);
    if (!probed || !result)
        return fail(arena, ERR_MEMORY, "no room to convert the colours of %d x %d pixels",
                    picture->width_px, picture->height_px);
    memcpy(probed, picture->rgb, bytes);
    probes_write(probed + bytes, picture->width_px);
    CLEANUP(drop_image)
    VipsImage *image = image_over(probed, picture->width_px, picture->height_px + 1);
    *converted = image && image_to_srgb(image, icc, result) &&
                 probes_sound(result + bytes, picture->width_px);
    if (*converted)
        picture->rgb = result;
    else
        vips_error_clear();
    return OK;
}

static Err copy_box(Arena *arena, const Picture *in, Box box, Picture *out)
{
    size_t row = (size_t)box.width * 3;
    out->rgb = arena_alloc(arena, row * (size_t)box.height);
    if (!out->rgb)
        return fail(arena, ERR_MEMORY, "no room for a frame of %d x %d", box.width, box.height);
    for (int y = 0; y < box.height; y++)
        memcpy(out->rgb + (size_t)y * row,
               in->rgb + ((size_t)(box.y + y) * (size_t)in->width_px + (size_t)box.x) * 3, row);
    return OK;
}

Err raster_frame(Arena *arena, const Picture *in, Box box, const Bytes *icc, Picture *out,
                 bool *converted)
{
    *converted = false;
    bool same = box.width == out->width_px && box.height == out->height_px;
    TRY(same ? copy_box(arena, in, box, out) : raster_scale(arena, in, box, out));
    return profile_usable(icc) ? convert_colours(arena, icc, out, converted) : OK;
}
