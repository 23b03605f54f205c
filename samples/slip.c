/* SPDX-License-Identifier: MIT */
/* Every pixel is asked back to the paper, four times four per pixel; then blurred, and noise laid over it. */
#include "slip.h"

#include <math.h>
#include <string.h>
#include "qr.h"
#include "rng.h"

enum { SUB = 4, BORDER = 2, GAP = 12 };
static const double PAPER = 232, INK = 30, WALL = 150, SKIN = 120;

typedef struct Sheet {
    const SlipScene *scene;
    QrCode codes[2];
    int count;
    double width, height; /* modules, quiet zones and a border of paper included */
    double middle_x, middle_y, cosine, sine;
} Sheet;

static int quiet_side(const QrCode *code)
{
    return code->side + 2 * QR_QUIET;
}

/* Where a module of the sheet is dark. */
static bool is_ink(const Sheet *sheet, double u, double v)
{
    double left = BORDER;
    for (int i = 0; i < sheet->count; i++) {
        const QrCode *code = &sheet->codes[i];
        int column = (int)floor(u - left) - QR_QUIET, row = (int)floor(v - BORDER) - QR_QUIET;
        if (column >= 0 && row >= 0 && column < code->side && row < code->side && code->dark[row][column])
            return true;
        left += quiet_side(code) + GAP;
    }
    return false;
}

static double brightness(const Sheet *sheet, double x, double y)
{
    const SlipScene *scene = sheet->scene;
    double dx = x - sheet->middle_x, dy = y - sheet->middle_y;
    double far = 1 / (1 - scene->lean * 0.3 * dx / (sheet->width * scene->module_px)); /* a side is farther away */
    double u = (dx * sheet->cosine + dy * sheet->sine) / scene->module_px * far + sheet->width / 2;
    double v = (dy * sheet->cosine - dx * sheet->sine) / scene->module_px * far + sheet->height / 2;
    double light = scene->gain * (1 + scene->slope * (x / scene->width_px - 0.5));
    double corner = BORDER + QR_QUIET + 3.5; /* the middle of the first finder pattern */
    if (scene->thumb && hypot(u - corner, v - corner) < 6)
        return SKIN * light;
    if (u < 0 || v < 0 || u >= sheet->width || v >= sheet->height)
        return WALL * light;
    return (is_ink(sheet, u, v) ? INK : PAPER) * light;
}

static Err open_sheet(Arena *arena, const SlipScene *scene, Sheet *sheet)
{
    Rng rng = rng_stream(scene->seed, 0, 1);
    double tilt = scene->tilt_deg * M_PI / 180;
    *sheet = (Sheet){.scene = scene, .width = 2 * BORDER, .cosine = cos(tilt), .sine = sin(tilt)};
    for (int i = 0; i < 2 && scene->texts[i]; i++) {
        if (!qr_encode(scene->texts[i], &sheet->codes[i]))
            return fail(arena, ERR_USAGE, "no code can hold '%s'", scene->texts[i]);
        sheet->width += quiet_side(&sheet->codes[i]) + (i ? GAP : 0);
        sheet->height = fmax(sheet->height, quiet_side(&sheet->codes[i]) + 2 * BORDER);
        sheet->count++;
    }
    double reach = scene->module_px * hypot(sheet->width, sheet->height) / 2 * 1.2;
    double room_x = fmax(0, scene->width_px / 2.0 - reach), room_y = fmax(0, scene->height_px / 2.0 - reach);
    sheet->middle_x = scene->width_px / 2.0 + rng_range(&rng, -room_x, room_x);
    sheet->middle_y = scene->height_px / 2.0 + rng_range(&rng, -room_y, room_y);
    return OK;
}

/* One direction of a Gaussian; `step` 1: along rows, else along columns. */
static void blur_line(float *line, size_t count, size_t step, const float kernel[], int reach)
{
    float before[64] = {0};
    for (int i = 0; i < reach; i++)
        before[i] = line[0];
    for (size_t i = 0; i < count; i++) {
        float sum = 0, here = line[i * step];
        for (int k = -reach; k <= reach; k++) {
            size_t at = i + (size_t)(k > 0 ? k : 0);
            float value = k < 0 ? before[reach + k] : line[(at < count ? at : count - 1) * step];
            sum += kernel[k + reach] * value;
        }
        memmove(before, before + 1, (size_t)reach * sizeof *before);
        if (reach)
            before[reach - 1] = here;
        line[i * step] = sum;
    }
}

static void blur(float *grey, const SlipScene *scene)
{
    enum { REACH_MAX = 24 };
    int reach = (int)fmin(REACH_MAX, ceil(3 * scene->blur_px));
    size_t width = (size_t)scene->width_px, height = (size_t)scene->height_px;
    float kernel[2 * REACH_MAX + 1], sum = 0;
    for (int k = -reach; k <= reach; k++)
        sum += kernel[k + reach] = reach ? (float)exp(-k * k / (2 * scene->blur_px * scene->blur_px)) : 1;
    for (int k = 0; k <= 2 * reach; k++)
        kernel[k] /= sum;
    for (size_t y = 0; y < height && reach; y++)
        blur_line(grey + y * width, width, 1, kernel, reach);
    for (size_t x = 0; x < width && reach; x++)
        blur_line(grey + x, height, width, kernel, reach);
}

/* Twelve draws are near enough to a normal one. */
static double normal(Rng *rng)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += rng_unit(rng);
    return sum;
}

Err slip_paint(Arena *arena, const SlipScene *scene, Picture *out)
{
    Sheet sheet;
    TRY(open_sheet(arena, scene, &sheet));
    size_t width = (size_t)scene->width_px, count = width * (size_t)scene->height_px;
    float *grey = ARENA_ARRAY(arena, float, count);
    *out = (Picture){scene->width_px, scene->height_px, arena_alloc(arena, 3 * count)};
    if (!grey || !out->rgb)
        return fail(arena, ERR_MEMORY, "no memory for a slip");
    for (size_t i = 0; i < count; i++) {
        double sum = 0;
        for (int k = 0; k < SUB * SUB; k++)
            sum += brightness(&sheet, (double)(i % width) + (k % SUB + 0.5) / SUB, (double)(i / width) + (k / SUB + 0.5) / SUB);
        grey[i] = (float)(sum / (SUB * SUB));
    }
    blur(grey, scene);
    Rng rng = rng_stream(scene->seed, 0, 2);
    for (size_t i = 0; i < count; i++) {
        double value = grey[i] + scene->noise * normal(&rng);
        memset(out->rgb + 3 * i, (int)fmin(255, fmax(0, round(value))), 3);
    }
    return OK;
}
