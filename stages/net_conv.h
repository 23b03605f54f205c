/* SPDX-License-Identifier: MIT */
/* The one operation of our networks, a convolution with what follows it, in kernels for each kind of
 * vector unit; and which of them this processor runs. */
#ifndef NET_CONV_H
#define NET_CONV_H

#include <stdbool.h>
#include <stddef.h>

#include "../pipeline/err.h"

enum { NET_BLOCK = 16, NET_INPUT_PIXEL = 4 }; /* a tensor has room for whole blocks of channels, so every vector fits */
enum { NET_CHANNELS_MOST = 512, NET_PATCHES = 24 }; /* patches that are worked on at once */

typedef enum NetAdd { ADD_NOTHING, ADD_BEFORE_RELU, ADD_DOUBLED_AFTER_RELU, ADD_COUNT } NetAdd;

/* out[y][x][c] = relu?(bias[c] + sum over taps and channels + add[y][x][c]); the third way to add takes
 * add[y / 2][x / 2][c] after the relu, which is an upsampling by nearest neighbour. Tensors lie pixel by
 * pixel, channels together. `in` points at the first tap of the first output, so it may lie on the
 * border, which is there and zero. Weights: dense [block][tap row][tap column][channel in][16], depthwise
 * [block][tap row][tap column][16]; bias [block][16]. Output, weights, bias and add: 64-byte aligned.
 * `patch` is 2 or 4 where a 3x3 kernel of stride 1 is done by patches of so many outputs squared, else 0: then
 * the weights are [place][block][channel in][16], of (patch + 2) squared places (net_patch.h), the input is
 * 64-byte aligned, too, and `work` has room for net_work_floats. */
typedef struct NetConv {
    const float *in, *weights, *bias, *add;
    float *out;
    int in_pixel, in_row; /* floats from one pixel and row to the next */
    int out_pixel, out_row, add_pixel, add_row;
    int width, height, channels_in, channels_out; /* width and height of the output */
    int side, stride;                       /* of the kernel: 1 or 3; 1 or 2 */
    int patch;
    float *work;
    size_t ahead; /* floats from the weights at hand to those that the cache is told to fetch */
    NetAdd add_mode;
    bool relu;
} NetConv;

/* Floats of a pixel of so many channels. */
static inline int net_pixel(int channels)
{
    return (channels + NET_BLOCK - 1) / NET_BLOCK * NET_BLOCK;
}

/* Floats from one place to the next of `count` patches; not a power of two, whose lines meet in the cache. */
static inline size_t net_place_floats(int count, int pixel)
{
    return (size_t)count * (size_t)pixel + NET_BLOCK;
}

/* What a convolution by patches works with: pixels of `in_pixel` become pixels of `out_pixel` floats. */
static inline size_t net_work_floats(int patch, int in_pixel, int out_pixel)
{
    size_t places = (size_t)(patch + 2) * (size_t)(patch + 2);
    return places * (net_place_floats(NET_PATCHES, in_pixel) + net_place_floats(NET_PATCHES, out_pixel));
}

/* The weights of a 3x3 kernel for patches of 2x2 or 4x4 outputs, from `plain`, which has them as a dense kernel's: G g G'
 * of each pair of channels, computed in double. `out`: (patch + 2) squared places of net_pixel(channels_out) times
 * channels_in floats. */
void net_patch_weights(int patch, int channels_in, int channels_out, const float *plain, float *out);

/* Kernels differ in the last digits of a sum: some fuse product and sum. */
typedef struct NetKernels {
    const char *name;
    void (*dense)(const NetConv *job);
    void (*depthwise)(const NetConv *job);
    void (*patched)(const NetConv *job);
} NetKernels;

extern const NetKernels net_base; /* what every processor of the family can run */
#ifdef __x86_64__
extern const NetKernels net_avx2, net_avx512;
#endif

/* The kernels named `asked` (base, avx2, avx512), or the best ones where it is NULL or "".
 * ERR_USAGE: no such kernels, or not on this processor. */
Err net_choose(Arena *arena, const char *asked, const NetKernels **out);

#endif
