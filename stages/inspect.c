/* SPDX-License-Identifier: MIT */
#include "inspect.h"

#include <string.h>

#include "../pipeline/digest.h"
#include "jpeg.h"

static bool sampling_allowed(const JpegHeader *header)
{
    return header->ycbcr &&
           (!strcmp(header->sampling, "4:2:0") || !strcmp(header->sampling, "4:4:4"));
}

/* Where it differs across and down, the one that is farther from what is asked. */
static double dpi_of(const JpegHeader *header, const Profile *profile)
{
    bool down = fabs(header->dpi_down - profile->dpi) > fabs(header->dpi - profile->dpi);
    return down ? header->dpi_down : header->dpi;
}

static void frame_facts(const JpegHeader *header, const Profile *profile, Facts *facts)
{
    fact_set(facts, CHECK_width_px, header->width_px, 0);
    fact_set(facts, CHECK_height_px, header->height_px, 0);
    fact_set(facts, CHECK_dpi, dpi_of(header, profile), 0);
    fact_set(facts, CHECK_baseline, header->baseline, 0);
    if (header->components == 3)
        fact_set(facts, CHECK_sampling_allowed, sampling_allowed(header), 0);
    fact_set(facts, CHECK_quality, header->quality, header->quality_error);
    fact_set(facts, CHECK_metadata_bytes, (double)header->metadata_bytes, 0);
    fact_set(facts, CHECK_trailing_bytes, (double)header->trailing_bytes, 0);
    fact_set(facts, CHECK_colour_components, header->components, 0);
    fact_set(facts, CHECK_bit_depth, header->bits, 0);
}

Err inspect_file(Arena *arena, const Bytes *file, const Profile *profile, Facts *facts, Output *out)
{
    if (!file->data)
        return OK;
    JpegHeader header;
    jpeg_header(arena, file->data, file->size, &header);
    fact_set(facts, CHECK_file_bytes, (double)file->size, 0);
    if (!out->sha256[0])
        digest_sha256(file->data, file->size, out->sha256);
    if (header.problem)
        return OK;
    frame_facts(&header, profile, facts);
    strcpy(out->sampling, header.sampling);
    out->quality = isnan(header.quality) ? 0 : (int)lround(header.quality);
    return OK;
}

static bool bytes_in_range(size_t bytes, const Profile *profile)
{
    return bytes >= (size_t)profile->bytes_lo && bytes <= (size_t)profile->bytes_hi;
}

/* The picture itself is as asked; only what stands around it may differ. */
static bool picture_complies(const JpegHeader *header, const Profile *profile)
{
    return header->format == FORMAT_JPEG && !header->problem && header->end_marker &&
           header->width_px == profile->width_px && header->height_px == profile->height_px &&
           header->baseline && header->bits == 8 && header->scans == 1 &&
           sampling_allowed(header) &&
           header->quality - header->quality_error >= profile->quality_lo &&
           header->orientation == 1;
}

bool inspect_keeps(const JpegHeader *header, size_t bytes, const Profile *profile, bool *complies)
{
    *complies = false;
    if (!picture_complies(header, profile))
        return false;
    *complies = header->jfif && header->dpi == profile->dpi && header->dpi_down == profile->dpi &&
                header->metadata_bytes == 0 && header->trailing_bytes == 0 && bytes_in_range(bytes, profile);
    return *complies || bytes_in_range(header->clean_bytes, profile);
}
