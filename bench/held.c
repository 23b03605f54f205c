/* SPDX-License-Identifier: MIT */
/* Every pixel's ray is met with the paper, nine rays a pixel; what the paper covers is then blurred, shaken and made
 * noisy, with a margin around it. Lengths are mm, the camera's lens is one of 70 mm on 24x36 mm film held upright. */
#include "held.h"

#include <math.h>
#include <string.h>
#include "../samples/rng.h"
#include "../stages/raster.h"

enum { SUB = 3, MARGIN = 40, REACH_MAX = 40, EDGE_POINTS = 12 };
static const double LENS_MM = 70, FILM_MM = 24, PAPER = 232, INK = 30, SHADOW_SOFT_MM = 3, FINGER_MM = 8;
static const double SKIN[3] = {205, 160, 135};

typedef struct View {
    const Paper8 *slip;
    const HeldScene *scene;
    double width_mm, height_mm, focal_px, half[2]; /* of the frame, pixels */
    double axes[3][3], middle[3];                  /* of the paper, in the camera's frame */
    double finger[2][2], shadow_mm;                /* tips of fingers, a shadow's edge: on the paper */
} View;

static void turn(View *view, int from, int to, double degrees)
{
    double c = cos(degrees * M_PI / 180), s = sin(degrees * M_PI / 180);
    for (int i = 0; i < 3; i++) {
        double a = view->axes[from][i], b = view->axes[to][i];
        view->axes[from][i] = c * a + s * b;
        view->axes[to][i] = c * b - s * a;
    }
}

static void project(const View *view, double u, double v, double out[2])
{
    double bend = view->scene->bend_mm, angle = bend > 0 ? u / bend : 0;
    double local[3] = {bend > 0 ? bend * sin(angle) : u, v, bend > 0 ? bend * (1 - cos(angle)) : 0}, at[3];
    for (int i = 0; i < 3; i++)
        at[i] = view->middle[i] + local[0] * view->axes[0][i] + local[1] * view->axes[1][i] + local[2] * view->axes[2][i];
    for (int i = 0; i < 2; i++)
        out[i] = view->half[i] + view->focal_px * at[i] / at[2];
}

static void open_view(const Paper8 *slip, const HeldScene *scene, const Picture *frame, View *view)
{
    Rng rng = rng_stream(scene->seed, 0, 5);
    double distance = scene->frame_mm * LENS_MM / FILM_MM;
    *view = (View){.slip = slip, .scene = scene, .width_mm = slip->width_px / slip->px_per_mm,
                   .height_mm = slip->height_px / slip->px_per_mm, .focal_px = frame->width_px * LENS_MM / FILM_MM,
                   .half = {frame->width_px / 2.0, frame->height_px / 2.0}, .axes = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    double frame_high = scene->frame_mm * frame->height_px / frame->width_px;
    double room[2] = {fmax(0, (scene->frame_mm - view->width_mm * 1.4) / 2), fmax(0, (frame_high - view->height_mm * 1.4) / 2)};
    for (int i = 0; i < 2; i++)
        view->middle[i] = rng_range(&rng, -room[i], room[i]);
    view->middle[2] = distance;
    turn(view, 0, 2, scene->turn_deg);
    turn(view, 1, 2, scene->nod_deg);
    turn(view, 0, 1, scene->tilt_deg);
    for (int i = 0; i < 2; i++) { /* one hand at each side */
        view->finger[i][0] = (i ? 1 : -1) * (view->width_mm / 2 - scene->finger_mm + FINGER_MM);
        view->finger[i][1] = rng_range(&rng, -0.4, 0.4) * view->height_mm;
    }
    view->shadow_mm = rng_range(&rng, -0.3, 0.3) * view->width_mm;
}

/* Where a ray meets the paper: false where it does not. */
static bool meet(const View *view, const double ray[3], double *u, double *v)
{
    double from[3], to[3], bend = view->scene->bend_mm, t;
    for (int i = 0; i < 3; i++) {
        const double *axis = view->axes[i];
        from[i] = -(view->middle[0] * axis[0] + view->middle[1] * axis[1] + view->middle[2] * axis[2]);
        to[i] = ray[0] * axis[0] + ray[1] * axis[1] + ray[2] * axis[2];
    }
    if (bend > 0) { /* x^2 + (z - bend)^2 = bend^2; its near side is bent away from the camera */
        double z = from[2] - bend, a = to[0] * to[0] + to[2] * to[2], b = from[0] * to[0] + z * to[2];
        double root = b * b - a * (from[0] * from[0] + z * z - bend * bend);
        if (root < 0)
            return false;
        t = (-b - sqrt(root)) / a;
        *u = bend * atan2(from[0] + t * to[0], bend - (from[2] + t * to[2]));
    } else {
        t = -from[2] / to[2];
        *u = from[0] + t * to[0];
    }
    *v = from[1] + t * to[1];
    return t > 0 && fabs(*u) < view->width_mm / 2 && fabs(*v) < view->height_mm / 2;
}

static double ink_at(const Paper8 *slip, double x, double y)
{
    x = fmin(fmax(x - 0.5, 0), slip->width_px - 1.001);
    y = fmin(fmax(y - 0.5, 0), slip->height_px - 1.001);
    const uint8_t *at = slip->grey + (size_t)y * (size_t)slip->width_px + (size_t)x;
    double dx = x - floor(x), dy = y - floor(y);
    double high = at[0] + dx * (at[1] - at[0]), low = at[slip->width_px] + dx * (at[slip->width_px + 1] - at[slip->width_px]);
    return INK + (PAPER - INK) * (high + dy * (low - high)) / 255;
}

/* Fingers are round at their tips and come in from the sides. */
static bool is_finger(const View *view, double u, double v)
{
    for (int i = 0; i < 2 && view->scene->finger_mm > 0; i++) {
        double past = (i ? u - view->finger[i][0] : view->finger[i][0] - u), off = fabs(v - view->finger[i][1]);
        if (hypot(past, off) < FINGER_MM || (past > 0 && off < FINGER_MM))
            return true;
    }
    return false;
}

static bool shade(const View *view, double x, double y, double rgb[3])
{
    const HeldScene *scene = view->scene;
    const double ray[3] = {(x - view->half[0]) / view->focal_px, (y - view->half[1]) / view->focal_px, 1};
    double u, v;
    if (!meet(view, ray, &u, &v))
        return false;
    double side = (u + 0.3 * v - view->shadow_mm) / SHADOW_SOFT_MM;
    double light = scene->gain * (1 + scene->slope * u / view->width_mm) * (1 - scene->shadow / (1 + exp(-4 * side)));
    double k = view->slip->px_per_mm, ink = ink_at(view->slip, (u + view->width_mm / 2) * k, (v + view->height_mm / 2) * k);
    bool finger = is_finger(view, u, v);
    for (int i = 0; i < 3; i++)
        rgb[i] = light * (finger ? SKIN[i] : ink);
    return true;
}

/* The part of the frame that the paper may cover, with a margin. */
static Box cover(const View *view, const Picture *frame)
{
    double low[2] = {1e9, 1e9}, high[2] = {-1e9, -1e9};
    for (int i = 0; i <= EDGE_POINTS; i++)
        for (int j = 0; j <= EDGE_POINTS; j++) {
            double at[2];
            project(view, view->width_mm * (i / (double)EDGE_POINTS - 0.5), view->height_mm * (j / (double)EDGE_POINTS - 0.5), at);
            for (int k = 0; k < 2; k++) {
                low[k] = fmin(low[k], at[k]);
                high[k] = fmax(high[k], at[k]);
            }
        }
    int left = (int)fmax(0, low[0] - MARGIN), top = (int)fmax(0, low[1] - MARGIN);
    return (Box){left, top, (int)fmin(frame->width_px, high[0] + MARGIN) - left, (int)fmin(frame->height_px, high[1] + MARGIN) - top};
}

static void lay(const View *view, const Picture *frame, const Box *box, float *out)
{
    for (int y = 0; y < box->height; y++)
        for (int x = 0; x < box->width; x++) {
            const uint8_t *behind = frame->rgb + 3 * ((size_t)(box->y + y) * (size_t)frame->width_px + (size_t)(box->x + x));
            double sum[3] = {0}, rgb[3];
            for (int k = 0; k < SUB * SUB; k++) {
                bool met = shade(view, box->x + x + (k % SUB + 0.5) / SUB, box->y + y + (k / SUB + 0.5) / SUB, rgb);
                for (int i = 0; i < 3; i++)
                    sum[i] += met ? rgb[i] : behind[i];
            }
            for (int i = 0; i < 3; i++)
                *out++ = (float)(sum[i] / (SUB * SUB));
        }
}

/* What each of 2 reach + 1 neighbours weighs. */
typedef struct Kernel {
    int reach;
    float weight[2 * REACH_MAX + 1];
} Kernel;

/* One line of `count` values, `step` apart; `line`: room for count of them. */
static void smooth_line(float *at, int count, size_t step, const Kernel *kernel, float *line)
{
    int reach = kernel->reach;

    for (int i = 0; i < count; i++)
        line[i] = at[(size_t)i * step];
    for (int i = 0; i < count; i++) {
        float sum = 0;
        for (int k = -reach; k <= reach; k++) {
            int from = i + k < 0 ? 0 : i + k >= count ? count - 1 : i + k;
            sum += kernel->weight[k + reach] * line[from];
        }
        at[(size_t)i * step] = sum;
    }
}

/* Along rows with the shake, else along columns. */
static void smooth(float *area, const Box *box, const Kernel *kernel, bool rows, float *line)
{
    size_t width = (size_t)box->width;
    for (int i = 0; i < (rows ? box->height : box->width) && kernel->reach; i++)
        for (size_t c = 0; c < 3; c++)
            smooth_line(area + c + 3 * (rows ? (size_t)i * width : (size_t)i), rows ? box->width : box->height, rows ? 3 : 3 * width,
                        kernel, line);
}

static Kernel gaussian(double sigma)
{
    Kernel kernel = {.reach = (int)fmin(REACH_MAX, ceil(3 * sigma))};
    int reach = kernel.reach;
    float sum = 0;
    for (int k = -reach; k <= reach; k++)
        sum += kernel.weight[k + reach] = reach ? (float)exp(-k * k / (2 * sigma * sigma)) : 1;
    for (int k = 0; k <= 2 * reach; k++)
        kernel.weight[k] /= sum;
    return kernel;
}

static Kernel run(double length)
{
    Kernel kernel = {.reach = (int)fmin(REACH_MAX, floor(length / 2))};
    for (int k = 0; k <= 2 * kernel.reach; k++)
        kernel.weight[k] = 1.0f / (float)(2 * kernel.reach + 1);
    return kernel;
}

static void blur(float *area, const Box *box, const HeldScene *scene, float *line)
{
    Kernel soft = gaussian(scene->blur_px), shake = run(scene->shake_px);
    smooth(area, box, &soft, true, line);
    smooth(area, box, &soft, false, line);
    smooth(area, box, &shake, true, line);
}

static double normal(Rng *rng)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += rng_unit(rng);
    return sum;
}

Err held_paint(Arena *arena, const Paper8 *slip, const HeldScene *scene, Picture *frame)
{
    View view;
    open_view(slip, scene, frame, &view);
    Box box = cover(&view, frame);
    size_t count = 3 * (size_t)box.width * (size_t)box.height;
    float *area = ARENA_RAW(arena, float, count), *line = ARENA_RAW(arena, float, (size_t)(box.width + box.height));
    if (!area || !line)
        return fail(arena, ERR_MEMORY, "no memory for a slip");
    lay(&view, frame, &box, area);
    blur(area, &box, scene, line);
    Rng rng = rng_stream(scene->seed, 0, 6);
    for (size_t i = 0; i < count; i++) {
        size_t row = i / (3 * (size_t)box.width), at = i % (3 * (size_t)box.width);
        double value = area[i] + scene->noise * normal(&rng);
        frame->rgb[3 * (((size_t)box.y + row) * (size_t)frame->width_px + (size_t)box.x) + at] =
            (uint8_t)fmin(255, fmax(0, round(value)));
    }
    return OK;
}
