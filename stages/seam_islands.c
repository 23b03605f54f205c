/* SPDX-License-Identifier: MIT */
/* First without the lines beside the edges, which only make scores less: few intervals of a sound picture are left. */
#include "seam_islands.h"

#include <math.h>

enum { ACROSS, DOWN, BESIDE = 3, REACH = 3, MCU_LEAST = 16 }; /* lines on either side of an edge; rows that a step is made of */

/* In least steps: what no step is. Scores: of one edge at most, of an end at least, of all. */
static const float FLAT = 2, EDGE_MOST = 2, ENDS_LEAST = 1, SUM_LEAST = 6, SUM_ENOUGH = 10;

typedef struct Islands {
    const Picture *picture;
    const float *least;
    int px[2], whole[2]; /* of an MCU; whole MCUs in the picture */
    int across, mcus;    /* MCUs of a row, of an interval */
    bool spread;         /* chroma, over edges */
    bool near;           /* lines beside an edge count */
} Islands;

/* In least steps: at a line so many pixels from the left or the upper edge of the picture, along MCU number `mcu` of a column or a row. */
static float line_step(const Islands *islands, int axis, int line, int mcu)
{
    const Picture *picture = islands->picture;
    const ptrdiff_t stride[2] = {3, 3 * (ptrdiff_t)picture->width_px}, on = stride[axis], along = stride[!axis];
    const int length = islands->px[!axis], end = axis == ACROSS ? picture->width_px : picture->height_px;
    int sum[3] = {0};
    if (line < REACH || line + REACH > end)
        return 0;
    const uint8_t *at = picture->rgb + line * on + mcu * length * along;
    for (int i = 0; i < length; i++, at += along - 3)
        for (int k = 0; k < 3; k++, at++)
            sum[k] += islands->spread ? 5 * (at[on] - at[-2 * on]) + 3 * (at[-3 * on] - at[2 * on])
                                            : 3 * (at[0] - at[-on]) + at[-2 * on] - at[on];
    float luma = (float)(sum[0] + 2 * sum[1] + sum[2]) / 4, blue = (float)sum[2] - luma, red = (float)sum[0] - luma;
    float most = fmaxf(fabsf(luma) / islands->least[0], fmaxf(fabsf(blue) / islands->least[1], fabsf(red) / islands->least[2]));
    return most / (2 * (float)length);
}

/* Of the left or the upper edge of MCU number `at` in that direction and `mcu` in the other one. */
static float edge_score(const Islands *islands, int axis, int at, int mcu)
{
    const int px = islands->px[axis];
    if (at < 1 || at >= islands->whole[axis] || mcu >= islands->whole[!axis])
        return 0;
    float step = line_step(islands, axis, at * px, mcu), beside = 0;
    for (int k = 2; k < 2 + BESIDE && islands->near; k++) {
        int away = k * px > 16 ? k * px / 8 : 2;
        beside = fmaxf(beside, line_step(islands, axis, at * px - away, mcu));
        beside = fmaxf(beside, line_step(islands, axis, at * px + away, mcu));
    }
    if (step < FLAT && beside < FLAT)
        return 0;
    return fmaxf(-EDGE_MOST, fminf(EDGE_MOST, log2f(step / (1 + beside))));
}

/* Of its upper or its lower edge. */
static float least_score(const Islands *islands, int mcu)
{
    const int x = mcu % islands->across, y = mcu / islands->across;
    return fminf(edge_score(islands, DOWN, y, x), edge_score(islands, DOWN, y + 1, x));
}

/* Whether the MCU before or behind others steps at an edge, too. */
static bool goes_on(const Islands *islands, int mcu)
{
    const int x = mcu % islands->across, y = mcu / islands->across;
    return fmaxf(edge_score(islands, DOWN, y, x), edge_score(islands, DOWN, y + 1, x)) >= ENDS_LEAST;
}

/* Whether MCUs of an interval, from some one on, step all around. */
static bool is_island(const Islands *islands, int from, int to)
{
    const int across = islands->across, end = to % across;
    const float right = end ? edge_score(islands, ACROSS, end, to / across) : 0;
    const float least = fmaxf(SUM_LEAST, fminf((float)islands->mcus, SUM_ENOUGH));
    float sum = right;
    for (int mcu = to - 1; mcu >= from; mcu--) {
        const int x = mcu % across;
        const float left = edge_score(islands, ACROSS, x, mcu / across);
        sum += 2 * least_score(islands, mcu);
        if (sum + left < least || left + right < ENDS_LEAST)
            continue;
        if (!islands->near || (!(x && goes_on(islands, mcu - 1)) && !(end && goes_on(islands, to))))
            return true;
    }
    return false;
}

int seam_islands_count(const Picture *stored, SeamGrid grid, const float least[3])
{
    const int width = grid.mcu_width_px / grid.denominator, height = grid.mcu_height_px / grid.denominator;
    Islands islands = {.picture = stored, .least = least, .px = {width, height}, .mcus = grid.restart_mcus};
    islands.whole[ACROSS] = stored->width_px / width;
    islands.whole[DOWN] = stored->height_px / height;
    islands.across = (stored->width_px + width - 1) / width;
    islands.spread = grid.denominator == 1; /* MCUs are of several blocks both ways */
    int count = 0, first = (islands.across + islands.mcus - 1) / islands.mcus * islands.mcus, end = (islands.whole[DOWN] - 1) * islands.across;
    if (islands.mcus > islands.across || grid.mcu_width_px < MCU_LEAST || grid.mcu_height_px < MCU_LEAST)
        return 0;
    for (int from = first, to = first + islands.mcus; to <= end; from += islands.mcus, to += islands.mcus) {
        islands.near = false;
        if (!is_island(&islands, from, to))
            continue;
        islands.near = true;
        count += is_island(&islands, from, to);
    }
    return count;
}
