/* SPDX-License-Identifier: MIT */
/* A picture in one tone, grey or sepia, has one colour for each lightness; lips, cheeks and eyes of a colour photo
 * differ at the same lightness. And cheeks of all people lie close together in Lab's a and b: blood and melanin alone
 * colour them. ISO/IEC 29794-5 takes them to be natural for a 5..25 and b 5..35. */
#include "skin.h"

#include "colour.h"
#include "wide.h"

/* The cheeks of 1,034 official colour portraits: mean a and b, moved towards ISO's middle (15, 20), for those people were
 * pale and in warm light; standard deviations and correlation. */
static const double MEAN_A = 18, MEAN_B = 20, WIDE_A = 5.4, WIDE_B = 7.4, TOGETHER = 0.5;
/* Errors, one side, about 95 %: 209 of the same portraits reduced by 0.85 and compressed anew, the latter of those with
 * few colours (0.6 at 6 %). */
static const double CAST_ERROR = 0.15, COLOURS_ERROR = 0.3;
enum { LIGHT_BINS = 32, TILE = 4, TILES = 16 };

typedef struct Pixels {
    int sum[3], count;
} Pixels;

/* The square below one eye, between the eye and the mouth line; `outward` is -1 or 1. */
static void add_cheek(const Picture *small, const FacePlace *face, Point eye, int outward, Pixels *out)
{
    double drop = face->mouth_y - face->eyes.y;
    double in = eye.x - outward * 0.08 * face->width, away = eye.x + outward * 0.12 * face->width, right = fmax(in, away);
    int top = (int)fmax(0, face->eyes.y + 0.40 * drop), left = (int)fmax(0, fmin(in, away));
    for (int y = top; y <= face->eyes.y + 0.85 * drop && y < small->height_px; y++) {
        const uint8_t *p = small->rgb + 3 * ((size_t)y * (size_t)small->width_px + (size_t)left);
        for (int x = left; x <= right && x < small->width_px; x++, out->count++, p += 3)
            for (int k = 0; k < 3; k++)
                out->sum[k] += p[k];
    }
}

static void cheeks(const Picture *small, const FacePlace *face, Facts *facts)
{
    Pixels skin = {.count = 0};
    add_cheek(small, face, face->points[POINT_IRIS_LEFT], -1, &skin);
    add_cheek(small, face, face->points[POINT_IRIS_RIGHT], 1, &skin);
    if (skin.count < 40)
        return;
    int rgb[3];
    for (int k = 0; k < 3; k++)
        rgb[k] = (int)((double)skin.sum[k] / skin.count + 0.5);
    Lab lab = lab_of(rgb[0], rgb[1], rgb[2]);
    double a = (lab.a - MEAN_A) / WIDE_A, b = (lab.b - MEAN_B) / WIDE_B;
    double square = (a * a - 2 * TOGETHER * a * b + b * b) / (1 - TOGETHER * TOGETHER);
    fact_set(facts, CHECK_skin_cast, sqrt(square), CAST_ERROR);
}

typedef struct Tone { /* tiles of one lightness; red and blue against it */
    double light, red, blue, squares;
    int count;
} Tone;

/* TILE rows of values. */
WIDE static void add_rows(const uint8_t *restrict rows, size_t stride, size_t values, uint16_t *restrict out)
{
    for (size_t i = 0; i < values; i++) {
        out[i] = 0;
        for (size_t j = 0; j < TILE; j++)
            out[i] = (uint16_t)(out[i] + rows[j * stride + i]);
    }
}

/* TILE columns, whose rows are added up. */
static void add_tile(const uint16_t *columns, Tone tones[LIGHT_BINS])
{
    const double count = TILE * TILE;
    int sum[3] = {0};
    for (int i = 0; i < TILE; i++)
        for (int k = 0; k < 3; k++)
            sum[k] += columns[3 * i + k];
    double r = sum[0] / count, b = sum[2] / count;
    double light = 0.299 * r + 0.587 * sum[1] / count + 0.114 * b;
    int bin = (int)(light * LIGHT_BINS / 256);
    if (bin == 0)
        return;
    double middle = (bin + 0.5) * 256 / LIGHT_BINS / light, red = (r - light) * middle, blue = (b - light) * middle;
    Tone *tone = &tones[bin];
    tone->light += light;
    tone->red += red;
    tone->blue += blue;
    tone->squares += red * red + blue * blue;
    tone->count++;
}

/* The tiles of row y that begin from `left` to `right`. */
static void add_row(const Picture *small, int y, int left, int right, Tone tones[LIGHT_BINS])
{
    const size_t stride = 3 * (size_t)small->width_px;
    uint16_t sums[3 * TILE * TILES];
    for (int x = left; x <= right; x += TILE * TILES) {
        const int most = (right - x) / TILE + 1, tiles = most < TILES ? most : TILES;
        add_rows(small->rgb + (size_t)y * stride + 3 * (size_t)x, stride, 3 * TILE * (size_t)tiles, sums);
        for (int i = 0; i < tiles; i++)
            add_tile(sums + 3 * TILE * i, tones);
    }
}

/* Inside the ellipse from the brows to below the lips, for at the jaw paper bounces: how far colours of one lightness lie apart, against their lightness. */
static void colours(const Picture *small, const FacePlace *face, Facts *facts)
{
    enum { TONE_LEAST = 4, TILES_LEAST = 60 };
    Tone tones[LIGHT_BINS] = {{0}};
    double top = face->eyes.y - 0.20 * face->width, bottom = face->mouth_y + 0.15 * face->width;
    double rx = 0.36 * face->width, ry = (bottom - top) / 2, cy = (bottom + top) / 2, light = 0, squares = 0;
    int count = 0;
    for (int y = (int)fmax(0, cy - ry); y <= cy + ry && y + TILE <= small->height_px; y += TILE) {
        double dy = (y + 0.5 - cy) / ry, half = rx * sqrt(fmax(0, 1 - dy * dy));
        add_row(small, y, (int)fmax(0, face->eyes.x - half), (int)floor(fmin(small->width_px - TILE, face->eyes.x + half)), tones);
    }
    for (const Tone *tone = tones; tone < tones + LIGHT_BINS; tone++) {
        if (tone->count < TONE_LEAST)
            continue;
        squares += tone->squares - (tone->red * tone->red + tone->blue * tone->blue) / tone->count;
        light += tone->light;
        count += tone->count;
    }
    if (count < TILES_LEAST || !(light > 0))
        return;
    fact_set(facts, CHECK_face_colours, 100 * sqrt(fmax(0, squares) / count) / (light / count), COLOURS_ERROR);
}

void skin_measure(const Picture *small, const FacePlace *face, Facts *facts)
{
    if (facts->v[CHECK_colour_components] == 1) { /* which says it all */
        fact_hide(facts, CHECK_face_colours);
        fact_hide(facts, CHECK_skin_cast);
        return;
    }
    cheeks(small, face, facts);
    colours(small, face, facts);
}
