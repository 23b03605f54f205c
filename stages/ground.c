/* SPDX-License-Identifier: MIT */
/* A row of letters, and the first and the last of several, has nothing of its colour above and below it; of what shows
 * within and between letters the same is true of the colour beside it, which is theirs. A pattern goes on, and mixes both; what a
 * badge, a bar or a rule leaves of the mark's colour stands alone in its rows. */
#include "ground.h"

#include <math.h>
#include "planes.h"

enum {
    ONE_COLOUR = 40, /* levels */
    BLUR = 2,        /* px around a mark */
    REACH_LEAST = 24 /* px, else two heights of the mark */
};
static const double SOME = 0.08;  /* of the pixels */
static const double MIXED = 0.5; /* of the rows */

typedef struct Rows {
    int from, to; /* the latter exclusive */
} Rows;

/* Of the pixels of some rows, those of the mark's colour and of another; of the rows with the former, those that show both. */
typedef struct Shares {
    double mark, side, mixed;
} Shares;

/* A mark's height to its left and right, in every second row. NAN where more than half of the rows are outside. */
static Shares shares_of(const Picture *p, const Blob *mark, const int side[3], Rows rows)
{
    const int height = mark->bottom - mark->top + 1, whole = rows.to - rows.from;
    const int left = mark->left > height ? mark->left - height : 0;
    const int right = mark->right + height < p->width_px ? mark->right + height : p->width_px - 1;
    int one = 0, other = 0, all = 0, with = 0, mixed = 0;
    rows.from = rows.from > 0 ? rows.from : 0;
    rows.to = rows.to < p->height_px ? rows.to : p->height_px;
    if (2 * (rows.to - rows.from) < whole)
        return (Shares){NAN, NAN, NAN};
    for (int y = rows.from; y < rows.to; y += 2) {
        const uint8_t *at = p->rgb + 3 * ((size_t)y * (size_t)p->width_px + (size_t)left);
        int ones = 0, others = 0;
        for (int x = left; x <= right; x++, at += 3) {
            ones += planes_apart(at, mark->colour) <= ONE_COLOUR;
            others += planes_apart(at, side) <= ONE_COLOUR;
        }
        const double least = SOME * (right - left + 1);
        with += ones >= least;
        mixed += ones >= least && others >= least;
        one += ones, other += others, all += right - left + 1;
    }
    return (Shares){(double)one / all, (double)other / all, with ? (double)mixed / with : 0};
}

/* With the colour of the pixel beside the mark in its middle row. */
static bool goes_on(const Picture *p, const Blob *mark, int x)
{
    x = x < 0 ? 0 : x < p->width_px ? x : p->width_px - 1;
    const uint8_t *at = p->rgb + 3 * ((size_t)((mark->top + mark->bottom) / 2) * (size_t)p->width_px + (size_t)x);
    const int side[3] = {at[0], at[1], at[2]};
    const int twice = 2 * (mark->bottom - mark->top + 1), reach = twice > REACH_LEAST ? twice : REACH_LEAST;
    const int above = mark->top - BLUR, below = mark->bottom + BLUR + 1;
    const Shares a = shares_of(p, mark, side, (Rows){above - reach, above}), b = shares_of(p, mark, side, (Rows){below, below + reach});
    return fmin(a.mark, b.mark) >= SOME && fmin(a.side, b.side) >= SOME && fmin(a.mixed, b.mixed) >= MIXED; /* of NAN and a number it is the latter */
}

bool ground_is_cloth(const Picture *picture, const Blob *mark)
{
    return goes_on(picture, mark, mark->left - BLUR) || goes_on(picture, mark, mark->right + BLUR);
}
