/* SPDX-License-Identifier: MIT */
/* Lanczos3 in one step, first down the columns, then along the rows, in whole numbers: shares are counted
 * in 1/16384, which errs by less than a tenth of a level, so the result is the same on every machine.
 * Our own because libvips's rounding of the kernel moves a picture by up to 0.08 pixels at awkward
 * ratios, and costs five times as much. */
#include "raster.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "wide.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { ONE_BITS = 14, ONE = 1 << ONE_BITS, GROUP = 8 };

/* One output pixel's shares of `count` input pixels from `first` on; they sum to ONE. Those up to the next
 * multiple of GROUP are 0. */
typedef struct Taps {
    int first, count;
    int16_t *share;
} Taps;

/* An angle that moves on by the same turn again and again, without asking for a sine each time. */
typedef struct Angle {
    double sine, cosine, turn_sine, turn_cosine;
} Angle;

static Angle angle_from(double start, double turn)
{
    return (Angle){sin(start), cos(start), sin(turn), cos(turn)};
}

static void angle_turn(Angle *angle)
{
    double sine = angle->sine * angle->turn_cosine + angle->cosine * angle->turn_sine;
    angle->cosine = angle->cosine * angle->turn_cosine - angle->sine * angle->turn_sine;
    angle->sine = sine;
}

/* 3 sin(pi x) sin(pi x / 3) / (pi x)^2 from the two sines. */
static double lanczos3(double x, const Angle *whole, const Angle *third)
{
    if (fabs(x) < 1e-6)
        return 1;
    if (fabs(x) >= 3)
        return 0;
    return 3 * whole->sine * third->sine / (M_PI * M_PI * x * x);
}

/* Rounded so that the sum stays ONE: what is missing goes to the largest share. */
static void shares_round(const double *exact, int count, double sum, int16_t *out)
{
    int left = ONE, largest = 0;
    for (int i = 0; i < count; i++) {
        out[i] = (int16_t)lround(exact[i] / sum * ONE);
        left -= out[i];
        largest = exact[i] > exact[largest] ? i : largest;
    }
    out[largest] = (int16_t)(out[largest] + left);
}

/* Beyond the edge the outermost pixel goes on: its shares are added to it. */
static void taps_fill(Taps *taps, double centre, double ratio, int in, double *exact)
{
    int low = (int)ceil(centre - 3 * ratio), high = (int)floor(centre + 3 * ratio);
    int last = high < in ? high : in - 1;
    taps->first = low > 0 ? low : 0;
    taps->count = last - taps->first + 1;
    memset(exact, 0, (size_t)taps->count * sizeof *exact);
    double sum = 0, start = M_PI * (low - centre) / ratio;
    Angle whole = angle_from(start, M_PI / ratio), third = angle_from(start / 3, M_PI / ratio / 3);
    for (int at = low; at <= high; at++, angle_turn(&whole), angle_turn(&third)) {
        int inside = at < taps->first ? taps->first : at > last ? last : at;
        double share = lanczos3((at - centre) / ratio, &whole, &third);
        exact[inside - taps->first] += share;
        sum += share;
    }
    shares_round(exact, taps->count, sum, taps->share);
}

static Taps *taps_new(Arena *arena, int in, int out)
{
    double ratio = (double)in / out;
    size_t most = ((size_t)(6 * ratio) + 2 + GROUP - 1) / GROUP * GROUP;
    Taps *taps = ARENA_ARRAY(arena, Taps, (size_t)out);
    int16_t *shares = ARENA_ARRAY(arena, int16_t, (size_t)out * most);
    double *exact = ARENA_ARRAY(arena, double, most);
    if (!taps || !shares || !exact)
        return NULL;
    for (int i = 0; i < out; i++) {
        taps[i].share = shares + (size_t)i * most;
        taps_fill(&taps[i], (i + 0.5) * ratio - 0.5, ratio, in, exact);
    }
    return taps;
}

enum { LINE_BITS = 6, BLOCK = 16 }; /* of a value between the two passes; values at a time */

/* A block of values, weighed over the rows. */
#if defined(__SSE2__)
static void column_block(const uint8_t *from, size_t stride, const Taps *taps, int16_t *to)
{
    const __m128i zero = _mm_setzero_si128(), half = _mm_set1_epi32(1 << (ONE_BITS - LINE_BITS - 1));
    __m128i sum[4] = {half, half, half, half};
    for (int k = 0; k < taps->count; k += 2, from += 2 * stride) {
        int pair;
        memcpy(&pair, taps->share + k, sizeof pair);
        const __m128i share = _mm_set1_epi32(pair);
        __m128i row = _mm_loadu_si128((const __m128i *)from), next = row;
        if (k + 1 < taps->count)
            next = _mm_loadu_si128((const __m128i *)(from + stride));
        __m128i low = _mm_unpacklo_epi8(row, next), high = _mm_unpackhi_epi8(row, next);
        sum[0] = _mm_add_epi32(sum[0], _mm_madd_epi16(_mm_unpacklo_epi8(low, zero), share));
        sum[1] = _mm_add_epi32(sum[1], _mm_madd_epi16(_mm_unpackhi_epi8(low, zero), share));
        sum[2] = _mm_add_epi32(sum[2], _mm_madd_epi16(_mm_unpacklo_epi8(high, zero), share));
        sum[3] = _mm_add_epi32(sum[3], _mm_madd_epi16(_mm_unpackhi_epi8(high, zero), share));
    }
    for (int i = 0; i < 4; i++)
        sum[i] = _mm_srai_epi32(sum[i], ONE_BITS - LINE_BITS);
    _mm_storeu_si128((__m128i *)to, _mm_packs_epi32(sum[0], sum[1]));
    _mm_storeu_si128((__m128i *)(to + 8), _mm_packs_epi32(sum[2], sum[3]));
}
#else
static void column_block(const uint8_t *from, size_t stride, const Taps *taps, int16_t *to)
{
    int sum[BLOCK];
    for (int i = 0; i < BLOCK; i++)
        sum[i] = 1 << (ONE_BITS - LINE_BITS - 1);
    for (int k = 0; k < taps->count; k++, from += stride)
        for (int i = 0; i < BLOCK; i++)
            sum[i] += taps->share[k] * from[i];
    for (int i = 0; i < BLOCK; i++)
        to[i] = (int16_t)(sum[i] >> (ONE_BITS - LINE_BITS));
}
#endif

/* One row of the box's width. The last block overlaps the one before, so that nothing beyond is read. */
static void column_sums(const uint8_t *from, size_t stride, const Taps *taps, int16_t *line,
                        size_t values)
{
    from += (size_t)taps->first * stride;
    for (size_t i = 0; i + BLOCK <= values; i += BLOCK)
        column_block(from + i, stride, taps, line + i);
    if (values >= BLOCK) {
        column_block(from + values - BLOCK, stride, taps, line + values - BLOCK);
        return;
    }
    for (size_t i = 0; i < values; i++) {
        int sum = 1 << (ONE_BITS - LINE_BITS - 1);
        for (int k = 0; k < taps->count; k++)
            sum += taps->share[k] * from[(size_t)k * stride + i];
        line[i] = (int16_t)(sum >> (ONE_BITS - LINE_BITS));
    }
}

/* Red, green and blue of a row, one behind the other, each with room beyond its end for a group of taps that begins
 * where the next pixel's do. */
typedef struct Line {
    size_t width, plane; /* the latter: from one colour to the next */
    int16_t *packed, *colour;
} Line;

WIDE static void split(const int16_t *restrict packed, size_t width, int16_t *restrict red,
                       int16_t *restrict green, int16_t *restrict blue)
{
    for (size_t x = 0; x < width; x++) {
        red[x] = packed[3 * x];
        green[x] = packed[3 * x + 1];
        blue[x] = packed[3 * x + 2];
    }
}

enum { END_BITS = ONE_BITS + LINE_BITS };

/* One output pixel; the fourth byte is 0. */
#if defined(__SSE2__)
static void row_pixel(const Line *line, const Taps *taps, uint8_t out[4])
{
    const int16_t *from = line->colour + taps->first;
    const __m128i half = _mm_set1_epi32(1 << (END_BITS - 1)), zero = _mm_setzero_si128();
    __m128i r = zero, g = zero, b = zero;
    for (int k = 0; k < taps->count; k += GROUP, from += GROUP) {
        __m128i share = _mm_loadu_si128((const __m128i *)(taps->share + k));
        const __m128i *red = (const __m128i *)from, *green = (const __m128i *)(from + line->plane);
        const __m128i *blue = (const __m128i *)(from + 2 * line->plane);
        r = _mm_add_epi32(r, _mm_madd_epi16(_mm_loadu_si128(red), share));
        g = _mm_add_epi32(g, _mm_madd_epi16(_mm_loadu_si128(green), share));
        b = _mm_add_epi32(b, _mm_madd_epi16(_mm_loadu_si128(blue), share));
    }
    __m128i two = _mm_add_epi32(_mm_unpacklo_epi32(r, g), _mm_unpackhi_epi32(r, g));
    __m128i one = _mm_add_epi32(_mm_unpacklo_epi32(b, zero), _mm_unpackhi_epi32(b, zero));
    __m128i sum = _mm_add_epi32(_mm_unpacklo_epi64(two, one), _mm_unpackhi_epi64(two, one));
    sum = _mm_srai_epi32(_mm_add_epi32(sum, half), END_BITS);
    sum = _mm_packs_epi32(sum, zero);
    int bytes = _mm_cvtsi128_si32(_mm_packus_epi16(sum, zero));
    memcpy(out, &bytes, sizeof bytes);
}
#else
static void row_pixel(const Line *line, const Taps *taps, uint8_t out[4])
{
    for (int c = 0; c < 3; c++) {
        const int16_t *from = line->colour + (size_t)c * line->plane + taps->first;
        int sum = 1 << (END_BITS - 1);
        for (int k = 0; k < taps->count; k++)
            sum += taps->share[k] * from[k];
        sum >>= END_BITS;
        out[c] = sum < 0 ? 0 : sum > 255 ? 255 : (uint8_t)sum;
    }
}
#endif

static void row_sums(const Line *line, const Taps *across, int width_px, uint8_t *to)
{
    uint8_t pixel[4];
    for (int x = 0; x < width_px; x++, to += 3) {
        row_pixel(line, &across[x], pixel);
        memcpy(to, pixel, 3);
    }
}

/* Twice as many values at once where the processor can: whole numbers, so the same result. */
#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))

AVX2 static void column_block_avx2(const uint8_t *from, size_t stride, const Taps *taps, int16_t *to)
{
    const __m256i zero = _mm256_setzero_si256(), half = _mm256_set1_epi32(1 << (ONE_BITS - LINE_BITS - 1));
    __m256i sum[4] = {half, half, half, half};
    for (int k = 0; k < taps->count; k += 2, from += 2 * stride) {
        int pair;
        memcpy(&pair, taps->share + k, sizeof pair);
        const __m256i share = _mm256_set1_epi32(pair);
        __m256i row = _mm256_loadu_si256((const __m256i *)from), next = row;
        if (k + 1 < taps->count)
            next = _mm256_loadu_si256((const __m256i *)(from + stride));
        __m256i low = _mm256_unpacklo_epi8(row, next), high = _mm256_unpackhi_epi8(row, next);
        sum[0] = _mm256_add_epi32(sum[0], _mm256_madd_epi16(_mm256_unpacklo_epi8(low, zero), share));
        sum[1] = _mm256_add_epi32(sum[1], _mm256_madd_epi16(_mm256_unpackhi_epi8(low, zero), share));
        sum[2] = _mm256_add_epi32(sum[2], _mm256_madd_epi16(_mm256_unpacklo_epi8(high, zero), share));
        sum[3] = _mm256_add_epi32(sum[3], _mm256_madd_epi16(_mm256_unpackhi_epi8(high, zero), share));
    }
    for (int i = 0; i < 4; i++)
        sum[i] = _mm256_srai_epi32(sum[i], ONE_BITS - LINE_BITS);
    __m256i outer = _mm256_packs_epi32(sum[0], sum[1]), inner = _mm256_packs_epi32(sum[2], sum[3]);
    _mm256_storeu_si256((__m256i *)to, _mm256_permute2x128_si256(outer, inner, 0x20));
    _mm256_storeu_si256((__m256i *)(to + BLOCK), _mm256_permute2x128_si256(outer, inner, 0x31));
}

AVX2 static void column_sums_avx2(const uint8_t *from, size_t stride, const Taps *taps, int16_t *line, size_t values)
{
    from += (size_t)taps->first * stride;
    for (size_t i = 0; i + 2 * BLOCK <= values; i += 2 * BLOCK)
        column_block_avx2(from + i, stride, taps, line + i);
    column_block_avx2(from + values - 2 * BLOCK, stride, taps, line + values - 2 * BLOCK);
}

AVX2 static __m256i two_at(const int16_t *one, const int16_t *other)
{
    return _mm256_loadu2_m128i((const __m128i *)other, (const __m128i *)one);
}

/* Two neighbours, one in each half; where one has more taps, the other's further shares are 0. */
AVX2 static void row_pair(const Line *line, const Taps *taps, uint8_t out[8])
{
    const int16_t *from = line->colour + taps[0].first, *next = line->colour + taps[1].first;
    const __m256i half = _mm256_set1_epi32(1 << (END_BITS - 1)), zero = _mm256_setzero_si256();
    const int count = taps[0].count > taps[1].count ? taps[0].count : taps[1].count;
    const size_t plane = line->plane;
    __m256i r = zero, g = zero, b = zero;
    for (int k = 0; k < count; k += GROUP, from += GROUP, next += GROUP) {
        __m256i share = two_at(taps[0].share + k, taps[1].share + k);
        r = _mm256_add_epi32(r, _mm256_madd_epi16(two_at(from, next), share));
        g = _mm256_add_epi32(g, _mm256_madd_epi16(two_at(from + plane, next + plane), share));
        b = _mm256_add_epi32(b, _mm256_madd_epi16(two_at(from + 2 * plane, next + 2 * plane), share));
    }
    __m256i two = _mm256_add_epi32(_mm256_unpacklo_epi32(r, g), _mm256_unpackhi_epi32(r, g));
    __m256i one = _mm256_add_epi32(_mm256_unpacklo_epi32(b, zero), _mm256_unpackhi_epi32(b, zero));
    __m256i sum = _mm256_add_epi32(_mm256_unpacklo_epi64(two, one), _mm256_unpackhi_epi64(two, one));
    sum = _mm256_packs_epi32(_mm256_srai_epi32(_mm256_add_epi32(sum, half), END_BITS), zero);
    sum = _mm256_packus_epi16(sum, zero);
    int bytes[2] = {_mm_cvtsi128_si32(_mm256_castsi256_si128(sum)), _mm_cvtsi128_si32(_mm256_extracti128_si256(sum, 1))};
    memcpy(out, bytes, sizeof bytes);
}

AVX2 static void row_sums_avx2(const Line *line, const Taps *across, int width_px, uint8_t *to)
{
    uint8_t pixels[8];
    int x = 0;
    for (; x + 1 < width_px; x += 2, to += 6) {
        row_pair(line, &across[x], pixels);
        memcpy(to, pixels, 3);
        memcpy(to + 3, pixels + 4, 3);
    }
    row_sums(line, &across[x], width_px - x, to);
}
#else
#define column_sums_avx2 column_sums
#define row_sums_avx2 row_sums
#endif

/* HEADROOM_CPU=base as for the networks' kernels. */
static bool has_avx2(void)
{
#if defined(__x86_64__)
    const char *asked = getenv("HEADROOM_CPU");
    return (!asked || strcmp(asked, "base") != 0) && __builtin_cpu_supports("avx2");
#else
    return false;
#endif
}

static bool line_new(Arena *arena, int width_px, int out_width_px, Line *out)
{
    size_t step = (size_t)(width_px / out_width_px) + 2; /* from one pixel's taps to the next one's, at most */
    *out = (Line){.width = (size_t)width_px, .plane = (size_t)width_px + step + GROUP};
    out->packed = ARENA_RAW(arena, int16_t, 3 * out->width);
    out->colour = ARENA_ARRAY(arena, int16_t, 3 * out->plane);
    return out->packed && out->colour;
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
    Line line;
    size_t row = (size_t)out->width_px * 3;
    out->rgb = arena_raw(arena, row * (size_t)out->height_px);
    if (!line_new(arena, box.width, out->width_px, &line) || !across || !down || !out->rgb)
        return fail(arena, ERR_MEMORY, "no room for a frame of %d x %d", out->width_px,
                    out->height_px);
    const uint8_t *corner = in->rgb + (size_t)box.y * stride + (size_t)box.x * 3;
    const bool wide = has_avx2() && values >= 2 * BLOCK;
    for (int y = 0; y < out->height_px; y++) {
        (wide ? column_sums_avx2 : column_sums)(corner, stride, &down[y], line.packed, values);
        split(line.packed, line.width, line.colour, line.colour + line.plane,
              line.colour + 2 * line.plane);
        (wide ? row_sums_avx2 : row_sums)(&line, across, out->width_px, out->rgb + (size_t)y * row);
    }
    return OK;
}
