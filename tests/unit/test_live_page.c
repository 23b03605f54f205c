/* SPDX-License-Identifier: MIT */
#include "../../stages/live_page.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <jansson.h>

typedef struct World {
    Arena *arena;
    char out[64];
    LivePage *page;
    char text[1 << 16];
} World;

static void shell(const World *world, const char *command)
{
    char line[256];
    snprintf(line, sizeof line, "cd %s && %s", world->out, command);
    assert_int_equal(system(line), 0);
}

static int set_up(void **state)
{
    World *world = calloc(1, sizeof *world);
    world->arena = arena_create(1 << 24);
    strcpy(world->out, "/tmp/live-XXXXXX");
    assert_non_null(mkdtemp(world->out));
    shell(world, "mkdir .tmp");
    umask(077);
    assert_int_equal(live_page_open(world->arena, world->out, LANG_EN, &world->page).code, ERR_NONE);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    World *world = *state;
    assert_int_equal(live_page_end(world->arena, world->page).code, ERR_NONE);
    char line[128];
    snprintf(line, sizeof line, "rm -rf %s", world->out);
    assert_int_equal(system(line), 0);
    arena_destroy(world->arena);
    free(world);
    return 0;
}

static const char *read_file(World *world, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", world->out, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t bytes = fread(world->text, 1, sizeof world->text - 1, file);
    fclose(file);
    world->text[bytes] = '\0';
    return world->text;
}

/* What live.js hands to the page. */
static json_t *data(World *world)
{
    char *text = (char *)read_file(world, "live.js");
    size_t length = strlen(text);
    assert_true(length > 8 && strncmp(text, "live(", 5) == 0 && strcmp(text + length - 3, ");\n") == 0);
    assert_null(strchr(text, '<'));
    text[length - 3] = '\0';
    json_t *json = json_loads(text + 5, 0, NULL);
    assert_non_null(json);
    return json;
}

static LiveShot add(World *world, const char *line)
{
    LiveShot shot = {.path = "in/1101**********002X.jpg", .key = "/in/1.jpg", .waited_ms = 212.4};
    assert_int_equal(live_page_add(world->arena, world->page, line, &shot).code, ERR_NONE);
    return shot;
}

static const char *at(const json_t *shot, const char *key)
{
    return json_string_value(json_object_get(shot, key));
}

static const char reject[] =
    "{\"id\":\"11010519491231002X\",\"verdict\":\"REJECT\",\"name\":\"</script><img src=x>\",\"findings\":["
    "{\"level\":\"NOTE\",\"text\":\"a note\"},{\"level\":\"REVIEW\",\"text\":\"look\"},"
    "{\"level\":\"REJECT\",\"text\":\"tilt <b>5</b>\"}],\"advice\":{\"text\":\"closer\"}}";

static void before_the_first_photo_it_is_empty(void **state)
{
    World *world = *state;
    json_t *json = data(world);
    assert_int_equal(json_array_size(json_object_get(json, "shots")), 0);
    assert_true(json_is_false(json_object_get(json, "ended")));
    json_decref(json);
}

static void the_worst_reason_comes_first_and_the_number_is_masked(void **state)
{
    World *world = *state;
    LiveShot shot = add(world, reject);
    assert_string_equal(shot.verdict, "REJECT");
    assert_non_null(strstr(shot.text, "REJECT "));
    assert_non_null(strstr(shot.text, ": tilt <b>5</b>; look; advice: closer"));
    assert_null(strstr(shot.text, "a note"));
    assert_null(strstr(shot.text, "11010519491231002X"));
    assert_null(strstr(read_file(world, "live.js"), "11010519491231002X"));
    json_t *json = data(world);
    const json_t *first = json_array_get(json_object_get(json, "shots"), 0), *todo = json_object_get(first, "todo");
    assert_string_equal(at(first, "name"), "</script><img src=x>");
    assert_string_equal(at(first, "action"), text_message(LANG_EN, MESSAGE_live_reject));
    assert_int_equal(json_array_size(todo), 3);
    assert_string_equal(json_string_value(json_array_get(todo, 0)), "tilt <b>5</b>");
    assert_int_equal(json_integer_value(json_object_get(first, "ms")), 212);
    json_decref(json);
}

static void every_verdict_says_what_to_do(void **state)
{
#define REJECT(id, check) "{\"id\":" id ",\"verdict\":\"REJECT\",\"findings\":[{\"check\":\"" check "\",\"level\":\"REJECT\"}]}"
    static const struct { const char *line; MessageId action; } cases[] = {
        {"{\"verdict\":\"PASS\"}", MESSAGE_live_pass},
        {"{\"verdict\":\"REVIEW\"}", MESSAGE_live_review},
        {REJECT("\"1\"", "tilt_deg"), MESSAGE_live_reject},
        {REJECT("null", "id_valid"), MESSAGE_live_whose}, /* a name or a code may be at fault */
        {REJECT("\"1\"", "in_roster"), MESSAGE_live_number},
        {REJECT("\"1\"", "eligible"), MESSAGE_live_nobody},
        {REJECT("\"1\"", "files_for_id"), MESSAGE_live_choose},
        {REJECT("\"1\"", "same_bytes"), MESSAGE_live_choose},
        {REJECT("\"1\"", "damage"), MESSAGE_live_resend},
        {REJECT("\"1\"", "readable"), MESSAGE_live_resend},
        {REJECT("\"1\"", "source_bytes\",\"value\":0,\"lo\":1,\"x\":\""), MESSAGE_live_resend},
        {REJECT("\"1\"", "source_bytes\",\"value\":9,\"lo\":1,\"x\":\""), MESSAGE_live_export}, /* whole, and no better when it comes again */
        {REJECT("\"1\"", "is_jpeg"), MESSAGE_live_export},
        {REJECT("\"1\"", "megapixels"), MESSAGE_live_export},
        {REJECT("\"1\"", "scan_count"), MESSAGE_live_export},
        {REJECT("\"1\"", "bit_depth"), MESSAGE_live_export},
        {REJECT("\"1\"", "colour_components"), MESSAGE_live_export},
        {REJECT("\"1\",\"kept\":{}", "damage"), MESSAGE_live_resend}, /* at the camera this file is what is asked about */
        {"{\"verdict\":\"ERROR\",\"error\":\"disk\"}", MESSAGE_live_error},
    };
    World *world = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        add(world, cases[i].line);
        json_t *json = data(world);
        assert_string_equal(at(json_array_get(json_object_get(json, "shots"), 0), "action"),
                            text_message(LANG_EN, cases[i].action));
        json_decref(json);
    }
}

static void the_last_ten_stay_the_latest_first(void **state)
{
    World *world = *state;
    char line[64];
    for (int i = 1; i <= 11; i++) {
        snprintf(line, sizeof line, "{\"verdict\":\"PASS\",\"name\":\"n%d\"}", i);
        add(world, line);
        json_t *json = data(world);
        const json_t *shots = json_object_get(json, "shots");
        assert_int_equal(json_array_size(shots), i < 10 ? i : 10);
        assert_int_equal(json_integer_value(json_object_get(json, "judged")), i);
        json_decref(json);
    }
    json_t *json = data(world);
    const json_t *shots = json_object_get(json, "shots");
    assert_string_equal(at(json_array_get(shots, 0), "name"), "n11");
    assert_string_equal(at(json_array_get(shots, 9), "name"), "n2");
    json_decref(json);
}

static void a_correction_takes_the_place_of_what_was_told(void **state)
{
    static const char *const names[] = {"first", "wrong", "third"};
    World *world = *state;
    char line[96], key[8];
    for (int i = 0; i < 3; i++) {
        snprintf(line, sizeof line, "{\"verdict\":\"PASS\",\"name\":\"%s\"}", names[i]);
        snprintf(key, sizeof key, "/%d", i);
        LiveShot shot = {.path = "p", .key = key};
        assert_int_equal(live_page_add(world->arena, world->page, line, &shot).code, ERR_NONE);
        assert_null(strstr(shot.text, text_message(LANG_EN, MESSAGE_live_corrected)));
    }
    LiveShot shot = {.path = "p", .key = "/1", .corrected = true};
    assert_int_equal(live_page_add(world->arena, world->page, "{\"verdict\":\"REVIEW\",\"name\":\"right\"}", &shot).code, ERR_NONE);
    assert_non_null(strstr(shot.text, text_message(LANG_EN, MESSAGE_live_corrected)));
    assert_null(strstr(read_file(world, "live.js"), "wrong"));
    json_t *json = data(world);
    const json_t *shots = json_object_get(json, "shots");
    assert_int_equal(json_array_size(shots), 3);
    assert_int_equal(json_integer_value(json_object_get(json, "judged")), 3);
    assert_string_equal(at(json_array_get(shots, 0), "name"), "right");
    assert_string_equal(at(json_array_get(shots, 0), "note"), text_message(LANG_EN, MESSAGE_live_corrected));
    assert_null(json_object_get(json_array_get(shots, 1), "note"));
    json_decref(json);
}

static void who_may_still_be_somebody_else_is_told_as_provisional(void **state)
{
    World *world = *state;
    LiveShot shot = add(world, "{\"verdict\":\"REVIEW\",\"findings\":[{\"level\":\"REVIEW\",\"check\":\"code_gap\",\"text\":\"gap\"}]}");
    assert_non_null(strstr(shot.text, text_message(LANG_EN, MESSAGE_live_provisional)));
}

static void a_code_stands_there_until_the_next_photo(void **state)
{
    static const struct { const char *line; bool wrong; } codes[] = {
        {"{\"id\":\"11010519491231002X\",\"name\":\"<b>\",\"problem\":\"no_frames\"}", false},
        {"{\"id\":null,\"problem\":\"unknown\"}", true},
    };
    World *world = *state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(live_page_code(world->arena, world->page, codes[i].line).code, ERR_NONE);
        json_t *json = data(world);
        const json_t *code = json_object_get(json, "code");
        assert_non_null(strstr(at(code, "text"), i ? text_message(LANG_EN, MESSAGE_slip_unknown) : "<b>"));
        assert_true(json_is_true(json_object_get(code, "wrong")) == codes[i].wrong);
        json_decref(json);
    }
    add(world, reject);
    json_t *json = data(world);
    assert_null(json_object_get(json, "code"));
    json_decref(json);
    assert_int_equal(live_page_code(world->arena, world->page, "no json").code, ERR_FORMAT);
}

static void what_is_no_record_is_an_error(void **state)
{
    World *world = *state;
    LiveShot shot = {.path = "", .key = ""};
    assert_int_equal(live_page_add(world->arena, world->page, "no json", &shot).code, ERR_FORMAT);
}

static void files_are_private_and_the_page_names_its_script(void **state)
{
    World *world = *state;
    struct stat info;
    char path[128];
    snprintf(path, sizeof path, "%s/live.js", world->out);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    const char *page = read_file(world, "live.html");
    assert_null(strstr(page, "{{"));
    assert_non_null(strstr(page, "default-src 'none'; style-src 'sha256-"));
    assert_null(strstr(page, "unsafe-inline"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(before_the_first_photo_it_is_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_worst_reason_comes_first_and_the_number_is_masked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_verdict_says_what_to_do, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_last_ten_stay_the_latest_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_correction_takes_the_place_of_what_was_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_may_still_be_somebody_else_is_told_as_provisional, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_code_stands_there_until_the_next_photo, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_record_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(files_are_private_and_the_page_names_its_script, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
