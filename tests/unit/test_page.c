/* SPDX-License-Identifier: MIT */
#include "../../stages/page.h"
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../../pipeline/text_page.h"
#include "../../stages/line.h"
#include "../../stages/page_card.h"
#include "../../stages/page_json.h"
#include "../../stages/page_thumbs.h"
#include "../../stages/page_timeline.h"
#include "out_fixture.h"

static const Profile profile = {.width_px = 480, .title_zh = "标准", .title_en = "rules", .want = {[CHECK_hair_top_px] = {.asked = true, .good = {50, 110}},
                                         [CHECK_eye_line_px] = {.asked = true, .good = {-INFINITY, 300}}}};

static json_t *parse(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, 0, &error);
    if (!json)
        fail_msg("%s: %s", error.text, text);
    return json;
}

static const char *printed(World *world, const json_t *json)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    must(page_print(world->arena, to, json));
    fclose(to);
    const char *copy = arena_copy(world->arena, text);
    free(text);
    return copy;
}

static void nothing_in_the_data_can_end_their_element(void **state)
{
    // clang-format off
    static const struct { const char *text, *wanted; } row[] = {
        {"plain",                            "[\"plain\"]"},
        {"</script><img src=x onerror=a()>", "[\"\\u003c/script\\u003e\\u003cimg src=x onerror=a()\\u003e\"]"},
        {"<!--<script>",                     "[\"\\u003c!--\\u003cscript\\u003e\"]"},
        {"]]>&lt;",                          "[\"]]\\u003e\\u0026lt;\"]"},
        {"a\"b\\c\n",                        "[\"a\\\"b\\\\c\\n\"]"},
        {"\xE2\x80\xA8\xE2\x80\xAE",         "[\"\\u2028\\u202e\"]"},
        {"\xF3\xA0\x81\x81",                 "[\"\\udb40\\udc41\"]"},
        {"\xE5\xBC\xA0\xE4\xB8\x89",         "[\"\xE5\xBC\xA0\xE4\xB8\x89\"]"},
    };
    // clang-format on
    World *world = *state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        json_t *json = json_pack("[s]", row[i].text);
        const char *text = printed(world, json);
        assert_string_equal(text, row[i].wanted);
        json_t *back = parse(text);
        assert_true(json_equal(json, back)); /* the same value all the same */
        json_decref(back);
        json_decref(json);
    }
}

static void a_name_shows_what_nobody_sees(void **state)
{
    (void)state;
    json_t *text = page_plain("a\xE2\x80\xAE" "b\nc\xE2\x80\x8B");
    assert_string_equal(json_string_value(text), "a?b c?");
    json_decref(text);
    assert_null(page_plain(""));
}

#define FACE "\"face\":{\"left_eye\":[800,1000],\"right_eye\":[1200,1040],\"hair_top_y\":500,\"face_left_x\":600,\"face_right_x\":1400}"
#define SOURCE "\"source\":{\"path\":\"a.jpg\",\"sha256\":\"ab\",\"width\":2400,\"height\":3200}"

static double at(const json_t *array, size_t index)
{
    assert_true(json_is_number(json_array_get(array, index)));
    return json_number_value(json_array_get(array, index));
}

static void lines_are_where_they_are_in_the_small_picture(void **state)
{
    (void)state;
    // clang-format off
    static const struct { const char *line; bool crop; double height, hair, eye_x, eye_y; } row[] = {
        {"{" SOURCE "," FACE "}", false, 640, 100, 160, 200}, /* the whole picture: 480 of 2400 */
        {"{" SOURCE "," FACE ",\"crop\":{\"x\":400,\"y\":200,\"width\":1200,\"height\":1600,\"scale\":0.4}}", true, 640, 120, 160, 320},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        json_t *line = parse(row[i].line), *card = page_card(line, &profile, LANG_EN);
        const json_t *view = json_object_get(card, "view");
        assert_true(at(json_object_get(view, "size"), 0) == 480);
        assert_true(at(json_object_get(view, "size"), 1) == row[i].height);
        assert_true(at(json_object_get(view, "eyes"), 0) == row[i].eye_x);
        assert_true(at(json_object_get(view, "eyes"), 1) == row[i].eye_y);
        assert_true(line_number(view, "hair", NAN) == row[i].hair);
        assert_true(json_is_true(json_object_get(view, "crop")) == row[i].crop);
        json_decref(card);
        json_decref(line);
    }
}

static void what_was_not_measured_is_not_drawn(void **state)
{
    (void)state;
    json_t *line = parse("{" SOURCE "}"), *card = page_card(line, &profile, LANG_EN);
    const json_t *view = json_object_get(card, "view");
    assert_true(json_is_null(json_array_get(json_object_get(view, "eyes"), 0)));
    assert_null(json_object_get(view, "hair"));
    assert_null(json_object_get(view, "left"));
    json_decref(card);
    json_decref(line);
    line = parse("{\"source\":{\"path\":\"a\"}}");
    card = page_card(line, &profile, LANG_EN);
    assert_null(json_object_get(card, "view"));
    json_decref(card);
    json_decref(line);
}

static void an_error_is_said_in_the_page_s_language(void **state)
{
    (void)state;
    static const char *const said[] = {[LANG_ZH] = "内存不足: 40 字节的文件", [LANG_EN] = "no room for a file of 40 bytes"};
    json_t *line = parse("{\"error\":\"no room for a file of 40 bytes\"}");
    for (Lang lang = LANG_ZH; lang <= LANG_EN; lang++) {
        json_t *card = page_card(line, &profile, lang);
        assert_string_equal(line_text(card, "error"), said[lang]);
        json_decref(card);
    }
    json_decref(line);
}

static void a_card_tells_what_a_retake_changed_and_a_slip_what_is_wrong(void **state)
{
    (void)state;
    json_t *line = parse("{\"fixed\":[\"tilt_deg\"],\"newly_broken\":[\"sharpness\"],\"findings\":[{\"level\":\"REVIEW\",\"text\":\"dark: a person must look; if it is so, use lamps\"},"
                         "{\"level\":\"REJECT\",\"text\":\"tilted: hold straight\"},"
                         "{\"check\":\"sharpness\",\"level\":\"NOTE\",\"text\":\"blurred\",\"waived\":true}]}");
    json_t *card = page_card(line, &profile, LANG_EN);
    const json_t *findings = json_object_get(card, "findings");
    assert_string_equal(line_text(card, "history"), "fixed by the retake: head tilt"); /* what is waived is not new */
    assert_string_equal(line_text(json_array_get(findings, 0), "student"), "dark: use lamps");
    assert_null(json_object_get(json_array_get(findings, 1), "student")); /* the text is theirs as well */
    json_decref(card);
    json_decref(line);
    line = parse("{\"fixed\":[\"source_bytes\",\"readable\"]}"); /* it may be the same file */
    card = page_card(line, &profile, LANG_EN);
    assert_null(json_object_get(card, "history"));
    json_decref(card);
    json_decref(line);
}

static void notes_are_left_out_but_waived_findings_stay(void **state)
{
    (void)state;
    json_t *line = parse("{\"id\":\"610104196209276908\",\"named\":\"610104620927690\",\"findings\":[{\"check\":\"a\",\"level\":\"NOTE\"},{\"check\":\"b\",\"level\":\"NOTE\",\"waived\":true},"
                         "{\"check\":\"c\",\"level\":\"REVIEW\"}]}");
    json_t *card = page_card(line, &profile, LANG_EN);
    const json_t *findings = json_object_get(card, "findings");
    assert_int_equal(json_array_size(findings), 2);
    assert_string_equal(line_text(card, "named"), "610104620927690");
    assert_string_equal(line_text(json_array_get(findings, 0), "check"), "b");
    assert_true(json_is_true(json_object_get(json_array_get(findings, 0), "waived")));
    json_decref(card);
    json_decref(line);
}

#define TWICE "\"decision\":\"waive\",\"check\":\"lip_gap\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"d\""

static void decisions_that_hold_go_out_again(void **state)
{
    World *world = *state;
    // clang-format off
    static const struct { const char *line, *wanted; } row[] = {
        {"{\"id\":\"1\",\"source\":{\"sha256\":\"ab\"},\"decision\":{\"decision\":\"waive\",\"check\":\"tilt_deg\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"d\",\"state\":\"applied\"}}",
         "[[\"1\",\"tilt_deg\",\"waive\",\"b\",\"r\",\"d\",\"ab\"]]"},
        {"{\"id\":\"1\",\"decision\":{\"decision\":\"accept\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"d\",\"state\":\"lapsed\"}}", "[]"},
        {"{\"id\":\"1\",\"decision\":{\"decision\":\"accept\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"d\",\"state\":\"no_photo\"},\"source\":{\"path\":\"d.csv:2\"}}",
         "[[\"1\",\"\",\"accept\",\"b\",\"r\",\"d\",\"\"]]"},
        {"{\"id\":\"1\",\"decision\":{\"state\":\"lapsed\"},\"decisions\":[{\"decision\":\"reject\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"d\",\"state\":\"applied\"},{\"state\":\"lapsed\"}]}",
         "[[\"1\",\"\",\"reject\",\"b\",\"r\",\"d\",\"\"]]"},
        {"{\"id\":\"1\",\"decision\":{\"state\":\"lapsed\"},\"kept\":{\"sha256\":\"cd\",\"decision\":{\"decision\":\"accept\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"d\",\"state\":\"applied\"}}}",
         "[[\"1\",\"\",\"accept\",\"b\",\"r\",\"d\",\"cd\"]]"}, /* of the earlier photo that counts */
        {"{\"id\":\"1\",\"source\":{\"sha256\":\"ab\"},\"decision\":{\"decision\":\"reject\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"d\",\"state\":\"other_photo\",\"sha256\":\"cd\"}}",
         "[[\"1\",\"\",\"reject\",\"b\",\"r\",\"d\",\"cd\"]]"}, /* of one that was taken back by it */
        {"{\"id\":\"1\",\"source\":{\"sha256\":\"ab\"},\"decision\":{" TWICE ",\"state\":\"other_photo\",\"sha256\":\"cd\"},\"kept\":{\"sha256\":\"cd\","
         "\"decisions\":[{" TWICE ",\"state\":\"applied\"},{\"decision\":\"accept\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"d\",\"state\":\"applied\"}]}}",
         "[[\"1\",\"lip_gap\",\"waive\",\"b\",\"r\",\"d\",\"cd\"],[\"1\",\"\",\"accept\",\"b\",\"r\",\"d\",\"cd\"]]"}, /* all of them, each once */
        {"{\"id\":\"1\"}", "[]"},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        json_t *line = parse(row[i].line), *rows = json_array();
        page_decisions(rows, line);
        assert_string_equal(printed(world, rows), row[i].wanted);
        json_decref(rows);
        json_decref(line);
    }
}

static void shots_stand_in_the_order_they_were_taken(void **state)
{
    World *world = *state;
    PageTimeline *timeline;
    must(page_timeline_open(world->arena, world->out, &timeline));
    static const char *const lines[] = {
        "{\"source\":{\"captured\":\"2026:06:02 09:00:00\",\"height\":1000},\"facts\":{\"face_light\":150},\"face\":{\"chin_y\":700,\"hair_top_y\":300}}",
        "{\"source\":{\"captured\":\"2026:06:01 09:00:00\"},\"background\":{\"rgb\":[1,2,3]},\"facts\":{\"background_delta_e\":4}}",
        "{\"source\":{\"path\":\"no time\"}}",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        json_t *line = parse(lines[i]);
        must(page_timeline_add(timeline, line));
        json_decref(line);
    }
    json_t *json;
    must(page_timeline_json(timeline, &json));
    page_timeline_close(timeline);
    assert_string_equal(printed(world, json), "{\"count\":2,\"per\":1,\"points\":[[1,\"2026:06:01 09:00:00\",1,2,3,4,null,null],"
                                              "[2,\"2026:06:02 09:00:00\",null,null,null,null,150,40]]}");
    json_decref(json);
}

static void many_shots_share_a_point(void **state)
{
    World *world = *state;
    PageTimeline *timeline;
    char text[128];
    must(page_timeline_open(world->arena, world->out, &timeline));
    for (int i = 0; i <= PAGE_POINTS_MAX; i++) {
        snprintf(text, sizeof text, "{\"source\":{\"captured\":\"2026:06:01 %02d:%02d:%02d\"},\"facts\":{\"face_light\":%d}}", i / 3600,
                 i / 60 % 60, i % 60, 100 + i % 2);
        json_t *line = parse(text);
        must(page_timeline_add(timeline, line));
        json_decref(line);
    }
    json_t *json;
    must(page_timeline_json(timeline, &json));
    page_timeline_close(timeline);
    const json_t *points = json_object_get(json, "points");
    assert_true(line_number(json, "per", 0) == 2);
    assert_int_equal(json_array_size(points), (PAGE_POINTS_MAX + 2) / 2);
    assert_true(at(json_array_get(points, 0), 6) == 100.5);
    assert_true(at(json_array_get(points, PAGE_POINTS_MAX / 2), 0) == PAGE_POINTS_MAX + 1);
    json_decref(json);
}

/* Runs `count` different pictures through; `rest` is what the page holds of them. */
static const char *add_pictures(World *world, int count)
{
    PageThumbs *thumbs;
    char name[PAGE_THUMB_NAME + 1], *text = NULL;
    size_t size = 0;
    must(page_thumbs_open(world->arena, world->out, &thumbs));
    for (int i = 0; i < count; i++) {
        Bytes jpeg = {(uint8_t *)&i, sizeof i};
        must(page_thumbs_add(thumbs, &jpeg, name));
        assert_int_equal(strlen(name), PAGE_THUMB_NAME);
    }
    FILE *to = open_memstream(&text, &size);
    must(page_thumbs_finish(thumbs, to));
    page_thumbs_close(thumbs);
    fclose(to);
    const char *copy = arena_copy(world->arena, text);
    free(text);
    return copy;
}

static void pictures_lie_beside_the_page_when_they_are_many(void **state)
{
    World *world = *state;
    json_t *inside = parse(add_pictures(world, PAGE_THUMBS_INSIDE_MAX));
    assert_int_equal(json_object_size(inside), PAGE_THUMBS_INSIDE_MAX);
    json_decref(inside);
    shell(world, "test ! -e thumbs");
    assert_string_equal(add_pictures(world, PAGE_THUMBS_INSIDE_MAX + 1), "{}");
    shell(world, "test $(ls thumbs | wc -l) = 2001 && test -z \"$(find thumbs -type f ! -perm 600)\"");
    shell(world, "for f in thumbs/*; do echo torn >$f; break; done; touch thumbs/mine thumbs/0123456789abcdef0123456789abcdef.JPG");
    assert_string_equal(add_pictures(world, PAGE_THUMBS_INSIDE_MAX + 1), "{}");
    shell(world, "test $(ls thumbs | wc -l) = 2002 && ! grep -rq torn thumbs");
    add_pictures(world, 1);
    shell(world, "test \"$(ls thumbs)\" = mine && rm -r thumbs && mkdir elsewhere && ln -s elsewhere thumbs");
    PageThumbs *thumbs;
    char name[PAGE_THUMB_NAME + 1];
    Err err = OK;
    must(page_thumbs_open(world->arena, world->out, &thumbs));
    for (int i = 0; i <= PAGE_THUMBS_INSIDE_MAX && !err.code; i++)
        err = page_thumbs_add(thumbs, &(Bytes){(uint8_t *)&i, sizeof i}, name);
    page_thumbs_close(thumbs);
    assert_int_equal(err.code, ERR_IO); /* a link is no folder of ours */
    shell(world, "test -z \"$(ls elsewhere)\"");
}

static void only_names_that_we_give_are_ours(void **state)
{
    (void)state;
    // clang-format off
    static const struct { const char *name; bool ours; } row[] = {
        {"0123456789abcdef0123456789abcdef.JPG",  true},
        {"0123456789abcdef0123456789abcde.JPG",   false},
        {"0123456789abcdef0123456789abcdef0.JPG", false},
        {"0123456789ABCDEF0123456789abcdef.JPG",  false},
        {"0123456789abcdef0123456789abcdef.jpg",  false},
        {"mine.JPG",                              false},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        assert_int_equal(page_thumbs_is_ours(row[i].name), row[i].ours);
}

static const char *write_page(World *world, Lang lang)
{
    static char text[1 << 18];
    char path[128];
    Page *page;
    Bytes thumb = {(uint8_t *)"jpeg", 4}, none = {0};
    json_t *bad = parse("{\"id\":\"1\",\"name\":\"</script>\",\"group\":\"B\",\"verdict\":\"REJECT\"," SOURCE "," FACE "}");
    json_t *good = parse("{\"id\":\"2\",\"group\":\"A\",\"verdict\":\"PASS\"}"), *missing = parse("{\"id\":\"3\",\"group\":\"A\"}");
    must(page_open(world->arena, world->out, lang, &profile, &page));
    must(page_add(page, bad, false, &thumb));
    must(page_add(page, good, true, &none));
    must(page_missing(page, missing));
    must(page_eligible(page));
    must(page_finish(world->arena, page));
    page_close(page);
    json_decref(bad);
    json_decref(good);
    json_decref(missing);
    snprintf(path, sizeof path, "%s/report.html", world->out);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void the_page_holds_who_failed_and_counts_the_rest(void **state)
{
    World *world = *state;
    const char *text = write_page(world, LANG_EN);
    assert_non_null(strstr(text, "<html lang=\"en\">"));
    assert_non_null(strstr(text, "\"name\":\"\\u003c/script\\u003e\""));
    assert_non_null(strstr(text, "\"groups\":[[\"A\",1,0,0,0,1],[\"B\",0,0,1,0,0]]"));
    assert_non_null(strstr(text, "\"hair\":[50,110],\"eyes\":[null,300]"));
    assert_non_null(strstr(text, "\"anBlZw==\""));
    assert_non_null(strstr(text, "\"eligible\":1,\"ready\":1"));
    assert_null(strstr(text, "{{"));
    assert_null(strstr(text, "\"id\":\"2\""));
    assert_non_null(strstr(write_page(world, LANG_ZH), "<html lang=\"zh-CN\">"));
}

/* {n} and the like, in any order. */
static unsigned gaps_of(const char *text)
{
    unsigned gaps = 0;
    for (; (text = strchr(text, '{')); text++)
        if (text[1] >= 'a' && text[1] <= 'z' && text[2] == '}')
            gaps |= 1u << (text[1] - 'a');
    return gaps;
}

static void both_languages_fill_the_same_gaps(void **state)
{
    (void)state;
    for (PageWord word = 0; word < PAGE_WORD_COUNT; word++) {
        assert_true(*text_page(LANG_ZH, word) && *text_page(LANG_EN, word));
        if (gaps_of(text_page(LANG_ZH, word)) != gaps_of(text_page(LANG_EN, word)))
            fail_msg("%s", text_page_name(word));
    }
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, make_world, drop_world)
    const struct CMUnitTest tests[] = {
        IN_WORLD(nothing_in_the_data_can_end_their_element),
        cmocka_unit_test(a_name_shows_what_nobody_sees),
        cmocka_unit_test(lines_are_where_they_are_in_the_small_picture),
        cmocka_unit_test(what_was_not_measured_is_not_drawn),
        cmocka_unit_test(an_error_is_said_in_the_page_s_language),
        cmocka_unit_test(a_card_tells_what_a_retake_changed_and_a_slip_what_is_wrong),
        cmocka_unit_test(notes_are_left_out_but_waived_findings_stay),
        IN_WORLD(decisions_that_hold_go_out_again),
        IN_WORLD(shots_stand_in_the_order_they_were_taken),
        IN_WORLD(many_shots_share_a_point),
        IN_WORLD(pictures_lie_beside_the_page_when_they_are_many),
        cmocka_unit_test(only_names_that_we_give_are_ours),
        IN_WORLD(the_page_holds_who_failed_and_counts_the_rest),
        cmocka_unit_test(both_languages_fill_the_same_gaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
