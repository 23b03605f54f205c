/* SPDX-License-Identifier: MIT */
/* The kernels of net_conv.h, compiled once for each vector unit. Before: LANES floats fill a vector;
 * TILES(one) lists one(pixels, vectors) whose pixels x vectors sums and what feeds them fit the registers, some for each
 * number of vectors up to VECTORS_MOST; PIXELS_MOST is the most; KERNELS is their name. */
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

/* `vectors` vectors of output channels from `channel` on, for `pixels` pixels at once: each weight that is
 * loaded serves all pixels, each input all vectors. Both are constant where this is inlined. */
static inline __attribute__((always_inline)) void tile(const NetConv *job, const Spot *spots, int channel,
                                                       const int pixels, const int vectors)
{
    Vec sum[PIXELS_MOST][VECTORS_MOST];
    const float *in[PIXELS_MOST], *weights[VECTORS_MOST];
    const int taps = job->side * job->side;
    for (int v = 0; v < vectors; v++) {
        int at = channel + v * LANES, block = at / NET_BLOCK;
        weights[v] = job->weights + block * taps * job->channels_in * NET_BLOCK + at % NET_BLOCK;
        for (int p = 0; p < pixels; p++)
            sum[p][v] = *(const Vec *)(job->bias + at);
    }
    for (int row = 0; row < job->side; row++)
        for (int column = 0; column < job->side; column++) {
            for (int p = 0; p < pixels; p++)
                in[p] = spots[p].in + row * job->in_row + column * job->in_pixel;
            for (int c = 0; c < job->channels_in; c++) {
                Vec weight[VECTORS_MOST];
                for (int v = 0; v < vectors; v++) {
                    weight[v] = *(const Vec *)weights[v];
                    weights[v] += NET_BLOCK;
                }
                for (int p = 0; p < pixels; p++)
                    for (int v = 0; v < vectors; v++)
                        sum[p][v] += in[p][c] * weight[v];
            }
        }
    for (int p = 0; p < pixels; p++)
        for (int v = 0; v < vectors; v++)
            finish(job, &spots[p], channel + v * LANES, sum[p][v]);
}

#define TILE(pixels, vectors)                                                                                          \
    static void tile_##pixels##_##vectors(const NetConv *job, const Spot *spots, int channel)                          \
    {                                                                                                                  \
        tile(job, spots, channel, pixels, vectors);                                                                    \
    }
TILES(TILE)
#undef TILE

typedef struct Tile {
    int pixels, vectors;
    void (*run)(const NetConv *job, const Spot *spots, int channel);
} Tile;

#define TILE(pixels, vectors) {pixels, vectors, tile_##pixels##_##vectors},
static const Tile ALL_TILES[] = {TILES(TILE)};
#undef TILE

/* The one of so many vectors that computes least, its last pixels included that are not there. */
static const Tile *best_tile(int vectors, int pixels)
{
    const int START = 4; /* sums' worth of time to begin and end a tile */
    const Tile *best = NULL;
    int least = 0;
    for (size_t i = 0; i < sizeof ALL_TILES / sizeof *ALL_TILES; i++) {
        const Tile *one = &ALL_TILES[i];
        int sums = (pixels + one->pixels - 1) / one->pixels * (one->pixels * one->vectors + START);
        if (one->vectors != vectors || (best && sums >= least))
            continue;
        best = one;
        least = sums;
    }
    return best;
}

/* Pixels in reading order, a tile's at a time; past the last one it is computed again. */
static void dense(const NetConv *job)
{
    const int vectors = job->blocks * NET_BLOCK / LANES;
    const int groups = (vectors + VECTORS_MOST - 1) / VECTORS_MOST, pixels = job->width * job->height;
    for (int first = 0, group = 0; group < groups; group++) {
        int share = (vectors - first + groups - group - 1) / (groups - group), x = 0, y = 0;
        const Tile *best = best_tile(share, pixels);
        for (int pixel = 0; pixel < pixels; pixel += best->pixels) {
            Spot spots[PIXELS_MOST];
            for (int p = 0; p < best->pixels; p++) {
                spots[p] = spot_at(job, x, y);
                if (pixel + p >= pixels - 1)
                    continue;
                if (++x == job->width) {
                    x = 0;
                    y++;
                }
            }
            best->run(job, spots, first * LANES);
        }
        first += share;
    }
}

/* Always 3x3, so that its taps can be spelled out. Each column of three inputs is loaded once and goes into the three
 * outputs that it touches. */
static inline void depthwise_row(const NetConv *job, int channel, int y, const Vec weight[TAPS])
{
    const Vec bias = *(const Vec *)(job->bias + channel);
    const float *in = job->in + y * job->in_row + channel;
    Vec done = bias, next = bias; /* the outputs left of the column and at it */
    for (int x = -1; x <= job->width; x++, in += job->in_pixel) {
        const Vec upper = *(const Vec *)in, middle = *(const Vec *)(in + job->in_row),
                  lower = *(const Vec *)(in + 2 * job->in_row);
        if (x > 0) {
            const Spot spot = spot_at(job, x - 1, y);
            finish(job, &spot, channel, done + upper * weight[2] + middle * weight[5] + lower * weight[8]);
        }
        done = next + upper * weight[1] + middle * weight[4] + lower * weight[7];
        next = bias + upper * weight[0] + middle * weight[3] + lower * weight[6];
    }
}

static void depthwise(const NetConv *job)
{
    for (int channel = 0; channel < job->blocks * NET_BLOCK; channel += LANES) {
        const float *weights = job->weights + channel / NET_BLOCK * TAPS * NET_BLOCK + channel % NET_BLOCK;
        Vec weight[TAPS];
        for (int t = 0; t < TAPS; t++)
            weight[t] = *(const Vec *)(weights + t * NET_BLOCK);
        for (int y = 0; y < job->height; y++)
            depthwise_row(job, channel, y, weight);
    }
}

#include "net_patch.h"

const NetKernels KERNELS = {NAME, dense, depthwise, patched};
