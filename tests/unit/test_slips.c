/* SPDX-License-Identifier: MIT */
/* Frames as "folder/NUMBER@SECONDS KIND", before it * for another camera, ~ for one that does not say its body: KIND is p for a photo, a letter for that person's code, ? for an unknown
 * one, # for one that two rows share, & for several, ! for one that cannot be read. */
#include "../../pipeline/slips.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "../../pipeline/bind.h"

#define A "11010519491231002X"
#define B "440524188001010014"
#define C "南字第012345号"

enum { SHOTS_MAX = 32 };

static Arena *arena;
static Person persons[] = {
    {.id = {ID_RESIDENT18, ID_FINE, A}, .key = A, .code = "code-a"},
    {.id = {ID_RESIDENT18, ID_FINE, B}, .key = B, .code = "shared"},
    {.id = {ID_OTHER, ID_NO_NUMBER, C}, .key = C, .code = "shared"},
};
static uint32_t by_key[] = {0, 1, 2};
static const Roster roster = {.list = persons, .count = 3, .by_key = by_key};

typedef struct Case {
    const char *frames, *expected;
} Case;

/* Of a photo: a person's letter, - before a code, x behind a bad one, o no order. Of a slip: . or its problem. */
// clang-format off
static const Case cases[] = {
    /* the plain way */
    {"1@1 A, 2@2 p, 3@3 B, 4@4 p, 5@5 p, 6@6 C, 7@7 p",         ".A.BB.C"},
    {"1@1 p, 2@2 A, 3@3 p",                                     "-.A"},
    {"1@1 A, 2@2 B, 3@3 p",                                     "0.B"},
    {"1@1 A, 2@2 p, 3@3 B",                                     ".A0"},
    {"1@1 A, 2@2 p, 3@3 ?, 4@4 p, 5@5 B, 6@6 p",                ".A?x.B"},
    {"1@1 A, 2@2 p, 3@3 #, 4@4 p",                              ".A#x"},
    {"1@1 A, 2@2 p, 3@3 &, 4@4 p, 5@5 p",                       ".A&xx"},
    {"1@1 A, 2@2 p, 3@3 !, 4@4 p, 5@5 C, 6@6 p",                ".A!x.C"},
    {"1@1 p, 2@2 p",                                            "--"},
    {"1@1 A",                                                   "0"},
    {"",                                                        ""},
    /* shown again: in a row it is one, apart nobody knows which was meant */
    {"1@1 A, 2@2 A, 3@3 p",                                     "..A"},
    {"1@1 A, 2@2 p, 3@3 A, 4@4 p",                              ".A.A"},
    {"1@1 A, 2@2 p, 3@3 B, 4@4 p, 5@5 A, 6@6 p",                "2x.B2x"},
    {"1@1 A, 2@2 A, 3@3 p, 4@4 B, 5@5 p, 6@6 A",                "22x.B2"},
    {"1@1 A, 2@2 p, 3@3 ?, 4@4 A, 5@5 p",                       "2x?2x"},
    {"1@1 A, 2@2 A",                                            "0."},
    /* listed in another order; a code as ID or as the text of its column */
    {"3@3 B, 4@4 p, 1@1 A, 2@2 p",                              ".B.A"},
    {"1@1 a, 2@2 p, 3@3 B, 4@4 p",                              ".A.B"},
    {"1@1 a, 2@2 A, 3@3 p",                                     "22x"}, /* another text is another slip */
    /* one second: the numbers tell, or nobody does */
    {"1@1 A, 2@1 p, 3@1 B, 4@1 p",                              ".A.B"},
    {"x1@1 A, y2@1 p, 3@2 p",                                   "ooo"},
    {"x1@1 p, y2@1 p, 3@2 A, 4@3 p",                            "--.A"},
    {"1@1 A, x2@2 p, y3@2 p, 4@3 B, 5@4 p",                     ".AA.B"}, /* only photos: their order is idle */
    {"x1@1 A, y2@1 A, 3@2 p",                                   "..A"},
    {"(1)@1 A, (2)@1 p, 3@2 B, 4@3 p",                          "oo.B"},
    {"1@1.5 A, 2@1.2 p",                                        "oo"},   /* number and time contradict one another */
    {"x1@1.2 A, y2@1.5 p",                                      ".A"},
    {"x1@1.2 A, y2@1 p",                                        "oo"},   /* one does not say the part: the second counts */
    /* the clock went back, the counter did not */
    {"1@10 A, 2@20 p, 3@30 B, 4@15 p, 5@25 p",                  "ooooo"},
    {"1@10 A, 2@20 p, 3@30 p, 4@15 p, 5@25 p, 6@40 B, 7@50 p",  ".AAAA.B"},
    {"1@50 A, 2@60 p, 3@10 B, 4@20 p",                          "oooo"},
    {"1@10 A, 2@20 p, 3@18 B, 4@30 p, 5@40 A, 6@50 p",          "oooo2x"},
    {"1@1 A, 1@2 p",                                            "oo"},   /* one number twice */
    /* the counter's end: 9999, then 0001 in the same or the next folder */
    {"9998@1 A, 9999@2 p, 0001@3 p, 0002@4 B, 0003@5 p",        ".AA.B"},
    {"9998@1 A, 0001@2 p",                                      "oo"},
    {"100CANON/9999@1 A, 101CANON/0001@2 p",                    ".A"},
    {"101CANON/0001@1 A, 100CANON/9999@2 p",                    "oo"},
    {"c1/100CANON/1@1 A, c1/100CANON/2@2 p, c2/100CANON/1@3 p", ".A-"},
    /* another folder may be another camera */
    {"d/1@1 A, d/2@2 p, e/3@3 p, e/4@4 B, e/5@5 p",             ".A-.B"},
    {"d/1@1 A, e/1@2 B, d/2@3 p, e/2@4 p",                      "00--"},
    {"z.zip//d/1@1 A, z.zip//d/2@2 p",                          ".A"},
    /* no time, another camera */
    {"1@1 A, 2@ p, 3@3 p",                                      ".oA"},
    {"1@1 A, 2@ B, 3@3 p",                                      "tto"},
    {"1@1 A, 2@ !, 3@3 p, 4@4 B, 5@5 p",                        "0!x.B"}, /* what cannot be read at all has its number */
    {"1@ !, 2@2 p, 3@3 B, 4@4 p, 5@ !, 6@ !",                   "!x.B!!"},
    {"1@1 A, x@ !, 3@3 p",                                      "tto"},
    {"1@1 A, x2@ !, 3@3 p",                                     "tto"},
    {"1@1 A, *2@2 p, 3@3 p",                                    "coo"},
    /* two telephones of one model in one folder say neither body nor number */
    {"~d/IMG_20260601_090000@0 A, ~d/IMG_20260601_090002@2 B, ~d/IMG_20260601_090005@5 p, ~d/IMG_20260601_090006@6 C, "
     "~d/IMG_20260601_090007@7 p",                              "ccoco"},
    {"~d/a@1 A, ~d/b@2 p",                                      "co"},
    {"~d/IMG_0001@1 A, ~d/IMG_0002@2 p",                        ".A"},   /* one counter is one camera */
    {"~d/IMG_0001@1 A, ~d/IMG_5001@2 B, ~d/IMG_0002@3 p, ~d/IMG_5002@4 p", "oooo"},
    {"~d/IMG_0001@1 A, ~d/DSC_0001@2 B, ~d/IMG_0002@3 p",       "cco"},
    {"~d/IMG_0001@1 A, ~d/IMG_0002@2 p, ~e/IMG_0003@3 p, ~e/IMG_0004@4 B, ~e/IMG_0005@5 p", ".A-.B"},
};
// clang-format on

static const char *code_of(char kind)
{
    switch (kind) {
    case 'A':
        return A;
    case 'a':
        return "code-a";
    case 'B':
        return B;
    case 'C':
        return C;
    case '#':
        return "shared";
    default:
        return "nobody's";
    }
}

static size_t read_frames(const char *text, Shot shots[SHOTS_MAX])
{
    size_t count = 0;
    while (*text) {
        char *end, *at = strchr(text, '@');
        bool other = *text == '*', body = *text != '~';
        assert_non_null(at);
        int64_t second = strtoll(at + 1, &end, 10);
        Shot *shot = &shots[count++];
        *shot = (Shot){.path = arena_print(arena, "%.*s.JPG", (int)(at - text) - (other || !body), text + (other || !body)),
                       .camera = other ? "Acme 2" : "Acme",
                       .body = body,
                       .timed = end != at + 1,
                       .time_ns = second * 1000000000};
        if (*end == '.') {
            shot->fine = true;
            shot->time_ns += strtol(end + 1, &end, 10) * 100000000;
        }
        char kind = end[1];
        shot->kind = kind == 'p' ? SHOT_PLAIN : kind == '&' ? SHOT_CODES : kind == '!' ? SHOT_UNREAD : SHOT_CODE;
        shot->code = code_of(kind);
        text = end + 2 + strspn(end + 2, ", ");
    }
    return count;
}

static char photo_letter(const ShotBound *out)
{
    switch (out->unbound) {
    case ID_BEFORE_CODE:
        return '-';
    case ID_BAD_CODE:
        return 'x';
    case ID_NO_ORDER:
        return 'o';
    default:
        return strcmp(out->id.text, A) == 0 ? 'A' : strcmp(out->id.text, B) == 0 ? 'B' : *out->id.text ? 'C' : '_';
    }
}

static void check_case(const Case *one, const char *frames)
{
    static const char slips[] = ".0?#&!2otc";
    Shot shots[SHOTS_MAX];
    ShotBound out[SHOTS_MAX];
    char found[SHOTS_MAX + 1] = "";
    arena_reset(arena);
    size_t count = read_frames(frames, shots);
    Err err = slips_bind(arena, &roster, shots, count, out);
    assert_int_equal(err.code, ERR_NONE);
    for (size_t i = 0; i < count; i++) {
        found[i] = out[i].is_slip ? slips[out[i].slip] : photo_letter(&out[i]);
        bool bound = !out[i].is_slip && out[i].unbound == ID_FINE;
        assert_true(out[i].is_slip || bound == (out[i].id.kind != ID_NONE));
        assert_true(!bound || (out[out[i].by].is_slip && out[out[i].by].person == out[i].person));
    }
    if (strcmp(found, one->expected) != 0)
        fail_msg("%s: '%s', not '%s'", frames, found, one->expected);
}

static void frames_are_bound_to_the_code_before_them_or_to_nobody(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_case(&cases[i], cases[i].frames);
}

/* -1: no counter tells; -2: a slip, or a photo that nobody is bound to. */
static void what_the_counter_lacks_behind_a_code_is_counted(void **state)
{
    // clang-format off
    static const struct { const char *frames; int missing[6]; } gaps[] = {
        {"0001@1 A, 0002@2 p",                                                    {-2, 0}},
        {"0001@1 A, 0003@2 p",                                                    {-2, 1}}, /* may have been another's code */
        {"0001@1 A, 0002@2 p, 0005@3 p, 0006@4 p",                                {-2, 0, 2, 2}},
        {"0001@1 A, 0004@2 B, 0005@3 p",                                          {-2, -2, 0}}, /* before a code it is nobody's */
        {"0001@1 A, 0004@2 A, 0005@3 p",                                          {-2, -2, 0}}, /* shown again */
        {"9998@1 A, 9999@2 p, 0001@3 p, 0003@4 p",                                {-2, 0, 0, 1}},
        {"9998@1 A, 0000@2 p",                                                    {-2, -2}}, /* its order is not certain */
        {"9999@1 A, 0000@2 p",                                                    {-2, 0}},
        {"100CANON/9999@1 A, 101CANON/0001@2 p, 101CANON/0003@3 p",               {-2, 0, 1}},
        {"100CANON/0100@1 A, 101CANON/0101@2 p",                                  {-2, 0}}, /* the counter goes on */
        {"100CANON/0100@1 A, 102CANON/0101@2 p",                                  {-2, 1}},
        {"100CANON/0100@1 A, 101CANON/0001@2 p",                                  {-2, 1}}, /* begins again: what was behind 0100? */
        {"100CANON/0100@1 A, 101CANON/0004@2 p, 101CANON/0005@3 p",               {-2, 4, 4}},
        {"0001@1 A, 0002@2 p, 0002@3 p",                                          {-2, 0, 0}}, /* one number twice */
        {"1@1 A, 3@2 p",                                                          {-2, -1}}, /* no counter of a camera */
        {"IMG_090001@1 A, IMG_090009@2 p",                                        {-2, -1}},
        {"IMG_0001@1 A, DSC_0009@2 p, DSC_0010@3 p",                              {-2, -1, -1}},
        {"~IMG_0001@1 A, ~IMG_0002@2 p, ~IMG_0004@3 p",                           {-2, 0, 1}},
        {"0001@1 A, 0002@2 ?, 0004@3 p",                                          {-2, -2, -2}},
    };
    // clang-format on
    (void)state;
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
        Shot shots[SHOTS_MAX];
        ShotBound out[SHOTS_MAX];
        arena_reset(arena);
        size_t count = read_frames(gaps[i].frames, shots);
        assert_int_equal(slips_bind(arena, &roster, shots, count, out).code, ERR_NONE);
        for (size_t j = 0; j < count; j++) {
            int found = out[j].is_slip || out[j].unbound != ID_FINE ? -2 : out[j].missing;
            if (found != gaps[i].missing[j])
                fail_msg("%s: frame %zu lacks %d, not %d", gaps[i].frames, j, found, gaps[i].missing[j]);
        }
    }
}

/* However the frames are listed. */
static void the_order_of_the_listing_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Shot shots[SHOTS_MAX], turned[SHOTS_MAX];
        ShotBound out[SHOTS_MAX], again[SHOTS_MAX];
        arena_reset(arena);
        size_t count = read_frames(cases[i].frames, shots);
        for (size_t j = 0; j < count; j++)
            turned[j] = shots[count - 1 - j];
        assert_int_equal(slips_bind(arena, &roster, shots, count, out).code, ERR_NONE);
        assert_int_equal(slips_bind(arena, &roster, turned, count, again).code, ERR_NONE);
        for (size_t j = 0; j < count; j++) {
            const ShotBound *one = &out[j], *other = &again[count - 1 - j];
            if (!one->is_slip && (one->unbound != other->unbound || strcmp(one->id.text, other->id.text) != 0))
                fail_msg("%s: frame %zu depends on the listing", cases[i].frames, j);
        }
    }
}

static void without_a_roster_a_code_is_a_valid_number(void **state)
{
    // clang-format off
    static const struct { const char *code; SlipProblem problem; } codes[] = {
        {A, SLIP_FINE}, {"11010519491231002x", SLIP_FINE}, {" " A "\n", SLIP_FINE}, {"610104620927690", SLIP_FINE},
        {"110105194912310021", SLIP_UNKNOWN}, {C, SLIP_UNKNOWN}, {"https://x/?id=" A, SLIP_UNKNOWN}, {"", SLIP_UNKNOWN},
    };
    // clang-format on
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        Shot shots[] = {{.path = "0001.JPG", .camera = "", .timed = true, .kind = SHOT_CODE, .code = codes[i].code},
                        {.path = "0002.JPG", .camera = "", .timed = true}};
        ShotBound out[2];
        assert_int_equal(slips_bind(arena, NULL, shots, 2, out).code, ERR_NONE);
        if (out[0].slip != codes[i].problem)
            fail_msg("'%s' is %s", codes[i].code, slip_problem_name(out[0].slip));
        assert_int_equal(out[1].unbound, codes[i].problem == SLIP_FINE ? ID_FINE : ID_BAD_CODE);
    }
}

static void what_a_slip_says_is_found_again(void **state)
{
    Bound bound;
    (void)state;
    bind_frame(&roster, "x/" B ".jpg", "=" A "\nd/IMG_1.JPG", &bound);
    assert_ptr_equal(bound.person, &persons[0]);
    assert_string_equal(bind_slip("=" A "\nd/IMG_1.JPG"), "d/IMG_1.JPG");
    bind_frame(&roster, "x.jpg", "=" C, &bound);
    assert_ptr_equal(bound.person, &persons[2]);
    assert_null(bind_slip("=" C));
    bind_frame(&roster, "x.jpg", "=" C "\t7\tab12\nd/IMG\t9.JPG", &bound);
    assert_ptr_equal(bound.person, &persons[2]);
    assert_string_equal(bind_slip("=" C "\t7\tab12\nd/IMG\t9.JPG"), "d/IMG\t9.JPG");
    assert_true(bind_missing("=" C "\t7\tab12\nd/IMG\t9.JPG") == 7);
    assert_true(isnan(bind_missing("=" C "\t\tab12\nx")) && isnan(bind_missing("=" C "\nd\t3")) && isnan(bind_missing(NULL)));
    assert_memory_equal(bind_slip_bytes("=" C "\t7\tab12\nd"), "ab12\n", 5);
    assert_string_equal(bind_slip_bytes("=" C "\nd\t3\t4"), "");
    bind_frame(&roster, "x/" B ".jpg", "!bad_code\nd/IMG_1.JPG", &bound);
    assert_int_equal(bound.id.kind, ID_NONE);
    assert_int_equal(bound.id.problem, ID_BAD_CODE);
    bind_frame(&roster, "x/" B ".jpg", "", &bound);
    assert_ptr_equal(bound.person, &persons[1]);
    bind_frame(NULL, "x.jpg", "=" A, &bound);
    assert_string_equal(bound.key, A);
    bind_frame(&roster, "x.jpg", "=610104620927690", &bound); /* who has left the roster */
    assert_null(bound.person);
    assert_string_equal(bound.key, "610104196209276908");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_bound_to_the_code_before_them_or_to_nobody),
        cmocka_unit_test(what_the_counter_lacks_behind_a_code_is_counted),
        cmocka_unit_test(the_order_of_the_listing_changes_nothing),
        cmocka_unit_test(without_a_roster_a_code_is_a_valid_number),
        cmocka_unit_test(what_a_slip_says_is_found_again),
    };
    arena = arena_create(1 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_destroy(arena);
    return failed;
}
