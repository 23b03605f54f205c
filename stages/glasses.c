/* SPDX-License-Identifier: MIT */
/* Glasses by what they do to the light. A clear lens leaves the skin below the eye as light as the
 * cheek further down; a dark one does not, whatever the skin. A reflection is lighter than the
 * brightest skin of the same face: against over-exposed skin it cannot be told, and is not. */
#include "eyes.h"

#include "colour.h"

/* Rectangles in the face's own coordinates, for the eye at u = 0.5; the other one is mirrored. */
typedef struct Patch {
    double u0, u1, v0, v1;
} Patch;

static const Patch BELOW_EYE = {0.30, 0.75, 0.17, 0.30}, CHEEK = {0.35, 0.75, 0.65, 0.95};
static const Patch LENS = {0.15, 1.00, -0.22, 0.34};
static const Patch NOSE = {-0.15, 0.15, -0.10, 0.60}, FOREHEAD = {-0.40, 0.40, -0.80, -0.50};
static const Patch BELOW_LENS = {0.30, 0.95, 0.40, 0.62}; /* a lit cheek is light here, too */
static const double STEP = 0.02;
static const double EDGE = 0.20; /* no lens is sought so near to the face's edge: light paper lies behind it */
enum { PATCH_MOST = 1600, BLACK = 6 };
/* A glare pixel: at least so light, so much above the skin, so colourless. */
enum { GLARE_LUMA = 190, GLARE_ABOVE = 15, GLARE_CHROMA = 45 };

static const double TINT_ERROR = 5, GLARE_ERROR = 0.5; /* % */

static const uint8_t *pixel_at(const Picture *frame, const FaceAxes *axes, double u, double v)
{
    Point p = face_axes_at(axes, u, v);
    if (!(p.x > -0.5 && p.y > -0.5 && p.x < frame->width_px - 0.5 && p.y < frame->height_px - 0.5))
        return NULL;
    size_t x = (size_t)(p.x + 0.5), y = (size_t)(p.y + 0.5);
    return frame->rgb + 3 * (y * (size_t)frame->width_px + x);
}

typedef struct Levels { /* how many pixels have a luma */
    int of[256], count;
} Levels;

/* The luma that would stand at `index` of all in order. */
static double level_at(const Levels *levels, int index)
{
    int level = 0;
    for (int below = levels->of[0]; below <= index; below += levels->of[level])
        level++;
    return level;
}

/* Adds the luma of the patch's pixels inside the picture, unless that is less than half of it. */
static void add_patch(const Picture *frame, const FaceAxes *axes, const Patch *patch, int side, Levels *out)
{
    Levels levels = {.count = 0};
    int seen = 0;
    for (double v = patch->v0; v <= patch->v1; v += STEP)
        for (double u = patch->u0; u <= patch->u1 && seen < PATCH_MOST; u += STEP, seen++) {
            const uint8_t *p = pixel_at(frame, axes, side * u, v);
            if (!p)
                continue;
            levels.of[luma_of(p)]++;
            levels.count++;
        }
    if (levels.count * 2 < seen)
        return;
    for (int i = 0; i < 256; i++)
        out->of[i] += levels.of[i];
    out->count += levels.count;
}

/* The median luma of a patch; NaN where too little of it is in the picture. */
static double patch_luma(const Picture *frame, const FaceAxes *axes, const Patch *patch, int side)
{
    Levels levels = {.count = 0};
    add_patch(frame, axes, patch, side, &levels);
    return levels.count ? level_at(&levels, levels.count / 2) : NAN;
}

/* How much darker than the cheek the skin below one eye is, %; negative: lighter. */
static double tint_of(const Picture *frame, const FaceAxes *axes, int side)
{
    double below = patch_luma(frame, axes, &BELOW_EYE, side), cheek = patch_luma(frame, axes, &CHEEK, side);
    return cheek >= BLACK ? 100 * (1 - below / cheek) : NAN;
}

typedef struct Skin { /* left and right */
    double light[2]; /* what is brighter is no skin, luma; NaN outside the picture */
    double edge[2];  /* u up to which a lens is sought */
} Skin;

static Skin skin_of(const Picture *frame, const FaceAxes *axes, const FacePlace *face)
{
    static const struct {
        const Patch *patch;
        int side;
    } SKIN[] = {{&CHEEK, -1}, {&CHEEK, 1}, {&NOSE, 1}, {&FOREHEAD, 1}};
    Levels levels = {.count = 0};
    for (size_t i = 0; i < sizeof SKIN / sizeof *SKIN; i++)
        add_patch(frame, axes, SKIN[i].patch, SKIN[i].side, &levels);
    Point left = face_axes_of(axes, face->points[POINT_CONTOUR_FIRST]);
    Point right = face_axes_of(axes, face->points[POINT_CONTOUR_LAST]);
    Skin skin = {.edge = {-left.x - EDGE, right.x - EDGE}};
    double all = levels.count ? level_at(&levels, levels.count * 95 / 100) : NAN;
    for (int side = 0; side < 2; side++) {
        levels = (Levels){.count = 0};
        add_patch(frame, axes, &BELOW_LENS, side ? 1 : -1, &levels);
        skin.light[side] = levels.count ? fmax(all, level_at(&levels, levels.count * 90 / 100)) : all;
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

/* Share of the lens, %, whose pixel and all eight around it are glare: no rim, no catchlight. */
static double glare_of(const Picture *frame, const FaceAxes *axes, int side, const Skin *skin)
{
    enum { COLUMNS = 43, ROWS = 29 };
    bool glare[ROWS][COLUMNS];
    int inside = 0, blob = 0;
    for (int j = 0; j < ROWS; j++)
        for (int i = 0; i < COLUMNS; i++) {
            double u = LENS.u0 + STEP * i;
            const uint8_t *p = pixel_at(frame, axes, side * u, LENS.v0 + STEP * j);
            glare[j][i] = p && u <= skin->edge[side > 0] && is_glare(p, skin->light[side > 0]);
            inside += p != NULL;
        }
    for (int j = 1; j < ROWS - 1; j++)
        for (int i = 1; i < COLUMNS - 1; i++) {
            bool all = true;
            for (int k = 0; k < 9 && all; k++)
                all = glare[j + k / 3 - 1][i + k % 3 - 1];
            blob += all;
        }
    return inside * 2 < ROWS * COLUMNS ? NAN : 100.0 * blob / inside;
}

void glasses_measure(const Picture *frame, const FacePlace *face, Facts *facts)
{
    FaceAxes axes = face_axes(face);
    if (!isfinite(axes.unit))
        return;
    double left = tint_of(frame, &axes, -1), right = tint_of(frame, &axes, 1);
    if (isfinite(left) && isfinite(right)) /* both lenses: a lock or a side light shades one */
        fact_set(facts, CHECK_glasses_tint, fmin(left, right), TINT_ERROR);
    Skin skin = skin_of(frame, &axes, face);
    left = glare_of(frame, &axes, -1, &skin);
    right = glare_of(frame, &axes, 1, &skin);
    if (isfinite(skin.light[0]) && isfinite(left) && isfinite(right))
        fact_set(facts, CHECK_lens_glare, fmax(left, right), GLARE_ERROR);
}
