/* SPDX-License-Identifier: MIT */
/* Characters are small blobs of one colour, alike in height, in a row. */
#include "marks.h"

#include <assert.h>
#include <stdlib.h>
#include "border.h"
#include "ground.h"
#include "lattice.h"

enum { TEXT_LEAST = 4 }; /* characters of a row; below, nobody asks whether they are a pattern */
enum { TORN_LEAST = 3 };  /* of a row of characters that the clothes' pattern tore */
enum { BORDER_ERROR = 1 }; /* of two pixels in 900, one is left in 480 */

/* Pixels of a row, one kind of stroke. */
typedef struct Run {
    int from, to; /* the latter exclusive */
    int blob;
} Run;

typedef struct Runs {
    Run *list;
    int count;
} Runs;

/* 8-connected blobs, joined run by run. What turns out to be one with an earlier blob keeps its number and has that
 * one's as parent; colours are sums until all is found. */
typedef struct Joins {
    Blob *blobs;
    int *parent, count;
    int most;
    Runs above[2], now[2]; /* of dark and of light */
} Joins;

static bool joins_new(Arena *arena, const Picture *p, Joins *out)
{
    size_t row = (size_t)p->width_px / 2 + 1;
    /* Runs that begin a blob touch no other such run of their kind: one in 2 x 2 pixels. And one that is joined at once. */
    size_t most = 2 * (((size_t)p->width_px + 1) / 2) * (((size_t)p->height_px + 1) / 2) + 1;
    *out = (Joins){.most = (int)most, .blobs = ARENA_RAW(arena, Blob, most), .parent = ARENA_RAW(arena, int, most)};
    Run *runs = ARENA_RAW(arena, Run, 4 * row);
    for (size_t kind = 0; kind < 2 && runs; kind++) {
        out->above[kind].list = runs + 2 * kind * row;
        out->now[kind].list = runs + (2 * kind + 1) * row;
    }
    return out->blobs && out->parent && runs;
}

static int root_of(const Joins *joins, int blob)
{
    while (joins->parent[blob] != blob)
        blob = joins->parent[blob] = joins->parent[joins->parent[blob]];
    return blob;
}

/* The earlier one takes the later one in; returns it. */
static int join(const Joins *joins, int one, int other)
{
    int from = one > other ? one : other, to = one > other ? other : one;
    if (from == to)
        return to;
    Blob *a = &joins->blobs[to], *b = &joins->blobs[from];
    joins->parent[from] = to;
    a->left = a->left < b->left ? a->left : b->left;
    a->right = a->right > b->right ? a->right : b->right;
    a->top = a->top < b->top ? a->top : b->top;
    a->bottom = a->bottom > b->bottom ? a->bottom : b->bottom;
    a->size += b->size;
    for (int k = 0; k < 3; k++)
        a->colour[k] += b->colour[k];
    return to;
}

static Blob blob_of(const Picture *p, int y, const Run *run, int dark)
{
    Blob blob = {run->from, y, run->to - 1, y, run->to - run->from, {0}, dark, 0, false};
    const uint8_t *at = p->rgb + 3 * ((size_t)y * (size_t)p->width_px + (size_t)run->from);
    for (int i = 0; i < blob.size; i++, at += 3)
        for (int k = 0; k < 3; k++)
            blob.colour[k] += at[k];
    return blob;
}

/* A bit differs from the one before where a run begins or ends; behind the row there are zeros. */
static void find_runs(const Bitmap *map, int y, Runs *out)
{
    const uint64_t *row = bitmap_row(map, y);
    bool inside = false;
    out->count = 0;
    for (int i = 0; i <= map->words; i++)
        for (uint64_t turns = row[i] ^ (row[i] << 1 | row[i - 1] >> 63); turns; turns &= turns - 1) {
            int x = 64 * i + __builtin_ctzll(turns);
            if (inside)
                out->list[out->count++].to = x;
            else
                out->list[out->count].from = x;
            inside = !inside;
        }
}

/* Joins the run to what it touches in the row above, whose runs from `first` on may; returns the first that may touch
 * the next one. */
static int join_run(Joins *joins, const Runs *above, int first, Run *run, Blob blob)
{
    int own = joins->count;
    assert(own < joins->most);
    while (first < above->count && above->list[first].to < run->from)
        first++;
    joins->blobs[own] = blob;
    joins->parent[own] = own;
    for (int i = first; i < above->count && above->list[i].from <= run->to; i++)
        own = join(joins, own, root_of(joins, above->list[i].blob));
    joins->count += own == joins->count; /* one that was joined at once leaves its place */
    run->blob = own;
    return first;
}

/* Blobs are numbered in the order of their first pixels, row after row. */
static void find_blobs(const Picture *p, const Strokes *strokes, Joins *joins)
{
    for (int y = 0; y < p->height_px; y++) {
        int next[2] = {0}, first[2] = {0};
        find_runs(&strokes->light, y, &joins->now[0]);
        find_runs(&strokes->dark, y, &joins->now[1]);
        while (next[0] < joins->now[0].count || next[1] < joins->now[1].count) {
            Run *light = joins->now[0].list + next[0], *dark = joins->now[1].list + next[1];
            int kind = next[0] == joins->now[0].count || (next[1] < joins->now[1].count && dark->from < light->from);
            Run *run = kind ? dark : light;
            first[kind] = join_run(joins, &joins->above[kind], first[kind], run, blob_of(p, y, run, kind));
            next[kind]++;
        }
        for (int kind = 0; kind < 2; kind++) {
            Runs above = joins->above[kind];
            joins->above[kind] = joins->now[kind];
            joins->now[kind] = above;
        }
    }
}

static bool like_a_mark(const Blob *b)
{
    int width = b->right - b->left + 1, height = b->bottom - b->top + 1;
    return height >= 3 && height <= MARK_MOST && width >= 3 && width <= MARK_MOST;
}

/* A character of a caption or date stamp, at 480 pixels of picture width. */
static bool like_a_character(const Blob *b)
{
    int width = b->right - b->left + 1, height = b->bottom - b->top + 1;
    double fill = (double)b->size / (width * height);
    return height >= 5 && height <= 36 && width >= 2 && width <= MARK_MOST && width <= 2 * height &&
           fill >= 0.18 && fill <= 0.95;
}

/* Hair, brows and eyes are strokes too: the head is left out. */
static bool on_head(const Blob *b, const FacePlace *face)
{
    return face && strokes_on_head(face, (b->left + b->right) / 2.0, (b->top + b->bottom) / 2.0);
}

static bool same_line(const Blob *a, const Blob *b)
{
    int ha = a->bottom - a->top + 1, hb = b->bottom - b->top + 1;
    int tall = ha > hb ? ha : hb, small = ha > hb ? hb : ha;
    int gap = b->left - a->right;
    int drift = abs(a->bottom + a->top - b->bottom - b->top);
    uint8_t colour[3] = {(uint8_t)b->colour[0], (uint8_t)b->colour[1], (uint8_t)b->colour[2]};
    return a->dark == b->dark && gap >= -1 && gap <= 2 * tall && small * 10 >= tall * 7 &&
           drift <= tall / 2 && planes_apart(colour, a->colour) <= 40;
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

/* Those beside and below the head that `like` is true of, and that are of no pattern. */
static int select_blobs(const Joins *joins, const FacePlace *face, bool (*like)(const Blob *), Blob *out)
{
    int count = 0, seen = 0;
    for (int i = 0; i < joins->count && seen < BLOBS_MOST; i++) {
        Blob blob = joins->blobs[i];
        if (joins->parent[i] != i || !like(&blob) || on_head(&blob, face))
            continue;
        seen++; /* else more would be read for each that is woven */
        if (blob.woven)
            continue;
        for (int k = 0; k < 3; k++)
            blob.colour[k] /= blob.size;
        blob.number = i;
        out[count++] = blob;
    }
    return count;
}

static void find_pattern(const Strokes *strokes, const FacePlace *face, const Joins *joins, Blob *marks)
{
    int count = select_blobs(joins, face, like_a_mark, marks);
    qsort(marks, (size_t)count, sizeof *marks, by_left);
    lattice_find(strokes, face->chin_y, marks, count);
    for (int i = 0; i < count; i++)
        joins->blobs[marks[i].number].woven = marks[i].woven;
}

/* The longest row without torn and tangled marks, of no lattice, that are of cloth: where it is doubtful whether what is left
 * was torn, too, as long as before. */
static int leave_cloth(const Picture *picture, const FacePlace *face, const Joins *joins, int longest, Blob *marks)
{
    int count = select_blobs(joins, face, like_a_character, marks), others = 0;
    for (int i = 0; i < count; i++)
        if (marks[i].top < face->chin_y || !ground_is_cloth(picture, &marks[i]))
            marks[others++] = marks[i];
    int left = longest_row(marks, others);
    return left < TORN_LEAST || left >= TEXT_LEAST ? left : longest;
}

Err marks_measure(Arena *arena, const Blocks *blocks, const FacePlace *face, Facts *facts)
{
    const Picture *picture = blocks->picture;
    const Planes row = planes_new(arena, picture->width_px);
    if (!row.at[0])
        return (Err){ERR_MEMORY, "out of memory"};
    int border = border_width(picture, &row);
    fact_set(facts, CHECK_border, border, border > 0 ? BORDER_ERROR : 0);
    Strokes strokes;
    Joins joins;
    Blob *blobs = ARENA_RAW(arena, Blob, BLOBS_MOST);
    if (!blobs || !strokes_find(arena, blocks, face, &strokes) || !joins_new(arena, picture, &joins))
        return (Err){ERR_MEMORY, "out of memory"};
    find_blobs(picture, &strokes, &joins);
    int longest = longest_row(blobs, select_blobs(&joins, face, like_a_character, blobs));
    if (face && longest >= TEXT_LEAST) {
        find_pattern(&strokes, face, &joins, blobs);
        longest = longest_row(blobs, select_blobs(&joins, face, like_a_character, blobs));
    }
    if (face && longest >= TEXT_LEAST)
        longest = leave_cloth(picture, face, &joins, longest, blobs);
    fact_set(facts, CHECK_text, longest, 0);
    return OK;
}
