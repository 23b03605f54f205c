/* SPDX-License-Identifier: MIT */
#include "book_text.h"
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include "../pipeline/plain.h"

const char *book_cell(char *cell, const char *text)
{
    char *at = cell;
    for (int letters = 0; *text && letters < BOOK_LETTERS_MAX; letters++) {
        const char *letter = text;
        int32_t point = plain_next(&text);
        bool hidden = point == PLAIN_NO_LETTER || plain_is_hidden(point) || point == 0xfffe || point == 0xffff;
        if (hidden)
            *at++ = point >= 0 && point < 0x20 ? ' ' : '?';
        while (!hidden && letter < text)
            *at++ = *letter++;
    }
    *at = '\0';
    return cell;
}

int book_lines(const char *text, double width)
{
    const double BREAKS = 1.15;
    int letters = 0;
    while (*text)
        letters += plain_next(&text) >= 0x1100 ? 2 : 1;
    return letters <= width ? 1 : (int)ceil(letters * BREAKS / width);
}
