/* SPDX-License-Identifier: MIT */
#include "alike.h"
#include <stdlib.h>
#include <string.h>

static void note(Alike *one, Alike *other, int bits)
{
    if (one->person == other->person)
        return;
    if (bits < one->nearest)
        one->nearest = bits;
    if (bits < other->nearest)
        other->nearest = bits;
}

/* Two strangers differ in half of the bits: half of the fingerprint tells most of them apart. */
static inline __attribute__((always_inline)) void compare_all(Alike *list, size_t count, int below)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            const uint64_t *a = list[i].words, *b = list[j].words;
            int bits = __builtin_popcountll(a[0] ^ b[0]) + __builtin_popcountll(a[1] ^ b[1]);
            if (bits >= below)
                continue;
            bits += __builtin_popcountll(a[2] ^ b[2]) + __builtin_popcountll(a[3] ^ b[3]);
            if (bits < below)
                note(&list[i], &list[j], bits);
        }
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static void compare_counting(Alike *list, size_t count, int below)
{
    compare_all(list, count, below);
}
#endif

void alike_find(Alike *list, size_t count, int below)
{
    for (size_t i = 0; i < count; i++)
        list[i].nearest = ALIKE_BITS;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("popcnt")) {
        compare_counting(list, count, below);
        return;
    }
#endif
    compare_all(list, count, below);
}

bool alike_read(const char *hex, uint64_t words[ALIKE_WORDS])
{
    if (strlen(hex) != ALIKE_BITS / 4 || strspn(hex, "0123456789abcdef") != ALIKE_BITS / 4)
        return false;
    for (int i = 0; i < ALIKE_WORDS; i++) {
        char word[17];
        memcpy(word, hex + 16 * i, 16);
        word[16] = '\0';
        words[i] = strtoull(word, NULL, 16);
    }
    return true;
}
