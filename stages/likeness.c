/* SPDX-License-Identifier: MIT */
/* Low frequencies survive scaling, compression and retouching of a background; their signs survive
 * exposure and contrast. */
#include "likeness.h"

#include <string.h>
#include "wide.h"

/* 16 x 16 signs, from half waves FIRST to LAST along the patch's side. Slower ones are alike in all
 * faces. */
enum { SIDE = 96, FIRST = 3, LAST = FIRST + 15 };

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

typedef struct Cut { /* its middle, the direction to the right, pixels from one place to the next */
    double x, y, ux, uy, step;
} Cut;

typedef struct Places { /* of one column: the pixel left above, row * width + column, and how far from it to the next ones */
    int at[SIDE];
    double right[SIDE], down[SIDE];
} Places;

/* Of column i; returns how many of them lie in the picture. The others are moved to its rim. */
WIDE static int find_places(const Luma *picture, const Cut *cut, int i, Places *restrict out)
{
    const double width = picture->width_px, height = picture->height_px, right_most = width - 1.001, lowest = height - 1.001;
    const double a = (i - (SIDE - 1) / 2.0) * cut->step, first_x = cut->x + a * cut->ux, first_y = cut->y + a * cut->uy;
    const double ux = cut->ux, uy = cut->uy, step = cut->step;
    const int row = picture->width_px;
    int inside = 0;
    for (int j = 0; j < SIDE; j++) {
        double b = (j - (SIDE - 1) / 2.0) * step;
        double x = first_x - b * uy, y = first_y + b * ux;
        inside += (x >= 0) & (y >= 0) & (x < width) & (y < height);
        x = x > 0 ? x : 0;
        y = y > 0 ? y : 0;
        x = x < right_most ? x : right_most;
        y = y < lowest ? y : lowest;
        int left = (int)x, top = (int)y;
        out->at[j] = top * row + left;
        out->right[j] = x - left;
        out->down[j] = y - top;
    }
    return inside;
}

/* Luma at places between pixels. */
WIDE static void luma_between(const Luma *picture, const Places *restrict places, double out[restrict SIDE])
{
    uint8_t p[SIDE][2], q[SIDE][2];
    for (int j = 0; j < SIDE; j++) {
        const uint8_t *at = picture->at + places->at[j];
        memcpy(p[j], at, 2);
        memcpy(q[j], at + picture->width_px, 2);
    }
    for (int j = 0; j < SIDE; j++) {
        double a = places->right[j], b = places->down[j];
        out[j] = (p[j][0] * (1 - a) + p[j][1] * a) * (1 - b) + (q[j][0] * (1 - a) + q[j][1] * a) * b;
    }
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
    Cut cut = {.x = (left.x + right.x) / 4 + mouth.x / 2,
               .y = (left.y + right.y) / 4 + mouth.y / 2,
               .ux = ux / length,
               .uy = uy / length,
               .step = REACH * size / SIDE};
    int inside = 0;
    for (int i = 0; i < SIDE; i++) {
        Places places;
        inside += find_places(picture, &cut, i, &places);
        luma_between(picture, &places, patch[i]);
    }
    return inside * 2 > SIDE * SIDE;
}

enum { COUNT = LAST + 1 - FIRST, TOGETHER = 4, LANES = 4, BLOCK = 2 * LANES };
typedef double Lanes __attribute__((vector_size(LANES * sizeof(double))));

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
    for (int k = 0; k < COUNT; k += TOGETHER) {
        double rows[TOGETHER][SIDE];
        for (int j = 0; j < SIDE; j += BLOCK) {
            Lanes some[TOGETHER][2] = {{{0}}}, left, right;
            for (int i = 0; i < SIDE; i++) {
                memcpy(&left, &patch[i][j], sizeof left);
                memcpy(&right, &patch[i][j + LANES], sizeof right);
                for (int wave = 0; wave < TOGETHER; wave++) {
                    some[wave][0] += down[i][k + wave] * left;
                    some[wave][1] += down[i][k + wave] * right;
                }
            }
            for (int wave = 0; wave < TOGETHER; wave++)
                memcpy(&rows[wave][j], some[wave], sizeof some[wave]);
        }
        for (int wave = 0; wave < TOGETHER; wave++) {
            Lanes sums[COUNT / LANES] = {{0}}, of;
            for (int j = 0; j < SIDE; j++)
                for (int l = 0; l < COUNT; l += LANES) {
                    memcpy(&of, &down[j][l], sizeof of);
                    sums[l / LANES] += of * rows[wave][j];
                }
            for (int l = 0; l < COUNT; l++)
                out[l][k + wave] = sums[l / LANES][l % LANES];
        }
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
