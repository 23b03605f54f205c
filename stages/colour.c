/* SPDX-License-Identifier: MIT */
/* Colour differences as people see them. */
#include "colour.h"

#include <math.h>
#include <string.h>
#include "colour_table.h"

/* By Halley's steps, each of which trebles the right digits; the first guess, a third of the exponent,
 * has one. For 0 < t < 2, to the last digits of a double, three times as fast as libm's. */
static double cube_root(double t)
{
    uint64_t bits;
    double root;
    memcpy(&bits, &t, sizeof bits);
    bits = bits / 3 + 0x2a9f7893782da1ce;
    memcpy(&root, &bits, sizeof root);
    for (int i = 0; i < 2; i++) {
        double cube = root * root * root;
        root *= (cube + 2 * t) / (2 * cube + t);
    }
    return root;
}

static double lab_f(double t)
{
    const double EDGE = 216.0 / 24389, SLOPE = 24389.0 / 27;
    return t > EDGE ? cube_root(t) : (SLOPE * t + 16) / 116;
}

Lab lab_of(int r, int g, int b)
{
    double R = linear_light[r], G = linear_light[g], B = linear_light[b];
    double x = lab_f((0.4124564 * R + 0.3575761 * G + 0.1804375 * B) / 0.95047);
    double y = lab_f(0.2126729 * R + 0.7151522 * G + 0.0721750 * B);
    double z = lab_f((0.0193339 * R + 0.1191920 * G + 0.9503041 * B) / 1.08883);
    return (Lab){116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

/* A colour's a and b as length and direction. */
typedef struct Chroma {
    double a, b, length;
} Chroma;

static Chroma chroma_of(double a, double b)
{
    return (Chroma){a, b, sqrt(a * a + b * b)};
}

static double square(double v)
{
    return v * v;
}

static double share_of_far(double chroma)
{
    const double FAR = 6103515625.0; /* 25^7 */
    double three = chroma * chroma * chroma, seven = three * three * chroma;
    return sqrt(seven / (seven + FAR));
}

/* 2 sqrt(C1 C2) sin(dh / 2), the formula's dH, from the colours' dot and cross products. */
static double hue_step(Chroma one, Chroma other)
{
    double cross = one.a * other.b - one.b * other.a, dot = one.a * other.a + one.b * other.b;
    double product = one.length * other.length, near = (product + dot) / 2;
    if (near > 1e-9 * product)
        return cross / sqrt(near);
    return copysign(sqrt(2 * (product - dot)), cross); /* opposite hues */
}

/* Unit vector of the mean hue: half way on the shorter arc. */
static Chroma hue_mean(Chroma one, Chroma other)
{
    if (one.length == 0 && other.length == 0)
        return (Chroma){1, 0, 1};
    if (one.length == 0 || other.length == 0)
        one = other = one.length == 0 ? other : one;
    double a = one.a / one.length + other.a / other.length;
    double b = one.b / one.length + other.b / other.length;
    if (a * a + b * b < 1e-24) { /* opposite: a quarter turn from the one of the smaller angle */
        Chroma lower = one.b > 0 || (one.b == 0 && one.a > 0) ? one : other;
        a = -lower.b;
        b = lower.a;
    }
    double length = sqrt(a * a + b * b);
    return (Chroma){a / length, b / length, 1};
}

/* T of the formula, by the cosines of multiples of the mean hue. */
static double hue_weight(Chroma mean)
{
    const double C30 = 0.86602540378443865, S30 = 0.5, C6 = 0.99452189536827333,
                 S6 = 0.10452846326765347, C63 = 0.45399049973954680, S63 = 0.89100652418836787;
    double c1 = mean.a, s1 = mean.b, c2 = c1 * c1 - s1 * s1, s2 = 2 * c1 * s1;
    double c3 = c2 * c1 - s2 * s1, s3 = s2 * c1 + c2 * s1, c4 = c2 * c2 - s2 * s2, s4 = 2 * c2 * s2;
    return 1 - 0.17 * (c1 * C30 + s1 * S30) + 0.24 * c2 + 0.32 * (c3 * C6 - s3 * S6) -
           0.20 * (c4 * C63 + s4 * S63);
}

/* sin of twice the turn of blue hues; nothing is left of it 150 degrees away from 275. */
static double blue_turn(Chroma mean)
{
    const double C275 = 0.08715574274765824, S275 = -0.99619469809174555, C150 = -0.86602540378443865;
    if (mean.a * C275 + mean.b * S275 < C150)
        return 0;
    double hue = atan2(mean.b, mean.a) * (180 / M_PI);
    double away = ((hue < 0 ? hue + 360 : hue) - 275) / 25;
    return sin(2 * 30 * (M_PI / 180) * exp(-away * away));
}

double lab_difference(Lab one, Lab other)
{
    double mean = (chroma_of(one.a, one.b).length + chroma_of(other.a, other.b).length) / 2;
    double stretch = 1.5 - 0.5 * share_of_far(mean);
    Chroma c1 = chroma_of(stretch * one.a, one.b), c2 = chroma_of(stretch * other.a, other.b);
    Chroma hue = hue_mean(c1, c2);
    double l = square((one.l + other.l) / 2 - 50), c = (c1.length + c2.length) / 2;
    double dl = (other.l - one.l) / (1 + 0.015 * l / sqrt(20 + l));
    double dc = (c2.length - c1.length) / (1 + 0.045 * c);
    double dh = hue_step(c1, c2) / (1 + 0.015 * c * hue_weight(hue));
    double turn = -2 * share_of_far(c) * blue_turn(hue);
    return sqrt(fmax(0, dl * dl + dc * dc + dh * dh + turn * dc * dh));
}
