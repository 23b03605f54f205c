/* SPDX-License-Identifier: MIT */
/* Reading base portraits: take the paper out by the mask, then continue shoulders past the frame.
 *
 * A render pixel is C = a F + (1 - a) B with the mask a and the paper B, so the premultiplied
 * person is C - (1 - a) B: no colour of the old paper stays at the silhouette. Beyond the frame the
 * clothes are mirrored to the sides, where their outline falls off like a shoulder, and drawn out
 * below. */
#include "base.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../stages/jpeg.h"
#include "face.h"

/* Columns at the frame's edge and rows at its foot that feed the continuation. */
enum { STRIP = 120, STRETCHED = 200 };

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

static Err read_all(Arena *arena, const char *path, Bytes *out)
{
    CLEANUP(close_file) FILE *file = fopen(path, "rb");
    if (!file)
        return fail(arena, ERR_IO, "cannot open '%s': %m", path);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    out->size = size > 0 ? (size_t)size : 0;
    out->data = arena_alloc(arena, out->size + 1);
    if (!out->data)
        return fail(arena, ERR_MEMORY, "no memory for '%s'", path);
    if (fread(out->data, 1, out->size, file) != out->size)
        return fail(arena, ERR_IO, "cannot read '%s': %m", path);
    return OK;
}

static Err unpack_mask(Arena *arena, const char *path, uint8_t *mask)
{
    Bytes file;
    TRY(read_all(arena, path, &file));
    const uint8_t *d = file.data;
    if (file.size < 8 || memcmp(d, "RUN1", 4) || d[4] + 256 * d[5] != BASE_WIDTH ||
        d[6] + 256 * d[7] != BASE_HEIGHT)
        return fail(arena, ERR_FORMAT, "not a mask of %dx%d: '%s'", BASE_WIDTH, BASE_HEIGHT, path);
    size_t done = 0, all = (size_t)BASE_WIDTH * BASE_HEIGHT;
    for (size_t i = 8; i + 1 < file.size; i += 2) {
        size_t run = (size_t)d[i + 1] + 1;
        if (done + run > all)
            break;
        memset(mask + done, d[i], run);
        done += run;
    }
    return done == all ? OK : fail(arena, ERR_FORMAT, "broken mask '%s'", path);
}

/* The paper as a plane c + x kx + y ky per channel, by least squares over every 7th bare pixel. */
static void fit_paper(const uint8_t *rgb, const uint8_t *mask, double plane[3][3])
{
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0, s[3] = {0}, sxc[3] = {0}, syc[3] = {0};
    for (int i = 0; i < BASE_WIDTH * BASE_HEIGHT; i += 7) {
        if (mask[i])
            continue;
        double x = i % BASE_WIDTH, y = i / BASE_WIDTH;
        n++, sx += x, sy += y, sxx += x * x, sxy += x * y, syy += y * y;
        for (int c = 0; c < 3; c++) {
            double v = rgb[3 * i + c];
            s[c] += v, sxc[c] += x * v, syc[c] += y * v;
        }
    }
    n = fmax(n, 1);
    double vxx = sxx - sx * sx / n, vxy = sxy - sx * sy / n, vyy = syy - sy * sy / n;
    double det = vxx * vyy - vxy * vxy;
    for (int c = 0; c < 3; c++) {
        double cx = sxc[c] - sx * s[c] / n, cy = syc[c] - sy * s[c] / n;
        double kx = det > 0 ? (cx * vyy - cy * vxy) / det : 0;
        double ky = det > 0 ? (cy * vxx - cx * vxy) / det : 0;
        plane[c][0] = (s[c] - kx * sx - ky * sy) / n;
        plane[c][1] = kx;
        plane[c][2] = ky;
    }
}

static uint8_t *canvas_at(Canvas canvas, int x, int y) /* base coordinates */
{
    return canvas.rgba + 4 * ((size_t)y * CANVAS_WIDTH + (size_t)(x + PAD_SIDE));
}

static void cut_person(const uint8_t *rgb, const uint8_t *mask, Canvas canvas)
{
    double plane[3][3];
    fit_paper(rgb, mask, plane);
    for (int y = 0; y < BASE_HEIGHT; y++)
        for (int x = 0; x < BASE_WIDTH; x++) {
            int i = y * BASE_WIDTH + x, a = mask[i] < 4 ? 0 : mask[i];
            uint8_t *out = canvas_at(canvas, x, y);
            if (a == 255)
                memcpy(out, rgb + 3 * i, 3);
            for (int c = 0; c < 3 && a && a < 255; c++) {
                double paper = plane[c][0] + plane[c][1] * x + plane[c][2] * y;
                double v = rgb[3 * i + c] - (255 - a) / 255.0 * paper;
                out[c] = (uint8_t)lrint(fmin(fmax(v, 0), a));
            }
            out[3] = (uint8_t)a;
        }
}

static int shoulder_row(Canvas canvas, int x)
{
    int y = BASE_HEIGHT / 2;
    while (y < BASE_HEIGHT && canvas_at(canvas, x, y)[3] < 128)
        y++;
    return y;
}

/* Columns d = 1.. past the edge x0 (step -1 left, +1 right). */
static void continue_side(Canvas canvas, int x0, int step)
{
    int edge = shoulder_row(canvas, x0), inner = shoulder_row(canvas, x0 - step * STRIP);
    double slope = fmax(0, (double)(edge - inner) / STRIP);
    for (int d = 1; d <= PAD_SIDE; d++) {
        int k = d % (2 * STRIP); /* to and fro in the strip */
        int from_x = x0 - step * (k < STRIP ? k : 2 * STRIP - k);
        double line = edge + slope * d + d * (double)d / 600;
        int shift = (int)lrint(line) - shoulder_row(canvas, from_x);
        for (int y = 0; y < BASE_HEIGHT; y++) {
            int from_y = y - shift;
            if (from_y >= BASE_HEIGHT)
                from_y = 2 * BASE_HEIGHT - 1 - from_y;
            if (from_y >= 0)
                memcpy(canvas_at(canvas, x0 + step * d, y), canvas_at(canvas, from_x, from_y), 4);
        }
    }
}

/* The last rows, drawn out ever longer: no collar or fold comes a second time. */
static void continue_below(Canvas canvas)
{
    size_t row = (size_t)CANVAS_WIDTH * 4;
    int first = BASE_HEIGHT - STRETCHED;
    uint8_t *from = canvas.rgba + (size_t)first * row;
    for (int y = CANVAS_HEIGHT - 1; y > first; y--) { /* upwards: sources are above their targets */
        double at = (STRETCHED - 1) * (1 - exp(-(double)(y - first) / STRETCHED));
        int i = (int)at;
        double part = at - i;
        const uint8_t *p = from + (size_t)i * row, *q = p + row;
        uint8_t *to = canvas.rgba + (size_t)y * row;
        for (size_t k = 0; k < row; k++)
            to[k] = (uint8_t)(p[k] * (1 - part) + q[k] * part + 0.5);
    }
}

static Err load_picture(Arena *arena, const char *folder, Base *base)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.jpg", folder, base->name);
    Bytes file;
    TRY(read_all(arena, path, &file));
    Picture picture = {0};
    JpegDamage damage = {0};
    TRY(jpeg_decode(arena, file.data, file.size, 1, &picture, &damage));
    if (!picture.rgb || picture.width_px != BASE_WIDTH || picture.height_px != BASE_HEIGHT)
        return fail(arena, ERR_FORMAT, "not a base portrait of %dx%d: '%s'", BASE_WIDTH,
                    BASE_HEIGHT, path);
    uint8_t *mask = arena_alloc(arena, (size_t)BASE_WIDTH * BASE_HEIGHT);
    base->canvas.rgba = arena_alloc(arena, (size_t)4 * CANVAS_WIDTH * CANVAS_HEIGHT);
    if (!mask || !base->canvas.rgba)
        return fail(arena, ERR_MEMORY, "no memory for '%s'", path);
    snprintf(path, sizeof path, "%s/%s.mask", folder, base->name);
    TRY(unpack_mask(arena, path, mask));
    cut_person(picture.rgb, mask, base->canvas);
    continue_side(base->canvas, 0, -1);
    continue_side(base->canvas, BASE_WIDTH - 1, 1);
    continue_below(base->canvas);
    return OK;
}

enum { COLUMN_MAX = 32 };

static int split(char *line, char *cell[COLUMN_MAX])
{
    int count = 0;
    line[strcspn(line, "\r\n")] = 0;
    for (char *next = line; next && count < COLUMN_MAX;)
        cell[count++] = strsep(&next, ",");
    return count;
}

/* file,width,height,faces,eyes(4..7),mouth(8..11),hair_top_y,face_left_x,face_right_x,paper(15..17),
 * identity,set(19),fault(20),roll_deg(21), ... */
static bool read_row(char *line, Base *out)
{
    char *cell[COLUMN_MAX];
    if (split(line, cell) < 22 || strlen(cell[0]) < 5 || strlen(cell[0]) >= sizeof out->name)
        return false;
    memcpy(out->name, cell[0], strlen(cell[0]) - 4);
    snprintf(out->fault, sizeof out->fault, "%s", cell[20]);
    out->sure = !strcmp(cell[19], "sure");
    out->good = !*cell[20] && strcmp(cell[19], "spare");
    out->posed = !strcmp(cell[19], "posed");
    for (int i = 0; i < 2; i++) {
        out->left_eye[i] = atof(cell[4 + i]);
        out->right_eye[i] = atof(cell[6 + i]);
        out->mouth_left[i] = atof(cell[8 + i]);
        out->mouth_right[i] = atof(cell[10 + i]);
    }
    out->hair_top_y = atof(cell[12]);
    out->face_left_x = atof(cell[13]);
    out->face_right_x = atof(cell[14]);
    out->roll_deg = atof(cell[21]);
    return true;
}

Err bases_load(Arena *arena, const char *folder, Bases *out)
{
    char path[512], line[1024];
    snprintf(path, sizeof path, "%s/truth.csv", folder);
    CLEANUP(close_file) FILE *file = fopen(path, "r");
    if (!file)
        return fail(arena, ERR_IO, "cannot open '%s': %m", path);
    *out = (Bases){0};
    if (!fgets(line, sizeof line, file))
        return fail(arena, ERR_FORMAT, "empty: '%s'", path);
    while (out->count < BASE_MAX && fgets(line, sizeof line, file)) {
        Base *base = &out->list[out->count];
        if (!read_row(line, base))
            return fail(arena, ERR_FORMAT, "not a row of the truth: '%s'", path);
        TRY(load_picture(arena, folder, base));
        out->count++;
        if (!base->posed)
            out->drawn = out->count;
    }
    return OK;
}

int bases_find(const Bases *bases, const char *fault)
{
    for (int i = 0; i < bases->count; i++)
        if (*fault && (!strcmp(bases->list[i].fault, fault) || !strcmp(bases->list[i].name, fault)))
            return i;
    return -1;
}

/* Whether the bent base's person is at (x, y). */
static bool person_at(const Base *base, double x, double y)
{
    double from[2];
    face_source(&base->bend, x, y, from);
    return from[1] >= 0 && from[1] < CANVAS_HEIGHT && from[0] > -PAD_SIDE && from[0] < BASE_WIDTH + PAD_SIDE - 1 &&
           canvas_at(base->canvas, (int)floor(from[0]), (int)from[1])[3] >= 128;
}

/* Columns of person on row y of the turned base, within 0.75 face width of the eyes. */
static int cover_of_row(const Base *base, double tilt_deg, double y)
{
    double ex = (base->left_eye[0] + base->right_eye[0]) / 2;
    double ey = (base->left_eye[1] + base->right_eye[1]) / 2;
    double face = base->face_right_x - base->face_left_x, turn = tilt_deg * M_PI / 180;
    int hits = 0;
    for (double x = -0.75 * face; x <= 0.75 * face; x++) /* back into the unturned base */
        hits += person_at(base, ex + x * cos(turn) + (y - ey) * sin(turn), ey - x * sin(turn) + (y - ey) * cos(turn));
    return hits;
}

double base_shoulders(const Base *base)
{
    double face = base->face_right_x - base->face_left_x, y[2];
    double middle = (base->mouth_left[0] + base->mouth_right[0]) / 2;
    for (int side = 0; side < 2; side++) {
        y[side] = (base->mouth_left[1] + base->mouth_right[1]) / 2;
        while (y[side] < CANVAS_HEIGHT && !person_at(base, middle + (side ? 0.8 : -0.8) * face, y[side]))
            y[side]++;
    }
    return atan2(y[1] - y[0], 1.6 * face) * 180 / M_PI;
}

double base_hair_top(const Base *base, double tilt_deg)
{
    double face = base->face_right_x - base->face_left_x;
    double ey = (base->left_eye[1] + base->right_eye[1]) / 2;
    for (double y = -200; y < ey; y += 16) /* in strides, then back row by row */
        if (cover_of_row(base, tilt_deg, y) >= 0.06 * face) {
            while (cover_of_row(base, tilt_deg, y - 1) >= 0.06 * face)
                y--;
            return y;
        }
    return base->hair_top_y;
}

Err base_pack_mask(Arena *arena, const char *pgm, const char *out)
{
    Bytes in;
    TRY(read_all(arena, pgm, &in));
    int width, height, at;
    if (sscanf((const char *)in.data, "P5 %d %d 255%n", &width, &height, &at) != 2 ||
        in.size < (size_t)at + 1 + (size_t)width * (size_t)height)
        return fail(arena, ERR_FORMAT, "not an 8-bit PGM: '%s'", pgm);
    CLEANUP(close_file) FILE *file = fopen(out, "wb");
    if (!file)
        return fail(arena, ERR_IO, "cannot write '%s': %m", out);
    fprintf(file, "RUN1%c%c%c%c", width & 255, width >> 8, height & 255, height >> 8);
    const uint8_t *v = in.data + at + 1, *end = v + (size_t)width * (size_t)height;
    while (v < end) {
        int run = 1;
        while (v + run < end && run < 256 && v[run] == *v)
            run++;
        fputc(*v, file);
        fputc(run - 1, file);
        v += run;
    }
    return ferror(file) ? fail(arena, ERR_IO, "cannot write '%s': %m", out) : OK;
}
