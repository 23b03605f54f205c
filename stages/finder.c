/* SPDX-License-Identifier: MIT */
#include "finder.h"

#include <math.h>
#include <string.h>

enum { STRIDE = 1 << FINDER_SHIFT, FOUND_MOST = 64 };

static void add(FaceList *out, const FaceCandidate *face)
{
    int at = out->count; /* largest first */
    while (at > 0 && out->list[at - 1].face.side < face->face.side)
        at--;
    if (at >= CANDIDATE_MAX)
        return;
    int last = out->count < CANDIDATE_MAX - 1 ? out->count : CANDIDATE_MAX - 1;
    memmove(&out->list[at + 1], &out->list[at], sizeof *out->list * (size_t)(last - at));
    out->list[at] = *face;
    out->count = last + 1;
}

static const float *cell_at(const NetMaps *maps, int x, int y)
{
    return maps->at + y * maps->row + x * maps->pixel;
}

static bool is_peak(const NetMaps *maps, int x, int y)
{
    float score = *cell_at(maps, x, y);
    for (int v = y > 0 ? y - 1 : 0; v <= y + 1 && v < maps->height; v++)
        for (int u = x > 0 ? x - 1 : 0; u <= x + 1 && u < maps->width; u++)
            if (*cell_at(maps, u, v) > score)
                return false;
    return true;
}

/* One cell's answer: log(size / 32), then eyes, mouth and centre as offsets in sizes. */
static FaceCandidate face_of(const float *cell, int x, int y, double scale)
{
    const double UNIT = 32;
    double size = UNIT * exp(fmin(3, cell[1]));
    Point at[4];
    for (int k = 0; k < 4; k++) { /* pixel centres: cell c covers pixels c * 4 .. c * 4 + 3 */
        double px = (x + 0.5) * STRIDE + cell[2 + 2 * k] * size;
        double py = (y + 0.5) * STRIDE + cell[3 + 2 * k] * size;
        at[k] = (Point){(px + 0.5) * scale - 0.5, (py + 0.5) * scale - 0.5};
    }
    return (FaceCandidate){.face = {.centre = at[3],
                                    .side = size * scale,
                                    .angle = atan2(at[1].y - at[0].y, at[1].x - at[0].x)},
                           .score = 1 / (1 + exp(-cell[0]))};
}

/* Into `found`, best first, at most FOUND_MOST. */
static void insert(FaceCandidate *found, int *count, const FaceCandidate *face)
{
    int at = *count;
    while (at > 0 && found[at - 1].score < face->score)
        at--;
    if (at >= FOUND_MOST)
        return;
    int last = *count < FOUND_MOST - 1 ? *count : FOUND_MOST - 1;
    memmove(&found[at + 1], &found[at], sizeof *found * (size_t)(last - at));
    found[at] = *face;
    *count = last + 1;
}

static bool is_apart(const FaceCandidate *kept, int count, const FaceCandidate *face)
{
    for (int i = 0; i < count; i++)
        if (hypot(face->face.centre.x - kept[i].face.centre.x, face->face.centre.y - kept[i].face.centre.y) <=
            0.5 * fmax(face->face.side, kept[i].face.side))
            return false;
    return true;
}

void finder_read(const NetMaps *maps, const int used[2], double scale, FaceList *out)
{
    const double LEAST = 0.3; /* the caller asks more of it */
    const float least = (float)log(LEAST / (1 - LEAST));
    FaceCandidate found[FOUND_MOST];
    int count = 0, kept = 0;
    for (int y = 0; y < maps->height && y < (used[1] + STRIDE - 1) / STRIDE; y++)
        for (int x = 0; x < maps->width && x < (used[0] + STRIDE - 1) / STRIDE; x++)
            if (*cell_at(maps, x, y) >= least && is_peak(maps, x, y)) {
                FaceCandidate face = face_of(cell_at(maps, x, y), x, y, scale);
                insert(found, &count, &face);
            }
    out->count = 0;
    for (int i = 0; i < count; i++)
        if (is_apart(found, kept, &found[i])) {
            found[kept] = found[i];
            add(out, &found[kept++]);
        }
}

/* The box's longer side to the face size and centre, measured on portraits: models/face/README.md. */
void finder_read_yunet(const YunetFace *faces, int count, double scale, FaceList *out)
{
    const double SIZE = 0.860, DOWN = 0.057;
    out->count = 0;
    for (int i = 0; i < count; i++) {
        const YunetFace *face = &faces[i];
        double longer = fmax(face->width, face->height) * scale, down = DOWN * longer;
        Point middle = {(face->x + face->width / 2) * scale, (face->y + face->height / 2) * scale};
        FaceCandidate candidate = {.face = {.centre = {middle.x - down * sin(face->angle),
                                                       middle.y + down * cos(face->angle)},
                                            .side = SIZE * longer,
                                            .angle = face->angle},
                                   .score = face->score};
        add(out, &candidate);
    }
}
