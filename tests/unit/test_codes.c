/* SPDX-License-Identifier: MIT */
/* Slips drawn by the samples' painter: our encoder and our finder of marks against ZXing. */
#include "../../stages/codes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>
#include "../../samples/qr.h"
#include "../../samples/slip.h"

#define ID "11010519491231002X"

static Arena *arena;
static const CodesDoor *door;

static SlipScene plain_scene(void)
{
    return (SlipScene){.width_px = 600, .height_px = 800, .texts = {ID}, .module_px = 6, .gain = 1, .noise = 2};
}

static Codes look(const SlipScene *scene)
{
    Picture picture;
    Codes codes;
    arena_reset(arena);
    Err err = slip_paint(arena, scene, &picture);
    assert_int_equal(err.code, ERR_NONE);
    err = codes_find(arena, door, &picture, &codes);
    assert_int_equal(err.code, ERR_NONE);
    return codes;
}

static void every_length_of_text_is_written_and_read(void **state)
{
    char text[QR_TEXT_MAX + 2] = "";
    QrCode code;
    (void)state;
    assert_false(qr_encode("", &code));
    for (int length = 1; length <= QR_TEXT_MAX; length++) {
        text[length - 1] = (char)('!' + length * 7 % 90);
        SlipScene scene = plain_scene();
        scene.texts[0] = text;
        scene.width_px = scene.height_px = 320;
        scene.module_px = 5;
        Codes codes = look(&scene);
        if (codes.count != 1 || codes.unread || strcmp(codes.texts[0], text) != 0)
            fail_msg("a text of %d bytes is read as '%s'", length, codes.count ? codes.texts[0] : "");
    }
    text[QR_TEXT_MAX] = 'x';
    assert_false(qr_encode(text, &code));
    assert_true(qr_encode("南字第012345号", &code));
    assert_int_equal(code.side, 25);
}

/* The example of the standard's annex I is numeric; these are the sizes and fixed places of any code. */
static void a_code_has_its_patterns_where_they_belong(void **state)
{
    static const int sides[] = {21, 25, 29, 33, 37, 41};
    static const int lengths[] = {14, 26, 42, 62, 84, 106};
    (void)state;
    for (int version = 0; version < 6; version++)
        for (int more = 0; more < 2 && version + more < 6; more++) {
            char text[QR_TEXT_MAX + 1] = "";
            QrCode code;
            memset(text, 'a', (size_t)lengths[version] + (size_t)more);
            assert_true(qr_encode(text, &code));
            assert_int_equal(code.side, sides[version + more]);
            assert_int_equal(code.dark[code.side - 8][8], 1);
            for (int i = 8; i < code.side - 8; i++) {
                assert_int_equal(code.dark[6][i], i % 2 == 0);
                assert_int_equal(code.dark[i][6], i % 2 == 0);
            }
        }
}

typedef struct Case {
    const char *name;
    SlipScene scene; /* what differs from the plain one */
    int count;
    bool unread;
} Case;

static void a_frame_shows_one_code_or_several_or_one_that_cannot_be_read(void **state)
{
    // clang-format off
    static const Case cases[] = {
        {"plain",            {0},                              1, false},
        {"tilted",           {.tilt_deg = 30},                 1, false},
        {"upside down",      {.tilt_deg = 180},                1, false},
        {"turned away",      {.lean = 0.8},                    1, false},
        {"dark",             {.gain = 0.2},                    1, false},
        {"half in the dark", {.slope = 1.6},                   1, false},
        {"noisy",            {.noise = 12},                    1, false},
        {"out of focus",     {.blur_px = 2},                   1, false},
        {"two",              {.module_px = 5, .texts = {ID, "440524188001010014"}}, 2, false},
        {"the same twice",   {.module_px = 5, .texts = {ID, ID}},    1, true}, /* somebody's slip on somebody's slip */
        {"a thumb on it",    {.thumb = true},                  0, true},
        {"two and a thumb",  {.module_px = 5, .texts = {ID, "440524188001010014"}, .thumb = true}, 1, true},
        {"blank",            {.gain = 0.001},                  0, false},
    };
    // clang-format on
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const SlipScene *other = &cases[i].scene;
        SlipScene scene = plain_scene();
        scene.tilt_deg = other->tilt_deg, scene.lean = other->lean, scene.slope = other->slope;
        scene.blur_px = other->blur_px, scene.thumb = other->thumb;
        scene.gain = other->gain > 0 ? other->gain : scene.gain;
        scene.noise = other->noise > 0 ? other->noise : scene.noise;
        scene.module_px = other->module_px > 0 ? other->module_px : scene.module_px;
        for (int k = 0; k < 2; k++)
            scene.texts[k] = other->texts[k] ? other->texts[k] : scene.texts[k];
        Codes codes = look(&scene);
        if (codes.count != cases[i].count || codes.unread != cases[i].unread)
            fail_msg("%s: %d codes%s", cases[i].name, codes.count, codes.unread ? ", unread" : "");
    }
}

static void no_picture_may_hide_a_code(void **state)
{
    Codes codes;
    (void)state;
    Err err = codes_find(arena, door, &(Picture){0}, &codes);
    assert_int_equal(err.code, ERR_NONE);
    assert_true(codes.unread);
    assert_int_equal(codes.count, 0);
}

static int broken_read(const uint8_t *grey, const int size[2], char *out, size_t bytes, int most)
{
    (void)grey, (void)size, (void)out, (void)bytes, (void)most;
    return -1;
}

/* Bytes that are no UTF-8, controls, and a text that fills its place. */
static int foreign_read(const uint8_t *grey, const int size[2], char *out, size_t bytes, int most)
{
    (void)grey, (void)size;
    memcpy(out, " \xff\x01</script>\n", 13);
    memset(out + bytes, 'x', bytes - 1);
    out[2 * bytes - 1] = '\0';
    return most > 1 ? 2 : 0;
}

static void whatever_the_library_says_can_be_told(void **state)
{
    uint8_t rgb[16 * 16 * 3] = {0};
    const Picture picture = {16, 16, rgb};
    const Source source = {.sha256 = "ab12", .header = {.captured = "2026:06:01 09:00:00", .camera = "Acme"}};
    Codes codes;
    const char *text;
    (void)state;
    Err err = codes_find(arena, &(CodesDoor){broken_read}, &picture, &codes);
    assert_int_equal(err.code, ERR_NONE);
    assert_true(codes.unread);
    err = codes_find(arena, &(CodesDoor){foreign_read}, &picture, &codes);
    assert_int_equal(err.code, ERR_NONE);
    assert_int_equal(codes.count, 2);
    err = codes_json(arena, &codes, &source, &text);
    assert_int_equal(err.code, ERR_NONE);
    json_t *json = json_loads(text, 0, NULL);
    assert_string_equal(json_string_value(json_array_get(json_object_get(json, "codes"), 0)), "\xef\xbf\xbd\x01</script>");
    assert_string_equal(json_string_value(json_object_get(json, "camera")), "Acme");
    assert_string_equal(json_string_value(json_object_get(json, "sha256")), "ab12");
    assert_null(json_object_get(json, "fraction"));
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_of_text_is_written_and_read),
        cmocka_unit_test(a_code_has_its_patterns_where_they_belong),
        cmocka_unit_test(a_frame_shows_one_code_or_several_or_one_that_cannot_be_read),
        cmocka_unit_test(no_picture_may_hide_a_code),
        cmocka_unit_test(whatever_the_library_says_can_be_told),
    };
    arena = arena_create(256 << 20);
    if (codes_load(arena, &door).code)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_destroy(arena);
    return failed;
}
