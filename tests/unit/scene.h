/* SPDX-License-Identifier: MIT */
/* A drawn portrait with exact geometry, for tests of the measures: paper, a dark round head of hair,
 * a skin ellipse, shoulders. */
#ifndef SCENE_H
#define SCENE_H

#include "../../stages/face_place.h"
#include <stdlib.h>
#include <string.h>

typedef struct Scene {
    int width_px, height_px;
    double paper[3], hair[3], skin[3], cloth[3];
    double eye_x, eye_y, face_width, hair_top_y, chin_y;
    double noise; /* uniform, +- levels */
} Scene;

static inline Scene scene_default(void)
{
    return (Scene){.width_px = 480, .height_px = 640, .paper = {100, 197, 255},
                   .hair = {30, 28, 30}, .skin = {205, 160, 135}, .cloth = {225, 225, 228},
                   .eye_x = 240, .eye_y = 260, .face_width = 220, .hair_top_y = 80,
                   .chin_y = 400, .noise = 3};
}

/* At half of the size, as the frame is reduced. */
static inline Scene scene_small(double noise)
{
    Scene s = scene_default();
    s.width_px = 240;
    s.height_px = 320;
    s.eye_x = 120;
    s.eye_y = 130;
    s.face_width = 110;
    s.hair_top_y = 40;
    s.chin_y = 200;
    s.noise = noise;
    return s;
}

static inline void scene_colour(const Scene *s, double x, double y, const double **colour)
{
    double dx = (x - s->eye_x) / (s->face_width / 2);
    double cy = (s->hair_top_y + s->chin_y) / 2, ry = (s->chin_y - s->hair_top_y) / 2;
    double dy = (y - cy) / ry, fy = (y - (s->eye_y + s->chin_y) / 2 + 20) / (ry * 0.8);
    double shoulder = s->chin_y + 60 + 0.25 * fabs(x - s->eye_x);
    *colour = s->paper;
    if (y > shoulder)
        *colour = s->cloth;
    else if (fabs(x - s->eye_x) < 0.28 * s->face_width && y > s->chin_y - 40)
        *colour = s->skin;
    if (dx * dx / 1.21 + dy * dy < 1)
        *colour = s->hair;
    if (dx * dx + fy * fy < 1 && y > s->eye_y - 0.35 * s->face_width)
        *colour = s->skin;
}

static inline Picture scene_draw(Arena *arena, const Scene *s)
{
    Picture p = {.width_px = s->width_px, .height_px = s->height_px};
    p.rgb = arena_alloc(arena, 3 * (size_t)p.width_px * (size_t)p.height_px);
    unsigned seed = 12345;
    for (int y = 0; y < p.height_px; y++)
        for (int x = 0; x < p.width_px; x++) {
            const double *colour;
            scene_colour(s, x, y, &colour);
            for (int k = 0; k < 3; k++) {
                seed = seed * 1664525u + 1013904223u;
                double v = colour[k] + s->noise * ((seed >> 8) / (double)(1 << 23) - 1);
                p.rgb[3 * ((size_t)y * (size_t)p.width_px + (size_t)x) + (size_t)k] =
                    (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v + 0.5);
            }
        }
    return p;
}

/* Each pixel the mean of those around it in its row. */
static inline void scene_blur_across(Picture *p, int reach)
{
    uint8_t *row = malloc(3 * (size_t)p->width_px);
    if (!row)
        abort();
    for (int y = 0; y < p->height_px; y++) {
        uint8_t *at = p->rgb + 3 * (size_t)y * (size_t)p->width_px;
        memcpy(row, at, 3 * (size_t)p->width_px);
        for (int i = 3 * reach; i < 3 * (p->width_px - reach); i++) {
            int sum = 0;
            for (int k = -reach; k <= reach; k++)
                sum += row[i + 3 * k];
            at[i] = (uint8_t)(sum / (2 * reach + 1));
        }
    }
    free(row);
}

/* Lines along the edges: left, right, upper, lower. */
static inline void scene_frame(const Picture *p, const int lines[4], uint8_t level)
{
    for (int y = 0; y < p->height_px; y++)
        for (int x = 0; x < p->width_px; x++)
            if (x < lines[0] || x >= p->width_px - lines[1] || y < lines[2] || y >= p->height_px - lines[3])
                memset(p->rgb + 3 * ((size_t)y * (size_t)p->width_px + (size_t)x), level, 3);
}

/* The face of the scene; points that no measure reads lie on the outline. */
static inline FacePlace scene_place(const Scene *s)
{
    FacePlace f = {.eyes = {s->eye_x, s->eye_y}, .width = s->face_width, .chin_y = s->chin_y,
                   .mouth_y = s->eye_y + 0.6 * (s->chin_y - s->eye_y)};
    for (int i = 0; i < POINT_COUNT; i++) {
        double t = 6.2831853 * i / POINT_COUNT;
        f.points[i] = (Point){s->eye_x + 0.45 * s->face_width * cos(t),
                              (s->eye_y + s->chin_y) / 2 + 0.3 * s->face_width * sin(t)};
    }
    for (int i = POINT_CONTOUR_FIRST; i <= POINT_CONTOUR_LAST; i++) { /* from ear to ear, by the chin */
        double t = 3.1415927 * (i - POINT_CONTOUR_FIRST) / (POINT_CONTOUR_LAST - POINT_CONTOUR_FIRST);
        f.points[i] = (Point){s->eye_x - 0.5 * s->face_width * cos(t), s->eye_y + (s->chin_y - s->eye_y) * sin(t)};
    }
    f.points[POINT_IRIS_LEFT] = (Point){s->eye_x - 0.22 * s->face_width, s->eye_y};
    f.points[POINT_IRIS_RIGHT] = (Point){s->eye_x + 0.22 * s->face_width, s->eye_y};
    f.points[POINT_MOUTH_LEFT] = (Point){s->eye_x - 0.18 * s->face_width, f.mouth_y};
    f.points[POINT_MOUTH_RIGHT] = (Point){s->eye_x + 0.18 * s->face_width, f.mouth_y};
    return f;
}

#endif
