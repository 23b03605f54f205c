/* SPDX-License-Identifier: MIT */
/* A row of letters, and the first and the last of several, has nothing of its colour above and below it; of what shows
 * within and between letters the same is true of the colour beside it, which is theirs. A pattern goes on. */
#include "ground.h"

#include <math.h>
#include "planes.h"

enum {
    ONE_COLOUR = 40, /* levels */
    BLUR = 2,        /* px around a mark */
    REACH_LEAST = 24 /* px, else two heights of the mark */
};
static const double SOME = 0.08; /* of the pixels */

typedef struct Rows {
    int from, to; /* the latter exclusive */
} Rows;

/* Of the pixels of the rows, a mark's height to its left and right, in every second row. NAN where more than half of the
 * rows are outside. */
static double share_alike(const Picture *p, const Blob *mark, const int colour[3], Rows rows)
{
    const int height = mark->bottom - mark->top + 1, whole = rows.to - rows.from;
    const int left = mark->left > height ? mark->left - height : 0;
    const int right = mark->right + height < p->width_px ? mark->right + height : p->width_px - 1;
    int same = 0, all = 0;
    rows.from = rows.from > 0 ? rows.from : 0;
    rows.to = rows.to < p->height_px ? rows.to : p->height_px;
    if (2 * (rows.to - rows.from) < whole)
        return NAN;
    for (int y = rows.from; y < rows.to; y += 2) {
        const uint8_t *at = p->rgb + 3 * ((size_t)y * (size_t)p->width_px + (size_t)left);
        for (int x = left; x <= right; x++, at += 3)
            same += planes_apart(at, colour) <= ONE_COLOUR;
        all += right - left + 1;
    }
    return (double)same / all;
}

static bool goes_on(const Picture *p, const Blob *mark, const int colour[3])
{
    const int twice = 2 * (mark->bottom - mark->top + 1), reach = twice > REACH_LEAST ? twice : REACH_LEAST;
    const int above = mark->top - BLUR, below = mark->bottom + BLUR + 1;
    double least = fmin(share_alike(p, mark, colour, (Rows){above - reach, above}),
                        share_alike(p, mark, colour, (Rows){below, below + reach}));
    return least >= SOME; /* of NAN and a number it is the latter */
}

/* The colour of the pixel beside the mark in its middle row. */
static bool side_goes_on(const Picture *p, const Blob *mark, int x)
{
    x = x < 0 ? 0 : x < p->width_px ? x : p->width_px - 1;
    const uint8_t *at = p->rgb + 3 * ((size_t)((mark->top + mark->bottom) / 2) * (size_t)p->width_px + (size_t)x);
    return goes_on(p, mark, (int[3]){at[0], at[1], at[2]});
}

bool ground_is_cloth(const Picture *picture, const Blob *mark)
{
    return goes_on(picture, mark, mark->colour) &&
           (side_goes_on(picture, mark, mark->left - BLUR) || side_goes_on(picture, mark, mark->right + BLUR));
}
