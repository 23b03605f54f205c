/* SPDX-License-Identifier: MIT */
/* Shade darkens skin and lips are redder than it; cloth, paper and plastic are greener or bluer against the red than the
 * skin of the same face in the same light, or far lighter or darker than it. A beard may be, too, but around lips that are not. */
#include "mouth.h"

#include "colour.h"
#include "face_axes.h"
#include "rank.h"
#include "veil.h"

typedef struct Patch { /* in the face's own coordinates */
    double u0, u1, v0, v1;
} Patch;

/* Above every cover that leaves the eyes free. */
static const Patch SKIN[] = {{-0.70, -0.30, 0.22, 0.36}, {0.30, 0.70, 0.22, 0.36}, {-0.10, 0.10, -0.05, 0.30}, {-0.30, 0.30, -0.70, -0.45}};
static const double STEP = 0.04;
enum { SKIN_MOST = 320, SKIN_LEAST = 120, BLACK = 12 };

/* Between two chains of points, rows from `from` to `to` of the way down. */
enum { CHAIN_MOST = 5, COLUMNS = 15, ROWS = 9, SAMPLES = COLUMNS * ROWS };
typedef struct Region {
    int points;
    uint8_t over[CHAIN_MOST], under[CHAIN_MOST];
    double from, to;
} Region;

static const Region MOUTH = {5, {32, 33, 34, 35, 36}, {32, 39, 38, 37, 36}, 0, 1};
static const Region CHIN = {3, {39, 38, 37}, {56, 57, 58}, 0.15, 0.85};

/* Against the skin: green and blue as parts of the red, and luma. */
typedef struct Tone {
    double green, blue, luma;
} Tone;

static const Tone SKIN_MOST_TONE = {1.08, 1.18, 1.20}; /* or half way to grey, where that is more: dark skin gleams */
static const double REDDEST = 0.55;  /* green of lips; a redder chin is cloth */
static const double DARKEST = 0.30;  /* luma; no shade of a face lies over mouth and chin alike and is darker */
static const double LIPS = 0.92;     /* green of a mouth against the chin's: of less, it is lips, whatever the light */
static const double FLAT = 1.18;      /* lightest to darkest twelfth of a mouth; of 3,222 faces the least is 1.36 */
static const double SHARP = 0.3;      /* sharpness: of a blurred face every mouth is flat */
static const double COVERED = 60;    /* %: nothing is to be said of the lips */
static const double COVER_ERROR = 5; /* % */

static const uint8_t *pixel_at(const Picture *picture, Point p)
{
    if (!(p.x > -0.5 && p.y > -0.5 && p.x < picture->width_px - 0.5 && p.y < picture->height_px - 0.5))
        return NULL;
    return picture->rgb + 3 * ((size_t)(p.y + 0.5) * (size_t)picture->width_px + (size_t)(p.x + 0.5));
}

/* The median colour around the eyes; false where too little of it is in the picture or it is black. */
static bool skin_of(const Picture *picture, const FaceAxes *axes, uint8_t out[3])
{
    uint8_t values[3][SKIN_MOST];
    int count = 0;
    for (size_t i = 0; i < sizeof SKIN / sizeof *SKIN; i++)
        for (double v = SKIN[i].v0; v <= SKIN[i].v1; v += STEP)
            for (double u = SKIN[i].u0; u <= SKIN[i].u1 && count < SKIN_MOST; u += STEP) {
                const uint8_t *p = pixel_at(picture, face_axes_at(axes, u, v));
                for (int k = 0; p && k < 3; k++)
                    values[k][count] = p[k];
                count += p != NULL;
            }
    if (count < SKIN_LEAST)
        return false;
    for (int k = 0; k < 3; k++)
        out[k] = (uint8_t)rank_level(values[k], count, count / 2);
    return luma_of(out) >= BLACK;
}

static Point between(Point a, Point b, double part)
{
    return (Point){a.x + part * (b.x - a.x), a.y + part * (b.y - a.y)};
}

/* How many of the region's samples lie in the picture, and their tones. */
static int tones_of(const Picture *picture, const FacePlace *face, const Region *region, const uint8_t skin[3], Tone out[SAMPLES])
{
    int count = 0;
    double green = (skin[0] + 1.0) / (skin[1] + 1), blue = (skin[0] + 1.0) / (skin[2] + 1), luma = luma_of(skin);
    for (int i = 1; i <= COLUMNS; i++) {
        double along = (region->points - 1) * (double)i / (COLUMNS + 1);
        int at = (int)along < region->points - 2 ? (int)along : region->points - 2;
        Point top = between(face->points[region->over[at]], face->points[region->over[at + 1]], along - at);
        Point bottom = between(face->points[region->under[at]], face->points[region->under[at + 1]], along - at);
        for (int j = 0; j < ROWS; j++) {
            double down = region->from + (region->to - region->from) * (j + 0.5) / ROWS;
            const uint8_t *p = pixel_at(picture, between(top, bottom, down));
            if (p)
                out[count++] = (Tone){green * (p[1] + 1) / (p[0] + 1), blue * (p[2] + 1) / (p[0] + 1), luma_of(p) / luma};
        }
    }
    return count;
}

static Tone most_of(const uint8_t skin[3])
{
    return (Tone){fmax(SKIN_MOST_TONE.green, sqrt((skin[0] + 1.0) / (skin[1] + 1))),
                  fmax(SKIN_MOST_TONE.blue, sqrt((skin[0] + 1.0) / (skin[2] + 1))), SKIN_MOST_TONE.luma};
}

/* %, of tones beyond `most`, REDDEST or DARKEST that are as green as `least`. */
static double foreign_share(const Tone tones[], int count, Tone most, double least)
{
    int foreign = 0;
    for (int i = 0; i < count; i++) {
        const Tone *t = &tones[i];
        bool skin = t->green <= most.green && t->green >= REDDEST && t->blue <= most.blue && t->luma <= most.luma && t->luma >= DARKEST;
        foreign += !skin && t->green >= least;
    }
    return 100.0 * foreign / count;
}

/* Without the line between lips, and lips lighter or darker than each other and than skin. */
static bool is_flat(const Tone tones[], int count)
{
    double lumas[SAMPLES];
    for (int i = 0; i < count; i++)
        lumas[i] = tones[i].luma;
    double dark = rank_value(lumas, count, count / 12), light = rank_value(lumas, count, count - 1 - count / 12);
    return light < FLAT * dark;
}

void mouth_measure(const Picture *small, const FacePlace *face, Facts *facts)
{
    FaceAxes axes = face_axes(face);
    uint8_t skin[3];
    Tone mouth[SAMPLES], chin[SAMPLES];
    if (!isfinite(axes.unit) || !skin_of(small, &axes, skin))
        return;
    int lips = tones_of(small, face, &MOUTH, skin, mouth), below = tones_of(small, face, &CHIN, skin, chin);
    if (lips < SAMPLES / 2 || below < SAMPLES / 2)
        return;
    double greens[SAMPLES];
    for (int i = 0; i < below; i++)
        greens[i] = chin[i].green;
    double least = LIPS * rank_value(greens, below, below / 2);
    Tone most = most_of(skin);
    double cover = fmin(foreign_share(mouth, lips, most, least), foreign_share(chin, below, most, 0));
    if ((is_flat(mouth, lips) && !(facts->v[CHECK_sharpness] < SHARP)) || veil_seen(small, &axes))
        cover = 100;
    fact_set(facts, CHECK_mouth_cover, cover, COVER_ERROR);
    if (cover <= COVERED)
        return;
    static const CheckId UNSEEN[] = {CHECK_lip_gap, CHECK_glasses_tint, CHECK_brow_hair, CHECK_ear_hair, CHECK_skin_cast};
    for (size_t i = 0; i < sizeof UNSEEN / sizeof *UNSEEN; i++)
        if (isfinite(facts->v[UNSEEN[i]])) /* else it stays as it is */
            fact_set(facts, UNSEEN[i], NAN, 0);
}
