/* SPDX-License-Identifier: MIT */
/* The step at an edge is what the levels rise by there, less what they rise by on either side. Where chroma was spread over the
 * edge, it is taken from a row further on. All in 1/8 levels: luma counts four times, a step twice. */
#include "odd_edges.h"

#include <stdlib.h>
#include <string.h>
#include "planes.h"
#include "wide.h"

enum {
    CHANNELS = 3, /* luma, blue and red against luma */
    NEAR = 3,     /* rows on either side of an edge */
    STEP_LEAST = 9 * 8, BINS = 512, RING = 2,
    HARD_EDGES = 64 * 8 * 4, HARD_BLOCKS = 4, /* of a block, added; so many blocks of such are drawn */
};

/* Times the median of all edges; times that of the blocks around, and to be far more. */
static const double ALL_TIMES = 2, NEAR_TIMES = 2.5, FAR_TIMES = 4;

/* Blocks of one component in the picture. */
typedef struct Cells {
    int width_px, height_px; /* of one */
    int across, down;        /* whole ones */
    bool spread_down, spread_across;
    uint16_t *upper; /* the mean step at each upper edge; the first row's mean nothing */
    int least;
} Cells;

typedef struct Look {
    const Picture *picture;
    Planes rows[2 * NEAR]; /* NEAR above an edge and NEAR below */
    uint16_t *steps;
    Cells cells[CHANNELS];
} Look;

static int level(const uint8_t *pixel, int channel)
{
    int luma = pixel[0] + 2 * pixel[1] + pixel[2];
    return channel == 0 ? luma : 4 * pixel[channel == 1 ? 2 : 0] - luma;
}

/* Of luma: rows 1 to 4 around the edge. */
WIDE static void luma_steps(const Planes *rows, size_t width, uint16_t *restrict out)
{
    const uint8_t *const *a = (const uint8_t *const *)rows[1].at, *const *b = (const uint8_t *const *)rows[2].at;
    const uint8_t *const *c = (const uint8_t *const *)rows[3].at, *const *d = (const uint8_t *const *)rows[4].at;
    const uint8_t *a0 = a[0], *a1 = a[1], *a2 = a[2], *b0 = b[0], *b1 = b[1], *b2 = b[2];
    const uint8_t *c0 = c[0], *c1 = c[1], *c2 = c[2], *d0 = d[0], *d1 = d[1], *d2 = d[2];
    APART
    for (size_t x = 0; x < width; x++) {
        int16_t further = (int16_t)(a0[x] + 2 * a1[x] + a2[x] - d0[x] - 2 * d1[x] - d2[x]);
        int16_t step = (int16_t)(3 * (c0[x] + 2 * c1[x] + c2[x] - b0[x] - 2 * b1[x] - b2[x]) + further);
        out[x] = (uint16_t)(step < 0 ? -step : step);
    }
}

/* Of a colour against luma, by rows from above to below: 5 times the inner ones and 3 times the outer ones where it was spread,
 * else 3 times and once. */
WIDE static void colour_steps(const Planes *const rows[4], int colour, bool spread, size_t width, uint16_t *restrict out)
{
    const int16_t near = spread ? 5 : 3, far = spread ? 3 : 1;
    const int other = 2 - colour; /* red or blue */
    const uint8_t *a = rows[0]->at[colour], *b = rows[1]->at[colour], *c = rows[2]->at[colour], *d = rows[3]->at[colour];
    const uint8_t *a1 = rows[0]->at[1], *b1 = rows[1]->at[1], *c1 = rows[2]->at[1], *d1 = rows[3]->at[1];
    const uint8_t *a2 = rows[0]->at[other], *b2 = rows[1]->at[other], *c2 = rows[2]->at[other], *d2 = rows[3]->at[other];
    APART
    for (size_t x = 0; x < width; x++) {
        int16_t inner = (int16_t)(3 * (c[x] - b[x]) - 2 * (c1[x] - b1[x]) - (c2[x] - b2[x]));
        int16_t outer = (int16_t)(3 * (a[x] - d[x]) - 2 * (a1[x] - d1[x]) - (a2[x] - d2[x]));
        int16_t step = (int16_t)(near * inner + far * outer);
        out[x] = (uint16_t)(step < 0 ? -step : step);
    }
}

static inline __attribute__((always_inline)) void means(const uint16_t *steps, const int width_px, int across, uint16_t *out)
{
    for (int x = 0; x < across; x++) {
        unsigned sum = 0;
        for (int i = 0; i < width_px; i++)
            sum += *steps++;
        out[x] = (uint16_t)(sum / (unsigned)width_px);
    }
}

WIDE static void cell_means(const uint16_t *steps, const Cells *cells, uint16_t *out)
{
    switch (cells->width_px) { /* the most frequent ones spelled out */
    case 4:
        means(steps, 4, cells->across, out);
        break;
    case 8:
        means(steps, 8, cells->across, out);
        break;
    case 16:
        means(steps, 16, cells->across, out);
        break;
    default:
        means(steps, cells->width_px, cells->across, out);
    }
}

/* The outermost ones are for chroma that was spread. */
static void read_rows(const Look *look, int y)
{
    const Picture *picture = look->picture;
    const int outer = look->cells[1].spread_down && y % look->cells[1].height_px == 0 ? 0 : 1;
    for (int i = outer; i < 2 * NEAR - outer; i++) {
        int row = y - NEAR + i;
        if (row >= 0 && row < picture->height_px)
            planes_split(picture->rgb + 3 * (size_t)row * (size_t)picture->width_px, picture->width_px, &look->rows[i]);
    }
}

/* The steps at the edge above pixel row `y` of the components that have one there. */
static void look_at_edge(const Look *look, int y)
{
    const size_t width = (size_t)look->picture->width_px;
    const Planes *rows = look->rows;
    read_rows(look, y);
    for (int c = 0; c < CHANNELS; c++) {
        const Cells *cells = &look->cells[c];
        int row = y / cells->height_px;
        if (y % cells->height_px || row >= cells->down)
            continue;
        const int in = cells->spread_down; /* from the edge */
        if (c == 0)
            luma_steps(rows, width, look->steps);
        else
            colour_steps((const Planes *const[4]){&rows[1 - in], &rows[2 - in], &rows[3 + in], &rows[4 + in]}, c == 1 ? 2 : 0, in, width,
                         look->steps);
        cell_means(look->steps, cells, cells->upper + (size_t)row * (size_t)cells->across);
    }
}

/* What steps count from. */
static int least_of(const Cells *cells)
{
    int histogram[BINS] = {0}, count = (cells->down - 1) * cells->across, median = 0;
    for (int i = 0; i < count; i++) {
        int step = cells->upper[cells->across + i];
        histogram[step < BINS ? step : BINS - 1]++;
    }
    for (int below = histogram[0]; below <= count / 2 && median < BINS - 1; below += histogram[median])
        median++;
    return ALL_TIMES * median > STEP_LEAST ? (int)(ALL_TIMES * median) : STEP_LEAST;
}

/* The mean step at the left edge of a block. */
static int left_step(const Look *look, const Cells *cells, int channel, int x, int y)
{
    const ptrdiff_t stride = 3 * (ptrdiff_t)look->picture->width_px;
    const uint8_t *at = look->picture->rgb + y * cells->height_px * stride + 3 * x * cells->width_px;
    const bool spread = cells->spread_across;
    const int near = spread ? 5 : 3, far = spread ? 3 : 1, in = spread ? 3 : 0;
    int sum = 0;
    for (int row = 0; row < cells->height_px; row++, at += stride)
        sum += abs(near * (level(at + in, channel) - level(at - 3 - in, channel)) +
                   far * (level(at - 6 - in, channel) - level(at + 3 + in, channel)));
    return sum / cells->height_px;
}

static int upper_and_lower(const Cells *cells, int x, int y)
{
    const uint16_t *upper = cells->upper + (size_t)y * (size_t)cells->across + x;
    return upper[0] + upper[cells->across];
}

/* Whether a block steps so many times as much as most of those two blocks away. */
static bool stands_out(const Cells *cells, int x, int y, double times)
{
    const int own = upper_and_lower(cells, x, y);
    int count = 0, lower = 0;
    for (int dy = -RING; dy <= RING; dy++)
        for (int dx = -RING; dx <= RING; dx++) {
            bool ring = abs(dx) == RING || abs(dy) == RING;
            bool inside = x + dx >= 0 && x + dx < cells->across && y + dy >= 1 && y + dy + 1 < cells->down;
            if (!ring || !inside)
                continue;
            count++;
            lower += own >= times * upper_and_lower(cells, x + dx, y + dy);
        }
    return lower > count / 2;
}

static void keep(OddBlock block, OddList *out)
{
    int i = out->count < ODD_BLOCKS_MOST ? out->count++ : ODD_BLOCKS_MOST;
    for (; i > 0 && out->blocks[i - 1].rough < block.rough; i--)
        if (i < ODD_BLOCKS_MOST)
            out->blocks[i] = out->blocks[i - 1];
    if (i < ODD_BLOCKS_MOST)
        out->blocks[i] = block;
}

static void find_in_row(const Look *look, int c, int y, OddEdges *out)
{
    const Cells *cells = &look->cells[c];
    const uint16_t *upper = cells->upper + (size_t)y * (size_t)cells->across, *lower = upper + cells->across;
    for (int x = 1; x + 1 < cells->across; x++) {
        if (upper[x] < cells->least || lower[x] < cells->least || !stands_out(cells, x, y, NEAR_TIMES))
            continue;
        int left = left_step(look, cells, c, x, y), right = left_step(look, cells, c, x + 1, y);
        const OddBlock block = {c, x, y, upper[x] + lower[x] + left + right};
        if (left < cells->least || right < cells->least)
            continue;
        keep(block, &out->all);
        if (stands_out(cells, x, y, FAR_TIMES))
            keep(block, &out->far);
    }
}

static bool look_new(Arena *arena, const Picture *stored, const FastPlan *plan, Look *out)
{
    const FastComponent *luma = &plan->component[0];
    bool room = true;
    *out = (Look){.picture = stored, .steps = ARENA_RAW(arena, uint16_t, (size_t)stored->width_px)};
    for (int i = 0; i < 2 * NEAR; i++) {
        out->rows[i] = planes_new(arena, stored->width_px);
        room = room && out->rows[i].at[0];
    }
    for (int c = 0; c < CHANNELS; c++) {
        int times_across = c ? luma->across : 1, times_down = c ? luma->down : 1;
        Cells *cells = &out->cells[c];
        *cells = (Cells){.width_px = 8 * times_across / plan->denominator, .height_px = 8 * times_down / plan->denominator};
        cells->across = stored->width_px / cells->width_px;
        cells->down = stored->height_px / cells->height_px;
        /* at a half libjpeg decodes chroma at twice the side where luma is finer in both directions */
        bool spread = plan->denominator == 1 || times_across != times_down;
        cells->spread_across = spread && times_across > 1;
        cells->spread_down = spread && times_down > 1;
        cells->upper = ARENA_ARRAY(arena, uint16_t, (size_t)(cells->across + 1) * (size_t)(cells->down + 1));
        room = room && cells->upper;
    }
    return room && out->steps;
}

bool odd_edges_find(Arena *arena, const Picture *stored, const FastPlan *plan, OddEdges *out)
{
    Look look;
    *out = (OddEdges){0};
    if (!look_new(arena, stored, plan, &look))
        return false;
    const int step = look.cells[0].height_px;
    for (int y = step; y + NEAR <= stored->height_px; y += step)
        look_at_edge(&look, y);
    for (int c = 0; c < CHANNELS && look.cells[c].down > 2; c++) {
        look.cells[c].least = least_of(&look.cells[c]);
        for (int y = 1; y + 1 < look.cells[c].down; y++)
            find_in_row(&look, c, y, out);
    }
    return true;
}

bool odd_edges_drawn(const OddList *list)
{
    int hard = 0;
    for (int i = 0; i < list->count; i++)
        hard += list->blocks[i].rough >= HARD_EDGES;
    return hard >= HARD_BLOCKS;
}
