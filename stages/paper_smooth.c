/* SPDX-License-Identifier: MIT */
/* Light on paper rises and falls slowly; where hair, clothes or another thing begin there is a step all around. */
#include "paper_smooth.h"

#include "paper_model.h"

enum { EDGE = 6, REACH = 2 }; /* pixels: frames, softened, lie on edges; a step is looked for so far to both sides */
static const double COVERED = 0.9, IN_FACE = 0.03; /* shares of what is beside the head; of the face */

bool paper_surrounds(const FacePlace *face, int x, int y)
{
    double dx = (x - face->eyes.x) / (1.1 * face->width);
    double dy = (y - face->eyes.y + 0.1 * face->width) / (1.35 * face->width);
    return y < face->chin_y && dx * dx + dy * dy > 1;
}

static bool steps(const uint8_t *rgb, ptrdiff_t away)
{
    int sum = 0;
    for (int k = 0; k < 3; k++) {
        int d = rgb[k + away] - rgb[k - away];
        sum += d * d;
    }
    return sum > PAPER_FLOOR * PAPER_FLOOR;
}

/* Pixels without a step, down to row `end`; those of the left edge above the eyes are seeds. */
static void find_smooth(const Picture *picture, const FacePlace *face, int end, const Bitmap *smooth, const Bitmap *seeds)
{
    const ptrdiff_t row = 3 * (ptrdiff_t)picture->width_px;
    for (int y = EDGE; y < end; y++) {
        const uint8_t *rgb = picture->rgb + y * row;
        for (int x = EDGE; x < picture->width_px - EDGE; x++)
            if (!steps(rgb + 3 * x, 3 * REACH) && !steps(rgb + 3 * x, REACH * row))
                bitmap_set(smooth, x, y);
        if (y < face->eyes.y && bitmap_row(smooth, y)[0] >> EDGE & 1)
            bitmap_set(seeds, EDGE, y);
    }
}

static bool covers_surroundings(const Bitmap *paper, const FacePlace *face, int end)
{
    int seen[2] = {0}, hits[2] = {0};
    for (int y = EDGE; y < end; y++)
        for (int x = EDGE; x < paper->width_px - EDGE; x++)
            if (paper_surrounds(face, x, y)) {
                seen[x > face->eyes.x]++;
                hits[x > face->eyes.x] += bitmap_has(paper, x, y);
            }
    return seen[0] && seen[1] && hits[0] >= COVERED * seen[0] && hits[1] >= COVERED * seen[1];
}

static bool leaves_face(const Bitmap *paper, const FacePlace *face)
{
    int hits = 0, seen = 0;
    for (int i = 0; i < POINT_COUNT; i++)
        for (double t = 0.2; t < 0.95; t += 0.1, seen++)
            hits += bitmap_has(paper, (int)(face->eyes.x + t * (face->points[i].x - face->eyes.x)),
                          (int)(face->eyes.y + t * (face->points[i].y - face->eyes.y)));
    return hits <= IN_FACE * seen;
}

Err paper_smooth(Arena *arena, const Picture *picture, const FacePlace *face, Bitmap *out)
{
    const int lowest = picture->height_px - EDGE, end = face->chin_y < lowest ? (int)face->chin_y : lowest;
    Bitmap smooth = bitmap_new(arena, picture->width_px, picture->height_px);
    *out = bitmap_new(arena, picture->width_px, picture->height_px);
    if (!smooth.bits || !out->bits)
        return (Err){ERR_MEMORY, "out of memory"};
    find_smooth(picture, face, end, &smooth, out);
    bitmap_grow(&smooth, out);
    if (!covers_surroundings(out, face, end) || !leaves_face(out, face))
        out->bits = NULL;
    return OK;
}
