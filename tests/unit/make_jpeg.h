/* SPDX-License-Identifier: MIT */
/* Pictures and JPEG files of every kind for tests. One test file includes it once. */
#ifndef MAKE_JPEG_H
#define MAKE_JPEG_H

#include <lcms2.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>

#include "../../pipeline/photo.h"

typedef struct MakeJpeg {
    int quality;      /* 0: 90 */
    int across, down; /* luma sampling; 0: 2 x 2 */
    int components;   /* 1 grey, 4 CMYK; 0: 3 */
    bool progressive, optimised, arithmetic, rgb_inside, wide_tables;
    bool no_jfif;
    bool apart; /* a scan for each component */
    int restart_rows;
    int dpi;                  /* 0: JFIF without a unit */
    Bytes exif, icc, comment; /* written where size > 0; exif without its "Exif\0\0" */
} MakeJpeg;

/* Every kind that stages/scan.c reads. */
static const MakeJpeg MAKE_SCANS[] = {
    {.quality = 85, .across = 2, .down = 2}, {.quality = 90, .across = 2, .down = 1}, {.quality = 80, .across = 1, .down = 1},
    {.quality = 85, .across = 2, .down = 2, .restart_rows = 3}, {.quality = 75, .across = 2, .down = 2, .optimised = true},
    {.quality = 85, .across = 1, .down = 2}, {.quality = 85, .across = 4, .down = 1},
};
enum { MAKE_SCAN_COUNT = sizeof MAKE_SCANS / sizeof *MAKE_SCANS };

/* A face-like blob on a plain ground with some texture; the same for the same numbers. */
static inline Picture make_picture(Arena *arena, int width_px, int height_px, double noise)
{
    Picture picture = {width_px, height_px, arena_alloc(arena, (size_t)width_px * height_px * 3)};
    unsigned seed = 12345u + (unsigned)width_px;
    for (int y = 0; y < height_px; y++)
        for (int x = 0; x < width_px; x++) {
            double dx = (x - width_px * 0.5) / width_px, dy = (y - height_px * 0.45) / height_px;
            bool face = dx * dx * 9 + dy * dy * 9 < 0.25, body = y > height_px * 0.8;
            double base[3] = {100, 197, 255};
            if (face) {
                base[0] = 210 + 30 * sin(x * 0.11), base[1] = 160 + 25 * sin(y * 0.07),
                base[2] = 130;
            } else if (body) {
                base[0] = base[1] = base[2] = 235 + 15 * sin(x * 0.3 + y * 0.1);
            }
            for (int c = 0; c < 3; c++) {
                seed = seed * 1664525u + 1013904223u;
                double value = base[c] + noise * ((seed >> 24) / 127.5 - 1);
                picture.rgb[((size_t)y * width_px + x) * 3 + c] = (uint8_t)(value < 0     ? 0
                                                                            : value > 255 ? 255
                                                                                          : value);
            }
        }
    return picture;
}

static inline void make_markers(struct jpeg_compress_struct *info, const MakeJpeg *how)
{
    if (how->exif.size) {
        jpeg_write_m_header(info, JPEG_APP0 + 1, (unsigned)how->exif.size + 6);
        for (int i = 0; i < 6; i++)
            jpeg_write_m_byte(info, "Exif\0"[i]);
        for (size_t i = 0; i < how->exif.size; i++)
            jpeg_write_m_byte(info, how->exif.data[i]);
    }
    if (how->icc.size)
        jpeg_write_icc_profile(info, how->icc.data, (unsigned)how->icc.size);
    if (how->comment.size)
        jpeg_write_marker(info, JPEG_COM, how->comment.data, (unsigned)how->comment.size);
}

static inline void make_space(struct jpeg_compress_struct *info, const MakeJpeg *how)
{
    int components = how->components ? how->components : 3;
    info->input_components = components;
    info->in_color_space = components == 1 ? JCS_GRAYSCALE : components == 4 ? JCS_CMYK : JCS_RGB;
    jpeg_set_defaults(info);
    if (how->rgb_inside)
        jpeg_set_colorspace(info, JCS_RGB);
    jpeg_set_quality(info, how->quality ? how->quality : 90, !how->wide_tables);
    if (components == 3) {
        info->comp_info[0].h_samp_factor = how->across ? how->across : 2;
        info->comp_info[0].v_samp_factor = how->down ? how->down : 2;
    }
}

static inline void make_silent(j_common_ptr info)
{
    (void)info;
}

static inline Bytes make_jpeg(Arena *arena, const Picture *picture, MakeJpeg how)
{
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr errors;
    unsigned char *data = NULL;
    unsigned long bytes = 0;
    info.err = jpeg_std_error(&errors);
    errors.output_message = make_silent;
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &data, &bytes);
    info.image_width = (JDIMENSION)picture->width_px;
    info.image_height = (JDIMENSION)picture->height_px;
    make_space(&info, &how);
    info.density_unit = how.dpi ? 1 : 0;
    if (how.dpi)
        info.X_density = info.Y_density = (UINT16)how.dpi;
    if (how.no_jfif)
        info.write_JFIF_header = FALSE;
    info.optimize_coding = how.optimised;
    if (how.progressive)
        jpeg_simple_progression(&info);
    static const jpeg_scan_info apart[] = {{1, {0}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}, {1, {2}, 0, 63, 0, 0}};
    if (how.apart) {
        info.scan_info = apart;
        info.num_scans = 3;
    }
    info.arith_code = how.arithmetic;
    info.restart_in_rows = how.restart_rows;
    jpeg_start_compress(&info, TRUE);
    make_markers(&info, &how);
    uint8_t *row = malloc((size_t)picture->width_px * 4);
    while (info.next_scanline < info.image_height) {
        const uint8_t *from = picture->rgb + (size_t)info.next_scanline * picture->width_px * 3;
        for (int x = 0; x < picture->width_px; x++)
            for (int c = 0; c < info.input_components; c++)
                row[x * info.input_components + c] = from[3 * x + c % 3];
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    Bytes out = {arena_alloc(arena, bytes), bytes};
    memcpy(out.data, data, bytes);
    free(row);
    free(data);
    return out;
}

/* The file with `bytes` put in at `at`. */
static inline Bytes make_insert(Arena *arena, Bytes file, size_t at, const void *bytes,
                                size_t count)
{
    Bytes out = {arena_alloc(arena, file.size + count), file.size + count};
    memcpy(out.data, file.data, at);
    memcpy(out.data + at, bytes, count);
    memcpy(out.data + at + count, file.data + at, file.size - at);
    return out;
}

/* Offset of the first marker of that kind at or behind `from`; walks bytes, so use it on headers.
 */
static inline size_t make_find(Bytes file, size_t from, int marker)
{
    for (size_t i = from; i + 1 < file.size; i++)
        if (file.data[i] == 0xff && file.data[i + 1] == marker)
            return i;
    return file.size;
}

/* With a colour profile behind its JFIF header. */
static inline Bytes make_with_icc(Arena *arena, Bytes file, Bytes icc)
{
    Bytes out = make_insert(arena, file, 20, icc.data, icc.size);
    uint8_t head[18] = "\xff\xe2..ICC_PROFILE\0\1\1";
    head[2] = (uint8_t)((icc.size + 16) >> 8), head[3] = (uint8_t)(icc.size + 16);
    return make_insert(arena, out, 20, head, sizeof head);
}

static inline Bytes make_srgb_profile(Arena *arena)
{
    cmsHPROFILE srgb = cmsCreate_sRGBProfile();
    cmsUInt32Number size = 0;
    cmsSaveProfileToMem(srgb, NULL, &size);
    Bytes out = {arena_alloc(arena, size), size};
    cmsSaveProfileToMem(srgb, out.data, &size);
    cmsCloseProfile(srgb);
    return out;
}

#endif
