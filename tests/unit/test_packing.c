/* SPDX-License-Identifier: MIT */
#include "../../stages/packing.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#define OUTPUT "\"output\":{\"path\":\"photos/A.JPG\",\"bytes\":9,\"quality\":85,\"sha256\":\"o\"}"
#define CROP "\"crop\":{\"x\":1,\"y\":2,\"width\":3,\"height\":4}"
#define STATE(state) "{\"decision\":\"waive\",\"check\":\"tilt_deg\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"d\",\"state\":\"" state "\"}"
#define DECISION(state) "\"decision\":{\"decision\":\"waive\",\"check\":\"tilt_deg\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"d\",\"state\":\"" state "\"}"

static Packing packing;
static Arena *arena;

static void add(const char *text, bool ready, bool wanted)
{
    json_t *line = json_loads(text, 0, NULL);
    assert_non_null(line);
    assert_int_equal(packing_add(&packing, line, ready, wanted).code, ERR_NONE);
    json_decref(line);
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(1 << 24);
    return packing_open(arena, "/nowhere", &packing).code; /* so few need no file */
}

static const PackageItem *next(void)
{
    const PackageItem *item;
    assert_int_equal(packing_next(&packing, &item).code, ERR_NONE);
    return item;
}

static int tear_down(void **state)
{
    (void)state;
    packing_close(&packing);
    arena_destroy(arena);
    return 0;
}

static void what_counts_is_packed_with_where_it_came_from(void **state)
{
    (void)state;
    add("{\"id\":\"A\",\"name\":\"n\",\"group\":\"g\",\"source\":{\"sha256\":\"s\"}," CROP "," OUTPUT ","
        DECISION("applied") "}", true, true);
    assert_int_equal(packing.count, 1);
    assert_int_equal(packing.without, 0);
    const PackageItem *item = next();
    assert_string_equal(item->id, "A");
    assert_string_equal(item->group, "g");
    assert_string_equal(item->source, "photos/A.JPG");
    assert_true(item->bytes == 9 && item->quality == 85);
    assert_string_equal(item->source_sha256, "s");
    assert_string_equal(item->crop, "1.0,2.0 3.0x4.0");
    assert_string_equal(item->decision, "waive tilt_deg: r (b, d)");
    assert_null(next());
    assert_int_equal(packing_again(&packing).code, ERR_NONE);
    assert_string_equal(next()->sha256, "o");
    assert_null(next());
}

static void a_kept_attempt_stands_in_with_its_own_origin(void **state)
{
    (void)state;
    add("{\"id\":\"A\",\"source\":{\"sha256\":\"new\"}," DECISION("lapsed")
        ",\"kept\":{\"sha256\":\"old\"," OUTPUT "}}", false, true);
    assert_int_equal(packing.count, 1);
    const PackageItem *item = next();
    assert_string_equal(item->source_sha256, "old");
    assert_string_equal(item->source, "photos/A.JPG");
    assert_string_equal(item->decision, "");
}

static void who_is_waited_for_stands_without_a_photo_and_once(void **state)
{
    (void)state;
    add("{\"id\":\"A\"," OUTPUT "}", false, true); /* lies in review/ */
    add("{\"id\":\"A\"}", false, true);            /* a second file */
    add("{\"id\":\"B\"}", false, false);           /* nobody of the roster */
    add("{\"id\":null}", false, false);
    add("{\"id\":\"C\"}", false, true);
    assert_int_equal(packing.count, 2);
    assert_int_equal(packing.without, 2);
    assert_string_equal(packing.shown[0], "A");
    assert_string_equal(packing.shown[1], "C");
    const PackageItem *item = next();
    assert_string_equal(item->source, "");
    assert_string_equal(item->sha256, "");
    assert_string_equal(next()->id, "C");
    assert_null(next());
}

/* Why somebody has no photo is told, where a person decided so; of an earlier photo that counts, what was decided on that. */
static void who_was_rejected_stands_with_the_decision(void **state)
{
    (void)state;
    add("{\"id\":\"A\"," OUTPUT "," DECISION("applied") "}", false, true);
    add("{\"id\":\"B\"," DECISION("lapsed") "}", false, true);
    add("{\"id\":\"C\"," DECISION("applied") ",\"kept\":{" OUTPUT "}}", false, true);
    add("{\"id\":\"D\",\"kept\":{" OUTPUT "," DECISION("applied") "}}", false, true);
    add("{\"id\":\"E\"," DECISION("other_photo") "}", false, true); /* the one of before was taken back */
    add("{\"id\":\"F\"," OUTPUT "," DECISION("other_photo") "}", true, true);
    add("{\"id\":\"G\"," OUTPUT "," DECISION("no_effect") ",\"decisions\":[" STATE("applied") "," STATE("lapsed") ","
        "{\"decision\":\"waive\",\"check\":\"lip_gap\",\"by\":\"c\",\"reason\":\"s\",\"date\":\"e\",\"state\":\"applied\"},"
        STATE("no_effect") "]}", true, true);
    assert_int_equal(packing.without, 3);
    static const char *const decisions[] = {"waive tilt_deg: r (b, d)", "", "", "waive tilt_deg: r (b, d)",
                                            "waive tilt_deg: r (b, d)", "", "waive tilt_deg: r (b, d); waive lip_gap: s (c, e)"};
    for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++)
        assert_string_equal(next()->decision, decisions[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_counts_is_packed_with_where_it_came_from, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_kept_attempt_stands_in_with_its_own_origin, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_is_waited_for_stands_without_a_photo_and_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_was_rejected_stands_with_the_decision, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
