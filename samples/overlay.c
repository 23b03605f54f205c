/* SPDX-License-Identifier: MIT */
/* Characters from a 5x7 font of our own, and frames. */
#include "overlay.h"

#include <math.h>
#include <string.h>
#include "rng.h"

// clang-format off
/* Seven rows of five pixels, the highest bit left. */
static const struct {
    char character;
    uint8_t row[7];
} font[] = {
    {'0', {14, 17, 19, 21, 25, 17, 14}}, {'1', {4, 12, 4, 4, 4, 4, 14}},
    {'2', {14, 17, 1, 6, 8, 16, 31}},    {'3', {14, 17, 1, 6, 1, 17, 14}},
    {'4', {2, 6, 10, 18, 31, 2, 2}},     {'5', {31, 16, 30, 1, 1, 17, 14}},
    {'6', {14, 16, 30, 17, 17, 17, 14}}, {'7', {31, 1, 2, 4, 8, 8, 8}},
    {'8', {14, 17, 17, 14, 17, 17, 14}}, {'9', {14, 17, 17, 15, 1, 1, 14}},
    {'-', {0, 0, 0, 14, 0, 0, 0}},       {':', {0, 4, 4, 0, 4, 4, 0}},
    {'A', {14, 17, 17, 31, 17, 17, 17}}, {'E', {31, 16, 16, 30, 16, 16, 31}},
    {'F', {31, 16, 16, 30, 16, 16, 16}}, {'L', {16, 16, 16, 16, 16, 16, 31}},
    {'M', {17, 27, 21, 17, 17, 17, 17}},
    {'O', {14, 17, 17, 17, 17, 17, 14}}, {'P', {30, 17, 17, 30, 16, 16, 16}},
    {'R', {30, 17, 17, 30, 20, 18, 17}}, {'S', {15, 16, 16, 14, 1, 1, 30}},
};
// clang-format on

static const uint8_t *glyph(char character)
{
    for (size_t i = 0; i < sizeof font / sizeof *font; i++)
        if (font[i].character == character)
            return font[i].row;
    return NULL; /* a space */
}

static void fill(Picture *picture, const int box[4], const uint8_t colour[3])
{
    for (int y = box[1] < 0 ? 0 : box[1]; y < box[1] + box[3] && y < picture->height_px; y++)
        for (int x = box[0] < 0 ? 0 : box[0]; x < box[0] + box[2] && x < picture->width_px; x++)
            memcpy(picture->rgb + 3 * ((size_t)y * (size_t)picture->width_px + (size_t)x), colour,
                   3);
}

void overlay_text(Picture *picture, const Truth *truth, uint64_t seed)
{
    static const char *const lines[] = {"2026-05-17", "SAMPLE", "2026:05:17 09:41", "PROOF 0386"};
    static const uint8_t colours[][3] = {
        {225, 40, 30}, {20, 20, 20}, {250, 150, 20}, {20, 60, 190}};
    Rng rng = rng_stream(seed, 2, 9);
    const char *line = lines[rng_int(&rng, 0, 3)];
    const uint8_t *colour = colours[rng_int(&rng, 0, 3)];
    double face = truth->face_right_x - truth->face_left_x;
    double eye_y = (truth->left_eye[1] + truth->right_eye[1]) / 2;
    int dot = (int)(face * rng_range(&rng, 0.10, 0.13) / 7), count = (int)strlen(line);
    dot = dot < 2 ? 2 : dot;
    int x = (int)((truth->left_eye[0] + truth->right_eye[0]) / 2) - count * 6 * dot / 2;
    int y = (int)(eye_y + face * rng_range(&rng, 1.16, 1.38));
    for (int i = 0; i < count; i++, x += 6 * dot) {
        const uint8_t *rows = glyph(line[i]);
        for (int bit = 0; rows && bit < 35; bit++)
            if (rows[bit / 5] >> (4 - bit % 5) & 1)
                fill(picture, (int[4]){x + bit % 5 * dot, y + bit / 5 * dot, dot, dot}, colour);
    }
}

/* Share of pixel (x, y) that the two rims and the bridge cover; in eye distances from the middle between the eyes. */
static double rim_cover(double x, double y, double thick)
{
    const double WIDE = 0.42, HIGH = 0.24, SOFT = 0.012;
    double u = (fabs(x) - 0.5) / WIDE, v = (y - HIGH) / HIGH; /* squares with round corners below the pupils */
    double r = pow(u * u * u * u + v * v * v * v, 0.25), away = hypot(u * WIDE, v * HIGH);
    double rim = r > 0 ? fabs(1 - 1 / r) * away : 1, bridge = fabs(x) < 0.5 - WIDE ? fabs(y - 0.12) : 1;
    return fmin(1, fmax(0, (thick / 2 - fmin(rim, bridge)) / SOFT + 0.5));
}

void overlay_low_glasses(Picture *picture, const Truth *truth, uint64_t seed)
{
    Rng rng = rng_stream(seed, 4, 9);
    double level = rng_range(&rng, 12, 60), thick = rng_range(&rng, 0.04, 0.07);
    double dx = truth->right_eye[0] - truth->left_eye[0], dy = truth->right_eye[1] - truth->left_eye[1];
    double apart = hypot(dx, dy), mx = truth->left_eye[0] + dx / 2, my = truth->left_eye[1] + dy / 2;
    for (int y = (int)(my - 0.6 * apart); y < my + apart; y++)
        for (int x = (int)(mx - 1.2 * apart); x < mx + 1.2 * apart; x++) {
            if (x < 0 || y < 0 || x >= picture->width_px || y >= picture->height_px)
                continue;
            double u = ((x - mx) * dx + (y - my) * dy) / (apart * apart);
            double v = ((y - my) * dx - (x - mx) * dy) / (apart * apart), part = rim_cover(u, v, thick);
            uint8_t *p = picture->rgb + 3 * ((size_t)y * (size_t)picture->width_px + (size_t)x);
            for (int c = 0; c < 3 && part > 0; c++)
                p[c] = (uint8_t)(p[c] + part * (level - p[c]));
        }
}

/* Share of pixel (x, y), in eye distances from the middle between the eyes, that a mask covers: half so wide as given,
 * the mouth `mouth` below. */
static double mask_cover(double x, double y, double half, double mouth)
{
    const double NOSE = 0.40, SIDE = 0.22, CHIN = 0.95, SOFT = 0.02;
    double t = fabs(x) / half, top = mouth * (NOSE + SIDE * t), bottom = mouth + CHIN * sqrt(fmax(0, 1 - t * t));
    if (t >= 1)
        return 0;
    return fmin(1, fmax(0, fmin(y - top, bottom - y) / SOFT));
}

/* `dense`: the part that is the cloth's own colour, the rest shines through. */
static void lay_cloth(Picture *picture, const Truth *truth, const uint8_t colour[3], double dense)
{
    double dx = truth->right_eye[0] - truth->left_eye[0], dy = truth->right_eye[1] - truth->left_eye[1];
    double apart = hypot(dx, dy), mx = truth->left_eye[0] + dx / 2, my = truth->left_eye[1] + dy / 2;
    double half = 0.48 * (truth->face_right_x - truth->face_left_x) / apart;
    double lips = (truth->mouth_left[1] + truth->mouth_right[1]) / 2, mouth = (lips - my) / apart;
    for (int y = (int)fmax(0, my); y < my + 3 * apart && y < picture->height_px; y++)
        for (int x = (int)fmax(0, mx - 2 * apart); x < mx + 2 * apart && x < picture->width_px; x++) {
            double u = ((x - mx) * dx + (y - my) * dy) / (apart * apart);
            double v = ((y - my) * dx - (x - mx) * dy) / (apart * apart), part = dense * mask_cover(u, v, half, mouth);
            uint8_t *p = picture->rgb + 3 * ((size_t)y * (size_t)picture->width_px + (size_t)x);
            for (int c = 0; c < 3 && part > 0; c++)
                p[c] = (uint8_t)(p[c] + part * (colour[c] * (1 - 0.25 * u * u / (half * half)) - p[c]));
        }
}

void overlay_mask(Picture *picture, const Truth *truth, uint64_t seed)
{
    static const uint8_t colours[][3] = {{34, 34, 38}, {236, 238, 240}, {150, 196, 226}, {120, 122, 124}};
    Rng rng = rng_stream(seed, 5, 9);
    lay_cloth(picture, truth, colours[rng_int(&rng, 0, 3)], 1);
}

void overlay_veil(Picture *picture, const Truth *truth, uint64_t seed)
{
    static const uint8_t colours[][3] = {{12, 12, 12}, {20, 25, 70}, {100, 20, 30}};
    Rng rng = rng_stream(seed, 5, 10);
    const uint8_t *colour = colours[rng_int(&rng, 0, 2)];
    lay_cloth(picture, truth, colour, rng_range(&rng, 0.5, 0.7));
}

void overlay_red_eyes(Picture *picture, const Truth *truth)
{
    static const double RED[] = {200, 42, 38};
    double apart = hypot(truth->right_eye[0] - truth->left_eye[0],
                         truth->right_eye[1] - truth->left_eye[1]);
    double radius = 0.052 * apart;
    for (int eye = 0; eye < 2; eye++) {
        const double *at = eye ? truth->right_eye : truth->left_eye;
        for (int y = (int)(at[1] - radius); y <= at[1] + radius; y++)
            for (int x = (int)(at[0] - radius); x <= at[0] + radius; x++) {
                if (x < 0 || y < 0 || x >= picture->width_px || y >= picture->height_px)
                    continue;
                uint8_t *p = picture->rgb + 3 * ((size_t)y * (size_t)picture->width_px + (size_t)x);
                double part = fmin(1, (radius - hypot(x - at[0], y - at[1])) / (0.2 * radius));
                for (int c = 0; c < 3 && part > 0; c++)
                    p[c] = (uint8_t)(p[c] + 0.9 * part * (RED[c] - p[c]));
            }
    }
}

/* One row of pixels around an eye that stood at `at` and now looks aside by `shift` px. */
static void shift_row(Picture *picture, const double at[2], double apart, double shift, int y)
{
    enum { MOST = 4096 };
    uint8_t kept[3 * MOST], *row = picture->rgb + 3 * (size_t)y * (size_t)picture->width_px;
    int width = picture->width_px < MOST ? picture->width_px : MOST;
    memcpy(kept, row, 3 * (size_t)width);
    for (int x = 1; x < width - 1; x++) {
        double dx = (x - at[0] - shift) / (0.30 * apart), dy = (y - at[1]) / (0.20 * apart);
        double part = fmin(1, fmax(0, (1 - hypot(dx, dy)) / 0.6)); /* the iris whole, the corners not */
        double from = x - shift * part * part * (3 - 2 * part);
        if (part == 0 || from < 0 || from >= width - 1)
            continue;
        for (int c = 0, i = (int)from; c < 3; c++)
            row[3 * x + c] = (uint8_t)(kept[3 * i + c] * (i + 1 - from) +
                                       kept[3 * i + 3 + c] * (from - i) + 0.5);
    }
}

void overlay_aside(Picture *picture, const Truth *truth, double share)
{
    double apart = truth->right_eye[0] - truth->left_eye[0], shift = share * apart;
    for (int eye = 0; eye < 2; eye++) {
        const double *now = eye ? truth->right_eye : truth->left_eye, at[2] = {now[0] - shift, now[1]};
        int from = (int)fmax(0, at[1] - 0.2 * apart);
        for (int y = from; y <= at[1] + 0.2 * apart && y < picture->height_px; y++)
            shift_row(picture, at, apart, shift, y);
    }
}

static void flatten(Picture *picture, int left, int top, int cell)
{
    long sum[3] = {0}, count = 0;
    for (int y = top < 0 ? 0 : top; y < top + cell && y < picture->height_px; y++)
        for (int x = left < 0 ? 0 : left; x < left + cell && x < picture->width_px; x++, count++)
            for (int c = 0; c < 3; c++)
                sum[c] += picture->rgb[3 * ((size_t)y * (size_t)picture->width_px + (size_t)x) + (size_t)c];
    if (!count)
        return;
    const uint8_t mean[] = {(uint8_t)(sum[0] / count), (uint8_t)(sum[1] / count), (uint8_t)(sum[2] / count)};
    fill(picture, (int[4]){left, top, cell, cell}, mean);
}

void overlay_mosaic(Picture *picture, const Truth *truth, uint64_t seed)
{
    Rng rng = rng_stream(seed, 5, 9);
    double apart = truth->right_eye[0] - truth->left_eye[0], beside = rng_range(&rng, 0.4, 0.7) * apart;
    double middle = (truth->left_eye[1] + truth->right_eye[1]) / 2, above = rng_range(&rng, 0.3, 0.45) * apart;
    int cell = (int)(rng_range(&rng, 0.08, 0.2) * apart);
    for (int y = (int)(middle - above); y < middle + above; y += cell)
        for (int x = (int)(truth->left_eye[0] - beside); x < truth->right_eye[0] + beside; x += cell)
            flatten(picture, x, y, cell);
}

void overlay_border(Picture *picture, uint64_t seed)
{
    static const uint8_t colours[][3] = {
        {255, 255, 255}, {0, 0, 0}, {120, 120, 120}, {190, 20, 30}};
    Rng rng = rng_stream(seed, 3, 9);
    const uint8_t *colour = colours[rng_int(&rng, 0, 3)];
    int wide = (int)(picture->width_px * rng_range(&rng, 0.014, 0.03));
    int w = picture->width_px, h = picture->height_px;
    fill(picture, (int[4]){0, 0, w, wide}, colour);
    fill(picture, (int[4]){0, h - wide, w, wide}, colour);
    fill(picture, (int[4]){0, 0, wide, h}, colour);
    fill(picture, (int[4]){w - wide, 0, wide, h}, colour);
}
