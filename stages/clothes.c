/* SPDX-License-Identifier: MIT */
/* Below the neck: how white the top is, and whether it stands out from the paper. */
#include "light.h"

#include "bitmap.h"
#include "colour.h"
#include "planes.h"
#include "rank.h"
#include "wide.h"

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

enum { TOP = 2, NOW = 0, BEFORE, LONG_BEFORE, PAPER, STATES }; /* of columns: where paper was last, this row's; the bitmap's rows */

/* Where the paper from above ends in each column. Specks in the paper, as grain makes them, are stepped over: it ends with three
 * pixels of something else. */
static bool find_edges(Arena *arena, const Silhouette *in, int *edge)
{
    const Bitmap rows = bitmap_new(arena, in->width_px, STATES);
    BitmapPack *pack = bitmap_packer();
    uint64_t left = 1;
    if (!rows.bits)
        return false;
    uint64_t *now = bitmap_row(&rows, NOW), *before = bitmap_row(&rows, BEFORE), *long_before = bitmap_row(&rows, LONG_BEFORE);
    uint64_t *paper = bitmap_row(&rows, PAPER);
    for (int x = 0; x < in->width_px; x++)
        bitmap_set(&rows, x, NOW);
    for (int y = TOP; y < in->height_px && left; y++) {
        left = 0;
        pack(silhouette_row(in, y), in->width_px, LABEL_PAPER, paper);
        for (int i = 0; i < rows.words; i++) {
            uint64_t ends = long_before[i] & ~paper[i], all = now[i] | before[i] | long_before[i];
            long_before[i] = before[i] & ~paper[i];
            before[i] = now[i] & ~paper[i];
            now[i] = all & paper[i];
            left |= all & ~ends;
            for (; ends; ends &= ends - 1)
                edge[64 * i + __builtin_ctzll(ends)] = y - 2;
        }
    }
    for (int back = NOW; back <= LONG_BEFORE; back++) /* what is left goes on to the picture's end */
        for (int x = 0; left && x < in->width_px; x++)
            if (bitmap_has(&rows, x, back))
                edge[x] = in->height_px - back;
    return true;
}

/* Row at which each column passes from paper to a shoulder; -1 where it meets the head or hair first, or no paper at all. */
static bool find_shoulders(Arena *arena, const Silhouette *in, const FacePlace *face, int *out)
{
    const int highest = (int)(face->mouth_y - 0.1 * face->width);
    if (!find_edges(arena, in, out))
        return false;
    for (int x = 0; x < in->width_px; x++)
        if (out[x] <= TOP || out[x] < highest || out[x] >= in->height_px)
            out[x] = -1;
    return true;
}

/* Most colours are told by their channels: of all that are light enough the largest is at least 145; where the least
 * is, too, it is light enough. Of those, what spreads by 23 levels is white, by more than 58 it is not. */
enum { LIGHT = 145, GREY = 23, COLOURED = 58 };

bool clothes_white(const uint8_t rgb[3])
{
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

/* 1 where that tells that a colour is white, and 1 where it does not tell. */
WIDE static void find_white(const Planes *row, int width_px, uint8_t *restrict white, uint8_t *restrict unsure)
{
    const uint8_t *red = row->at[0], *green = row->at[1], *blue = row->at[2];
    APART
    for (int x = 0; x < width_px; x++) {
        uint8_t r = red[x], g = green[x], b = blue[x], most = r > g ? r : g, least = r < g ? r : g;
        most = b > most ? b : most;
        least = b < least ? b : least;
        uint8_t wide = (uint8_t)(most - least), may = (most >= LIGHT) & (wide <= COLOURED);
        uint8_t is = (least >= LIGHT) & (wide <= GREY);
        white[x] = is;
        unsure[x] = may & (is ^ 1);
    }
}

typedef struct Cloth {
    int count, white;
} Cloth;

enum { EVEN = 0, ODD, PERSON, WHITE, UNSURE, KINDS }; /* columns that are looked at in such rows; pixels of one row */

typedef struct Looks { /* at a row's clothes */
    const Picture *picture;
    Bitmap rows;
    Planes planes;
    uint8_t *white, *unsure;
    BitmapPack *pack;
} Looks;

static bool looks_new(Arena *arena, const Picture *small, Looks *out)
{
    const int width_px = small->width_px;
    *out = (Looks){.picture = small,
                   .rows = bitmap_new(arena, width_px, KINDS),
                   .planes = planes_new(arena, width_px),
                   .white = ARENA_RAW(arena, uint8_t, (size_t)width_px),
                   .unsure = ARENA_RAW(arena, uint8_t, (size_t)width_px),
                   .pack = bitmap_packer()};
    return out->rows.bits && out->planes.at[0] && out->white && out->unsure;
}

/* Of the person's pixels in row y those in the `columns`. */
static void count_row(const Silhouette *in, int y, const uint64_t *columns, const Looks *looks, Cloth *out)
{
    const int width = in->width_px, words = looks->rows.words;
    const uint8_t *rgb = looks->picture->rgb + 3 * (size_t)y * (size_t)width;
    uint64_t *person = bitmap_row(&looks->rows, PERSON), *white = bitmap_row(&looks->rows, WHITE);
    uint64_t *unsure = bitmap_row(&looks->rows, UNSURE), any = 0;
    looks->pack(silhouette_row(in, y), width, LABEL_PERSON, person);
    for (int i = 0; i < words; i++)
        any |= person[i] &= columns[i];
    if (!any)
        return;
    planes_split(rgb, width, &looks->planes);
    find_white(&looks->planes, width, looks->white, looks->unsure);
    looks->pack(looks->white, width, 1, white);
    looks->pack(looks->unsure, width, 1, unsure);
    for (int i = 0; i < words; i++) {
        out->count += __builtin_popcountll(person[i]);
        out->white += __builtin_popcountll(person[i] & white[i]);
        for (uint64_t left = person[i] & unsure[i]; left; left &= left - 1)
            out->white += clothes_white(rgb + 3 * (64 * i + __builtin_ctzll(left)));
    }
}

/* Every second pixel of each column, but for two at both sides, from the row `from` on. */
static bool count_white(Arena *arena, const Picture *small, const Silhouette *in, const int *from, Cloth *out)
{
    Bitmap begins = bitmap_new(arena, in->width_px, in->height_px);
    Looks looks;
    if (!begins.bits || !looks_new(arena, small, &looks))
        return false;
    for (int x = 2; x < in->width_px - 2; x++)
        if (from[x] < in->height_px)
            bitmap_set(&begins, x, from[x] < 0 ? 0 : from[x]);
    for (int y = 0; y < in->height_px; y++) {
        uint64_t *columns = bitmap_row(&looks.rows, y % 2), any = 0;
        for (int i = 0; i < begins.words; i++)
            any |= columns[i] |= bitmap_row(&begins, y)[i];
        if (any)
            count_row(in, y, columns, &looks, out);
    }
    return true;
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
    double *steps = ARENA_RAW(arena, double, (size_t)in->width_px);
    int *shoulder = ARENA_RAW(arena, int, (size_t)in->width_px), *from = ARENA_RAW(arena, int, (size_t)in->width_px);
    if (!steps || !shoulder || !from || !find_shoulders(arena, in, face, shoulder))
        return (Err){ERR_MEMORY, "out of memory"};
    for (int x = 0; x < in->width_px; x++)
        from[x] = shoulder[x] < 0 ? below_neck : shoulder[x] + 3;
    Cloth cloth = {0};
    if (!count_white(arena, small, in, from, &cloth))
        return (Err){ERR_MEMORY, "out of memory"};
    for (int x = 2; x < in->width_px - 2; x++) {
        double step = shoulder[x] < 0 ? NAN : step_at(small, in, x, shoulder[x]);
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
