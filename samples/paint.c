/* SPDX-License-Identifier: MIT */
/* Painting a shot row by row: paper, people over it, light, the camera's colours and noise. */
#include "paint.h"

#include <math.h>
#include <string.h>
#include "colour.h"
#include "overlay.h"
#include "paper.h"
#include "rng.h"
#include "scale.h"

enum { NOISE_TABLE = 1 << 16 };

typedef struct Brush {
    const Shot *shot;
    PaperField *paper;
    Scaler *person[2];
    const Colours *colours;
    float *row, *gain; /* width * 3; width: light on the person per column */
    float *noise;      /* NOISE_TABLE normal numbers */
    float level[256];  /* noise by brightness */
    Rng rng;
} Brush;

/* Normal numbers by sums of 12 uniform ones: near enough, and the same on every machine. */
static void fill_noise(Brush *brush)
{
    float previous = 0;
    for (int i = 0; i < NOISE_TABLE; i++) {
        double sum = -6;
        for (int k = 0; k < 12; k++)
            sum += rng_unit(&brush->rng);
        /* neighbours share a little: colour pixels are interpolated in a camera */
        brush->noise[i] = (float)(0.93 * sum) + 0.36f * previous;
        previous = (float)sum;
    }
    for (int i = 0; i < 256; i++) /* photons: grows with the root of the light */
        brush->level[i] = (float)(brush->shot->light.noise * sqrt(0.25 + 1.5 * i / 255));
}

/* The lamp's side is bright, the other cheek dark; the change happens within the face. */
static void fill_gain(Brush *brush, double person_gain)
{
    const Shot *shot = brush->shot;
    const Truth *t = &shot->truth;
    double middle = (t->left_eye[0] + t->right_eye[0]) / 2, face = t->face_right_x - t->face_left_x;
    for (int u = 0; u < shot->width_px; u++) {
        double x = shot->person_count ? (u + 0.5 - middle) / face : 0;
        double dark = 0.5 + 0.5 * tanh(6 * x * (shot->light.side > 0 ? 1 : -1));
        brush->gain[u] = (float)(person_gain * (1 - fabs(shot->light.side) * dark));
    }
}

static void put_person(const Brush *brush, Scaler *person, int v)
{
    const float *p = scaler_row(person, v);
    float *row = brush->row;
    const Light *light = &brush->shot->light;
    for (int u = 0; p && u < brush->shot->width_px; u++) {
        float a = p[4 * u + 3] * (1 / 255.0f), gain = brush->gain[u];
        a = a < 0 ? 0 : a > 1 ? 1 : a;
        float grey = 0.299f * p[4 * u] + 0.587f * p[4 * u + 1] + 0.114f * p[4 * u + 2];
        for (int c = 0; c < 3; c++)
            row[3 * u + c] = row[3 * u + c] * (1 - a) +
                             (light->one_tone ? grey : p[4 * u + c]) * gain * (float)light->tone[c];
    }
}

static inline uint8_t to_byte(float v)
{
    return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v + 0.5f);
}

/* Noise of the sensor: mostly the same in the three channels, a little of each one's own. */
static void put_noise(Brush *brush, uint8_t *out)
{
    const float *row = brush->row, *table = brush->noise;
    uint64_t start = rng_next(&brush->rng), other = rng_next(&brush->rng);
    for (int u = 0; u < brush->shot->width_px; u++) {
        float common = table[(start + (uint64_t)u) % NOISE_TABLE];
        float level = brush->level[to_byte(row[3 * u + 1])];
        for (int c = 0; c < 3; c++) {
            float own = table[((other >> (16 * c)) + (uint64_t)u) % NOISE_TABLE];
            out[3 * u + c] = to_byte(row[3 * u + c] + level * (0.85f * common + 0.45f * own));
        }
    }
}

static void paint_row(Brush *brush, int v, uint8_t *out)
{
    const Shot *shot = brush->shot;
    const Light *light = &shot->light;
    paper_row(brush->paper, v, brush->row);
    for (int i = 0; i < shot->person_count; i++)
        put_person(brush, brush->person[i], v);
    for (int u = 0; u < 3 * shot->width_px; u++)
        brush->row[u] *= (float)(light->gain * light->cast[u % 3]);
    colour_row(brush->colours, brush->row, shot->width_px);
    put_noise(brush, out);
}

static Err brush_open(Arena *arena, const Shot *shot, Brush *brush)
{
    size_t width = (size_t)shot->width_px;
    *brush = (Brush){.shot = shot, .rng = rng_stream(shot->seed, 1, 8)};
    brush->row = ARENA_ARRAY(arena, float, 3 * width);
    brush->gain = ARENA_ARRAY(arena, float, width);
    brush->noise = ARENA_ARRAY(arena, float, (size_t)NOISE_TABLE);
    brush->colours = colour_open(arena, shot->form.space);
    bool whole = brush->row && brush->gain && brush->noise && brush->colours;
    for (int i = 0; i < shot->person_count && whole; i++) {
        const Placed *placed = &shot->person[i];
        brush->person[i] = scaler_open(arena, &shot->worn[i], placed, &shot->light, shot->width_px);
        whole = brush->person[i];
    }
    const Base *first = &shot->worn[0];
    if (whole)
        brush->paper =
            paper_open(arena, shot, brush->person[0], first->face_right_x - first->face_left_x);
    if (!brush->paper)
        return fail(arena, ERR_MEMORY, "no memory for a picture of %dx%d", shot->width_px,
                    shot->height_px);
    fill_noise(brush);
    fill_gain(brush, shot->light.person_gain);
    return OK;
}

Err paint_shot(Arena *arena, const Shot *shot, Picture *out)
{
    Brush brush;
    TRY(brush_open(arena, shot, &brush));
    size_t stride = (size_t)shot->width_px * 3;
    *out = (Picture){shot->width_px, shot->height_px,
                     arena_alloc(arena, stride * (size_t)shot->height_px)};
    if (!out->rgb)
        return fail(arena, ERR_MEMORY, "no memory for a picture of %dx%d", shot->width_px,
                    shot->height_px);
    for (int v = 0; v < shot->height_px; v++)
        paint_row(&brush, v, out->rgb + (size_t)v * stride);
    if (shot->text)
        overlay_text(out, &shot->truth, shot->seed);
    if (shot->aside != 0)
        overlay_aside(out, &shot->truth, shot->aside);
    if (shot->low_glasses)
        overlay_low_glasses(out, &shot->truth, shot->seed);
    if (shot->mask)
        overlay_mask(out, &shot->truth, shot->seed);
    if (shot->veil)
        overlay_veil(out, &shot->truth, shot->seed);
    if (shot->red_eyes)
        overlay_red_eyes(out, &shot->truth);
    if (shot->mosaic)
        overlay_mosaic(out, &shot->truth, shot->seed);
    if (shot->border)
        overlay_border(out, shot->seed);
    return OK;
}

/* Where pixel (x, y) of the stored picture comes from in the upright one, for each orientation:
 * transposed, mirrored in x, mirrored in y (of the upright picture). */
static const struct {
    bool swap, mirror_x, mirror_y;
} turns[9] = {{0},       {0, 0, 0}, {0, 1, 0}, {0, 1, 1}, {0, 0, 1},
              {1, 0, 0}, {1, 1, 0}, {1, 1, 1}, {1, 0, 1}};

Err paint_stored(Arena *arena, const Picture *upright, int orientation, Picture *out)
{
    enum { TILE = 32 }; /* both sides of a transposition stay in the cache */
    int width = upright->width_px, height = upright->height_px;
    bool swap = turns[orientation].swap;
    if (orientation == 1) {
        *out = *upright;
        return OK;
    }
    *out = (Picture){swap ? height : width, swap ? width : height,
                     arena_alloc(arena, (size_t)width * (size_t)height * 3)};
    if (!out->rgb)
        return fail(arena, ERR_MEMORY, "no memory to turn a picture");
    for (int y0 = 0; y0 < out->height_px; y0 += TILE)
        for (int x0 = 0; x0 < out->width_px; x0 += TILE)
            for (int y = y0; y < y0 + TILE && y < out->height_px; y++)
                for (int x = x0; x < x0 + TILE && x < out->width_px; x++) {
                    int u = swap ? y : x, v = swap ? x : y;
                    u = turns[orientation].mirror_x ? width - 1 - u : u;
                    v = turns[orientation].mirror_y ? height - 1 - v : v;
                    memcpy(out->rgb + 3 * ((size_t)y * (size_t)out->width_px + (size_t)x),
                           upright->rgb + 3 * ((size_t)v * (size_t)width + (size_t)u), 3);
                }
    return OK;
}
