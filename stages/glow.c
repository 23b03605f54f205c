/* SPDX-License-Identifier: MIT */
/* Light is added to the paper's colour little by little; hair, skin and clothes begin with a step, however white they are. */
#include "glow.h"

#include <stdlib.h>

/* Steps between neighbouring samples and how far a channel may lie below the paper's, in levels; the least share of
 * the samples. */
enum { STEP = 8, BELOW = 10 };
static const double SHARE_LEAST = 0.007;
/* Mean level of paper: on darker paper much of hair and clothes is lighter and soft; no allowed colour is so dark. Its darkest
 * channel: what lightens paper of 240 levels to the utmost is no more than 3 dE, and white hair is no further off. */
static const double PAPER_LEAST = 128, DARKEST_MOST = 210;

/* Every step-th pixel of every step-th row above the chin. */
typedef struct Grid {
    const Silhouette *in;
    int step, columns, rows;
    int *found, count; /* samples that are lighter paper: row * columns + column */
    bool *seen;
} Grid;

static size_t pixel_of(const Grid *grid, int at)
{
    const int middle = grid->step / 2;
    return (size_t)(at / grid->columns * grid->step + middle) * (size_t)grid->in->width_px +
           (size_t)(at % grid->columns * grid->step + middle);
}

static Label label_of(const Grid *grid, int at)
{
    return (Label)grid->in->label[pixel_of(grid, at)];
}

static bool is_lighter(const Grid *grid, int at)
{
    const uint8_t *rgb = grid->in->picture->rgb + 3 * pixel_of(grid, at);
    const int width = grid->in->width_px;
    double paper[3], more = 0;
    silhouette_paper(grid->in, (int)(pixel_of(grid, at) % (size_t)width), (int)(pixel_of(grid, at) / (size_t)width), paper);
    for (int k = 0; k < 3; k++) {
        if (rgb[k] < paper[k] - BELOW)
            return false;
        more += rgb[k] - paper[k];
    }
    return more > 0;
}

static bool is_step(const Grid *grid, int a, int b)
{
    const uint8_t *rgb = grid->in->picture->rgb, *p = rgb + 3 * pixel_of(grid, a), *q = rgb + 3 * pixel_of(grid, b);
    return abs(p[0] - q[0]) > STEP || abs(p[1] - q[1]) > STEP || abs(p[2] - q[2]) > STEP;
}

/* Takes a sample beside another one if it is lighter paper. */
static void take(Grid *grid, int beside, int at)
{
    if (grid->seen[at] || label_of(grid, at) != LABEL_PERSON || is_step(grid, beside, at) || !is_lighter(grid, at))
        return;
    grid->seen[at] = true;
    grid->found[grid->count++] = at;
}

static void look_around(Grid *grid, int at)
{
    const int x = at % grid->columns, y = at / grid->columns;
    if (x > 0)
        take(grid, at, at - 1);
    if (x < grid->columns - 1)
        take(grid, at, at + 1);
    if (y > 0)
        take(grid, at, at - grid->columns);
    if (y < grid->rows - 1)
        take(grid, at, at + grid->columns);
}

/* From where the person begins in each row, on both sides. */
static void find(Grid *grid)
{
    const Silhouette *in = grid->in;
    for (int row = 0; row < grid->rows; row++) {
        const int at = row * grid->columns, last = grid->columns - 1, step = grid->step;
        const uint8_t *label = in->label + pixel_of(grid, at);
        int left = 0, right = last;
        while (left < last && label[left * step] != LABEL_PERSON)
            left++;
        while (right > left && label[right * step] != LABEL_PERSON)
            right--;
        if (left > 0)
            take(grid, at + left - 1, at + left);
        if (right < last)
            take(grid, at + right + 1, at + right);
    }
    for (int i = 0; i < grid->count; i++)
        look_around(grid, grid->found[i]);
}

static bool room_for_light(const Silhouette *in)
{
    double paper[3];
    silhouette_paper(in, in->width_px / 2, 0, paper);
    return (paper[0] + paper[1] + paper[2]) / 3 >= PAPER_LEAST && fmin(paper[0], fmin(paper[1], paper[2])) <= DARKEST_MOST;
}

static void draw(const Grid *grid, Bitmap *out)
{
    const Silhouette *in = grid->in;
    for (int y = 0; y < in->height_px; y++)
        for (int x = 0; x < in->width_px; x++)
            if (in->label[(size_t)y * (size_t)in->width_px + (size_t)x] == LABEL_PAPER)
                bitmap_set(out, x, y);
    for (int i = 0; i < grid->count; i++) {
        int left = grid->found[i] % grid->columns * grid->step, upper = grid->found[i] / grid->columns * grid->step;
        for (int y = upper; y < upper + grid->step; y++)
            for (int x = left; x < left + grid->step; x++)
                bitmap_set(out, x, y);
    }
}

void glow_paper(Arena *arena, const FacePlace *face, const Silhouette *in, Bitmap *out)
{
    *out = (Bitmap){0};
    if (!room_for_light(in))
        return;
    Grid grid = {.in = in, .step = in->width_px / 120 > 2 ? in->width_px / 120 : 2};
    grid.columns = in->width_px / grid.step;
    grid.rows = (int)fmax(0, fmin(in->height_px, face->chin_y)) / grid.step;
    const size_t total = (size_t)grid.columns * (size_t)grid.rows;
    grid.found = ARENA_RAW(arena, int, total + 1);
    grid.seen = ARENA_ARRAY(arena, bool, total + 1);
    if (!total || !grid.found || !grid.seen)
        return;
    find(&grid);
    if (grid.count <= SHARE_LEAST * (double)total)
        return;
    *out = bitmap_new(arena, in->width_px, in->height_px);
    if (out->bits)
        draw(&grid, out);
}
