/* SPDX-License-Identifier: MIT */
/* The paper as it is: how far from an allowed colour, how even, and what lies on it. */
#include "background.h"

#include <string.h>
#include "bitmap.h"
#include "blots.h"
#include "colour.h"
#include "rank.h"

/* Share of a pixel's surroundings that must be paper before it is measured, in pixels of a 240-pixel
 * wide frame: silhouettes bleed and edges carry frames. */
enum { SAMPLES_LEAST = 80 };
/* Colours whose Lab or difference is kept; the paper's are few, and asked for again and again. */
enum { KEPT_BITS = 10, KEPT = 1 << KEPT_BITS };
enum { MARGIN_SILHOUETTE = 4, MARGIN_EDGE = 3, MARGIN = MARGIN_SILHOUETTE > MARGIN_EDGE ? MARGIN_SILHOUETTE : MARGIN_EDGE };
/* Errors of the measures (one side, about 95 %), from repeated captures of the same paper. */
static const double COLOUR_ERROR = 0.5, EVEN_ERROR = 0.5, AREA_ERROR = 0.1;

typedef struct Paper { /* measured paper pixels */
    int count;
    uint32_t *rgb;
    Lab *lab;
    float *u, *v; /* place, -0.5..0.5 */
} Paper;

static double quantile(double *values, int count, double q)
{
    if (count == 0)
        return NAN;
    return rank_value(values, count, (int)(q * (count - 1)));
}

/* The place of a colour among those kept. */
static int kept_place(uint32_t rgb)
{
    return (int)(rgb * 2654435761u >> (32 - KEPT_BITS));
}

typedef struct KeptLab {
    uint32_t rgb; /* with bit 24 set where there is one */
    Lab lab;
} KeptLab;

static Lab lab_at(KeptLab kept[KEPT], uint32_t rgb)
{
    KeptLab *place = &kept[kept_place(rgb)];
    if (place->rgb != (rgb | 1 << 24))
        *place = (KeptLab){rgb | 1 << 24, lab_of((int)(rgb >> 16), (int)(rgb >> 8 & 255), (int)(rgb & 255))};
    return place->lab;
}

/* Beside the head where no silhouette can be had: the upper part, outside head and hair. */
static bool surroundings(const FacePlace *face, int x, int y)
{
    double dx = (x - face->eyes.x) / (1.1 * face->width);
    double dy = (y - face->eyes.y + 0.1 * face->width) / (1.35 * face->width);
    return y < face->chin_y && dx * dx + dy * dy > 1;
}

/* A bit for each pixel that is to be measured: every fourth says the same. */
typedef struct Chosen {
    Bitmap paper, rows; /* of rows: one row's */
} Chosen;

static bool chosen_new(Arena *arena, const Silhouette *in, Chosen *out)
{
    uint8_t *row = ARENA_RAW(arena, uint8_t, (size_t)in->width_px);
    *out = (Chosen){bitmap_new(arena, in->width_px, in->height_px), bitmap_new(arena, in->width_px, 1)};
    if (!row || !out->paper.bits || !out->rows.bits)
        return false;
    for (int y = 0; y < in->height_px; y++) {
        const uint8_t *label = in->label + (size_t)y * (size_t)in->width_px;
        for (int x = 0; x < in->width_px; x++)
            row[x] = label[x] == LABEL_PAPER;
        bitmap_pack(row, in->width_px, bitmap_row(&out->paper, y));
    }
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
        if (surroundings(face, x, y))
            bitmap_set(&chosen->rows, x, 0);
}

static void take(const Picture *frame, int x, int y, KeptLab kept[KEPT], Paper *out)
{
    const uint8_t *p = frame->rgb + 3 * ((size_t)y * (size_t)frame->width_px + (size_t)x);
    out->rgb[out->count] = (uint32_t)(p[0] << 16 | p[1] << 8 | p[2]);
    out->lab[out->count] = lab_at(kept, out->rgb[out->count]);
    out->u[out->count] = (float)x / (float)frame->width_px - 0.5f;
    out->v[out->count++] = (float)y / (float)frame->height_px - 0.5f;
}

static Err collect(Arena *arena, const FacePlace *face, const Silhouette *in, Paper *out)
{
    const uint64_t EVEN = 0x5555555555555555;
    const Picture *frame = in->picture;
    size_t most = (size_t)frame->width_px * (size_t)frame->height_px / 4 + 1;
    *out = (Paper){.rgb = ARENA_RAW(arena, uint32_t, most), .lab = ARENA_RAW(arena, Lab, most),
                   .u = ARENA_RAW(arena, float, most), .v = ARENA_RAW(arena, float, most)};
    KeptLab *kept = ARENA_ARRAY(arena, KeptLab, KEPT);
    Chosen chosen;
    if (!out->rgb || !out->lab || !out->u || !out->v || !kept || !chosen_new(arena, in, &chosen))
        return (Err){ERR_MEMORY, "out of memory"};
    for (int y = MARGIN; y < frame->height_px - MARGIN; y += 2) {
        if (in->uniform)
            choose_paper(&chosen, y);
        else
            choose_surroundings(&chosen, face, y);
        for (int i = 0; i < chosen.rows.words; i++)
            for (uint64_t left = bitmap_row(&chosen.rows, 0)[i] & EVEN; left; left &= left - 1) {
                int x = 64 * i + __builtin_ctzll(left);
                if (x >= MARGIN && x < frame->width_px - MARGIN)
                    take(frame, x, y, kept, out);
            }
    }
    return OK;
}

static Lab median_lab(const Paper *paper, double *values)
{
    Lab out;
    for (int i = 0; i < paper->count; i++)
        values[i] = paper->lab[i].l;
    out.l = quantile(values, paper->count, 0.5);
    for (int i = 0; i < paper->count; i++)
        values[i] = paper->lab[i].a;
    out.a = quantile(values, paper->count, 0.5);
    for (int i = 0; i < paper->count; i++)
        values[i] = paper->lab[i].b;
    out.b = quantile(values, paper->count, 0.5);
    return out;
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
    double n = 0, su = 0, sv = 0, suu = 0, suv = 0, svv = 0, s[3] = {0}, us[3] = {0}, vs[3] = {0};
    for (int i = 0; i < paper->count; i++) {
        double u = paper->u[i], v = paper->v[i];
        const double c[3] = {paper->lab[i].l, paper->lab[i].a, paper->lab[i].b};
        n++;
        su += u;
        sv += v;
        suu += u * u;
        suv += u * v;
        svv += v * v;
        for (int k = 0; k < 3; k++) {
            s[k] += c[k];
            us[k] += u * c[k];
            vs[k] += v * c[k];
        }
    }
    double uu = suu - su * su / n, uv = suv - su * sv / n, vv = svv - sv * sv / n;
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

/* CIEDE2000 between the mean colours of two parts of the paper; NaN where one is too small. */
static double between(const Paper *paper, const float *place, float edge, double inner)
{
    Lab sum[2] = {{0}};
    int count[2] = {0};
    for (int i = 0; i < paper->count; i++) {
        int side = place[i] >= edge;
        if (fabs(place[i] - edge) < inner)
            continue;
        sum[side].l += paper->lab[i].l;
        sum[side].a += paper->lab[i].a;
        sum[side].b += paper->lab[i].b;
        count[side]++;
    }
    if (count[0] < 20 || count[1] < 20)
        return NAN;
    for (int k = 0; k < 2; k++)
        sum[k] = (Lab){sum[k].l / count[k], sum[k].a / count[k], sum[k].b / count[k]};
    return lab_difference(sum[0], sum[1]);
}

/* Over evenly chosen samples: a quantile of some thousands is known to a tenth of its error. */
static double spread(const Paper *paper, Lab median, double *values, double q)
{
    enum { MOST = 4096 };
    int step = (paper->count + MOST - 1) / MOST, count = 0;
    uint32_t kept[KEPT] = {0}; /* with bit 24 set where there is one */
    double difference[KEPT];
    for (int i = 0; i < paper->count; i += step) {
        int place = kept_place(paper->rgb[i]);
        if (kept[place] != (paper->rgb[i] | 1 << 24)) {
            kept[place] = paper->rgb[i] | 1 << 24;
            difference[place] = lab_difference(median, paper->lab[i]);
        }
        values[count++] = difference[place];
    }
    return quantile(values, count, q);
}

Err background_measure(Arena *arena, const FacePlace *face, const Silhouette *in,
                       const Profile *profile, Background *out, Facts *facts)
{
    *out = (Background){.r = NAN, .g = NAN, .b = NAN, .delta_e = NAN, .nearest = -1};
    Paper paper;
    TRY(collect(arena, face, in, &paper));
    double *values = ARENA_RAW(arena, double, (size_t)paper.count + 1), rgb[3];
    if (!values)
        return (Err){ERR_MEMORY, "out of memory"};
    if (paper.count < SAMPLES_LEAST)
        return OK;
    Lab median = median_lab(&paper, values);
    rgb_of(median, rgb);
    out->r = rgb[0];
    out->g = rgb[1];
    out->b = rgb[2];
    nearest_colour(median, profile, out);
    fact_set(facts, CHECK_background_delta_e, out->delta_e, COLOUR_ERROR);
    if (!in->uniform) { /* hair may be among the surroundings: leave it out of the quantile */
        fact_set(facts, CHECK_background_spread, spread(&paper, median, values, 0.70), EVEN_ERROR);
        return OK;
    }
    fact_set(facts, CHECK_background_spread, spread(&paper, median, values, 0.95), EVEN_ERROR);
    fact_set(facts, CHECK_background_gradient, gradient(&paper), EVEN_ERROR);
    fact_set(facts, CHECK_background_left_right, between(&paper, paper.u, 0, 0.1), EVEN_ERROR);
    fact_set(facts, CHECK_background_top_bottom, between(&paper, paper.v, -1.0f / 6, 0.05),
             EVEN_ERROR);
    fact_set(facts, CHECK_background_shadow, blots_shadow(arena, face, in), AREA_ERROR);
    fact_set(facts, CHECK_background_objects, blots_objects(arena, face, in), AREA_ERROR);
    return OK;
}
