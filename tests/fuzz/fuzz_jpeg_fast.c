/* SPDX-License-Identifier: MIT */
/* Any bytes through our own decoder beside libjpeg. What ours takes, libjpeg takes without a warning, with the same
 * coefficients and the same pixels, whatever the kernels; and a caller sees no difference in anything. */
#include "../unit/jpeg_oracle.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool same_pixels(const Picture *a, const Picture *b)
{
    return a->width_px == b->width_px && a->height_px == b->height_px &&
           !memcmp(a->rgb, b->rgb, (size_t)a->width_px * (size_t)a->height_px * 3);
}

/* The pixels that `kernels` make, or none. */
static bool decode(Arena *arena, const FastPlan *plan, const IdctKernels *kernels, Picture *out)
{
    int d = plan->denominator;
    *out = (Picture){(plan->width_px + d - 1) / d, (plan->height_px + d - 1) / d, NULL};
    out->rgb = arena_alloc(arena, (size_t)out->width_px * (size_t)out->height_px * 3);
    must(out->rgb);
    return fast_decode(arena, plan, kernels, out->rgb) == FAST_DONE;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static void compare(Arena *arena, const uint8_t *data, size_t size, const FastPlan *plan)
{
    Source source = {.data = data, .bytes = size};
    Picture system, through, best, base;
    JpegDamage damage, again;
    must(!jpeg_decode_source(arena, &source, plan->denominator, &system, &damage).code);
    source.fast = fast_kernels(NULL);
    must(!jpeg_decode_source(arena, &source, plan->denominator, &through, &again).code);
    must(damage.failed == again.failed && damage.warnings == again.warnings && same_text(damage.text, again.text));
    must(damage.failed || same_pixels(&system, &through));
    bool taken = decode(arena, plan, fast_kernels(NULL), &best);
    must(taken == decode(arena, plan, fast_kernels("base"), &base));
    must(!taken || (!damage.failed && !damage.warnings && same_pixels(&system, &best) && same_pixels(&best, &base)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { PIXELS_MOST = 1 << 16 };
    for (int denominator = 1; denominator <= 2; denominator++) {
        Oracle oracle;
        FastPlan plan;
        oracle_open(&oracle);
        if (oracle_plan(&oracle, data, size, denominator, &plan) && plan.width_px * plan.height_px <= PIXELS_MOST) {
            if (denominator == 1 && oracle_reads(&oracle))
                must(oracle_compare(&oracle, &plan).equal >= 0);
            Arena *arena = arena_create(64 << 20);
            compare(arena, data, size, &plan);
            arena_destroy(arena);
        }
        oracle_close(&oracle);
    }
    return 0;
}
