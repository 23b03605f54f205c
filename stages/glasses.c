/* SPDX-License-Identifier: MIT */
/* Glasses by what they do to the light. A clear lens leaves the skin below the eye as light as the
 * cheek further down and of its colour; a dark one does not, nor a coloured one, whatever the skin. One of the skin's own warm
 * colour hardly moves either, but takes blue, or green. A reflection is lighter than the
 * brightest skin of the same face: against over-exposed skin it cannot be told, and is not. */
#include "eyes.h"

#include "colour.h"

/* Rectangles in the face's own coordinates, for the eye at u = 0.5; the other one is mirrored. */
typedef struct Patch {
    double u0, u1, v0, v1;
} Patch;

static const Patch BELOW_EYE = {0.30, 0.75, 0.17, 0.30}, BELOW_LID = {0.32, 0.68, 0.13, 0.22}, CHEEK = {0.35, 0.75, 0.65, 0.95};
static const Patch LENS = {0.15, 1.00, -0.22, 0.34};
static const Patch NOSE = {-0.15, 0.15, -0.10, 0.60}, FOREHEAD = {-0.40, 0.40, -0.80, -0.50};
static const Patch BELOW_LENS = {0.30, 0.95, 0.40, 0.62}; /* a lit cheek is light here, too */
static const double STEP = 0.02;
static const double EDGE = 0.20; /* no lens is sought so near to the face's edge: light paper lies behind it */
enum { PATCH_MOST = 1600, ACROSS_MOST = 64, BLACK = 6, SKINS = 3 /* left cheek, right cheek, nose */ };
/* A glare pixel: at least so light, so much above the skin, so colourless. */
enum { GLARE_LUMA = 190, GLARE_ABOVE = 15, GLARE_CHROMA = 45 };

/* Of 1,099 portraits without dark lenses none is darker below one eye alone by 50 % (a lock or a side light shades it), and
 * none is shifted in colour below both by more than 15.6 (1 in 300 by 13.5) in a and b of CIELAB. So a single eye counts by so much less,
 * %, and a shift of 18 is as plain as 40 % of the light. */
static const double ONE_EYE = 20, PER_SHIFT = 40 / 18.0;
/* Against red, and against cheeks and nose, one of those portraits lacks 16 % of the blue below both eyes (its lenses are amber), the
 * others at most 11 % of it and 9 % of the green, and below one eye 16 % and 12 %. So 25 and 16 are as plain as 40 % of the light. A
 * channel as dark as DIM tells little. */
static const double PER_BLUE = 40 / 25.0, PER_GREEN = 40 / 16.0, DIM = 8;

static const double TINT_ERROR = 5, GLARE_ERROR = 0.5; /* % */

enum { RED, GREEN, BLUE, LUMA, KINDS };

typedef struct Levels { /* how many pixels have a level of each kind; and their colours, added */
    int of[KINDS][256], count, sum[3];
    double middle[KINDS]; /* of all in order; of what levels_of gives */
} Levels;

/* The level that would stand at `index` of all in order. */
static double level_at(const Levels *levels, int kind, int index)
{
    const int *of = levels->of[kind];
    int level = 0;
    for (int below = of[0]; below <= index; below += of[level])
        level++;
    return level;
}

/* Adds the levels of the patch's pixels inside the picture, unless that is less than half of it. */
static void add_patch(const Picture *frame, const FaceAxes *axes, const Patch *patch, int side, Levels *out)
{
    double across[ACROSS_MOST];
    int at[PATCH_MOST], columns = 0, seen = 0, inside = 0;
    for (double u = patch->u0; u <= patch->u1 && columns < ACROSS_MOST; u += STEP)
        across[columns++] = side * u;
    for (double v = patch->v0; v <= patch->v1 && seen + columns <= PATCH_MOST; v += STEP, seen += columns)
        inside += face_axes_row(axes, frame, &(FaceRow){v, across, columns}, at + seen);
    if (inside * 2 < seen)
        return;
    for (int i = 0; i < seen; i++) {
        if (at[i] < 0)
            continue;
        const uint8_t *p = frame->rgb + 3 * (size_t)at[i];
        out->of[LUMA][luma_of(p)]++;
        for (int k = RED; k <= BLUE; k++) {
            out->of[k][p[k]]++;
            out->sum[k] += p[k];
        }
    }
    out->count += inside;
}

static Levels levels_of(const Picture *frame, const FaceAxes *axes, const Patch *patch, int side)
{
    Levels levels = {.count = 0};
    add_patch(frame, axes, patch, side, &levels);
    for (int kind = 0; kind < KINDS && levels.count; kind++)
        levels.middle[kind] = level_at(&levels, kind, levels.count / 2);
    return levels;
}

/* The skin below one eye against the cheek. */
typedef struct Below {
    double tint;  /* darker by its median luma or lacking blue or green, %; negative: lighter; NaN: too little of them is in the picture, or no light */
    double shift; /* of its mean colour, in a and b of CIELAB */
} Below;

static Lab mean_lab(const Levels *levels)
{
    uint8_t mean[3];
    for (int i = 0; i < 3; i++)
        mean[i] = (uint8_t)(levels->sum[i] / levels->count);
    return lab_of(mean[0], mean[1], mean[2]);
}

static double against_red(const Levels *levels, int kind)
{
    return (levels->middle[kind] + DIM) / (levels->middle[RED] + DIM);
}

/* How much of a channel is missing, %, against the skin that has the least of it: a beard has more, and so has the shady side. */
static double lack_of(int kind, const Levels *below, const Levels skin[SKINS])
{
    double least = INFINITY;
    for (int i = 0; i < SKINS; i++)
        least = skin[i].count ? fmin(least, against_red(&skin[i], kind)) : least;
    return 100 * (1 - against_red(below, kind) / least);
}

static Below against(const Levels *below, const Levels *cheek, const Levels skin[SKINS])
{
    double darker = 100 * (1 - below->middle[LUMA] / cheek->middle[LUMA]);
    double blue = lack_of(BLUE, below, skin), green = lack_of(GREEN, below, skin);
    Lab there = mean_lab(below), here = mean_lab(cheek);
    return (Below){fmax(darker, fmax(PER_BLUE * blue, PER_GREEN * green)), hypot(there.a - here.a, there.b - here.b)};
}

/* A rim may lie in one of the patches, so the clearer one counts. */
static Below below_eye(const Picture *frame, const FaceAxes *axes, int side, const Levels skin[SKINS])
{
    const Levels below = levels_of(frame, axes, &BELOW_EYE, side), lid = levels_of(frame, axes, &BELOW_LID, side);
    const Levels *cheek = &skin[side > 0];
    if (!below.count || !lid.count || !cheek->count || cheek->middle[LUMA] < BLACK)
        return (Below){NAN, NAN};
    Below one = against(&below, cheek, skin), other = against(&lid, cheek, skin);
    return (Below){fmin(one.tint, other.tint), fmin(one.shift, other.shift)};
}

/* Of both lenses the clearer one, of a tinted one alone less; or the colour of both. */
static void measure_tint(const Picture *frame, const FaceAxes *axes, const Levels skin[SKINS], Facts *facts)
{
    Below left = below_eye(frame, axes, -1, skin), right = below_eye(frame, axes, 1, skin);
    if (!isfinite(left.tint) || !isfinite(right.tint))
        return;
    double tint = fmax(fmin(left.tint, right.tint), fmax(left.tint, right.tint) - ONE_EYE);
    fact_set(facts, CHECK_glasses_tint, fmax(tint, PER_SHIFT * fmin(left.shift, right.shift)), TINT_ERROR);
}

typedef struct Skin { /* left and right */
    double light[2]; /* what is brighter is no skin, luma; NaN outside the picture */
    double edge[2];  /* u up to which a lens is sought */
} Skin;

/* `some` is of the cheeks and the nose. */
static Skin skin_of(const Picture *frame, const FaceAxes *axes, const FacePlace *face, const Levels some[SKINS])
{
    Levels levels = {.count = 0};
    add_patch(frame, axes, &FOREHEAD, 1, &levels);
    for (int i = 0; i < SKINS; i++) {
        for (int level = 0; level < 256; level++)
            levels.of[LUMA][level] += some[i].of[LUMA][level];
        levels.count += some[i].count;
    }
    Point left = face_axes_of(axes, face->points[POINT_CONTOUR_FIRST]);
    Point right = face_axes_of(axes, face->points[POINT_CONTOUR_LAST]);
    Skin skin = {.edge = {-left.x - EDGE, right.x - EDGE}};
    double all = levels.count ? level_at(&levels, LUMA, levels.count * 95 / 100) : NAN;
    for (int side = 0; side < 2; side++) {
        levels = (Levels){.count = 0};
        add_patch(frame, axes, &BELOW_LENS, side ? 1 : -1, &levels);
        skin.light[side] = levels.count ? fmax(all, level_at(&levels, LUMA, levels.count * 90 / 100)) : all;
    }
    return skin;
}

static bool is_glare(const uint8_t *p, double skin)
{
    int high = p[0] > p[1] ? p[0] : p[1], low = p[0] < p[1] ? p[0] : p[1];
    high = p[2] > high ? p[2] : high;
    low = p[2] < low ? p[2] : low;
    int luma = luma_of(p);
    return luma >= GLARE_LUMA && luma >= skin + GLARE_ABOVE && high - low <= GLARE_CHROMA;
}

enum { COLUMNS = 43, ROWS = 29 }; /* of a lens, one STEP apart */
typedef bool Lens[ROWS][COLUMNS];

static bool glare_around(const Lens glare, int i, int j, int reach)
{
    if (i < reach || j < reach || i >= COLUMNS - reach || j >= ROWS - reach)
        return false;
    for (int y = j - reach; y <= j + reach; y++)
        for (int x = i - reach; x <= i + reach; x++)
            if (!glare[y][x])
                return false;
    return true;
}

/* How many pixels of the lens and all eight around them are glare: no rim, no catchlight. What is nowhere thicker, but as wide
 * and high as a lens may be, is a light rim, too. */
static int blob_of(const Lens glare)
{
    enum { RIM_WIDE = 22, RIM_HIGH = 10 };
    int blob = 0, solid = 0, left = COLUMNS, right = 0, top = ROWS, bottom = 0;
    for (int j = 0; j < ROWS; j++)
        for (int i = 0; i < COLUMNS; i++) {
            if (!glare_around(glare, i, j, 1))
                continue;
            blob++;
            solid += glare_around(glare, i, j, 2);
            left = i < left ? i : left;
            right = i > right ? i : right;
            top = j < top ? j : top;
            bottom = j;
        }
    return !solid && right - left >= RIM_WIDE && bottom - top >= RIM_HIGH ? 0 : blob;
}

/* Share of the lens, %. */
static double glare_of(const Picture *frame, const FaceAxes *axes, int side, const Skin *skin)
{
    Lens glare;
    double across[COLUMNS];
    int inside = 0, any = 0, at[COLUMNS];
    for (int i = 0; i < COLUMNS; i++)
        across[i] = side * (LENS.u0 + STEP * i);
    for (int j = 0; j < ROWS; j++) {
        inside += face_axes_row(axes, frame, &(FaceRow){LENS.v0 + STEP * j, across, COLUMNS}, at);
        for (int i = 0; i < COLUMNS; i++) {
            glare[j][i] = at[i] >= 0 && side * across[i] <= skin->edge[side > 0] &&
                          is_glare(frame->rgb + 3 * (size_t)at[i], skin->light[side > 0]);
            any |= glare[j][i];
        }
    }
    return inside * 2 < ROWS * COLUMNS ? NAN : any ? 100.0 * blob_of(glare) / inside : 0;
}

void glasses_measure(const Picture *frame, const FacePlace *face, Facts *facts)
{
    FaceAxes axes = face_axes(face);
    if (!isfinite(axes.unit))
        return;
    const Levels some[SKINS] = {levels_of(frame, &axes, &CHEEK, -1), levels_of(frame, &axes, &CHEEK, 1),
                                levels_of(frame, &axes, &NOSE, 1)};
    measure_tint(frame, &axes, some, facts);
    Skin skin = skin_of(frame, &axes, face, some);
    double left = glare_of(frame, &axes, -1, &skin), right = glare_of(frame, &axes, 1, &skin);
    if (isfinite(skin.light[0]) && isfinite(left) && isfinite(right))
        fact_set(facts, CHECK_lens_glare, fmax(left, right), GLARE_ERROR);
}
