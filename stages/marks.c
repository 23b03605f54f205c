/* SPDX-License-Identifier: MIT */
/* A frame is a band of one colour along an edge that ends at once along its whole length. Characters
 * are small blobs of one colour, alike in height, in a row. */
#include "marks.h"

#include <stdlib.h>
#include <string.h>

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

/* Sums over all pixels above and left, per channel: (height+1) x (width+1) x 3. */
static uint32_t *integral(Arena *arena, const Picture *p)
{
    size_t row = 3 * ((size_t)p->width_px + 1);
    uint32_t *sum = ARENA_ARRAY(arena, uint32_t, row * ((size_t)p->height_px + 1));
    for (int y = 0; sum && y < p->height_px; y++) {
        const uint8_t *in = p->rgb + 3 * (size_t)y * (size_t)p->width_px;
        uint32_t line[3] = {0}, *above = sum + row * (size_t)y, *out = above + row;
        for (int x = 0; x < p->width_px; x++)
            for (int k = 0; k < 3; k++) {
                line[k] += in[3 * x + k];
                out[3 * (x + 1) + k] = above[3 * (x + 1) + k] + line[k];
            }
    }
    return sum;
}

/* 1 where a pixel is clearly darker than its surroundings in some channel, 2 where clearly lighter. */
static uint8_t *strokes(Arena *arena, const Picture *p)
{
    const int w = p->width_px, h = p->height_px;
    uint32_t *sum = integral(arena, p);
    uint8_t *out = ARENA_ARRAY(arena, uint8_t, (size_t)w * (size_t)h);
    size_t row = 3 * ((size_t)w + 1);
    for (int y = 0; sum && out && y < h; y++) {
        int y0 = y > BOX ? y - BOX : 0, y1 = y + BOX + 1 < h ? y + BOX + 1 : h;
        for (int x = 0; x < w; x++) {
            int x0 = x > BOX ? x - BOX : 0, x1 = x + BOX + 1 < w ? x + BOX + 1 : w;
            int n = (y1 - y0) * (x1 - x0), low = 0, high = 0;
            const uint8_t *at = p->rgb + 3 * ((size_t)y * (size_t)w + (size_t)x);
            for (size_t k = 0; k < 3; k++) {
                uint32_t box = sum[row * (size_t)y1 + 3 * (size_t)x1 + k] -
                               sum[row * (size_t)y0 + 3 * (size_t)x1 + k] -
                               sum[row * (size_t)y1 + 3 * (size_t)x0 + k] +
                               sum[row * (size_t)y0 + 3 * (size_t)x0 + k];
                int d = at[k] - (int)box / n;
                low = d < low ? d : low;
                high = d > high ? d : high;
            }
            out[(size_t)y * (size_t)w + (size_t)x] =
                (uint8_t)(-low > STROKE && -low >= high ? 1 : high > STROKE ? 2 : 0);
        }
    }
    return sum ? out : NULL;
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
    int *stack = ARENA_ARRAY(arena, int, (size_t)total);
    Blob *blobs = ARENA_ARRAY(arena, Blob, BLOBS_MOST);
    if (!map || !stack || !blobs)
        return (Err){ERR_MEMORY, "out of memory"};
    for (int i = 0; i < total && count < BLOBS_MOST; i++) {
        if (!map[i])
            continue;
        Blob blob = take_blob(picture, map, i, stack);
        if (like_a_character(&blob) && !on_head(&blob, face))
            blobs[count++] = blob;
    }
    fact_set(facts, CHECK_text, longest_row(blobs, count), 0);
    return OK;
}
