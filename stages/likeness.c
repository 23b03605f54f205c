/* SPDX-License-Identifier: MIT */
/* Low frequencies survive scaling, compression and retouching of a background; their signs survive
 * exposure and contrast. */
#include "likeness.h"

#include <string.h>
#include "colour.h"

enum { SIDE = 48, LOW = 17 }; /* 16 x 16 signs from frequencies 1..16 */

/* Mean luma around a point of the picture, over a square of `reach` pixels each way. */
static double luma_around(const Picture *picture, double x, double y, double reach)
{
    int r = (int)reach, cx = (int)lround(x), cy = (int)lround(y), count = 0;
    double sum = 0;
    for (int j = cy - r; j <= cy + r; j++)
        for (int i = cx - r; i <= cx + r; i++) {
            int px = i < 0 ? 0 : i >= picture->width_px ? picture->width_px - 1 : i;
            int py = j < 0 ? 0 : j >= picture->height_px ? picture->height_px - 1 : j;
            sum += luma_of(picture->rgb +
                           3 * ((size_t)py * (size_t)picture->width_px + (size_t)px));
            count++;
        }
    return sum / count;
}

/* The face from brows to mouth on a SIDE x SIDE grid, level with the eyes. */
static bool cut_patch(const Picture *picture, const FacePlace *face, double patch[SIDE][SIDE])
{
    Point left = face->points[POINT_IRIS_LEFT], right = face->points[POINT_IRIS_RIGHT];
    double dx = right.x - left.x, dy = right.y - left.y, apart = hypot(dx, dy);
    if (!(apart > 8))
        return false;
    const double REACH = 1.7; /* side of the cut in eye distances */
    double ux = dx / apart, uy = dy / apart, step = REACH * apart / SIDE;
    double cx = face->eyes.x - uy * 0.45 * apart, cy = face->eyes.y + ux * 0.45 * apart;
    int inside = 0;
    for (int j = 0; j < SIDE; j++)
        for (int i = 0; i < SIDE; i++) {
            double a = (i - (SIDE - 1) / 2.0) * step, b = (j - (SIDE - 1) / 2.0) * step;
            double x = cx + a * ux - b * uy, y = cy + a * uy + b * ux;
            inside += x >= 0 && y >= 0 && x < picture->width_px && y < picture->height_px;
            patch[j][i] = luma_around(picture, x, y, step / 2);
        }
    return inside * 2 > SIDE * SIDE;
}

/* Separable DCT-II of the patch; only frequencies below LOW. */
static void low_frequencies(double patch[SIDE][SIDE], double out[LOW][LOW])
{
    double basis[LOW][SIDE], rows[LOW][SIDE];
    for (int k = 0; k < LOW; k++)
        for (int i = 0; i < SIDE; i++)
            basis[k][i] = cos(M_PI * k * (i + 0.5) / SIDE);
    for (int k = 0; k < LOW; k++)
        for (int j = 0; j < SIDE; j++) {
            rows[k][j] = 0;
            for (int i = 0; i < SIDE; i++)
                rows[k][j] += basis[k][i] * patch[j][i];
        }
    for (int k = 0; k < LOW; k++)
        for (int l = 0; l < LOW; l++) {
            out[l][k] = 0;
            for (int j = 0; j < SIDE; j++)
                out[l][k] += basis[l][j] * rows[k][j];
        }
}

void likeness_of(const Picture *picture, const FacePlace *face, char out[LIKENESS_HEX])
{
    static const char DIGITS[] = "0123456789abcdef";
    double patch[SIDE][SIDE], low[LOW][LOW];
    out[0] = '\0';
    if (!cut_patch(picture, face, patch))
        return;
    low_frequencies(patch, low);
    char *at = out;
    for (int l = 1; l < LOW; l++)
        for (int k = 1; k < LOW; k += 4) {
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
