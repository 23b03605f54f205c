/* SPDX-License-Identifier: MIT */
/* Finds faces, places points: pictures into the networks, their answers into pixels. */
#ifndef FACES_H
#define FACES_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"

typedef struct FaceFinder FaceFinder;

/* A square on the picture, in its pixels, turned clockwise by `angle` (radians). */
typedef struct FaceCrop {
    Point centre;
    double side, angle;
} FaceCrop;

/* A face that a finder reports: `face` is the square whose side is the face size (the longer side of
 * the box around the 68 points), as models/face/README.md relates it to the finder's box. */
typedef struct FaceCandidate {
    FaceCrop face;
    double score; /* 0..1 */
} FaceCandidate;

/* A point of a network, and how far its heat map spreads around it, both in pixels of the picture. */
typedef struct SoftPoint {
    Point at;
    double spread;
} SoftPoint;

/* The second search looks at a picture twice as large. */
typedef enum FaceSearch { SEARCH_FIRST, SEARCH_SECOND, SEARCH_COUNT } FaceSearch;

enum { CANDIDATE_MAX = 16, EYE_POINT_COUNT = 9 };

typedef struct FaceList {
    int count;
    FaceCandidate list[CANDIDATE_MAX];
} FaceList;

/* `detector`: a YuNet ONNX file, or NULL for our own finder. The finder and all that it works with lie in
 * the arena; one for each lane. HEADROOM_MODELS names another folder of networks, HEADROOM_CPU the kernels
 * (net_conv.h). `first`: another lane's finder of the same detector, whose weights, which nobody changes, this one
 * shares, so that it must be closed before; or NULL. ERR_MODEL names what is missing. */
Err faces_open(Arena *arena, const char *detector, const FaceFinder *first, FaceFinder **out);
void faces_close(FaceFinder *finder);

/* Not in a picture with a side of less than 32 pixels, nor in a strip more than 64 times as long as it is wide, of
 * which too little would be left, nor with a side of more than 32,000. Such a picture is not to be given to faces_find. */
bool faces_can_be_sought(const Picture *picture);

/* Faces, largest first, of at least about 12 % of the picture's width. */
Err faces_find(FaceFinder *finder, const Picture *picture, FaceSearch search, FaceList *out);

/* A copy of the picture, its longest side at most 256, turned clockwise by a quarter. It stands until the call after
 * the next, so it may be turned on. */
Picture faces_turned(FaceFinder *finder, const Picture *picture);
/* A grey copy, its longest side at most 256: the brightest of each pixel's channels, every level about as frequent as
 * the next (histogram equalisation), from 0 to 255. It stands until the next call of this or of faces_turned. */
Picture faces_evened(FaceFinder *finder, const Picture *picture);

/* How likely the square shows a face, 0..1, by a network that knows nothing else: for what finder and points doubt.
 * `crop`: the square of a candidate, 1.4 times as large. */
Err faces_verify(FaceFinder *finder, const Picture *picture, FaceCrop crop, double *share);

/* On a coarse grid of squares. Machines round their sums differently in the sixth digit; asked about a
 * square that differs in it, they would see other pixels and answer 0.05 px apart. */
FaceCrop faces_snap(FaceCrop crop);

/* The 68 points of models/face/README.md in picture pixels; `crop` is the square given to the net. */
Err faces_points(FaceFinder *finder, const Picture *picture, FaceCrop crop, SoftPoint out[POINT_COUNT]);

/* The 9 points of one eye (outer, u1..u3, inner, d3..d1, iris centre). `mirrored` for the eye on the
 * right side of the picture. */
Err faces_eye(FaceFinder *finder, const Picture *picture, FaceCrop crop, bool mirrored,
              SoftPoint out[EYE_POINT_COUNT]);

/* How surely something covers the head, 0..1, by a square of the head above the eyes. */
Err faces_cover(FaceFinder *finder, const Picture *picture, FaceCrop crop, double *share);

#endif
