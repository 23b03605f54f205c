/* SPDX-License-Identifier: MIT */
/* Faces that the networks hardly know: in coloured light; turned away or hidden, beside another. */
#include "../../stages/detect.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "portraits.h"
#include "finder_fixture.h"

#define BASE SOURCE_DIR "/samples/base"

static Faces detect(const Picture *picture)
{
    Faces faces;
    Facts facts;
    facts_clear(&facts);
    assert_int_equal(detect_faces(finder, picture, 1, &faces, &facts).code, ERR_NONE);
    assert_true(facts.v[CHECK_faces] == faces.count);
    return faces;
}

/* Three levels, the middle one twice: 0, two thirds of the others, all of them. Grey by the brightest channel. */
static void levels_are_spread_over_the_whole_range(void **state)
{
    (void)state;
    uint8_t pixels[12] = {20, 3, 0, 0, 22, 9, 22, 0, 0, 1, 2, 24};
    static const int WANT[4] = {0, 170, 170, 255};
    Picture four = {.rgb = pixels, .width_px = 4, .height_px = 1};
    Picture even = faces_evened(finder, &four);
    for (int i = 0; i < 4; i++)
        for (int c = 0; c < 3; c++)
            assert_int_equal(even.rgb[3 * i + c], WANT[i]);
    memset(pixels, 77, sizeof pixels);
    even = faces_evened(finder, &four); /* one level alone */
    for (int i = 0; i < 12; i++)
        assert_int_equal(even.rgb[i], 0);
    Picture tall = {.rgb = arena_alloc(arena, 3 * 640 * 1024), .width_px = 640, .height_px = 1024};
    memset(tall.rgb, 90, 3 * 640 * 1024);
    even = faces_evened(finder, &tall);
    assert_true(even.width_px == 160 && even.height_px == 256);
    arena_reset(arena);
}

/* A person hardly lit, by a blue lamp, before bright red paper: a face, but nothing of it is measured. */
static void a_face_in_coloured_light_counts_and_stays_unmeasured(void **state)
{
    (void)state;
    static const char *const FILES[] = {"s_005_clean.jpg", "s_008_clean.jpg", "s_016_clean.jpg", "s_040_clean.jpg",
                                        "s_013_clean.jpg"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        Picture picture = portrait_picture(arena, BASE, FILES[i]);
        assert_non_null(picture.rgb);
        for (uint8_t *p = picture.rgb; p < picture.rgb + 3 * picture.width_px * picture.height_px; p += 3) {
            bool paper = abs(p[0] - 98) + abs(p[1] - 197) + abs(p[2] - 252) < 90;
            p[0] = (uint8_t)(paper ? 230 : p[0] * 0.02);
            p[1] = (uint8_t)(paper ? 10 : p[1] * 0.05);
            p[2] = (uint8_t)(paper ? 20 : p[2] * 0.06);
        }
        Faces faces = detect(&picture);
        if (faces.count != 1 || faces.best.settled || !isnan(faces.best.left_eye.x))
            fail_msg("%s: %d faces, settled: %d", FILES[i], faces.count, faces.best.settled);
        assert_true(faces.best.box_low.x > 0 && faces.best.box_high.x < picture.width_px &&
                    faces.best.box_high.x - faces.best.box_low.x > 0.2 * picture.width_px);
        arena_reset(arena);
    }
}

/* Eye distances from the eyes' middle: a rectangle. */
typedef struct Patch {
    double left, top, right, bottom;
} Patch;

static void cover(Picture *picture, const Portrait *truth, Patch p, uint8_t grey)
{
    double x = (truth->left_eye.x + truth->right_eye.x) / 2, y = (truth->left_eye.y + truth->right_eye.y) / 2;
    double d = truth->right_eye.x - truth->left_eye.x;
    for (int v = (int)fmax(0, y + p.top * d); v < y + p.bottom * d && v < picture->height_px; v++)
        for (int u = (int)fmax(0, x + p.left * d); u < x + p.right * d && u < picture->width_px; u++)
            memset(picture->rgb + 3 * (v * picture->width_px + u), grey, 3);
}

/* Two pictures of one size. */
static Picture side_by_side(const Picture *left, const Picture *right)
{
    const Picture *both[2] = {left, right};
    int width = left->width_px;
    Picture out = {.width_px = 2 * width, .height_px = left->height_px};
    out.rgb = arena_alloc(arena, 3 * (size_t)out.width_px * (size_t)out.height_px);
    for (int y = 0; y < out.height_px; y++)
        for (int i = 0; i < 2; i++)
            memcpy(out.rgb + 3 * (y * out.width_px + i * width), both[i]->rgb + 3 * y * width, 3 * (size_t)width);
    return out;
}

static const Portrait *portrait_named(Portrait list[64], const char *file)
{
    int count = portrait_list(BASE "/truth.csv", list, 64), at = 0;
    while (at < count && strcmp(list[at].file, file))
        at++;
    assert_true(at < count);
    return &list[at];
}

static Picture covered(const char *file, Patch patch, uint8_t grey)
{
    static Portrait list[64];
    Picture picture = portrait_picture(arena, BASE, file);
    assert_non_null(picture.rgb);
    cover(&picture, portrait_named(list, file), patch, grey);
    return picture;
}

/* Behind a mask, and some behind dark glasses. */
static void a_second_person_turned_away_or_hidden_counts(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        double top;
        uint8_t grey;
        bool glasses;
    } SECOND[] = {{"s_021_yaw.jpg", 0.35, 240, false}, {"s_021_yaw.jpg", 0.5, 240, true},
                  {"s_016_clean.jpg", 0.35, 240, true}, {"s_032_clean.jpg", 0.5, 240, true},
                  {"s_000_clean.jpg", 0.5, 240, true}};
    static Portrait list[64];
    int count = portrait_list(BASE "/truth.csv", list, 64);
    for (size_t i = 0; i < sizeof SECOND / sizeof *SECOND; i++) {
        Picture main = portrait_picture(arena, BASE, "s_005_clean.jpg");
        Picture other = portrait_picture(arena, BASE, SECOND[i].file);
        int at = 0;
        while (at < count && strcmp(list[at].file, SECOND[i].file))
            at++;
        assert_true(at < count && main.rgb && other.rgb);
        assert_true(main.width_px == other.width_px && main.height_px == other.height_px);
        cover(&other, &list[at], (Patch){-1.2, SECOND[i].top, 1.2, 2}, SECOND[i].grey);
        if (SECOND[i].glasses)
            cover(&other, &list[at], (Patch){-1.1, -0.25, 1.1, 0.2}, 20);
        Picture two = side_by_side(&main, &other);
        int faces = detect(&two).count;
        if (faces != 2)
            fail_msg("%s: %d faces", SECOND[i].file, faces);
        arena_reset(arena);
    }
}

/* A sheet of paper before the face leaves hair, ears and shoulders, and points that hold still: nobody to be measured. */
static void a_head_behind_a_sheet_is_no_face(void **state)
{
    (void)state;
    static const char *const FILES[] = {"s_000_clean.jpg", "s_008_clean.jpg", "s_032_clean.jpg", "s_040_clean.jpg"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        Picture picture = covered(FILES[i], (Patch){-1.2, -0.3, 1.2, 2}, 240);
        int faces = detect(&picture).count;
        if (faces != 0)
            fail_msg("%s: %d faces", FILES[i], faces);
        arena_reset(arena);
    }
}

/* Half the face in the dark, a mask over the mouth: the points cannot tell its features, but somebody is there. */
static void a_face_half_in_the_dark_counts(void **state)
{
    (void)state;
    static const char FILE[] = "s_021_clean.jpg";
    static const double TOPS[] = {0.1, 0.35}; /* of the mask */
    static const uint8_t GREY[] = {90, 150, 200};
    for (int i = 0; i < 6; i++) {
        Portrait list[64];
        Picture picture = covered(FILE, (Patch){-1.2, TOPS[i / 3], 1.2, 2}, GREY[i % 3]);
        cover(&picture, portrait_named(list, FILE), (Patch){-1.1, -0.25, 0, 2}, 20);
        Faces faces = detect(&picture);
        if (faces.count != 1 || faces.best.settled)
            fail_msg("mask %d: %d faces", i, faces.count);
        arena_reset(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_spread_over_the_whole_range),
        cmocka_unit_test(a_face_in_coloured_light_counts_and_stays_unmeasured),
        cmocka_unit_test(a_head_behind_a_sheet_is_no_face),
        cmocka_unit_test(a_face_half_in_the_dark_counts),
        cmocka_unit_test(a_second_person_turned_away_or_hidden_counts),
    };
    return cmocka_run_group_tests(tests, open_finder, close_finder);
}
