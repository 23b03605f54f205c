/* SPDX-License-Identifier: MIT */
/* No edge of the world steps at a multiple of 8 or 16 pixels by the same amount over the whole width, or at both
 * edges of such a row and back: lines are never that level, and what they part is never that even. Nor does all of a
 * head, or of hair, face and clothes, step at both edges of one row. */
#include "seams.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "border.h"
#include "seam_islands.h"
#include "wide.h"

enum { CHANNELS = 3, CELLS_LEAST = 16, ROWS_LEAST = 3, STRIP_LEAST = 4 };

/* Levels; shares of a width. */
static const double STEP_LEAST[CHANNELS] = {3, 4, 4}, STRIP_STEP_LEAST = 4, END_STEP_LEAST = 10, QUANTA = 1.5;
static const double BLUE_PER_CB = 1.772, RED_PER_CR = 1.402;
static const float ALIKE = 2, ALIKE_SHARE = 0.25f, WRONG_SHARE = 0.5f;
static const double WHOLE = 0.8, WHOLE_ALIKE = 0.5, STRIP = 0.2, STRIP_ALIKE = 0.6, UPPER = 0.25, UNCLIPPED = 0.3, UNCLIPPED_ALIKE = 0.7, END_ALIKE = 0.85;

/* Of a row from elsewhere: shares of its cells that step, that step by so many times the least; how many at least. */
static const double FOREIGN = 0.85, FAR_SHARE = 0.5;
static const float FAR_STEPS = 4, PLAIN = 1.5f; /* a plain cell's range, in least steps */
enum { FOREIGN_LEAST = 12 };

/* How many places of a row a shift is sought to begin at, so that a picture of 65,500 pixels costs no minutes. */
enum { TRIES_MOST = 64 };
/* Cells to the end of a row that are enough where the left edge of the first one steps, too. Levels at which no channel goes on. */
enum { END_LEAST = 3, WRONG_LEAST = 6, CLIPPED_LOW = 3, CLIPPED_HIGH = 252 };

/* Steps at the upper edges of MCUs: row 0 is between the first two rows of MCUs. */
typedef struct Steps {
    const Picture *picture;
    int row_px, cell_px; /* of an MCU */
    bool wide, wide_sides; /* chroma was spread over upper edges, left edges */
    int rows, cells;
    float *at[CHANNELS]; /* luma, blue and red against luma; levels, downwards positive */
    float *sorted;       /* room for two rows */
    float least[CHANNELS], strip_least[CHANNELS], end_least[CHANNELS];
} Steps;

/* near (a - b) + far (c - d), which 16 bits hold. */
WIDE static void weigh_rows(const uint8_t *const in[4], int16_t near, int16_t far, ptrdiff_t values, int16_t *restrict out)
{
    const uint8_t *restrict a = in[0], *restrict b = in[1], *restrict c = in[2], *restrict d = in[3];
    for (ptrdiff_t i = 0; i < values; i++)
        out[i] = (int16_t)(near * (int16_t)(a[i] - b[i]) + far * (int16_t)(c[i] - d[i]));
}

/* Twice the step between rows y - 1 and y, less what the rows around rise by themselves; where chroma was spread over the edge
 * (`wide`), the one between y - 2 and y + 1. All values of a row, of any channel. */
static void edge_row(const uint8_t *edge, ptrdiff_t stride, bool wide, int16_t *out)
{
    if (wide)
        weigh_rows((const uint8_t *const[4]){edge + stride, edge - 2 * stride, edge - 3 * stride, edge + 2 * stride}, 5, 3, stride, out);
    else
        weigh_rows((const uint8_t *const[4]){edge, edge - stride, edge - 2 * stride, edge + stride}, 3, 1, stride, out);
}

/* The means of the cells of one row, from the values of edge_row. */
static void cell_means(const int16_t *values, int cell_px, Steps *steps, size_t at)
{
    float per = 1 / (2 * (float)cell_px);
    for (int x = 0; x < steps->cells; x++, at++) {
        int red = 0, green = 0, blue = 0;
        for (int i = 0; i < cell_px; i++, values += 3) {
            red += values[0];
            green += values[1];
            blue += values[2];
        }
        float luma = (float)(red + 2 * green + blue) / 4;
        steps->at[0][at] = luma * per;
        steps->at[1][at] = ((float)blue - luma) * per;
        steps->at[2][at] = ((float)red - luma) * per;
    }
}

static bool find_steps(Arena *arena, const Picture *stored, SeamGrid grid, Steps *out)
{
    int cell_px = grid.mcu_width_px / grid.denominator, row_px = grid.mcu_height_px / grid.denominator;
    bool wide = grid.denominator == 1 && row_px > 8;
    ptrdiff_t stride = 3 * (ptrdiff_t)stored->width_px;
    if (cell_px < 2 || row_px < 2)
        return false;
    *out = (Steps){.picture = stored,
                   .row_px = row_px,
                   .cell_px = cell_px,
                   .wide = wide,
                   .wide_sides = grid.denominator == 1 && cell_px > 8,
                   .rows = (stored->height_px - 3) / row_px,
                   .cells = stored->width_px / cell_px};
    if (out->cells < CELLS_LEAST || out->rows < ROWS_LEAST)
        return false;
    const double quantum[CHANNELS] = {grid.luma_step, BLUE_PER_CB * grid.chroma_step, RED_PER_CR * grid.chroma_step};
    for (int c = 0; c < CHANNELS; c++) {
        out->least[c] = (float)fmax(STEP_LEAST[c], QUANTA * quantum[c]);
        out->strip_least[c] = (float)fmax(STRIP_STEP_LEAST, QUANTA * quantum[c]);
        out->end_least[c] = (float)fmax(END_STEP_LEAST, QUANTA * quantum[c]);
    }
    size_t count = (size_t)out->rows * (size_t)out->cells;
    int16_t *values = ARENA_RAW(arena, int16_t, (size_t)stride);
    out->sorted = ARENA_RAW(arena, float, 2 * (size_t)out->cells);
    for (int c = 0; c < CHANNELS; c++)
        out->at[c] = ARENA_RAW(arena, float, count);
    if (!values || !out->sorted || !out->at[0] || !out->at[1] || !out->at[2])
        return false;
    const int first = border_thin(stored, BORDER_UPPER), last = border_thin(stored, BORDER_LOWER);
    const int upper = first % row_px ? first : 0, own = (stored->height_px - last) % row_px ? last : 0; /* no blocks' own edges */
    const int lower = own ? own : upper; /* before clothes of its colour */
    for (int row = 0; row < out->rows; row++) {
        if ((upper && row * row_px <= upper) || (lower && (row + 2) * row_px >= stored->height_px - lower)) /* a frame's end rings */
            memset(values, 0, (size_t)stride * sizeof *values);
        else
            edge_row(stored->rgb + (row + 1) * row_px * stride, stride, wide, values);
        cell_means(values, cell_px, out, (size_t)row * (size_t)out->cells);
    }
    return true;
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* What `values` (sorted here) are nearly, most of them. */
static float middle_of(float *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare_floats);
    return values[count / 2];
}

static float reach_of(float middle)
{
    return fmaxf(ALIKE, ALIKE_SHARE * fabsf(middle));
}

/* The share of `values` (sorted here) that are nearly their median. */
static double alike(float *values, int count)
{
    float middle = middle_of(values, count), reach = reach_of(middle);
    int near = 0;
    for (int i = 0; i < count; i++)
        near += fabsf(values[i] - middle) <= reach;
    return (double)near / count;
}

/* Whether the MCU below this edge is at an end of the range in the channel that `c` is mostly made of, so that its step is a lesser one. */
static bool is_clipped(const Steps *steps, int row, int x, int c)
{
    const Picture *picture = steps->picture;
    size_t y = (size_t)((row + 1) * steps->row_px + 1);
    const uint8_t *at = picture->rgb + (y * (size_t)picture->width_px + (size_t)(x * steps->cell_px)) * 3;
    int sum[3] = {0};
    for (int i = 0; i < 3 * steps->cell_px; i++)
        sum[i % 3] += at[i];
    bool clipped[3];
    for (int k = 0; k < 3; k++)
        clipped[k] = sum[k] <= CLIPPED_LOW * steps->cell_px || sum[k] >= CLIPPED_HIGH * steps->cell_px;
    return c == 0 ? clipped[1] : clipped[c == 1 ? 2 : 0];
}

/* The steps of `count` cells from number `x` of a row on, into steps->sorted: those that are not clipped. How many. */
static int whole_steps(Steps *steps, int row, int x, int count, int c)
{
    int kept = 0;
    for (int i = x; i < x + count; i++) {
        int y = row + i / steps->cells, cell = i % steps->cells;
        if (!is_clipped(steps, y, cell, c))
            steps->sorted[kept++] = steps->at[c][y * steps->cells + cell];
    }
    return kept;
}

/* A cell below the edges of a row, in one channel. */
typedef struct Cell {
    int row, x, c;
} Cell;

/* The step at the left edge of a cell: of the same kind as those at upper edges. */
static float side_step(const Steps *steps, Cell cell)
{
    const Picture *picture = steps->picture;
    int top = (cell.row + 1) * steps->row_px, end = top + steps->row_px, column = cell.x * steps->cell_px, sum[3] = {0};
    if (column < 3 || column + 3 > picture->width_px)
        return 0;
    end = end < picture->height_px ? end : picture->height_px;
    for (int y = top; y < end; y++) {
        const uint8_t *at = picture->rgb + ((size_t)y * (size_t)picture->width_px + (size_t)column) * 3;
        for (int k = 0; k < 3; k++, at++)
            sum[k] += steps->wide_sides ? 5 * (at[3] - at[-6]) + 3 * (at[-9] - at[6]) : 3 * (at[0] - at[-3]) + at[-6] - at[3];
    }
    float per = 1 / (2 * (float)(end - top)), luma = (float)(sum[0] + 2 * sum[1] + sum[2]) / 4;
    return (cell.c == 0 ? luma : cell.c == 1 ? (float)sum[2] - luma : (float)sum[0] - luma) * per;
}

/* Whether a shift by nearly `level` begins at this cell, or (`wrong`) behind one or two whose own blocks are wrong, too. */
static bool begins_at(const Steps *steps, Cell cell, float level, bool wrong)
{
    if (fabsf(side_step(steps, cell) - level) <= reach_of(level))
        return true;
    for (int k = 0; k < CHANNELS && wrong; k++)
        for (int x = cell.x > 0 ? cell.x - 1 : 0; x <= cell.x; x++)
            if (fabsf(side_step(steps, (Cell){cell.row, x, k})) >= fmaxf(steps->strip_least[k], WRONG_SHARE * fabsf(level)))
                return true;
    return false;
}

/* How many of `count` steps have the sign and are so large. */
static int large_steps(const float *at, int count, float sign, float least)
{
    int large = 0;
    for (int x = 0; x < count; x++)
        large += sign * at[x] >= least;
    return large;
}

/* Whether a shift begins in this row and goes on: the place with the most steps of one sign over a width. In
 * the last row but one it needs steps of its own, many or a left edge: what pictures end in is often another row. */
static bool goes_on(Steps *steps, int row, int c, float sign)
{
    const int width = steps->cells;
    const float *at = steps->at[c] + (size_t)row * (size_t)width;
    int upper = large_steps(at, width, sign, steps->least[c]), best = 0, best_upper = 0, best_x = 0;
    if (upper + large_steps(at + width, width, sign, steps->least[c]) < WHOLE * width) /* so it is in most rows */
        return false;
    for (int x = 0, hits = upper; x < width; x++) {
        if (hits > best) {
            best = hits;
            best_upper = upper;
            best_x = x;
        }
        bool leaves = sign * at[x] >= steps->least[c];
        upper -= leaves;
        hits += (sign * at[x + width] >= steps->least[c]) - leaves;
    }
    if (best < WHOLE * width)
        return false;
    memcpy(steps->sorted, at + best_x, (size_t)width * sizeof *at);
    int whole = width;
    if (alike(steps->sorted, width) < WHOLE_ALIKE) {
        whole = whole_steps(steps, row, best_x, width, c);
        if (whole < UNCLIPPED * width || alike(steps->sorted, whole) < UNCLIPPED_ALIKE)
            return false;
    }
    return row + 2 < steps->rows || (width - best_x >= UPPER * width && best_upper >= WHOLE * (width - best_x)) ||
           begins_at(steps, (Cell){row, best_x, c}, steps->sorted[whole / 2], true);
}

/* Whether a shift begins in the row below these edges and lasts to its end, where the picture ends or (`back`) where the lower edges
 * step back, as at a restart marker. */
static bool ends_in(Steps *steps, int row, int c, float sign, bool back)
{
    const int width = steps->cells;
    const float *upper = steps->at[c] + (size_t)row * (size_t)width, *lower = upper + width;
    int x = width;
    while (x > 0 && sign * upper[x - 1] >= steps->strip_least[c] && (!back || -sign * lower[x - 1] >= steps->strip_least[c]))
        x--;
    for (int tries = 0; width - x >= END_LEAST && tries < TRIES_MOST; x++, tries++) {
        int whole = whole_steps(steps, row, x, width - x, c);
        if (whole < END_LEAST || alike(steps->sorted, whole) < END_ALIKE)
            continue;
        float level = steps->sorted[whole / 2];
        if (fabsf(level) < steps->end_least[c])
            continue;
        if (x == 0 ? !back : begins_at(steps, (Cell){row, x, c}, level, back || whole >= WRONG_LEAST))
            return true;
    }
    return false;
}

/* Whether cells side by side step at their upper edges and back at their lower ones. */
static bool comes_back(Steps *steps, int row, int c, float sign)
{
    const int width = steps->cells;
    const float *upper = steps->at[c] + (size_t)row * (size_t)width, *lower = upper + width;
    int least = (int)ceil(fmax(STRIP * width, STRIP_LEAST));
    if (large_steps(upper, width, sign, steps->strip_least[c]) < least || large_steps(lower, width, -sign, steps->strip_least[c]) < least)
        return false;
    for (int x = 0, from = 0; x <= width; x++) {
        if (x < width && sign * upper[x] >= steps->strip_least[c] && -sign * lower[x] >= steps->strip_least[c])
            continue;
        int count = x - from;
        for (int i = 0; i < count && count >= least; i++) {
            steps->sorted[2 * i] = sign * upper[from + i];
            steps->sorted[2 * i + 1] = -sign * lower[from + i];
        }
        if (count >= least && alike(steps->sorted, 2 * count) >= STRIP_ALIKE)
            return true;
        from = x + 1;
    }
    return false;
}

/* The least of a cell's steps at its upper and lower edge, each in the channel where it is most; 1: as large as steps must be. */
static float both_steps(const Steps *steps, int row, int x)
{
    const size_t upper = (size_t)row * (size_t)steps->cells + (size_t)x, lower = upper + (size_t)steps->cells;
    float above = 0, below = 0;
    for (int c = 0; c < CHANNELS; c++) {
        above = fmaxf(above, fabsf(steps->at[c][upper]) / steps->least[c]);
        below = fmaxf(below, fabsf(steps->at[c][lower]) / steps->least[c]);
    }
    return fminf(above, below);
}

/* Whether a cell and what is next to it above and below are of one colour, as paper is. */
static bool is_plain(const Steps *steps, int row, int x)
{
    const Picture *picture = steps->picture;
    const int top = (row + 1) * steps->row_px, from = top > 3 ? top - 3 : 0, to = top + steps->row_px + 3;
    int least[3] = {INT_MAX, INT_MAX, INT_MAX}, most[3] = {0};
    for (int y = from; y < to && y < picture->height_px; y++) {
        const uint8_t *at = picture->rgb + ((size_t)y * (size_t)picture->width_px + (size_t)(x * steps->cell_px)) * 3;
        int sum[3] = {0};
        for (int i = 0; i < 3 * steps->cell_px; i++)
            sum[i % 3] += at[i];
        for (int k = 0; k < 3; k++) {
            least[k] = sum[k] < least[k] ? sum[k] : least[k];
            most[k] = sum[k] > most[k] ? sum[k] : most[k];
        }
    }
    float range = PLAIN * steps->least[0] * (float)steps->cell_px;
    return (float)(most[0] - least[0]) < range && (float)(most[1] - least[1]) < range && (float)(most[2] - least[2]) < range;
}

/* Whether a row of MCUs is from elsewhere: but for paper, all of it steps at both edges. */
static bool is_foreign(const Steps *steps, int row)
{
    int step = 0, far = 0, others = 0;
    for (int x = 0; x < steps->cells; x++) {
        float both = both_steps(steps, row, x);
        step += both >= 1;
        far += both >= FAR_STEPS;
    }
    if (step < FOREIGN_LEAST || far < FAR_SHARE * step)
        return false;
    for (int x = 0; x < steps->cells; x++)
        others += both_steps(steps, row, x) < 1 && !is_plain(steps, row, x);
    return step >= FOREIGN * (step + others) && far >= FAR_SHARE * (step + others);
}

double seams_count(Arena *arena, const Picture *stored, SeamGrid grid)
{
    Steps steps;
    int count = 0;
    if (!find_steps(arena, stored, grid, &steps))
        return NAN;
    for (int row = 0; row < steps.rows; row++) {
        bool seam = false;
        for (int c = 0; c < CHANNELS && !seam; c++)
            for (int sign = -1; sign <= 1 && !seam; sign += 2)
                seam = row + 1 == steps.rows ? ends_in(&steps, row, c, (float)sign, false)
                                             : goes_on(&steps, row, c, (float)sign) || ends_in(&steps, row, c, (float)sign, true) ||
                                                   (row + 2 < steps.rows && comes_back(&steps, row, c, (float)sign));
        seam = seam || (grid.restart_mcus && row + 1 < steps.rows && is_foreign(&steps, row));
        count += seam;
        row += seam; /* its lower edges are the next row's upper ones */
    }
    if (!count && grid.restart_mcus)
        count = seam_islands_count(stored, grid, steps.least);
    return count;
}
