/* SPDX-License-Identifier: MIT */
#include "../../stages/judge.h"
#include "../../pipeline/faults.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

static Want tilt(Level level)
{
    return (Want){.asked = true, .good = {-3, 3}, .review = {-6, 6}, .level = level};
}

static Verdict judge_one(CheckId check, Want want, double value, double error, Findings *found)
{
    Profile profile = {0};
    profile.want[check] = want;
    Facts facts;
    facts_clear(&facts);
    if (!isnan(value))
        fact_set(&facts, check, value, error);
    return judge_facts(&facts, &profile, found);
}

static void every_edge_of_a_range_is_judged_as_asked(void **state)
{
    (void)state;
    // clang-format off
    static const struct { Level level; double value, error; Verdict verdict; int findings; } row[] = {
        {LEVEL_REJECT,  0.0,   0,    VERDICT_PASS,   0},
        {LEVEL_REJECT,  3.0,   0,    VERDICT_PASS,   0},
        {LEVEL_REJECT, -3.0,   0,    VERDICT_PASS,   0},
        {LEVEL_REJECT,  3.001, 0,    VERDICT_REVIEW, 1},
        {LEVEL_REJECT, -3.001, 0,    VERDICT_REVIEW, 1},
        {LEVEL_REJECT,  6.0,   0,    VERDICT_REVIEW, 1},
        {LEVEL_REJECT, -6.0,   0,    VERDICT_REVIEW, 1},
        {LEVEL_REJECT,  6.001, 0,    VERDICT_REJECT, 1},
        {LEVEL_REJECT, -6.001, 0,    VERDICT_REJECT, 1},
        {LEVEL_REJECT,  6.5,   0.5,  VERDICT_REVIEW, 1}, /* may still be 6.0 */
        {LEVEL_REJECT,  6.51,  0.5,  VERDICT_REJECT, 1},
        {LEVEL_REJECT, -6.5,   0.5,  VERDICT_REVIEW, 1},
        {LEVEL_REJECT, -6.51,  0.5,  VERDICT_REJECT, 1},
        {LEVEL_REJECT,  2.5,   0.5,  VERDICT_PASS,   0}, /* surely good */
        {LEVEL_REJECT,  2.51,  0.5,  VERDICT_REVIEW, 1}, /* may be 3.01 */
        {LEVEL_REJECT, -2.51,  0.5,  VERDICT_REVIEW, 1},
        {LEVEL_REJECT,  2.9,   9,    VERDICT_REVIEW, 1},
        {LEVEL_REVIEW,  2.9,   9,    VERDICT_REVIEW, 1},
        {LEVEL_NOTE,    2.9,   9,    VERDICT_PASS,   0}, /* a note never asks for a person */
        {LEVEL_REVIEW,  90,    0,    VERDICT_REVIEW, 1},
        {LEVEL_NOTE,    90,    0,    VERDICT_PASS,   1},
        {LEVEL_NOTE,    4,     0,    VERDICT_PASS,   1},
        {LEVEL_REJECT,  INFINITY, 0, VERDICT_REJECT, 1},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        Findings found;
        Verdict verdict =
            judge_one(CHECK_tilt_deg, tilt(row[i].level), row[i].value, row[i].error, &found);
        assert_int_equal(verdict, row[i].verdict);
        assert_int_equal(found.count, row[i].findings);
    }
}

static void without_a_second_range_the_error_alone_softens(void **state)
{
    (void)state;
    Want want = {.asked = true, .good = {50, 110}, .review = {50, 110}, .level = LEVEL_REJECT};
    Findings found;
    assert_int_equal(judge_one(CHECK_hair_top_px, want, 48, 2, &found), VERDICT_REVIEW);
    assert_int_equal(judge_one(CHECK_hair_top_px, want, 47.9, 2, &found), VERDICT_REJECT);
    assert_int_equal(judge_one(CHECK_hair_top_px, want, 112, 2, &found), VERDICT_REVIEW);
    assert_int_equal(judge_one(CHECK_hair_top_px, want, 112.1, 2, &found), VERDICT_REJECT);
}

static void open_ranges_have_one_edge(void **state)
{
    (void)state;
    Want want = {true, {60, INFINITY}, {60, INFINITY}, LEVEL_REJECT};
    Findings found;
    assert_int_equal(judge_one(CHECK_quality, want, 60, 0, &found), VERDICT_PASS);
    assert_int_equal(judge_one(CHECK_quality, want, 59, 0, &found), VERDICT_REJECT);
    assert_true(isinf(found.list[0].hi));
    assert_true(found.list[0].lo == 60);
    want = (Want){true, {-INFINITY, 5}, {-INFINITY, 9}, LEVEL_REJECT};
    assert_int_equal(judge_one(CHECK_quality, want, -1e300, 0, &found), VERDICT_PASS);
    assert_int_equal(judge_one(CHECK_quality, want, 9, 0, &found), VERDICT_REVIEW);
    assert_int_equal(judge_one(CHECK_quality, want, 9.1, 0, &found), VERDICT_REJECT);
}

static void unmeasured_asks_for_a_person(void **state)
{
    (void)state;
    Findings found;
    assert_int_equal(judge_one(CHECK_tilt_deg, tilt(LEVEL_REJECT), NAN, 0, &found), VERDICT_REVIEW);
    assert_int_equal(found.count, 1);
    assert_false(found.list[0].measured);
    assert_int_equal(found.list[0].level, LEVEL_REVIEW);
    assert_true(found.missing[CHECK_tilt_deg]);
}

static void what_is_hidden_is_listed_and_asks_nobody(void **state)
{
    (void)state;
    Profile profile = {0};
    Findings found;
    Facts facts;
    facts_clear(&facts);
    fact_hide(&facts, CHECK_tilt_deg);
    fact_void(&facts, CHECK_lip_gap);
    profile.want[CHECK_tilt_deg] = tilt(LEVEL_REJECT);
    profile.want[CHECK_lip_gap] = tilt(LEVEL_REVIEW);
    assert_int_equal(judge_facts(&facts, &profile, &found), VERDICT_PASS);
    assert_int_equal(found.count, 0);
    assert_true(found.hidden[CHECK_tilt_deg] && !found.hidden[CHECK_lip_gap]);
    assert_false(found.missing[CHECK_tilt_deg] || found.missing[CHECK_lip_gap]);
    profile.want[CHECK_tilt_deg].asked = false;
    judge_facts(&facts, &profile, &found);
    assert_false(found.hidden[CHECK_tilt_deg]);
}

/* What a rejection left unasked is asked about when it is waived, but not what the picture hides. */
static void a_waiver_asks_about_what_is_missing_and_not_about_what_is_hidden(void **state)
{
    (void)state;
    for (int hidden = 0; hidden < 2; hidden++) {
        Photo photo = {0};
        Profile profile = {0};
        const char *faults;
        bool waived[CHECK_COUNT] = {[CHECK_yaw_deg] = true}, surfaced[CHECK_COUNT];
        Arena *arena = arena_create(1 << 20);
        facts_clear(&photo.facts);
        profile.want[CHECK_yaw_deg] = profile.want[CHECK_tilt_deg] = tilt(LEVEL_REJECT);
        fact_set(&photo.facts, CHECK_yaw_deg, 90, 0);
        if (hidden)
            fact_hide(&photo.facts, CHECK_tilt_deg);
        assert_int_equal(judge_facts(&photo.facts, &profile, &photo.findings), VERDICT_REJECT);
        assert_int_equal(faults_json(arena, &photo, &profile, &faults).code, 0);
        assert_int_equal(faults_verdict(faults, waived, surfaced), hidden ? VERDICT_PASS : VERDICT_REVIEW);
        assert_int_equal(surfaced[CHECK_tilt_deg], !hidden);
        arena_destroy(arena);
    }
}

/* Half of a cut file is grey: nobody is told to wear white on account of that, and nothing of it passes. */
static void what_damage_ruined_is_not_told_and_not_passed(void **state)
{
    (void)state;
    Profile profile = {0};
    Findings found;
    Facts facts;
    profile.want[CHECK_damage] = (Want){true, {0, 0}, {0, 0}, LEVEL_REJECT};
    profile.want[CHECK_source_width_px] = (Want){true, {480, INFINITY}, {480, INFINITY}, LEVEL_REJECT};
    profile.want[CHECK_faces] = (Want){true, {1, 1}, {1, 1}, LEVEL_REJECT};
    profile.want[CHECK_white_top] = (Want){true, {60, 100}, {60, 100}, LEVEL_REVIEW};
    profile.want[CHECK_tilt_deg] = profile.want[CHECK_byte_window] = tilt(LEVEL_REJECT);
    for (int damaged = 0; damaged < 2; damaged++) {
        facts_clear(&facts);
        fact_set(&facts, CHECK_damage, damaged, 0);
        fact_set(&facts, CHECK_source_width_px, 400, 0);
        fact_set(&facts, CHECK_faces, 0, 0);
        fact_set(&facts, CHECK_white_top, 0, 0);
        fact_set(&facts, CHECK_tilt_deg, 0, 0); /* in range: not known either */
        fact_void(&facts, CHECK_byte_window);
        assert_int_equal(judge_forget_ruined(&facts, &profile), damaged);
        assert_int_equal(judge_facts(&facts, &profile, &found), VERDICT_REJECT);
        assert_int_equal(found.count, damaged ? 2 : 3);
        assert_int_equal(found.list[damaged ? 1 : 0].check, CHECK_source_width_px);
        assert_int_equal(found.missing[CHECK_tilt_deg], damaged);
        assert_int_equal(found.missing[CHECK_faces], damaged);
        assert_false(found.missing[CHECK_byte_window]); /* none was made */
    }
    fact_set(&facts, CHECK_damage, 0, 0);
    assert_int_equal(judge_facts(&facts, &profile, &found), VERDICT_REJECT); /* by the width alone */
    fact_set(&facts, CHECK_source_width_px, 500, 0);
    assert_int_equal(judge_facts(&facts, &profile, &found), VERDICT_REVIEW); /* were the damage waived */
    profile.want[CHECK_damage].level = LEVEL_REVIEW;
    fact_set(&facts, CHECK_damage, 1, 0);
    fact_set(&facts, CHECK_faces, 1, 0);
    assert_false(judge_forget_ruined(&facts, &profile)); /* a profile that only asks still wants to know */
    assert_true(facts.v[CHECK_faces] == 1);
}

static void a_rejection_says_where_the_review_range_ends(void **state)
{
    (void)state;
    Findings found;
    judge_one(CHECK_tilt_deg, tilt(LEVEL_REJECT), 9, 0, &found);
    assert_true(found.list[0].review_below == 3 && found.list[0].review_above == 3);
    judge_one(CHECK_quality, (Want){true, {-INFINITY, 5}, {-INFINITY, 9}, LEVEL_REJECT}, 10, 0, &found);
    assert_true(found.list[0].review_below == 0 && found.list[0].review_above == 4);
    judge_one(CHECK_tilt_deg, tilt(LEVEL_REVIEW), 9, 0, &found); /* which never rejects */
    assert_true(found.list[0].review_above == 0);
}

static void an_unmeasured_note_is_listed_only(void **state)
{
    (void)state;
    Findings found;
    assert_int_equal(judge_one(CHECK_tilt_deg, tilt(LEVEL_NOTE), NAN, 0, &found), VERDICT_PASS);
    assert_int_equal(found.count, 0);
    assert_true(found.missing[CHECK_tilt_deg]);
}

static void what_was_never_made_is_neither_good_nor_missing(void **state)
{
    (void)state;
    Profile profile = {0};
    profile.want[CHECK_dpi] = (Want){true, {300, 300}, {300, 300}, LEVEL_REVIEW};
    Facts facts;
    facts_clear(&facts);
    fact_void(&facts, CHECK_dpi);
    Findings found;
    assert_int_equal(judge_facts(&facts, &profile, &found), VERDICT_PASS);
    assert_int_equal(found.count, 0);
    assert_false(found.missing[CHECK_dpi]);
}

static void what_is_not_asked_is_not_judged(void **state)
{
    (void)state;
    Want want = tilt(LEVEL_REJECT);
    want.asked = false;
    Findings found;
    assert_int_equal(judge_one(CHECK_tilt_deg, want, 90, 0, &found), VERDICT_PASS);
    assert_int_equal(judge_one(CHECK_tilt_deg, want, NAN, 0, &found), VERDICT_PASS);
    assert_false(found.missing[CHECK_tilt_deg]);
}

static void a_rejection_silences_the_unmeasured_but_lists_them(void **state)
{
    (void)state;
    Profile profile = {0};
    profile.want[CHECK_faces] = (Want){true, {1, 1}, {1, 1}, LEVEL_REJECT};
    profile.want[CHECK_hair_top_px] = (Want){true, {50, 110}, {50, 110}, LEVEL_REJECT};
    Facts facts;
    facts_clear(&facts);
    fact_set(&facts, CHECK_faces, 2, 0);
    Findings found;
    assert_int_equal(judge_facts(&facts, &profile, &found), VERDICT_REJECT);
    assert_int_equal(found.count, 1);
    assert_true(found.missing[CHECK_hair_top_px]);
}

static void findings_stand_in_the_tables_order(void **state)
{
    (void)state;
    Profile profile = {0};
    Facts facts;
    facts_clear(&facts);
    for (CheckId i = 0; i < CHECK_COUNT; i++) {
        profile.want[i] = (Want){true, {0, 1}, {0, 1}, LEVEL_REVIEW};
        if (i % 2)
            fact_set(&facts, i, 2, 0);
    }
    Findings found;
    assert_int_equal(judge_facts(&facts, &profile, &found), VERDICT_REVIEW);
    assert_int_equal(found.count, CHECK_COUNT);
    for (int i = 0; i < found.count; i++)
        assert_int_equal(found.list[i].check, i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_edge_of_a_range_is_judged_as_asked),
        cmocka_unit_test(without_a_second_range_the_error_alone_softens),
        cmocka_unit_test(open_ranges_have_one_edge),
        cmocka_unit_test(unmeasured_asks_for_a_person),
        cmocka_unit_test(what_is_hidden_is_listed_and_asks_nobody),
        cmocka_unit_test(a_waiver_asks_about_what_is_missing_and_not_about_what_is_hidden),
        cmocka_unit_test(what_damage_ruined_is_not_told_and_not_passed),
        cmocka_unit_test(a_rejection_says_where_the_review_range_ends),
        cmocka_unit_test(an_unmeasured_note_is_listed_only),
        cmocka_unit_test(what_was_never_made_is_neither_good_nor_missing),
        cmocka_unit_test(what_is_not_asked_is_not_judged),
        cmocka_unit_test(a_rejection_silences_the_unmeasured_but_lists_them),
        cmocka_unit_test(findings_stand_in_the_tables_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
