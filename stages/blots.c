/* SPDX-License-Identifier: MIT */
/* A shadow multiplies the paper's colour and has no texture of its own; an object has its own colour. */
#include "blots.h"

#include "beside.h"
#include "bitmap.h"
#include "planes.h"
#include "rim.h"
#include "strips.h"
#include "wide.h"

/* Shadows: factor on the paper's colour (DEEPEST on coloured paper above the mouth: no hair is like its shade, but clothes may
 * be), RGB distance from it, RGB step over two pixels; how far from the person and, on coloured paper, how far below the chin
 * they are looked for, in face widths; on white and grey paper they are looked for down to the mouth. */
static const float DEEPEST = 0.30f, DARKEST = 0.50f;
static const double LIGHTEST = 0.97, RESIDUE = 14;
static const double REACH = 0.5, BELOW_CHIN = 0.2;
static const double STRIP_LONG = 0.22; /* down the head, in face widths */
/* Objects: half as wide as hair may be, and from where on it may not reach the picture's side, in face widths; the share of the
 * background, in %, that every profile of ours asks about, so that what else reaches in need not be doubted. */
static const double HAIR_WIDEST = 1.3, HAIR_ASIDE = 0.85, OBJECTS_SEEN = 0.5;
enum { STEP = 9, MARGIN = 4, RUN_LEAST = 4 };

static inline uint8_t apart(uint8_t a, uint8_t b)
{
    return (uint8_t)((a > b ? a : b) - (a < b ? a : b));
}

/* 1 where a colour's step over two pixels in neither direction is more than a shadow's. */
WIDE static void find_smooth(const uint8_t *above, const uint8_t *row, const uint8_t *below, int width_px, uint8_t *out)
{
    APART
    for (int x = MARGIN; x < width_px - MARGIN; x++) {
        uint8_t across = apart(row[x - 2], row[x + 2]), down = apart(above[x], below[x]);
        uint8_t most = across > down ? across : down, is = most <= 2 * STEP;
        out[x] &= is;
    }
}

/* 1 where a pixel's colour is one of the paper's, which are given, in the shade. */
WIDE static void find_shade(const Planes *row, int width_px, const float *paper, float darkest, uint8_t *out)
{
    const uint8_t *red = row->at[0], *green = row->at[1], *blue = row->at[2];
    const float *q = paper, *s = q + width_px, *t = s + width_px;
    APART
    for (int x = MARGIN; x < width_px - MARGIN; x++) {
        float r = red[x], g = green[x], b = blue[x];
        float dot = r * q[x] + g * s[x] + b * t[x], own = r * r + g * g + b * b;
        float length = q[x] * q[x] + s[x] * s[x] + t[x] * t[x];
        uint8_t dark = dot > darkest * length, light = dot < (float)LIGHTEST * length;
        uint8_t alike = own - dot * (dot / length) < (float)(RESIDUE * RESIDUE);
        out[x] = dark & light & alike;
    }
}

/* White and grey clothes in the shade look like white and grey paper in the shade. */
static bool coloured(const Silhouette *in)
{
    double paper[3];
    silhouette_paper(in, in->width_px / 2, 0, paper);
    return fmax(paper[0], fmax(paper[1], paper[2])) - fmin(paper[0], fmin(paper[1], paper[2])) > 25;
}

/* The head with its hair, in face widths: half as wide above the eyes and below, and as high above them. Where most of
 * what is like paper in the shade lies there, so is the hair, or all of a grey picture, and nobody can say what is
 * shadow; from this share of the ring on it is asked. */
static const double HAIR_WIDE = 0.64, FACE_WIDE = 0.5, HAIR_HIGH = 0.9, MOSTLY = 0.6, IN_QUESTION = 0.019;

/* What is looked at of one row: a bit for each pixel, none within MARGIN of the sides. */
typedef struct Ring {
    int reach;
    int all, dark, taken; /* pixels; in the shade; of these the ones that were taken for the person */
    int like, on_head;    /* pixels taken for the person that are like paper in the shade; those on the head */
    Bitmap rows;
} Ring;

enum { ROW_PERSON, ROW_PAPER, ROW_SHADOW, ROW_TAKEN, ROW_LABELLED, ROW_COUNT }; /* of the bitmap; the last: the person to the sides */

/* Adds the bits from `from` to before `to`. */
static void count_between(Ring *ring, int from, int to)
{
    const uint64_t *paper = bitmap_row(&ring->rows, ROW_PAPER), *shadow = bitmap_row(&ring->rows, ROW_SHADOW);
    const uint64_t *taken = bitmap_row(&ring->rows, ROW_TAKEN);
    for (int i = from / 64; i < ring->rows.words && 64 * i < to; i++) {
        uint64_t part = bitmap_between(i, from, to);
        ring->all += __builtin_popcountll(part & (paper[i] | shadow[i]));
        ring->dark += __builtin_popcountll(part & shadow[i]);
        ring->taken += __builtin_popcountll(part & taken[i]);
    }
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

/* Paper beside the person in one row: on each side of each stretch of it from MARGIN to `reach` away, where nothing of
 * the person lies between; what lies so to two stretches counts twice. */
static void count_ring(Ring *ring)
{
    const int width = ring->rows.width_px, reach = ring->reach;
    const uint64_t *person = bitmap_row(&ring->rows, ROW_PERSON);
    int end = -1; /* of the stretch before; -1: none */
    bool inside = false;
    for (int i = 0; i <= ring->rows.words; i++)
        for (uint64_t turns = person[i] ^ (person[i] << 1 | person[i - 1] >> 63); turns; turns &= turns - 1) {
            int x = 64 * i + __builtin_ctzll(turns);
            if (inside) {
                end = x;
            } else {
                if (end >= 0)
                    count_between(ring, end - 1 + MARGIN, least(end + reach, x));
                count_between(ring, most(most(end, 0), x - reach), x - MARGIN + 1);
            }
            inside = !inside;
        }
    if (end >= 0)
        count_between(ring, end - 1 + MARGIN, least(end + reach, width));
}

typedef struct Shade { /* what a row's shadows are found with */
    PaperRow paper;
    float *colours, darkest;
    Planes rows[3]; /* two above, this one, two below */
    uint8_t *shadow;
    BitmapPack *pack;
    Ring ring;
} Shade;

static bool shade_new(Arena *arena, const Silhouette *in, Shade *out)
{
    const int width = in->width_px;
    *out = (Shade){.paper = paper_row_new(arena, &in->paper, width),
                   .colours = ARENA_ARRAY(arena, float, 3 * (size_t)width),
                   .shadow = ARENA_ARRAY(arena, uint8_t, (size_t)width),
                   .pack = bitmap_packer(),
                   .ring.rows = bitmap_new(arena, width, ROW_COUNT)};
    for (int i = 0; i < 3; i++)
        out->rows[i] = planes_new(arena, width);
    return out->paper.at && out->colours && out->shadow && out->ring.rows.bits && out->rows[0].at[0] &&
           out->rows[1].at[0] && out->rows[2].at[0];
}

/* The bits of row y, of the person without what is a shadow. */
static void look_at_row(const Silhouette *in, int y, const Shade *shade)
{
    const int width = in->width_px;
    const Bitmap *rows = &shade->ring.rows;
    uint64_t *person = bitmap_row(rows, ROW_PERSON), *paper = bitmap_row(rows, ROW_PAPER), *shadow = bitmap_row(rows, ROW_SHADOW);
    find_shade(&shade->rows[1], width, shade->colours, shade->darkest, shade->shadow);
    for (int k = 0; k < 3; k++)
        find_smooth(shade->rows[0].at[k], shade->rows[1].at[k], shade->rows[2].at[k], width, shade->shadow);
    shade->pack(shade->shadow, width, 1, shadow);
    shade->pack(silhouette_row(in, y), width, LABEL_PAPER, paper);
    shade->pack(silhouette_row(in, y), width, LABEL_PERSON, bitmap_row(rows, ROW_LABELLED));
    for (int i = 0; i < rows->words; i++) {
        const uint64_t inner = bitmap_between(i, MARGIN, width - MARGIN), all = bitmap_row(rows, ROW_LABELLED)[i] & inner;
        paper[i] &= inner;
        bitmap_row(rows, ROW_TAKEN)[i] = all & shadow[i];
        person[i] = all & ~shadow[i];
    }
}

/* Row y of what is like paper and was taken for the person. */
static void count_taken(const FacePlace *face, int y, Ring *ring)
{
    const uint64_t *taken = bitmap_row(&ring->rows, ROW_TAKEN);
    double dy = fmax(0, (face->eyes.y - y) / (HAIR_HIGH * face->width));
    double half = (dy > 0 ? HAIR_WIDE : FACE_WIDE) * face->width * sqrt(fmax(0, 1 - dy * dy));
    int from = (int)fmax(MARGIN, face->eyes.x - half), to = (int)fmin(ring->rows.width_px - MARGIN, face->eyes.x + half);
    for (int i = 0; i < ring->rows.words; i++) {
        ring->like += __builtin_popcountll(taken[i]);
        if (64 * i + 63 >= from && 64 * i < to)
            ring->on_head += __builtin_popcountll(bitmap_between(i, from, to) & taken[i]);
    }
}

static bool head_like_paper(const Ring *ring)
{
    return ring->dark > IN_QUESTION * ring->all && 2 * ring->taken > ring->dark && ring->on_head > MOSTLY * ring->like;
}

double blots_shadow(Arena *arena, const FacePlace *face, const Silhouette *in)
{
    const bool on_colour = coloured(in);
    double lowest = on_colour ? face->chin_y + BELOW_CHIN * face->width : face->mouth_y;
    int last_row = (int)fmin(lowest, in->height_px - MARGIN);
    const size_t stride = 3 * (size_t)in->width_px;
    Shade shade;
    if (in->width_px <= 2 * MARGIN)
        return NAN;
    if (!shade_new(arena, in, &shade))
        return NAN;
    Strips strips;
    if (!strips_new(arena, last_row / 2 + 1, &strips))
        return NAN;
    shade.ring.reach = (int)fmax(6, REACH * face->width);
    for (int y = MARGIN; y < last_row; y += 2) {
        Planes next = shade.rows[0];
        shade.rows[0] = shade.rows[1];
        shade.rows[1] = shade.rows[2];
        shade.rows[2] = next;
        for (int i = y == MARGIN ? 0 : 2; i < 3; i++)
            planes_split(in->picture->rgb + (size_t)(y + 2 * (i - 1)) * stride, in->width_px, &shade.rows[i]);
        shade.darkest = on_colour && y < face->mouth_y ? DEEPEST : DARKEST;
        paper_row(&shade.paper, y, in->height_px, shade.colours);
        look_at_row(in, y, &shade);
        count_ring(&shade.ring);
        count_taken(face, y, &shade.ring);
        strips_look(in, y, bitmap_row(&shade.ring.rows, ROW_LABELLED), shade.colours, &strips);
    }
    int strip = strips_shadow(&strips, (int)(STRIP_LONG / 2 * face->width));
    shade.ring.all += strip;
    shade.ring.dark += strip;
    return shade.ring.all < 100 || head_like_paper(&shade.ring) ? NAN : 100.0 * shade.ring.dark / shade.ring.all;
}

/* Pixels of a row, which is given, that the silhouette took for the person although paper parts them from the head:
 * an object that touches the head somewhere else. */
static int apart_in_row(const Bitmap *person, int centre)
{
    const uint64_t *row = bitmap_row(person, 0);
    int apart = 0, begin = -1;
    if (!bitmap_has(person, centre, 0))
        return 0;
    for (int i = 0; i <= person->words; i++)
        for (uint64_t turns = row[i] ^ (row[i] << 1 | row[i - 1] >> 63); turns; turns &= turns - 1) {
            int x = 64 * i + __builtin_ctzll(turns);
            bool head = centre >= begin && centre < x;
            apart += begin >= 0 && x - begin >= RUN_LEAST && !head ? x - begin : 0;
            begin = begin < 0 ? x : -1;
        }
    return apart;
}

/* Takes a foreign component off the map; returns its pixels. */
static int take_component(const Bitmap *foreign, int start, int *stack)
{
    const int w = foreign->width_px, h = foreign->height_px;
    int top = 0, size = 0;
    stack[top++] = start;
    bitmap_row(foreign, start / w)[start % w / 64] &= ~((uint64_t)1 << (start % w % 64));
    while (top > 0) {
        int at = stack[--top], x = at % w, y = at / w;
        size++;
        const int next[4] = {x > 0 ? at - 1 : -1, x < w - 1 ? at + 1 : -1, y > 0 ? at - w : -1, y < h - 1 ? at + w : -1};
        for (int i = 0; i < 4; i++) {
            if (next[i] < 0)
                continue;
            uint64_t *word = &bitmap_row(foreign, next[i] / w)[next[i] % w / 64];
            uint64_t bit = (uint64_t)1 << (next[i] % w % 64);
            if (*word & bit)
                stack[top++] = next[i];
            *word &= ~bit;
        }
    }
    return size;
}

/* Where no head is on one side of the eyes any more: `dir` -1 or 1; -1: nowhere in the picture. */
static int no_head_from(const FacePlace *face, int width_px, int dir)
{
    double far = face->eyes.x + dir * HAIR_WIDEST * face->width, side = dir < 0 ? 0 : width_px - 1;
    if (far >= 0 && far < width_px)
        return (int)far;
    return dir * (side - face->eyes.x) >= HAIR_ASIDE * face->width ? (int)side : -1;
}

/* Whether the person touches the upper edge with less than what hair_top.c takes for the head. */
static bool reaches_up(const FacePlace *face, const Silhouette *in)
{
    int run = 0, longest = 0, near = 0;
    for (int x = 0; x < in->width_px; x++) {
        bool there = in->label[x] == LABEL_PERSON;
        run = there ? run + 1 : 0;
        longest = run > longest ? run : longest;
        near += there && fabs(x - face->eyes.x) <= HEAD_TOP_REACH * face->width;
    }
    return longest >= RUN_LEAST && near < HEAD_TOP_SHARE * face->width;
}

/* Whether something that touches the person reaches where no head does: the upper edge, and above the mouth, where no shoulder
 * is, further beside the eyes than any hair. Where the head ends then, nobody can say. */
static bool reaches_out(const FacePlace *face, const Silhouette *in)
{
    const int w = in->width_px, h = in->height_px, beside[] = {no_head_from(face, w, -1), no_head_from(face, w, 1)};
    int runs[2] = {0};
    if (h > 0 && reaches_up(face, in))
        return true;
    for (int y = 0; y < face->mouth_y && y < h; y++)
        for (int i = 0; i < 2; i++) {
            bool there = beside[i] >= 0 && in->label[(size_t)y * (size_t)w + (size_t)beside[i]] == LABEL_PERSON;
            runs[i] = there ? runs[i] + 1 : 0;
            if (runs[i] == RUN_LEAST)
                return true;
        }
    return false;
}

/* Foreign components (not paper, not touching the person) of some size, share of the background. */
double blots_objects(Arena *arena, const FacePlace *face, const Silhouette *in)
{
    const int w = in->width_px, h = in->height_px;
    size_t total = (size_t)w * (size_t)h;
    int least_size = (int)fmax(4, 0.0001 * (double)total), paper = 0, foreign = 0;
    Bitmap map = bitmap_new(arena, w, h), person = bitmap_new(arena, w, 1);
    int *stack = ARENA_RAW(arena, int, total);
    BitmapPack *pack = bitmap_packer();
    if (!map.bits || !person.bits || !stack)
        return NAN;
    for (int y = 0; y < h; y++) { /* the row's bits are those of paper first */
        pack(silhouette_row(in, y), w, LABEL_PAPER, bitmap_row(&map, y));
        for (int i = 0; i < map.words; i++)
            paper += __builtin_popcountll(bitmap_row(&map, y)[i]);
        pack(silhouette_row(in, y), w, LABEL_FOREIGN, bitmap_row(&map, y));
    }
    for (int y = 0; y < h; y++)
        for (int i = 0; i < map.words; i++)
            while (bitmap_row(&map, y)[i]) {
                int x = 64 * i + __builtin_ctzll(bitmap_row(&map, y)[i]);
                int size = take_component(&map, y * w + x, stack);
                foreign += size >= least_size ? size : 0;
            }
    for (int y = 0; y < face->eyes.y && y < h; y++) {
        pack(silhouette_row(in, y), w, LABEL_PERSON, bitmap_row(&person, 0));
        foreign += apart_in_row(&person, (int)face->eyes.x);
    }
    if (100.0 * foreign < OBJECTS_SEEN * (foreign + paper) && (reaches_out(face, in) || beside_is_somebody(face, in, bitmap_row(&person, 0)) || rim_around(face, in)))
        return NAN;
    return 100.0 * foreign / fmax(1, foreign + paper);
}
