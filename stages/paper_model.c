/* SPDX-License-Identifier: MIT */
/* A quadratic per channel over the colours beside the head, fitted again and again to what the last fit
 * explains: first a level, then a slope, then the bend. */
#include "paper_model.h"

#include <string.h>
#include "paper_grid.h"
#include "rank.h"
#include "wide.h"

enum { TERMS = PAPER_TERMS, LANES = PAPER_LANES, POWERS = PAPER_POWERS };

/* RGB distances: beyond START nothing is paper. */
static const double START = 60;
static const double EDGE = 0.05; /* share of the picture's sides */

typedef double Lanes __attribute__((vector_size(32), may_alias));
typedef int64_t Flags __attribute__((vector_size(32), may_alias));

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
static inline __attribute__((always_inline)) void add_row(const PaperGrid *grid, int j, double most, const int degree,
                                                          Sums *sums)
{
    const PaperGridRow *row = &grid->row[j];
    const Lanes limit = {most, most, most, most}, one = {1, 1, 1, 1};
    Lanes terms[POWERS + 1] = {{0}}, rgb[3][3] = {{{0}}};
    for (size_t i = 0; i < row->count; i += LANES) {
        const size_t at = row->at + i, column = i < row->left ? i : i + row->skip;
        Flags within = *lanes(grid->away + at) <= limit;
        terms[0] += (Lanes)(within & (Flags)one);
        for (int p = 0; p < 2 * degree; p++)
            terms[p + 1] += (Lanes)(within & (Flags)*lanes(grid->u[p] + column));
        for (int k = 0; k < 3; k++) {
            Lanes value = (Lanes)(within & (Flags)*lanes(grid->rgb[k] + at));
            rgb[k][0] += value;
            for (int p = 0; p < degree; p++)
                rgb[k][p + 1] += value * *lanes(grid->u[p] + column);
        }
    }
    double power = 1;
    for (int q = 0; q <= 2 * degree; q++, power *= row->v) {
        for (int p = 0; p <= 2 * degree - q; p++)
            sums->terms[p][q] += sum_of(&terms[p]) * power;
        for (int k = 0; k < 3; k++)
            for (int p = 0; p <= degree - q; p++)
                sums->rgb[k][p][q] += sum_of(&rgb[k][p]) * power;
    }
}

WIDE static void add_up(const PaperGrid *grid, double most, int degree, Sums *out)
{
    *out = (Sums){0};
    for (int j = 0; j < grid->rows; j++)
        if (!grid->row[j].count)
            continue;
        else if (degree == 0)
            add_row(grid, j, most, 0, out);
        else if (degree == 1)
            add_row(grid, j, most, 1, out);
        else
            add_row(grid, j, most, 2, out);
}

/* Least squares of the terms up to `degree` (1, 3 or 6 of them) over the samples no further than `reach`; the others
 * are 0. Slope and bend are held back where little supports them (a ridge), since the model is also
 * asked where no sample lies. */
static void fit(const PaperGrid *grid, double reach, int degree, double c[3][TERMS])
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

WIDE static void measure_away(PaperGrid *grid, double c[3][TERMS])
{
    double *before = grid->fitted;
    grid->fitted = grid->away;
    grid->away = before;
    for (int j = 0; j < grid->rows; j++) {
        const PaperGridRow *row = &grid->row[j];
        const double v = row->v, *u = grid->u[0], *square = grid->u[1];
        double at[3], slope[3], bend[3], *rgb[3], *away = grid->away + row->at;
        for (int k = 0; k < 3; k++) {
            at[k] = c[k][0] + v * (c[k][2] + v * c[k][5]);
            slope[k] = c[k][1] + v * c[k][4];
            bend[k] = c[k][3];
            rgb[k] = grid->rgb[k] + row->at;
        }
        for (size_t i = 0; i < row->count; i += LANES) {
            const size_t column = i < row->left ? i : i + row->skip;
            Lanes sum = {0};
            for (int k = 0; k < 3; k++) {
                Lanes model = at[k] + slope[k] * *lanes(u + column) + bend[k] * *lanes(square + column);
                Lanes d = *lanes(rgb[k] + i) - model;
                sum += d * d;
            }
            *lanes(away + i) = sum;
        }
    }
}

/* Whether the samples within `reach` are those that the model was fitted to, within `fitted_reach`. */
WIDE static bool same_samples(const PaperGrid *grid, double reach, double fitted_reach)
{
    const double most = reach * reach, fitted = fitted_reach * fitted_reach;
    const Lanes limit = {most, most, most, most}, fitted_limit = {fitted, fitted, fitted, fitted};
    Flags changed = {0};
    for (size_t i = 0; i < grid->total; i += LANES)
        changed |= (*lanes(grid->away + i) <= limit) ^ (*lanes(grid->fitted + i) <= fitted_limit);
    return !(changed[0] | changed[1] | changed[2] | changed[3]);
}

/* Samples whose squared distance is below `limit`. */
WIDE static int count_below(const PaperGrid *grid, double limit)
{
    const Lanes all = {limit, limit, limit, limit};
    Flags sum = {0};
    for (size_t i = 0; i < grid->total; i += LANES)
        sum -= *lanes(grid->away + i) < all;
    return (int)(sum[0] + sum[1] + sum[2] + sum[3]);
}

/* Median distance of the samples nearer than `reach`; NaN where they are too few. */
static double median_away(const PaperGrid *grid, double reach)
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
static double next_reach(const PaperGrid *grid, double reach)
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
static int count_levels(const PaperGrid *grid, int k, double lowest, int histogram[256])
{
    int count = 0;
    memset(histogram, 0, 256 * sizeof *histogram);
    for (int j = 0; j < grid->rows && grid->row[j].v < lowest; j++)
        for (size_t at = grid->row[j].at, end = at + grid->row[j].count; at < end; at++)
            if (grid->rgb[k][at] < PAPER_NO_SAMPLE) {
                histogram[(int)grid->rgb[k][at]]++;
                count++;
            }
    return count;
}

/* The median level above the eyes, where there is more paper and less hair; of all samples where those are too few. */
static void start_colour(const PaperGrid *grid, double eyes_v, double c[3][TERMS])
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
static double explained_at_edges(const PaperGrid *grid, const FacePlace *face, double limit, int inside)
{
    int count = 0, explained = 0;
    for (int j = inside; j < grid->rows && grid->first + j * grid->step < face->eyes.y; j++) {
        const PaperGridRow *row = &grid->row[j];
        for (size_t i = 0; i < row->count; i++) {
            const size_t at = row->at + i, column = i < row->left ? i : i + row->skip;
            if (grid->rgb[0][at] >= PAPER_NO_SAMPLE || (int)column < inside || (int)column >= grid->columns - inside ||
                (fabs(grid->u[0][column]) <= 0.5 - EDGE && row->v >= EDGE - 0.5))
                continue;
            count++;
            explained += grid->away[at] < limit;
        }
    }
    return count ? (double)explained / count : 0;
}

Err paper_model(Arena *arena, const Picture *picture, const FacePlace *face, PaperModel *out)
{
    PaperGrid grid;
    if (!paper_grid(arena, picture, face, &grid))
        return (Err){ERR_MEMORY, "out of memory"};
    *out = (PaperModel){.noise = NAN};
    if (grid.count < 32)
        return OK;
    start_colour(&grid, face->eyes.y / picture->height_px - 0.5, out->c);
    static const int DEGREES[] = {0, 1, 1, 2, 2, 2};
    double reach = START, fitted_reach = START;
    measure_away(&grid, out->c);
    for (size_t i = 0; i < sizeof DEGREES / sizeof *DEGREES; i++) {
        reach = next_reach(&grid, reach);
        if (!isfinite(reach))
            return OK;
        if (i > 0 && DEGREES[i] == DEGREES[i - 1] && same_samples(&grid, reach, fitted_reach))
            continue; /* to the same model */
        fit(&grid, reach, DEGREES[i], out->c);
        fitted_reach = reach;
        measure_away(&grid, out->c);
    }
    out->noise = median_away(&grid, reach) / 1.54; /* median of a 3-D normal's length */
    double threshold = paper_threshold(out), limit = threshold * threshold;
    out->inliers = (double)count_below(&grid, limit) / grid.count;
    out->edges = explained_at_edges(&grid, face, limit, 0);
    out->behind_frame = explained_at_edges(&grid, face, limit, 1);
    return OK;
}
