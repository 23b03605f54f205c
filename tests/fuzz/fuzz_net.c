/* SPDX-License-Identifier: MIT */
/* Any bytes as a network: refused, or run without leaving its memory. A file's checksum would keep every
 * change out, so size and sum are made right first. */
#include "../../stages/net_layers.h"

#include <stdlib.h>
#include <string.h>

#include "../../pipeline/digest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { SIDE = 32, SIZE_AT = 24, SUM_BYTES = 8, ARENA_BYTES = 64 << 20 };
    if (size < SIZE_AT + 2 * SUM_BYTES || size > ARENA_BYTES / 4)
        return 0;
    Arena *arena = arena_create(ARENA_BYTES);
    uint8_t *copy = aligned_alloc(64, (size + 63) / 64 * 64);
    uint64_t bytes = size, sum;
    memcpy(copy, data, size);
    memcpy(copy + SIZE_AT, &bytes, sizeof bytes);
    sum = digest_xxh64(copy, size - SUM_BYTES);
    memcpy(copy + size - SUM_BYTES, &sum, sizeof sum);
    Net *net = NULL;
    const NetKernels *kernels = NULL;
    if (!net_read(arena, "any", copy, size, &net).code && !net_choose(arena, NULL, &kernels).code) {
        size_t scratch_bytes = (net_scratch_bytes(net, SIDE, SIDE) + 63) / 64 * 64;
        void *scratch = aligned_alloc(64, scratch_bytes);
        memset(scratch, 0, scratch_bytes);
        NetMaps input = net_input(net, SIDE, SIDE, scratch);
        NetMaps maps = net_run(net, kernels, &input, scratch);
        if (maps.channels != net_outputs(net) || maps.width < 1)
            abort();
        free(scratch);
    }
    free(copy);
    arena_destroy(arena);
    return 0;
}
