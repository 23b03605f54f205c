/* SPDX-License-Identifier: MIT */
/* Folds bend a lattice, so each mark is asked for its neighbours alone. Tiled text repeats, too, but beside one of its
 * characters there are others. */
#include "lattice.h"

#include <math.h>
#include <stdlib.h>
#include "planes.h"

enum { WOVEN_LEAST = 8, NEIGHBOURS = 64, ONE_COLOUR = 60 /* levels */ };
static const double REACH = 3.5, CLOSE = 2;      /* from mark to mark, in sides of a mark */
static const double SAME = 0.6;                  /* of the pixels of two marks of one shape */
static const double ALIKE = 0.75, ALIKE_CLOSE = 0.33; /* of the marks around; where marks are close, a cell may have three */

typedef struct Marks {
    const Strokes *strokes;
    const Blob *list;
    int count;
} Marks;

typedef struct Way {
    double x, y, length;
} Way;

static int width_of(const Blob *b)
{
    return b->right - b->left + 1;
}

static int height_of(const Blob *b)
{
    return b->bottom - b->top + 1;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int side_of(const Blob *b)
{
    return larger(width_of(b), height_of(b));
}

static bool about(int a, int b)
{
    return abs(a - b) <= 1 + (a < b ? a : b) / 4;
}

static Way way_to(const Blob *from, const Blob *to)
{
    double x = (to->left + to->right - from->left - from->right) / 2.0;
    double y = (to->top + to->bottom - from->top - from->bottom) / 2.0;
    return (Way){x, y, hypot(x, y)};
}

/* Middle upon middle, and the other one moved by (dx, dy). */
static bool overlap(const Bitmap *map, const Blob *a, const Blob *b, int dx, int dy)
{
    const int width = larger(width_of(a), width_of(b)), height = larger(height_of(a), height_of(b));
    const int ax = (a->left + a->right + 1 - width) / 2, ay = (a->top + a->bottom + 1 - height) / 2;
    const int bx = (b->left + b->right + 1 - width) / 2 + dx, by = (b->top + b->bottom + 1 - height) / 2 + dy;
    int both = 0, any = 0;
    for (int y = 0; y < height; y++) {
        uint64_t in_a = bitmap_span(map, ax, ay + y, width), in_b = bitmap_span(map, bx, by + y, width);
        both += __builtin_popcountll(in_a & in_b);
        any += __builtin_popcountll(in_a | in_b);
    }
    return both >= SAME * any;
}

static bool same_shape(const Strokes *strokes, const Blob *a, const Blob *b)
{
    const Bitmap *map = a->dark ? &strokes->dark : &strokes->light;
    for (int i = 0; i < 9; i++)
        if (overlap(map, a, b, i % 3 - 1, i / 3 - 1))
            return true;
    return false;
}

static bool one_colour(const Blob *a, const Blob *b)
{
    uint8_t colour[3] = {(uint8_t)b->colour[0], (uint8_t)b->colour[1], (uint8_t)b->colour[2]};
    return a->dark == b->dark && planes_apart(colour, a->colour) <= ONE_COLOUR;
}

static bool alike(const Strokes *strokes, const Blob *a, const Blob *b)
{
    return about(width_of(a), width_of(b)) && about(height_of(a), height_of(b)) && one_colour(a, b) &&
           same_shape(strokes, a, b);
}

/* Where those that may lie within `reach` of mark i end, and where they begin. */
static int window(const Marks *marks, int i, double reach, int *first)
{
    const double left = marks->list[i].left - reach - MARK_MOST, right = marks->list[i].left + reach + MARK_MOST;
    int end = i;
    for (*first = i; *first > 0 && marks->list[*first - 1].left >= left;)
        --*first;
    while (end < marks->count && marks->list[end].left <= right)
        end++;
    return end;
}

static int find_alike(const Marks *marks, int i, Way *out)
{
    const Blob *mark = &marks->list[i];
    const double reach = REACH * side_of(mark);
    int first, end = window(marks, i, reach, &first), count = 0;
    for (int j = first; j < end && count < NEIGHBOURS; j++) {
        out[count] = way_to(mark, &marks->list[j]);
        count += j != i && out[count].length <= reach && alike(marks->strokes, mark, &marks->list[j]);
    }
    return count;
}

/* The shortest way that leads as far one way as the other, not along `but`; of length INFINITY where there is none. */
static Way shortest_pair(const Way *ways, int count, const Way *but)
{
    Way found = {0, 0, INFINITY};
    for (int i = 0; i < count; i++)
        for (int j = i + 1; j < count; j++) {
            const Way *a = &ways[i];
            bool pair = hypot(a->x + ways[j].x, a->y + ways[j].y) <= 1 + 0.25 * a->length;
            bool along = but && fabs(a->x * but->y - a->y * but->x) <= 0.5 * a->length * but->length;
            if (pair && !along && a->length < found.length)
                found = *a;
        }
    return found;
}

/* Of those around; what is half as large is a crumb. */
static double share_alike(const Marks *marks, int i, double reach)
{
    const Blob *mark = &marks->list[i];
    int first, end = window(marks, i, reach, &first), same = 0, all = 0;
    for (int j = first; j < end; j++) {
        const Blob *other = &marks->list[j];
        if (j == i || other->dark != mark->dark || 2 * side_of(other) <= side_of(mark) ||
            way_to(mark, other).length > reach)
            continue;
        all++;
        same += alike(marks->strokes, mark, other);
    }
    return all ? (double)same / all : 0;
}

static bool is_amid(const Marks *marks, int i)
{
    Way ways[NEIGHBOURS];
    int count = find_alike(marks, i, ways);
    Way one = shortest_pair(ways, count, NULL);
    if (!isfinite(one.length))
        return false;
    Way other = shortest_pair(ways, count, &one);
    bool close = other.length <= CLOSE * side_of(&marks->list[i]);
    return isfinite(other.length) && share_alike(marks, i, 1.1 * other.length) >= (close ? ALIKE_CLOSE : ALIKE);
}

/* Torn by a fold, or two in one. */
static bool is_near(const Marks *marks, int i, const bool *amid)
{
    const Blob *mark = &marks->list[i];
    int first, end = window(marks, i, (REACH + 0.5) * MARK_MOST, &first);
    for (int j = first; j < end; j++) {
        const Blob *other = &marks->list[j];
        if (amid[j] && one_colour(mark, other) &&
            (about(width_of(mark), width_of(other)) || about(height_of(mark), height_of(other))) &&
            way_to(mark, other).length <= REACH * side_of(other) + 0.5 * side_of(mark))
            return true;
    }
    return false;
}

void lattice_find(const Strokes *strokes, double chin_y, Blob *list, int count)
{
    const Marks marks = {strokes, list, count};
    bool amid[BLOBS_MOST];
    int woven = 0;
    for (int i = 0; i < count; i++) {
        amid[i] = is_amid(&marks, i);
        woven += amid[i];
        if (amid[i] && list[i].top < chin_y)
            return;
    }
    for (int i = 0; i < count && woven >= WOVEN_LEAST; i++)
        list[i].woven = list[i].top >= chin_y && (amid[i] || is_near(&marks, i, amid));
}
