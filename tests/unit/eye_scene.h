/* SPDX-License-Identifier: MIT */
/* A face of one skin with drawn eyes, for tests of what is read around them. Exact geometry: the eyes
 * are 100 px apart, the middle between them at (400, 400). */
#ifndef EYE_SCENE_H
#define EYE_SCENE_H

#include <stdlib.h>
#include <string.h>
#include "head.h"

enum { SCENE_PX = 800, SCENE_UNIT = 100 };

static inline Picture eye_scene_skin(Arena *arena, int r, int g, int b)
{
    Picture p = {SCENE_PX, SCENE_PX, NULL};
    p.rgb = arena_alloc(arena, 3 * (size_t)SCENE_PX * SCENE_PX);
    for (size_t i = 0; i < (size_t)SCENE_PX * SCENE_PX; i++) {
        p.rgb[3 * i] = (uint8_t)r;
        p.rgb[3 * i + 1] = (uint8_t)g;
        p.rgb[3 * i + 2] = (uint8_t)b;
    }
    return p;
}

/* An ellipse in the face's coordinates. */
static inline void eye_scene_spot(Picture *p, const double spot[4], int r, int g, int b)
{
    for (int y = 0; y < SCENE_PX; y++)
        for (int x = 0; x < SCENE_PX; x++) {
            double u = ((x - 400.0) / SCENE_UNIT - spot[0]) / spot[2];
            double v = ((y - 400.0) / SCENE_UNIT - spot[1]) / spot[3];
            if (u * u + v * v <= 1)
                memcpy(p->rgb + 3 * (y * SCENE_PX + x), (uint8_t[]){(uint8_t)r, (uint8_t)g, (uint8_t)b}, 3);
        }
}

/* A level, frontal face whose lids stand `opening` eye distances apart, irises in the middle. */
static inline FacePlace eye_scene_face(double opening)
{
    FacePlace face = head_place(&(Head3){.unit = SCENE_UNIT});
    for (int eye = 0; eye < 2; eye++) {
        Point *ring = face.points + (eye ? POINT_EYE_RIGHT : POINT_EYE_LEFT);
        double side = eye ? 1 : -1, middle = 400 + side * 50;
        for (int i = 1; i <= 3; i++) {
            double t = 0.5 - 0.25 * i, height = opening / 2 * (i == 2 ? 1 : 0.8); /* outer first */
            ring[i] = (Point){middle + side * 44 * t, 400 - height * 100};
            ring[8 - i] = (Point){middle + side * 44 * t, 400 + height * 100};
        }
        ring[0] = (Point){middle + side * 22, 400};
        ring[4] = (Point){middle - side * 22, 400};
        ring[POINT_IRIS] = (Point){middle, 400};
    }
    return face;
}

#endif
