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

static bool in_shadow(const Picture *frame, const Silhouette *in, int x, int y)
{
    double paper[3], dot = 0, length = 0, residue = 0;
    const uint8_t *p = pixel(frame, x, y);
    silhouette_paper(in, x, y, paper);
    for (int k = 0; k < 3; k++) {
        dot += p[k] * paper[k];
        length += paper[k] * paper[k];
    }
    double factor = dot / length;
    for (int k = 0; k < 3; k++)
        residue += (p[k] - factor * paper[k]) * (p[k] - factor * paper[k]);
    return factor > DARKEST && factor < LIGHTEST && residue < RESIDUE * RESIDUE &&
           smooth(frame, x, y);
}

/* White and grey clothes in the shade look like white and grey paper in the shade. */
static bool coloured(const Silhouette *in)
{
    double paper[3];
    silhouette_paper(in, in->width_px / 2, 0, paper);
    return fmax(paper[0], fmax(paper[1], paper[2])) - fmin(paper[0], fmin(paper[1], paper[2])) > 25;
}

double blots_shadow(const Picture *frame, const FacePlace *face, const Silhouette *in)
{
    int reach = (int)fmax(6, REACH * face->width), ring = 0, dark = 0;
    double lowest = coloured(in) ? face->chin_y + BELOW_CHIN * face->width : face->mouth_y;
    int last_row = (int)fmin(lowest, frame->height_px - MARGIN);
    for (int y = MARGIN; y < last_row; y += 2)
        for (int pass = 0; pass < 2; pass++) { /* leftwards, then rightwards */
            int person = -1000000;
            for (int i = MARGIN; i < frame->width_px - MARGIN; i++) {
                int x = pass ? frame->width_px - 1 - i : i;
                uint8_t label = in->label[(size_t)y * (size_t)in->width_px + (size_t)x];
                bool shadow = in_shadow(frame, in, x, y);
                if (label == LABEL_PERSON && !shadow)
                    person = i;
                if (i - person < MARGIN || i - person > reach || (label != LABEL_PAPER && !shadow))
                    continue;
                ring++;
                dark += shadow;
            }
        }
    return ring < 100 ? NAN : 100.0 * dark / ring;
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
    int *stack = ARENA_ARRAY(arena, int, total);
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
