/* SPDX-License-Identifier: MIT */
#include "faces_inside.h"

#include <math.h>
#include <string.h>

#include "heat.h"

static int at_least_one(double value)
{
    return value > 1 ? (int)lrint(value) : 1;
}

/* Of the longest strip 2 rows are left where its length is SEARCH_SIDE, and shrink_area's sums hold. */
bool faces_can_be_sought(const Picture *picture)
{
    enum { LEAST = 32, STRIP = 64, LONGEST = 200 * SEARCH_SIDE };
    int width = picture->width_px, height = picture->height_px;
    int least = width < height ? width : height, most = width < height ? height : width;
    return least >= LEAST && most / STRIP <= least && most <= LONGEST;
}

/* How large the picture is with its longest side at most `longest`; *scale = its pixels per one of these. */
static void reduced_size(const Picture *picture, int longest, double *scale, int size[2])
{
    int side = picture->width_px > picture->height_px ? picture->width_px : picture->height_px;
    *scale = side > longest ? (double)side / longest : 1;
    size[0] = at_least_one(picture->width_px / *scale);
    size[1] = at_least_one(picture->height_px / *scale);
}

static int whole(int side)
{
    return (side + NET_SIDE_MULTIPLE - 1) / NET_SIDE_MULTIPLE * NET_SIDE_MULTIPLE;
}

static void find_own(FaceFinder *finder, const Picture *picture, int longest, FaceList *out)
{
    double scale;
    int size[2];
    reduced_size(picture, longest, &scale, size);
    NetMaps input = net_input(finder->finder, whole(size[0]), whole(size[1]), finder->scratch), used = input;
    used.width = size[0];
    used.height = size[1];
    shrink_area(picture, (Box){0, 0, picture->width_px, picture->height_px}, finder->shrink, &used);
    shrink_brighten(&used);
    for (int y = 0; y < input.height; y++)
        for (int x = y < size[1] ? size[0] : 0; x < input.width; x++)
            for (int c = 0; c < input.channels; c++)
                input.at[y * input.row + x * input.pixel + c] = FILL / 127.5f - 1;
    NetMaps answer = net_run(finder->finder, finder->kernels, &input, finder->scratch);
    finder_read(&answer, size, scale, out);
}

static Err find_yunet(FaceFinder *finder, const Picture *picture, int longest, FaceList *out)
{
    double scale;
    int size[2];
    YunetFace faces[CANDIDATE_MAX];
    reduced_size(picture, longest, &scale, size);
    NetMaps small = {finder->tile, size[0], size[1], 3, NET_INPUT_PIXEL, size[0] * NET_INPUT_PIXEL};
    shrink_area(picture, (Box){0, 0, picture->width_px, picture->height_px}, finder->shrink, &small);
    shrink_brighten(&small);
    const int padded[2] = {whole(size[0]), whole(size[1])};
    memset(finder->bgr, 0, (size_t)padded[0] * (size_t)padded[1] * 3);
    for (int y = 0; y < size[1]; y++)
        for (int x = 0; x < size[0]; x++)
            for (int c = 0; c < 3; c++) {
                float value = small.at[y * small.row + x * small.pixel + c];
                finder->bgr[(y * padded[0] + x) * 3 + 2 - c] = (uint8_t)lrintf((value + 1) * 127.5f);
            }
    int count = finder->door->find(finder->yunet, finder->bgr, padded, faces, CANDIDATE_MAX);
    if (count < 0)
        return (Err){ERR_MODEL, "the face finder failed"};
    finder_read_yunet(faces, count, scale, out);
    return OK;
}

Err faces_find(FaceFinder *finder, const Picture *picture, FaceSearch search, FaceList *out)
{
    out->count = 0;
    if (finder->yunet)
        return find_yunet(finder, picture, search == SEARCH_FIRST ? YUNET_SIDE : 2 * YUNET_SIDE, out);
    find_own(finder, picture, search == SEARCH_FIRST ? SEARCH_SIDE : 2 * SEARCH_SIDE, out);
    return OK;
}

/* At most TURNED_SIDE long, rounded to whole values. */
static Picture small_copy(FaceFinder *finder, const Picture *picture, uint8_t *out)
{
    double scale;
    int size[2];
    reduced_size(picture, TURNED_SIDE, &scale, size);
    NetMaps small = {finder->tile, size[0], size[1], 3, NET_INPUT_PIXEL, size[0] * NET_INPUT_PIXEL};
    shrink_area(picture, (Box){0, 0, picture->width_px, picture->height_px}, finder->shrink, &small);
    for (int i = 0; i < size[0] * size[1]; i++)
        for (int c = 0; c < 3; c++)
            out[i * 3 + c] = (uint8_t)lrintf((small.at[i * NET_INPUT_PIXEL + c] + 1) * 127.5f);
    return (Picture){.rgb = out, .width_px = size[0], .height_px = size[1]};
}

Picture faces_turned(FaceFinder *finder, const Picture *picture)
{
    uint8_t *first = finder->turned, *second = first + TURNED_SIDE * TURNED_SIDE * 3;
    bool ours = picture->rgb == first || picture->rgb == second;
    Picture in = ours ? *picture : small_copy(finder, picture, first);
    Picture out = {.rgb = in.rgb == first ? second : first, .width_px = in.height_px, .height_px = in.width_px};
    for (int y = 0; y < out.height_px; y++)
        for (int x = 0; x < out.width_px; x++)
            memcpy(out.rgb + (y * out.width_px + x) * 3, in.rgb + ((in.height_px - 1 - x) * in.width_px + y) * 3, 3);
    return out;
}

Picture faces_evened(FaceFinder *finder, const Picture *picture)
{
    enum { LEVELS = 256 };
    Picture out = small_copy(finder, picture, finder->turned);
    int count = out.width_px * out.height_px, of_level[LEVELS] = {0}, below = 0;
    for (int i = 0; i < count; i++) {
        const uint8_t *p = out.rgb + 3 * i;
        int most = p[0] > p[1] ? p[0] : p[1];
        out.rgb[3 * i] = (uint8_t)(most > p[2] ? most : p[2]);
        of_level[out.rgb[3 * i]]++;
    }
    int first = 0; /* the darkest level becomes 0, the brightest 255 */
    while (of_level[first] == 0)
        first++;
    uint8_t even[LEVELS];
    int darkest = of_level[first], others = count > darkest ? count - darkest : 1;
    for (int i = 0; i < LEVELS; i++) {
        below += of_level[i];
        even[i] = (uint8_t)(below > darkest ? ((int64_t)(below - darkest) * 255 + others / 2) / others : 0);
    }
    for (int i = 0; i < count; i++)
        memset(out.rgb + 3 * i, even[out.rgb[3 * i]], 3);
    return out;
}

FaceCrop faces_snap(FaceCrop crop)
{
    const double SIDES = 64, TURNS = 256; /* steps per doubling, per radian */
    double side = exp2(round(log2(fmax(crop.side, 1)) * SIDES) / SIDES), step = side / 128;
    return (FaceCrop){.centre = {round(crop.centre.x / step) * step, round(crop.centre.y / step) * step},
                      .side = side,
                      .angle = round(crop.angle * TURNS) / TURNS};
}

/* Crop pixel (x, y) of picture pixel p: (c px + s py + x0, -s px + c py + y0). */
typedef struct Turn {
    double c, s, x0, y0;
} Turn;

static Turn turn_of(FaceCrop crop, int size)
{
    double c = cos(crop.angle) * size / crop.side, s = sin(crop.angle) * size / crop.side;
    return (Turn){c, s, size / 2.0 - c * crop.centre.x - s * crop.centre.y,
                  size / 2.0 + s * crop.centre.x - c * crop.centre.y};
}

/* The level box around the crop, as far as the picture goes; one corner pixel where it lies outside. */
static Box around(const Picture *picture, FaceCrop crop)
{
    double reach = crop.side * (fabs(cos(crop.angle)) + fabs(sin(crop.angle))) / 2 + 2;
    double left = fmax(floor(crop.centre.x - reach), 0), top = fmax(floor(crop.centre.y - reach), 0);
    double right = fmin(ceil(crop.centre.x + reach), picture->width_px);
    double bottom = fmin(ceil(crop.centre.y + reach), picture->height_px);
    if (!(right > left && bottom > top))
        return (Box){0, 0, 1, 1};
    return (Box){(int)left, (int)top, (int)(right - left), (int)(bottom - top)};
}

/* `count` pixels shrunk to that share, no further than shrink_area goes. */
static int shrunk(int count, double share)
{
    int side = at_least_one(count * share), least = (count + SHRINK_RATIO_MOST - 1) / SHRINK_RATIO_MOST;
    side = side > least ? side : least;
    side = side < TILE_SIDE ? side : TILE_SIDE;
    return side < count ? side : count;
}

/* The crop into a network's input; area-reduced first where it shrinks, so that it does not alias. */
static Turn cut(FaceFinder *finder, const Picture *picture, FaceCrop crop, NetMaps *input)
{
    const double ENLARGED = 1.4, SHRINKS = 0.7;
    const Turn turn = turn_of(crop, input->width);
    const Box part = around(picture, crop);
    double share = input->width / crop.side;
    share = share < SHRINKS ? share * ENLARGED : 1;
    NetMaps tile = {finder->tile, shrunk(part.width, share), shrunk(part.height, share), 3, NET_INPUT_PIXEL, 0};
    tile.row = tile.width * tile.pixel;
    shrink_area(picture, part, finder->shrink, &tile);
    double fx = (double)part.width / tile.width, fy = (double)part.height / tile.height;
    /* tile pixel t is picture pixel (t + 0.5) f - 0.5 + corner; the turn is undone by its transpose */
    double length = turn.c * turn.c + turn.s * turn.s, c = turn.c / length, s = turn.s / length;
    double x0 = -c * turn.x0 + s * turn.y0, y0 = -s * turn.x0 - c * turn.y0;
    const double back[6] = {c / fx, -s / fx, (x0 - part.x + 0.5) / fx - 0.5,
                            s / fy, c / fy,  (y0 - part.y + 0.5) / fy - 0.5};
    shrink_sample(&tile, back, input);
    shrink_brighten(input);
    return turn;
}

/* From the shares of a crop to the pixels of the picture. */
static void place(const HeatPoint *heat, int count, int size, Turn turn, SoftPoint *out)
{
    double length = turn.c * turn.c + turn.s * turn.s, pixels = size / sqrt(length);
    for (int i = 0; i < count; i++) {
        double x = heat[i].at.x * size - turn.x0, y = heat[i].at.y * size - turn.y0;
        out[i].at = (Point){(turn.c * x - turn.s * y) / length, (turn.s * x + turn.c * y) / length};
        out[i].spread = heat[i].spread * pixels;
    }
}

static void mirror(NetMaps *input)
{
    for (int y = 0; y < input->height; y++)
        for (int x = 0; x < input->width / 2; x++) {
            float *left = input->at + y * input->row + x * input->pixel, kept[NET_INPUT_PIXEL];
            float *right = input->at + y * input->row + (input->width - 1 - x) * input->pixel;
            memcpy(kept, left, sizeof kept);
            memcpy(left, right, sizeof kept);
            memcpy(right, kept, sizeof kept);
        }
}

Err faces_points(FaceFinder *finder, const Picture *picture, FaceCrop crop, SoftPoint out[POINT_COUNT])
{
    HeatPoint heat[POINT_COUNT];
    NetMaps input = net_input(finder->points, POINTS_SIDE, POINTS_SIDE, finder->scratch);
    Turn turn = cut(finder, picture, crop, &input);
    NetMaps answer = net_run(finder->points, finder->kernels, &input, finder->scratch);
    heat_points(&answer, heat);
    place(heat, POINT_COUNT, POINTS_SIDE, turn, out);
    return OK;
}

Err faces_eye(FaceFinder *finder, const Picture *picture, FaceCrop crop, bool mirrored,
              SoftPoint out[EYE_POINT_COUNT])
{
    HeatPoint heat[EYE_POINT_COUNT];
    NetMaps input = net_input(finder->eye, EYE_SIDE, EYE_SIDE, finder->scratch);
    Turn turn = cut(finder, picture, crop, &input);
    if (mirrored)
        mirror(&input);
    NetMaps answer = net_run(finder->eye, finder->kernels, &input, finder->scratch);
    heat_points(&answer, heat);
    for (int i = 0; mirrored && i < EYE_POINT_COUNT; i++) /* pixel x was at size - 1 - x, as in training */
        heat[i].at.x = 1 - 1.0 / EYE_SIDE - heat[i].at.x;
    place(heat, EYE_POINT_COUNT, EYE_SIDE, turn, out);
    return OK;
}

/* The mean of a network's one map, as a share of 1. */
static void judge(FaceFinder *finder, const Net *net, const Picture *picture, FaceCrop crop, double *share)
{
    NetMaps input = net_input(net, JUDGED_SIDE, JUDGED_SIDE, finder->scratch);
    cut(finder, picture, crop, &input);
    NetMaps answer = net_run(net, finder->kernels, &input, finder->scratch);
    double sum = 0;
    for (int y = 0; y < answer.height; y++)
        for (int x = 0; x < answer.width; x++)
            sum += answer.at[y * answer.row + x * answer.pixel];
    *share = 1 / (1 + exp(-sum / (answer.width * answer.height)));
}

Err faces_verify(FaceFinder *finder, const Picture *picture, FaceCrop crop, double *share)
{
    judge(finder, finder->verifier, picture, crop, share);
    return OK;
}

Err faces_cover(FaceFinder *finder, const Picture *picture, FaceCrop crop, double *share)
{
    judge(finder, finder->cover, picture, crop, share);
    return OK;
}
