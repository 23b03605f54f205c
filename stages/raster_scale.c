/* SPDX-License-Identifier: MIT */
/* Lanczos3 in one step, first down the columns, then along the rows. Our own because libvips's
 * rounding of the kernel moves a picture by up to 0.08 pixels at awkward ratios, and costs twice.
 */
#include "raster.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* One output pixel's share of `count` input pixels from `first` on. The shares sum to 1. */
typedef struct Taps {
    int first, count;
    float *share;
} Taps;

static double lanczos3(double x)
{
    if (fabs(x) < 1e-9)
        return 1;
    if (fabs(x) >= 3)
        return 0;
    return 3 * sin(M_PI * x) * sin(M_PI * x / 3) / (M_PI * M_PI * x * x);
}

/* Beyond the edge the outermost pixel goes on: its shares are added to it. */
static void taps_fill(Taps *taps, double centre, double ratio, int in)
{
    int low = (int)ceil(centre - 3 * ratio), high = (int)floor(centre + 3 * ratio);
    int last = high < in ? high : in - 1;
    taps->first = low > 0 ? low : 0;
    taps->count = last - taps->first + 1;
    double sum = 0;
    for (int at = low; at <= high; at++)
        sum += lanczos3((at - centre) / ratio);
    for (int at = low; at <= high; at++) {
        int inside = at < taps->first ? taps->first : at > last ? last : at;
        taps->share[inside - taps->first] += (float)(lanczos3((at - centre) / ratio) / sum);
    }
}

static Taps *taps_new(Arena *arena, int in, int out)
{
    double ratio = (double)in / out;
    size_t most = (size_t)(6 * ratio) + 2;
    Taps *taps = ARENA_ARRAY(arena, Taps, (size_t)out);
    float *shares = ARENA_ARRAY(arena, float, (size_t)out *most);
    if (!taps || !shares)
        return NULL;
    for (int i = 0; i < out; i++) {
        taps[i].share = shares + (size_t)i * most;
        taps_fill(&taps[i], (i + 0.5) * ratio - 0.5, ratio, in);
    }
    return taps;
}

/* Sums of rows; in whole blocks, so that the compiler uses vectors. */
enum { BLOCK = 16 };

static void add_two(float *restrict sum, const uint8_t *restrict row, const uint8_t *restrict next,
                    const float share[2], size_t values)
{
    float a = share[0], b = share[1];
    size_t i = 0;
    for (; i + BLOCK <= values; i += BLOCK)
        for (size_t k = 0; k < BLOCK; k++)
            sum[i + k] += a * (float)row[i + k] + b * (float)next[i + k];
    for (; i < values; i++)
        sum[i] += a * (float)row[i] + b * (float)next[i];
}

static void column_sums(const uint8_t *from, size_t stride, const Taps *taps, float *sum,
                        size_t values)
{
    memset(sum, 0, values * sizeof *sum);
    for (int k = 0; k < taps->count; k += 2) {
        const uint8_t *row = from + (size_t)(taps->first + k) * stride;
        bool pair = k + 1 < taps->count;
        const float share[2] = {taps->share[k], pair ? taps->share[k + 1] : 0};
        add_two(sum, row, pair ? row + stride : row, share, values);
    }
}

/* Four floats: red, green, blue and the neighbour's red, which is dropped. */
typedef float Four __attribute__((vector_size(16)));

static uint8_t to_byte(float value)
{
    return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5f);
}

static void row_sums(const float *sum, const Taps *across, int width_px, uint8_t *to)
{
    for (int x = 0; x < width_px; x++, to += 3) {
        const float *from = sum + 3 * (size_t)across[x].first;
        Four total = {0};
        for (int k = 0; k < across[x].count; k++, from += 3) {
            Four four;
            memcpy(&four, from, sizeof four);
            total += four * across[x].share[k];
        }
        for (int c = 0; c < 3; c++)
            to[c] = to_byte(total[c]);
    }
}

Err raster_scale(Arena *arena, const Picture *in, Box box, Picture *out)
{
    assert(box.x >= 0 && box.y >= 0 && box.x + box.width <= in->width_px &&
           box.y + box.height <= in->height_px);
    assert(out->width_px >= 1 && out->width_px <= box.width && out->height_px >= 1 &&
           out->height_px <= box.height);
    size_t stride = (size_t)in->width_px * 3, values = (size_t)box.width * 3;
    Taps *across = taps_new(arena, box.width, out->width_px);
    Taps *down = taps_new(arena, box.height, out->height_px);
    float *sum = ARENA_ARRAY(arena, float, values + 1); /* the last pixel's fourth float */
    size_t row = (size_t)out->width_px * 3;
    out->rgb = arena_alloc(arena, row * (size_t)out->height_px);
    if (!across || !down || !sum || !out->rgb)
        return fail(arena, ERR_MEMORY, "no room for a frame of %d x %d", out->width_px,
                    out->height_px);
    const uint8_t *corner = in->rgb + (size_t)box.y * stride + (size_t)box.x * 3;
    for (int y = 0; y < out->height_px; y++) {
        column_sums(corner, stride, &down[y], sum, values);
        row_sums(sum, across, out->width_px, out->rgb + (size_t)y * row);
    }
    return OK;
}
