/* SPDX-License-Identifier: MIT */
/* Placing a canvas at any scale: weights per column and row once, a ring of finished rows. */
#include "scale.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "../pipeline/photo.h"
#include "face.h"

enum { TAPS_MAX = 40 };

typedef float Four __attribute__((vector_size(16)));
typedef uint8_t FourBytes __attribute__((vector_size(4)));

typedef struct Taps {
    int first;
    float weight[TAPS_MAX];
} Taps;

struct Scaler {
    uint8_t *rgba; /* CANVAS_WIDTH x CANVAS_HEIGHT */
    Placed placed;
    int width_px, taps, top_row; /* the first canvas row with anything on it */
    Taps *column;
    float *ring[TAPS_MAX], *row;
    int ring_row[TAPS_MAX];
    int left[CANVAS_HEIGHT], right[CANVAS_HEIGHT]; /* the person's columns on each canvas row */
};

static double catmull_rom(double x)
{
    x = fabs(x);
    if (x < 1)
        return 1.5 * x * x * x - 2.5 * x * x + 1;
    return x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0;
}

/* Weights of the canvas pixels around `centre` (pixel centres at .5), normalised. */
static void taps_at(double centre, double scale, int count, Taps *out)
{
    double stretch = fmax(1, 1 / scale), sum = 0;
    out->first = (int)floor(centre - 2 * stretch);
    for (int i = 0; i < count; i++) {
        double w = catmull_rom((out->first + i + 0.5 - centre) / stretch);
        out->weight[i] = (float)w;
        sum += w;
    }
    for (int i = 0; i < count; i++)
        out->weight[i] = (float)(out->weight[i] / sum);
}

static void turn(const Base *base, const uint8_t *in, double tilt_deg, uint8_t *out)
{
    double cx = (base->left_eye[0] + base->right_eye[0]) / 2 + PAD_SIDE;
    double cy = (base->left_eye[1] + base->right_eye[1]) / 2, t = tilt_deg * M_PI / 180;
    for (int y = 0; y < CANVAS_HEIGHT; y++)
        for (int x = 0; x < CANVAS_WIDTH; x++) {
            double fx = cx + (x - cx) * cos(t) + (y - cy) * sin(t);
            double fy = cy - (x - cx) * sin(t) + (y - cy) * cos(t);
            fx = fmin(fmax(fx, 0), CANVAS_WIDTH - 2);
            fy = fmin(fmax(fy, 0), CANVAS_HEIGHT - 2);
            int ix = (int)fx, iy = (int)fy;
            double ax = fx - ix, ay = fy - iy;
            const uint8_t *p = in + 4 * ((size_t)iy * CANVAS_WIDTH + (size_t)ix);
            const uint8_t *q = p + 4 * CANVAS_WIDTH;
            for (int c = 0; c < 4; c++)
                out[c] = (uint8_t)((p[c] * (1 - ax) + p[c + 4] * ax) * (1 - ay) +
                                   (q[c] * (1 - ax) + q[c + 4] * ax) * ay + 0.5);
            out += 4;
        }
}

/* Running mean of `run` pixels along one line of `count` pixels `step` bytes apart. */
static void mean_line(uint8_t *line, int count, size_t step, int run, uint8_t *spare)
{
    for (int c = 0; c < 4; c++) {
        int sum = 0;
        for (int i = 0; i < count; i++)
            spare[i] = line[(size_t)i * step + (size_t)c];
        for (int i = -run / 2; i < run - run / 2; i++)
            sum += spare[i < 0 ? 0 : i];
        for (int i = 0; i < count; i++) {
            line[(size_t)i * step + (size_t)c] = (uint8_t)((sum + run / 2) / run);
            int out = i - run / 2, in = i + run - run / 2;
            sum += spare[in < count ? in : count - 1] - spare[out < 0 ? 0 : out];
        }
    }
}

static void blur(uint8_t *rgba, const Light *light)
{
    static_assert(CANVAS_WIDTH >= CANVAS_HEIGHT);
    uint8_t spare[CANVAS_WIDTH];
    /* three means of this run have the standard deviation asked for */
    int run = (int)lrint(2 * light->blur_px) | 1, motion = (int)lrint(light->motion_px);
    for (int pass = 0; light->blur_px > 0 && pass < 3; pass++) {
        for (size_t y = 0; y < CANVAS_HEIGHT; y++)
            mean_line(rgba + y * CANVAS_WIDTH * 4, CANVAS_WIDTH, 4, run, spare);
        for (size_t x = 0; x < CANVAS_WIDTH; x++)
            mean_line(rgba + x * 4, CANVAS_HEIGHT, (size_t)CANVAS_WIDTH * 4, run, spare);
    }
    for (size_t y = 0; motion > 1 && y < CANVAS_HEIGHT; y++)
        mean_line(rgba + y * CANVAS_WIDTH * 4, CANVAS_WIDTH, 4, motion, spare);
}

static void find_person(Scaler *s)
{
    s->top_row = CANVAS_HEIGHT;
    for (int y = CANVAS_HEIGHT - 1; y >= 0; y--) {
        const uint8_t *row = s->rgba + (size_t)y * CANVAS_WIDTH * 4;
        int left = 0, right = CANVAS_WIDTH;
        while (left < CANVAS_WIDTH && !row[4 * left + 3])
            left++;
        while (right > left && !row[4 * right - 1])
            right--;
        s->left[y] = left;
        s->right[y] = right;
        if (left < right)
            s->top_row = y;
    }
}

Scaler *scaler_open(Arena *arena, const Base *base, const Placed *placed, const Light *light,
                    int width_px)
{
    size_t size = (size_t)CANVAS_WIDTH * CANVAS_HEIGHT * 4;
    Scaler *s = ARENA_NEW(arena, Scaler);
    if (!s)
        return NULL;
    s->rgba = arena_alloc(arena, size);
    uint8_t *upright = placed->tilt_deg != 0 ? arena_alloc(arena, size) : s->rgba;
    s->placed = *placed;
    s->width_px = width_px;
    s->taps = (int)ceil(4 * fmax(1, 1 / placed->scale)) + 1;
    s->column = ARENA_ARRAY(arena, Taps, (size_t)width_px);
    s->row = ARENA_ARRAY(arena, float, (size_t)width_px * 4);
    if (!s->rgba || !upright || !s->column || !s->row || s->taps > TAPS_MAX)
        return NULL;
    for (int i = 0; i < s->taps; i++) {
        s->ring[i] = ARENA_ARRAY(arena, float, (size_t)width_px * 4);
        s->ring_row[i] = -1;
        if (!s->ring[i])
            return NULL;
    }
    face_paint(base, upright);
    if (placed->tilt_deg != 0)
        turn(base, upright, placed->tilt_deg, s->rgba);
    blur(s->rgba, light);
    find_person(s);
    for (int u = 0; u < width_px; u++)
        taps_at(placed->left + PAD_SIDE + (u + 0.5) / placed->scale, placed->scale, s->taps,
                &s->column[u]);
    return s;
}

static const float *canvas_row(Scaler *s, int y)
{
    y = y < 0 ? 0 : y >= CANVAS_HEIGHT ? CANVAS_HEIGHT - 1 : y;
    int slot = y % s->taps;
    float *out = s->ring[slot];
    if (s->ring_row[slot] == y)
        return out;
    s->ring_row[slot] = y;
    const uint8_t *in = s->rgba + (size_t)y * CANVAS_WIDTH * 4;
    for (int u = 0; u < s->width_px; u++) {
        const Taps *t = &s->column[u];
        Four sum = {0};
        if (t->first + s->taps > s->left[y] && t->first < s->right[y])
            for (int i = 0; i < s->taps; i++) {
                int x = t->first + i;
                FourBytes p;
                memcpy(&p, in + 4 * (x < 0 ? 0 : x >= CANVAS_WIDTH ? CANVAS_WIDTH - 1 : x), 4);
                sum += t->weight[i] * __builtin_convertvector(p, Four);
            }
        memcpy(out + 4 * u, &sum, sizeof sum);
    }
    return out;
}

const float *scaler_row(Scaler *s, int v)
{
    Taps t;
    taps_at(s->placed.top + (v + 0.5) / s->placed.scale, s->placed.scale, s->taps, &t);
    if (t.first + s->taps <= s->top_row)
        return NULL;
    memset(s->row, 0, (size_t)s->width_px * 4 * sizeof *s->row);
    for (int i = 0; i < s->taps; i++) {
        float w = t.weight[i];
        const float *in = canvas_row(s, t.first + i);
        for (int u = 0; u < 4 * s->width_px; u++)
            s->row[u] += w * in[u];
    }
    return s->row;
}

double scaler_cover(const Scaler *s, double base_x, double base_y)
{
    int x = (int)base_x + PAD_SIDE, y = (int)base_y;
    if (x < 0 || x >= CANVAS_WIDTH || y < 0)
        return 0;
    y = y < CANVAS_HEIGHT ? y : CANVAS_HEIGHT - 1;
    return s->rgba[4 * ((size_t)y * CANVAS_WIDTH + (size_t)x) + 3];
}
