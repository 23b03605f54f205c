/* SPDX-License-Identifier: MIT */
#include "../../pipeline/verify_roster.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// clang-format off
static Person people[] = { /* by key */
    {.key = "11010519491231002X", .name = "张三", .group = "会计",    .eligible = true,  .row = 2},
    {.key = "34052419800101001X", .name = "李四", .group = "机电2班", .eligible = true,  .row = 3},
    {.key = "440308199901101512", .name = "王五", .group = "",        .eligible = false, .row = 4},
    {.key = "610104196209276908", .name = "赵六", .group = "会计",    .eligible = true,  .row = 5},
    {.key = "南字第012345号",      .name = "钱七", .group = "会计",    .eligible = true,  .row = 6},
};
// clang-format on
static uint32_t order[] = {0, 1, 2, 3, 4};
static char said[1024];

static Err on_problem(void *user, const char *kind, const char *file, const char *reason, const char *id)
{
    (void)user;
    assert_true(id && (strcmp(kind, "person") != 0 || strcmp(id, file) == 0));
    size_t at = strlen(said);
    snprintf(said + at, sizeof said - at, "%s %s %s\n", kind, file, reason);
    return OK;
}

typedef struct Photo {
    const char *id, *name, *file;
} Photo;

static const char *group_packed; /* of all of them; NULL: not known */

typedef struct Sorted {
    Packed list[16];
    char keys[16][PACKED_KEY_BYTES];
    size_t count, next;
} Sorted;

static int compare(const void *a, const void *b)
{
    const Packed *one = a, *two = b;
    int order_of = strcmp(one->key, two->key);
    return order_of ? order_of : strcmp(one->file, two->file);
}

static Err next_packed(void *user, const Packed **out)
{
    Sorted *sorted = user;
    *out = sorted->next < sorted->count ? &sorted->list[sorted->next++] : NULL;
    return OK;
}

static const char *against(const Photo *list, size_t count, bool part)
{
    Arena *arena = arena_create(1 << 20);
    for (int i = 0; i < 5; i++)
        snprintf(people[i].id.text, sizeof people[i].id.text, "%s", people[i].key);
    Roster roster = {.list = people, .count = 5, .by_key = order};
    Sorted sorted = {.count = count};
    for (size_t i = 0; i < count; i++) {
        packed_key(list[i].id, sorted.keys[i]);
        sorted.list[i] = (Packed){.key = sorted.keys[i], .id = list[i].id, .name = list[i].name, .group = group_packed, .file = list[i].file};
    }
    qsort(sorted.list, count, sizeof *sorted.list, compare);
    RosterAgainst ask = {.next = next_packed, .next_user = &sorted, .part = part, .problem = on_problem};
    said[0] = '\0';
    assert_int_equal(verify_roster(arena, &roster, &ask).code, ERR_NONE);
    arena_destroy(arena);
    return said;
}

#define ALL_FOUR                                                                                   \
    {"南字第012345号", "钱七", "n"}, {"11010519491231002X", "张三", "a"},                          \
        {"34052419800101001X", "李四", "b"}, {"610104620927690", "赵六", "f"} /* of 15 digits */

static void the_eligible_and_nobody_else_is_right(void **state)
{
    (void)state;
    const Photo list[] = {ALL_FOUR};
    assert_string_equal(against(list, 4, false), "");
}

static void who_has_no_name_or_no_group_is_named_by_the_rest(void **state)
{
    (void)state;
    // clang-format off
    static const struct { const char *name, *group, *told; } row[] = {
        {"张三", "会计", "person 1 会计, 张三 is eligible and has no photo here (row 7)\n"},
        {"",     "会计", "person 1 会计 is eligible and has no photo here (row 7)\n"},
        {"张三", "",     "person 1 张三 is eligible and has no photo here (row 7)\n"},
        {"",     "",     "person 1 is eligible and has no photo here (row 7)\n"},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        Person person = {.id.text = "1", .key = "1", .name = row[i].name, .group = row[i].group, .eligible = true, .row = 7};
        uint32_t first = 0;
        Sorted sorted = {0};
        Arena *arena = arena_create(1 << 16);
        RosterAgainst ask = {.next = next_packed, .next_user = &sorted, .problem = on_problem};
        said[0] = '\0';
        assert_int_equal(verify_roster(arena, &(Roster){.list = &person, .count = 1, .by_key = &first}, &ask).code, ERR_NONE);
        assert_string_equal(said, row[i].told);
        arena_destroy(arena);
    }
}

static void each_deviation_is_named(void **state)
{
    (void)state;
    const Photo missing[] = {{"34052419800101001X", "李四", "b"}, {"610104196209276908", "赵六", "f"}};
    assert_string_equal(against(missing, 2, false),
                        "person 11010519491231002X 会计, 张三 is eligible and has no photo here (row 2)\n"
                        "person 南字第012345号 会计, 钱七 is eligible and has no photo here (row 6)\n");
    assert_string_equal(against(missing, 2, true), "");
    assert_non_null(strstr(against(NULL, 0, false), "张三"));
    const Photo more[] = {ALL_FOUR, {"440308199901101512", "王五", "c"},
                           {"810000199408230021", "x", "d"}, {"", "x", "e"},
                           {"34052419800101001x", "李四", "g"}};
    assert_string_equal(against(more, 8, false),
                        "stranger e is of nobody in the roster\n"
                        "double g is a second photo of one person\n"
                        "not-eligible c is of a person who is not eligible\n"
                        "stranger d is of nobody in the roster\n");
    const Photo names[] = {ALL_FOUR};
    Photo other[4];
    memcpy(other, names, sizeof names);
    other[1].name = "张山";
    assert_string_equal(against(other, 4, false), "name a is named '张山', the roster says '张三'\n");
    other[1].name = NULL;
    assert_string_equal(against(other, 4, false), "");
    group_packed = "会计";
    assert_string_equal(against(names, 4, false), "group b is of class '会计', the roster says '机电2班'\n");
    group_packed = NULL;
}

static void an_entry_is_named_by_its_number(void **state)
{
    (void)state;
    static const struct { const char *file, *id, *template; bool is; } cases[] = {
        {"11010519491231002X.JPG", "11010519491231002X", "{id}.JPG", true},
        {"A11010519491231002X-1.JPG", "11010519491231002X", "{id}.JPG", true},
        {"11010519491231002X.JPG", "34052419800101001X", "{id}.JPG", false},
        {"11010519491231002X.JPG", "", "{id}.JPG", false},
        {"610104620927690.JPG", "610104620927690", "{id}.JPG", true},
        {"K1234.JPG", "K123", "{id}.JPG", false},
        {"K123.JPG", "K123", "{id}.JPG", true},
        {"2026K123.JPG", "K123", "2026{id}.JPG", true},
        {"2026K123.JPG", "K123", "{id}.JPG", false},
        {"2026K1234.JPG", "K123", "2026{id}.JPG", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(packed_is_named(cases[i].file, cases[i].id, cases[i].template), cases[i].is);
}

/* A 15-digit name is that of its 18-digit row; an officer is known by the roster alone. */
static void an_entry_without_a_row_is_called_as_the_profile_says(void **state)
{
    (void)state;
    // clang-format off
    static const struct { const char *file, *template; bool roster; const char *must; } cases[] = { /* must: NULL: it is well */
        {"11010519491231002X.JPG",          "{id}.JPG",        false, NULL},
        {"11010519491231002X.JPG",          "{id}.JPG",        true,  NULL},
        {"会计/11010519491231002X.JPG",      "{id}.JPG",        false, NULL},
        {"11010519491231002X.JPG",          "{id}.jpg",        false, "11010519491231002X.jpg"},
        {"11010519491231002X.jpg",          "{id}.JPG",        false, "11010519491231002X.JPG"},
        {"11010519491231002X.jpeg",         "{id}.JPG",        true,  "11010519491231002X.JPG"},
        {"11010519491231002x.JPG",          "{id}.JPG",        false, "11010519491231002X.JPG"},
        {"张三_11010519491231002X.JPG",      "{id}.JPG",        true,  "11010519491231002X.JPG"},
        {"11010519491231002X (1).JPG",      "{id}.JPG",        false, "11010519491231002X.JPG"},
        {"11010519491231002X_2026.JPG",     "{id}_2026.JPG",   false, NULL},
        {"11010519491231002X.JPG",          "gz_{id}_26.JPG",  true,  "gz_11010519491231002X_26.JPG"},
        {"610104620927690.JPG",             "{id}.JPG",        false, NULL},
        {"610104620927690.JPG",             "{id}.JPG",        true,  "610104196209276908.JPG"},
        {"610104196209276908.JPG",          "{id}.JPG",        true,  NULL},
        {"南字第012345号.JPG",               "{id}.JPG",        true,  NULL},
        {"南字第012345号.jpg",               "{id}.JPG",        true,  "南字第012345号.JPG"},
        {"南字第012345号.jpg",               "{id}.JPG",        false, NULL}, /* nobody knows */
        {"nobody.txt",                      "{id}.JPG",        true,  NULL},
        {"810000199408230021.jpg",          "{id}.JPG",        true,  "810000199408230021.JPG"}, /* not in the roster */
        {"110105194912310020.jpg",          "{id}.JPG",        true,  "110105194912310020.JPG"}, /* of a wrong check digit */
        {"",                                "{id}.JPG",        true,  NULL},
        {".JPG",                            "{id}.JPG",        true,  NULL},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Called called;
        for (size_t j = 0; j < sizeof people / sizeof *people; j++)
            strcpy(people[j].id.text, people[j].key);
        const Roster roster = {.list = people, .count = sizeof people / sizeof *people, .by_key = order};
        bool well = packed_called(cases[i].file, cases[i].roster ? &roster : NULL, cases[i].template, &called);
        assert_int_equal(well, !cases[i].must);
        if (!well)
            assert_string_equal(called.name, cases[i].must);
    }
}

/* They have no file here. */
static void who_was_named_before_is_not_named_again(void **state)
{
    (void)state;
    const Photo told[] = {{"11010519491231002X", NULL, ""}, {"440308199901101512", NULL, ""},
                          {"610104196209276908", NULL, ""}, {"810000199408230021", NULL, ""}};
    assert_string_equal(against(told, 4, false),
                        "person 34052419800101001X 机电2班, 李四 is eligible and has no photo here (row 3)\n"
                        "person 南字第012345号 会计, 钱七 is eligible and has no photo here (row 6)\n");
    const Photo also[] = {ALL_FOUR, {"11010519491231002X", NULL, ""}, {"34052419800101001X", "李四", "c"}};
    assert_string_equal(against(also, 6, false), "double c is a second photo of one person\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_eligible_and_nobody_else_is_right),
        cmocka_unit_test(who_has_no_name_or_no_group_is_named_by_the_rest),
        cmocka_unit_test(each_deviation_is_named),
        cmocka_unit_test(an_entry_is_named_by_its_number),
        cmocka_unit_test(an_entry_without_a_row_is_called_as_the_profile_says),
        cmocka_unit_test(who_was_named_before_is_not_named_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
