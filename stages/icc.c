/* SPDX-License-Identifier: MIT */
/* Making a transform costs more than using it on a small picture, so a lane keeps some. Profiles are
 * told apart by their bytes. */
#include "icc.h"

#include <stdlib.h>
#include <string.h>

#include <lcms2.h>

enum { KEPT = 4, KEPT_BYTES_MAX = 1 << 16 }; /* larger profiles are made anew for each photo */

typedef struct Kept {
    Bytes profile; /* ours */
    cmsHTRANSFORM transform; /* NULL: the profile is of no use */
} Kept;

struct IccSeat {
    cmsContext context;
    Kept kept[KEPT];
    int next; /* to be replaced */
};

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

/* The tags that carry an RGB space must have content: a library may take something of its own where
 * they have none. ICC.1: the size at 0, the colour space at 16, 'acsp' at 36. */
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

/* A profile that is whole in form but wrong in content shows on greys: no RGB working space tints its
 * own grey axis. */
static bool greys_stay(cmsHTRANSFORM transform)
{
    enum { PROBES = 5, TINT_MAX = 24, SHIFT_MAX = 80 }; /* linear light shifts its 64 by 73, more than any gamma up to 3 */
    static const uint8_t greys[PROBES] = {0, 64, 128, 192, 255};
    uint8_t rgb[3 * PROBES];
    for (int i = 0; i < PROBES; i++)
        memset(rgb + 3 * i, greys[i], 3);
    cmsDoTransform(transform, rgb, rgb, PROBES);
    for (int i = 0; i < PROBES; i++)
        for (int c = 0; c < 3; c++) {
            int tint = abs(rgb[3 * i + c] - rgb[3 * i + (c + 1) % 3]);
            int shift = abs(rgb[3 * i + c] - greys[i]);
            if (tint > TINT_MAX || shift > SHIFT_MAX)
                return false;
        }
    return true;
}

/* NULL where the profile is of no use. */
static cmsHTRANSFORM transform_new(cmsContext context, const Bytes *icc)
{
    if (icc->size > UINT32_MAX)
        return NULL;
    cmsHPROFILE from = cmsOpenProfileFromMemTHR(context, icc->data, (cmsUInt32Number)icc->size);
    cmsHPROFILE to = from ? cmsCreate_sRGBProfileTHR(context) : NULL;
    cmsHTRANSFORM transform = NULL;
    if (to && cmsGetColorSpace(from) == cmsSigRgbData)
        transform = cmsCreateTransformTHR(context, from, TYPE_RGB_8, to, TYPE_RGB_8,
                                          INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOCACHE);
    if (to)
        cmsCloseProfile(to);
    if (from)
        cmsCloseProfile(from);
    if (transform && !greys_stay(transform)) {
        cmsDeleteTransform(transform);
        return NULL;
    }
    return transform;
}

static void forget(Kept *kept)
{
    if (kept->transform)
        cmsDeleteTransform(kept->transform);
    free(kept->profile.data);
    *kept = (Kept){0};
}

/* The kept transform of a profile, made where it is not there. NULL when out of memory. */
static const Kept *keep(IccSeat *seat, const Bytes *icc)
{
    for (int i = 0; i < KEPT; i++) {
        const Bytes *known = &seat->kept[i].profile;
        if (known->data && known->size == icc->size && !memcmp(known->data, icc->data, icc->size))
            return &seat->kept[i];
    }
    Kept *kept = &seat->kept[seat->next];
    seat->next = (seat->next + 1) % KEPT;
    forget(kept);
    kept->profile = (Bytes){malloc(icc->size), icc->size};
    if (!kept->profile.data)
        return NULL;
    memcpy(kept->profile.data, icc->data, icc->size);
    kept->transform = transform_new(seat->context, icc);
    return kept;
}

static bool turn(cmsHTRANSFORM transform, Picture *picture)
{
    if (transform)
        cmsDoTransform(transform, picture->rgb, picture->rgb,
                       (cmsUInt32Number)(picture->width_px * picture->height_px));
    return transform != NULL;
}

Err icc_to_srgb(IccSeat *seat, const Bytes *icc, Picture *picture, bool *converted)
{
    *converted = false;
    if (!profile_usable(icc))
        return OK;
    if (icc->size <= KEPT_BYTES_MAX) {
        const Kept *kept = keep(seat, icc);
        if (!kept)
            return (Err){ERR_MEMORY, "no room to keep a colour profile"};
        *converted = turn(kept->transform, picture);
        return OK;
    }
    cmsHTRANSFORM transform = transform_new(seat->context, icc);
    *converted = turn(transform, picture);
    if (transform)
        cmsDeleteTransform(transform);
    return OK;
}

int icc_says(const JpegHeader *header, bool converted)
{
    if (converted)
        return 1;
    if (header->icc || header->icc_broken)
        return 0;
    return header->not_srgb ? 2 : 1;
}

bool icc_moves(IccSeat *seat, const JpegHeader *header)
{
    enum { SIDE = 9, COLOURS = SIDE * SIDE * SIDE, STEP = 32, SAME_LEVELS = 2 };
    uint8_t before[3 * COLOURS], after[3 * COLOURS];
    for (int i = 0; i < COLOURS; i++)
        for (int c = 0, part = i; c < 3; c++, part /= SIDE)
            before[3 * i + c] = (uint8_t)(part % SIDE == SIDE - 1 ? 255 : part % SIDE * STEP);
    memcpy(after, before, sizeof after);
    Picture colours = {COLOURS, 1, after};
    Bytes icc = {(uint8_t *)(uintptr_t)header->icc, header->icc_bytes};
    bool converted;
    if (icc_to_srgb(seat, &icc, &colours, &converted).code)
        return true; /* no room: whoever converts will say so */
    for (size_t i = 0; converted && i < sizeof before; i++)
        if (abs(after[i] - before[i]) > SAME_LEVELS)
            return true;
    return false;
}

IccSeat *icc_seat_open(Arena *arena)
{
    IccSeat *seat = ARENA_NEW(arena, IccSeat);
    if (!seat)
        return NULL;
    seat->context = cmsCreateContext(NULL, NULL);
    return seat->context ? seat : NULL;
}

void icc_seat_close(IccSeat *seat)
{
    for (int i = 0; i < KEPT; i++)
        forget(&seat->kept[i]);
    cmsDeleteContext(seat->context);
}
