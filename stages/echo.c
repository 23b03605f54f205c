/* SPDX-License-Identifier: MIT */
/* An echo puts even ripples on the power spectrum, whatever the picture shows: they are a peak in the spectrum of its
 * logarithm (Bogert, Healy and Tukey's cepstrum), as far from the middle as the echo is displaced. */
#include "echo.h"

#include <math.h>
#include <string.h>
#include "wide.h"

enum { N = 128, BITS = 7, HALF = N / 2, BAND = 48, FAR = 24, LANES = 32 };
/* Squares of frequencies: from where to where they count more and more, and less and less; above them is noise. */
static const int LOWEST = 6, LOW = 26, HIGH = 1474, HIGHEST = 2007;
static const int NEAR = 4; /* px; nearer echoes are what a lens does */

typedef struct Field { /* complex, `lanes` numbers a row */
    int lanes;
    float *re, *im;
} Field;

typedef struct Waves {
    float cosine[N], sine[N];
    int reversed[N]; /* the bits of a row's number */
    int place[HALF]; /* of that row among the columns */
} Waves;

static void waves_fill(Waves *out)
{
    memset(out->reversed, 0, sizeof out->reversed);
    for (int i = 0; i < N; i++) {
        out->cosine[i] = cosf(6.2831853f * (float)i / N);
        out->sine[i] = sinf(6.2831853f * (float)i / N);
        for (int bit = 0; bit < BITS; bit++)
            out->reversed[i] |= (i >> bit & 1) << (BITS - 1 - bit);
        if (i < HALF)
            out->place[i] = out->reversed[i] * BAND;
    }
}

/* Two steps of a transform at once, over rows `apart` from each other: by the turns of the first and of the second step. */
WIDE static void butterflies(float *restrict re, float *restrict im, size_t apart, const float turns[6], int lanes)
{
    float *restrict re1 = re + apart, *restrict im1 = im + apart, *restrict re2 = re + 2 * apart, *restrict im2 = im + 2 * apart;
    float *restrict re3 = re + 3 * apart, *restrict im3 = im + 3 * apart;
    APART
    for (int i = 0; i < lanes; i++) {
        float br = re1[i] * turns[0] - im1[i] * turns[1], bi = re1[i] * turns[1] + im1[i] * turns[0];
        float cr = re2[i] * turns[2] - im2[i] * turns[3], ci = re2[i] * turns[3] + im2[i] * turns[2];
        float dr = re3[i] * turns[4] - im3[i] * turns[5], di = re3[i] * turns[5] + im3[i] * turns[4];
        float ar = re[i], ai = im[i], er = ar + br, ei = ai + bi, fr = ar - br, fi = ai - bi;
        float gr = cr + dr, gi = ci + di, hr = cr - dr, hi = ci - di;
        re[i] = er + gr;
        im[i] = ei + gi;
        re1[i] = fr + hi;
        im1[i] = fi - hr;
        re2[i] = er - gr;
        im2[i] = ei - gi;
        re3[i] = fr - hi;
        im3[i] = fi + hr;
    }
}

WIDE static void pairs(float *restrict re, float *restrict im, int lanes)
{
    for (int i = 0; i < lanes; i++) {
        float r = re[lanes + i], j = im[lanes + i];
        re[lanes + i] = re[i] - r;
        im[lanes + i] = im[i] - j;
        re[i] += r;
        im[i] += j;
    }
}

/* Over the N rows, which come in reversed order: in each lane by itself. */
static void transform(const Field *field, const Waves *waves)
{
    for (int i = 0; i < N; i += 2)
        pairs(field->re + i * field->lanes, field->im + i * field->lanes, field->lanes);
    for (int step = 2; step < N; step *= 4)
        for (int i = 0; i < step; i++) {
            int one = i * (HALF / step), other = one / 2, both = one + other;
            const float turns[] = {waves->cosine[one], -waves->sine[one], waves->cosine[other], -waves->sine[other],
                                   waves->cosine[both], -waves->sine[both]};
            for (int first = i; first < N; first += 4 * step)
                butterflies(field->re + first * field->lanes, field->im + first * field->lanes,
                            (size_t)(step * field->lanes), turns, field->lanes);
        }
}

WIDE static void set_row(const uint8_t *restrict row, const float *restrict window, const float by[2], float *restrict out)
{
    for (int x = 0; x < HALF; x++)
        out[x] = (row[x] - by[0]) * window[x] * by[1];
}

/* Hann's window over the first `count`. */
static void window_of(int count, float out[N])
{
    for (int i = 0; i < N; i++)
        out[i] = i < count ? 0.5f - 0.5f * cosf(6.2831853f * (float)(i + 1) / (float)(count + 1)) : 0;
}

/* Of some of the pixels. */
static float mean_of(const uint8_t *from, int columns, int rows, int row)
{
    int sum = 0, count = 0;
    for (int y = 4; y < rows; y += 8)
        for (int x = 4; x < columns; x += 8, count++)
            sum += from[y * row + x];
    return (float)sum / (float)count;
}

/* The plane without its mean under a window, its right half as the imaginary part of its left; rows reversed. The power of a
 * level of noise. */
static float load(const Luma *plane, const Waves *waves, const Field *out)
{
    float across[N], down[N], power = 0, powers = 0;
    uint8_t row[N] = {0};
    int columns = plane->width_px < N ? plane->width_px : N, rows = plane->height_px < N ? plane->height_px : N;
    const uint8_t *from = plane->at + (plane->width_px - columns) / 2;
    float mean = mean_of(from, columns, rows, plane->width_px);
    window_of(columns, across);
    window_of(rows, down);
    for (int y = 0; y < N; y++) {
        float *re = out->re + waves->reversed[y] * HALF, *im = out->im + waves->reversed[y] * HALF;
        if (y < rows) /* else the window is 0 */
            memcpy(row, from + (size_t)y * (size_t)plane->width_px, (size_t)columns);
        set_row(row, across, (float[]){mean, down[y]}, re);
        set_row(row + HALF, across + HALF, (float[]){mean, down[y]}, im);
        power += across[y] * across[y];
        powers += down[y] * down[y];
    }
    return power * powers;
}

/* The spectra of the left half's columns in place of row k, of the right half's in place of row N - k, its conjugate. */
WIDE static void part(float *restrict re, float *restrict im, float *restrict back, float *restrict other)
{
    for (int x = 0; x < HALF; x++) {
        float r = re[x], i = im[x], b = back[x], o = other[x];
        re[x] = (r + b) / 2;
        im[x] = (i - o) / 2;
        back[x] = (i + o) / 2;
        other[x] = (b - r) / 2;
    }
}

static void stand_up(const float *in, const float *right, const Waves *waves, float *out)
{
    for (int x = 0; x < HALF; x++) {
        float *to = out + waves->place[x];
        to[0] = in[x];
        to[BAND] = right[x]; /* that of x + HALF */
    }
}

/* The lower frequencies down of all columns, column by column in reversed order. */
static void columns_of(const Field *in, const Waves *waves, const Field *out)
{
    memcpy(in->re + HALF * HALF, in->re, HALF * sizeof *in->re); /* of that frequency nobody asks */
    memcpy(in->im + HALF * HALF, in->im, HALF * sizeof *in->im);
    for (int k = 0; k < BAND; k++) {
        float *re = in->re + k * HALF, *im = in->im + k * HALF;
        float *back = in->re + (k ? N - k : HALF) * HALF, *other = in->im + (k ? N - k : HALF) * HALF;
        part(re, im, back, other);
        stand_up(re, back, waves, out->re + k);
        stand_up(im, other, waves, out->im + k);
    }
}

/* In place of the spectrum its logarithm: to 0.01, and but for a constant. */
WIDE static void logarithms(float *restrict re, const float *restrict im, float noise)
{
    float power[BAND];
    uint32_t bits[BAND];
    for (int k = 0; k < BAND; k++)
        power[k] = re[k] * re[k] + im[k] * im[k] + noise;
    memcpy(bits, power, sizeof bits);
    for (int k = 0; k < BAND; k++) {
        re[k] = (float)(int)(bits[k] >> 23);
        bits[k] = (bits[k] & 0x7fffff) | 0x3f800000;
    }
    memcpy(power, bits, sizeof power);
    for (int k = 0; k < BAND; k++)
        re[k] = 0.6931472f * (re[k] + (2 - power[k] / 3) * power[k]);
}

/* Rows of the same frequency to the left and to the right: their sum and their difference. */
WIDE static void fold(float *restrict left, float *restrict right)
{
    for (int k = 0; k < BAND; k++) {
        float sum = left[k] + right[k], difference = right[k] - left[k];
        right[k] = sum;
        left[k] = difference;
    }
}

static inline int within(int value, int most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

/* How much each of the frequencies counts. */
WIDE static void weigh(int across, float *restrict out)
{
    for (int k = 0; k < BAND; k++) {
        int far = k * k + across * across;
        int weight = within(HIGHEST - far, HIGHEST - HIGH) * within(far - LOWEST, LOW - LOWEST);
        out[k] = (float)(weight * 2) / (float)((HIGHEST - HIGH) * (LOW - LOWEST));
    }
    out[0] /= 2; /* the others stand for those up, too */
}

WIDE static void scale(const float *restrict by, float *restrict values)
{
    for (int k = 0; k < BAND; k++)
        values[k] *= by[k];
}

/* What is left of folded logarithms without the mean of their ring of frequencies, weighed; the weights' sum. */
static float flatten(const Field *log)
{
    float sums[N] = {0}, weights[N] = {0}, all = 0; /* HIGHEST is in the last but two */
    for (int x = 0; x < BAND; x++) {
        const float *value = log->re + x * BAND, *weight = log->im + x * BAND, twice = x ? 2 : 1;
        weigh(x, log->im + x * BAND);
        for (int k = 0, far = x * x; k < BAND && far < HIGHEST; far += 2 * k++ + 1) {
            sums[far / 16] += value[k] * weight[k];
            weights[far / 16] += twice * weight[k];
        }
    }
    for (int i = 0; i < N; i++) {
        all += weights[i];
        sums[i] /= weights[i] > 0 ? weights[i] : 1;
    }
    for (int x = 0; x < BAND; x++) {
        float *value = log->re + x * BAND, twice = x ? 2 : 1;
        for (int k = 0, far = x * x; k < BAND && far < HIGHEST; far += 2 * k++ + 1)
            value[k] -= twice * sums[far / 16];
        scale(log->im + x * BAND, value);
        if (x)
            scale(log->im + x * BAND, log->re + (N - x) * BAND);
    }
    return all;
}

/* The waves across of displacement dx, for each frequency down, of a folded field. */
WIDE static void waves_across(const Field *log, const Waves *waves, int dx, float out[2][BAND])
{
    float *restrict even = out[0], *restrict odd = out[1];
    memcpy(even, log->re, BAND * sizeof *even);
    memset(odd, 0, BAND * sizeof *odd);
    for (int x = 1; x < BAND; x++) {
        const int turn = (x * dx) & (N - 1);
        const float *value = log->re + x * BAND, *other = log->re + (N - x) * BAND;
        const float cosine = waves->cosine[turn], sine = waves->sine[turn];
        APART
        for (int k = 0; k < BAND; k++) {
            even[k] += value[k] * cosine;
            odd[k] += other[k] * sine;
        }
    }
}

/* The cepstrum at (dx, dy). */
static float height_at(const Waves *waves, float across[2][BAND], int dx, int dy)
{
    float sum = 0, sign = dx < 0 ? -1 : 1;
    for (int k = 0; k < BAND; k++) {
        int turn = (k * dy) & (N - 1);
        sum += across[0][k] * waves->cosine[turn] - sign * across[1][k] * waves->sine[turn];
    }
    return sum;
}

WIDE static void waves_down(const float across[2][BAND], const float waves[BAND][2][LANES], float *restrict even,
                            float *restrict odd)
{
    for (int k = 0; k < BAND; k++)
        for (int i = 0; i < LANES; i++) {
            even[i] += across[0][k] * waves[k][0][i];
            odd[i] += across[1][k] * waves[k][1][i];
        }
}

typedef struct Peak {
    int dx, dy;
    float height;
} Peak;

static Peak higher(Peak a, int dx, int dy, float height)
{
    bool counts = dx * dx + dy * dy >= NEAR * NEAR && dx * dx + dy * dy <= FAR * FAR;
    return counts && height > a.height ? (Peak){dx, dy, height} : a;
}

static Peak highest(const Field *log, const Waves *waves)
{
    Peak peak = {.height = -INFINITY};
    float down[BAND][2][LANES], across[2][BAND];
    for (int k = 0; k < BAND; k++)
        for (int dy = 0; dy < LANES; dy++) {
            down[k][0][dy] = waves->cosine[(k * dy) & (N - 1)];
            down[k][1][dy] = waves->sine[(k * dy) & (N - 1)];
        }
    for (int dx = 0; dx <= FAR; dx++) {
        float even[LANES] = {0}, odd[LANES] = {0};
        waves_across(log, waves, dx, across);
        waves_down(across, down, even, odd);
        for (int dy = 0; dy <= FAR; dy++) {
            peak = higher(peak, dx, dy, even[dy] - odd[dy]);
            peak = higher(peak, -dx, dy, even[dy] + odd[dy]);
        }
    }
    return peak;
}

Err echo_of(Arena *arena, const Luma *plane, double *out)
{
    size_t first = N * HALF, second = N * BAND;
    float *room = ARENA_RAW(arena, float, 2 * (first + second));
    if (!room)
        return (Err){ERR_MEMORY, "out of memory"};
    Field rows = {HALF, room, room + first}, columns = {BAND, room + 2 * first, room + 2 * first + second};
    Waves waves;
    waves_fill(&waves);
    float noise = load(plane, &waves, &rows);
    transform(&rows, &waves);
    columns_of(&rows, &waves, &columns);
    transform(&columns, &waves);
    for (int x = 1 - BAND; x < BAND; x++)
        logarithms(columns.re + (x & (N - 1)) * BAND, columns.im + (x & (N - 1)) * BAND, noise);
    for (int x = 1; x < BAND; x++)
        fold(columns.re + (N - x) * BAND, columns.re + x * BAND);
    float all = flatten(&columns), twice[2][BAND];
    Peak peak = highest(&columns, &waves);
    waves_across(&columns, &waves, 2 * (peak.dx < 0 ? -peak.dx : peak.dx), twice);
    *out = (peak.height - height_at(&waves, twice, peak.dx, 2 * peak.dy)) / all;
    return OK;
}
