/* SPDX-License-Identifier: MIT */
/* The kernels of net_conv.h, compiled once for each vector unit. Before: LANES floats fill a vector;
 * TILE_VECTORS x TILE_PIXELS sums and what feeds them fit the registers; KERNELS is their name. */
#include "net_conv.h"

typedef float Vec __attribute__((vector_size(LANES * sizeof(float)), may_alias));
typedef int Mask __attribute__((vector_size(LANES * sizeof(int)), may_alias));

enum { TAPS = 9 };

/* Where one output pixel lies. */
typedef struct Spot {
    const float *in, *add;
    float *out;
} Spot;

static inline Spot spot_at(const NetConv *job, int x, int y)
{
    Spot spot = {.in = job->in + y * job->stride * job->in_row + x * job->stride * job->in_pixel,
                 .out = job->out + y * job->out_row + x * job->out_pixel,
                 .add = job->add};
    if (job->add_mode == ADD_BEFORE_RELU)
        spot.add += y * job->add_row + x * job->add_pixel;
    else if (job->add_mode == ADD_DOUBLED_AFTER_RELU)
        spot.add += y / 2 * job->add_row + x / 2 * job->add_pixel;
    return spot;
}

static inline Vec relu(Vec sum)
{
    const Vec zero = {0};
    return (Vec)((Mask)sum & (sum > zero));
}

static inline void finish(const NetConv *job, const Spot *spot, int channel, Vec sum)
{
    if (job->add_mode == ADD_BEFORE_RELU)
        sum += *(const Vec *)(spot->add + channel);
    if (job->relu)
        sum = relu(sum);
    if (job->add_mode == ADD_DOUBLED_AFTER_RELU)
        sum += *(const Vec *)(spot->add + channel);
    *(Vec *)(spot->out + channel) = sum;
}

/* `vectors` vectors of output channels from `channel` on, for TILE_PIXELS pixels at once: each weight that
 * is loaded serves all pixels, each input all vectors. `vectors` is constant where this is inlined. */
static inline __attribute__((always_inline)) void tile(const NetConv *job, const Spot *spots, int channel,
                                                       const int vectors)
{
    Vec sum[TILE_PIXELS][TILE_VECTORS];
    const float *in[TILE_PIXELS], *weights[TILE_VECTORS];
    const int taps = job->side * job->side;
    for (int v = 0; v < vectors; v++) {
        int at = channel + v * LANES, block = at / NET_BLOCK;
        weights[v] = job->weights + block * taps * job->channels_in * NET_BLOCK + at % NET_BLOCK;
        for (int p = 0; p < TILE_PIXELS; p++)
            sum[p][v] = *(const Vec *)(job->bias + at);
    }
    for (int row = 0; row < job->side; row++)
        for (int column = 0; column < job->side; column++) {
            for (int p = 0; p < TILE_PIXELS; p++)
                in[p] = spots[p].in + row * job->in_row + column * job->in_pixel;
            for (int c = 0; c < job->channels_in; c++) {
                Vec weight[TILE_VECTORS];
                for (int v = 0; v < vectors; v++) {
                    weight[v] = *(const Vec *)weights[v];
                    weights[v] += NET_BLOCK;
                }
                for (int p = 0; p < TILE_PIXELS; p++)
                    for (int v = 0; v < vectors; v++)
                        sum[p][v] += in[p][c] * weight[v];
            }
        }
    for (int p = 0; p < TILE_PIXELS; p++)
        for (int v = 0; v < vectors; v++)
            finish(job, &spots[p], channel + v * LANES, sum[p][v]);
}

static void tile_of(const NetConv *job, const Spot *spots, int channel, int vectors)
{
    switch (vectors) {
    case 1:
        tile(job, spots, channel, 1);
        break;
    case 2:
        tile(job, spots, channel, 2);
        break;
#if TILE_VECTORS > 2
    case 3:
        tile(job, spots, channel, 3);
        break;
#endif
#if TILE_VECTORS > 3
    case 4:
        tile(job, spots, channel, 4);
        break;
#endif
    }
}

/* Pixels in reading order, TILE_PIXELS at a time; past the last one it is computed again. */
static void dense(const NetConv *job)
{
    const int vectors = job->blocks * NET_BLOCK / LANES;
    const int groups = (vectors + TILE_VECTORS - 1) / TILE_VECTORS, pixels = job->width * job->height;
    for (int first = 0, group = 0; group < groups; group++) {
        int share = (vectors - first + groups - group - 1) / (groups - group), x = 0, y = 0;
        for (int pixel = 0; pixel < pixels; pixel += TILE_PIXELS) {
            Spot spots[TILE_PIXELS];
            for (int p = 0; p < TILE_PIXELS; p++) {
                spots[p] = spot_at(job, x, y);
                if (pixel + p >= pixels - 1)
                    continue;
                if (++x == job->width) {
                    x = 0;
                    y++;
                }
            }
            tile_of(job, spots, first * LANES, share);
        }
        first += share;
    }
}

/* Always 3x3, so that its taps can be spelled out. */
static void depthwise(const NetConv *job)
{
    for (int channel = 0; channel < job->blocks * NET_BLOCK; channel += LANES) {
        int block = channel / NET_BLOCK;
        const float *weights = job->weights + block * TAPS * NET_BLOCK + channel % NET_BLOCK;
        Vec weight[TAPS], bias = *(const Vec *)(job->bias + channel);
        for (int t = 0; t < TAPS; t++)
            weight[t] = *(const Vec *)(weights + t * NET_BLOCK);
        for (int y = 0; y < job->height; y++)
            for (int x = 0; x < job->width; x++) {
                Spot spot = spot_at(job, x, y);
                Vec sum = bias;
                for (int t = 0; t < TAPS; t++)
                    sum += *(const Vec *)(spot.in + channel + t / 3 * job->in_row +
                                          t % 3 * job->in_pixel) * weight[t];
                finish(job, &spot, channel, sum);
            }
    }
}

const NetKernels KERNELS = {NAME, dense, depthwise};
