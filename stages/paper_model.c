/* SPDX-License-Identifier: MIT */
/* A quadratic per channel over the colours beside the head, fitted again and again to what the last fit
 * explains: first a level, then a slope, then the bend. */
#include "paper_model.h"

#include <string.h>
#include "rank.h"
#include "wide.h"

enum { TERMS = PAPER_TERMS, SAMPLES_MOST = 4096 };

/* RGB distances: beyond START nothing is paper. */
static const double START = 60;
static const double EDGE = 0.05; /* share of the picture's sides */

typedef struct Sample {
    double term[TERMS];
    double rgb[3];
    double away; /* distance from the model */
    bool edge;   /* near the left, right or upper edge, above the eyes: hair seldom reaches there */
} Sample;

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
    size_t values = 3 * (size_t)width_px;
    float *all = ARENA_RAW(arena, float, 3 * values);
    if (!all)
        return (PaperRow){0};
    PaperRow row = {.values = values, .at = all, .slope = all + values, .bend = all + 2 * values};
    for (size_t i = 0; i < values; i++) {
        const double *c = model->c[i % 3];
        double u = (double)(i / 3) / width_px - 0.5;
        row.at[i] = (float)(c[0] + c[1] * u + c[3] * u * u);
        row.slope[i] = (float)(c[2] + c[4] * u);
        row.bend[i] = (float)c[5];
    }
    return row;
}

WIDE void paper_row(const PaperRow *row, int y, int height_px, float *restrict out)
{
    const float *restrict at = row->at, *restrict slope = row->slope, *restrict bend = row->bend;
    float v = (float)y / (float)height_px - 0.5f;
    for (size_t i = 0; i < row->values; i++)
        out[i] = at[i] + v * (slope[i] + v * bend[i]);
}

double paper_threshold(const PaperModel *model)
{
    const double NOISE_TIMES = 4.5;
    return fmax(PAPER_FLOOR, NOISE_TIMES * model->noise);
}

/* Beside and above the head, where paper should be: outside an ellipse around the head, and below
 * the chin outside the shoulders. */
static bool beside_head(const FacePlace *face, double x, double y)
{
    double dx = fabs(x - face->eyes.x) / face->width;
    double dy = (y - face->eyes.y) / face->width + 0.1;
    if (y >= face->chin_y)
        return dx > 1.6;
    return dx * dx / (0.85 * 0.85) + dy * dy / (1.2 * 1.2) > 1;
}

static int take_samples(const Picture *picture, const FacePlace *face, Sample *samples)
{
    double area = (double)picture->width_px * picture->height_px;
    int step = (int)ceil(sqrt(area / SAMPLES_MOST));
    int count = 0;
    for (int y = step / 2; y < picture->height_px; y += step)
        for (int x = step / 2; x < picture->width_px && count < SAMPLES_MOST; x += step) {
            if (!beside_head(face, x, y))
                continue;
            Sample *s = &samples[count++];
            const uint8_t *p = picture->rgb + 3 * ((size_t)y * (size_t)picture->width_px + (size_t)x);
            terms_at((double)x / picture->width_px - 0.5, (double)y / picture->height_px - 0.5,
                     s->term);
            for (int k = 0; k < 3; k++)
                s->rgb[k] = p[k];
            s->edge = y < face->eyes.y &&
                      (fabs(s->term[1]) > 0.5 - EDGE || s->term[2] < EDGE - 0.5);
        }
    return count;
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

typedef struct Sums { /* the normal equations */
    double a[TERMS][TERMS], b[3][TERMS], n;
} Sums;

/* `order` is a constant at each call, so that the loops are unrolled. */
static inline void add_up(const Sample *samples, int count, double reach, const int order, Sums *out)
{
    Sums sums = {.n = 1};
    for (int i = 0; i < count; i++) {
        const Sample *s = &samples[i];
        if (s->away > reach)
            continue;
        sums.n++;
        for (int r = 0; r < order; r++) {
            for (int col = 0; col <= r; col++)
                sums.a[r][col] += s->term[r] * s->term[col];
            for (int k = 0; k < 3; k++)
                sums.b[k][r] += s->term[r] * s->rgb[k];
        }
    }
    for (int r = 0; r < order; r++)
        for (int col = r + 1; col < order; col++)
            sums.a[r][col] = sums.a[col][r];
    *out = sums;
}

/* Least squares of the first `order` (1, 3, 6) terms over the samples nearer than `reach`; the others
 * are 0. Slope and bend are held back where little supports them (a ridge), since the model is also
 * asked where no sample lies. */
static void fit(const Sample *samples, int count, double reach, int order, double c[3][TERMS])
{
    Sums sums;
    if (order == 1)
        add_up(samples, count, reach, 1, &sums);
    else if (order == 3)
        add_up(samples, count, reach, 3, &sums);
    else
        add_up(samples, count, reach, TERMS, &sums);
    for (int r = 1; r < order; r++)
        sums.a[r][r] += 1e-4 * sums.n;
    for (int k = 0; k < 3; k++) {
        double copy[TERMS][TERMS];
        memcpy(copy, sums.a, sizeof copy);
        memset(c[k], 0, sizeof c[k]);
        solve(copy, sums.b[k], order, c[k]);
    }
}

static void measure_away(Sample *samples, int count, const double c[3][TERMS])
{
    for (int i = 0; i < count; i++) {
        double sum = 0;
        for (int k = 0; k < 3; k++) {
            double d = samples[i].rgb[k] - model_at(c[k], samples[i].term);
            sum += d * d;
        }
        samples[i].away = sqrt(sum);
    }
}

static double median_away(Arena *arena, const Sample *samples, int count, double reach)
{
    double *away = ARENA_RAW(arena, double, (size_t)count);
    int kept = 0;
    for (int i = 0; away && i < count; i++)
        if (samples[i].away < reach)
            away[kept++] = samples[i].away;
    if (kept < 8)
        return NAN;
    return rank_value(away, kept, kept / 2);
}

static Err start_colour(Arena *arena, Sample *samples, int count, double eyes_v, double c[3][TERMS])
{
    double *values = ARENA_RAW(arena, double, (size_t)count);
    if (!values)
        return (Err){ERR_MEMORY, "out of memory"};
    for (int k = 0; k < 3; k++) {
        int n = 0;
        for (int i = 0; i < count; i++)
            if (samples[i].term[2] < eyes_v) /* above the eyes: more paper, less hair */
                values[n++] = samples[i].rgb[k];
        if (n < 8)
            for (n = 0; n < count; n++)
                values[n] = samples[n].rgb[k];
        memset(c[k], 0, sizeof c[k]);
        c[k][0] = rank_value(values, n, n / 2);
    }
    return OK;
}

Err paper_model(Arena *arena, const Picture *picture, const FacePlace *face, PaperModel *out)
{
    Sample *samples = ARENA_RAW(arena, Sample, SAMPLES_MOST);
    if (!samples)
        return (Err){ERR_MEMORY, "out of memory"};
    *out = (PaperModel){.noise = NAN};
    int count = take_samples(picture, face, samples);
    if (count < 32)
        return OK;
    TRY(start_colour(arena, samples, count, face->eyes.y / picture->height_px - 0.5, out->c));
    static const int ORDER[] = {1, 3, 3, 6, 6, 6};
    double reach = START;
    for (size_t i = 0; i < sizeof ORDER / sizeof *ORDER; i++) {
        measure_away(samples, count, out->c);
        double middle = median_away(arena, samples, count, reach);
        if (!isfinite(middle))
            return OK;
        reach = fmin(START, fmax(PAPER_FLOOR, 4 * middle));
        fit(samples, count, reach, ORDER[i], out->c);
    }
    measure_away(samples, count, out->c);
    out->noise = median_away(arena, samples, count, reach) / 1.54; /* median of a 3-D normal's length */
    int explained = 0, edges = 0, edges_explained = 0;
    for (int i = 0; i < count; i++) {
        bool paper = samples[i].away < paper_threshold(out);
        explained += paper;
        edges += samples[i].edge;
        edges_explained += samples[i].edge && paper;
    }
    out->inliers = (double)explained / count;
    out->edges = edges ? (double)edges_explained / edges : 0;
    return OK;
}
