/* SPDX-License-Identifier: MIT */
/* Below the neck: how white the top is, and whether it stands out from the paper. */
#include "light.h"

#include <stdlib.h>
#include "colour.h"

/* White as cloth is: light and nearly without colour, also in the shade of its folds. Lab. */
static const double WHITE_LIGHT = 60, WHITE_CHROMA = 16;
/* Clothes begin this far below the chin, in face widths; the neck is above. */
static const double NECK = 0.40;

static size_t index_of(const Silhouette *in, int x, int y)
{
    return (size_t)y * (size_t)in->width_px + (size_t)x;
}

static Lab lab_at(const Picture *picture, size_t at)
{
    const uint8_t *p = picture->rgb + 3 * at;
    return lab_of(p[0], p[1], p[2]);
}

static void white_share(const Picture *small, const Silhouette *in, int from, Facts *facts)
{
    int count = 0, white = 0;
    for (int y = from; y < in->height_px; y += 2)
        for (int x = 0; x < in->width_px; x += 2) {
            size_t at = index_of(in, x, y);
            if (in->label[at] != LABEL_PERSON)
                continue;
            Lab lab = lab_at(small, at);
            count++;
            white += lab.l >= WHITE_LIGHT && hypot(lab.a, lab.b) <= WHITE_CHROMA;
        }
    if (count * 4 >= 0.01 * in->width_px * in->height_px)
        fact_set(facts, CHECK_white_top, 100.0 * white / count, 3);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Where a column beside the neck passes from paper to a shoulder: the difference of the colours on
 * both sides. NaN where it starts in hair or never meets a shoulder. */
static double step_in_column(const Picture *small, const Silhouette *in, int x, int from)
{
    enum { AWAY = 5 };
    int y = from;
    while (y < in->height_px && in->label[index_of(in, x, y)] == LABEL_PAPER)
        y++;
    if (y == from || y - AWAY < 0 || y + AWAY >= in->height_px ||
        in->label[index_of(in, x, y + AWAY)] != LABEL_PERSON)
        return NAN;
    return lab_difference(lab_at(small, index_of(in, x, y + AWAY)),
                          lab_at(small, index_of(in, x, y - AWAY)));
}

Err clothes_measure(Arena *arena, const Picture *small, const FacePlace *face,
                    const Silhouette *in, Facts *facts)
{
    int from = (int)ceil(face->chin_y + NECK * face->width), count = 0;
    if (in->problem || face->chin_y < 0 || from >= in->height_px - 4)
        return OK;
    white_share(small, in, from, facts);
    double *steps = ARENA_ARRAY(arena, double, (size_t)in->width_px);
    if (!steps)
        return (Err){ERR_MEMORY, "out of memory"};
    for (int x = 2; x < in->width_px - 2; x++) {
        double step = step_in_column(small, in, x, (int)face->chin_y);
        if (isfinite(step))
            steps[count++] = step;
    }
    if (count < 8) /* hair or shoulders up to the edges: no paper beside the clothes */
        return OK;
    qsort(steps, (size_t)count, sizeof *steps, by_value);
    fact_set(facts, CHECK_silhouette_contrast, steps[count / 4], 1);
    return OK;
}
