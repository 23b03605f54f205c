/* SPDX-License-Identifier: MIT */
#include "marks_fixture.h"

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

static const uint8_t RED[3] = {220, 30, 30};
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

/* The letters are of the clothes' colour; it also goes on to both sides, but for a bar. */
static void text_on_a_badge_or_a_bar_is_counted(void **state)
{
    (void)state;
    for (int bar = 0; bar < 2; bar++) {
        Scene scene = scene_default();
        Picture picture = scene_draw(arena, &scene);
        const uint8_t *cloth = picture.rgb + 3 * (620 * picture.width_px + 240);
        const uint8_t colour[3] = {cloth[0], cloth[1], cloth[2]};
        fill(&picture, (Box){bar ? 0 : 150, 560, bar ? picture.width_px : 130, 32}, bar ? NAVY : RED);
        for (int i = 0; i < 8; i++)
            digit(&picture, 158 + i * 14, 567, 18, colour);
        leave_on_clothes(&scene, &picture);
        assert_true(measure(&scene, &picture).v[CHECK_text] >= 4);
    }
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

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        T(a_row_of_characters_is_counted),
        T(three_buttons_are_no_text),
        T(dots_and_checks_of_clothes_are_no_text),
        T(text_on_dotted_clothes_is_counted),
        T(houndstooth_and_plaid_are_no_text_but_what_is_on_them),
        T(text_on_a_badge_or_a_bar_is_counted),
        T(what_is_tiled_over_a_picture_is_no_pattern_of_clothes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
