/* SPDX-License-Identifier: MIT */
/* Writes QR codes, as stages/page/qr.js does for slips (tests compare them): ISO/IEC 18004, byte mode, error correction level M, versions 1 to 6. */
#ifndef QR_H
#define QR_H

#include <stdbool.h>
#include <stdint.h>

enum { QR_SIDE_MAX = 41, QR_TEXT_MAX = 106, QR_QUIET = 4 };

typedef struct QrCode {
    int side;                                  /* modules, without the quiet zone of QR_QUIET that belongs around it */
    uint8_t dark[QR_SIDE_MAX][QR_SIDE_MAX];    /* [row][column]: 1 is dark */
} QrCode;

/* The smallest version that holds `text`. False: it is empty or longer than QR_TEXT_MAX bytes. */
bool qr_encode(const char *text, QrCode *out);

#endif
