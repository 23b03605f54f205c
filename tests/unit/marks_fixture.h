/* SPDX-License-Identifier: MIT */
/* What is drawn on a portrait, and what stages/marks.c makes of it. */
#ifndef MARKS_FIXTURE_H
#define MARKS_FIXTURE_H

#include "../../stages/marks.h"
#include "../../stages/raster.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <math.h>
#include "scene.h"
#include "arena_fixture.h"

static inline void fill(Picture *p, Box box, const uint8_t rgb[3])
{
    for (int j = box.y; j < box.y + box.height; j++)
        for (int i = box.x; i < box.x + box.width; i++)
            memcpy(&p->rgb[3 * (j * p->width_px + i)], rgb, 3);
}

/* Seven-segment 8: all seven strokes. */
static inline void digit(Picture *p, int x, int y, int size, const uint8_t rgb[3])
{
    int t = size / 7 + 1, w = size / 2 + 1;
    fill(p, (Box){x, y, w, t}, rgb);
    fill(p, (Box){x, y + size / 2, w, t}, rgb);
    fill(p, (Box){x, y + size - t, w, t}, rgb);
    fill(p, (Box){x, y, t, size}, rgb);
    fill(p, (Box){x + w - t, y, t, size}, rgb);
}

static inline Facts measure(const Scene *scene, const Picture *picture)
{
    FacePlace face = scene_place(scene);
    Blocks blocks;
    Facts facts;
    facts_clear(&facts);
    assert_int_equal(blocks_new(arena, picture, &blocks).code, ERR_NONE);
    assert_int_equal(marks_measure(arena, &blocks, &face, &facts).code, ERR_NONE);
    return facts;
}

#endif
