/* SPDX-License-Identifier: MIT */
/* The paper as it is: how far from an allowed colour, how even, and what lies on it. */
#include "background.h"

#include <string.h>
#include "bitmap.h"
#include "blots.h"
#include "colour.h"
#include "glow.h"
#include "paper_smooth.h"
#include "rank.h"

/* Share of a pixel's surroundings that must be paper before it is measured, in pixels of a 240-pixel
 * wide frame: silhouettes bleed and edges carry frames. */
enum { SAMPLES_LEAST = 80 };
enum { MARGIN_SILHOUETTE = 4, MARGIN_EDGE = 3, MARGIN = MARGIN_SILHOUETTE > MARGIN_EDGE ? MARGIN_SILHOUETTE : MARGIN_EDGE };
/* Errors of the measures (one side, about 95 %), from repeated captures of the same paper. */
static const double COLOUR_ERROR = 0.5, EVEN_ERROR = 0.5, AREA_ERROR = 0.1;

/* Pixels in the paper's parts whose mean colours are compared: before an edge and behind it, those too near to it in neither. */
enum { ACROSS = 0, DOWN = 2, BEFORE = 0, BEHIND };
typedef int Counts __attribute__((vector_size(16)));    /* across, then down */
typedef double Place __attribute__((vector_size(16))); /* from the middle, -0.5..0.5: across, down */

typedef struct PaperColour { /* measured pixels of one colour */
    Counts parts;
    Place places; /* added up; these are whole parts of 2^26, so that their sums are exact */
    uint32_t rgb;
    int count, some; /* of the latter: those that were chosen evenly among all */
    Lab lab;
} PaperColour;

typedef struct Paper { /* measured paper pixels: many, of few colours */
    int count, colours;
    PaperColour *list;
    PaperColour **colour; /* of each pixel */
    PaperColour **slots;  /* where a colour is, by its hash; NULL: nowhere */
    int slot_bits;
    double u, v, uu, uv, vv; /* sums over all */
} Paper;

enum { FEW_BITS = 10 };

static bool paper_new(Arena *arena, int most, Paper *out)
{
    int bits = FEW_BITS;
    while (1 << bits <= most + most / 2) /* it never has to grow beyond */
        bits++;
    *out = (Paper){.list = ARENA_RAW(arena, PaperColour, (size_t)most), .colour = ARENA_RAW(arena, PaperColour *, (size_t)most),
                   .slots = ARENA_RAW(arena, PaperColour *, (size_t)1 << bits), .slot_bits = FEW_BITS};
    if (out->slots)
        memset(out->slots, 0, sizeof *out->slots << FEW_BITS);
    return out->list && out->colour && out->slots;
}

/* The one where the colour is, or would be. */
static PaperColour **slot_of(const Paper *paper, uint32_t rgb)
{
    const uint32_t last = ((uint32_t)1 << paper->slot_bits) - 1;
    uint32_t slot = rgb * 2654435761u >> (32 - paper->slot_bits);
    while (paper->slots[slot] && paper->slots[slot]->rgb != rgb)
        slot = (slot + 1) & last;
    return &paper->slots[slot];
}

static PaperColour *add_colour(Paper *paper, uint32_t rgb)
{
    PaperColour *colour = &paper->list[paper->colours++];
    *colour = (PaperColour){.rgb = rgb, .lab = lab_of((int)(rgb >> 16), (int)(rgb >> 8 & 0xff), (int)(rgb & 0xff))};
    *slot_of(paper, rgb) = colour;
    if (paper->colours + paper->colours / 2 < 1 << paper->slot_bits)
        return colour;
    memset(paper->slots, 0, sizeof *paper->slots << ++paper->slot_bits);
    for (int i = 0; i < paper->colours; i++)
        *slot_of(paper, paper->list[i].rgb) = &paper->list[i];
    return colour;
}

/* In the part before the edge or behind it, of those from `first` on. */
static Counts part_of(float place, float edge, double inner, int first)
{
    Counts parts = {0};
    if (!(fabs(place - edge) < inner))
        parts[first + (place >= edge ? BEHIND : BEFORE)] = 1;
    return parts;
}

/* A bit for each pixel that is to be measured: every fourth says the same. */
typedef struct Chosen {
    Bitmap paper, rows; /* of rows: one row's */
} Chosen;

/* The bits of `paper` are taken where there are any. */
static bool chosen_new(Arena *arena, const Silhouette *in, const Bitmap *paper, Chosen *out)
{
    BitmapPack *pack = bitmap_packer();
    *out = (Chosen){paper->bits ? *paper : bitmap_new(arena, in->width_px, in->height_px), bitmap_new(arena, in->width_px, 1)};
    if (!out->paper.bits || !out->rows.bits)
        return false;
    for (int y = 0; y < in->height_px && !paper->bits; y++)
        pack(silhouette_row(in, y), in->width_px, LABEL_PAPER, bitmap_row(&out->paper, y));
    return true;
}

/* Paper at MARGIN_SILHOUETTE in all directions. */
static void choose_paper(const Chosen *chosen, int y)
{
    enum { M = MARGIN_SILHOUETTE };
    uint64_t *out = bitmap_row(&chosen->rows, 0);
    for (int i = 0; i < chosen->rows.words; i++) {
        out[i] = ~(uint64_t)0;
        for (int row = y - M; row <= y + M; row += M) {
            const uint64_t *word = bitmap_row(&chosen->paper, row) + i;
            out[i] &= word[0] & (word[0] << M | word[-1] >> (64 - M)) & (word[0] >> M | word[1] << (64 - M));
        }
    }
}

static void choose_surroundings(const Chosen *chosen, const FacePlace *face, int y)
{
    memset(chosen->rows.bits, 0, (size_t)chosen->rows.words * sizeof *chosen->rows.bits);
    for (int x = MARGIN; x < chosen->rows.width_px - MARGIN; x += 2)
        if (paper_surrounds(face, x, y))
            bitmap_set(&chosen->rows, x, 0);
}

typedef struct Column { /* the same in every row */
    Counts parts;
    Place place; /* across */
    double uu;
} Column;

typedef struct Row {
    const uint8_t *rgb;
    Counts parts;
    Place place; /* down */
} Row;

static void take_row(const Column *columns, const Bitmap *chosen, const Row *row, Paper *out)
{
    const uint64_t EVEN = 0x5555555555555555;
    const int before = out->count;
    double u = 0, uu = 0, v = row->place[1];
    for (int i = 0; i < chosen->words; i++)
        for (uint64_t left = chosen->bits[i] & EVEN & bitmap_between(i, MARGIN, chosen->width_px - MARGIN); left; left &= left - 1) {
            int x = 64 * i + __builtin_ctzll(left);
            const Column *column = &columns[x];
            const uint8_t *p = row->rgb + 3 * x;
            const uint32_t rgb = (uint32_t)(p[0] << 16 | p[1] << 8 | p[2]);
            PaperColour *known = *slot_of(out, rgb), *colour = known ? known : add_colour(out, rgb);
            out->colour[out->count++] = colour;
            colour->count++;
            colour->parts += column->parts + row->parts;
            colour->places += column->place + row->place;
            u += column->place[0];
            uu += column->uu;
        }
    const double n = out->count - before;
    out->u += u;
    out->uu += uu;
    out->v += n * v;
    out->uv += u * v;
    out->vv += n * v * v;
}

/* Evenly chosen: a quantile of some thousands is known to a tenth of its error. */
static void choose_some(Paper *paper)
{
    enum { MOST = 4096 };
    int step = (paper->count + MOST - 1) / MOST;
    for (int i = 0; i < paper->count; i += step)
        paper->colour[i]->some++;
}

/* `smooth`: the paper where there is no silhouette or not all of it is in there; without bits where nothing else is known. */
static Err collect(Arena *arena, const FacePlace *face, const Silhouette *in, const Bitmap *smooth, Paper *out)
{
    const Picture *frame = in->picture;
    Chosen chosen;
    Column *columns = ARENA_RAW(arena, Column, (size_t)frame->width_px);
    if (!columns || !paper_new(arena, frame->width_px * frame->height_px / 4 + 1, out) || !chosen_new(arena, in, smooth, &chosen))
        return (Err){ERR_MEMORY, "out of memory"};
    for (int x = 0; x < frame->width_px; x++) {
        float u = (float)x / (float)frame->width_px - 0.5f;
        columns[x] = (Column){part_of(u, 0, 0.1, ACROSS), {u, 0}, (double)u * u};
    }
    for (int y = MARGIN; y < frame->height_px - MARGIN; y += 2) {
        float v = (float)y / (float)frame->height_px - 0.5f;
        Row row = {.rgb = frame->rgb + 3 * (size_t)y * (size_t)frame->width_px, .parts = part_of(v, -1.0f / 6, 0.05, DOWN), .place = {0, v}};
        if (in->uniform || smooth->bits)
            choose_paper(&chosen, y);
        else
            choose_surroundings(&chosen, face, y);
        take_row(columns, &chosen.rows, &row, out);
    }
    choose_some(out);
    return OK;
}

static Lab median_lab(const Paper *paper, RankCount *list)
{
    double middle[3];
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < paper->colours; i++) {
            const Lab *lab = &paper->list[i].lab;
            list[i] = (RankCount){k == 0 ? lab->l : k == 1 ? lab->a : lab->b, paper->list[i].count};
        }
        middle[k] = rank_counted(list, paper->colours, (int)(0.5 * (paper->count - 1)));
    }
    return (Lab){middle[0], middle[1], middle[2]};
}

/* The sRGB colour of a Lab value (inverse of lab_of), for the report. */
static void rgb_of(Lab lab, double rgb[3])
{
    double y = (lab.l + 16) / 116, x = y + lab.a / 500, z = y - lab.b / 200, t[3] = {x, y, z};
    const double WHITE[3] = {0.95047, 1, 1.08883};
    for (int i = 0; i < 3; i++)
        t[i] = WHITE[i] * (t[i] > 6.0 / 29 ? t[i] * t[i] * t[i] : (116 * t[i] - 16) * 27 / 24389);
    const double M[3][3] = {{3.2404542, -1.5371385, -0.4985314},
                            {-0.9692660, 1.8760108, 0.0415560},
                            {0.0556434, -0.2040259, 1.0572252}};
    for (int i = 0; i < 3; i++) {
        double v = M[i][0] * t[0] + M[i][1] * t[1] + M[i][2] * t[2];
        v = v <= 0.0031308 ? 12.92 * v : 1.055 * pow(v, 1 / 2.4) - 0.055;
        rgb[i] = fmax(0, fmin(255, 255 * v));
    }
}

static void nearest_colour(Lab lab, const Profile *profile, Background *out)
{
    out->delta_e = NAN;
    out->nearest = -1;
    for (int i = 0; i < profile->colour_count; i++) {
        const Colour *c = &profile->colours[i];
        double d = lab_difference(lab_of(c->r, c->g, c->b), lab);
        if (out->nearest < 0 || d < out->delta_e) {
            out->delta_e = d;
            out->nearest = i;
        }
    }
}

/* Plane over the paper per Lab channel by least squares; the largest difference over the frame. */
static double gradient(const Paper *paper)
{
    double n = paper->count, su = paper->u, sv = paper->v, s[3] = {0}, us[3] = {0}, vs[3] = {0};
    for (int i = 0; i < paper->colours; i++) {
        const PaperColour *colour = &paper->list[i];
        const double c[3] = {colour->lab.l, colour->lab.a, colour->lab.b};
        for (int k = 0; k < 3; k++) {
            s[k] += colour->count * c[k];
            us[k] += colour->places[0] * c[k];
            vs[k] += colour->places[1] * c[k];
        }
    }
    double uu = paper->uu - su * su / n, uv = paper->uv - su * sv / n, vv = paper->vv - sv * sv / n;
    double det = uu * vv - uv * uv;
    if (!(det > 1e-6 * n * n))
        return NAN;
    double sum = 0;
    for (int k = 0; k < 3; k++) {
        double uc = us[k] - su * s[k] / n, vc = vs[k] - sv * s[k] / n;
        double gu = (uc * vv - vc * uv) / det, gv = (vc * uu - uc * uv) / det;
        sum += (fabs(gu) + fabs(gv)) * (fabs(gu) + fabs(gv));
    }
    return sqrt(sum);
}

/* CIEDE2000 between the mean colours of two parts of the paper, ACROSS or DOWN; NaN where one is too small. */
static double between(const Paper *paper, int direction)
{
    Lab sum[2] = {{0}};
    int count[2] = {0};
    for (int i = 0; i < paper->colours; i++) {
        const PaperColour *colour = &paper->list[i];
        for (int side = BEFORE; side <= BEHIND; side++) {
            int pixels = colour->parts[direction + side];
            sum[side].l += pixels * colour->lab.l;
            sum[side].a += pixels * colour->lab.a;
            sum[side].b += pixels * colour->lab.b;
            count[side] += pixels;
        }
    }
    if (count[0] < 20 || count[1] < 20)
        return NAN;
    for (int k = 0; k < 2; k++)
        sum[k] = (Lab){sum[k].l / count[k], sum[k].a / count[k], sum[k].b / count[k]};
    return lab_difference(sum[0], sum[1]);
}

/* A quantile of the differences from a colour, of those pixels that were chosen. */
static double spread(const Paper *paper, Lab median, RankCount *list, double q)
{
    int entries = 0, count = 0;
    for (int i = 0; i < paper->colours; i++) {
        if (!paper->list[i].some)
            continue;
        list[entries++] = (RankCount){lab_difference(median, paper->list[i].lab), paper->list[i].some};
        count += paper->list[i].some;
    }
    return rank_counted(list, entries, (int)(q * (count - 1)));
}

Err background_measure(Arena *arena, const FacePlace *face, const Silhouette *in,
                       const Profile *profile, Background *out, Facts *facts)
{
    *out = (Background){.r = NAN, .g = NAN, .b = NAN, .delta_e = NAN, .nearest = -1};
    Paper paper;
    Bitmap smooth = {0};
    if (in->uniform)
        glow_paper(arena, face, in, &smooth);
    else
        TRY(paper_smooth(arena, in->picture, face, &smooth));
    TRY(collect(arena, face, in, &smooth, &paper));
    RankCount *list = ARENA_RAW(arena, RankCount, (size_t)paper.colours + 1);
    double rgb[3];
    if (!list)
        return (Err){ERR_MEMORY, "out of memory"};
    if (paper.count < SAMPLES_LEAST)
        return OK;
    Lab median = median_lab(&paper, list);
    rgb_of(median, rgb);
    out->r = rgb[0];
    out->g = rgb[1];
    out->b = rgb[2];
    nearest_colour(median, profile, out);
    fact_set(facts, CHECK_background_delta_e, out->delta_e, COLOUR_ERROR);
    if (!in->uniform && !smooth.bits) { /* hair may be among the surroundings: leave it out of the quantile */
        fact_set(facts, CHECK_background_spread, spread(&paper, median, list, 0.70), EVEN_ERROR);
        return OK;
    }
    fact_set(facts, CHECK_background_spread, spread(&paper, median, list, 0.95), EVEN_ERROR);
    fact_set(facts, CHECK_background_gradient, gradient(&paper), EVEN_ERROR);
    fact_set(facts, CHECK_background_left_right, between(&paper, ACROSS), EVEN_ERROR);
    fact_set(facts, CHECK_background_top_bottom, between(&paper, DOWN), EVEN_ERROR);
    if (!in->uniform)
        return OK;
    fact_set(facts, CHECK_background_shadow, blots_shadow(arena, face, in), AREA_ERROR);
    fact_set(facts, CHECK_background_objects, blots_objects(arena, face, in), AREA_ERROR);
    return OK;
}
