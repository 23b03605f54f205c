/* SPDX-License-Identifier: MIT */
/* The samples' own door to libjpeg: the many forms of JPEG that cameras and tools write and that
 * the program itself never writes. It never reads a file. */
#ifndef JPEGOUT_H
#define JPEGOUT_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"
#include "shot.h"

typedef struct JpegWish {
    const FileForm *form;
    int quality;
    int components;  /* 3; 1: grey; 4: CMYK as Adobe writes it */
    Bytes exif, icc; /* marker payloads; data NULL: none */
} JpegWish;

/* A libjpeg error ends the program: only a wrong wish can cause one. */
Err jpegout_encode(Arena *arena, const Picture *picture, const JpegWish *wish, Bytes *out);

#endif
