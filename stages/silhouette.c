/* SPDX-License-Identifier: MIT */
/* Paper is smooth and reaches the edges; a person is neither. Fit a quadratic to the colours beside the
 * head, robustly, then let the paper grow in from the left, right and upper edge as far as the model
 * explains the pixels. What is left and touches the face is the person. */
#include "silhouette.h"

#include <string.h>
#include "rank.h"

enum { TERMS = 6, SAMPLES_MOST = 4096 };

/* RGB distances. Below FLOOR a threshold would follow JPEG noise; beyond START nothing is paper. */
static const double START = 60, FLOOR = 11, NOISE_TIMES = 4.5;
static const double INLIERS_LEAST = 0.45; /* long hair may cover the rest */
static const double EDGES_LEAST = 0.80, EDGE = 0.05; /* the latter: share of the picture's sides */

typedef struct Sample {
    double term[TERMS];
    double rgb[3];
    double away; /* distance from the model */
    bool edge;   /* near the left, right or upper edge, above the eyes: hair seldom reaches there */
} Sample;

static void terms_at(double u, double v, double term[TERMS])
{
    term[0] = 1;
    term[1] = u;
    term[2] = v;
    term[3] = u * u;
    term[4] = u * v;
    term[5] = v * v;
}

static double model_at(const double c[TERMS], const double term[TERMS])
{
    double sum = 0;
    for (int i = 0; i < TERMS; i++)
        sum += c[i] * term[i];
    return sum;
}

void silhouette_paper(const Silhouette *in, int x, int y, double rgb[3])
{
    double term[TERMS];
    terms_at((double)x / in->width_px - 0.5, (double)y / in->height_px - 0.5, term);
    for (int k = 0; k < 3; k++)
        rgb[k] = model_at(in->paper.c[k], term);
}

/* Beside and above the head, where paper should be: outside an ellipse around the head, and below
 * the chin outside the shoulders. */
static bool beside_head(const FacePlace *face, double x, double y)
{
    double dx = fabs(x - face->eyes.x) / face->width;
    double dy = (y - face->eyes.y) / face->width + 0.1;
    if (y >= face->chin_y)
        return dx > 1.6;
    return dx * dx / (0.85 * 0.85) + dy * dy / (1.2 * 1.2) > 1;
}

static int take_samples(const Picture *picture, const FacePlace *face, Sample *samples)
{
    double area = (double)picture->width_px * picture->height_px;
    int step = (int)ceil(sqrt(area / SAMPLES_MOST));
    int count = 0;
    for (int y = step / 2; y < picture->height_px; y += step)
        for (int x = step / 2; x < picture->width_px && count < SAMPLES_MOST; x += step) {
            if (!beside_head(face, x, y))
                continue;
            Sample *s = &samples[count++];
            const uint8_t *p = picture->rgb + 3 * ((size_t)y * (size_t)picture->width_px + (size_t)x);
            terms_at((double)x / picture->width_px - 0.5, (double)y / picture->height_px - 0.5,
                     s->term);
            for (int k = 0; k < 3; k++)
                s->rgb[k] = p[k];
            s->edge = y < face->eyes.y &&
                      (fabs(s->term[1]) > 0.5 - EDGE || s->term[2] < EDGE - 0.5);
        }
    return count;
}

/* Solves the symmetric system in place (Gauss, partial pivoting); a singular one leaves zeros. */
static void solve(double a[TERMS][TERMS], double b[TERMS], double x[TERMS])
{
    for (int i = 0; i < TERMS; i++) {
        int pivot = i;
        for (int r = i + 1; r < TERMS; r++)
            if (fabs(a[r][i]) > fabs(a[pivot][i]))
                pivot = r;
        for (int c = 0; c < TERMS; c++) {
            double t = a[i][c];
            a[i][c] = a[pivot][c];
            a[pivot][c] = t;
        }
        double t = b[i];
        b[i] = b[pivot];
        b[pivot] = t;
        for (int r = i + 1; r < TERMS && fabs(a[i][i]) > 1e-12; r++) {
            double f = a[r][i] / a[i][i];
            for (int c = i; c < TERMS; c++)
                a[r][c] -= f * a[i][c];
            b[r] -= f * b[i];
        }
    }
    for (int i = TERMS - 1; i >= 0; i--) {
        double sum = b[i];
        for (int c = i + 1; c < TERMS; c++)
            sum -= a[i][c] * x[c];
        x[i] = fabs(a[i][i]) > 1e-12 ? sum / a[i][i] : 0;
    }
}

/* Least squares over the samples nearer than `reach`; curvature is held back where little supports
 * it (a ridge), since the model is also asked where no sample lies. */
static void fit(const Sample *samples, int count, double reach, int order, double c[3][TERMS])
{
    double a[TERMS][TERMS] = {{0}}, b[3][TERMS] = {{0}}, n = 1;
    for (int i = 0; i < count; i++) {
        const Sample *s = &samples[i];
        if (s->away > reach)
            continue;
        n++;
        for (int r = 0; r < TERMS; r++) {
            for (int col = 0; col < TERMS; col++)
                a[r][col] += s->term[r] * s->term[col];
            for (int k = 0; k < 3; k++)
                b[k][r] += s->term[r] * s->rgb[k];
        }
    }
    for (int r = 1; r < TERMS; r++)
        a[r][r] += r < order ? 1e-4 * n : (r < 3 ? 1e9 : (order > 3 ? 3e-4 * n : 1e9));
    for (int k = 0; k < 3; k++) {
        double copy[TERMS][TERMS];
        memcpy(copy, a, sizeof copy);
        solve(copy, b[k], c[k]);
    }
}

static double measure_away(Sample *samples, int count, const double c[3][TERMS])
{
    double explained = 0;
    for (int i = 0; i < count; i++) {
        double sum = 0;
        for (int k = 0; k < 3; k++) {
            double d = samples[i].rgb[k] - model_at(c[k], samples[i].term);
            sum += d * d;
        }
        samples[i].away = sqrt(sum);
        explained += samples[i].away < 30;
    }
    return explained / count;
}

static double median_away(Arena *arena, const Sample *samples, int count, double reach)
{
    double *away = ARENA_ARRAY(arena, double, (size_t)count);
    int kept = 0;
    for (int i = 0; away && i < count; i++)
        if (samples[i].away < reach)
            away[kept++] = samples[i].away;
    if (kept < 8)
        return NAN;
    return rank_value(away, kept, kept / 2);
}

static Err start_colour(Arena *arena, Sample *samples, int count, double eyes_v, double c[3][TERMS])
{
    double *values = ARENA_ARRAY(arena, double, (size_t)count);
    if (!values)
        return (Err){ERR_MEMORY, "out of memory"};
    for (int k = 0; k < 3; k++) {
        int n = 0;
        for (int i = 0; i < count; i++)
            if (samples[i].term[2] < eyes_v) /* above the eyes: more paper, less hair */
                values[n++] = samples[i].rgb[k];
        if (n < 8)
            for (n = 0; n < count; n++)
                values[n] = samples[n].rgb[k];
        memset(c[k], 0, sizeof c[k]);
        c[k][0] = rank_value(values, n, n / 2);
    }
    return OK;
}

static Err model_paper(Arena *arena, const Picture *picture, const FacePlace *face, PaperModel *out)
{
    Sample *samples = ARENA_ARRAY(arena, Sample, SAMPLES_MOST);
    if (!samples)
        return (Err){ERR_MEMORY, "out of memory"};
    *out = (PaperModel){.noise = NAN};
    int count = take_samples(picture, face, samples);
    if (count < 32)
        return OK;
    TRY(start_colour(arena, samples, count, face->eyes.y / picture->height_px - 0.5, out->c));
    static const int ORDER[] = {1, 3, 3, 6, 6, 6};
    double reach = START;
    for (size_t i = 0; i < sizeof ORDER / sizeof *ORDER; i++) {
        measure_away(samples, count, out->c);
        double middle = median_away(arena, samples, count, reach);
        if (!isfinite(middle))
            return OK;
        reach = fmin(START, fmax(FLOOR, 4 * middle));
        fit(samples, count, reach, ORDER[i], out->c);
    }
    measure_away(samples, count, out->c);
    out->noise = median_away(arena, samples, count, reach) / 1.54; /* median of a 3-D normal's length */
    int explained = 0, edges = 0, edges_explained = 0;
    for (int i = 0; i < count; i++) {
        bool paper = samples[i].away < fmax(FLOOR, NOISE_TIMES * out->noise);
        explained += paper;
        edges += samples[i].edge;
        edges_explained += samples[i].edge && paper;
    }
    out->inliers = (double)explained / count;
    out->edges = edges ? (double)edges_explained / edges : 0;
    return OK;
}

/* LABEL_PAPER where the model explains the pixel, else LABEL_FOREIGN. Forward differences: the model
 * is a quadratic, so two additions per channel make the next pixel's colour. */
static void label_alike(const Picture *picture, Silhouette *out)
{
    double du = 1.0 / picture->width_px, limit = out->threshold * out->threshold;
    for (int y = 0; y < picture->height_px; y++) {
        double v = (double)y / picture->height_px - 0.5, value[3], step[3], bend[3];
        for (int k = 0; k < 3; k++) {
            const double *c = out->paper.c[k];
            double u = -0.5;
            value[k] = c[0] + c[1] * u + c[2] * v + c[3] * u * u + c[4] * u * v + c[5] * v * v;
            step[k] = (c[1] + c[4] * v) * du + c[3] * (2 * u * du + du * du);
            bend[k] = 2 * c[3] * du * du;
        }
        const uint8_t *p = picture->rgb + 3 * (size_t)y * (size_t)picture->width_px;
        uint8_t *label = out->label + (size_t)y * (size_t)picture->width_px;
        for (int x = 0; x < picture->width_px; x++, p += 3) {
            double sum = 0;
            for (int k = 0; k < 3; k++) {
                double d = p[k] - value[k];
                sum += d * d;
                value[k] += step[k];
                step[k] += bend[k];
            }
            label[x] = sum <= limit ? LABEL_PAPER : LABEL_FOREIGN;
        }
    }
}

enum { VISITED = 0x80 };

/* Marks with VISITED all pixels of `wanted` that are 4-connected to those on the stack. */
static void grow(Silhouette *out, uint8_t wanted, int *stack, int top)
{
    const int w = out->width_px, h = out->height_px;
    while (top > 0) {
        int at = stack[--top], x = at % w, y = at / w;
        const int next[4] = {x > 0 ? at - 1 : -1, x < w - 1 ? at + 1 : -1, y > 0 ? at - w : -1,
                             y < h - 1 ? at + w : -1};
        for (int i = 0; i < 4; i++)
            if (next[i] >= 0 && out->label[next[i]] == wanted) {
                out->label[next[i]] = wanted | VISITED;
                stack[top++] = next[i];
            }
    }
}

static int push(Silhouette *out, uint8_t wanted, int at, int *stack, int top)
{
    if (out->label[at] != wanted)
        return top;
    out->label[at] = wanted | VISITED;
    stack[top] = at;
    return top + 1;
}

enum { THIN = 0x40 }; /* an object that merely touches the head hangs on by thin bridges */

/* Sets THIN on foreign pixels with paper among their neighbours within `reach`. */
static void mark_thin(Silhouette *out, int reach)
{
    const int w = out->width_px, h = out->height_px;
    for (int y = reach; y < h - reach; y++)
        for (int x = reach; x < w - reach; x++) {
            uint8_t *at = out->label + (size_t)y * (size_t)w + (size_t)x;
            if (*at == LABEL_FOREIGN &&
                (at[-reach] == LABEL_PAPER || at[reach] == LABEL_PAPER ||
                 at[-reach * w] == LABEL_PAPER || at[reach * w] == LABEL_PAPER))
                *at |= THIN;
        }
}

/* Thin pixels beside the person belong to it; so do those beside them, `reach` + 1 times. */
static void take_thin(Silhouette *out, int reach)
{
    const int w = out->width_px, h = out->height_px;
    for (int round = 0; round <= reach; round++) {
        for (int y = 1; y < h - 1; y++)
            for (int x = 1; x < w - 1; x++) {
                uint8_t *at = out->label + (size_t)y * (size_t)w + (size_t)x;
                if (*at == (LABEL_FOREIGN | THIN) &&
                    (at[-1] == LABEL_PERSON || at[1] == LABEL_PERSON || at[-w] == LABEL_PERSON ||
                     at[w] == LABEL_PERSON))
                    *at |= VISITED;
            }
        for (size_t i = 0; i < (size_t)w * (size_t)h; i++)
            if (out->label[i] == (LABEL_FOREIGN | THIN | VISITED))
                out->label[i] = LABEL_PERSON;
    }
}

/* From the face through everything thicker than a bridge, then its thin rim. */
static void grow_person(Silhouette *out, const FacePlace *face, int *stack)
{
    const int w = out->width_px, h = out->height_px, reach = w > 300 ? 4 : 2;
    size_t count = (size_t)w * (size_t)h;
    int top = 0;
    mark_thin(out, reach);
    for (int i = 0; i < POINT_COUNT; i++) {
        int x = (int)face->points[i].x, y = (int)face->points[i].y;
        if (x >= 0 && y >= 0 && x < w && y < h)
            top = push(out, LABEL_FOREIGN, y * w + x, stack, top);
    }
    grow(out, LABEL_FOREIGN, stack, top);
    for (size_t i = 0; i < count; i++)
        if (out->label[i] == (LABEL_FOREIGN | VISITED))
            out->label[i] = LABEL_PERSON;
    take_thin(out, reach);
    for (size_t i = 0; i < count; i++)
        if (out->label[i] == (LABEL_FOREIGN | THIN))
            out->label[i] = LABEL_FOREIGN;
}

/* Paper must reach an edge; a person must touch the face. The rest is foreign. */
static void connect(Silhouette *out, const FacePlace *face, int *stack)
{
    const int w = out->width_px, h = out->height_px;
    int top = 0;
    for (int x = 0; x < w; x++)
        top = push(out, LABEL_PAPER, x, stack, top);
    for (int y = 0; y < h; y++) {
        top = push(out, LABEL_PAPER, y * w, stack, top);
        top = push(out, LABEL_PAPER, y * w + w - 1, stack, top);
    }
    grow(out, LABEL_PAPER, stack, top);
    size_t count = (size_t)w * (size_t)h;
    for (size_t i = 0; i < count; i++)
        out->label[i] = out->label[i] == (LABEL_PAPER | VISITED) ? LABEL_PAPER : LABEL_FOREIGN;
    grow_person(out, face, stack);
}

/* Share of the way from the eyes to the face points that the paper took. */
static double leaked(const Silhouette *in, const FacePlace *face)
{
    int hits = 0, seen = 0;
    for (int i = 0; i < POINT_COUNT; i++)
        for (int step = 0; step < 4; step++) {
            double t = 0.3 + 0.2 * step;
            int x = (int)(face->eyes.x + t * (face->points[i].x - face->eyes.x));
            int y = (int)(face->eyes.y + t * (face->points[i].y - face->eyes.y));
            if (x < 0 || y < 0 || x >= in->width_px || y >= in->height_px)
                continue;
            seen++;
            hits += in->label[(size_t)y * (size_t)in->width_px + (size_t)x] == LABEL_PAPER;
        }
    return seen ? (double)hits / seen : 1;
}

Err silhouette_find(Arena *arena, const Picture *picture, const FacePlace *face, Silhouette *out)
{
    size_t count = (size_t)picture->width_px * (size_t)picture->height_px;
    *out = (Silhouette){
        .picture = picture, .width_px = picture->width_px, .height_px = picture->height_px};
    out->label = ARENA_ARRAY(arena, uint8_t, count);
    int *stack = ARENA_ARRAY(arena, int, count);
    if (!out->label || !stack)
        return (Err){ERR_MEMORY, "out of memory"};
    TRY(model_paper(arena, picture, face, &out->paper));
    if (!isfinite(out->paper.noise)) {
        memset(out->label, LABEL_PERSON, count);
        out->problem = "there is no paper beside the head";
        return OK;
    }
    out->threshold = fmax(FLOOR, NOISE_TIMES * out->paper.noise);
    label_alike(picture, out);
    connect(out, face, stack);
    out->uniform = out->paper.inliers >= INLIERS_LEAST && out->paper.edges >= EDGES_LEAST;
    if (!out->uniform)
        out->problem = "the background is not uniform";
    else if (leaked(out, face) > 0.03)
        out->problem = "the face is not distinct from the background";
    return OK;
}
