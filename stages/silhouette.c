/* SPDX-License-Identifier: MIT */
/* Paper is smooth and reaches the edges; a person is neither. Fit a quadratic to the colours beside the
 * head, robustly, then let the paper grow in from the left, right and upper edge as far as the model
 * explains the pixels. What is left and touches the face is the person. */
#include "silhouette.h"

#include <string.h>
#include "bitmap.h"
#include "wide.h"

static const double INLIERS_LEAST = 0.45; /* long hair may cover the rest */
static const double EDGES_LEAST = 0.80;

void silhouette_paper(const Silhouette *in, int x, int y, double rgb[3])
{
    paper_colour(&in->paper, (double)x / in->width_px - 0.5, (double)y / in->height_px - 0.5, rgb);
}

/* 1 for every pixel whose colour is no further from the paper's than `limit`, squared. */
WIDE static void explain_row(const uint8_t *restrict row, int width_px, float *restrict paper,
                             float limit, uint8_t *restrict out)
{
    for (int i = 0; i < 3 * width_px; i++) {
        float d = (float)row[i] - paper[i];
        paper[i] = d * d;
    }
    for (int x = 0; x < width_px; x++)
        out[x] = paper[3 * x] + paper[3 * x + 1] + paper[3 * x + 2] <= limit;
}

/* The pixels that the model explains. */
static bool find_alike(Arena *arena, const Silhouette *in, Bitmap *alike)
{
    PaperRow row = paper_row_new(arena, &in->paper, in->width_px);
    float *paper = ARENA_ARRAY(arena, float, row.values + 1);
    uint8_t *like = ARENA_RAW(arena, uint8_t, (size_t)in->width_px);
    if (!alike->bits || !row.at || !paper || !like)
        return false;
    const float limit = (float)(in->threshold * in->threshold);
    for (int y = 0; y < in->height_px; y++) {
        paper_row(&row, y, in->height_px, paper);
        explain_row(in->picture->rgb + (size_t)y * row.values, in->width_px, paper, limit, like);
        bitmap_pack(like, in->width_px, bitmap_row(alike, y));
    }
    return true;
}

/* Of those the ones that reach the left, right or upper edge. */
static void find_paper(const Bitmap *alike, Bitmap *paper)
{
    int last = alike->width_px - 1;
    memcpy(paper->bits, alike->bits, (size_t)alike->stride * sizeof *paper->bits);
    for (int y = 1; y < alike->height_px; y++) {
        const uint64_t *row = bitmap_row(alike, y);
        bitmap_row(paper, y)[0] |= row[0] & 1;
        bitmap_row(paper, y)[last / 64] |= row[last / 64] & (uint64_t)1 << (last % 64);
    }
    bitmap_grow(alike, paper);
}

typedef struct Rim { /* an object that merely touches the head hangs on by thin bridges */
    int reach;
    Bitmap thin;   /* what is no paper, but has paper at `reach` to one of four sides */
    Bitmap thick;  /* the rest of what is no paper */
} Rim;

/* Bits of a word's pixels that lie `margin` or more inside the left and right edge. */
static uint64_t inside(int word, int width_px, int margin)
{
    int from = margin - 64 * word, to = width_px - margin - 64 * word;
    if (from >= 64 || to <= 0)
        return 0;
    uint64_t mask = from > 0 ? ~(uint64_t)0 << from : ~(uint64_t)0;
    return to < 64 ? mask & (((uint64_t)1 << to) - 1) : mask;
}

static void part_foreign(const Bitmap *paper, Rim *rim, uint64_t *aside)
{
    const int words = paper->stride, reach = rim->reach, h = paper->height_px;
    for (int y = 0; y < h; y++) {
        const uint64_t *row = bitmap_row(paper, y);
        bool rows = y >= reach && y < h - reach;
        bitmap_shift(row, words, reach, aside);
        bitmap_shift(row, words, -reach, aside + words);
        for (int i = 0; i < words; i++) {
            uint64_t near = !rows ? 0 : aside[i] | aside[words + i] | bitmap_row(paper, y - reach)[i] |
                                            bitmap_row(paper, y + reach)[i];
            uint64_t foreign = ~row[i] & inside(i, paper->width_px, 0);
            near &= foreign & inside(i, paper->width_px, reach);
            bitmap_row(&rim->thin, y)[i] = near;
            bitmap_row(&rim->thick, y)[i] = foreign & ~near;
        }
    }
}

/* Thin pixels beside the person belong to it. */
static void take_beside(const Rim *rim, const Bitmap *person, Bitmap *next, uint64_t *aside)
{
    const int words = person->stride;
    memcpy(next->bits, person->bits, (size_t)words * (size_t)person->height_px * sizeof *next->bits);
    for (int y = 1; y < person->height_px - 1; y++) {
        const uint64_t *row = bitmap_row(person, y), *above = bitmap_row(person, y - 1);
        const uint64_t *below = bitmap_row(person, y + 1), *thin = bitmap_row(&rim->thin, y);
        bitmap_shift(row, words, 1, aside);
        bitmap_shift(row, words, -1, aside + words);
        for (int i = 0; i < words; i++)
            bitmap_row(next, y)[i] |= thin[i] & inside(i, person->width_px, 1) &
                                      (above[i] | below[i] | aside[i] | aside[words + i]);
    }
}

/* From the face through everything thicker than a bridge, then its thin rim, a row of pixels at a time. */
static bool find_person(Arena *arena, const Bitmap *paper, const FacePlace *face, Bitmap *person)
{
    const int w = paper->width_px, h = paper->height_px;
    Rim rim = {.reach = w > 300 ? 4 : 2, .thin = bitmap_new(arena, w, h), .thick = bitmap_new(arena, w, h)};
    Bitmap next = bitmap_new(arena, w, h);
    uint64_t *aside = ARENA_ARRAY(arena, uint64_t, 2 * (size_t)paper->stride);
    if (!rim.thin.bits || !rim.thick.bits || !next.bits || !aside || !person->bits)
        return false;
    part_foreign(paper, &rim, aside);
    for (int i = 0; i < POINT_COUNT; i++) {
        int x = (int)face->points[i].x, y = (int)face->points[i].y;
        if (x >= 0 && y >= 0 && x < w && y < h && bitmap_row(&rim.thick, y)[x / 64] >> (x % 64) & 1)
            bitmap_set(person, x, y);
    }
    bitmap_grow(&rim.thick, person);
    for (int round = 0; round <= rim.reach; round++) {
        take_beside(&rim, person, &next, aside);
        Bitmap before = *person;
        *person = next;
        next = before;
    }
    return true;
}

/* Eight bits as eight bytes of 0 or 1, the lowest first in memory on a little-endian machine. */
static uint64_t bytes_of(uint64_t bits)
{
    const uint64_t ONES = 0x0101010101010101, EACH = 0x8040201008040201;
    return ((((bits & 0xff) * ONES & EACH) + 0x7f7f7f7f7f7f7f7f) >> 7) & ONES;
}

static void write_labels(const Bitmap *paper, const Bitmap *person, Silhouette *out)
{
    for (int y = 0; y < out->height_px; y++) {
        uint8_t *label = out->label + (size_t)y * (size_t)out->width_px;
        for (int x = 0; x < out->width_px; x += 8) {
            uint64_t is_paper = bitmap_row(paper, y)[x / 64] >> (x % 64);
            uint64_t is_person = bitmap_row(person, y)[x / 64] >> (x % 64);
            uint64_t labels = (bytes_of(~is_paper & ~is_person) * LABEL_FOREIGN) |
                              (bytes_of(is_person) * LABEL_PERSON);
            int count = out->width_px - x < 8 ? out->width_px - x : 8;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            if (count == 8) {
                memcpy(label + x, &labels, 8);
                continue;
            }
#endif
            for (int i = 0; i < count; i++)
                label[x + i] = (uint8_t)(labels >> (8 * i));
        }
    }
}

static Err label_pixels(Arena *arena, const FacePlace *face, Silhouette *out)
{
    Bitmap alike = bitmap_new(arena, out->width_px, out->height_px);
    Bitmap paper = bitmap_new(arena, out->width_px, out->height_px);
    Bitmap person = bitmap_new(arena, out->width_px, out->height_px);
    if (!paper.bits || !find_alike(arena, out, &alike))
        return (Err){ERR_MEMORY, "out of memory"};
    find_paper(&alike, &paper);
    if (!find_person(arena, &paper, face, &person))
        return (Err){ERR_MEMORY, "out of memory"};
    write_labels(&paper, &person, out);
    return OK;
}

/* Share of the way from the eyes to the face points that the paper took. */
static double leaked(const Silhouette *in, const FacePlace *face)
{
    int hits = 0, seen = 0;
    for (int i = 0; i < POINT_COUNT; i++)
        for (int step = 0; step < 4; step++) {
            double t = 0.3 + 0.2 * step;
            int x = (int)(face->eyes.x + t * (face->points[i].x - face->eyes.x));
            int y = (int)(face->eyes.y + t * (face->points[i].y - face->eyes.y));
            if (x < 0 || y < 0 || x >= in->width_px || y >= in->height_px)
                continue;
            seen++;
            hits += in->label[(size_t)y * (size_t)in->width_px + (size_t)x] == LABEL_PAPER;
        }
    return seen ? (double)hits / seen : 1;
}

Err silhouette_find(Arena *arena, const Picture *picture, const FacePlace *face, Silhouette *out)
{
    size_t count = (size_t)picture->width_px * (size_t)picture->height_px;
    *out = (Silhouette){
        .picture = picture, .width_px = picture->width_px, .height_px = picture->height_px};
    out->label = ARENA_RAW(arena, uint8_t, count);
    if (!out->label)
        return (Err){ERR_MEMORY, "out of memory"};
    TRY(paper_model(arena, picture, face, &out->paper));
    if (!isfinite(out->paper.noise)) {
        memset(out->label, LABEL_PERSON, count);
        out->problem = "there is no paper beside the head";
        return OK;
    }
    out->threshold = paper_threshold(&out->paper);
    TRY(label_pixels(arena, face, out));
    out->uniform = out->paper.inliers >= INLIERS_LEAST && out->paper.edges >= EDGES_LEAST;
    if (!out->uniform)
        out->problem = "the background is not uniform";
    else if (leaked(out, face) > 0.03)
        out->problem = "the face is not distinct from the background";
    return OK;
}
