/* SPDX-License-Identifier: MIT */
#include "beside.h"

#include <stdlib.h>
#include "bitmap.h"

/* In face widths: how far beyond the face's side ears reach, and how far above the eyes it is looked; the least that is
 * somebody on one side, as a share of the square of the face's width. */
static const double EARS = 0.20, ABOVE_EYES = 0.5, SOMEBODY = 0.020;
/* Skin is at least so red and so bright as the cheeks, as a share, and of a hue as little yellow; fair hair is yellower, other
 * hair darker, and both have strands: a step of green over two pixels. Cheeks less red than REDDEST are those of a grey picture. */
static const double AS_RED = 0.6, AS_BRIGHT = 0.6, AS_ROSY = 0.8, REDDEST = 1.06;
enum { STEP_MOST = 14, SAMPLES_LEAST = 12 };

typedef struct Skin {
    double red, rosy, luma; /* red over green, beyond 1; red over green as a share of red over blue, 0..1; 0..255 */
} Skin;

static const uint8_t *pixel(const Silhouette *in, int x, int y)
{
    return in->picture->rgb + 3 * ((size_t)y * (size_t)in->width_px + (size_t)x);
}

static double luma_of(const double rgb[3])
{
    return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
}

/* The mean of two squares, below the irises and above the mouth. */
static bool cheeks(const FacePlace *face, const Silhouette *in, Skin *out)
{
    double drop = face->mouth_y - face->eyes.y, half = 0.10 * face->width;
    int count = 0, sum[3] = {0};
    for (int side = 0; side < 2; side++) {
        Point eye = face->points[side ? POINT_IRIS_RIGHT : POINT_IRIS_LEFT];
        for (int y = (int)fmax(0, face->eyes.y + 0.40 * drop); y <= face->eyes.y + 0.85 * drop && y < in->height_px; y++)
            for (int x = (int)fmax(0, eye.x - half); x <= eye.x + half && x < in->width_px; x++, count++)
                for (int c = 0; c < 3; c++)
                    sum[c] += pixel(in, x, y)[c];
    }
    const double rgb[] = {sum[0], sum[1], sum[2]};
    if (count < SAMPLES_LEAST || rgb[0] < REDDEST * rgb[1])
        return false;
    *out = (Skin){rgb[0] / fmax(1, rgb[1]) - 1, (rgb[0] - rgb[1]) / fmax(1, rgb[0] - rgb[2]), luma_of(rgb) / count};
    return true;
}

static bool is_skin(const Silhouette *in, int x, int y, const Skin *cheek)
{
    const uint8_t *p = pixel(in, x, y);
    const double rgb[3] = {p[0], p[1], p[2]};
    return rgb[0] - rgb[1] >= AS_RED * cheek->red * rgb[1] && rgb[0] - rgb[1] >= AS_ROSY * cheek->rosy * (rgb[0] - rgb[2]) &&
           p[2] <= p[1] + 10 && luma_of(rgb) >= AS_BRIGHT * cheek->luma &&
           abs(pixel(in, x - 1, y)[1] - pixel(in, x + 1, y)[1]) <= STEP_MOST &&
           abs(pixel(in, x, y - 1)[1] - pixel(in, x, y + 1)[1]) <= STEP_MOST;
}

/* Of the pixels from `from` to before `to` in row y; a bit for each one of the person in it is given. */
static int skin_between(const Silhouette *in, int y, const uint64_t *person, const int between[2], const Skin *cheek)
{
    const int from = between[0] > 1 ? between[0] : 1, to = between[1] < in->width_px - 1 ? between[1] : in->width_px - 1;
    int count = 0;
    for (int i = from / 64; 64 * i < to; i++)
        for (uint64_t left = person[i] & bitmap_between(i, from, to); left; left &= left - 1)
            count += is_skin(in, 64 * i + __builtin_ctzll(left), y, cheek);
    return count;
}

bool beside_is_somebody(const FacePlace *face, const Silhouette *in, uint64_t *row)
{
    BitmapPack *pack = bitmap_packer();
    double left, right;
    Skin cheek;
    face_sides(face->points, &left, &right);
    if (!isfinite(left) || !cheeks(face, in, &cheek))
        return false;
    int on_left = 0, on_right = 0, first = (int)fmax(1, face->eyes.y - ABOVE_EYES * face->width);
    for (int y = first; y < face->chin_y && y < in->height_px - 1; y++) {
        pack(silhouette_row(in, y), in->width_px, LABEL_PERSON, row);
        on_left += skin_between(in, y, row, (int[]){1, (int)(left - EARS * face->width)}, &cheek);
        on_right += skin_between(in, y, row, (int[]){(int)(right + EARS * face->width), in->width_px}, &cheek);
    }
    return (on_left > on_right ? on_left : on_right) >= SOMEBODY * face->width * face->width;
}
