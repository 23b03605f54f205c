/* SPDX-License-Identifier: MIT */
#include "net_conv.h"

#include <string.h>

typedef struct Choice {
    const NetKernels *kernels;
    bool runs;
} Choice;

Err net_choose(Arena *arena, const char *asked, const NetKernels **out)
{
#ifdef __x86_64__
    const Choice best_first[] = {
        {&net_avx512, __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma")},
        {&net_avx2, __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")},
        {&net_base, true},
    };
#else
    const Choice best_first[] = {{&net_base, true}};
#endif
    bool any = !asked || !*asked;
    for (size_t i = 0; i < sizeof best_first / sizeof *best_first; i++) {
        const Choice *choice = &best_first[i];
        if (!any && strcmp(asked, choice->kernels->name) != 0)
            continue;
        *out = choice->kernels;
        if (choice->runs)
            return OK;
        if (!any)
            return fail(arena, ERR_USAGE, "this processor cannot run '%s'", asked);
    }
    return fail(arena, ERR_USAGE, "no kernels are named '%s'", asked);
}
