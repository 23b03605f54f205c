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
static void pair(const int16_t *packed, int width_px, int16_t *pairs)
{
    for (int x = 0; x < width_px; x += 2)
        for (int k = 0; k < 4; k++) {
            pairs[4 * x + 2 * k] = k < 3 ? packed[3 * x + k] : 0;
            pairs[4 * x + 2 * k + 1] = k < 3 && x + 1 < width_px ? packed[3 * x + 3 + k] : 0;
        }
}

static void across(const RasterLines *lines, const RasterTaps *taps, int width_px, uint8_t *out)
{
    for (int y = 0; y < lines->count; y++)
        for (int x = 0; x < width_px; x++)
            for (int k = 0; k < 3; k++) {
                const int16_t *from = lines->pairs + (size_t)y * lines->stride + 4 * taps[x].first + 2 * k;
                const int16_t *share = taps[x].share;
                int sum = 1 << (RASTER_END_BITS - 1);
                for (int i = 0; i < taps[x].count; i += 2, from += 8, share += 2)
                    sum += share[0] * from[0] + share[1] * from[1];
                sum >>= RASTER_END_BITS;
                *out++ = (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
            }
}

const RasterKernels raster_base = {"base", raster_down_plainly, pair, across, raster_total_plainly};
#endif
