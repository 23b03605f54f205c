/* SPDX-License-Identifier: MIT */
/* A shadow multiplies the paper's colour and has no texture of its own; an object has its own colour. */
#include "blots.h"

#include <stdlib.h>

/* Shadows: factor on the paper's colour, RGB distance from it, RGB step over two pixels; how far from
 * the person and, on coloured paper, how far below the chin they are looked for, in face widths; on
 * white and grey paper they are looked for down to the mouth. */
static const double DARKEST = 0.50, LIGHTEST = 0.97, RESIDUE = 14, STEP = 9;
static const double REACH = 0.5, BELOW_CHIN = 0.2;
enum { MARGIN = 4 };

static const uint8_t *pixel(const Picture *picture, int x, int y)
{
    return picture->rgb + 3 * ((size_t)y * (size_t)picture->width_px + (size_t)x);
}

static bool smooth(const Picture *picture, int x, int y)
{
    const uint8_t *left = pixel(picture, x - 2, y), *right = pixel(picture, x + 2, y);
    const uint8_t *above = pixel(picture, x, y - 2), *below = pixel(picture, x, y + 2);
    for (int k = 0; k < 3; k++)
        if (abs(left[k] - right[k]) > 2 * STEP || abs(above[k] - below[k]) > 2 * STEP)
            return false;
    return true;
}

/* Which pixels of a row are a shadow on the paper, whose colours there are given. */
static void find_shadows(const Picture *frame, int y, const float *paper, uint8_t *out)
{
    for (int x = MARGIN; x < frame->width_px - MARGIN; x++) {
        const uint8_t *p = pixel(frame, x, y);
        const float *q = paper + 3 * x;
        float r = p[0], g = p[1], b = p[2];
        float dot = r * q[0] + g * q[1] + b * q[2], own = r * r + g * g + b * b;
        float length = q[0] * q[0] + q[1] * q[1] + q[2] * q[2];
        out[x] = dot > (float)DARKEST * length && dot < (float)LIGHTEST * length &&
                 own - dot * (dot / length) < (float)(RESIDUE * RESIDUE) && smooth(frame, x, y);
    }
}

/* White and grey clothes in the shade look like white and grey paper in the shade. */
static bool coloured(const Silhouette *in)
{
    double paper[3];
    silhouette_paper(in, in->width_px / 2, 0, paper);
    return fmax(paper[0], fmax(paper[1], paper[2])) - fmin(paper[0], fmin(paper[1], paper[2])) > 25;
}

/* Paper beside the person in one row, walked leftwards or rightwards: all of it, and what is dark. */
static void count_ring(const uint8_t *label, const uint8_t *shadow, int width, int reach, int ring[2])
{
    for (int pass = 0; pass < 2; pass++) {
        int person = -1000000;
        for (int i = MARGIN; i < width - MARGIN; i++) {
            int x = pass ? width - 1 - i : i;
            if (label[x] == LABEL_PERSON && !shadow[x])
                person = i;
            if (i - person < MARGIN || i - person > reach || (label[x] != LABEL_PAPER && !shadow[x]))
                continue;
            ring[0]++;
            ring[1] += shadow[x];
        }
    }
}

double blots_shadow(Arena *arena, const FacePlace *face, const Silhouette *in)
{
    int reach = (int)fmax(6, REACH * face->width), ring[2] = {0}, width = in->width_px;
    double lowest = coloured(in) ? face->chin_y + BELOW_CHIN * face->width : face->mouth_y;
    int last_row = (int)fmin(lowest, in->height_px - MARGIN);
    PaperRow row = paper_row_new(arena, &in->paper, width);
    float *paper = ARENA_ARRAY(arena, float, row.values);
    uint8_t *shadow = ARENA_ARRAY(arena, uint8_t, (size_t)width);
    if (!row.at || !paper || !shadow)
        return NAN;
    for (int y = MARGIN; y < last_row; y += 2) {
        paper_row(&row, y, in->height_px, paper);
        find_shadows(in->picture, y, paper, shadow);
        count_ring(in->label + (size_t)y * (size_t)width, shadow, width, reach, ring);
    }
    return ring[0] < 100 ? NAN : 100.0 * ring[1] / ring[0];
}

/* Pixels of a row that the silhouette took for the person although paper parts them from the head:
 * an object that touches the head somewhere else. */
static int apart_in_row(const Silhouette *in, const FacePlace *face, int y)
{
    enum { RUN_LEAST = 4 };
    const uint8_t *row = in->label + (size_t)y * (size_t)in->width_px;
    int apart = 0, centre = (int)face->eyes.x;
    if (centre < 0 || centre >= in->width_px || row[centre] != LABEL_PERSON)
        return 0;
    for (int dir = -1; dir <= 1; dir += 2) {
        int run = 0;
        bool head = true;
        for (int x = centre; x >= 0 && x < in->width_px; x += dir) {
            bool person = row[x] == LABEL_PERSON;
            head = head && person;
            run = person && !head ? run + 1 : 0;
            if (run == RUN_LEAST)
                apart += RUN_LEAST;
            else if (run > RUN_LEAST)
                apart++;
        }
    }
    return apart;
}

/* Foreign components (not paper, not touching the person) of some size, share of the background. */
double blots_objects(Arena *arena, const FacePlace *face, const Silhouette *in)
{
    const int w = in->width_px, h = in->height_px;
    size_t total = (size_t)w * (size_t)h;
    int least = (int)fmax(4, 0.0001 * (double)total), paper = 0, foreign = 0;
    uint8_t *seen = ARENA_ARRAY(arena, uint8_t, total);
    int *stack = ARENA_RAW(arena, int, total);
    if (!seen || !stack)
        return NAN;
    for (size_t i = 0; i < total; i++)
        paper += in->label[i] == LABEL_PAPER;
    for (int start = 0; start < w * h; start++) {
        if (seen[start] || in->label[start] != LABEL_FOREIGN)
            continue;
        int top = 0, size = 0;
        stack[top++] = start;
        seen[start] = 1;
        while (top > 0) {
            int at = stack[--top], x = at % w, y = at / w;
            size++;
            const int next[4] = {x > 0 ? at - 1 : -1, x < w - 1 ? at + 1 : -1,
                                 y > 0 ? at - w : -1, y < h - 1 ? at + w : -1};
            for (int i = 0; i < 4; i++)
                if (next[i] >= 0 && !seen[next[i]] && in->label[next[i]] == LABEL_FOREIGN) {
                    seen[next[i]] = 1;
                    stack[top++] = next[i];
                }
        }
        if (size >= least)
            foreign += size;
    }
    for (int y = 0; y < face->eyes.y && y < h; y++)
        foreign += apart_in_row(in, face, y);
    return 100.0 * foreign / fmax(1, foreign + paper);
}
