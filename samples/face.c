/* SPDX-License-Identifier: MIT */
/* The field is a sum of products of sines, drawn by the seed and faded out around the head, known
 * at nodes and linear between them: what the painter bends and what the truth says are one and the
 * same. */
#include "face.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "rng.h"

/* Slow terms change the proportions, quick ones the features. Shares of the face width;
 * quick ones move less up and down, or closed lips would part. */
enum { SLOW = 3, TERMS = 10 };
static const double REACH = 1.35, FADE = 0.3, ABOVE = 0.4; /* half side, rim, room above the hair */
static const double SLOW_AMPLITUDE = 0.026, QUICK_AMPLITUDE[2] = {0.015, 0.005}, SKEW = 0.7;

/* A slant begins at the mouth, is full so many face widths below it, and leaves the neck, half so wide, alone. */
static const double SLANT_FULL = 0.8, SLANT_NECK = 0.3;

static double fade(double at) /* 0 at the box's edges, 1 inside; at: 0..1 across */
{
    double rim = FADE / (2 * REACH), t = fmin(1, fmin(at, 1 - at) / rim);
    return t <= 0 ? 0 : t * t * (3 - 2 * t);
}

static void add_term(Bend *bend, int component, bool slow, Rng *rng)
{
    double width = bend->side / (2 * REACH); /* of the face */
    double amplitude =
        width * (slow ? SLOW_AMPLITUDE : QUICK_AMPLITUDE[component]) * rng_range(rng, 0.6, 1);
    double row[BEND_NODES], column[BEND_NODES];
    for (int axis = 0; axis < 2; axis++) {
        double length = width * (slow ? rng_range(rng, 1.4, 2.4) : rng_range(rng, 0.36, 0.8));
        double phase = rng_range(rng, 0, 2 * M_PI);
        if (axis == 0) /* across: nearly the same on both cheeks, as faces are */
            phase = (rng_int(rng, 0, 1) + component * 0.5) * M_PI + rng_range(rng, -SKEW, SKEW);
        for (int i = 0; i < BEND_NODES; i++) {
            double at = (double)i / (BEND_NODES - 1), from_middle = (at - 0.5) * bend->side;
            (axis ? row : column)[i] = fade(at) * sin(2 * M_PI * from_middle / length + phase);
        }
    }
    for (int j = 0; j < BEND_NODES; j++)
        for (int i = 0; i < BEND_NODES; i++)
            bend->move[j][i][component] += (float)(amplitude * row[j] * column[i]);
}

static void bent(const Bend *bend, double x, double y, double out[2])
{
    double step = bend->side / (BEND_NODES - 1);
    double u = (x - bend->left) / step, v = (y - bend->top) / step;
    out[0] = x, out[1] = y;
    if (!(u >= 0 && v >= 0 && u < BEND_NODES - 1 && v < BEND_NODES - 1))
        return;
    int i = (int)u, j = (int)v;
    double a = u - i, b = v - j;
    const float(*p)[2] = &bend->move[j][i], (*q)[2] = &bend->move[j + 1][i];
    for (int k = 0; k < 2; k++)
        out[k] +=
            (p[0][k] * (1 - a) + p[1][k] * a) * (1 - b) + (q[0][k] * (1 - a) + q[1][k] * a) * b;
}

/* How far below its place in the base a pixel of a slanting shoulder lies. */
static double slanted(const Bend *bend, double x, double y)
{
    double aside = (x - bend->slant_x) / bend->slant_face, at = (y - bend->slant_y) / (SLANT_FULL * bend->slant_face);
    if (bend->slant == 0 || at <= 0 || fabs(aside) <= SLANT_NECK)
        return 0;
    at = fmin(1, at);
    return bend->slant * bend->slant_face * (aside > 0 ? aside - SLANT_NECK : aside + SLANT_NECK) * at * at * (3 - 2 * at);
}

void face_source(const Bend *bend, double x, double y, double out[2])
{
    bent(bend, x, y - slanted(bend, x, y), out);
    if (bend->mirrored)
        out[0] = BASE_WIDTH - 1 - out[0];
}

void face_carry(const Bend *bend, double point[2])
{
    double at[2] = {point[0], point[1]}, from[2];
    for (int i = 0; i < 40;
         i++) { /* the field's slope is well below 1: each round halves the rest */
        bent(bend, at[0], at[1], from);
        at[0] += point[0] - from[0];
        at[1] += point[1] - from[1];
    }
    memcpy(point, at, sizeof at);
}

/* Everybody holds the head level: what the base leans and the field turns the eyes is taken back
 * over the whole head. A slanting head is a fault, by tilt_deg. */
static void level_eyes(const Base *base, Bend *bend)
{
    double left[2], right[2], lean, step = bend->side / (BEND_NODES - 1);
    bent(bend, base->left_eye[0], base->left_eye[1], left);
    bent(bend, base->right_eye[0], base->right_eye[1], right);
    lean = (right[1] - left[1] - 2 * (base->right_eye[1] - base->left_eye[1])) /
           (base->right_eye[0] - base->left_eye[0]);
    for (int j = 0; j < BEND_NODES; j++)
        for (int i = 0; i < BEND_NODES; i++) {
            double rim = fade((double)i / (BEND_NODES - 1)) * fade((double)j / (BEND_NODES - 1));
            bend->move[j][i][1] -= (float)(lean * rim * (i * step - bend->side / 2));
        }
}

/* Nobody's lips are drawn apart: a field that does so is turned upside down. */
static void close_lips(const Base *base, Bend *bend)
{
    double x = (base->mouth_left[0] + base->mouth_right[0]) / 2, over[2], under[2];
    double y = (base->mouth_left[1] + base->mouth_right[1]) / 2, reach = bend->side / 64;
    bent(bend, x, y - reach, over);
    bent(bend, x, y + reach, under);
    if (under[1] - over[1] >= 2 * reach)
        return;
    for (int j = 0; j < BEND_NODES; j++)
        for (int i = 0; i < BEND_NODES; i++)
            bend->move[j][i][1] = -bend->move[j][i][1];
}

static void swap_sides(double left[2], double right[2])
{
    double kept[2] = {left[0], left[1]};
    left[0] = BASE_WIDTH - 1 - right[0], left[1] = right[1];
    right[0] = BASE_WIDTH - 1 - kept[0], right[1] = kept[1];
}

/* Over the face from above the brows to below the mouth. */
static void add_freckles(const Base *worn, Bend *bend, Rng *rng)
{
    double width = bend->side / (2 * REACH);
    double x = (worn->left_eye[0] + worn->right_eye[0]) / 2;
    double y = (worn->left_eye[1] + worn->right_eye[1]) / 2;
    for (int i = 0; i < BEND_FRECKLES; i++)
        bend->freckle[i] = (Freckle){.x = (float)(x + width * rng_range(rng, -0.34, 0.34)),
                                     .y = (float)(y + width * rng_range(rng, -0.15, 0.62)),
                                     .radius = (float)(width * rng_range(rng, 0.012, 0.045)),
                                     .share = (float)rng_range(rng, -0.10, 0.06)};
}

static void wear(const Base *base, Rng rng, Base *out)
{
    double width = base->face_right_x - base->face_left_x;
    double edge_y =
        (base->left_eye[1] + base->right_eye[1] + base->mouth_left[1] + base->mouth_right[1]) / 4;
    double left[2] = {base->face_left_x, edge_y}, right[2] = {base->face_right_x, edge_y};
    *out = *base;
    Bend *bend = &out->bend;
    *bend = (Bend){.side = 2 * REACH * width,
                   .top = base->hair_top_y - ABOVE * width,
                   .mirrored = rng_int(&rng, 0, 1)};
    if (bend->mirrored) {
        swap_sides(out->left_eye, out->right_eye);
        swap_sides(out->mouth_left, out->mouth_right);
        swap_sides(left, right);
    }
    bend->left = (out->left_eye[0] + out->right_eye[0] - bend->side) / 2;
    for (int i = 0; i < TERMS; i++)
        for (int k = 0; k < 2; k++)
            add_term(bend, k, i < SLOW, &rng);
    close_lips(out, bend);
    level_eyes(out, bend);
    bend->warmth = (float)rng_range(&rng, -0.05, 0.05);
    bend->hair = (float)rng_range(&rng, -8, 14);
    bend->contrast = (float)rng_range(&rng, -0.05, 0.05);
    face_carry(bend, out->left_eye), face_carry(bend, out->right_eye);
    face_carry(bend, out->mouth_left), face_carry(bend, out->mouth_right);
    face_carry(bend, left), face_carry(bend, right);
    add_freckles(out, bend, &rng);
    out->face_left_x = left[0];
    out->face_right_x = right[0];
    out->roll_deg =
        atan2(out->right_eye[1] - out->left_eye[1], out->right_eye[0] - out->left_eye[0]) * 180 /
        M_PI;
    out->hair_top_y = base_hair_top(out, 0);
}

/* How much higher than in the base an eye is open, where the field draws it out or squeezes it. */
static double stretch_at(const Bend *bend, const double eye[2])
{
    double reach = bend->side / 54, over[2], under[2]; /* a quarter of an eye's width */
    bent(bend, eye[0], eye[1] - reach, over);
    bent(bend, eye[0], eye[1] + reach, under);
    return 2 * reach / fmax(under[1] - over[1], 1e-6);
}

/* Eye distance to face width, and eyes to mouth over eye distance, as 98 of 100 labelled faces have
 * them; eyes neither squeezed nor torn open. */
static bool like_people(const Base *worn)
{
    double apart =
        hypot(worn->right_eye[0] - worn->left_eye[0], worn->right_eye[1] - worn->left_eye[1]);
    double down =
        (worn->mouth_left[1] + worn->mouth_right[1] - worn->left_eye[1] - worn->right_eye[1]) / 2;
    double width = worn->face_right_x - worn->face_left_x;
    double left = stretch_at(&worn->bend, worn->left_eye);
    double right = stretch_at(&worn->bend, worn->right_eye);
    return apart > 0.40 * width && apart < 0.52 * width && down > 0.84 * apart &&
           down < 1.42 * apart && fmin(left, right) > 0.95 && fmax(left, right) < 1.25;
}

void face_wear(const Base *base, uint64_t seed, Base *out)
{
    enum { TRIES = 16 };
    for (int i = 0; i < TRIES; i++) {
        wear(base, rng_stream(seed, (uint64_t)i, 12), out);
        if (like_people(out))
            return;
    }
}

void face_turn_further(Base *worn, double yaw_deg, double pitch_deg)
{
    Bend *bend = &worn->bend;
    double x = (worn->left_eye[0] + worn->right_eye[0]) / 2;
    double y = (worn->left_eye[1] + worn->right_eye[1]) / 2;
    double apart = worn->right_eye[0] - worn->left_eye[0], step = bend->side / (BEND_NODES - 1);
    double right = sin(yaw_deg * M_PI / 180) * apart, up = sin(pitch_deg * M_PI / 180) * apart;
    for (int j = 0; j < BEND_NODES; j++)
        for (int i = 0; i < BEND_NODES; i++) {
            double u = (bend->left + i * step - x) / apart, v = (bend->top + j * step - y) / apart;
            double nose = exp(-(u * u + (v - 0.7) * (v - 0.7)) / 0.08);
            double depth = fmin(1, u * u / 1.2) - 0.7 * nose; /* eye distances behind the eyes */
            double rim = fade((double)i / (BEND_NODES - 1)) * fade((double)j / (BEND_NODES - 1));
            bend->move[j][i][0] += (float)(rim * depth * right);
            bend->move[j][i][1] += (float)(rim * depth * up);
        }
    worn->face_left_x -= right;
    worn->face_right_x -= right;
}

void face_slant_shoulders(Base *worn, double degrees)
{
    const double AWAY = 0.8; /* where base_shoulders looks */
    Bend *bend = &worn->bend;
    double now = tan(base_shoulders(worn) * M_PI / 180);
    bend->slant_x = (worn->mouth_left[0] + worn->mouth_right[0]) / 2;
    bend->slant_y = (worn->mouth_left[1] + worn->mouth_right[1]) / 2;
    bend->slant_face = worn->face_right_x - worn->face_left_x;
    bend->slant = (tan(degrees * M_PI / 180) - now) * AWAY / (AWAY - SLANT_NECK);
}

/* Skin is what is warm, hair what is dark; white clothes stay white. Premultiplied, so all scales
 * with the alpha. */
static void tone(const Bend *bend, float freckles, uint8_t *p)
{
    float a = p[3], part = 1 / a, warm = p[0] - p[2], level = (float)(p[0] + p[1] + p[2]) / 3;
    float dark = 1 - level * part / 0.45f, middle = 4 * level * (a - level) * part * part;
    float lift =
        (dark > 0 ? bend->hair * dark * a / 255 : 0) + bend->contrast * (level - a / 2) * middle +
        freckles * level;
    float change[3] = {lift + bend->warmth * warm, lift, lift - bend->warmth * warm};
    for (int c = 0; c < 3; c++) {
        float v = p[c] + change[c] + 0.5f;
        p[c] = (uint8_t)(v < 0 ? 0 : v > a ? a : v);
    }
}

/* Share of the luma by which a pixel is lighter. */
static float freckles_at(const Bend *bend, float x, float y)
{
    float sum = 0;
    for (int i = 0; i < BEND_FRECKLES; i++) {
        const Freckle *freckle = &bend->freckle[i];
        float u = (x - freckle->x) / freckle->radius, v = (y - freckle->y) / freckle->radius;
        float far = u * u + v * v;
        if (far < 12)
            sum += freckle->share * expf(-far / 2);
    }
    return sum;
}

/* One pixel of the base's canvas, between its neighbours. */
static void fetch(const uint8_t *in, const double from[2], uint8_t *out)
{
    double fx = fmin(fmax(from[0] + PAD_SIDE, 0), CANVAS_WIDTH - 1.001);
    double fy = fmin(fmax(from[1], 0), CANVAS_HEIGHT - 1.001);
    int ix = (int)fx, iy = (int)fy;
    float ax = (float)(fx - ix), ay = (float)(fy - iy);
    const uint8_t *p = in + 4 * ((size_t)iy * CANVAS_WIDTH + (size_t)ix), *q = p + 4 * CANVAS_WIDTH;
    for (int c = 0; c < 4; c++)
        out[c] = (uint8_t)((p[c] * (1 - ax) + p[c + 4] * ax) * (1 - ay) +
                           (q[c] * (1 - ax) + q[c + 4] * ax) * ay + 0.5f);
}

void face_paint(const Base *base, uint8_t *rgba)
{
    const Bend *bend = &base->bend;
    const uint8_t *in = base->canvas.rgba;
    for (int y = 0; y < CANVAS_HEIGHT; y++) {
        uint8_t *row = rgba + 4 * (size_t)y * CANVAS_WIDTH;
        const uint8_t *same = in + 4 * (size_t)y * CANVAS_WIDTH;
        bool level = y >= bend->top && y < bend->top + bend->side;
        for (int x = 0; x < CANVAS_WIDTH; x++) {
            int bx = x - PAD_SIDE;
            bool inside = level && bx >= bend->left && bx < bend->left + bend->side;
            if (inside || (bend->slant != 0 && y > bend->slant_y)) {
                double from[2];
                face_source(bend, bx, y, from);
                fetch(in, from, row + 4 * x);
            } else {
                memcpy(row + 4 * x, same + 4 * (bend->mirrored ? CANVAS_WIDTH - 1 - x : x), 4);
            }
            if (row[4 * x + 3])
                tone(bend, inside ? freckles_at(bend, (float)bx, (float)y) : 0, row + 4 * x);
        }
    }
}
