/* SPDX-License-Identifier: MIT */
#include "mutation.h"
#include <stdio.h>
#include <string.h>

static const char *const names[MUTATION_KINDS] = {"flipped", "truncated", "spliced", "cut", "zeroed"};

MutationKind mutation_kind(unsigned n)
{
    return (MutationKind)(n % MUTATION_KINDS);
}

const char *mutation_name(MutationKind kind)
{
    return names[kind];
}

/* Below `end`, which is above 0. xorshift64. */
static size_t below(uint64_t *state, size_t end)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (size_t)((*state >> 11) % end);
}

/* Half of the places in the first 1,000 bytes, where the headers are. */
static size_t place(uint64_t *state, size_t size)
{
    return below(state, size > 1000 && below(state, 2) ? 1000 : size);
}

static size_t at_most(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t mutate(uint64_t *state, MutationKind kind, uint8_t *bytes, size_t size, const Data *other)
{
    size_t at = place(state, size), length = 1 + below(state, 1 + below(state, 4000)), from;
    switch (kind) {
    case FLIPPED:
        for (size_t left = 1 + below(state, 4); left; left--)
            bytes[place(state, size)] ^= (uint8_t)(1u << below(state, 8));
        return size;
    case TRUNCATED:
        return below(state, 4) ? 1 + below(state, size - 1) : size - 1 - below(state, 16);
    case SPLICED: /* from the same place or another one of another file */
        from = below(state, 2) ? at_most(at, other->size - 1) : below(state, other->size);
        length = at_most(length, at_most(size - at, other->size - from));
        memcpy(bytes + at, other->bytes + from, length);
        return size;
    case CUT:
        length = at_most(length, size - at - 1);
        memmove(bytes + at, bytes + at + length, size - at - length);
        return size - length;
    default:
        memset(bytes + at, 0, at_most(length, size - at));
        return size;
    }
}

/* splitmix64: neighbours start far apart, and never at 0. */
static uint64_t start(uint64_t seed, unsigned n)
{
    uint64_t z = (seed << 32 | n) + 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) | 1;
}

size_t mutation(uint64_t seed, unsigned n, const Data *files, size_t count, uint8_t *copy)
{
    uint64_t state = start(seed, n);
    const Data *file = &files[n / MUTATION_KINDS % count], *other = &files[below(&state, count)];
    memcpy(copy, file->bytes, file->size);
    return mutate(&state, mutation_kind(n), copy, file->size, other);
}

void mutation_id(unsigned n, char id[19])
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    snprintf(id, 19, "1101011999%02u%02u%03u", n / 28 % 12 + 1, n % 28 + 1, n / 336 % 1000);
    for (int i = 0; i < 17; i++)
        sum += (id[i] - '0') * weights[i];
    id[17] = "10X98765432"[sum % 11];
    id[18] = '\0';
}

bool mutation_load(const char *path, Data *out)
{
    FILE *file = fopen(path, "rbe");
    out->bytes = malloc(MUTATION_BYTES_MAX);
    out->size = file && out->bytes ? fread(out->bytes, 1, MUTATION_BYTES_MAX, file) : 0;
    if (file)
        fclose(file);
    return out->size > 100;
}
