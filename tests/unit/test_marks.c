/* SPDX-License-Identifier: MIT */
#include "marks_fixture.h"

static void frame(Picture *p, int width, const uint8_t rgb[3])
{
    fill(p, (Box){0, 0, p->width_px, width}, rgb);
    fill(p, (Box){0, p->height_px - width, p->width_px, width}, rgb);
    fill(p, (Box){0, 0, width, p->height_px}, rgb);
    fill(p, (Box){p->width_px - width, 0, width, p->height_px}, rgb);
}

static void a_plain_portrait_has_neither_frame_nor_text(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    Facts f = measure(&scene, &picture);
    assert_float_equal(f.v[CHECK_border], 0, 0);
    assert_true(f.v[CHECK_text] < 4);
}

static void frames_of_any_width_are_measured(void **state)
{
    (void)state;
    static const int WIDTHS[] = {2, 5, 12, 30};
    static const uint8_t COLOURS[][3] = {{255, 255, 255}, {0, 0, 0}, {180, 20, 20}};
    for (size_t i = 0; i < sizeof WIDTHS / sizeof *WIDTHS; i++)
        for (size_t k = 0; k < 3; k++) {
            Scene scene = scene_default();
            Picture picture = scene_draw(arena, &scene);
            frame(&picture, WIDTHS[i], COLOURS[k]);
            assert_float_equal(measure(&scene, &picture).v[CHECK_border], WIDTHS[i], 0);
            arena_reset(arena);
        }
}

/* What a phone saves of a picture that was loaded in part. */
static void a_part_that_was_never_loaded_is_a_frame(void **state)
{
    (void)state;
    static const struct {
        int top, right, bottom, left;
    } PARTS[] = {{0, 0, 48, 0}, {0, 0, 100, 0}, {0, 0, 300, 0}, {100, 0, 0, 0}, {0, 60, 0, 0}, {0, 0, 0, 60}};
    static const uint8_t COLOURS[][3] = {{128, 128, 128}, {0, 0, 0}, {255, 255, 255}, {0, 135, 0}};
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        for (size_t k = 0; k < sizeof COLOURS / sizeof *COLOURS; k++) {
            Scene scene = scene_default();
            Picture picture = scene_draw(arena, &scene);
            const int width = picture.width_px, height = picture.height_px;
            fill(&picture, (Box){0, 0, width, PARTS[i].top}, COLOURS[k]);
            fill(&picture, (Box){width - PARTS[i].right, 0, PARTS[i].right, height}, COLOURS[k]);
            fill(&picture, (Box){0, height - PARTS[i].bottom, width, PARTS[i].bottom}, COLOURS[k]);
            fill(&picture, (Box){0, 0, PARTS[i].left, height}, COLOURS[k]);
            assert_float_equal(measure(&scene, &picture).v[CHECK_border],
                               PARTS[i].top + PARTS[i].right + PARTS[i].bottom + PARTS[i].left, 0);
            arena_reset(arena);
        }
}

/* Of the clothes' colour, or the paper's: whatever is above. */
static void rows_without_detail_are_no_clothes(void **state)
{
    (void)state;
    static const uint8_t COLOURS[][3] = {{225, 225, 228}, {100, 197, 255}};
    static const int ROWS[] = {40, 48, 120}, SAID[] = {0, 48, 120};
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 2; k++) {
            Scene scene = scene_default();
            Picture picture = scene_draw(arena, &scene);
            fill(&picture, (Box){0, picture.height_px - ROWS[i], picture.width_px, ROWS[i]}, COLOURS[k]);
            if (k == 0 || SAID[i])
                assert_float_equal(measure(&scene, &picture).v[CHECK_border], SAID[i], 0);
            arena_reset(arena);
        }
}

/* Corners outside of circles of that radius, from a row on. */
static void round_corners(Picture *p, int radius, int from_y, const uint8_t rgb[3])
{
    for (int y = from_y; y < p->height_px; y++)
        for (int x = 0; x < p->width_px; x++) {
            double dx = fmax(radius - x - 0.5, x + 0.5 - (p->width_px - radius));
            double dy = fmax(radius - y - 0.5, y + 0.5 - (p->height_px - radius));
            if (dx > 0 && dy > 0 && hypot(dx, dy) > radius)
                memcpy(&p->rgb[3 * (y * p->width_px + x)], rgb, 3);
        }
}

static void rounded_corners_are_a_frame(void **state)
{
    (void)state;
    static const int RADII[] = {20, 30, 40, 60};
    static const uint8_t COLOURS[][3] = {{255, 255, 255}, {0, 0, 0}};
    for (size_t i = 0; i < sizeof RADII / sizeof *RADII; i++)
        for (size_t k = 0; k < 2; k++) {
            Scene scene = scene_default();
            Picture picture = scene_draw(arena, &scene);
            round_corners(&picture, RADII[i], 0, COLOURS[k]);
            assert_float_equal(measure(&scene, &picture).v[CHECK_border], 0.29 * RADII[i], 2.5);
            arena_reset(arena);
        }
}

static void dark_arms_in_the_lower_corners_are_no_frame(void **state)
{
    (void)state;
    static const uint8_t BLACK[3] = {20, 20, 20};
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    round_corners(&picture, 60, 320, BLACK);
    assert_float_equal(measure(&scene, &picture).v[CHECK_border], 0, 0);
}

static void a_line_of_one_pixel_may_be_two(void **state)
{
    (void)state;
    static const uint8_t WHITE[3] = {255, 255, 255};
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    fill(&picture, (Box){0, 0, 1, picture.height_px}, WHITE);
    Facts f = measure(&scene, &picture);
    assert_float_equal(f.v[CHECK_border], 1, 0);
    assert_float_equal(f.u[CHECK_border], 1, 0);
}

/* White clothes behind a white line: it ends at paper only. */
static void thin_lines_are_told_beside_clothes_of_their_colour(void **state)
{
    (void)state;
    static const uint8_t CLOTH[3] = {225, 225, 228};
    static const int WIDTHS[] = {1, 2, 3, 4, 6};
    for (size_t i = 0; i < sizeof WIDTHS / sizeof *WIDTHS; i++)
        for (int right = 0; right < 2; right++) {
            Scene scene = scene_default();
            Picture picture = scene_draw(arena, &scene);
            fill(&picture, (Box){right ? picture.width_px - WIDTHS[i] : 0, 0, WIDTHS[i], picture.height_px}, CLOTH);
            assert_float_equal(measure(&scene, &picture).v[CHECK_border], WIDTHS[i], 0);
            arena_reset(arena);
        }
}

static void a_soft_fold_along_an_edge_is_no_frame(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    for (int y = 0; y < picture.height_px; y++)
        for (int x = 0; x < 12; x++)
            for (int k = 0; k < 3; k++)
                picture.rgb[3 * (y * picture.width_px + x) + k] -= (uint8_t)(60 - 5 * x);
    assert_float_equal(measure(&scene, &picture).v[CHECK_border], 0, 0);
}

/* As many strokes of both kinds as there can be. */
static void stripes_of_single_pixels_are_joined(void **state)
{
    (void)state;
    static const int sizes[][2] = {{640, 1}, {640, 3}, {640, 101}, {641, 100}, {33, 640}, {1, 1}, {2, 2}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int width = sizes[i][0], height = sizes[i][1];
        Picture picture = {.width_px = width, .height_px = height};
        picture.rgb = malloc(3 * (size_t)width * (size_t)height);
        assert_non_null(picture.rgb);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < 3 * width; x++)
                picture.rgb[3 * width * y + x] = y % 2 ? 128 : x / 3 % 2 ? 255 : 0;
        Blocks blocks;
        Facts facts;
        facts_clear(&facts);
        assert_int_equal(blocks_new(arena, &picture, &blocks).code, ERR_NONE);
        assert_int_equal(marks_measure(arena, &blocks, NULL, &facts).code, ERR_NONE);
        free(picture.rgb);
        arena_reset(arena);
    }
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        T(a_plain_portrait_has_neither_frame_nor_text),
        T(frames_of_any_width_are_measured),
        T(a_part_that_was_never_loaded_is_a_frame),
        T(rows_without_detail_are_no_clothes),
        T(stripes_of_single_pixels_are_joined),
        T(rounded_corners_are_a_frame),
        T(dark_arms_in_the_lower_corners_are_no_frame),
        T(a_line_of_one_pixel_may_be_two),
        T(thin_lines_are_told_beside_clothes_of_their_colour),
        T(a_soft_fold_along_an_edge_is_no_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
