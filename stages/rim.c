/* SPDX-License-Identifier: MIT */
/* From the paper inwards: first white, which paper is not, and soon something that is not lighter than the paper any more. */
#include "rim.h"

/* Levels: how much lighter one channel must be than the paper's and how little darker another may be; how much darker one channel
 * of hair and skin is. In face widths: where it begins, how wide it is; from where on it is a plate. */
static const double LIGHTER = 45, DARKER = 15, PERSON_DARKER = 30, LEVEL_MOST = 255;
static const double SOFT = 0.05, WIDEST = 0.12, PLATE = 0.65;
/* Rows above the eyes, columns beside them that are looked at, in face widths; the share of them. */
static const double ABOVE = 0.3, BESIDE = 0.35, SHARE = 0.75;

typedef struct Way { /* from the picture's edge towards the head */
    int x, y, dx, dy, steps;
} Way;

typedef enum Shade { OTHER, LIGHT, DARK } Shade;

static Shade shade_at(const Silhouette *in, int x, int y)
{
    const uint8_t *rgb = in->picture->rgb + 3 * ((size_t)y * (size_t)in->width_px + (size_t)x);
    double paper[3], most = 0, least = 0;
    silhouette_paper(in, x, y, paper);
    for (int k = 0; k < 3; k++) {
        most = fmax(most, rgb[k] - paper[k]);
        least = fmin(least, rgb[k] - paper[k]);
    }
    return least <= -PERSON_DARKER ? DARK : most >= LIGHTER && least >= -DARKER ? LIGHT : OTHER;
}

/* How many steps of the way are paper; all of them where no person comes. */
static int paper_steps(const Silhouette *in, Way way)
{
    for (int i = 0; i < way.steps; i++, way.x += way.dx, way.y += way.dy)
        if (in->label[(size_t)way.y * (size_t)in->width_px + (size_t)way.x] == LABEL_PERSON)
            return i;
    return way.steps;
}

/* How many steps lie between the paper's end and what is darker than paper, if the first of them are light; 0: they are not. */
static int light_steps(const Silhouette *in, Way way, int from, int soft)
{
    bool light = false;
    for (int i = from; i < way.steps; i++) {
        Shade shade = shade_at(in, way.x + i * way.dx, way.y + i * way.dy);
        if (shade == DARK)
            return light ? i - from + 1 : 0;
        light = light || shade == LIGHT;
        if (!light && i - from > soft)
            return 0;
    }
    return 0;
}

typedef struct Count {
    int ways, rims, plates;
} Count;

static void look(const FacePlace *face, const Silhouette *in, Way way, Count *count)
{
    const double width = face->width;
    int from = paper_steps(in, way), light = light_steps(in, way, from, (int)(SOFT * width));
    count->ways++;
    count->rims += light > 0 && light <= WIDEST * width;
    count->plates += light > 0 && fabs(way.x + from * way.dx - face->eyes.x) > PLATE * width;
}

bool rim_around(const FacePlace *face, const Silhouette *in)
{
    const int w = in->width_px, h = in->height_px, middle = (int)face->eyes.x, eyes = (int)face->eyes.y;
    double paper[3];
    silhouette_paper(in, w / 2, 0, paper);
    if (fmin(paper[0], fmin(paper[1], paper[2])) > LEVEL_MOST - LIGHTER || middle <= 0 || middle >= w || eyes <= 0 || eyes >= h)
        return false;
    Count left = {0}, right = {0}, above = {0};
    for (int y = (int)fmax(0, eyes - ABOVE * face->width); y < face->mouth_y && y < h; y += 2) {
        look(face, in, (Way){0, y, 1, 0, middle}, &left);
        look(face, in, (Way){w - 1, y, -1, 0, w - 1 - middle}, &right);
    }
    for (int x = (int)fmax(0, middle - BESIDE * face->width); x <= middle + BESIDE * face->width && x < w; x += 2)
        look(face, in, (Way){x, 0, 0, 1, eyes}, &above);
    if (left.plates > SHARE * left.ways && right.plates > SHARE * right.ways)
        return true;
    return left.rims > SHARE * left.ways && right.rims > SHARE * right.ways && above.rims > SHARE * above.ways;
}
