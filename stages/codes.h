/* SPDX-License-Identifier: MIT */
/* QR codes in a frame. They are read by ZXing in a module of its own (codes_module.cc), loaded for --bind qr alone. */
#ifndef CODES_H
#define CODES_H

#ifdef __cplusplus
extern "C" {
#else
#include "../pipeline/err.h"
#include "../pipeline/photo.h"
#endif

#include <stddef.h>
#include <stdint.h>

/* The module's one symbol, `codes_door`. */
typedef struct CodesDoor {
    /* `grey`: rows of size[0] bytes, size[1] of them. Writes the texts of at most `most` codes, each at out + i * bytes
     * with a NUL, cut to fit; how many there are, or -1 where the library failed. */
    int (*read)(const uint8_t *grey, const int size[2], char *out, size_t bytes, int most);
} CodesDoor;

#ifdef __cplusplus
}
#else
/* ERR_MODEL: no module beside the program, or no library. Stays loaded; a second call opens no file. */
Err codes_load(Arena *arena, const CodesDoor **out);

/* What an upright picture shows: texts that differ, UTF-8, in the arena; `unread`: two marks of a code are there, but no
 * code can be read, or more marks than a code has that can. No picture: unread. */
Err codes_find(Arena *arena, const CodesDoor *door, const Picture *picture, Codes *out);

/* As one JSON object: codes, unread, sha256, captured, fraction, camera, serial; absent where there is none. */
Err codes_json(Arena *arena, const Codes *codes, const Source *source, const char **out);

/* How many finder patterns (ISO/IEC 18004, 6.3.3) a grey picture shows that have another one of their size at a distance
 * as in one code: a whole code has three, and sometimes data that look like a fourth. */
Err code_marks(Arena *arena, const uint8_t *grey, int width_px, int height_px, int *out);
#endif

#endif
