/* SPDX-License-Identifier: MIT */
/* A quadratic per channel over the colours beside the head, fitted again and again to what the last fit
 * explains: first a level, then a slope, then the bend. */
#include "paper_model.h"

#include <string.h>
#include "rank.h"
#include "wide.h"

enum { TERMS = PAPER_TERMS, SAMPLES_MOST = 4096, LANES = 4, POWERS = 4 };

/* RGB distances: beyond START nothing is paper. */
static const double START = 60;
static const double EDGE = 0.05; /* share of the picture's sides */
/* The level of what is no sample: its distance is beyond every reach. */
static const double NO_SAMPLE = 1e9;

typedef double Lanes __attribute__((vector_size(32), may_alias));
typedef int64_t Flags __attribute__((vector_size(32), may_alias));

/* Every step-th pixel of every step-th row: those beside the head are samples. Rows are filled up to a multiple of
 * LANES, so that LANES samples are looked at at once; sums are taken in the same order on every machine. */
typedef struct Grid {
    int first, step, columns, rows, count; /* the latter: of samples */
    size_t stride, total;
    double *u[POWERS]; /* u, u^2, u^3, u^4 of a column */
    double *v;         /* of a row */
    double *rgb[3];
    double *away; /* squared distance from the model */
    double *kept;
} Grid;

static void terms_at(double u, double v, double term[TERMS])
{
    term[0] = 1;
    term[1] = u;
    term[2] = v;
    term[3] = u * u;
    term[4] = u * v;
    term[5] = v * v;
}

static double model_at(const double c[TERMS], const double term[TERMS])
{
    double sum = 0;
    for (int i = 0; i < TERMS; i++)
        sum += c[i] * term[i];
    return sum;
}

void paper_colour(const PaperModel *model, double u, double v, double rgb[3])
{
    double term[TERMS];
    terms_at(u, v, term);
    for (int k = 0; k < 3; k++)
        rgb[k] = model_at(model->c[k], term);
}

PaperRow paper_row_new(Arena *arena, const PaperModel *model, int width_px)
{
    size_t width = (size_t)width_px, values = 3 * width;
    float *all = ARENA_RAW(arena, float, 2 * values);
    if (!all)
        return (PaperRow){0};
    PaperRow row = {.width_px = width_px, .at = all, .slope = all + values};
    for (size_t k = 0; k < 3; k++) {
        const double *c = model->c[k];
        row.bend[k] = (float)c[5];
        for (size_t x = 0; x < width; x++) {
            double u = (double)x / width_px - 0.5;
            row.at[k * width + x] = (float)(c[0] + c[1] * u + c[3] * u * u);
            row.slope[k * width + x] = (float)(c[2] + c[4] * u);
        }
    }
    return row;
}

WIDE void paper_row(const PaperRow *row, int y, int height_px, float *restrict out)
{
    const size_t width = (size_t)row->width_px;
    float v = (float)y / (float)height_px - 0.5f;
    for (size_t k = 0; k < 3; k++) {
        const float *restrict at = row->at + k * width, *restrict slope = row->slope + k * width;
        const float bend = row->bend[k];
        for (size_t x = 0; x < width; x++)
            out[k * width + x] = at[x] + v * (slope[x] + v * bend);
    }
}

double paper_threshold(const PaperModel *model)
{
    const double NOISE_TIMES = 4.5;
    return fmax(PAPER_FLOOR, NOISE_TIMES * model->noise);
}

static inline Lanes *lanes(const double *values)
{
    return (Lanes *)(uintptr_t)values;
}

static bool grid_new(Arena *arena, const Picture *picture, Grid *out)
{
    double area = (double)picture->width_px * picture->height_px;
    Grid grid = {.step = (int)ceil(sqrt(area / SAMPLES_MOST))};
    grid.first = grid.step / 2;
    grid.columns = (picture->width_px - grid.first + grid.step - 1) / grid.step;
    grid.rows = (picture->height_px - grid.first + grid.step - 1) / grid.step;
    grid.stride = ((size_t)grid.columns + LANES - 1) / LANES * LANES;
    grid.total = grid.stride * (size_t)grid.rows;
    double *by_column = ARENA_ARRAY(arena, double, POWERS * grid.stride);
    double *rgb = ARENA_RAW(arena, double, 3 * grid.total);
    grid.v = ARENA_RAW(arena, double, (size_t)grid.rows);
    grid.away = ARENA_RAW(arena, double, grid.total);
    grid.kept = ARENA_RAW(arena, double, grid.total);
    if (!by_column || !rgb || !grid.v || !grid.away || !grid.kept)
        return false;
    for (size_t k = 0; k < 3; k++)
        grid.rgb[k] = rgb + k * grid.total;
    for (size_t p = 0; p < POWERS; p++)
        grid.u[p] = by_column + p * grid.stride;
    for (int i = 0; i < grid.columns; i++) {
        double u = (double)(grid.first + i * grid.step) / picture->width_px - 0.5, power = u;
        for (int p = 0; p < POWERS; p++, power *= u)
            grid.u[p][i] = power;
    }
    for (int j = 0; j < grid.rows; j++)
        grid.v[j] = (double)(grid.first + j * grid.step) / picture->height_px - 0.5;
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

static void take_samples(const Picture *picture, const FacePlace *face, Grid *grid)
{
    for (size_t i = 0; i < 3 * grid->total; i++)
        grid->rgb[0][i] = NO_SAMPLE;
    for (int j = 0; j < grid->rows; j++) {
        int y = grid->first + j * grid->step;
        double beside = beside_head(face, y);
        size_t at = (size_t)j * grid->stride;
        const uint8_t *p = picture->rgb + 3 * ((size_t)y * (size_t)picture->width_px + (size_t)grid->first);
        for (int x = grid->first; x < picture->width_px; x += grid->step, p += 3 * grid->step, at++) {
            double dx = x - face->eyes.x;
            if (!(dx * dx > beside) || grid->count == SAMPLES_MOST)
                continue;
            for (int k = 0; k < 3; k++)
                grid->rgb[k][at] = p[k];
            grid->count++;
        }
    }
}

/* Solves the symmetric system of the first `n` terms in place (Gauss, partial pivoting); a singular
 * one leaves zeros. */
static void solve(double a[TERMS][TERMS], double b[TERMS], int n, double x[TERMS])
{
    for (int i = 0; i < n; i++) {
        int pivot = i;
        for (int r = i + 1; r < n; r++)
            if (fabs(a[r][i]) > fabs(a[pivot][i]))
                pivot = r;
        for (int c = 0; c < n; c++) {
            double t = a[i][c];
            a[i][c] = a[pivot][c];
            a[pivot][c] = t;
        }
        double t = b[i];
        b[i] = b[pivot];
        b[pivot] = t;
        for (int r = i + 1; r < n && fabs(a[i][i]) > 1e-12; r++) {
            double f = a[r][i] / a[i][i];
            for (int c = i; c < n; c++)
                a[r][c] -= f * a[i][c];
            b[r] -= f * b[i];
        }
    }
    for (int i = n - 1; i >= 0; i--) {
        double sum = b[i];
        for (int c = i + 1; c < n; c++)
            sum -= a[i][c] * x[c];
        x[i] = fabs(a[i][i]) > 1e-12 ? sum / a[i][i] : 0;
    }
}

typedef struct Sums { /* of samples within a reach, times powers of u and v: [of u][of v] */
    double terms[POWERS + 1][POWERS + 1], rgb[3][3][3];
} Sums;

static inline double sum_of(const Lanes *lane)
{
    return ((*lane)[0] + (*lane)[1]) + ((*lane)[2] + (*lane)[3]);
}

/* Adds row j up to the powers of `degree` (0, 1, 2): a constant at each call, so that the loops are unrolled. */
static inline __attribute__((always_inline)) void add_row(const Grid *grid, int j, double most, const int degree,
                                                          Sums *sums)
{
    const size_t row = (size_t)j * grid->stride;
    const Lanes limit = {most, most, most, most}, one = {1, 1, 1, 1};
    Lanes terms[POWERS + 1] = {{0}}, rgb[3][3] = {{{0}}};
    for (size_t i = 0; i < grid->stride; i += LANES) {
        Flags within = *lanes(grid->away + row + i) <= limit;
        terms[0] += (Lanes)(within & (Flags)one);
        for (int p = 0; p < 2 * degree; p++)
            terms[p + 1] += (Lanes)(within & (Flags)*lanes(grid->u[p] + i));
        for (int k = 0; k < 3; k++) {
            Lanes value = (Lanes)(within & (Flags)*lanes(grid->rgb[k] + row + i));
            rgb[k][0] += value;
            for (int p = 0; p < degree; p++)
                rgb[k][p + 1] += value * *lanes(grid->u[p] + i);
        }
    }
    double power = 1;
    for (int q = 0; q <= 2 * degree; q++, power *= grid->v[j]) {
        for (int p = 0; p <= 2 * degree - q; p++)
            sums->terms[p][q] += sum_of(&terms[p]) * power;
        for (int k = 0; k < 3; k++)
            for (int p = 0; p <= degree - q; p++)
                sums->rgb[k][p][q] += sum_of(&rgb[k][p]) * power;
    }
}

WIDE static void add_up(const Grid *grid, double most, int degree, Sums *out)
{
    *out = (Sums){0};
    for (int j = 0; j < grid->rows; j++)
        if (degree == 0)
            add_row(grid, j, most, 0, out);
        else if (degree == 1)
            add_row(grid, j, most, 1, out);
        else
            add_row(grid, j, most, 2, out);
}

/* Least squares of the terms up to `degree` (1, 3 or 6 of them) over the samples no further than `reach`; the others
 * are 0. Slope and bend are held back where little supports them (a ridge), since the model is also
 * asked where no sample lies. */
static void fit(const Grid *grid, double reach, int degree, double c[3][TERMS])
{
    static const int OF_U[TERMS] = {0, 1, 0, 2, 1, 0}, OF_V[TERMS] = {0, 0, 1, 0, 1, 2};
    const int terms = (degree + 1) * (degree + 2) / 2;
    Sums sums;
    add_up(grid, reach * reach, degree, &sums);
    for (int k = 0; k < 3; k++) {
        double a[TERMS][TERMS], b[TERMS];
        for (int r = 0; r < terms; r++) {
            for (int col = 0; col < terms; col++)
                a[r][col] = sums.terms[OF_U[r] + OF_U[col]][OF_V[r] + OF_V[col]];
            a[r][r] += r ? 1e-4 * (1 + sums.terms[0][0]) : 0;
            b[r] = sums.rgb[k][OF_U[r]][OF_V[r]];
        }
        memset(c[k], 0, sizeof c[k]);
        solve(a, b, terms, c[k]);
    }
}

WIDE static void measure_away(const Grid *grid, double c[3][TERMS])
{
    for (int j = 0; j < grid->rows; j++) {
        const size_t stride = grid->stride, row = (size_t)j * stride;
        const double v = grid->v[j], *u = grid->u[0], *square = grid->u[1];
        double at[3], slope[3], bend[3], *rgb[3], *away = grid->away + row;
        for (int k = 0; k < 3; k++) {
            at[k] = c[k][0] + v * (c[k][2] + v * c[k][5]);
            slope[k] = c[k][1] + v * c[k][4];
            bend[k] = c[k][3];
            rgb[k] = grid->rgb[k] + row;
        }
        for (size_t i = 0; i < stride; i += LANES) {
            Lanes sum = {0};
            for (int k = 0; k < 3; k++) {
                Lanes model = at[k] + slope[k] * *lanes(u + i) + bend[k] * *lanes(square + i);
                Lanes d = *lanes(rgb[k] + i) - model;
                sum += d * d;
            }
            *lanes(away + i) = sum;
        }
    }
}

/* Samples whose squared distance is below `limit`. */
WIDE static int count_below(const Grid *grid, double limit)
{
    const Lanes all = {limit, limit, limit, limit};
    Flags sum = {0};
    for (size_t i = 0; i < grid->total; i += LANES)
        sum -= *lanes(grid->away + i) < all;
    return (int)(sum[0] + sum[1] + sum[2] + sum[3]);
}

/* Median distance of the samples nearer than `reach`; NaN where they are too few. */
static double median_away(const Grid *grid, double reach)
{
    int kept = 0;
    for (size_t i = 0; i < grid->total; i++) {
        grid->kept[kept] = grid->away[i];
        kept += grid->away[i] < reach * reach;
    }
    return kept < 8 ? NAN : sqrt(rank_value(grid->kept, kept, kept / 2));
}

/* Four times that median, from PAPER_FLOOR to START. Where one of these is the answer, as it mostly is, counting
 * tells; the median costs more. */
static double next_reach(const Grid *grid, double reach)
{
    const double LOW = PAPER_FLOOR / 4, HIGH = START / 4;
    int kept = count_below(grid, reach * reach);
    if (kept < 8)
        return NAN;
    if (count_below(grid, LOW * LOW) > kept / 2)
        return PAPER_FLOOR;
    if (count_below(grid, HIGH * HIGH) <= kept / 2)
        return START;
    return fmin(START, fmax(PAPER_FLOOR, 4 * median_away(grid, reach)));
}

/* Levels of channel k above row `lowest`; returns how many. */
static int count_levels(const Grid *grid, int k, double lowest, int histogram[256])
{
    int count = 0;
    memset(histogram, 0, 256 * sizeof *histogram);
    for (int j = 0; j < grid->rows && grid->v[j] < lowest; j++)
        for (size_t at = (size_t)j * grid->stride, end = at + (size_t)grid->columns; at < end; at++)
            if (grid->rgb[k][at] < NO_SAMPLE) {
                histogram[(int)grid->rgb[k][at]]++;
                count++;
            }
    return count;
}

/* The median level above the eyes, where there is more paper and less hair; of all samples where those are too few. */
static void start_colour(const Grid *grid, double eyes_v, double c[3][TERMS])
{
    for (int k = 0; k < 3; k++) {
        int histogram[256], level = 0, count = count_levels(grid, k, eyes_v, histogram);
        if (count < 8)
            count = count_levels(grid, k, INFINITY, histogram);
        for (int below = histogram[0]; below <= count / 2; below += histogram[level])
            level++;
        memset(c[k], 0, sizeof c[k]);
        c[k][0] = level;
    }
}

/* Of the samples near the left, right or upper edge and above the eyes, where hair seldom reaches, the share whose
 * squared distance is below `limit`; 0 where there are none. Of those `inside` the outermost. */
static double explained_at_edges(const Grid *grid, const FacePlace *face, double limit, int inside)
{
    int count = 0, explained = 0;
    for (int j = inside; j < grid->rows && grid->first + j * grid->step < face->eyes.y; j++)
        for (int i = inside; i < grid->columns - inside; i++) {
            size_t at = (size_t)j * grid->stride + (size_t)i;
            if (grid->rgb[0][at] >= NO_SAMPLE || (fabs(grid->u[0][i]) <= 0.5 - EDGE && grid->v[j] >= EDGE - 0.5))
                continue;
            count++;
            explained += grid->away[at] < limit;
        }
    return count ? (double)explained / count : 0;
}

Err paper_model(Arena *arena, const Picture *picture, const FacePlace *face, PaperModel *out)
{
    Grid grid;
    if (!grid_new(arena, picture, &grid))
        return (Err){ERR_MEMORY, "out of memory"};
    *out = (PaperModel){.noise = NAN};
    take_samples(picture, face, &grid);
    if (grid.count < 32)
        return OK;
    start_colour(&grid, face->eyes.y / picture->height_px - 0.5, out->c);
    static const int DEGREES[] = {0, 1, 1, 2, 2, 2};
    double reach = START;
    for (size_t i = 0; i < sizeof DEGREES / sizeof *DEGREES; i++) {
        measure_away(&grid, out->c);
        reach = next_reach(&grid, reach);
        if (!isfinite(reach))
            return OK;
        fit(&grid, reach, DEGREES[i], out->c);
    }
    measure_away(&grid, out->c);
    out->noise = median_away(&grid, reach) / 1.54; /* median of a 3-D normal's length */
    double threshold = paper_threshold(out), limit = threshold * threshold;
    out->inliers = (double)count_below(&grid, limit) / grid.count;
    out->edges = explained_at_edges(&grid, face, limit, 0);
    out->behind_frame = explained_at_edges(&grid, face, limit, 1);
    return OK;
}
