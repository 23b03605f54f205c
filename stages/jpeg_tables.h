/* SPDX-License-Identifier: MIT */
/* What stands in a header though no encoder writes it: a flipped bit there spoils the whole picture, and decoders
 * take it without a word. */
#ifndef JPEG_TABLES_H
#define JPEG_TABLES_H

#include <stddef.h>
#include <stdint.h>

#include "jpeg_quality.h"

/* Entries, counted over all tables of a file. */
typedef struct TableFaults {
    int wrong; /* against ITU T.81: a step of 0, a symbol with two codes, a size that no coefficient of 8 bits has */
    int runs;  /* symbols that end several blocks: right in progressive files alone (T.81, G.1.2.2) */
    int odd;   /* against what encoders do; ours, see tables_quant and tables_huffman */
} TableFaults;

/* Counts a table's steps of 0, and its odd ones. In a table that is a scaled standard one (T.81, annex K; IJG's scaling) but for
 * one or two steps: those that are off by more than rounding, though a first step that is halved is an encoder's
 * choice. In any other table: those of more than twice every neighbour in the block, its mirror one too, or less than half
 * of each (the first one: a quarter). */
void tables_quant(const QuantTable *table, TableFaults *faults);

/* Counts what is wrong in the tables of a DHT segment's body, and one for each table of AC codes that is odd: the symbols of each
 * length up to 10 bits ascend but for one. (Longer ones are mixed where an encoder shortens codes to 16 bits.) Three and more
 * impossible sizes are an encoder's that lists all. A body that is cut off is libjpeg's to refuse. */
void tables_huffman(const uint8_t *body, size_t bytes, TableFaults *faults);

#endif
