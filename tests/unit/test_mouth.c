/* SPDX-License-Identifier: MIT */
#include "../../stages/mouth.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "eye_scene.h"
#include "arena_fixture.h"

/* Spots in eye distances: all below the nose, the lips, what is between them, a phone's width. */
static const double BELOW[] = {0, 1.6, 1.3, 0.9}, LIPS[] = {0, 1.06, 0.46, 0.11}, TEETH[] = {0, 1.06, 0.30, 0.04}, PHONE[] = {0, 1.5, 0.5, 0.75};

typedef struct Paint {
    int r, g, b;
} Paint;

static const Paint NOTHING = {-1, 0, 0}, PALE = {225, 185, 160}, TANNED = {190, 140, 110}, DARK = {75, 50, 38};

static FacePlace face_with_mouth(void)
{
    static const double POINTS[][3] = {{33, -0.22, 0.98}, {34, 0, 0.96}, {35, 0.22, 0.98}, {37, 0.22, 1.13}, {38, 0, 1.16},
                                       {39, -0.22, 1.13}, {56, -0.25, 1.86}, {58, 0.25, 1.86}};
    FacePlace face = eye_scene_face(0.15);
    for (size_t i = 0; i < sizeof POINTS / sizeof *POINTS; i++)
        face.points[(int)POINTS[i][0]] = (Point){400 + 100 * POINTS[i][1], 400 + 100 * POINTS[i][2]};
    return face;
}

static void paint(Picture *p, const double spot[4], Paint colour)
{
    if (colour.r >= 0)
        eye_scene_spot(p, spot, colour.r, colour.g, colour.b);
}

/* Skin as a lamp at one side lights it: so much of its light at the left edge of the face, all at the right one. */
static void light_from_aside(Picture *p, double least)
{
    for (int y = 0; y < SCENE_PX; y++)
        for (int x = 0; x < SCENE_PX; x++)
            for (int k = 0; k < 3; k++) {
                uint8_t *at = p->rgb + 3 * (y * SCENE_PX + x) + k;
                *at = (uint8_t)(*at * fmax(least, fmin(1, least + (1 - least) * (x - 290) / 220.0)));
            }
}

/* Lips with the line between them. */
static void paint_lips(Picture *p, Paint colour)
{
    static const double LINE[] = {0, 1.06, 0.44, 0.02};
    paint(p, LIPS, colour);
    paint(p, LINE, colour.r < 0 ? colour : (Paint){colour.r / 2, colour.g / 2, colour.b / 2});
}

static double cover_of(const Picture *picture, const FacePlace *face)
{
    Facts facts;
    facts_clear(&facts);
    mouth_measure(picture, face, &facts);
    return facts.v[CHECK_mouth_cover];
}

static void what_is_neither_skin_nor_lips_over_mouth_and_chin_counts(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        Paint skin, below, lips, teeth, phone;
        double side; /* light at the darker side, 0: even */
        bool covers;
    } CASES[] = {
        {"bare", PALE, NOTHING, {190, 120, 115}, NOTHING, NOTHING, 0, false},
        {"bare, dark skin", DARK, NOTHING, {80, 45, 40}, NOTHING, NOTHING, 0, false},
        {"pale lips", TANNED, NOTHING, {176, 130, 102}, NOTHING, NOTHING, 0, false},
        {"light from aside", TANNED, NOTHING, {160, 95, 85}, NOTHING, NOTHING, 0.3, false},
        {"chin in the shade", PALE, {110, 82, 68}, {100, 60, 55}, NOTHING, NOTHING, 0, false},
        {"red lipstick", PALE, NOTHING, {190, 20, 45}, NOTHING, NOTHING, 0, false},
        {"dark lipstick", PALE, NOTHING, {90, 25, 45}, NOTHING, NOTHING, 0, false},
        {"teeth or braces", PALE, NOTHING, {190, 120, 115}, {235, 235, 230}, NOTHING, 0, false},
        {"black beard", PALE, {45, 40, 38}, {170, 105, 100}, NOTHING, NOTHING, 0, false},
        {"grey beard", TANNED, {135, 130, 126}, {150, 95, 90}, NOTHING, NOTHING, 0, false},
        {"white beard", PALE, {225, 222, 220}, {190, 120, 115}, NOTHING, NOTHING, 0, false},
        {"black beard, teeth", TANNED, {45, 40, 38}, {150, 90, 85}, {235, 235, 230}, NOTHING, 0, false},
        {"moustache over the lips", PALE, NOTHING, {50, 44, 42}, NOTHING, NOTHING, 0, false},
        {"folded cloth of the colour of skin", PALE, PALE, NOTHING, {160, 130, 112}, NOTHING, 0, false},
        {"smooth cloth of the colour of skin", PALE, PALE, NOTHING, NOTHING, NOTHING, 0, true},
        {"black mask", PALE, {38, 36, 36}, NOTHING, NOTHING, NOTHING, 0, true},
        {"black mask, dark skin", DARK, {38, 36, 36}, NOTHING, NOTHING, NOTHING, 0, true},
        {"black mask, hardly any colour in the skin", {251, 224, 208}, {38, 36, 37}, NOTHING, NOTHING, NOTHING, 0, true},
        {"white mask", PALE, {240, 240, 238}, NOTHING, NOTHING, NOTHING, 0, true},
        {"white mask, light from aside", PALE, {240, 240, 238}, NOTHING, NOTHING, NOTHING, 0.4, true},
        {"light blue mask", TANNED, {160, 205, 235}, NOTHING, NOTHING, NOTHING, 0, true},
        {"pink mask", TANNED, {240, 190, 200}, NOTHING, NOTHING, NOTHING, 0, true},
        {"red scarf", PALE, {170, 35, 40}, NOTHING, NOTHING, NOTHING, 0, true},
        {"black phone", PALE, NOTHING, NOTHING, NOTHING, {35, 35, 35}, 0, true},
        {"paper", TANNED, NOTHING, NOTHING, NOTHING, {245, 246, 246}, 0, true},
    };
    FacePlace face = face_with_mouth();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Picture p = eye_scene_skin(arena, CASES[i].skin.r, CASES[i].skin.g, CASES[i].skin.b);
        paint(&p, BELOW, CASES[i].below);
        paint_lips(&p, CASES[i].lips);
        paint(&p, TEETH, CASES[i].teeth);
        paint(&p, PHONE, CASES[i].phone);
        if (CASES[i].side > 0)
            light_from_aside(&p, CASES[i].side);
        double cover = cover_of(&p, &face);
        if (!(CASES[i].covers ? cover > 90 : cover < 35))
            fail_msg("%s: %.0f %%", CASES[i].what, cover);
        arena_reset(arena);
    }
}

/* Skin and lips under something that lets light through, `part` of it being of its own colour. */
typedef struct Veil {
    const char *what;
    Paint skin, colour;
    double part, at, slope, bend; /* its upper edge: v = at + slope u + bend u u */
    double from, to, until;       /* of u; down to that v */
    bool covers;
} Veil;

static void lay_veil(Picture *p, const Veil *veil)
{
    const int own[3] = {veil->colour.r, veil->colour.g, veil->colour.b};
    for (int y = 0; y < SCENE_PX; y++)
        for (int x = 0; x < SCENE_PX; x++) {
            double u = (x - 400.0) / SCENE_UNIT, v = (y - 400.0) / SCENE_UNIT;
            bool over = v >= veil->at + veil->slope * u + veil->bend * u * u && v < veil->until && u >= veil->from && u < veil->to;
            uint8_t *at = p->rgb + 3 * (y * SCENE_PX + x);
            for (int k = 0; over && k < 3; k++)
                at[k] = (uint8_t)lrint(at[k] * (1 - veil->part) + own[k] * veil->part);
        }
}

static void a_dark_edge_over_nose_and_both_cheeks_is_a_veil(void **state)
{
    (void)state;
    static const Paint BLACK = {12, 12, 12}, NAVY = {20, 25, 70}, RED = {100, 20, 30}, BROWN = {90, 60, 40}, WHITE = {240, 240, 240};
    const Veil CASES[] = {
        {"black, half", PALE, BLACK, 0.5, 0.34, 0, 0, -1, 1, 3, true},
        {"black, half, dark skin", DARK, BLACK, 0.5, 0.34, 0, 0, -1, 1, 3, true},
        {"navy, bent down at the sides", TANNED, NAVY, 0.35, 0.30, 0, 0.28, -1, 1, 3, true},
        {"dark red, bent up at the sides", PALE, RED, 0.5, 0.45, 0, -0.28, -1, 1, 3, true},
        {"brown, aslant", PALE, BROWN, 0.65, 0.38, 0.14, 0, -1, 1, 3, true},
        {"brown, aslant the other way", TANNED, BROWN, 0.65, 0.38, -0.14, 0, -1, 1, 3, true},
        {"the faintest that is told", PALE, BLACK, 0.12, 0.34, 0, 0, -1, 1, 3, true},
        {"a fainter one", PALE, BLACK, 0.06, 0.34, 0, 0, -1, 1, 3, false},
        {"the highest", PALE, BLACK, 0.5, 0.22, 0, 0, -1, 1, 3, true},
        {"higher: a lens or a brim's shade", PALE, BLACK, 0.5, 0.14, 0, 0, -1, 1, 3, false},
        {"the lowest", PALE, BLACK, 0.5, 0.50, 0, 0, -1, 1, 3, true},
        {"lower: below the nose", PALE, BLACK, 0.5, 0.58, 0, 0, -1, 1, 3, false},
        {"far aslant: shade", PALE, BLACK, 0.5, 0.36, 0.40, 0, -1, 1, 3, false},
        {"one side alone", PALE, BLACK, 0.5, 0.34, 0, 0, 0, 1, 3, false},
        {"the nose alone", PALE, BLACK, 0.5, 0.34, 0, 0, -0.25, 0.25, 3, false},
        {"a frame's rim", PALE, BLACK, 0.8, 0.34, 0, 0, -1, 1, 0.40, false},
        {"white", TANNED, WHITE, 0.3, 0.34, 0, 0, -1, 1, 3, false},
    };
    FacePlace face = face_with_mouth();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Picture p = eye_scene_skin(arena, CASES[i].skin.r, CASES[i].skin.g, CASES[i].skin.b);
        paint_lips(&p, (Paint){CASES[i].skin.r * 3 / 4, CASES[i].skin.g / 2, CASES[i].skin.b / 2});
        lay_veil(&p, &CASES[i]);
        double cover = cover_of(&p, &face);
        if (CASES[i].covers ? cover < 100 : cover > 35)
            fail_msg("%s: %.0f %%", CASES[i].what, cover);
        arena_reset(arena);
    }
}

/* Beards leave the nose free; shade of a lamp above falls over the whole way down. */
static void beards_and_shade_are_no_veil(void **state)
{
    (void)state;
    FacePlace face = face_with_mouth();
    for (int shade = 0; shade < 2; shade++) {
        Picture p = eye_scene_skin(arena, PALE.r, PALE.g, PALE.b);
        paint_lips(&p, (Paint){190, 120, 115});
        Veil left = {.colour = {40, 36, 34}, .part = 0.7, .at = 0.36, .from = -1, .to = -0.25, .until = 3}, right = left;
        right.from = 0.25, right.to = 1;
        for (int i = 0; i < 2 && !shade; i++)
            lay_veil(&p, i ? &left : &right);
        for (int i = 0; i < 50 && shade; i++) /* to half the light within half an eye distance */
            lay_veil(&p, &(Veil){.part = 0.014, .at = 0.15 + 0.01 * i, .from = -1, .to = 1, .until = 3});
        assert_true(cover_of(&p, &face) < 35);
        arena_reset(arena);
    }
}

static void of_covered_lips_nothing_is_said(void **state)
{
    (void)state;
    FacePlace face = face_with_mouth();
    for (int covered = 0; covered < 2; covered++) {
        Picture p = eye_scene_skin(arena, PALE.r, PALE.g, PALE.b);
        paint_lips(&p, (Paint){190, 120, 115});
        if (covered)
            eye_scene_spot(&p, BELOW, 38, 36, 36);
        Facts facts;
        facts_clear(&facts);
        fact_set(&facts, CHECK_lip_gap, 0.09, 0.02);
        fact_set(&facts, CHECK_ear_hair, 5, 10);
        fact_set(&facts, CHECK_eye_opening, 0.3, 0.02);
        fact_hide(&facts, CHECK_skin_cast); /* as in a grey picture */
        mouth_measure(&p, &face, &facts);
        assert_true(covered ? isnan(facts.v[CHECK_lip_gap]) : facts.v[CHECK_lip_gap] == 0.09);
        assert_true(covered ? isnan(facts.v[CHECK_ear_hair]) : facts.v[CHECK_ear_hair] == 5);
        assert_false(isinf(facts.u[CHECK_lip_gap]) || isinf(facts.u[CHECK_ear_hair])); /* both ask for a person, whatever is waived */
        assert_true(facts.u[CHECK_skin_cast] == -INFINITY);
        assert_float_equal(facts.v[CHECK_eye_opening], 0.3, 0);
        arena_reset(arena);
    }
}

static void a_blurred_mouth_may_be_flat(void **state)
{
    (void)state;
    FacePlace face = face_with_mouth();
    Picture p = eye_scene_skin(arena, PALE.r, PALE.g, PALE.b);
    Facts facts;
    facts_clear(&facts);
    for (int sharp = 0; sharp < 2; sharp++) {
        fact_set(&facts, CHECK_sharpness, sharp ? 0.6 : 0.15, 0.02);
        mouth_measure(&p, &face, &facts);
        assert_float_equal(facts.v[CHECK_mouth_cover], sharp ? 100 : 0, 0);
    }
}

static void what_cannot_be_seen_is_not_measured(void **state)
{
    (void)state;
    FacePlace face = face_with_mouth();
    Picture black = eye_scene_skin(arena, 3, 3, 3), skin = eye_scene_skin(arena, PALE.r, PALE.g, PALE.b);
    assert_true(isnan(cover_of(&black, &face)));
    FacePlace low = face, high = face;
    for (int i = 0; i < POINT_COUNT; i++) {
        low.points[i].y += 280; /* the chin is outside */
        high.points[i].y -= 430; /* the eyes are */
    }
    assert_true(isnan(cover_of(&skin, &low)));
    assert_true(isnan(cover_of(&skin, &high)));
    for (int i = 0; i < POINT_COUNT; i++)
        face.points[i] = (Point){400, 400};
    assert_true(isnan(cover_of(&skin, &face)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_neither_skin_nor_lips_over_mouth_and_chin_counts),
        cmocka_unit_test(a_dark_edge_over_nose_and_both_cheeks_is_a_veil),
        cmocka_unit_test(beards_and_shade_are_no_veil),
        cmocka_unit_test(of_covered_lips_nothing_is_said),
        cmocka_unit_test(a_blurred_mouth_may_be_flat),
        cmocka_unit_test(what_cannot_be_seen_is_not_measured),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
