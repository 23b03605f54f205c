/* SPDX-License-Identifier: MIT */
#include "../../stages/record.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#define NUMBER "11010519491231002X"

typedef struct World {
    Arena *arena;
    Photo photo;
    Profile profile;
} World;

/* Nothing measured, as the belt begins a photo. */
static int set_up(void **state)
{
    World *world = calloc(1, sizeof *world);
    world->arena = arena_create(1 << 22);
    world->photo.arena = world->arena;
    world->photo.task = (Task){
        .path = "in/" NUMBER ".jpg", .id = {ID_RESIDENT18, ID_FINE, NUMBER}, .files_for_id = 1};
    world->photo.head = (Head){.hair_top_y = NAN, .hair_top_error = NAN};
    world->photo.advice = (Advice){.one = CHECK_COUNT, .other = CHECK_COUNT};
    world->photo.background =
        (Background){.r = NAN, .g = NAN, .b = NAN, .delta_e = NAN, .nearest = -1};
    facts_clear(&world->photo.facts);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    World *world = *state;
    arena_destroy(world->arena);
    free(world);
    return 0;
}

static const char *text_of(World *world)
{
    const char *text;
    Err err = record_json(world->arena, &world->photo, &world->profile, &text);
    assert_int_equal(err.code, ERR_NONE);
    return text;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in %s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("'%s' is in %s", part, text);
}

static void what_was_not_measured_is_absent(void **state)
{
    static const char *const keys[] = {"\"face\"",   "\"background\"",  "\"crop\"",   "\"advice\"",
                                       "\"output\"", "\"byte_window\"", "\"sha256\"", "\"width\"",
                                       "\"camera\"", "\"error\"",       "nan",        "inf",
                                       "\"ms\"",     "\"attempt\"",     "\"text\":"};
    const char *text = text_of(*state);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        assert_lacks(text, keys[i]);
    assert_has(text,
               "{\"type\":\"photo\",\"schema\":1,\"id\":\"" NUMBER "\",\"id_kind\":\"resident18\","
               "\"verdict\":\"PASS\",\"action\":\"none\",\"source\":{\"path\":\"in/" NUMBER
               ".jpg\",\"bytes\":0},"
               "\"facts\":{},\"findings\":[],\"not_checked\":[\"jewellery\",");
}

static void numbers_have_six_digits_and_whole_ones_no_point(void **state)
{
    World *world = *state;
    fact_set(&world->photo.facts, CHECK_source_bytes, 63912345, 0);
    fact_set(&world->photo.facts, CHECK_tilt_deg, -1.23456789, 0);
    fact_set(&world->photo.facts, CHECK_eye_line_px, 250.0000001, 0);
    fact_set(&world->photo.facts, CHECK_hair_top_px, -0.0, 0);
    fact_set(&world->photo.facts, CHECK_sharpness, 1.0 / 3e7, 0);
    const char *text = text_of(world);
    assert_has(text, "\"source_bytes\":63912345");
    assert_has(text, "\"tilt_deg\":-1.23457");
    assert_has(text, "\"eye_line_px\":250,");
    assert_has(text, "\"hair_top_px\":0,");
    assert_has(text, "\"sharpness\":3.33333e-8");
}

static void a_full_photo_says_everything(void **state)
{
    World *world = *state;
    Photo *photo = &world->photo;
    photo->source.width_px = 3000;
    photo->source.height_px = 4000;
    photo->source.header.orientation = 6;
    photo->source.header.camera = "Maker Model";
    photo->faces.count = 1;
    photo->faces.best = (Face){.score = 0.97,
                               .left_eye = {1402.5, 1710},
                               .right_eye = {1688.1, NAN},
                               .chin_y = 2165,
                               .left_x = NAN,
                               .right_x = 1851};
    photo->head.problem = "the silhouette leaks";
    photo->background = (Background){102, 196, 252, 0.9, 0};
    world->profile.colour_count = 1;
    strcpy(world->profile.colours[0].name, "light-blue");
    photo->crop = (Crop){true, 640.2, 812.9, 1810, 2413.3, 0.2652};
    photo->advice = (Advice){.one = CHECK_eye_line_px, .other = CHECK_hair_top_px, .nearer_pct = -12.5,
                              .room_above_pct = 4.5, .pan = -1, .hair_too_high = true};
    photo->output =
        (Output){.file = {.size = 38211}, .quality = 84, .sampling = "4:2:0", .sha256 = "ff"};
    strcpy(photo->output_path, "photos/" NUMBER ".JPG");
    photo->action = ACTION_HEADER_FIXED;
    photo->findings.count = 3;
    photo->findings.list[2] = (Finding){.check = CHECK_hair_top_px, .measured = true, .level = LEVEL_REVIEW, .value = 48, .lo = 50, .hi = 110};
    photo->findings.list[0] = (Finding){
        .check = CHECK_quality, .measured = true, .level = LEVEL_REJECT, .value = 42, .lo = 60, .hi = INFINITY, .error = 1.5, .review_below = 5};
    photo->findings.list[1] =
        (Finding){.check = CHECK_lip_gap, .level = LEVEL_REVIEW, .value = NAN, .lo = -INFINITY, .hi = 0.13};
    photo->findings.missing[CHECK_lip_gap] = photo->findings.hidden[CHECK_tilt_deg] = true;
    const char *text = text_of(world);
    assert_has(text, "\"width\":3000,\"height\":4000,\"orientation\":6,\"camera\":\"Maker Model\"");
    assert_has(text, "\"face\":{\"left_eye\":[1402.5,1710],\"face_right_x\":1851,\"chin_y\":2165,");
    assert_lacks(text, "right_eye");
    assert_has(text,
               "\"background\":{\"rgb\":[102,196,252],\"delta_e\":0.9,\"nearest\":\"light-blue\"}");
    assert_has(
        text,
        "\"crop\":{\"x\":640.2,\"y\":812.9,\"width\":1810,\"height\":2413.3,\"scale\":0.2652}");
    assert_has(
        text,
        "{\"check\":\"quality\",\"level\":\"REJECT\",\"value\":42,\"lo\":60,\"review_lo\":55,\"uncertainty\":1.5,");
    assert_has(text, "{\"check\":\"lip_gap\",\"level\":\"REVIEW\",\"measured\":false,\"hi\":0.13,");
    assert_has(text, "\"not_checked\":[\"tilt_deg\",\"lip_gap\",\"jewellery\"");
    assert_has(text,
               "\"advice\":{\"one\":\"eye_line_px\",\"other\":\"hair_top_px\",\"nearer_pct\":-12.5,"
               "\"room_above_pct\":4.5,\"pan\":\"left\",\"hair_too_high\":true}");
    assert_has(text,
               "\"output\":{\"path\":\"photos/" NUMBER ".JPG\",\"bytes\":38211,\"quality\":84,"
               "\"subsampling\":\"4:2:0\",\"sha256\":\"ff\"}");
}

static void an_unbound_photo_says_why(void **state)
{
    World *world = *state;
    world->photo.task.id = (Id){ID_NONE, ID_BAD_CHECK, ""};
    assert_has(text_of(world), "\"id\":null,\"id_kind\":\"none\",\"id_problem\":\"bad_check\"");
}

static void any_path_is_safe_and_can_be_undone(void **state)
{
    // clang-format off
    static const struct { const char *path, *json; } row[] = {
        {"a\\b\"\n\x01</script>", "\"path\":\"a\\\\b\\\"\\n\\u0001</script>\",\"bytes\""},
        {"张三.jpg",              "\"path\":\"张三.jpg\",\"bytes\""},
        {"\xff.jpg",              "\"path\":\"\\\\xFF.jpg\",\"path_escaped\":true"},
        {"a\\\xc0\x80",           "\"path\":\"a\\\\\\\\\\\\xC0\\\\x80\",\"path_escaped\":true"},
        {"\xed\xa0\x80",          "\"path\":\"\\\\xED\\\\xA0\\\\x80\",\"path_escaped\":true"},
        {"张\xff",                "\"path\":\"\\\\xE5\\\\xBC\\\\xA0\\\\xFF\",\"path_escaped\":true"},
    };
    // clang-format on
    World *world = *state;
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        world->photo.task.path = row[i].path;
        const char *text = text_of(world);
        assert_has(text, row[i].json);
        json_t *read = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(read);
        json_decref(read);
    }
}

static void a_failed_machine_is_named(void **state)
{
    World *world = *state;
    world->photo.verdict = VERDICT_ERROR;
    world->photo.error = "no memory for a picture";
    assert_has(text_of(world),
               "\"verdict\":\"ERROR\",\"action\":\"none\",\"error\":\"no memory for a picture\"");
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(what_was_not_measured_is_absent),
        IN_WORLD(numbers_have_six_digits_and_whole_ones_no_point),
        IN_WORLD(a_full_photo_says_everything),
        IN_WORLD(an_unbound_photo_says_why),
        IN_WORLD(any_path_is_safe_and_can_be_undone),
        IN_WORLD(a_failed_machine_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
