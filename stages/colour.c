/* SPDX-License-Identifier: MIT */
/* Colour differences as people see them. */
#include "colour.h"

#include <math.h>

static double linear(double value)
{
    double v = value / 255;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double lab_f(double t)
{
    const double EDGE = 216.0 / 24389, SLOPE = 24389.0 / 27;
    return t > EDGE ? cbrt(t) : (SLOPE * t + 16) / 116;
}

Lab lab_of(double r, double g, double b)
{
    double R = linear(r), G = linear(g), B = linear(b);
    double x = lab_f((0.4124564 * R + 0.3575761 * G + 0.1804375 * B) / 0.95047);
    double y = lab_f(0.2126729 * R + 0.7151522 * G + 0.0721750 * B);
    double z = lab_f((0.0193339 * R + 0.1191920 * G + 0.9503041 * B) / 1.08883);
    return (Lab){116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double lab_distance(Lab one, Lab other)
{
    double l = one.l - other.l, a = one.a - other.a, b = one.b - other.b;
    return sqrt(l * l + a * a + b * b);
}

static double degrees(double radians)
{
    return radians * (180 / M_PI);
}

static double radians(double degrees)
{
    return degrees * (M_PI / 180);
}

static double hue(double a, double b)
{
    if (a == 0 && b == 0)
        return 0;
    double h = degrees(atan2(b, a));
    return h < 0 ? h + 360 : h;
}

static double hue_mean(double h1, double h2, double chroma_product)
{
    if (chroma_product == 0)
        return h1 + h2;
    if (fabs(h1 - h2) <= 180)
        return (h1 + h2) / 2;
    return h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;
}

static double hue_step(double h1, double h2, double chroma_product)
{
    double d = chroma_product == 0 ? 0 : h2 - h1;
    return d > 180 ? d - 360 : d < -180 ? d + 360 : d;
}

double lab_difference(Lab one, Lab other)
{
    const double FAR = 6103515625.0; /* 25^7 */
    double chroma = (hypot(one.a, one.b) + hypot(other.a, other.b)) / 2;
    double g = 0.5 * (1 - sqrt(pow(chroma, 7) / (pow(chroma, 7) + FAR)));
    double a1 = (1 + g) * one.a, a2 = (1 + g) * other.a;
    double c1 = hypot(a1, one.b), c2 = hypot(a2, other.b), product = c1 * c2;
    double h1 = hue(a1, one.b), h2 = hue(a2, other.b);
    double dl = other.l - one.l, dc = c2 - c1;
    double dh = 2 * sqrt(product) * sin(radians(hue_step(h1, h2, product)) / 2);
    double l = (one.l + other.l) / 2, c = (c1 + c2) / 2, h = hue_mean(h1, h2, product);
    double t = 1 - 0.17 * cos(radians(h - 30)) + 0.24 * cos(radians(2 * h)) +
               0.32 * cos(radians(3 * h + 6)) - 0.20 * cos(radians(4 * h - 63));
    double sl = 1 + 0.015 * (l - 50) * (l - 50) / sqrt(20 + (l - 50) * (l - 50));
    double sc = 1 + 0.045 * c, sh = 1 + 0.015 * c * t;
    double turn = 30 * exp(-((h - 275) / 25) * ((h - 275) / 25));
    double rt = -2 * sqrt(pow(c, 7) / (pow(c, 7) + FAR)) * sin(radians(2 * turn));
    return sqrt(dl / sl * (dl / sl) + dc / sc * (dc / sc) + dh / sh * (dh / sh) +
                rt * (dc / sc) * (dh / sh));
}
