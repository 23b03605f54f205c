/* SPDX-License-Identifier: MIT */
/* The kernels of net_conv.h, compiled once for each vector unit. Before: LANES floats fill a vector;
 * TILES(one) lists one(pixels, vectors, halves) whose pixels x vectors sums and what feeds them fit the registers, some
 * for each number of vectors up to VECTORS_MOST; of these the last may be half a one. KERNELS is their name. */
#include "net_conv.h"

#include <string.h>

typedef float Vec __attribute__((vector_size(LANES * sizeof(float)), may_alias));
typedef float Half __attribute__((vector_size(LANES / 2 * sizeof(float)), may_alias));
typedef int Mask __attribute__((vector_size(LANES * sizeof(int)), may_alias));
typedef int HalfMask __attribute__((vector_size(LANES / 2 * sizeof(int)), may_alias));

enum { TAPS = 9 };

/* Where one output pixel lies. */
typedef struct Spot {
    const float *in, *add;
    float *out;
} Spot;

static inline __attribute__((always_inline)) Spot spot_at(const NetConv *job, int x, int y, NetAdd add_mode)
{
    Spot spot = {.in = job->in + y * job->stride * job->in_row + x * job->stride * job->in_pixel,
                 .out = job->out + y * job->out_row + x * job->out_pixel,
                 .add = job->add};
    if (add_mode == ADD_BEFORE_RELU)
        spot.add += y * job->add_row + x * job->add_pixel;
    else if (add_mode == ADD_DOUBLED_AFTER_RELU)
        spot.add += y / 2 * job->add_row + x / 2 * job->add_pixel;
    return spot;
}

/* What follows the sum, read once: what is written might lie in the job, as far as the compiler knows. */
typedef struct Finish {
    NetAdd add_mode;
    bool relu;
} Finish;

/* Vec and Half differ in nothing else. */
#define FINISH(name, Type, MaskType)                                                                                   \
    static inline __attribute__((always_inline)) void name(const Finish how, const Spot *spot, int channel, Type sum) \
    {                                                                                                                  \
        const Type zero = {0};                                                                                         \
        if (how.add_mode == ADD_BEFORE_RELU)                                                                           \
            sum += *(const Type *)(spot->add + channel);                                                               \
        if (how.relu)                                                                                                  \
            sum = (Type)((MaskType)sum & (sum > zero));                                                                \
        if (how.add_mode == ADD_DOUBLED_AFTER_RELU)                                                                    \
            sum += *(const Type *)(spot->add + channel);                                                               \
        *(Type *)(spot->out + channel) = sum;                                                                          \
    }
FINISH(finish, Vec, Mask)
FINISH(finish_half, Half, HalfMask)

/* What a tile is, constant wherever it is passed on: pixels, vectors of channels, of these halves (0 or 1: the last one, where
 * a block is half full). */
typedef struct Shape {
    int pixels, vectors, halves;
} Shape;

/* The sums must stay in registers, so that no loop over them may be left to run. */
#define UNROLLED _Pragma("GCC unroll 16")

/* What is read for one output and what follows its sum, constant where that pays. */
typedef struct Under {
    int side, channels_in, in_pixel;
    int step;     /* floats from one output's inputs to the next one's, which lies in the same row; 0: not so known */
    bool fetches; /* weights ahead */
    Finish how;
} Under;

/* `count` pixels from at[0], at[1] on in reading order; past the last one it is taken again. */
static inline __attribute__((always_inline)) void find_spots(const NetConv *job, const int at[2], const Under under, const int count, Spot *spots)
{
    int x = at[0], y = at[1];
    const NetAdd add_mode = under.how.add_mode;
    if (under.step || x + count <= job->width) {
        const Spot first = spot_at(job, x, y, add_mode);
        const ptrdiff_t step = under.step ? under.step : job->stride * job->in_pixel;
        UNROLLED for (int p = 0; p < count; p++) {
            spots[p] = (Spot){.in = first.in + p * step, .out = first.out + (ptrdiff_t)p * job->out_pixel, .add = first.add};
            if (add_mode == ADD_BEFORE_RELU)
                spots[p].add += (ptrdiff_t)p * job->add_pixel;
            else if (add_mode == ADD_DOUBLED_AFTER_RELU)
                spots[p].add += ((x + p) / 2 - x / 2) * (ptrdiff_t)job->add_pixel;
        }
        return;
    }
    UNROLLED for (int p = 0; p < count; p++) {
        spots[p] = spot_at(job, x, y, add_mode);
        if (x + 1 < job->width)
            x++;
        else if (y + 1 < job->height) {
            x = 0;
            y++;
        }
    }
}

static inline __attribute__((always_inline)) Half half_of(Vec both)
{
    Half one;
    memcpy(&one, &both, sizeof one);
    return one;
}

/* Outputs from `channel` on of pixels at the spots. Each weight that is loaded serves all pixels, each input all vectors; what
 * is fetched ahead may lie beyond the last weight, which is no access. */
static inline __attribute__((always_inline)) void sum_up(const NetConv *job, const Spot *spots, int channel, const Under under,
                                                         const Shape shape)
{
    const int whole = shape.vectors - shape.halves, block_floats = under.side * under.side * under.channels_in * NET_BLOCK;
    const float *weights[VECTORS_MOST], *in[PIXELS_MOST];
    Vec sums[PIXELS_MOST][VECTORS_MOST];
    Half half_sums[PIXELS_MOST];
    UNROLLED for (int v = 0; v < shape.vectors; v++) {
        const int at = channel + v * LANES;
        weights[v] = job->weights + at / NET_BLOCK * block_floats + at % NET_BLOCK;
        UNROLLED for (int p = 0; p < shape.pixels; p++)
            if (v < whole)
                sums[p][v] = *(const Vec *)(job->bias + at);
            else
                half_sums[p] = *(const Half *)(job->bias + at);
    }
    UNROLLED for (int p = 0; p < shape.pixels; p++)
        in[p] = spots[p].in;
    size_t w = 0;
    for (int row = 0; row < under.side; row++)
        for (int column = 0; column < under.side; column++) {
            const ptrdiff_t tap = row * job->in_row + column * under.in_pixel;
            for (ptrdiff_t c = tap; c < tap + under.channels_in; c++, w += NET_BLOCK) {
                Vec weight[VECTORS_MOST];
                UNROLLED for (int v = 0; v < shape.vectors; v++)
                    if (under.fetches)
                        __builtin_prefetch(weights[v] + w + job->ahead, 0, 2);
                UNROLLED for (int v = 0; v < whole; v++)
                    weight[v] = *(const Vec *)(weights[v] + w);
                const Half half = shape.halves ? *(const Half *)(weights[whole] + w) : (Half){0};
                UNROLLED for (int p = 0; p < shape.pixels; p++) {
                    const float *at = under.step ? in[0] + c + p * under.step : in[p] + c;
                    const Vec input = *at - (Vec){0}; /* spread by the load itself, once: the adder has enough to do */
                    UNROLLED for (int v = 0; v < whole; v++)
                        sums[p][v] += input * weight[v];
                    if (shape.halves)
                        half_sums[p] += whole ? half_of(input) * half : *at * half;
                }
            }
        }
    UNROLLED for (int p = 0; p < shape.pixels; p++) {
        UNROLLED for (int v = 0; v < whole; v++)
            finish(under.how, &spots[p], channel + v * LANES, sums[p][v]);
        if (shape.halves)
            finish_half(under.how, &spots[p], channel + whole * LANES, half_sums[p]);
    }
}

static inline __attribute__((always_inline)) void tile_by(const NetConv *job, const int at[3], const Under under, const Shape shape)
{
    Spot spots[PIXELS_MOST];
    find_spots(job, at, under, shape.pixels, spots);
    sum_up(job, spots, at[2], under, shape);
}

static inline __attribute__((always_inline)) void tile(const NetConv *job, int x, int y, int channel, const Shape shape)
{
    const Finish often = {ADD_NOTHING, true};
    const int at[3] = {x, y, channel};
    const bool early = shape.vectors == 1 && job->side == 3 && job->stride == 2 && job->width % shape.pixels == 0 && job->relu &&
                       job->add_mode == ADD_NOTHING; /* as the first two are: all of a tile lies in one row */
    if (early && job->channels_in == 3 && job->in_pixel == NET_INPUT_PIXEL)
        tile_by(job, at, (Under){3, 3, NET_INPUT_PIXEL, 2 * NET_INPUT_PIXEL, false, often}, shape);
    else if (early && job->in_pixel == NET_BLOCK)
        tile_by(job, at, (Under){3, job->channels_in, NET_BLOCK, 2 * NET_BLOCK, false, often}, shape);
    else if (job->ahead) /* products by patches */
        tile_by(job, at, (Under){1, job->channels_in, job->in_pixel, 0, true, {ADD_NOTHING, false}}, shape);
    else
        tile_by(job, at, (Under){job->side, job->channels_in, job->in_pixel, 0, false, {job->add_mode, job->relu}}, shape);
}

#define TILE(pixels, vectors, halves)                                                                                  \
    static void tile_##pixels##_##vectors##_##halves(const NetConv *job, int x, int y, int channel)                    \
    {                                                                                                                  \
        tile(job, x, y, channel, (Shape){pixels, vectors, halves});                                                    \
    }
TILES(TILE)
#undef TILE

typedef struct Tile {
    Shape shape;
    void (*run)(const NetConv *job, int x, int y, int channel);
} Tile;

#define TILE(pixels, vectors, halves) {{pixels, vectors, halves}, tile_##pixels##_##vectors##_##halves},
static const Tile ALL_TILES[] = {TILES(TILE)};
#undef TILE

/* The one of so many vectors that computes least, its last pixels included that are not there. */
static const Tile *best_tile(int vectors, int halves, int pixels)
{
    const int START = 8; /* half sums' worth of time to begin and end a tile */
    const Tile *best = NULL;
    int least = 0;
    for (size_t i = 0; i < sizeof ALL_TILES / sizeof *ALL_TILES; i++) {
        const Tile *one = &ALL_TILES[i];
        int tiles = (pixels + one->shape.pixels - 1) / one->shape.pixels;
        int sums = tiles * (one->shape.pixels * (2 * one->shape.vectors - one->shape.halves) + START);
        if (one->shape.vectors != vectors || one->shape.halves > halves || (best && sums >= least))
            continue;
        best = one;
        least = sums;
    }
    return best;
}

/* Several convolutions that differ in where they read and write alone: floats from one to the next. */
typedef struct Places {
    int count;
    size_t in, out, weights;
} Places;

/* Pixels in reading order, a tile's at a time. Of a block that is not full only the vectors that are needed. */
static void dense_places(const NetConv *job, const Places *places)
{
    const int vectors = (job->channels_out + LANES - 1) / LANES, pixels = job->width * job->height;
    const bool half_full = LANES == NET_BLOCK && (job->channels_out - 1) % NET_BLOCK < NET_BLOCK / 2;
    const int groups = (vectors + VECTORS_MOST - 1) / VECTORS_MOST;
    for (int first = 0, group = 0; group < groups; group++) {
        int share = (vectors - first + groups - group - 1) / (groups - group);
        const Tile *best = best_tile(share, half_full && group == groups - 1, pixels);
        NetConv one = *job;
        for (int i = 0; i < places->count; i++) {
            for (int pixel = 0, x = 0, y = 0; pixel < pixels; pixel += best->shape.pixels) {
                best->run(&one, x, y, first * LANES);
                for (x += best->shape.pixels; x >= job->width; x -= job->width)
                    y++;
            }
            one.in += places->in;
            one.out += places->out;
            one.weights += places->weights;
        }
        first += share;
    }
}

static void dense(const NetConv *job)
{
    dense_places(job, &(Places){.count = 1});
}

/* Always 3x3, so that its taps can be spelled out. Each column of three inputs is loaded once and goes into the three
 * outputs that it touches. */
static inline void depthwise_row(const NetConv *job, int channel, int y, const Vec weight[TAPS])
{
    const Finish how = {job->add_mode, job->relu};
    const Vec bias = *(const Vec *)(job->bias + channel);
    const float *in = job->in + y * job->in_row + channel;
    Vec done = bias, next = bias; /* the outputs left of the column and at it */
    for (int x = -1; x <= job->width; x++, in += job->in_pixel) {
        const Vec upper = *(const Vec *)in, middle = *(const Vec *)(in + job->in_row),
                  lower = *(const Vec *)(in + 2 * job->in_row);
        if (x > 0) {
            const Spot spot = spot_at(job, x - 1, y, how.add_mode);
            finish(how, &spot, channel, done + upper * weight[2] + middle * weight[5] + lower * weight[8]);
        }
        done = next + upper * weight[1] + middle * weight[4] + lower * weight[7];
        next = bias + upper * weight[0] + middle * weight[3] + lower * weight[6];
    }
}

static void depthwise(const NetConv *job)
{
    for (int channel = 0; channel < job->channels_out; channel += LANES) {
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
