/* SPDX-License-Identifier: MIT */
/* The coarse silhouette says where the head begins; the row itself is where half of what stands
 * between paper and hair is hair. */
#include "silhouette.h"

/* A skull, bald or not, rises at least this far above the eyes, in face widths: less means that hair
 * was taken for paper. */
static const double RISE_LEAST = 0.55;
/* No head with its hair is so narrow for so many rows, in face widths: a pole is, whether it ends above or not. */
static const double POLE_WIDEST = 0.24, POLE_LEAST = 0.10;

typedef struct Band { /* columns in which the top is looked for */
    int from, to;     /* inclusive */
    double least;     /* pixels */
    double hair[3];   /* colour */
} Band;

static Band band_of(const Silhouette *in, const FacePlace *face)
{
    return (Band){.from = (int)fmax(0, ceil(face->eyes.x - HEAD_TOP_REACH * face->width)),
                  .to = (int)fmin(in->width_px - 1, floor(face->eyes.x + HEAD_TOP_REACH * face->width)),
                  .least = HEAD_TOP_SHARE * face->width};
}

static int persons_in_row(const Silhouette *in, Band band, int y)
{
    int count = 0;
    for (int x = band.from; x <= band.to; x++)
        count += in->label[(size_t)y * (size_t)in->width_px + (size_t)x] == LABEL_PERSON;
    return count;
}

/* Whether what begins at row `top` is too narrow for too long. */
static bool pole_from(const Silhouette *in, const FacePlace *face, Band band, int top, int last)
{
    int y = top;
    while (y <= last && persons_in_row(in, band, y) < POLE_WIDEST * face->width)
        y++;
    return y - top > POLE_LEAST * face->width;
}

/* The level in the middle of `count` levels. */
static int median_level(const int histogram[256], int count)
{
    int level = 0;
    for (int below = histogram[0]; below <= count / 2; below += histogram[level])
        level++;
    return level;
}

/* Median colour of the person just below the coarse top. False where too little of it is there. */
static bool hair_colour(const Picture *picture, const Silhouette *in, const FacePlace *face,
                        int top, double rgb[3])
{
    enum { MOST = 1024 };
    int histogram[3][256] = {{0}};
    int count = 0, from = top + (int)(0.04 * face->width), to = top + (int)(0.16 * face->width) + 1;
    int left = (int)fmax(0, face->eyes.x - 0.4 * face->width);
    int right = (int)fmin(in->width_px - 1, face->eyes.x + 0.4 * face->width);
    int step = (int)ceil(sqrt(fmax(1, (double)(to - from + 1) * (right - left + 1) / MOST)));
    for (int y = from; y <= to && y < in->height_px; y += step)
        for (int x = left; x <= right && count < MOST; x += step) {
            size_t at = (size_t)y * (size_t)in->width_px + (size_t)x;
            if (in->label[at] != LABEL_PERSON)
                continue;
            for (int k = 0; k < 3; k++)
                histogram[k][picture->rgb[3 * at + (size_t)k]]++;
            count++;
        }
    if (count < 8)
        return false;
    for (int k = 0; k < 3; k++)
        rgb[k] = median_level(histogram[k], count);
    return true;
}

/* Pixels of a row whose place between paper (0) and hair (1) is `share` at least. */
static double hair_in_row(const Picture *picture, const Silhouette *in, const Band *band, int y, double share)
{
    double count = 0;
    for (int x = band->from; x <= band->to; x++) {
        size_t at = (size_t)y * (size_t)in->width_px + (size_t)x;
        if (in->label[at] != LABEL_PERSON)
            continue;
        double paper[3], along = 0, length = 0;
        silhouette_paper(in, x, y, paper);
        for (int k = 0; k < 3; k++) {
            along += (picture->rgb[3 * at + (size_t)k] - paper[k]) * (band->hair[k] - paper[k]);
            length += (band->hair[k] - paper[k]) * (band->hair[k] - paper[k]);
        }
        count += along >= share * length;
    }
    return count;
}

/* How many rows it takes from half hair to three quarters: 0 where the edge is sharp; many where it is blurred, or where
 * a badly cut out person has a rim of another colour, so that half is not where the head ends. */
static double softness(const Picture *picture, const Silhouette *in, const Band *band, int half, int last)
{
    const double FULL = 0.75;
    int y = half;
    while (y < last && hair_in_row(picture, in, band, y, FULL) < band->least)
        y++;
    return y - half;
}

static double contrast_at(const Silhouette *in, double x, double y, const double hair[3])
{
    double paper[3], sum = 0;
    silhouette_paper(in, (int)x, (int)y, paper);
    for (int k = 0; k < 3; k++)
        sum += (hair[k] - paper[k]) * (hair[k] - paper[k]);
    return sqrt(sum);
}

void silhouette_hair_top(const Picture *picture, const FacePlace *face, const Silhouette *in,
                         Head *out)
{
    *out = (Head){.hair_top_y = NAN, .hair_top_error = NAN, .problem = in->problem};
    if (in->problem)
        return;
    Band band = band_of(in, face);
    int coarse = 0, last = (int)fmin(face->eyes.y, in->height_px - 1);
    while (coarse <= last && persons_in_row(in, band, coarse) < band.least)
        coarse++;
    if (coarse > face->eyes.y - RISE_LEAST * face->width ||
        !hair_colour(picture, in, face, coarse, band.hair)) {
        out->problem = "the top of the head is not distinct from the background";
        return;
    }
    if (pole_from(in, face, band, coarse, last)) {
        out->problem = "something narrow stands on the head";
        return;
    }
    if (contrast_at(in, face->eyes.x, coarse, band.hair) < 2.5 * in->threshold) {
        out->problem = "the hair is too like the background";
        return;
    }
    double before = 0;
    for (int y = coarse; y <= last; y++) {
        double now = hair_in_row(picture, in, &band, y, 0.5);
        if (now >= band.least) {
            double part = now > before ? (band.least - before) / (now - before) : 0;
            out->hair_top_y = y == 0 ? 0 : fmax(0, y - 1 + part);
            /* fine strands and soft edges: half the way between the two tops is in doubt, and all that a rim takes */
            out->hair_top_error = 0.01 * face->width + 0.5 * fabs(out->hair_top_y - coarse) + 0.5 +
                                  softness(picture, in, &band, y, (int)fmin(last, y + HEAD_TOP_REACH * face->width));
            return;
        }
        before = now;
    }
    out->problem = "the top of the head is not distinct from the background";
}
