/* SPDX-License-Identifier: MIT */
/* Whether a workbook holds what was put into it: libxlsxwriter goes by temporary files, and does not notice where
 * one of them cannot be written or read. */
#ifndef BOOK_WHOLE_H
#define BOOK_WHOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../pipeline/err.h"

enum { BOOK_SHEETS = 8 };

typedef struct BookHeld {
    size_t cells[BOOK_SHEETS], text_bytes[BOOK_SHEETS]; /* by sheet */
    size_t pictures;
} BookHeld;

/* Whether a small picture reaches from its first marker to its last: another one would look like a loss. */
bool book_picture_whole(const uint8_t *data, size_t size);

/* Reads every part of the file: its checksum, its XML from the first tag to the last, and as many cells, bytes of text and
 * pictures as are `held`. What is lost is a block of a file or its end, which cannot leave all of these as they were. */
bool book_whole(Arena *arena, const char *path, const BookHeld *held);

#endif
