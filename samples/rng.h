/* SPDX-License-Identifier: MIT */
/* Random numbers by splitmix64: the same on every machine, one stream per purpose. */
#ifndef RNG_H
#define RNG_H

#include <stdint.h>

typedef struct Rng {
    uint64_t state;
} Rng;

static inline uint64_t rng_next(Rng *rng)
{
    uint64_t z = (rng->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* A stream of its own for (seed, index, purpose): drawing more in one moves no other. */
static inline Rng rng_stream(uint64_t seed, uint64_t index, uint64_t purpose)
{
    Rng rng = {.state = seed};
    rng.state = rng_next(&rng) ^ (index * 0xD1342543DE82EF95u);
    rng.state = rng_next(&rng) ^ (purpose * 0xAEF17502108EF2D9u);
    return rng;
}

static inline double rng_unit(Rng *rng) /* [0, 1) */
{
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

static inline double rng_range(Rng *rng, double lo, double hi)
{
    return lo + (hi - lo) * rng_unit(rng);
}

static inline int rng_int(Rng *rng, int lo, int hi) /* both included */
{
    return lo + (int)(rng_next(rng) % (uint64_t)(hi - lo + 1));
}

static inline double rng_sign(Rng *rng)
{
    return rng_next(rng) & 1 ? 1.0 : -1.0;
}

#endif
