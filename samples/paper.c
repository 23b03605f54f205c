/* SPDX-License-Identifier: MIT */
/* The studio paper: everything soft on a coarse grid, everything sharp per pixel. */
#include "paper.h"

#include <math.h>
#include <string.h>
#include "../pipeline/photo.h"
#include "rng.h"

enum { GRID_X = 96, GRID_Y = 128, NODES_X = GRID_X + 1, SOFT = 12 };

struct PaperField {
    const Shot *shot;
    float (*node)[NODES_X][3]; /* GRID_Y + 1 rows */
    float *stripe;             /* factor per column */
};

/* Soft unevenness: random nodes, SOFT grid cells apart, blended by a smooth curve. */
static double mottle(const float *random, double gx, double gy)
{
    int x = (int)gx / SOFT, y = (int)gy / SOFT, wide = GRID_X / SOFT + 2;
    double ax = gx / SOFT - x, ay = gy / SOFT - y;
    ax = ax * ax * (3 - 2 * ax);
    ay = ay * ay * (3 - 2 * ay);
    const float *p = random + y * wide + x;
    return (p[0] * (1 - ax) + p[1] * ax) * (1 - ay) + (p[wide] * (1 - ax) + p[wide + 1] * ax) * ay;
}

/* Share of the person over this point of the wall as the lamp sees it, 0..1. */
static double shade(const Shot *shot, const Scaler *person, double face, double u, double v)
{
    const Paper *paper = &shot->paper;
    const Placed *placed = &shot->person[0];
    double x = placed->left + u / placed->scale - paper->shadow_dx * face;
    double y = placed->top + v / placed->scale - paper->shadow_dy * face, sum = 0;
    double reach = paper->shadow_blur * face;
    for (int i = -3; i <= 3; i++)
        for (int j = -3; j <= 3; j++)
            sum += scaler_cover(person, x + i * reach / 3, y + j * reach / 3);
    return sum / 49 / 255;
}

static void fill_nodes(PaperField *field, const Scaler *person, double face)
{
    const Shot *shot = field->shot;
    const Paper *paper = &shot->paper;
    float random[(GRID_X / SOFT + 2) * (GRID_Y / SOFT + 2)];
    Rng rng = rng_stream(shot->seed, 0, 7);
    for (size_t i = 0; i < sizeof random / sizeof *random; i++)
        random[i] = (float)rng_range(&rng, -1, 1);
    for (int j = 0; j <= GRID_Y; j++)
        for (int i = 0; i < NODES_X; i++) {
            double x = (double)i / GRID_X - 0.5, y = (double)j / GRID_Y - 0.5;
            double light =
                1 + paper->slope_x * x + paper->slope_y * y - paper->vignette * (x * x + y * y) * 2;
            if (person && paper->shadow > 0)
                light *= 1 - paper->shadow * shade(shot, person, face, (x + 0.5) * shot->width_px,
                                                   (y + 0.5) * shot->height_px);
            for (int c = 0; c < 3; c++)
                field->node[j][i][c] =
                    (float)(paper->rgb[c] * light + paper->mottle * mottle(random, i, j));
        }
}

PaperField *paper_open(Arena *arena, const Shot *shot, const Scaler *person, double face_width_base)
{
    PaperField *field = ARENA_NEW(arena, PaperField);
    if (!field)
        return NULL;
    const Paper *paper = &shot->paper;
    field->shot = shot;
    field->node = arena_alloc(arena, sizeof *field->node * (GRID_Y + 1));
    field->stripe = ARENA_ARRAY(arena, float, (size_t)shot->width_px);
    if (!field->node || !field->stripe)
        return NULL;
    fill_nodes(field, person, face_width_base);
    for (int u = 0; u < shot->width_px; u++) {
        double wave = paper->stripe > 0 ? sin(2 * M_PI * u / paper->stripe_px) : 0;
        if (!paper->curtain)
            wave = wave > 0 ? 1 : wave < 0 ? -1 : 0;
        field->stripe[u] = (float)(1 - paper->stripe * (1 - wave) / 2);
    }
    return field;
}

static void draw_object(const Shot *shot, int v, float *rgb)
{
    const double *box = shot->paper.object_box;
    double y = ((double)v / shot->height_px - box[1]) / box[3];
    if (!shot->paper.object || y < 0 || y > 1)
        return;
    int left = (int)(box[0] * shot->width_px), right = left + (int)(box[2] * shot->width_px);
    for (int u = left < 0 ? 0 : left; u < right && u < shot->width_px; u++) {
        double x = (double)(u - left) / (right - left);
        bool frame = x < 0.1 || x > 0.9 || y < 0.06 || y > 0.94; /* a picture in its frame */
        rgb[3 * u] = frame ? 92 : 214;
        rgb[3 * u + 1] = frame ? 60 : 205;
        rgb[3 * u + 2] = frame ? 38 : 180;
    }
}

void paper_row(PaperField *field, int v, float *rgb)
{
    const Shot *shot = field->shot;
    float row[NODES_X][3], gy = (float)(v + 0.5) * GRID_Y / (float)shot->height_px;
    int j = (int)gy;
    float ay = gy - (float)j, step = (float)GRID_X / (float)shot->width_px;
    for (int i = 0; i < NODES_X; i++)
        for (int c = 0; c < 3; c++)
            row[i][c] = field->node[j][i][c] * (1 - ay) + field->node[j + 1][i][c] * ay;
    for (int u = 0; u < shot->width_px; u++) {
        float gx = ((float)u + 0.5f) * step, ax = gx - (float)(int)gx;
        const float *p = row[(int)gx];
        for (int c = 0; c < 3; c++)
            rgb[3 * u + c] = (p[c] * (1 - ax) + p[c + 3] * ax) * field->stripe[u];
    }
    draw_object(shot, v, rgb);
}
