/* SPDX-License-Identifier: MIT */
/* What stands in a header as a flipped bit puts it there: it spoils the whole picture, and decoders take it without a word.
 * Only tables that a frame's component or a scan takes are asked about. */
#ifndef JPEG_TABLES_H
#define JPEG_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jpeg_quality.h"

enum { TABLES = 4 };

/* Counted over the tables of a file. */
typedef struct TableFaults {
    int wrong; /* against ITU T.81: a step of 0, a symbol with two codes, a size that no coefficient of 8 bits has */
    int odd;   /* against what encoders are known to do; ours, see tables_quant and tables_codes */
} TableFaults;

/* Of Huffman tables. More than two wrong ones of a kind, or any beside all that T.81 lists, are an encoder's. */
typedef struct CodeFaults {
    int wrong;
    int runs;         /* symbols that end several blocks: right in progressive files alone (T.81, G.1.2.2) */
    int pairs, falls; /* neighbours of one length up to 10 bits, AC only; those that descend */
    bool mended;      /* the last fall: by leaving one symbol out */
} CodeFaults;

/* Zeros to begin with. */
typedef struct CodeTables {
    CodeFaults waiting[2][TABLES]; /* of DC, of AC; not yet taken by a scan */
    int wrong, runs, pairs, falls; /* of those taken */
    bool mended;
} CodeTables;

/* Counts a table's steps of 0, and its odd ones. In a table that is a scaled standard one (T.81, annex K; IJG's scaling) but for
 * one step, and one that is off by rounding: that one where one bit makes the difference or it is twice or half of what it should
 * be, though a first step of just half is an encoder's choice; two steps of four times that; and two that are exchanged. In any other table: steps of more than 8 times every neighbour in the block, its mirror one too, or less
 * than an eighth of each, which one bit mends; but those of the highest frequencies may be any size (jpegli's last one is 8 times
 * its neighbours), and the first one any fraction (FFmpeg's). Of known encoders no other one is over 2.7 times all of them. Where
 * there is none: one of a pair, twice the other or more by one bit, where all other steps mirror each other. */
void tables_quant(const QuantTable *table, TableFaults *faults);

/* Takes the tables of a DHT segment's body. A body that is cut off is libjpeg's to refuse. */
void tables_huffman(const uint8_t *body, size_t bytes, CodeTables *codes);

/* Counts those that a SOS segment's body takes. */
void tables_scan(const uint8_t *body, size_t bytes, bool progressive, CodeTables *codes);

/* Counts what is wrong in the tables taken; one is odd where the symbols of each length ascend in all of them but for one
 * symbol. (Codes over 10 bits are mixed where an encoder shortens some to 16.) */
void tables_codes(const CodeTables *codes, bool progressive, TableFaults *faults);

#endif
