/* SPDX-License-Identifier: MIT */
/* A frame is a band of one colour along an edge that ends at once along its whole length. */
#include "border.h"

#include "wide.h"

/* Lines of a thin frame; they are looked at in one of so many pixels. */
enum { THIN_MOST = 6, THIN_STEP = 5 };
/* Wider bands are looked at in one of so many pixels. Rows without detail of which clothes are not made. */
enum { NARROW = 40, SPARSE = 8, BLANK_LEAST = 48 };

/* Of a line's pixels, how many are how far from a colour, in RGB levels. */
typedef struct Limit {
    double share;
    int levels;
} Limit;

static const Limit SAME = {0.03, 14}, OTHER = {0.85, 22}; /* a line of another colour begins, is there: from this share on */
/* Hair and dark clothes may be of a dark band's colour. Of 3,561 sound pictures no band of paper or cloth comes over 0.47. */
static const Limit WIDE_OTHER = {0.6, 22};
static const Limit THIN_OTHER = {0.6, 22};
static const double THIN_CALM = 0.1;
static const Limit DETAIL = {0.01, 2}; /* what was saved in one colour is within 1; no cloth of those pictures kept to 2 for 19 rows */

typedef struct Side { /* a walk over lines parallel to one edge */
    int lines, length;
    ptrdiff_t origin, line_step, step; /* in bytes */
} Side;

static Side side_of(const Picture *p, BorderSide which)
{
    ptrdiff_t row = 3 * (ptrdiff_t)p->width_px;
    ptrdiff_t last_row = row * (p->height_px - 1), last = row - 3;
    switch (which) {
    case BORDER_UPPER:
        return (Side){p->height_px, p->width_px, 0, row, 3};
    case BORDER_LOWER:
        return (Side){p->height_px, p->width_px, last_row, -row, 3};
    case BORDER_LEFT:
        return (Side){p->width_px, p->height_px, 0, 3, row};
    case BORDER_RIGHT:
        break;
    }
    return (Side){p->width_px, p->height_px, last, -3, row};
}

/* Share of a line's pixels that are others than those of line `than`. */
static double others(const Picture *picture, const Side *side, int line, int than)
{
    const uint8_t *at = picture->rgb + side->origin + line * side->line_step;
    int seen = 0, far = 0;
    for (int i = 0; i < side->length; i += THIN_STEP, at += THIN_STEP * side->step, seen++) {
        const uint8_t *to = at + (than - line) * side->line_step;
        far += planes_apart(at, (const int[3]){to[0], to[1], to[2]}) > THIN_OTHER.levels;
    }
    return (double)far / seen;
}

int border_thin(const Picture *picture, BorderSide which)
{
    const Side side = side_of(picture, which);
    for (int width = 1; width <= THIN_MOST && width + 2 < side.lines; width++)
        if (others(picture, &side, width, 0) >= THIN_OTHER.share && others(picture, &side, width + 2, 0) >= THIN_OTHER.share)
            return width;
    return 0;
}

/* The same of what ends at once, as no fold of a curtain does, and where lines are not apart anyhow, as in noise. */
static int thin_band(const Picture *picture, BorderSide which)
{
    const Side side = side_of(picture, which);
    int width = border_thin(picture, which);
    return width > 0 && width + 3 < side.lines && others(picture, &side, width + 1, width - 1) >= THIN_OTHER.share &&
                   others(picture, &side, width + 1, width + 3) <= THIN_CALM
               ? width
               : 0;
}

typedef struct Walk {
    const Picture *picture;
    Side side;
    Planes row;
} Walk;

/* Pixels of a row, by its planes, that are further than `limit` from a colour. */
WIDE static int others_in_row(const Planes *row, int width_px, const int colour[3], int limit)
{
    enum { PART = 128 };
    const uint8_t r = (uint8_t)colour[0], g = (uint8_t)colour[1], b = (uint8_t)colour[2], most = (uint8_t)limit;
    int count = 0;
    for (int from = 0; from < width_px; from += PART) {
        const uint8_t *red = row->at[0] + from, *green = row->at[1] + from, *blue = row->at[2] + from;
        int end = width_px - from < PART ? width_px - from : PART;
        uint8_t part = 0;
        for (int x = 0; x < end; x++) {
            uint8_t dr = (uint8_t)((red[x] > r ? red[x] : r) - (red[x] < r ? red[x] : r));
            uint8_t dg = (uint8_t)((green[x] > g ? green[x] : g) - (green[x] < g ? green[x] : g));
            uint8_t db = (uint8_t)((blue[x] > b ? blue[x] : b) - (blue[x] < b ? blue[x] : b));
            uint8_t far = dr > dg ? dr : dg;
            far = far > db ? far : db;
            part = (uint8_t)(part + (far > most));
        }
        count += part;
    }
    return count;
}

/* Whether at least `share` of a line's pixels are further than `limit` from the colour. */
static bool are_others(const Walk *walk, int line, const int colour[3], Limit limit)
{
    const Side *side = &walk->side;
    const uint8_t *at = walk->picture->rgb + side->origin + line * side->line_step;
    int other = 0;
    if (side->step == 3) {
        planes_split(at, side->length, &walk->row);
        other = others_in_row(&walk->row, side->length, colour, limit.levels);
        return (double)other / side->length >= limit.share;
    }
    for (int i = 0; i < side->length; i++, at += side->step) {
        other += planes_apart(at, colour) > limit.levels;
        if ((i & 15) == 15 && (double)other / side->length >= limit.share)
            return true;
    }
    return (double)other / side->length >= limit.share;
}

static void first_colour(const Walk *walk, int colour[3])
{
    const uint8_t *middle = walk->picture->rgb + walk->side.origin + walk->side.length / 2 * walk->side.step;
    for (int k = 0; k < 3; k++)
        colour[k] = middle[k];
}

/* Lines from the edge on, up to `most`, that are of one colour. */
static int same_lines(const Walk *walk, const int colour[3], Limit limit, int most)
{
    int line = 0;
    while (line < most && !are_others(walk, line, colour, limit))
        line++;
    return line;
}

/* Width of the band of one colour along an edge; 0 where there is none or it ends unevenly, as
 * paper does. */
static int band(const Walk *walk)
{
    Walk sparse = *walk;
    const int lines = walk->side.lines, narrow = lines / 8 < NARROW ? lines / 8 : NARROW;
    int colour[3];
    first_colour(walk, colour);
    int width = same_lines(walk, colour, SAME, narrow);
    if (width < narrow)
        return width > 0 && width + 2 < lines && are_others(walk, width + 2, colour, OTHER) ? width : 0;
    sparse.side.step *= SPARSE;
    sparse.side.length /= SPARSE;
    if (sparse.side.length == 0)
        return 0;
    width = same_lines(&sparse, colour, SAME, lines);
    return width + 2 < lines && are_others(&sparse, width + 2, colour, WIDE_OTHER) ? width : 0;
}

/* Rows above the lower edge that are without any detail; 0 where they are few enough to be a dark or bright cloth's. */
static int blank(const Walk *walk)
{
    int colour[3];
    first_colour(walk, colour);
    int rows = same_lines(walk, colour, DETAIL, walk->side.lines);
    return rows < BLANK_LEAST ? 0 : rows;
}

/* What a frame with rounded corners leaves: a corner of one colour that ends at once on a concave line. */
typedef struct Corner {
    int depth; /* on the diagonal, in pixels of one axis; 0: none */
    int colour[3];
} Corner;

typedef struct Steps {
    int x, y;
} Steps;

/* Pixels of the colour in a row, up to `most`; 0 where the next but two is not another. */
static int same_along(const Picture *p, Steps from, Steps step, const int colour[3], int most)
{
    for (int i = 0; i < most; i++) {
        const Steps at = {from.x + i * step.x, from.y + i * step.y}, next = {at.x + 3 * step.x, at.y + 3 * step.y};
        const uint8_t *rgb = p->rgb + 3 * (at.y * (ptrdiff_t)p->width_px + at.x);
        if (planes_apart(rgb, colour) > SAME.levels)
            return planes_apart(p->rgb + 3 * (next.y * (ptrdiff_t)p->width_px + next.x), colour) > OTHER.levels ? i : 0;
    }
    return 0;
}

/* `right` and `down` are -1 where the corner is on the right and below. An arc that touches both edges at a radius lies
 * 0.29 of it inside on the diagonal, a straight cut 0.5; shoulders are rounded the other way. */
static Corner corner_at(const Picture *p, int right, int down)
{
    enum { LEAST = 8, REACH = 100 };
    const Steps from = {right > 0 ? 1 : p->width_px - 2, down > 0 ? 1 : p->height_px - 2};
    Corner out = {0};
    const uint8_t *rgb = p->rgb + 3 * (from.y * (ptrdiff_t)p->width_px + from.x);
    for (int k = 0; k < 3; k++)
        out.colour[k] = rgb[k];
    int across = same_along(p, from, (Steps){right, 0}, out.colour, REACH);
    int along = same_along(p, from, (Steps){0, down}, out.colour, REACH);
    if (across < LEAST || along < LEAST || 4 * across < 3 * along || 4 * along < 3 * across)
        return out;
    int depth = same_along(p, from, (Steps){right, down}, out.colour, REACH) + 1;
    double share = 2.0 * depth / (across + along);
    out.depth = depth > 1 && share > 0.15 && share < 0.55 ? depth : 0;
    return out;
}

/* The deepest of corners that are alike, of which one is an upper one; 0 where there are none. */
static int corners(const Picture *p)
{
    enum { ALIKE = 24, SMALLEST = 240 };
    int deepest = 0;
    if (p->width_px < SMALLEST || p->height_px < SMALLEST)
        return 0;
    const Corner all[4] = {corner_at(p, 1, 1), corner_at(p, -1, 1), corner_at(p, 1, -1), corner_at(p, -1, -1)};
    for (int i = 0; i < 2; i++)
        for (int k = i + 1; k < 4; k++) {
            const uint8_t colour[3] = {(uint8_t)all[k].colour[0], (uint8_t)all[k].colour[1], (uint8_t)all[k].colour[2]};
            if (all[i].depth && all[k].depth && planes_apart(colour, all[i].colour) <= ALIKE && all[i].depth > deepest)
                deepest = all[i].depth;
        }
    return deepest;
}

int border_width(const Picture *picture, const Planes *row)
{
    int widest = 0;
    for (BorderSide side = BORDER_UPPER; side <= BORDER_RIGHT; side++) {
        const Walk walk = {.picture = picture, .side = side_of(picture, side), .row = *row};
        int width = band(&walk);
        if (width == 0)
            width = side == BORDER_LOWER ? blank(&walk) : thin_band(picture, side);
        widest = width > widest ? width : widest;
    }
    return widest > 0 ? widest : corners(picture);
}
