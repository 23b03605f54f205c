/* SPDX-License-Identifier: MIT */
/* sRGB to Display P3 and Adobe RGB (1998): tables there and back, a matrix of light between. */
#include "colour.h"

#include <math.h>

enum { STEPS = 4096 };

struct Colours {
    Space space;
    float linear[STEPS + 2], coded[STEPS + 2];
};

/* Linear sRGB to the linear space, both with D65 white; from the primaries of each standard. */
static const float matrix[][3][3] = {
    [SPACE_P3] = {{0.8224621f, 0.1775380f, 0},
                  {0.0331941f, 0.9668058f, 0},
                  {0.0170827f, 0.0723974f, 0.9105199f}},
    [SPACE_ADOBE] = {{0.7151256f, 0.2848744f, 0}, {0, 1, 0}, {0, 0.0411619f, 0.9588381f}},
};

Colours *colour_open(Arena *arena, Space space)
{
    Colours *colours = ARENA_NEW(arena, Colours);
    if (!colours)
        return NULL;
    colours->space = space;
    for (int i = 0; i < STEPS + 2; i++) {
        double v = (double)i / STEPS;
        colours->linear[i] = (float)(v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
        /* the coding table is spaced by the square root of light: fine where the eye is */
        double light = v * v;
        double coded = space == SPACE_ADOBE ? pow(light, 256.0 / 563)
                       : light <= 0.0031308 ? 12.92 * light
                                            : 1.055 * pow(light, 1 / 2.4) - 0.055;
        colours->coded[i] = (float)(255 * coded);
    }
    return colours;
}

static float look_up(const float *table, float at) /* at: 0..1 */
{
    at = (at < 0 ? 0 : at > 1 ? 1 : at) * STEPS;
    int i = (int)at;
    return table[i] + (table[i + 1] - table[i]) * (at - (float)i);
}

void colour_row(const Colours *colours, float *rgb, int width)
{
    if (colours->space == SPACE_SRGB)
        return;
    const float(*m)[3] = matrix[colours->space];
    for (float *p = rgb; p < rgb + 3 * width; p += 3) {
        float in[3];
        for (int c = 0; c < 3; c++)
            in[c] = look_up(colours->linear, p[c] / 255);
        for (int c = 0; c < 3; c++)
            p[c] =
                look_up(colours->coded, sqrtf(m[c][0] * in[0] + m[c][1] * in[1] + m[c][2] * in[2]));
    }
}
