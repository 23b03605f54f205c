/* SPDX-License-Identifier: MIT */
/* What loops in assembler's terms may use on x86-64: what the processor has, nothing where HEADROOM_CPU=base. */
#ifndef PROCESSOR_H
#define PROCESSOR_H

#if defined(__x86_64__)
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static inline bool processor_is_plain(void)
{
    const char *asked = getenv("HEADROOM_CPU");
    return asked && strcmp(asked, "base") == 0;
}

static inline bool processor_has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && !processor_is_plain();
}

/* Nor where HEADROOM_CPU=avx2. */
static inline bool processor_has_avx512(void)
{
    const char *asked = getenv("HEADROOM_CPU");
    return __builtin_cpu_supports("avx512f") && (!asked || !*asked || strcmp(asked, "avx512") == 0);
}

/* What AVX-512 may lack: whole numbers of 16 bits, short vectors, sums of products. */
static inline bool processor_adds_products(void)
{
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
}

static inline bool processor_has_ssse3(void)
{
    return __builtin_cpu_supports("ssse3") && !processor_is_plain();
}
#endif

#endif
