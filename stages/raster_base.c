/* SPDX-License-Identifier: MIT */
/* SSE2, which every x86-64 has; elsewhere what the compiler makes of plain loops. */
#include "raster_kernels.h"

#include <string.h>
#include "processor.h"

const RasterKernels *raster_kernels(void)
{
#if defined(__x86_64__)
    if (processor_has_avx512() && processor_adds_products())
        return &raster_avx512;
    if (processor_has_avx2())
        return &raster_avx2;
#endif
    return &raster_base;
}

void raster_total_plainly(const RasterRows *rows, const RasterTaps *taps, float *out)
{
    for (size_t i = 0; i < rows->values; i++) {
        const uint8_t *from = rows->first + (size_t)taps->first * rows->stride + i;
        int sum = 0;
        for (int k = 0; k < taps->count && taps->first + k < rows->count; k++, from += rows->stride)
            sum += taps->share[k] * *from;
        out[i] = (float)sum;
    }
}

void raster_down_plainly(const RasterRows *rows, const RasterTaps *taps, int count, int16_t *out)
{
    for (int y = 0; y < count; y++, out += rows->values)
        for (size_t i = 0; i < rows->values; i++) {
            const uint8_t *from = rows->first + (size_t)taps[y].first * rows->stride + i;
            int sum = 1 << (RASTER_ONE_BITS - RASTER_LINE_BITS - 1);
            for (int k = 0; k < taps[y].count && taps[y].first + k < rows->count; k++, from += rows->stride)
                sum += taps[y].share[k] * *from;
            out[i] = (int16_t)(sum >> (RASTER_ONE_BITS - RASTER_LINE_BITS));
        }
}

#if defined(__SSE2__)
#define LANES 1
#define KERNELS raster_base
#define NAME "base"
#include "raster_tile.h"
#else
static void turn(const int16_t *lines, size_t values, int width_px, int16_t *pairs)
{
    for (int x = 0; x < width_px; x += 2)
        for (int c = 0; c < 3; c++)
            for (size_t y = 0; y < RASTER_ROWS; y++, pairs += 2) {
                const int16_t *from = lines + y * values + 3 * x + c;
                pairs[0] = from[0];
                pairs[1] = from[3];
            }
}

static int weighed(const int16_t *pairs, const RasterTaps *taps)
{
    int sum = 1 << (RASTER_END_BITS - 1);
    pairs += 3 * (size_t)taps->first * RASTER_ROWS;
    for (int k = 0; k < taps->count; k += 2, pairs += 6 * RASTER_ROWS)
        sum += taps->share[k] * pairs[0] + taps->share[k + 1] * pairs[1];
    return sum >> RASTER_END_BITS;
}

static void across(const int16_t *pairs, int rows, const RasterTaps *taps, int width_px, uint8_t *out)
{
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < width_px; x++)
            for (int c = 0; c < 3; c++) {
                int value = weighed(pairs + 2 * (c * RASTER_ROWS + y), &taps[x]);
                *out++ = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
            }
}

const RasterKernels raster_base = {"base", raster_down_plainly, turn, across, raster_total_plainly};
#endif
