/* SPDX-License-Identifier: MIT */
/* What net_file.c has read and checked, and net.c runs. */
#ifndef NET_LAYERS_H
#define NET_LAYERS_H

#include <stddef.h>
#include <stdint.h>

#include "net.h"

enum { NET_LAYERS_MOST = 64, NET_SLOTS_MOST = 16, NET_SHIFT_MOST = 5 };

/* One convolution. Tensors live in slots, which are used again once nobody needs what is in them. */
typedef struct NetLayer {
    bool depthwise, relu, bordered; /* the latter: some layer reads beyond the sides of what this one writes */
    int side, stride, channels_in, channels_out, patch;
    int in, out, add; /* slots; add: -1 where nothing is added */
    NetAdd add_mode;
    int in_pixel, in_shift, out_shift, add_shift; /* a tensor's sides are the input's >> shift */
    const float *weights, *bias;
} NetLayer;

struct Net {
    NetLayer layers[NET_LAYERS_MOST];
    int layer_count, slot_count;
    void *mapped; /* by net_open */
    size_t mapped_bytes;
};

#endif
