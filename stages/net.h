/* SPDX-License-Identifier: MIT */
/* Runs our networks, which are chains of convolutions: no library, no memory of its own while it runs.
 * A network's file is flat, made from the ONNX file by models/training/flatten.py; net_file.c has its
 * layout. Weights stay in the mapped file, those by patches in the arena: nothing of a Net changes once it is open, so
 * that any number of lanes may run it, each with a scratch of its own. */
#ifndef NET_H
#define NET_H

#include <stddef.h>

#include "net_conv.h"

enum { NET_SIDE_MULTIPLE = 32, NET_SIDE_MOST = 1024 };

typedef struct Net Net;

/* A tensor without its border: value c of pixel x, y is at[y * row + x * pixel + c]. */
typedef struct NetMaps {
    float *at;
    int width, height, channels, pixel, row;
} NetMaps;

/* Opens and checks a network's file. ERR_MODEL: it cannot be read, or is not whole, or not of this version,
 * or does not fit together. The caller closes it. */
Err net_open(Arena *arena, const char *path, Net **out);
void net_close(Net *net);

/* The same from memory, which must stay as it is, 64-byte aligned, as long as the Net, which lies in the
 * arena and needs no closing. `name` is for the message. */
Err net_read(Arena *arena, const char *name, const void *data, size_t size, Net **out);

int net_outputs(const Net *net); /* channels of the answer */
int net_shrinks(const Net *net); /* its sides are the input's >> this */

/* Bytes that a run on width x height takes. Sides are positive multiples of 32, at most 1024. */
size_t net_scratch_bytes(const Net *net, int width, int height);

/* Where to write the input before net_run: 3 channels of 4 floats a pixel, the fourth without meaning.
 * `scratch`: net_scratch_bytes of them, 64-byte aligned. */
NetMaps net_input(const Net *net, int width, int height, void *scratch);

/* The answer to what was written there; lies in `scratch` until its next use. The input stays. */
NetMaps net_run(const Net *net, const NetKernels *kernels, const NetMaps *input, void *scratch);

#endif
