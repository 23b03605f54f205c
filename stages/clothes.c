/* SPDX-License-Identifier: MIT */
/* Below the neck: how white the top is, and whether it stands out from the paper. */
#include "light.h"

#include "colour.h"
#include "rank.h"

/* White as cloth is: light and nearly without colour, also in the shade of its folds. Lab. */
static const double WHITE_LIGHT = 60, WHITE_CHROMA = 16;
/* Clothes begin this far below the chin, in face widths; the neck is above. */
static const double NECK = 0.40;

static size_t index_of(const Silhouette *in, int x, int y)
{
    return (size_t)y * (size_t)in->width_px + (size_t)x;
}

static Lab lab_at(const Picture *picture, size_t at)
{
    const uint8_t *p = picture->rgb + 3 * at;
    return lab_of(p[0], p[1], p[2]);
}

/* Row at which a column passes from paper to a shoulder; -1 where it meets the head or hair first, or
 * no paper at all. Specks in the paper, as grain makes them, are stepped over. */
static int shoulder_in_column(const Silhouette *in, const FacePlace *face, int x)
{
    enum { TOP = 2, SPECK = 3 };
    int edge = TOP, highest = (int)(face->mouth_y - 0.1 * face->width);
    for (int y = TOP; y < in->height_px && y - edge < SPECK; y++)
        if (in->label[index_of(in, x, y)] == LABEL_PAPER)
            edge = y + 1;
    return edge > TOP && edge >= highest && edge < in->height_px ? edge : -1;
}

/* Most colours are told by their channels: of all that are light enough the largest is at least 145; where the least
 * is, too, it is light enough. Of those, what spreads by 23 levels is white, by more than 58 it is not. */
bool clothes_white(const uint8_t rgb[3])
{
    enum { LIGHT = 145, GREY = 23, COLOURED = 58 };
    int most = rgb[0] > rgb[1] ? rgb[0] : rgb[1], least = rgb[0] < rgb[1] ? rgb[0] : rgb[1];
    most = rgb[2] > most ? rgb[2] : most;
    least = rgb[2] < least ? rgb[2] : least;
    if (most < LIGHT || most - least > COLOURED)
        return false;
    if (least >= LIGHT && most - least <= GREY)
        return true;
    Lab lab = lab_of(rgb[0], rgb[1], rgb[2]);
    return lab.l >= WHITE_LIGHT && lab.a * lab.a + lab.b * lab.b <= WHITE_CHROMA * WHITE_CHROMA;
}

typedef struct Cloth {
    int count, white;
} Cloth;

static void count_white(const Picture *small, const Silhouette *in, int x, int from, Cloth *out)
{
    for (int y = from < 0 ? 0 : from; y < in->height_px; y += 2) {
        size_t at = index_of(in, x, y);
        if (in->label[at] != LABEL_PERSON)
            continue;
        out->count++;
        out->white += clothes_white(small->rgb + 3 * at);
    }
}

/* Colours on both sides of the edge at (x, y). NaN where the inner one is not the person. */
static double step_at(const Picture *small, const Silhouette *in, int x, int y)
{
    enum { AWAY = 5 };
    if (y - AWAY < 0 || y + AWAY >= in->height_px ||
        in->label[index_of(in, x, y + AWAY)] != LABEL_PERSON)
        return NAN;
    return lab_difference(lab_at(small, index_of(in, x, y + AWAY)),
                          lab_at(small, index_of(in, x, y - AWAY)));
}

Err clothes_measure(Arena *arena, const Picture *small, const FacePlace *face,
                    const Silhouette *in, Facts *facts)
{
    if (in->problem || !isfinite(face->chin_y))
        return OK;
    int below_neck = (int)ceil(face->chin_y + NECK * face->width), count = 0;
    double *steps = ARENA_ARRAY(arena, double, (size_t)in->width_px);
    if (!steps)
        return (Err){ERR_MEMORY, "out of memory"};
    Cloth cloth = {0};
    for (int x = 2; x < in->width_px - 2; x++) {
        int shoulder = shoulder_in_column(in, face, x);
        count_white(small, in, x, shoulder < 0 ? below_neck : shoulder + 3, &cloth);
        double step = shoulder < 0 ? NAN : step_at(small, in, x, shoulder);
        if (isfinite(step))
            steps[count++] = step;
    }
    if (cloth.count * 2 >= 0.01 * in->width_px * in->height_px)
        fact_set(facts, CHECK_white_top, 100.0 * cloth.white / cloth.count, 3);
    if (count < 8) /* hair or shoulders up to the edges: no paper beside the clothes */
        return OK;
    fact_set(facts, CHECK_silhouette_contrast, rank_value(steps, count, count / 4), 1);
    return OK;
}
