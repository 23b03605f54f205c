/* SPDX-License-Identifier: MIT */
/* Planning a shot: draw the parameters, place the person, and let one fault spoil one thing. */
#include "shot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "face.h"
#include "person.h"
#include "rng.h"
#include "spoil.h"

const Fault faults[FAULT_COUNT] = {
#define X(name, family, weight, verdicts, checks)                                                  \
    {#name, FAMILY_##family, weight, verdicts, checks},
    FAULTS(X)
#undef X
};

FaultId fault_find(const char *name)
{
    int i = 0;
    while (i < FAULT_COUNT && strcmp(faults[i].name, name))
        i++;
    return (FaultId)i;
}

enum { EACH_GROUP = 5 };
enum { DRAW_FAULT = 1, DRAW_PLACE, DRAW_LIGHT, DRAW_FORM, DRAW_NAME, DRAW_PERSON };

static FaultId draw_fault(const Order *order, int index)
{
    Family family = order->received ? FAMILY_RECEIVED : FAMILY_CAMERA;
    int total = 0, of_family[FAULT_COUNT], count = 0;
    for (int i = 0; i < FAULT_COUNT; i++)
        if (faults[i].family == family && faults[i].weight)
            of_family[count++] = i, total += faults[i].weight;
    if (order->corpus)
        return FAULT_none;
    if (order->only < FAULT_COUNT)
        return order->only;
    if (order->each) { /* one good photo, then four faults */
        int next = index - index / EACH_GROUP - 1;
        return index % EACH_GROUP ? (FaultId)of_family[next % count] : FAULT_none;
    }
    Rng rng = rng_stream(order->seed, (uint64_t)index, DRAW_FAULT);
    if (rng_unit(&rng) >= order->fault_share)
        return FAULT_none;
    int ticket = rng_int(&rng, 0, total - 1), i = 0;
    while ((ticket -= faults[of_family[i]].weight) >= 0)
        i++;
    return (FaultId)of_family[i];
}

typedef struct Size {
    int weight, width_px, height_px;
} Size;

// clang-format off
static const Size sizes_small[] = {{4, 480, 640}, {3, 600, 800}, {2, 720, 960}, {3, 960, 1280}, {0, 0, 0}};
static const Size sizes_large[] = {{2, 2448, 3264}, {1, 2848, 4272}, {3, 3000, 4000}, {0, 0, 0}};
static const Size sizes_mixed[] = {
    {3, 480, 640}, {2, 600, 800}, {4, 960, 1280}, {2, 1200, 1600}, {1, 1080, 1620},
    {4, 1536, 2048}, {2, 2448, 3264}, {1, 2848, 4272}, {3, 3000, 4000}, {0, 0, 0}};
static const Size sizes_corpus[] = {{0, 3000, 4000}, {0, 1536, 2048}, {0, 960, 1280}, {0, 480, 640}};
// clang-format on

static Size draw_size(const Order *order, Rng *rng)
{
    if (order->corpus)
        return sizes_corpus[order->corpus - 'a'];
    if (order->received)
        return sizes_corpus[3];
    const Size *list = order->sizes == SIZE_SMALL   ? sizes_small
                       : order->sizes == SIZE_LARGE ? sizes_large
                                                    : sizes_mixed;
    int total = 0, i = 0;
    for (const Size *s = list; s->width_px; s++)
        total += s->weight;
    for (int ticket = rng_int(rng, 0, total - 1); (ticket -= list[i].weight) >= 0;)
        i++;
    return list[i];
}

/* Where a base pixel lands in the picture. */
static void place_point(const Placed *placed, const Base *base, const double in[2], double out[2])
{
    double ex = (base->left_eye[0] + base->right_eye[0]) / 2;
    double ey = (base->left_eye[1] + base->right_eye[1]) / 2;
    double turn = placed->tilt_deg * M_PI / 180, dx = in[0] - ex, dy = in[1] - ey;
    double x = ex + dx * cos(turn) - dy * sin(turn), y = ey + dx * sin(turn) + dy * cos(turn);
    out[0] = (x - placed->left) * placed->scale;
    out[1] = (y - placed->top) * placed->scale;
}

static double hair_top(const Base *base, double tilt_deg)
{
    return tilt_deg == 0 ? base->hair_top_y : base_hair_top(base, tilt_deg);
}

void shot_point(const Shot *shot, int person, const double in[2], double out[2])
{
    place_point(&shot->person[person], &shot->worn[person], in, out);
}

void shot_wear(const Bases *bases, Shot *shot, int base)
{
    shot->person[0].base = base;
    face_wear(&bases->list[base], shot->face_seed, &shot->worn[0]);
}

void shot_truth(Shot *shot)
{
    const Placed *p = &shot->person[0];
    const Base *b = &shot->worn[0];
    Truth *t = &shot->truth;
    t->faces = shot->person_count;
    place_point(p, b, b->left_eye, t->left_eye);
    place_point(p, b, b->right_eye, t->right_eye);
    place_point(p, b, b->mouth_left, t->mouth_left);
    place_point(p, b, b->mouth_right, t->mouth_right);
    /* the face's edges lie between eye and mouth line: their mean height turns with the head */
    double y = (b->left_eye[1] + b->right_eye[1] + b->mouth_left[1] + b->mouth_right[1]) / 4;
    double left[2] = {b->face_left_x, y}, right[2] = {b->face_right_x, y}, at[2];
    place_point(p, b, left, at);
    t->face_left_x = at[0];
    place_point(p, b, right, at);
    t->face_right_x = at[0];
    t->hair_top_y = (hair_top(b, p->tilt_deg) - p->top) * p->scale;
    t->roll_deg =
        atan2(t->right_eye[1] - t->left_eye[1], t->right_eye[0] - t->left_eye[0]) * 180 / M_PI;
    shot->slack = shot_slack(shot->width_px, shot->height_px, t);
}

bool shot_fits_canvas(const Shot *shot, int person)
{
    const Placed *p = &shot->person[person];
    double turned = fabs(sin(p->tilt_deg * M_PI / 180)) * 500;
    return p->left >= -PAD_SIDE + 1 &&
           p->left + shot->width_px / p->scale < BASE_WIDTH + PAD_SIDE &&
           p->top + shot->height_px / p->scale < CANVAS_HEIGHT - turned;
}

void shot_place(Shot *shot, int person, const Spot *spot)
{
    Placed *p = &shot->person[person];
    const Base *b = &shot->worn[person];
    p->scale = spot->face_share * shot->width_px / (b->face_right_x - b->face_left_x);
    p->left = (b->left_eye[0] + b->right_eye[0]) / 2 - spot->eye_u * shot->width_px / p->scale;
    p->top = hair_top(b, p->tilt_deg) - spot->hair_v * shot->height_px / p->scale;
}

static void draw_light(const Order *order, Shot *shot, Rng *rng)
{
    Paper *paper = &shot->paper;
    double bright = rng_range(rng, -4, 3);
    *paper = (Paper){
        .rgb = {100 + bright + rng_range(rng, -3, 3), 197 + bright + rng_range(rng, -3, 3),
                fmin(255, 253 + bright + rng_range(rng, -1, 2))},
        .slope_x = rng_range(rng, -0.008, 0.008),
        .slope_y = rng_range(rng, -0.012, 0.012),
        .vignette = rng_range(rng, 0, 0.012),
        .mottle = rng_range(rng, 0.2, 0.8),
        .shadow = rng_range(rng, 0, 0.012),
        .shadow_dx = rng_range(rng, -0.3, 0.3),
        .shadow_dy = 0.15,
        .shadow_blur = 0.4,
    };
    /* noise falls with the size: the camera averages; a corpus has the bytes per pixel it states */
    double noise = shot->width_px >= 2400 ? 6.5 : shot->width_px >= 1200 ? 6.0 : 4.9;
    if (shot->width_px < 800)
        noise = 1.4;
    shot->light = (Light){.gain = 1,
                          .person_gain = rng_range(rng, 0.93, 1.0),
                          .noise = noise * (order->corpus ? 1 : rng_range(rng, 0.7, 1.1))};
    for (int c = 0; c < 3; c++) {
        shot->light.cast[c] = 1 + rng_range(rng, -0.008, 0.008);
        shot->light.tone[c] = 1;
    }
}

// clang-format off
static const char *const cameras[][2] = {
    {"Canon", "Canon EOS 80D"}, {"NIKON CORPORATION", "NIKON D7500"}, {"SONY", "ILCE-6400"},
    {"Apple", "iPhone 13"},     {"HUAWEI", "LIO-AL00"},               {"Xiaomi", "M2102K1C"},
};
// clang-format on

static void draw_form(const Order *order, Shot *shot, Rng *rng)
{
    FileForm *form = &shot->form;
    int camera = rng_int(rng, 0, 5);
    bool small = shot->width_px < 800;
    *form = (FileForm){
        .quality = small ? rng_int(rng, 88, 95) : rng_int(rng, 90, 94),
        .sampling = rng_unit(rng) < 0.75  ? SAMPLING_420
                    : rng_unit(rng) < 0.6 ? SAMPLING_422
                                          : SAMPLING_444,
        .progressive = rng_unit(rng) < 0.04,
        .optimise = rng_unit(rng) < 0.2,
        .restart_rows = rng_unit(rng) < 0.08 ? 1 : 0,
        .dpi = rng_unit(rng) < 0.5   ? 72
               : rng_unit(rng) < 0.5 ? 300
                                     : 0,
        .orientation = 1,
        .space = camera == 3 && rng_unit(rng) < 0.6 ? SPACE_P3 : SPACE_SRGB,
        .exif = true,
        .make = cameras[camera][0],
        .model = cameras[camera][1],
    };
    static const int turned[] = {3, 6, 6, 8, 8}; /* the mirroring ones are a note of their own */
    if (rng_unit(rng) < 0.25)
        form->orientation = turned[rng_int(rng, 0, 4)];
    snprintf(form->captured, sizeof form->captured, "2026:%02d:%02d %02d:%02d:%02d",
             rng_int(rng, 3, 10), rng_int(rng, 1, 28), rng_int(rng, 8, 17), rng_int(rng, 0, 59),
             rng_int(rng, 0, 59));
    if (order->corpus || order->received)
        spoil_corpus_form(order, shot);
}

/* One of the bases without a fault. */
static int draw_base(const Bases *bases, bool sure, Rng *rng)
{
    int base;
    do
        base = rng_int(rng, 0, bases->drawn - 1);
    while (!(sure ? bases->list[base].sure : bases->list[base].good));
    return base;
}

/* Draws places until the best crop has room on every side; what needs less is spoilt afterwards. A
 * head that fits badly is exchanged after a while, by the person's stream: in retakes too. */
static void draw_place(const Order *order, const Bases *bases, Shot *shot, Rng *rng)
{
    bool finished = order->corpus == 'd' || order->received;
    Rng person = rng_stream(shot->face_seed, 0, DRAW_PERSON);
    for (int attempt = 0; attempt < 1000; attempt++) {
        if (attempt % 50 == 0)
            shot_wear(bases, shot, draw_base(bases, order->sure, &person));
        bool small = shot->width_px < 600; /* of few pixels the face takes most */
        Spot spot = {
            .face_share =
                small || finished ? rng_range(rng, 0.43, 0.54) : rng_range(rng, 0.29, 0.45),
            .eye_u = 0.5 + rng_range(rng, -0.025, 0.025),
            .hair_v = small || finished ? rng_range(rng, 0.10, 0.15) : rng_range(rng, 0.10, 0.22),
        };
        shot_place(shot, 0, &spot);
        if (!shot_fits_canvas(shot, 0))
            continue;
        shot_truth(shot);
        if (shot->slack > (small || finished ? 0.25 : 0.4))
            return;
    }
}

void shot_plan(const Order *order, const Bases *bases, int index, Shot *out)
{
    uint64_t seed = order->seed, i = (uint64_t)index;
    *out = (Shot){.index = index, .fault = draw_fault(order, index), .person_count = 1};
    Rng face = rng_stream(seed, i, DRAW_PERSON);
    out->face_seed = rng_next(&face);
    seed += (uint64_t)order->take * 0x9E3779B9u; /* a retake is another photo of the same person */
    Rng place = rng_stream(seed, i, DRAW_PLACE), light = rng_stream(seed, i, DRAW_LIGHT);
    Rng form = rng_stream(seed, i, DRAW_FORM), name = rng_stream(seed, i, DRAW_NAME);
    out->seed = rng_next(&light);
    Size size = draw_size(order, &place);
    out->width_px = size.width_px;
    out->height_px = size.height_px;
    draw_place(order, bases, out, &place);
    draw_light(order, out, &light);
    draw_form(order, out, &form);
    person_name(order, out, &name);
    spoil_shot(bases, out, &place);
}

void shot_stored_size(const Shot *shot, int *width_px, int *height_px)
{
    bool turned = shot->form.orientation >= 5;
    *width_px = turned ? shot->height_px : shot->width_px;
    *height_px = turned ? shot->width_px : shot->height_px;
}

/* Slack of a value in lo..hi: 1 in the middle, 0 at an end. */
static double slack_of(double value, double lo, double hi)
{
    return 1 - fabs(value - (lo + hi) / 2) / ((hi - lo) / 2);
}

/* The best window at scale s, by trying its offsets in quarter pixels of the frame. */
static double slack_at(double s, int width_px, int height_px, const Truth *t)
{
    double eye_x = (t->left_eye[0] + t->right_eye[0]) / 2 * s;
    double eye_y = (t->left_eye[1] + t->right_eye[1]) / 2 * s, hair = t->hair_top_y * s;
    double room_x = width_px * s - 480, room_y = height_px * s - 640, best_x, best_y = -1;
    if (room_x < 0 || room_y < 0)
        return -1;
    double x = fmin(fmax(eye_x - 240, 0), room_x);
    best_x = slack_of(eye_x - x - 240, -24, 24);
    for (double y = fmax(0, hair - 110); y <= fmin(room_y, hair - 50); y += 0.25)
        best_y = fmax(best_y, fmin(slack_of(hair - y, 50, 110), slack_of(eye_y - y, 200, 300)));
    double face = slack_of((t->face_right_x - t->face_left_x) * s, 180, 300);
    return fmin(fmin(best_x, best_y), face);
}

double shot_slack(int width_px, int height_px, const Truth *truth)
{
    double face = truth->face_right_x - truth->face_left_x, best = -1;
    for (double wanted = 180; wanted <= 300; wanted += 4)
        if (wanted <= face)
            best = fmax(best, slack_at(wanted / face, width_px, height_px, truth));
    if (face >= 180 && width_px == 480 && height_px == 640) /* no other scale than 1 exists */
        best = fmax(best, slack_at(1, width_px, height_px, truth));
    return best;
}
