/* SPDX-License-Identifier: MIT */
/* Low frequencies survive scaling, compression and retouching of a background; their signs survive
 * exposure and contrast. */
#include "likeness.h"

#include <string.h>
#include "wide.h"

/* 16 x 16 signs, from half waves FIRST to LAST along the patch's side. Slower ones are alike in all
 * faces. */
enum { SIDE = 96, FIRST = 3, LAST = FIRST + 15 };

/* Luma at a place of the picture, between its pixels. */
static inline double luma_between(const Luma *picture, double x, double y)
{
    int left = (int)x, top = (int)y;
    double a = x - left, b = y - top;
    const uint8_t *p = picture->at + (size_t)top * (size_t)picture->width_px + (size_t)left;
    const uint8_t *q = p + picture->width_px;
    return (p[0] * (1 - a) + p[1] * a) * (1 - b) + (q[0] * (1 - a) + q[1] * a) * b;
}

/* Mean of the points from `from` to before `to`: steadier than any one of them. */
static Point middle_of(const FacePlace *face, int from, int to)
{
    Point sum = {0};
    for (int i = from; i < to; i++) {
        sum.x += face->points[i].x / (to - from);
        sum.y += face->points[i].y / (to - from);
    }
    return sum;
}

/* The face from brows to mouth on a SIDE x SIDE grid, upright by eyes and mouth, column after column. */
static bool cut_patch(const Luma *picture, const FacePlace *face, double patch[SIDE][SIDE])
{
    Point left = middle_of(face, POINT_EYE_LEFT, POINT_EYE_RIGHT);
    Point right = middle_of(face, POINT_EYE_RIGHT, 2 * POINT_EYE_RIGHT - POINT_EYE_LEFT);
    Point mouth = middle_of(face, POINT_MOUTH_LEFT, POINT_CONTOUR_FIRST);
    double across_x = right.x - left.x, across_y = right.y - left.y;
    double down_x = mouth.x - (left.x + right.x) / 2, down_y = mouth.y - (left.y + right.y) / 2;
    double size = (hypot(across_x, across_y) + hypot(down_x, down_y)) / 2;
    double ux = across_x + down_y, uy = across_y - down_x, length = hypot(ux, uy);
    if (!(size > 8 && length > 0))
        return false;
    const double REACH = 1.1; /* side of the cut in sizes */
    ux /= length, uy /= length;
    double cx = (left.x + right.x) / 4 + mouth.x / 2, cy = (left.y + right.y) / 4 + mouth.y / 2;
    double step = REACH * size / SIDE, right_most = picture->width_px - 1.001, lowest = picture->height_px - 1.001;
    int inside = 0;
    for (int j = 0; j < SIDE; j++)
        for (int i = 0; i < SIDE; i++) {
            double a = (i - (SIDE - 1) / 2.0) * step, b = (j - (SIDE - 1) / 2.0) * step;
            double x = cx + a * ux - b * uy, y = cy + a * uy + b * ux;
            inside += x >= 0 && y >= 0 && x < picture->width_px && y < picture->height_px;
            x = x > 0 ? x : 0;
            y = y > 0 ? y : 0;
            patch[i][j] = luma_between(picture, x < right_most ? x : right_most, y < lowest ? y : lowest);
        }
    return inside * 2 > SIDE * SIDE;
}

enum { COUNT = LAST + 1 - FIRST };

/* The waves, each along a patch's side; cos(pi k (i + 1/2) / SIDE) has few values. */
static void fill_basis(double basis[COUNT][SIDE])
{
    double cosine[4 * SIDE];
    for (int m = 0; m < 4 * SIDE; m++)
        cosine[m] = m <= 2 * SIDE ? cos(M_PI * m / (2 * SIDE)) : cosine[4 * SIDE - m];
    for (int k = 0; k < COUNT; k++)
        for (int i = 0; i < SIDE; i++)
            basis[k][i] = cosine[(FIRST + k) * (2 * i + 1) % (4 * SIDE)];
}

/* Separable DCT-II of the patch; only frequencies FIRST to LAST. */
WIDE static void low_frequencies(const double patch[SIDE][SIDE], const double basis[COUNT][SIDE],
                                 double out[COUNT][COUNT])
{
    double down[SIDE][COUNT];
    for (int i = 0; i < SIDE; i++)
        for (int k = 0; k < COUNT; k++)
            down[i][k] = basis[k][i];
    for (int k = 0; k < COUNT; k++) {
        double rows[SIDE] = {0}, sums[COUNT] = {0};
        for (int i = 0; i < SIDE; i++)
            for (int j = 0; j < SIDE; j++)
                rows[j] += basis[k][i] * patch[i][j];
        for (int j = 0; j < SIDE; j++)
            for (int l = 0; l < COUNT; l++)
                sums[l] += down[j][l] * rows[j];
        for (int l = 0; l < COUNT; l++)
            out[l][k] = sums[l];
    }
}

void likeness_of(const Luma *picture, const FacePlace *face, char out[LIKENESS_HEX])
{
    static const char DIGITS[] = "0123456789abcdef";
    double patch[SIDE][SIDE], basis[COUNT][SIDE], low[COUNT][COUNT];
    out[0] = '\0';
    if (!cut_patch(picture, face, patch))
        return;
    fill_basis(basis);
    low_frequencies(patch, basis, low);
    char *at = out;
    for (int l = 0; l < COUNT; l++)
        for (int k = 0; k < COUNT; k += 4) {
            int digit = 0;
            for (int i = 0; i < 4; i++)
                digit = 2 * digit + (low[l][k + i] > 0);
            *at++ = DIGITS[digit];
        }
    *at = '\0';
}

static int value_of(char digit)
{
    return digit >= 'a' ? digit - 'a' + 10 : digit - '0';
}

int likeness_distance(const char *one, const char *other)
{
    int distance = 0;
    if (strlen(one) != LIKENESS_HEX - 1 || strlen(other) != LIKENESS_HEX - 1)
        return LIKENESS_BITS;
    for (int i = 0; i < LIKENESS_HEX - 1; i++)
        distance += __builtin_popcount((unsigned)(value_of(one[i]) ^ value_of(other[i])));
    return distance;
}
