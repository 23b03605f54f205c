/* SPDX-License-Identifier: MIT */
/* A frame is a band of one colour along an edge that ends at once along its whole length. Characters
 * are small blobs of one colour, alike in height, in a row. */
#include "marks.h"

#include <stdlib.h>
#include <string.h>
#include "wide.h"

enum { BORDER_MOST = 40, BLOBS_MOST = 2000, BOX = 8 };

/* RGB levels. */
static const int SAME_COLOUR = 14, OTHER_COLOUR = 22, STROKE = 34;

typedef struct Blob {
    int left, top, right, bottom, size;
    int colour[3];
    int dark; /* 1: darker than its surroundings */
} Blob;

typedef struct Side { /* a walk over lines parallel to one edge */
    int lines, length;
    ptrdiff_t origin, line_step, step; /* in bytes */
} Side;

static Side side_of(const Picture *p, int which)
{
    ptrdiff_t row = 3 * (ptrdiff_t)p->width_px;
    ptrdiff_t last_row = row * (p->height_px - 1), last = row - 3;
    switch (which) {
    case 0:
        return (Side){p->height_px, p->width_px, 0, row, 3};
    case 1:
        return (Side){p->height_px, p->width_px, last_row, -row, 3};
    case 2:
        return (Side){p->width_px, p->height_px, 0, 3, row};
    default:
        return (Side){p->width_px, p->height_px, last, -3, row};
    }
}

static int apart(const uint8_t *a, const int b[3])
{
    int most = 0;
    for (int k = 0; k < 3; k++) {
        int d = abs(a[k] - b[k]);
        most = d > most ? d : most;
    }
    return most;
}

/* Pixels of a line further than `limit` from the colour, as a share. */
static double other_share(const Picture *p, Side side, int line, const int colour[3], int limit)
{
    int other = 0;
    for (int i = 0; i < side.length; i++)
        other += apart(p->rgb + side.origin + line * side.line_step + i * side.step, colour) >
                 limit;
    return (double)other / side.length;
}

/* Width of the band of one colour along an edge; 0 where there is none or it ends unevenly, as
 * paper does. */
static int band(const Picture *p, Side side)
{
    int colour[3], most = side.lines / 8 < BORDER_MOST ? side.lines / 8 : BORDER_MOST;
    const uint8_t *middle = p->rgb + side.origin + side.length / 2 * side.step;
    for (int k = 0; k < 3; k++)
        colour[k] = middle[k];
    for (int line = 0; line < most; line++) {
        if (other_share(p, side, line, colour, SAME_COLOUR) < 0.03)
            continue;
        bool ends = line + 2 < side.lines &&
                    other_share(p, side, line + 2, colour, OTHER_COLOUR) > 0.85;
        return line > 0 && ends ? line : 0;
    }
    return 0;
}

/* What one row's box means are made of; a row's values lie as in the picture, three per pixel, with
 * room for half a box of zeros on both sides. */
typedef struct Boxes {
    size_t values, padded; /* of a row, without and with that room */
    uint16_t *column;      /* sums down the columns of a box */
    uint16_t *few, *more;  /* of some neighbours of those */
    float *per_pixel;      /* 1 / pixels of the box around each value */
    uint8_t *mean;         /* of the box around each value */
    uint8_t *kind;         /* of stroke */
} Boxes;

enum { REACH = 3 * BOX }; /* in values */

static bool boxes_new(Arena *arena, const Picture *p, Boxes *out)
{
    size_t values = 3 * (size_t)p->width_px, padded = values + 2 * REACH + 3;
    *out = (Boxes){.values = values,
                   .padded = padded,
                   .column = ARENA_ARRAY(arena, uint16_t, padded),
                   .few = ARENA_ARRAY(arena, uint16_t, padded),
                   .more = ARENA_ARRAY(arena, uint16_t, padded),
                   .per_pixel = ARENA_ARRAY(arena, float, values),
                   .mean = ARENA_ARRAY(arena, uint8_t, values),
                   .kind = ARENA_ARRAY(arena, uint8_t, values)};
    return out->column && out->few && out->more && out->per_pixel && out->mean && out->kind;
}

WIDE static void column_add(uint16_t *restrict column, const uint8_t *restrict row, size_t values)
{
    for (size_t i = 0; i < values; i++)
        column[i] = (uint16_t)(column[i] + row[i]);
}

WIDE static void column_drop(uint16_t *restrict column, const uint8_t *restrict row, size_t values)
{
    for (size_t i = 0; i < values; i++)
        column[i] = (uint16_t)(column[i] - row[i]);
}

/* Brings the columns from the box around row y - 1 to the one around row y. */
static void columns_move(const Picture *p, const Boxes *boxes, int y)
{
    int first = y == 0 ? 0 : y + BOX;
    uint16_t *column = boxes->column + REACH;
    for (int row = first; row <= y + BOX && row < p->height_px; row++)
        column_add(column, p->rgb + (size_t)row * boxes->values, boxes->values);
    if (y > BOX)
        column_drop(column, p->rgb + (size_t)(y - BOX - 1) * boxes->values, boxes->values);
}

static void count_pixels(const Boxes *boxes, int rows)
{
    int width = (int)boxes->values / 3;
    for (int x = 0; x < width; x++) {
        int x0 = x > BOX ? x - BOX : 0, x1 = x + BOX + 1 < width ? x + BOX + 1 : width;
        for (int k = 0; k < 3; k++)
            boxes->per_pixel[3 * x + k] = 1 / (float)(rows * (x1 - x0));
    }
}

WIDE static void add_neighbours(const uint16_t *restrict in, size_t step, size_t count,
                           uint16_t *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (uint16_t)(in[i] + in[i + step]);
}

/* Every value's box mean, cut to a whole level. The half added to the sum is far more than a float's error
 * and far less than what is missing to the next level. 17 columns are 8 + 8 + 1. */
WIDE static void mean_row(const uint16_t *restrict eight, const uint16_t *restrict column,
                          const float *restrict per_pixel, size_t values, uint8_t *restrict out)
{
    for (size_t i = 0; i < values; i++) {
        int sum = eight[i] + eight[i + 24] + column[i + 48];
        out[i] = (uint8_t)(int)(((float)sum + 0.5f) * per_pixel[i]);
    }
}

static inline uint8_t larger(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

static inline uint8_t above(uint8_t a, uint8_t b)
{
    return (uint8_t)(larger(a, b) - b);
}

/* 1 where a pixel is clearly darker than its surroundings in some channel, 2 where clearly lighter. Asked
 * of every three values in a row, of which every third answer is a pixel's. */
WIDE static void find_kinds(const uint8_t *restrict row, const uint8_t *restrict mean, size_t values,
                            uint8_t *restrict out)
{
    for (size_t i = 0; i < values - 2; i++) {
        uint8_t low = larger(above(mean[i], row[i]), above(mean[i + 1], row[i + 1]));
        uint8_t high = larger(above(row[i], mean[i]), above(row[i + 1], mean[i + 1]));
        low = larger(low, above(mean[i + 2], row[i + 2]));
        high = larger(high, above(row[i + 2], mean[i + 2]));
        uint8_t darker = low > STROKE && low >= high, lighter = high > STROKE && high > low;
        out[i] = (uint8_t)(darker | lighter << 1);
    }
}

WIDE static void every_third(const uint8_t *restrict in, size_t count, uint8_t *restrict out)
{
    for (size_t x = 0; x < count; x++)
        out[x] = in[3 * x];
}

static void stroke_row(const Boxes *boxes, const uint8_t *row, uint8_t *out)
{
    add_neighbours(boxes->column, 3, boxes->padded - 3, boxes->few); /* 2 of them, then 4, then 8 */
    add_neighbours(boxes->few, 6, boxes->padded - 9, boxes->more);
    add_neighbours(boxes->more, 12, boxes->padded - 21, boxes->few);
    mean_row(boxes->few, boxes->column, boxes->per_pixel, boxes->values, boxes->mean);
    find_kinds(row, boxes->mean, boxes->values, boxes->kind);
    every_third(boxes->kind, boxes->values / 3, out);
}

static uint8_t *strokes(Arena *arena, const Picture *p)
{
    Boxes boxes;
    uint8_t *out = ARENA_RAW(arena, uint8_t, (size_t)p->width_px * (size_t)p->height_px);
    if (!out || !boxes_new(arena, p, &boxes))
        return NULL;
    int rows = 0;
    for (int y = 0; y < p->height_px; y++) {
        int first = y > BOX ? y - BOX : 0;
        int now = (y + BOX < p->height_px ? y + BOX + 1 : p->height_px) - first;
        if (now != rows)
            count_pixels(&boxes, now);
        rows = now;
        columns_move(p, &boxes, y);
        stroke_row(&boxes, p->rgb + (size_t)y * boxes.values, out + (size_t)y * (size_t)p->width_px);
    }
    return out;
}

/* Takes one 8-connected blob off the map. */
static Blob take_blob(const Picture *p, uint8_t *map, int start, int *stack)
{
    const int w = p->width_px, h = p->height_px;
    uint8_t kind = map[start];
    Blob b = {.left = w, .top = h, .dark = kind == 1};
    long sum[3] = {0};
    int top = 0;
    stack[top++] = start;
    map[start] = 0;
    while (top > 0) {
        int at = stack[--top], x = at % w, y = at / w;
        b.left = x < b.left ? x : b.left;
        b.right = x > b.right ? x : b.right;
        b.top = y < b.top ? y : b.top;
        b.bottom = y > b.bottom ? y : b.bottom;
        b.size++;
        for (int k = 0; k < 3; k++)
            sum[k] += p->rgb[3 * at + k];
        for (int dy = -1; dy <= 1; dy++)
            for (int dx = -1; dx <= 1; dx++)
                if (x + dx >= 0 && x + dx < w && y + dy >= 0 && y + dy < h &&
                    map[at + dy * w + dx] == kind) {
                    map[at + dy * w + dx] = 0;
                    stack[top++] = at + dy * w + dx;
                }
    }
    for (int k = 0; k < 3; k++)
        b.colour[k] = (int)(sum[k] / b.size);
    return b;
}

/* A character of a caption or date stamp, at 480 pixels of picture width. */
static bool like_a_character(const Blob *b)
{
    int width = b->right - b->left + 1, height = b->bottom - b->top + 1;
    double fill = (double)b->size / (width * height);
    return height >= 5 && height <= 36 && width >= 2 && width <= 40 && width <= 2 * height &&
           fill >= 0.18 && fill <= 0.95;
}

/* Hair, brows and eyes are strokes too: the head is left out. */
static bool on_head(const Blob *b, const FacePlace *face)
{
    if (!face || (b->top + b->bottom) / 2.0 > face->chin_y + 0.1 * face->width)
        return false;
    double dx = ((b->left + b->right) / 2.0 - face->eyes.x) / (0.85 * face->width);
    double dy = ((b->top + b->bottom) / 2.0 - face->eyes.y) / (1.25 * face->width);
    return dx * dx + dy * dy < 1;
}

static bool same_line(const Blob *a, const Blob *b)
{
    int ha = a->bottom - a->top + 1, hb = b->bottom - b->top + 1;
    int tall = ha > hb ? ha : hb, small = ha > hb ? hb : ha;
    int gap = b->left - a->right;
    int drift = abs(a->bottom + a->top - b->bottom - b->top);
    uint8_t colour[3] = {(uint8_t)b->colour[0], (uint8_t)b->colour[1], (uint8_t)b->colour[2]};
    return a->dark == b->dark && gap >= -1 && gap <= 2 * tall && small * 10 >= tall * 7 &&
           drift <= tall / 2 && apart(colour, a->colour) <= 40;
}

static int by_left(const void *a, const void *b)
{
    const Blob *x = a, *y = b;
    return x->left != y->left ? x->left - y->left : x->top - y->top;
}

/* Blobs in the longest row of like characters. */
static int longest_row(Blob *blobs, int count)
{
    short length[BLOBS_MOST];
    int most = 0;
    qsort(blobs, (size_t)count, sizeof *blobs, by_left);
    for (int i = 0; i < count; i++) {
        length[i] = 1;
        for (int j = i - 1; j >= 0 && blobs[i].left - blobs[j].left < 120; j--)
            if (same_line(&blobs[j], &blobs[i]) && length[j] >= length[i])
                length[i] = (short)(length[j] + 1);
        most = length[i] > most ? length[i] : most;
    }
    return most;
}

/* The first pixel of a stroke from `at` on. */
static int next_stroke(const uint8_t *map, int at, int total)
{
    uint64_t eight;
    for (; at + 8 <= total; at += 8) {
        memcpy(&eight, map + at, sizeof eight);
        if (eight)
            break;
    }
    while (at < total && !map[at])
        at++;
    return at;
}

Err marks_measure(Arena *arena, const Picture *picture, const FacePlace *face, Facts *facts)
{
    int widest = 0;
    for (int side = 0; side < 4; side++) {
        int width = band(picture, side_of(picture, side));
        widest = width > widest ? width : widest;
    }
    fact_set(facts, CHECK_border, widest, 0);
    int total = picture->width_px * picture->height_px, count = 0;
    uint8_t *map = strokes(arena, picture);
    int *stack = ARENA_RAW(arena, int, (size_t)total);
    Blob *blobs = ARENA_RAW(arena, Blob, BLOBS_MOST);
    if (!map || !stack || !blobs)
        return (Err){ERR_MEMORY, "out of memory"};
    for (int i = next_stroke(map, 0, total); i < total && count < BLOBS_MOST;
         i = next_stroke(map, i, total)) {
        Blob blob = take_blob(picture, map, i, stack);
        if (like_a_character(&blob) && !on_head(&blob, face))
            blobs[count++] = blob;
    }
    fact_set(facts, CHECK_text, longest_row(blobs, count), 0);
    return OK;
}
