/* SPDX-License-Identifier: MIT */
/* Within a mosaic's cell nothing steps but what JPEG adds, and at its sides all rows step at once. So take the columns that
 * step most, one after the other, and ask each time whether they are the lines of one lattice. */
#include "mosaic.h"

#include <stdlib.h>
#include "luma.h"
#include "wide.h"

/* In eye distances: the box beyond the irises, and a cell's side. The share of a lattice's lines that may be missing. */
static const double BESIDE = 0.25, CELL_LEAST = 0.05, CELL_MOST = 0.3, MISSING = 0.24;
static const double NARROWEST_PX = 6, ASTRAY_PX = 1; /* a cell; a line beside its place */
static const double LEVEL = 0.5;                     /* added to all columns: what is flat has no lines */
enum { LINES_LEAST = 5, LINES_MOST = 32 };

typedef struct Lattice {
    int columns, count;
    int line[LINES_MOST + 1]; /* from left to right */
    int gap_least;
    double cell_least, cell_most;
} Lattice;

/* Adds how much a row steps behind each column. */
WIDE static void add_steps(const uint8_t *restrict row, int columns, uint32_t *restrict steps)
{
    for (int x = 0; x < columns; x++)
        steps[x] += (uint32_t)abs(row[x] - row[x + 1]);
}

/* How many cells lie between the first line and line `last`, each gap rounded; 0 where two lines would be one. */
static double cells_up_to(const Lattice *in, int last, double cell)
{
    double cells = 0;
    for (int i = 1; i <= last; i++) {
        double gap = rint((in->line[i] - in->line[i - 1]) / cell);
        if (gap < 1)
            return 0;
        cells += gap;
    }
    return cells;
}

/* A cell's side where all lines stand in their places in one lattice of which few are missing; else 0. */
static double lattice_cell(const Lattice *in)
{
    const int *line = in->line, last = in->count - 1;
    double cell = in->gap_least, cells = 0;
    for (int round = 0; round < 3; round++) { /* the least gap may be short at both its ends */
        cells = cells_up_to(in, last, cell);
        if (cells == 0)
            return 0;
        cell = (line[last] - line[0]) / cells;
    }
    for (int i = 1; i <= last; i++)
        if (fabs(line[0] + cells_up_to(in, i, cell) * cell - line[i]) > ASTRAY_PX)
            return 0;
    double lines = cells + 1 + floor(line[0] / cell) + floor((in->columns - 1 - line[last]) / cell);
    return lines - in->count <= MISSING * lines && cell >= in->cell_least && cell <= in->cell_most ? cell : 0;
}

/* The column that steps most of those that are no line, nor beside one; -1: there is none. */
static int strongest(const uint32_t *steps, const Lattice *lattice)
{
    int best = -1;
    for (int x = 0, next = 0; x < lattice->columns; x++) {
        while (next < lattice->count && lattice->line[next] < x - 1)
            next++;
        bool taken = next < lattice->count && lattice->line[next] <= x + 1;
        if (!taken && (best < 0 || steps[x] > steps[best]))
            best = x;
    }
    return best;
}

static void add_line(Lattice *lattice, int x)
{
    int i = lattice->count++;
    for (; i > 0 && lattice->line[i - 1] > x; i--)
        lattice->line[i] = lattice->line[i - 1];
    lattice->line[i] = x;
    int before = i > 0 ? x - lattice->line[i - 1] : lattice->columns;
    int behind = i + 1 < lattice->count ? lattice->line[i + 1] - x : lattice->columns;
    int gap = before < behind ? before : behind;
    lattice->gap_least = gap < lattice->gap_least ? gap : lattice->gap_least;
}

/* The most that the weakest line of any lattice steps against the strongest column beside it. */
static double lines_against_rest(const uint32_t *steps, int rows, Lattice *lattice)
{
    double most = 0, weakest = 0;
    for (int x = strongest(steps, lattice); x >= 0; x = strongest(steps, lattice)) {
        if (lattice->count >= LINES_LEAST && weakest > most * (steps[x] + LEVEL * rows) && lattice_cell(lattice) > 0)
            most = weakest / (steps[x] + LEVEL * rows);
        if (lattice->count == LINES_MOST || lattice->gap_least < lattice->cell_least - 2 * ASTRAY_PX)
            break; /* more lines are no further apart */
        add_line(lattice, x);
        weakest = steps[x];
    }
    return most;
}

Err mosaic_measure(Arena *arena, const Picture *picture, const FacePlace *face, Facts *facts)
{
    Point one = face->points[POINT_IRIS_LEFT], other = face->points[POINT_IRIS_RIGHT];
    double apart = other.x - one.x, beside = BESIDE * apart;
    if (!(CELL_MOST * apart > NARROWEST_PX))
        return OK;
    int left = (int)fmax(0, one.x - beside), right = (int)fmin(picture->width_px, other.x + beside + 1);
    int top = (int)fmax(0, face->eyes.y - beside), bottom = (int)fmin(picture->height_px, face->eyes.y + beside);
    if (right - left < LINES_LEAST * NARROWEST_PX || bottom <= top)
        return OK;
    Lattice lattice = {.columns = right - left - 1, .gap_least = right - left, .cell_most = CELL_MOST * apart};
    lattice.cell_least = fmax(NARROWEST_PX, CELL_LEAST * apart);
    uint32_t *steps = ARENA_ARRAY(arena, uint32_t, (size_t)lattice.columns);
    Picture rows = {.width_px = picture->width_px, .height_px = bottom - top,
                    .rgb = picture->rgb + 3 * (size_t)top * (size_t)picture->width_px};
    Luma luma = luma_plane(arena, &rows);
    if (!steps || !luma.at)
        return (Err){ERR_MEMORY, "out of memory"};
    for (int y = 0; y < rows.height_px; y++)
        add_steps(luma.at + (size_t)y * (size_t)luma.width_px + (size_t)left, lattice.columns, steps);
    fact_set(facts, CHECK_mosaic, lines_against_rest(steps, rows.height_px, &lattice), 0);
    return OK;
}
