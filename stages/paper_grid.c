/* SPDX-License-Identifier: MIT */
#include "paper_grid.h"

enum { LANES = PAPER_LANES };

static bool grid_new(Arena *arena, const Picture *picture, PaperGrid *out)
{
    double area = (double)picture->width_px * picture->height_px;
    PaperGrid grid = {.step = (int)ceil(sqrt(area / PAPER_SAMPLES_MOST))};
    grid.first = grid.step / 2;
    grid.columns = (picture->width_px - grid.first + grid.step - 1) / grid.step;
    grid.rows = (picture->height_px - grid.first + grid.step - 1) / grid.step;
    grid.stride = ((size_t)grid.columns + LANES - 1) / LANES * LANES;
    const size_t most = grid.stride * (size_t)grid.rows;
    double *by_column = ARENA_ARRAY(arena, double, PAPER_POWERS * grid.stride);
    double *rgb = ARENA_RAW(arena, double, 3 * most);
    grid.row = ARENA_RAW(arena, PaperGridRow, (size_t)grid.rows);
    grid.away = ARENA_RAW(arena, double, most);
    grid.fitted = ARENA_RAW(arena, double, most);
    grid.kept = ARENA_RAW(arena, double, most);
    if (!by_column || !rgb || !grid.row || !grid.away || !grid.fitted || !grid.kept)
        return false;
    for (size_t k = 0; k < 3; k++)
        grid.rgb[k] = rgb + k * most;
    for (size_t p = 0; p < PAPER_POWERS; p++)
        grid.u[p] = by_column + p * grid.stride;
    for (int i = 0; i < grid.columns; i++) {
        double u = (double)(grid.first + i * grid.step) / picture->width_px - 0.5, power = u;
        for (int p = 0; p < PAPER_POWERS; p++, power *= u)
            grid.u[p][i] = power;
    }
    *out = grid;
    return true;
}

/* Beside and above the head, where paper should be: outside an ellipse around the head, and below the chin outside the
 * shoulders. How far from the eyes a sample of row y is at least, squared; below 0: all are. */
static double beside_head(const FacePlace *face, double y)
{
    double dy = (y - face->eyes.y) / face->width + 0.1;
    double widths = y >= face->chin_y ? 1.6 * 1.6 : 0.85 * 0.85 * (1 - dy * dy / (1.2 * 1.2));
    return widths * face->width * face->width;
}

/* Whether column i is beside the head. */
static bool is_beside(const PaperGrid *grid, const FacePlace *face, double beside, int i)
{
    double dx = grid->first + i * grid->step - face->eyes.x;
    return dx * dx > beside;
}

static void take_samples(const PaperGrid *grid, const PaperGridRow *row, const uint8_t *pixels, int from, int to)
{
    for (int i = from; i < to; i++) {
        size_t column = (size_t)i, at = row->at + column - (column < row->left ? 0 : row->skip);
        for (size_t k = 0; k < 3; k++)
            grid->rgb[k][at] = pixels[3 * column * (size_t)grid->step + k];
    }
}

/* Columns from `from` to `to` of row j are no samples. */
static void take_row(const Picture *picture, int j, int from, int to, PaperGrid *grid)
{
    const int y = grid->first + j * grid->step, room = PAPER_SAMPLES_MOST - grid->count;
    const size_t left = ((size_t)from + LANES - 1) / LANES * LANES;
    const size_t right = to < grid->columns ? (size_t)to / LANES * LANES : grid->stride;
    const size_t skip = right > left ? right - left : 0;
    const uint8_t *pixels = picture->rgb + 3 * ((size_t)y * (size_t)picture->width_px + (size_t)grid->first);
    PaperGridRow *row = &grid->row[j];
    *row = (PaperGridRow){(double)y / picture->height_px - 0.5, grid->total, grid->stride - skip, left, skip};
    grid->total += row->count;
    for (int k = 0; k < 3; k++)
        for (size_t i = 0; i < row->count; i++)
            grid->rgb[k][row->at + i] = PAPER_NO_SAMPLE;
    const int before = from < room ? from : room, behind = grid->columns - to < room - before ? grid->columns - to : room - before;
    take_samples(grid, row, pixels, 0, before);
    take_samples(grid, row, pixels, to, to + behind);
    grid->count += before + behind;
}

bool paper_grid(Arena *arena, const Picture *picture, const FacePlace *face, PaperGrid *out)
{
    if (!grid_new(arena, picture, out))
        return false;
    for (int j = 0; j < out->rows; j++) {
        double beside = beside_head(face, out->first + j * out->step);
        int from = 0, to = out->columns;
        while (from < to && is_beside(out, face, beside, from))
            from++;
        while (to > from && is_beside(out, face, beside, to - 1))
            to--;
        take_row(picture, j, from, to, out);
    }
    return true;
}
