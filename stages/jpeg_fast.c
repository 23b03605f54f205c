/* SPDX-License-Identifier: MIT */
/* One row of MCUs after the other: coefficients of an MCU, its samples into one plane for each component, and when the
 * row is full, its pixels. Rows of chroma between those of luma need the row below: then the last
 * row of pixels waits for the next MCUs, and each plane keeps its last row above its first one. */
#include "jpeg_fast.h"

#include <stdalign.h>
#include <string.h>

#include "chroma.h"

/* DC_MOST: 8 times the farthest that the mean of samples of 8 bits is from their middle. A rounded quotient is at most 1 above the
 * one cut off, and one more is for encoders that round in their own way. */
enum { MARGIN = 64, ROWS_PER_LOOK = 8, DC_MOST = 1024, DC_SPARE = 2 };

typedef struct Plane {
    uint8_t *rows; /* of an MCU row; [-stride]: the last one before */
    size_t stride;
    int side;          /* samples of a block's side: 4 or 8 */
    int across, down;  /* blocks of an MCU */
    int width, height; /* samples that the file has at this scale */
} Plane;

typedef struct Place {
    const Plane *plane;
    const int16_t *quant;
    uint8_t *first;
    size_t step;
} Place;

typedef struct Fast {
    const FastPlan *plan;
    const IdctKernels *kernels;
    Plane plane[3];
    Place place[SCAN_BLOCKS_MOST];
    int mcus_across, mcus_down;
    int width_px, height_px; /* of the picture */
    bool wider, between;     /* chroma has half the columns, half the rows */
    int done;                /* rows of pixels */
    Scan *scan;
    ScanMark *marks;
    EarlierCounts *earlier;
    uint8_t *chroma[2]; /* a row each at luma's size */
    uint16_t *sums;
    uint8_t *rgb;
} Fast;

static int ceil_div(int a, int b)
{
    return (a + b - 1) / b;
}

/* libjpeg decodes chroma at twice the side where luma is sampled twice as finely in both directions: then nothing has to
 * be spread (jdmaster.c). */
static void set_sides(Fast *fast)
{
    const FastPlan *plan = fast->plan;
    const FastComponent *luma = &plan->component[0];
    int side = 8 / plan->denominator;
    for (int c = 0; c < 3; c++) {
        const FastComponent *component = &plan->component[c];
        Plane *plane = &fast->plane[c];
        plane->across = component->across;
        plane->down = component->down;
        plane->side = c && side == 4 && luma->across == 2 && luma->down == 2 ? 8 : side;
        plane->width = ceil_div(plan->width_px * plane->across * plane->side, luma->across * 8);
        plane->height = ceil_div(plan->height_px * plane->down * plane->side, luma->down * 8);
        plane->stride = (size_t)(fast->mcus_across * plane->across * plane->side + MARGIN);
    }
    const Plane *y = &fast->plane[0], *cb = &fast->plane[1];
    fast->wider = y->across * y->side == 2 * cb->across * cb->side;
    fast->between = y->down * y->side == 2 * cb->down * cb->side;
}

bool fast_scan(const FastPlan *plan, Scan *scan)
{
    for (int t = 0; t < FAST_TABLES; t++) {
        bool dc = false, ac = false;
        for (int c = 0; c < 3; c++) {
            dc |= plan->component[c].dc == t;
            ac |= plan->component[c].ac == t;
        }
        if ((dc && !huffman_build(&plan->dc[t], false, &scan->dc[t])) ||
            (ac && !huffman_build(&plan->ac[t], true, &scan->ac[t])))
            return false;
    }
    scan->block_count = 0;
    for (int c = 0; c < 3; c++) {
        const FastComponent *component = &plan->component[c];
        for (int i = 0; i < component->across * component->down; i++)
            scan->component[scan->block_count++] = (uint8_t)c;
        scan->dc_of[c] = &scan->dc[component->dc];
        scan->ac_of[c] = &scan->ac[component->ac];
        scan->dc_most[c] = component->quant[0] > 0 ? DC_MOST / component->quant[0] + DC_SPARE : INT16_MAX;
    }
    scan->restart_interval = plan->restart_interval;
    scan_begin(scan, plan->data, plan->bytes);
    return true;
}

/* NULL: no room. */
static EarlierCounts *earlier_counts(Arena *arena, const FastPlan *plan)
{
    const FastComponent *luma = &plan->component[0];
    EarlierCounts *counts = ARENA_RAW(arena, EarlierCounts, 1);
    int64_t across = ceil_div(plan->width_px, 8 * luma->across), down = ceil_div(plan->height_px, 8 * luma->down);
    if (counts)
        earlier_begin(counts, across * down, luma->across * luma->down);
    return counts;
}

static bool set_room(Arena *arena, Fast *fast)
{
    for (int c = 0; c < 3; c++) {
        Plane *plane = &fast->plane[c];
        size_t rows = (size_t)(plane->down * plane->side) + 1;
        uint8_t *all = ARENA_ARRAY(arena, uint8_t, rows * plane->stride);
        if (!all)
            return false;
        plane->rows = all + plane->stride;
    }
    size_t width = fast->plane[0].stride + MARGIN;
    fast->earlier = earlier_counts(arena, fast->plan);
    fast->scan = ARENA_RAW(arena, Scan, 1);
    fast->marks = ARENA_RAW(arena, ScanMark, (size_t)fast->mcus_down);
    fast->chroma[0] = ARENA_ARRAY(arena, uint8_t, width);
    fast->chroma[1] = ARENA_ARRAY(arena, uint8_t, width);
    fast->sums = ARENA_ARRAY(arena, uint16_t, width);
    return fast->scan && fast->marks && fast->earlier && fast->chroma[0] && fast->chroma[1] && fast->sums;
}

/* Where each block of an MCU goes: to `first`, and `step` farther with every MCU of a row. */
static void set_places(Fast *fast)
{
    int i = 0;
    for (int c = 0; c < 3; c++) {
        const Plane *plane = &fast->plane[c];
        for (int row = 0; row < plane->down; row++)
            for (int column = 0; column < plane->across; column++)
                fast->place[i++] = (Place){
                    .plane = plane,
                    .quant = fast->plan->component[c].quant,
                    .first = plane->rows + (size_t)(row * plane->side) * plane->stride + column * plane->side,
                    .step = (size_t)(plane->across * plane->side),
                };
    }
}

static bool fill_flat(const Place *place, int coefficient, uint8_t *out)
{
    const int level = (int16_t)(coefficient * place->quant[0]);
    const uint64_t row = idct_flat(level) * UINT64_C(0x0101010101010101);
    const size_t stride = place->plane->stride;
    if (place->plane->side == 8)
        for (int y = 0; y < 8; y++)
            memcpy(out + (size_t)y * stride, &row, 8);
    else
        for (int y = 0; y < 4; y++)
            memcpy(out + (size_t)y * stride, &row, 4);
    return level >= -IDCT_FIRST_MOST && level <= IDCT_FIRST_MOST;
}

/* Two blocks whose planes have the same side and stride. */
static bool pair_samples(const Fast *fast, int i, int x, const int16_t *blocks, const uint8_t *ends)
{
    const Place *a = &fast->place[i], *b = a + 1;
    uint8_t *first = a->first + (size_t)x * a->step, *second = b->first + (size_t)x * b->step;
    if (!ends[i] && !ends[i + 1])
        return fill_flat(a, blocks[0], first) && fill_flat(b, blocks[SCAN_BLOCK], second);
    const IdctPair pair = {.blocks = blocks,
                           .quant = {a->quant, b->quant},
                           .out = {first, second},
                           .stride = a->plane->stride};
    return a->plane->side == 8 ? fast->kernels->eight(&pair) : fast->kernels->four(&pair);
}

/* The samples of a row of MCUs. */
static bool decode_row(const Fast *fast)
{
    alignas(64) int16_t blocks[SCAN_BLOCKS_MOST * SCAN_BLOCK];
    uint8_t ends[SCAN_BLOCKS_MOST];
    int count = fast->scan->block_count;
    for (int x = 0; x < fast->mcus_across; x++) {
        if (!scan_mcu(fast->scan, blocks, ends))
            return false;
        earlier_mcu(fast->earlier, blocks, fast->plane[0].across * fast->plane[0].down);
        for (int at = 0; at < count; at += 2) {
            int i = at + 2 <= count ? at : count - 2; /* of three blocks the second one is done twice */
            if (!pair_samples(fast, i, x, blocks + i * SCAN_BLOCK, ends))
                return false;
        }
    }
    return true;
}

/* The row of chroma for row `y` of pixels, at luma's width; `top` is the plane's first row, of all rows. */
static const uint8_t *chroma_row(Fast *fast, int c, int y, int top)
{
    const Plane *plane = &fast->plane[c];
    int near = fast->between ? y / 2 : y, far = y % 2 ? near + 1 : near - 1;
    far = far < 0 ? 0 : far >= plane->height ? plane->height - 1 : far;
    const uint8_t *row = plane->rows + (ptrdiff_t)(near - top) * (ptrdiff_t)plane->stride;
    if (!fast->wider)
        return row;
    uint8_t *out = fast->chroma[c - 1];
    if (fast->between)
        chroma_wider_between(row, plane->rows + (ptrdiff_t)(far - top) * (ptrdiff_t)plane->stride,
                             plane->width, fast->sums, out);
    else
        chroma_wider(row, plane->width, out);
    return out;
}

/* The pixels that the first `mcu` + 1 rows of MCUs tell. */
static void colour_rows(Fast *fast, int mcu)
{
    const Plane *luma = &fast->plane[0];
    int top = mcu * luma->down * luma->side, end = top + luma->down * luma->side - fast->between;
    if (mcu == fast->mcus_down - 1)
        end = fast->height_px;
    for (; fast->done < end; fast->done++) {
        int y = fast->done, chroma_top = fast->between ? top / 2 : top;
        const uint8_t *planes[3] = {luma->rows + (ptrdiff_t)(y - top) * (ptrdiff_t)luma->stride,
                                    chroma_row(fast, 1, y, chroma_top), chroma_row(fast, 2, y, chroma_top)};
        fast->kernels->colours(planes, fast->width_px,
                               fast->rgb + (size_t)y * (size_t)fast->width_px * 3);
    }
    for (int c = 0; c < 3; c++) {
        const Plane *plane = &fast->plane[c];
        size_t last = (size_t)(plane->down * plane->side - 1) * plane->stride;
        memcpy(plane->rows - plane->stride, plane->rows + last, plane->stride);
    }
}

static FastEnd decode_rows(Fast *fast)
{
    const Budget *budget = fast->plan->budget;
    for (int mcu = 0; mcu < fast->mcus_down; mcu++) {
        if (mcu % ROWS_PER_LOOK == 0 && budget && budget_over(budget))
            return FAST_LATE;
        scan_mark(fast->scan, &fast->marks[mcu]);
        if (!decode_row(fast))
            return FAST_DOUBTFUL;
        colour_rows(fast, mcu);
    }
    return scan_ends(fast->scan) ? FAST_DONE : FAST_DOUBTFUL;
}

FastEnd fast_decode(Arena *arena, FastPlan *plan, const IdctKernels *kernels, uint8_t *rgb)
{
    const FastComponent *luma = &plan->component[0];
    Fast fast = {.plan = plan,
                 .kernels = kernels,
                 .rgb = rgb,
                 .width_px = ceil_div(plan->width_px, plan->denominator),
                 .height_px = ceil_div(plan->height_px, plan->denominator),
                 .mcus_across = ceil_div(plan->width_px, 8 * luma->across),
                 .mcus_down = ceil_div(plan->height_px, 8 * luma->down)};
    set_sides(&fast);
    if (fast.wider && fast.plane[1].width <= 2) /* libjpeg then only repeats */
        return FAST_DOUBTFUL;
    if (!set_room(arena, &fast)) /* libjpeg has its own */
        return FAST_DOUBTFUL;
    set_places(&fast);
    FastEnd end = fast_scan(plan, fast.scan) ? decode_rows(&fast) : FAST_DOUBTFUL;
    plan->marks = end == FAST_DONE ? fast.marks : NULL;
    plan->scan = end == FAST_DONE ? fast.scan : NULL;
    plan->earlier = end == FAST_DONE ? fast.earlier : NULL;
    return end;
}

FastEnd fast_count(Arena *arena, FastPlan *plan)
{
    alignas(64) int16_t blocks[SCAN_BLOCKS_MOST * SCAN_BLOCK];
    uint8_t ends[SCAN_BLOCKS_MOST];
    const FastComponent *luma = &plan->component[0];
    int across = ceil_div(plan->width_px, 8 * luma->across), down = ceil_div(plan->height_px, 8 * luma->down);
    Scan *scan = ARENA_NEW(arena, Scan);
    EarlierCounts *earlier = plan->earlier = scan ? earlier_counts(arena, plan) : NULL;
    if (!earlier)
        return FAST_DONE;
    if (!fast_scan(plan, scan))
        return FAST_DOUBTFUL;
    for (int y = 0; y < down; y++) {
        if (y % ROWS_PER_LOOK == 0 && plan->budget && budget_over(plan->budget))
            return FAST_LATE;
        for (int x = 0; x < across; x++) {
            if (!scan_mcu(scan, blocks, ends))
                return FAST_DOUBTFUL;
            earlier_mcu(earlier, blocks, luma->across * luma->down);
        }
    }
    return scan_used_up(scan) ? FAST_DONE : FAST_DOUBTFUL;
}

const IdctKernels *fast_kernels(const char *asked)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") && (!asked || strcmp(asked, idct_base.name) != 0))
        return &idct_avx2;
    return &idct_base;
#else
    (void)asked;
    return NULL;
#endif
}
