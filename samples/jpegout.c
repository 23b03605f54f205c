/* SPDX-License-Identifier: MIT */
/* The samples' own door to libjpeg. */
#include "jpegout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>

enum { SCANS = 150 };

static void free_memory(unsigned char **memory)
{
    free(*memory);
}

static void choose_form(struct jpeg_compress_struct *c, const JpegWish *wish)
{
    const FileForm *form = wish->form;
    c->in_color_space = wish->components == 1   ? JCS_GRAYSCALE
                        : wish->components == 4 ? JCS_CMYK
                                                : JCS_RGB;
    c->input_components = wish->components;
    jpeg_set_defaults(c);
    jpeg_set_quality(c, wish->quality, TRUE);
    if (form->dpi) {
        c->density_unit = 1;
        c->X_density = c->Y_density = (UINT16)form->dpi;
    }
    if (wish->components == 3) {
        c->comp_info[0].h_samp_factor = form->sampling == SAMPLING_444 ? 1 : 2;
        c->comp_info[0].v_samp_factor = form->sampling == SAMPLING_420 ? 2 : 1;
    }
    c->optimize_coding = form->optimise;
    c->restart_in_rows = form->restart_rows;
    if (form->progressive)
        jpeg_simple_progression(c);
}

/* A legal file that asks for the work of 150 passes: DC once, then each coefficient alone, and
 * again in refinements that bring nothing. */
static int fill_scans(jpeg_scan_info *scans)
{
    int count = 0;
    scans[count++] = (jpeg_scan_info){3, {0, 1, 2}, 0, 0, 0, 0};
    for (int component = 0; component < 3; component++)
        for (int k = 1; k < 64 && count < SCANS; k++)
            scans[count++] = (jpeg_scan_info){1, {component}, k, k, 0, 0};
    return count;
}

static void write_rows(struct jpeg_compress_struct *c, const Picture *picture)
{
    size_t width = (size_t)picture->width_px;
    uint8_t *row = c->input_components == 3 ? NULL : malloc(width * 4);
    for (int y = 0; y < picture->height_px; y++) {
        uint8_t *rgb = picture->rgb + (size_t)y * width * 3, *line = row ? row : rgb;
        for (size_t x = 0; row && x < width; x++) {
            const uint8_t *p = rgb + 3 * x;
            if (c->input_components == 1)
                row[x] = (uint8_t)((299 * p[0] + 587 * p[1] + 114 * p[2] + 500) / 1000);
            else /* no black, and inverted: Adobe's way */
                memcpy(row + 4 * x, (uint8_t[4]){p[0], p[1], p[2], 255}, 4);
        }
        jpeg_write_scanlines(c, &line, 1);
    }
    free(row);
}

Err jpegout_encode(Arena *arena, const Picture *picture, const JpegWish *wish, Bytes *out)
{
    struct jpeg_compress_struct c = {0};
    struct jpeg_error_mgr errors;
    jpeg_scan_info scans[SCANS];
    CLEANUP(free_memory) unsigned char *memory = NULL;
    unsigned long size = 0;
    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &memory, &size);
    c.image_width = (JDIMENSION)picture->width_px;
    c.image_height = (JDIMENSION)picture->height_px;
    choose_form(&c, wish);
    if (wish->form->many_scans) {
        c.num_scans = fill_scans(scans);
        c.scan_info = scans;
    }
    jpeg_start_compress(&c, TRUE);
    if (wish->exif.data)
        jpeg_write_marker(&c, JPEG_APP0 + 1, wish->exif.data, (unsigned)wish->exif.size);
    if (wish->icc.data)
        jpeg_write_marker(&c, JPEG_APP0 + 2, wish->icc.data, (unsigned)wish->icc.size);
    write_rows(&c, picture);
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    *out = (Bytes){arena_alloc(arena, size), size};
    if (!out->data)
        return fail(arena, ERR_MEMORY, "no memory for a file of %lu bytes", size);
    memcpy(out->data, memory, size);
    return OK;
}
