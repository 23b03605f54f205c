/* SPDX-License-Identifier: MIT */
/* Texts in a workbook's cells: what they hold, and how many lines they take. */
#ifndef BOOK_TEXT_H
#define BOOK_TEXT_H

enum { BOOK_LETTERS_MAX = 32000, BOOK_CELL_BYTES = 4 * BOOK_LETTERS_MAX + 1 };

/* Writes into `cell` (BOOK_CELL_BYTES) what people see: hidden letters are shown as "?", what is too long is cut. */
const char *book_cell(char *cell, const char *text);

/* Lines that a text takes in a column of so many letters, wide ones counted twice; breaks between words cost some. */
int book_lines(const char *text, double width);

#endif
