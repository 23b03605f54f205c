/* SPDX-License-Identifier: MIT */
/* The few EXIF fields that matter here. Any bytes may come in: a field that is not whole is absent.
 */
#ifndef EXIF_H
#define EXIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../pipeline/arena.h"

typedef struct Exif {
    int orientation;      /* 1..8; 1 where absent or illegal */
    const char *camera;   /* Make and Model, printable UTF-8 in the arena, or NULL */
    const char *software; /* Software, likewise */
    const char *captured; /* DateTimeOriginal "YYYY:MM:DD HH:MM:SS", a real date, or NULL */
    const char *fraction; /* SubSecTimeOriginal: digits behind that second's point, or NULL */
    const char *serial;   /* BodySerialNumber, printable, or NULL */
    bool not_srgb;        /* ColorSpace is 0xFFFF (uncalibrated) or 2 (Adobe RGB, as some write it), or InteroperabilityIndex R03 (Adobe RGB, CIPA DC-010, DCF 2.0) */
} Exif;

/* `tiff`: the block behind "Exif\0\0", either byte order. Source: CIPA DC-008, TIFF 6.0. */
void exif_read(Arena *arena, const uint8_t *tiff, size_t bytes, Exif *out);

/* `software` (NULL: none), and behind it, "; " between them, the programs that an XMP packet names: its CreatorTool and the
 * agents of its history, printable, each once, 512 bytes in all at most. NULL: nobody is named. Source: XMP specification, parts 1 and 2. */
const char *exif_add_xmp(Arena *arena, const char *software, const uint8_t *packet, size_t bytes);

#endif
