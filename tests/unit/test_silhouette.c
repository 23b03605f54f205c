/* SPDX-License-Identifier: MIT */
#include "../../stages/silhouette.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "scene.h"
#include "silhouette_of.h"
#include "arena_fixture.h"

static Head head_of(const Scene *scene, Silhouette *silhouette)
{
    Picture picture = scene_draw(arena, scene);
    FacePlace face = scene_place(scene);
    Head head;
    assert_int_equal(silhouette_of(arena, &picture, &face, silhouette).code, ERR_NONE);
    silhouette_hair_top(&picture, &face, silhouette, &head);
    return head;
}

static uint8_t label_at(const Silhouette *s, int x, int y)
{
    return s->label[(size_t)y * (size_t)s->width_px + (size_t)x];
}

/* The first row in which 6 % of the face width belong to the ellipse of hair. */
static double true_top(const Scene *s)
{
    double ry = (s->chin_y - s->hair_top_y) / 2, half = 0.03 * s->face_width;
    double dx = half / (s->face_width / 2 * 1.1);
    return (s->hair_top_y + s->chin_y) / 2 - ry * sqrt(1 - dx * dx);
}

static void the_hair_top_is_found_to_a_pixel(void **state)
{
    (void)state;
    static const double TOPS[] = {20, 50, 80, 110.4, 130.7};
    for (size_t i = 0; i < sizeof TOPS / sizeof *TOPS; i++) {
        Scene scene = scene_default();
        scene.hair_top_y = TOPS[i];
        Silhouette s;
        Head head = head_of(&scene, &s);
        assert_null(head.problem);
        assert_float_equal(head.hair_top_y, true_top(&scene), 1.0);
        assert_true(head.hair_top_error >= fabs(head.hair_top_y - true_top(&scene)));
    }
}

/* A rim that is half way to black, as of a badly cut out head: half hair is found in it, the head is lower. */
static void a_rim_around_the_hair_is_declared(void **state)
{
    (void)state;
    enum { RIM = 6 };
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene), clean = scene_draw(arena, &scene);
    FacePlace face = scene_place(&scene);
    for (int y = 0; y < picture.height_px - RIM; y++) /* paper above hair; the rows below stay as they are */
        for (int x = 0; x < picture.width_px; x++) {
            size_t at = 3 * ((size_t)y * (size_t)picture.width_px + (size_t)x);
            size_t below = at + 3 * RIM * (size_t)picture.width_px;
            if (y < scene.hair_top_y + RIM && clean.rgb[at + 2] > 150 && clean.rgb[below + 2] < 150)
                for (size_t k = 0; k < 3; k++)
                    picture.rgb[at + k] = (uint8_t)(0.4 * clean.rgb[at + k] + 0.6 * clean.rgb[below + k]);
        }
    Silhouette s;
    Head sharp, soft;
    assert_int_equal(silhouette_of(arena, &clean, &face, &s).code, ERR_NONE);
    silhouette_hair_top(&clean, &face, &s, &sharp);
    assert_int_equal(silhouette_of(arena, &picture, &face, &s).code, ERR_NONE);
    silhouette_hair_top(&picture, &face, &s, &soft);
    assert_null(soft.problem);
    assert_true(soft.hair_top_error >= sharp.hair_top_error + RIM - 2);
    assert_true(soft.hair_top_error >= fabs(soft.hair_top_y - true_top(&scene)));
}

static void paper_person_and_objects_are_told_apart(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    for (int y = 20; y < 50; y++)
        memset(picture.rgb + 3 * (y * 480 + 400), 10, 3 * 30);
    FacePlace face = scene_place(&scene);
    Silhouette s;
    assert_int_equal(silhouette_of(arena, &picture, &face, &s).code, ERR_NONE);
    assert_int_equal(label_at(&s, 5, 5), LABEL_PAPER);
    assert_int_equal(label_at(&s, 240, 300), LABEL_PERSON);
    assert_int_equal(label_at(&s, 240, 620), LABEL_PERSON);
    assert_int_equal(label_at(&s, 415, 35), LABEL_FOREIGN);
}

static void a_lit_gradient_is_still_paper(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    for (int y = 0; y < 640; y++)
        for (int x = 0; x < 480; x++)
            for (int k = 0; k < 3; k++) {
                uint8_t *p = &picture.rgb[3 * (y * 480 + x) + k];
                *p = (uint8_t)(*p * (0.75 + 0.25 * x / 480.0));
            }
    FacePlace face = scene_place(&scene);
    Silhouette s;
    Head head;
    assert_int_equal(silhouette_of(arena, &picture, &face, &s).code, ERR_NONE);
    silhouette_hair_top(&picture, &face, &s, &head);
    assert_true(s.uniform);
    assert_float_equal(head.hair_top_y, true_top(&scene), 1.5);
}

static void a_thin_frame_hides_neither_paper_nor_head(void **state)
{
    (void)state;
    static const int FRAMES[][4] = {{1, 1, 1, 1}, {2, 2, 2, 2}, {4, 4, 4, 4}, {6, 6, 6, 6}, {1}, {6}, {0, 1}, {0, 6}, {0, 0, 1}, {0, 0, 6}, {0, 0, 0, 1}, {0, 0, 0, 6}};
    for (size_t i = 0; i < sizeof FRAMES / sizeof *FRAMES; i++)
        for (int level = 0; level <= 255; level += 255) {
            Scene scene = scene_default();
            Picture picture = scene_draw(arena, &scene);
            scene_frame(&picture, FRAMES[i], (uint8_t)level);
            FacePlace face = scene_place(&scene);
            Silhouette s;
            Head head;
            assert_int_equal(silhouette_of(arena, &picture, &face, &s).code, ERR_NONE);
            silhouette_hair_top(&picture, &face, &s, &head);
            if (!s.uniform || head.problem)
                fail_msg("frame %zu of level %d: %s", i, level, head.problem);
            assert_float_equal(head.hair_top_y, true_top(&scene), 1.0);
            assert_int_equal(label_at(&s, 0, 0), LABEL_PAPER);
            assert_int_equal(label_at(&s, 479, 300), LABEL_PAPER);
            assert_int_equal(label_at(&s, 240, 300), LABEL_PERSON);
            arena_reset(arena);
        }
}

static void hair_like_the_paper_is_not_guessed(void **state)
{
    (void)state;
    Scene scene = scene_default();
    for (int k = 0; k < 3; k++)
        scene.hair[k] = scene.paper[k] - 6;
    Silhouette s;
    Head head = head_of(&scene, &s);
    assert_true(isnan(head.hair_top_y));
    assert_non_null(head.problem);
}

static void a_skin_like_paper_is_a_leak(void **state)
{
    (void)state;
    Scene scene = scene_default();
    for (int k = 0; k < 3; k++)
        scene.hair[k] = scene.skin[k] = scene.paper[k];
    Silhouette s;
    Head head = head_of(&scene, &s);
    assert_true(isnan(head.hair_top_y));
    assert_non_null(s.problem);
}

static void stripes_are_not_uniform(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    for (int y = 0; y < 640; y++)
        for (int x = 0; x < 480; x++)
            if (x / 24 % 2) {
                uint8_t *p = &picture.rgb[3 * (y * 480 + x)];
                if (p[2] > 240 && p[0] < 120)
                    memset(p, 40, 3);
            }
    FacePlace face = scene_place(&scene);
    Silhouette s;
    assert_int_equal(silhouette_of(arena, &picture, &face, &s).code, ERR_NONE);
    assert_false(s.uniform);
    assert_non_null(s.problem);
}

static void a_head_cut_by_the_edge_reads_zero(void **state)
{
    (void)state;
    Scene scene = scene_default();
    scene.hair_top_y = -40;
    Silhouette s;
    Head head = head_of(&scene, &s);
    assert_float_equal(head.hair_top_y, 0, 0);
}

typedef struct Block { /* in face widths: how wide, how far up from the head's top, and from the middle to the right */
    double width, height, aside;
} Block;

/* The head of scene_default with something dark on it. */
static Head head_with(const Block *block)
{
    Scene scene = scene_default();
    scene.hair_top_y = 100;
    Picture picture = scene_draw(arena, &scene);
    FacePlace face = scene_place(&scene);
    double left = scene.eye_x + (block->aside - block->width / 2) * scene.face_width;
    for (int y = (int)fmax(0, scene.hair_top_y - block->height * scene.face_width); y < scene.hair_top_y + 20; y++)
        for (int x = (int)left; x < left + block->width * scene.face_width; x++)
            memset(picture.rgb + 3 * ((size_t)y * (size_t)picture.width_px + (size_t)x), 40, 3);
    Silhouette s;
    Head head;
    assert_int_equal(silhouette_of(arena, &picture, &face, &s).code, ERR_NONE);
    silhouette_hair_top(&picture, &face, &s, &head);
    return head;
}

static void a_pole_on_the_head_is_not_its_top(void **state)
{
    (void)state;
    static const Block POLES[] = {{0.07, 0.15, 0}, {0.10, 0.3, 0.1}, {0.18, 0.2, -0.15}, {0.08, 1, 0}, {0.15, 1, 0.2}};
    for (size_t i = 0; i < sizeof POLES / sizeof *POLES; i++) {
        Head head = head_with(&POLES[i]);
        assert_true(isnan(head.hair_top_y));
        assert_string_equal(head.problem, "something narrow stands on the head");
    }
}

/* Hair may stand up, or be put up: that is the top of the head. */
static void tufts_and_buns_are_the_top(void **state)
{
    (void)state;
    static const Block HAIR[] = {{0.1, 0.05, 0}, {0.15, 0.06, 0.1}, {0.3, 0.2, 0}, {0.25, 0.25, 0.1}, {0.5, 0.3, 0}};
    for (size_t i = 0; i < sizeof HAIR / sizeof *HAIR; i++) {
        Head head = head_with(&HAIR[i]);
        assert_null(head.problem);
        assert_float_equal(head.hair_top_y, 100 - HAIR[i].height * 220, 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_hair_top_is_found_to_a_pixel, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(a_pole_on_the_head_is_not_its_top, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(tufts_and_buns_are_the_top, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(a_rim_around_the_hair_is_declared, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(paper_person_and_objects_are_told_apart, make_arena,
                                        drop_arena),
        cmocka_unit_test_setup_teardown(a_lit_gradient_is_still_paper, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(a_thin_frame_hides_neither_paper_nor_head, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(hair_like_the_paper_is_not_guessed, make_arena,
                                        drop_arena),
        cmocka_unit_test_setup_teardown(a_skin_like_paper_is_a_leak, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(stripes_are_not_uniform, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(a_head_cut_by_the_edge_reads_zero, make_arena, drop_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
