/* SPDX-License-Identifier: MIT */
/* Text from outside, before it is shown: which letters a terminal or a table must not be given raw. */
#ifndef PLAIN_H
#define PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>
#include <stdio.h>

enum { PLAIN_NO_LETTER = -1 };

/* The next code point of UTF-8, or PLAIN_NO_LETTER for one byte that starts no valid sequence. Never reads
 * behind the NUL. */
int32_t plain_next(const char **text);

/* Controls (C0, DEL, C1), what turns the direction of writing, and what nobody sees. */
bool plain_is_hidden(int32_t point);

/* How many letters from here on are plain ASCII and none of three others: they go out as they are. */
static inline size_t plain_span(const char *text, const char but[3])
{
    size_t length = 0;
    while (text[length] >= 0x20 && text[length] < 0x7f && text[length] != but[0] && text[length] != but[1] && text[length] != but[2])
        length++;
    return length;
}

/* Prints JSON with its hidden letters escaped: the same value. */
void plain_print(FILE *to, const char *json);

#endif
