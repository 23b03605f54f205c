/* SPDX-License-Identifier: MIT */
/* A finder pattern is 1:1:3:1:1 dark and light along any line through its middle. */
#include "codes.h"

#include <math.h>
#include <stdlib.h>

enum { WINDOW_PX = 40, MARKS_MAX = 256, RUNS = 5, LINES_LEAST = 2, CONTRAST_LEAST = 6 };
static const double NEAR = 12, FAR = 60; /* of two marks in one code, in modules: version 1 to 10, foreshortened */
static const double SAME_SIZE = 1.5;

typedef struct Grid {
    int width, height;
    const uint8_t *dark; /* 1: dark */
} Grid;

typedef struct Mark {
    double x, y, module;
    int lines; /* rows that met it */
} Mark;

typedef struct Marks {
    Mark list[MARKS_MAX];
    int count;
} Marks;

/* Sums of the window's pixels by two running sums; darker than 7/8 of their mean is dark, but not what is noise in
 * the dark. */
static void binarize(const uint8_t *grey, int width, int height, uint32_t *sums, uint8_t *dark)
{
    size_t pitch = (size_t)width + 1;
    for (int y = 0; y < height; y++) {
        uint32_t row = 0;
        for (int x = 0; x < width; x++) {
            row += grey[(size_t)y * (size_t)width + (size_t)x];
            sums[(size_t)(y + 1) * pitch + (size_t)x + 1] = sums[(size_t)y * pitch + (size_t)x + 1] + row;
        }
    }
    for (int y = 0; y < height; y++) {
        size_t top = (size_t)(y > WINDOW_PX ? y - WINDOW_PX : 0);
        size_t bottom = (size_t)(y + WINDOW_PX < height ? y + WINDOW_PX : height);
        for (int x = 0; x < width; x++) {
            size_t left = (size_t)(x > WINDOW_PX ? x - WINDOW_PX : 0);
            size_t right = (size_t)(x + WINDOW_PX < width ? x + WINDOW_PX : width);
            uint32_t sum = sums[bottom * pitch + right] - sums[bottom * pitch + left] - sums[top * pitch + right] +
                           sums[top * pitch + left];
            size_t at = (size_t)y * (size_t)width + (size_t)x;
            uint64_t area = (bottom - top) * (right - left), here = grey[at] * area;
            dark[at] = here * 8 < (uint64_t)sum * 7 && here + CONTRAST_LEAST * area <= sum;
        }
    }
}

/* 0, or the size of a module. */
static double module_of(const int runs[RUNS])
{
    int total = runs[0] + runs[1] + runs[2] + runs[3] + runs[4];
    double module = total / 7.0, most = module / 2;
    if (total < 7 || fabs(runs[0] - module) > most || fabs(runs[1] - module) > most ||
        fabs(runs[2] - 3 * module) > 3 * most || fabs(runs[3] - module) > most || fabs(runs[4] - module) > most)
        return 0;
    return module;
}

static bool is_dark(const Grid *grid, int x, int y)
{
    return grid->dark[(size_t)y * (size_t)grid->width + (size_t)x];
}

static bool is_inside(const Grid *grid, int x, int y)
{
    return x >= 0 && y >= 0 && x < grid->width && y < grid->height;
}

/* How far one colour goes from (x, y) along (dx, dy), which move on. */
static int run_from(const Grid *grid, int at[2], const int step[2], bool dark)
{
    int length = 0;
    while (is_inside(grid, at[0], at[1]) && is_dark(grid, at[0], at[1]) == dark) {
        at[0] += step[0];
        at[1] += step[1];
        length++;
    }
    return length;
}

/* The size of a module along a line through a middle, 0 for none; `shift`: how far the middle lies from (x, y). */
static double cross(const Grid *grid, int x, int y, const int step[2], double *shift)
{
    const int back[2] = {-step[0], -step[1]};
    int runs[RUNS], ahead[2] = {x, y}, behind[2] = {x + back[0], y + back[1]};
    int forward = run_from(grid, ahead, step, true), backward = run_from(grid, behind, back, true);
    runs[2] = forward + backward;
    runs[3] = run_from(grid, ahead, step, false);
    runs[4] = run_from(grid, ahead, step, true);
    runs[1] = run_from(grid, behind, back, false);
    runs[0] = run_from(grid, behind, back, true);
    *shift = (forward - backward - 1) / 2.0;
    return module_of(runs);
}

static void add_mark(Marks *marks, const Mark *mark)
{
    for (int i = 0; i < marks->count; i++) {
        Mark *known = &marks->list[i];
        if (fabs(known->x - mark->x) < 3 * known->module && fabs(known->y - mark->y) < 3 * known->module) {
            known->lines++;
            return;
        }
    }
    if (marks->count < MARKS_MAX)
        marks->list[marks->count++] = *mark;
}

/* A row has met the pattern, whose middle run is [from, to). */
static void try_mark(const Grid *grid, const int from_to[2], int y, Marks *marks)
{
    static const int down[2] = {0, 1}, across[2] = {1, 0}, falling[2] = {1, 1}, rising[2] = {1, -1};
    double shift_y, shift_x, shift;
    int x = (from_to[0] + from_to[1]) / 2;
    double vertical = cross(grid, x, y, down, &shift_y);
    if (!(vertical > 0))
        return;
    int middle = (int)lrint(y + shift_y);
    if (!is_inside(grid, x, middle) || !is_dark(grid, x, middle))
        return;
    double level = cross(grid, x, middle, across, &shift_x);
    if (!(level > 0) || level > SAME_SIZE * vertical || vertical > SAME_SIZE * level)
        return;
    if (!(cross(grid, x, middle, falling, &shift) > 0) && !(cross(grid, x, middle, rising, &shift) > 0))
        return;
    add_mark(marks, &(Mark){x + shift_x, y + shift_y, (level + vertical) / 2, 1});
}

static void scan_row(const Grid *grid, int y, Marks *marks)
{
    int runs[RUNS] = {0}, seen = 0, start = 0;
    for (int x = 1; x <= grid->width; x++) {
        if (x < grid->width && is_dark(grid, x, y) == is_dark(grid, x - 1, y))
            continue;
        for (int i = 0; i + 1 < RUNS; i++)
            runs[i] = runs[i + 1];
        runs[RUNS - 1] = x - start;
        start = x;
        if (++seen < RUNS || !is_dark(grid, x - 1, y) || !(module_of(runs) > 0))
            continue;
        int to = x - runs[4] - runs[3];
        try_mark(grid, (int[]){to - runs[2], to}, y, marks);
    }
}

/* May be one code's: of a size, and neither too near nor too far. */
static bool are_fellows(const Mark *one, const Mark *other)
{
    double distance = hypot(one->x - other->x, one->y - other->y) / ((one->module + other->module) / 2);
    return one->lines >= LINES_LEAST && other->lines >= LINES_LEAST && distance >= NEAR && distance <= FAR &&
           one->module < SAME_SIZE * other->module && other->module < SAME_SIZE * one->module;
}

static int count_marks(const Marks *marks)
{
    int count = 0;
    for (int i = 0; i < marks->count; i++) {
        bool any = false;
        for (int j = 0; j < marks->count && !any; j++)
            any = j != i && are_fellows(&marks->list[i], &marks->list[j]);
        count += any;
    }
    return count;
}

Err code_marks(Arena *arena, const uint8_t *grey, int width_px, int height_px, int *out)
{
    size_t count = (size_t)width_px * (size_t)height_px;
    uint8_t *dark = arena_alloc(arena, count);
    uint32_t *sums = ARENA_ARRAY(arena, uint32_t, count + (size_t)width_px + (size_t)height_px + 1);
    Marks *marks = ARENA_NEW(arena, Marks);
    if (!dark || !sums || !marks)
        return fail(arena, ERR_MEMORY, "no memory to look for codes");
    binarize(grey, width_px, height_px, sums, dark);
    const Grid grid = {width_px, height_px, dark};
    for (int y = 0; y < height_px; y++)
        scan_row(&grid, y, marks);
    *out = count_marks(marks);
    return OK;
}
