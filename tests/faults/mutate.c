/* SPDX-License-Identifier: MIT */
/* mutate SEED COUNT OUT FILES...: damaged copies of the files in turn, the same for the same seed,
 * each under a name of its own that says what was done and holds a valid identity number. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 64, BYTES_MAX = 4 << 20 };
enum { FLIPPED, TRUNCATED, SPLICED, CUT, ZEROED, KINDS };
static const char *const names[KINDS] = {"flipped", "truncated", "spliced", "cut", "zeroed"};

typedef struct Data {
    uint8_t *bytes;
    size_t size;
} Data;

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

static size_t mutate(uint64_t *state, int kind, uint8_t *bytes, size_t size, const Data *other)
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

/* Resident number n of a place where nobody lives, born on one of 28 days. */
static void make_id(unsigned n, char id[19])
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    snprintf(id, 19, "1101011999%02u%02u%03u", n / 28 % 12 + 1, n % 28 + 1, n / 336 % 1000);
    for (int i = 0; i < 17; i++)
        sum += (id[i] - '0') * weights[i];
    id[17] = "10X98765432"[sum % 11];
    id[18] = '\0';
}

static int load(const char *path, Data *out)
{
    FILE *file = fopen(path, "rbe");
    out->bytes = malloc(BYTES_MAX);
    out->size = file && out->bytes ? fread(out->bytes, 1, BYTES_MAX, file) : 0;
    if (file)
        fclose(file);
    return out->size > 100;
}

static int store(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wbe");
    int whole = file && fwrite(bytes, 1, size, file) == size;
    return file && fclose(file) == 0 && whole;
}

int main(int argc, char **argv)
{
    static Data files[FILES_MAX];
    static uint8_t copy[BYTES_MAX];
    int count = argc - 4;
    if (count < 1 || count > FILES_MAX) {
        fprintf(stderr, "usage: mutate SEED COUNT OUT FILES... (at most %d)\n", FILES_MAX);
        return 2;
    }
    uint64_t state = strtoull(argv[1], NULL, 10) * 0x9e3779b97f4a7c15u + 1;
    for (int i = 0; i < count; i++)
        if (!load(argv[4 + i], &files[i]))
            return perror(argv[4 + i]), 1;
    for (unsigned n = 0; n < strtoul(argv[2], NULL, 10); n++) {
        char id[19], path[4096];
        const Data *file = &files[n / KINDS % (unsigned)count];
        memcpy(copy, file->bytes, file->size);
        make_id(n, id);
        snprintf(path, sizeof path, "%s/%s_%s.jpg", argv[3], names[n % KINDS], id);
        size_t size = mutate(&state, (int)(n % KINDS), copy, file->size,
                             &files[below(&state, (size_t)count)]);
        if (!store(path, copy, size))
            return perror(path), 1;
    }
    return 0;
}
