/* SPDX-License-Identifier: MIT */
/* Text of the encodings that offices use, as UTF-8. */
#ifndef CHARSET_H
#define CHARSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "err.h"

typedef enum Charset {
    CHARSET_FIND, /* UTF-8 where all of it is, else GB18030 */
    CHARSET_UTF8,
    CHARSET_GB18030, /* and its subsets GBK and GB2312 */
    CHARSET_UTF16LE,
    CHARSET_UTF16BE,
} Charset;

/* NULL is CHARSET_FIND. False: a name that is none of those above. */
bool charset_by_name(const char *name, Charset *out);
const char *charset_name(Charset charset); /* "UTF-8", "GB18030", ...; "" for CHARSET_FIND */

/* Bytes to UTF-8, whole or in pieces; characters may straddle pieces. */
typedef struct Decoder {
    Charset charset;
    void *conversion;   /* NULL for UTF-8, which is only checked */
    uint8_t kept[8];    /* the start of a character whose rest comes with the next piece */
    size_t kept_bytes;
    uint64_t offset;    /* of the next byte, from 0; where decoding failed: of the bad byte */
} Decoder;

/* `charset` is not CHARSET_FIND. False: the system has no table for it. */
bool decoder_open(Decoder *decoder, Charset charset);
void decoder_close(Decoder *decoder);

/* Writes at most 2 * (bytes + 8) bytes to `out`. False: a byte that fits no character, or a zero
 * character; `decoder->offset` is its place. */
bool decoder_feed(Decoder *decoder, const void *data, size_t bytes, char *out, size_t *written);

/* Whether nothing is left over at the end. */
bool decoder_done(const Decoder *decoder);

/* A text file of any size, read twice: once to see that all of it is text, then piece by piece. */
typedef struct TextFile {
    Arena *arena;
    const char *path;
    int fd;
    Decoder decoder;
    bool started; /* the byte order mark is behind us */
} TextFile;

enum { TEXT_PIECE = 1 << 16 };

/* ERR_USAGE names the byte that is neither UTF-8 nor GB18030, or does not fit the encoding asked
 * for. */
Err textfile_open(Arena *arena, const char *path, Charset charset, TextFile *out);
void textfile_close(TextFile *file);

/* Back to the start. */
Err textfile_rewind(TextFile *file);

/* The next up to TEXT_PIECE bytes of UTF-8, without the byte order mark; none at the end. */
Err textfile_next(TextFile *file, char out[TEXT_PIECE], size_t *written);

#endif
