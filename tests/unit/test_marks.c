/* SPDX-License-Identifier: MIT */
#include "../../stages/marks.h"
#include "../../stages/raster.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <math.h>
#include "scene.h"
#include "arena_fixture.h"

static void fill(Picture *p, Box box, const uint8_t rgb[3])
{
    for (int j = box.y; j < box.y + box.height; j++)
        for (int i = box.x; i < box.x + box.width; i++)
            memcpy(&p->rgb[3 * (j * p->width_px + i)], rgb, 3);
}

static void frame(Picture *p, int width, const uint8_t rgb[3])
{
    fill(p, (Box){0, 0, p->width_px, width}, rgb);
    fill(p, (Box){0, p->height_px - width, p->width_px, width}, rgb);
    fill(p, (Box){0, 0, width, p->height_px}, rgb);
    fill(p, (Box){p->width_px - width, 0, width, p->height_px}, rgb);
}

/* Seven-segment 8: all seven strokes. */
static void digit(Picture *p, int x, int y, int size, const uint8_t rgb[3])
{
    int t = size / 7 + 1, w = size / 2 + 1;
    fill(p, (Box){x, y, w, t}, rgb);
    fill(p, (Box){x, y + size / 2, w, t}, rgb);
    fill(p, (Box){x, y + size - t, w, t}, rgb);
    fill(p, (Box){x, y, t, size}, rgb);
    fill(p, (Box){x + w - t, y, t, size}, rgb);
}

static Facts measure(const Scene *scene, const Picture *picture)
{
    FacePlace face = scene_place(scene);
    Blocks blocks;
    Facts facts;
    facts_clear(&facts);
    assert_int_equal(blocks_new(arena, picture, &blocks).code, ERR_NONE);
    assert_int_equal(marks_measure(arena, &blocks, &face, &facts).code, ERR_NONE);
    return facts;
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

static void a_row_of_characters_is_counted(void **state)
{
    (void)state;
    static const uint8_t RED[3] = {200, 30, 30}, WHITE[3] = {255, 255, 255};
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    for (int i = 0; i < 8; i++)
        digit(&picture, 60 + i * 13, 600, 16, RED);
    assert_true(measure(&scene, &picture).v[CHECK_text] >= 7);
    picture = scene_draw(arena, &scene);
    for (int i = 0; i < 6; i++)
        digit(&picture, 370 + i * 16, 20, 20, WHITE);
    assert_true(measure(&scene, &picture).v[CHECK_text] >= 5);
}

static void disc(Picture *p, int x, int y, int radius, const uint8_t rgb[3])
{
    for (int dy = -radius; dy <= radius; dy++)
        for (int dx = -radius; dx <= radius; dx++)
            if (dx * dx + dy * dy <= radius * radius && x + dx >= 0 && x + dx < p->width_px && y + dy >= 0 && y + dy < p->height_px)
                memcpy(&p->rgb[3 * ((y + dy) * p->width_px + x + dx)], rgb, 3);
}

static const uint8_t NAVY[3] = {20, 30, 90};

/* Over all of the picture from a row on. */
static void dots(Picture *p, int from_y, int step, int radius)
{
    for (int y = from_y; y < p->height_px; y += step)
        for (int x = step / 2; x < p->width_px; x += step)
            disc(p, x, y, radius, NAVY);
}

static void squares(Picture *p, int from_y, int step, int side)
{
    for (int y = from_y; y < p->height_px; y += step)
        for (int x = 0; x + side <= p->width_px; x += step)
            fill(p, (Box){x, y, side, side < p->height_px - y ? side : p->height_px - y}, NAVY);
}

/* Puts back what is not of the scene's clothes. */
static void leave_on_clothes(const Scene *scene, Picture *p)
{
    Picture plain = scene_draw(arena, scene);
    for (int i = 0; i < p->width_px * p->height_px; i++) {
        const uint8_t *was = &plain.rgb[3 * i];
        if (was[0] < 200 || was[2] < 200 || abs(was[0] - was[2]) > 25)
            memcpy(&p->rgb[3 * i], was, 3);
    }
}

static void dots_and_checks_of_clothes_are_no_text(void **state)
{
    (void)state;
    static const int STEPS[] = {12, 16, 24, 32};
    Scene scene = scene_default();
    int from_y = (int)scene_place(&scene).chin_y + 30;
    for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++)
        for (int square = 0; square < 2; square++) {
            Picture picture = scene_draw(arena, &scene);
            if (square)
                squares(&picture, from_y, STEPS[i], STEPS[i] / 2);
            else
                dots(&picture, from_y, STEPS[i], STEPS[i] / 4);
            leave_on_clothes(&scene, &picture);
            assert_true(measure(&scene, &picture).v[CHECK_text] < 4);
            arena_reset(arena);
        }
}

/* Of another colour than the marks. */
static void text_on_dotted_clothes_is_counted(void **state)
{
    (void)state;
    static const uint8_t RED[3] = {200, 30, 30};
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    dots(&picture, (int)scene_place(&scene).chin_y + 30, 16, 4);
    leave_on_clothes(&scene, &picture);
    for (int i = 0; i < 8; i++)
        digit(&picture, 60 + i * 13, 600, 16, RED);
    assert_true(measure(&scene, &picture).v[CHECK_text] >= 4);
}

/* Two threads over two under, four dark and four light ones each way. */
static bool dark_in_houndstooth(int x, int y, int thread)
{
    int i = x / thread % 8, j = y / thread % 8;
    return (i + j) % 4 < 2 ? i < 4 : j < 4;
}

/* Navy where two bands cross, half of it where there is one, with a thin line between two. */
static void plaid_at(int x, int y, int step, uint8_t *at)
{
    bool line = abs(x % step - 2 * step / 3) < 2 || abs(y % step - 2 * step / 3) < 2;
    for (int k = 0, bands = (x % step < step / 3) + (y % step < step / 3); k < 3; k++)
        at[k] = (uint8_t)(line ? 60 : at[k] + (NAVY[k] - at[k]) * bands / 2);
}

typedef struct Cloth {
    int thread, step, slant; /* of houndstooth, of plaid where the former is 0, and px to the side of 16 rows */
} Cloth;

static Picture draw_cloth(const Scene *scene, const Cloth *cloth)
{
    Picture p = scene_draw(arena, scene);
    for (int y = (int)scene_place(scene).chin_y + 30; y < p.height_px; y++)
        for (int x = 0; x < p.width_px; x++) {
            uint8_t *at = p.rgb + 3 * (y * p.width_px + x);
            int u = x + 1000 + y * cloth->slant / 16, v = y + 1000 - x * cloth->slant / 16;
            if (cloth->step)
                plaid_at(u, v, cloth->step, at);
            else if (dark_in_houndstooth(u, v, cloth->thread))
                memcpy(at, NAVY, 3);
        }
    return p;
}

static const Cloth CLOTHS[] = {{2, 0, 0}, {4, 0, 0}, {5, 0, 0}, {3, 0, 1}, {4, 0, 1}, {0, 56, 1}, {0, 80, 3}, {0, 90, 3}};
static const Cloth LETTERED[] = {{0, 28, 2}, {0, 40, 2}, {0, 44, 1}, {0, 44, 2}, {0, 64, 1}, {0, 64, 3}, {3, 0, 1}};

static double text_on(const Cloth *cloth, int letters)
{
    static const uint8_t RED[3] = {220, 30, 30};
    Scene scene = scene_default();
    Picture picture = draw_cloth(&scene, cloth);
    leave_on_clothes(&scene, &picture);
    for (int i = 0; i < letters; i++)
        digit(&picture, 150 + i * 21, 560, 28, RED);
    Facts facts = measure(&scene, &picture);
    arena_reset(arena);
    return facts.v[CHECK_text];
}

static void houndstooth_and_plaid_are_no_text_but_what_is_on_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CLOTHS / sizeof *CLOTHS; i++)
        assert_true(text_on(&CLOTHS[i], 0) < 4);
    for (size_t i = 0; i < sizeof LETTERED / sizeof *LETTERED; i++)
        assert_true(text_on(&LETTERED[i], 8) >= 4);
}

/* Nor is a lattice that begins above the clothes, and words of different characters, wherever they are. */
static void what_is_tiled_over_a_picture_is_no_pattern_of_clothes(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    dots(&picture, 20, 16, 4);
    assert_true(measure(&scene, &picture).v[CHECK_text] >= 4);
    picture = scene_draw(arena, &scene);
    for (int y = (int)scene_place(&scene).chin_y + 30; y + 16 < picture.height_px; y += 24)
        for (int x = 4; x + 40 < picture.width_px; x += 48) {
            digit(&picture, x, y, 14, NAVY);
            fill(&picture, (Box){x + 13, y, 3, 14}, NAVY);
            disc(&picture, x + 27, y + 7, 7, NAVY);
        }
    leave_on_clothes(&scene, &picture);
    assert_true(measure(&scene, &picture).v[CHECK_text] >= 4);
}

static void three_buttons_are_no_text(void **state)
{
    (void)state;
    static const uint8_t GREY[3] = {120, 120, 120};
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    for (int i = 0; i < 3; i++)
        fill(&picture, (Box){236, 520 + 40 * i, 8, 8}, GREY);
    assert_true(measure(&scene, &picture).v[CHECK_text] < 4);
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
        T(a_plain_portrait_has_neither_frame_nor_text), T(frames_of_any_width_are_measured),
        T(a_part_that_was_never_loaded_is_a_frame), T(rows_without_detail_are_no_clothes),
        T(a_row_of_characters_is_counted), T(three_buttons_are_no_text), T(stripes_of_single_pixels_are_joined),
        T(dots_and_checks_of_clothes_are_no_text), T(text_on_dotted_clothes_is_counted),
        T(houndstooth_and_plaid_are_no_text_but_what_is_on_them),
        T(what_is_tiled_over_a_picture_is_no_pattern_of_clothes), T(rounded_corners_are_a_frame),
        T(dark_arms_in_the_lower_corners_are_no_frame), T(a_line_of_one_pixel_may_be_two),
        T(thin_lines_are_told_beside_clothes_of_their_colour), T(a_soft_fold_along_an_edge_is_no_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
