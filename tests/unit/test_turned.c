/* SPDX-License-Identifier: MIT */
/* Pictures on their side or their head. */
#include "../../stages/detect.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "portraits.h"
#include "finder_fixture.h"

/* Four pixels tell every turn. */
static void quarters_turn_clockwise(void **state)
{
    (void)state;
    static const int WANT[3][4] = {{2, 0, 3, 1}, {3, 2, 1, 0}, {1, 3, 0, 2}};
    uint8_t pixels[12];
    for (int i = 0; i < 12; i++)
        pixels[i] = (uint8_t)(40 + 60 * (i / 3));
    Picture four = {.rgb = pixels, .width_px = 2, .height_px = 2};
    Picture turned = four;
    for (int quarters = 1; quarters <= 3; quarters++) {
        turned = faces_turned(finder, &turned);
        for (int i = 0; i < 4; i++)
            assert_int_equal(turned.rgb[3 * i], 40 + 60 * WANT[quarters - 1][i]);
    }
}

static void sides_change_places_and_are_256_at_most(void **state)
{
    (void)state;
    Picture wide = {.rgb = arena_alloc(arena, 3 * 1024 * 640), .width_px = 1024, .height_px = 640};
    memset(wide.rgb, 90, 3 * 1024 * 640);
    Picture turned = wide;
    for (int quarters = 1; quarters <= 3; quarters++) {
        turned = faces_turned(finder, &turned);
        assert_int_equal(turned.width_px, quarters == 2 ? 256 : 160);
        assert_int_equal(turned.height_px, quarters == 2 ? 160 : 256);
        assert_int_equal(turned.rgb[3 * 256 * 160 - 1], 90);
    }
    arena_reset(arena);
}

/* `facts` of the portrait turned clockwise. */
static Faces detect(const char *name, int quarters, Facts *facts)
{
    Faces faces;
    Picture picture = portrait_picture(arena, SOURCE_DIR "/samples/base", name);
    assert_non_null(picture.rgb);
    if (quarters) { /* a copy: detect turns pictures, too */
        Picture turned = picture;
        for (int i = 0; i < quarters; i++)
            turned = faces_turned(finder, &turned);
        size_t bytes = 3 * (size_t)turned.width_px * (size_t)turned.height_px;
        picture = (Picture){.rgb = arena_alloc(arena, bytes), .width_px = turned.width_px, .height_px = turned.height_px};
        memcpy(picture.rgb, turned.rgb, bytes);
    }
    facts_clear(facts);
    assert_int_equal(detect_faces(finder, &picture, 1, &faces, facts).code, ERR_NONE);
    return faces;
}

/* The turn that would set it up is said, and nothing of it is measured; of an upright picture all is. */
static void a_turned_picture_is_named(void **state)
{
    (void)state;
    static const char *const FILES[] = {"s_000_clean.jpg", "s_005_clean.jpg", "s_013_clean.jpg", "s_040_clean.jpg"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++)
        for (int quarters = 0; quarters < 4; quarters++) {
            Facts facts;
            Faces faces = detect(FILES[i], quarters, &facts);
            int wanted = (4 - quarters) % 4 * 90;
            if (facts.v[CHECK_turned_deg] != wanted || facts.v[CHECK_faces] != 1)
                fail_msg("%s turned by %d: to be turned by %g, %g faces", FILES[i], 90 * quarters,
                         facts.v[CHECK_turned_deg], facts.v[CHECK_faces]);
            assert_int_equal(faces.count, quarters == 0);
            assert_true(isnan(faces.best.left_x) == (quarters != 0));
            arena_reset(arena);
        }
}

/* Where nobody is, nothing lies on its side. */
static void without_a_face_no_turn_is_measured(void **state)
{
    (void)state;
    Faces faces;
    Facts facts;
    Picture paper = {.rgb = arena_alloc(arena, 3 * 480 * 640), .width_px = 480, .height_px = 640};
    memset(paper.rgb, 200, 3 * 480 * 640);
    facts_clear(&facts);
    assert_int_equal(detect_faces(finder, &paper, 1, &faces, &facts).code, ERR_NONE);
    assert_true(facts.v[CHECK_faces] == 0 && isnan(facts.v[CHECK_turned_deg]));
    arena_reset(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quarters_turn_clockwise),
        cmocka_unit_test(sides_change_places_and_are_256_at_most),
        cmocka_unit_test(a_turned_picture_is_named),
        cmocka_unit_test(without_a_face_no_turn_is_measured),
    };
    return cmocka_run_group_tests(tests, open_finder, close_finder);
}
