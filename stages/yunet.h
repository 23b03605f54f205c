/* SPDX-License-Identifier: MIT */
/* YuNet, another's detector, run by OpenCV. Both are loaded only when somebody asks for them: OpenCV and
 * what it brings along cost every start some 40 ms. The module is yunet_module.cc. */
#ifndef YUNET_H
#define YUNET_H

#ifdef __cplusplus
extern "C" {
#else
#include "../pipeline/err.h"
#endif

#include <stdint.h>

typedef struct YunetFace { /* in pixels of the picture given; angle of the eye line in radians */
    double x, y, width, height, angle, score;
} YunetFace;

/* The module's one symbol, `yunet_door`. */
typedef struct YunetDoor {
    void *(*open)(const char *path); /* NULL: not a network that OpenCV reads */
    void (*close)(void *net);
    /* `bgr`: sides multiples of 32. At most `most` faces, best first; -1 when it is no YuNet. */
    int (*find)(void *net, const uint8_t *bgr, const int size[2], YunetFace *out, int most);
} YunetDoor;

#ifdef __cplusplus
}
#else
/* Beside the program, or in ../lib/headroom of its folder. ERR_MODEL: not there, or OpenCV is not. Stays
 * loaded; a second call is cheap and opens no file. */
Err yunet_load(Arena *arena, const YunetDoor **out);
#endif

#endif
