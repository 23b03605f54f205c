/* SPDX-License-Identifier: MIT */
/* Any bytes through our own decoder beside libjpeg. What ours takes, libjpeg takes without a warning, with the same
 * coefficients and the same pixels, whatever the kernels; and a caller sees no difference in anything. */
#include "../unit/jpeg_oracle.h"

/* Larger ones are only slower. */
static bool is_small(const uint8_t *data, size_t size)
{
    enum { PIXELS_MOST = 1 << 16 };
    Oracle oracle;
    FastPlan plan;
    oracle_open(&oracle);
    bool plain = oracle_plan(&oracle, data, size, 1, &plan);
    oracle_close(&oracle);
    return plain && (int64_t)plan.width_px * plan.height_px <= PIXELS_MOST;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int denominator = 1; denominator <= 2 && is_small(data, size); denominator++) {
        Arena *arena = arena_create(64 << 20);
        bool taken;
        const char *complaint = oracle_complains(arena, (Bytes){(uint8_t *)(uintptr_t)data, size}, denominator, &taken);
        if (complaint) {
            fprintf(stderr, "%s\n", complaint);
            abort();
        }
        arena_destroy(arena);
    }
    return 0;
}
