/* SPDX-License-Identifier: MIT */
/* A strip of shadow is all edge to who asks for smooth pixels, and the silhouette takes it for the person. But it is a
 * plateau: a few pixels of one lightness, and of the paper's colour, between the paper and what is no shade of it. The
 * edge of dark hair is a slope, loose hair differs from row to row. */
#include "strips.h"

/* Lightness of a strip against the paper, how much it may change within a row and from row to row. */
static const float DARKEST = 0.45f, LIGHTEST = 0.93f, FLAT = 0.05f, ALIKE = 0.06f, RESIDUE = 14;
enum { NARROWEST = 3, WIDEST = 14, EDGE = 3, GAP = 2 };

bool strips_new(Arena *arena, int rows, Strips *out)
{
    *out = (Strips){.most = rows > 0 ? rows : 1};
    for (int side = 0; side < 2; side++) {
        out->light[side] = ARENA_ARRAY(arena, float, (size_t)out->most);
        out->width[side] = ARENA_ARRAY(arena, int, (size_t)out->most);
    }
    return out->light[0] && out->light[1] && out->width[0] && out->width[1];
}

/* How light a pixel is against its paper; 0 where it is no shade of it. */
static float shade_at(const Silhouette *in, int x, int y, const float *paper)
{
    const uint8_t *p = in->picture->rgb + 3 * ((size_t)y * (size_t)in->width_px + (size_t)x);
    float dot = 0, own = 0, length = 0;
    for (int k = 0; k < 3; k++) {
        float q = paper[(size_t)k * (size_t)in->width_px + (size_t)x], v = p[k];
        dot += v * q;
        own += v * v;
        length += q * q;
    }
    float light = dot / length;
    return light > DARKEST && light < LIGHTEST && own - dot * light < RESIDUE * RESIDUE ? light : 0;
}

/* Pixels of one lightness from x on, inwards. */
static int flat_from(const Silhouette *in, int x, int y, int inwards, const float *paper)
{
    float first = shade_at(in, x, y, paper), low = first, high = first;
    int count = 0;
    for (; first > 0 && count <= WIDEST && x >= 0 && x < in->width_px; count++, x += inwards) {
        float light = shade_at(in, x, y, paper);
        low = light < low ? light : low;
        high = light > high ? light : high;
        if (high - low > FLAT)
            break;
    }
    return count;
}

typedef struct Start { /* where the person begins in a row, from that side */
    int x, y, side;
} Start;

/* Whether EDGE pixels before it are paper. */
static bool comes_after_paper(const Silhouette *in, Start start, int inwards)
{
    const uint8_t *label = in->label + (size_t)start.y * (size_t)in->width_px;
    int paper_pixels = 0;
    for (int x = start.side ? in->width_px - 1 : 0; x != start.x && paper_pixels < EDGE; x += inwards)
        paper_pixels += label[x] == LABEL_PAPER;
    return paper_pixels == EDGE;
}

static void look_from(const Silhouette *in, Start start, const float *paper, Strips *strips)
{
    const int inwards = start.side ? -1 : 1, width = in->width_px, side = start.side, y = start.y;
    int x = start.x;
    if (!comes_after_paper(in, start, inwards))
        return;
    for (int i = 0; i <= EDGE && x >= 0 && x < width; i++, x += inwards) {
        int flat = flat_from(in, x, y, inwards, paper);
        if (flat < NARROWEST || flat > WIDEST || flat <= strips->width[side][strips->rows])
            continue;
        strips->width[side][strips->rows] = flat;
        strips->light[side][strips->rows] = shade_at(in, x + inwards * (flat / 2), y, paper);
    }
}

void strips_look(const Silhouette *in, int y, const uint64_t *person, const float *paper, Strips *strips)
{
    const int words = (in->width_px + 63) / 64;
    int first = 0, last = words - 1;
    if (strips->rows == strips->most)
        return;
    while (first < words && !person[first])
        first++;
    while (last > first && !person[last])
        last--;
    if (first < words) {
        look_from(in, (Start){64 * first + __builtin_ctzll(person[first]), y, 0}, paper, strips);
        look_from(in, (Start){64 * last + 63 - __builtin_clzll(person[last]), y, 1}, paper, strips);
    }
    strips->rows++;
}

static float distance(float a, float b)
{
    return a > b ? a - b : b - a;
}

int strips_shadow(const Strips *strips, int rows_least)
{
    int pixels = 0;
    for (int side = 0; side < 2; side++) {
        int rows = 0, sum = 0, last = -1;
        for (int i = 0; i <= strips->rows; i++) {
            float light = i < strips->rows ? strips->light[side][i] : 0;
            bool goes_on = last >= 0 && light > 0 && distance(light, strips->light[side][last]) < ALIKE;
            if (last >= 0 && !goes_on && (i - last > GAP || i == strips->rows)) {
                pixels += rows >= rows_least ? sum : 0;
                last = -1;
            }
            if (light > 0 && (goes_on || last < 0)) {
                rows = last < 0 ? 1 : rows + 1;
                sum = (last < 0 ? 0 : sum) + strips->width[side][i];
                last = i;
            }
        }
    }
    return pixels;
}
