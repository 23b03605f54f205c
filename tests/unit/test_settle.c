/* SPDX-License-Identifier: MIT */
#include "settle_world.h"
#include <math.h>

static void a_photo_goes_home_under_the_number_of_its_person(void **state)
{
    World *world = *state;
    row(world, "/" ONE ".jpg");
    row(world, "/" OLD15 ".jpg");
    row(world, "/nobody.jpg");
    row(world, "/" BROKEN ".jpg");
    const Settled *end = settle(world);
    assert_string_equal(home_of(world, 0), "photos/" ONE ".JPG");
    assert_string_equal(home_of(world, 1), "photos/" OLD15 ".JPG");
    assert_int_equal(end[2].verdict, VERDICT_REJECT);
    assert_int_equal(end[3].verdict, VERDICT_REJECT);
    assert_memory_equal(home_of(world, 2), ".held/", 6);
    assert_int_equal(world->end.ready, 2);
}

static void a_roster_names_admits_and_shuts_out(void **state)
{
    World *world = *state;
    person(world, ONE);
    person(world, THREE)->eligible = false;
    person(world, BROKEN)->contradicts_id = true;
    person(world, OLD18);
    row(world, "/" ONE ".jpg");
    row(world, "/" THREE ".jpg");
    row(world, "/" BROKEN ".jpg");
    row(world, "/" OLD15 ".jpg");
    row(world, "/" TWO ".jpg");
    const Settled *end = settle(world);
    static const Verdict verdicts[] = {VERDICT_PASS, VERDICT_REJECT, VERDICT_PASS, VERDICT_PASS,
                                       VERDICT_REJECT};
    for (int i = 0; i < 5; i++)
        assert_int_equal(end[i].verdict, verdicts[i]);
    assert_true(end[1].facts[CHECK_eligible] == 0 && end[4].facts[CHECK_in_roster] == 0);
    assert_true(end[2].facts[CHECK_id_check_digit] == 0 && end[2].facts[CHECK_roster_agrees] == 0);
    assert_string_equal(home_of(world, 3), "photos/" OLD18 ".JPG"); /* the roster's number */
    assert_memory_equal(home_of(world, 1), ".held/", 6);
    assert_memory_equal(home_of(world, 4), ".held/", 6);
    assert_int_equal(world->end.unready, 0);
}

static void frames_that_are_missing_behind_a_code_ask_for_a_look(void **state)
{
    // clang-format off
    static const struct { const char *slip; Verdict verdict; } cases[] = {
        {"=" ONE "\t0\tab\n/s", VERDICT_PASS}, {"=" ONE "\t1\tab\n/s", VERDICT_REVIEW}, {"=" ONE "\t\tab\n/s", VERDICT_PASS},
        {"!bad_code\t3\tab\n/s", VERDICT_REJECT},
    };
    // clang-format on
    World *world = *state;
    SettleRow *only = row(world, "/card/1.JPG");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        only->slip = cases[i].slip;
        assert_int_equal(settle(world)[0].verdict, cases[i].verdict);
    }
    only->slip = cases[1].slip;
    Decision *accepted = decide(world, ONE, RULING_ACCEPT, CHECK_COUNT);
    strcpy(accepted->sha256, only->sha256);
    assert_int_equal(settle(world)[0].verdict, VERDICT_PASS); /* somebody has looked */
}

static void a_profile_that_asks_no_roster_hands_in_nobody_else_all_the_same(void **state)
{
    World *world = *state;
    world->profile.want[CHECK_in_roster].asked = false;
    world->profile.want[CHECK_files_for_id].asked = false;
    person(world, ONE);
    row(world, "/" TWO ".jpg");
    row(world, "/a/" ONE ".jpg");
    row(world, "/b/" ONE ".jpg");
    const Settled *end = settle(world);
    for (int i = 0; i < 3; i++) {
        assert_false(end[i].ready);
        assert_memory_equal(home_of(world, i), ".held/", 6);
    }
}

static void several_files_of_a_person_are_all_out(void **state)
{
    World *world = *state;
    row(world, "/a/" OLD15 ".jpg");
    row(world, "/b/" OLD18 ".jpg");
    const Settled *end = settle(world);
    for (int i = 0; i < 2; i++) {
        assert_true(end[i].facts[CHECK_files_for_id] == 2);
        assert_int_equal(end[i].verdict, VERDICT_REJECT);
        assert_false(end[i].ready);
    }
}

static void a_file_from_before_that_is_listed_again_is_no_newer_one(void **state)
{
    World *world = *state;
    SettleRow *again = row(world, "/" ONE ".jpg"), *kept = row(world, "kept:" ONE);
    kept->shown = "/retakes/" ONE ".jpg";
    kept->kept = true;
    kept->attempt = 2;
    const Settled *end = settle(world);
    assert_true(end[0].kept_by && !end[0].ready && end[1].ready && !end[1].drop);
    assert_memory_equal(home_of(world, 0), ".held/", 6);
    assert_string_equal(home_of(world, 1), "photos/" ONE ".JPG");
    assert_int_equal(world->end.ready, 1);
    again->attempt = 2; /* the retake itself */
    end = settle(world);
    assert_true(end[0].ready && !end[0].kept_by && end[1].drop);
}

static void decisions_accept_reject_and_waive_what_they_judged(void **state)
{
    static const char tilt[] = "[{\"check\":\"tilt_deg\",\"level\":\"REJECT\"}]";
    static const char two[] = "[{\"check\":\"tilt_deg\",\"level\":\"REJECT\"},"
                              "{\"check\":\"lip_gap\",\"level\":\"REVIEW\"}]";
    static const char hidden[] = "[{\"check\":\"tilt_deg\",\"level\":\"REJECT\"},"
                                 "{\"check\":\"lip_gap\",\"level\":\"MISSING\"}]";
    // clang-format off
    static const struct { Verdict judged; const char *faults; Ruling ruling; CheckId check; const char *sha; Verdict verdict; } cases[] = {
        {VERDICT_REVIEW, "[]",   RULING_ACCEPT, CHECK_COUNT,    "s", VERDICT_PASS},
        {VERDICT_REVIEW, "[]",   RULING_ACCEPT, CHECK_COUNT,    "",  VERDICT_PASS},   /* bound to what is there */
        {VERDICT_REVIEW, "[]",   RULING_ACCEPT, CHECK_COUNT,    "o", VERDICT_REVIEW}, /* lapsed */
        {VERDICT_REJECT, tilt,   RULING_ACCEPT, CHECK_COUNT,    "s", VERDICT_REJECT},
        {VERDICT_PASS,   "[]",   RULING_REJECT, CHECK_COUNT,    "s", VERDICT_REJECT},
        {VERDICT_PASS,   "[]",   RULING_REJECT, CHECK_COUNT,    "o", VERDICT_PASS},
        {VERDICT_REJECT, tilt,   RULING_WAIVE,  CHECK_tilt_deg, "s", VERDICT_PASS},
        {VERDICT_REJECT, two,    RULING_WAIVE,  CHECK_tilt_deg, "s", VERDICT_REVIEW},
        {VERDICT_REJECT, hidden, RULING_WAIVE,  CHECK_tilt_deg, "s", VERDICT_REVIEW},
        {VERDICT_REJECT, tilt,   RULING_WAIVE,  CHECK_lip_gap,  "s", VERDICT_REJECT},
        {VERDICT_ERROR,  "[]",   RULING_REJECT, CHECK_COUNT,    "s", VERDICT_ERROR},
    };
    // clang-format on
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        World *world;
        set_up((void **)&world);
        SettleRow *photo = row(world, "/" ONE ".jpg");
        photo->sha256 = "s";
        photo->judged = cases[i].judged;
        photo->faults = cases[i].faults;
        strcpy(decide(world, ONE, cases[i].ruling, cases[i].check)->sha256, cases[i].sha);
        const Settled *end = settle(world);
        if (end->verdict != cases[i].verdict)
            fail_msg("case %zu: verdict %d", i, end->verdict);
        assert_int_equal(end->ready, end->verdict == VERDICT_PASS);
        tear_down((void **)&world);
    }
}

static void a_decision_without_bytes_waits_for_a_single_file(void **state)
{
    World *world = *state;
    row(world, "/a/" ONE ".jpg");
    row(world, "/b/" ONE ".jpg");
    Decision *decision = decide(world, ONE, RULING_ACCEPT, CHECK_COUNT);
    settle(world);
    assert_string_equal(decision->sha256, "");
    world->ask.count = 1;
    settle(world);
    assert_string_equal(decision->sha256, "/a/" ONE ".jpg");
}

static void what_was_not_made_never_passes(void **state)
{
    World *world = *state;
    row(world, "/" ONE ".jpg")->output = "";
    row(world, "/" TWO ".jpg")->stands = false;
    const Settled *end = settle(world);
    assert_int_equal(end[0].verdict, VERDICT_REVIEW);
    assert_int_equal(end[1].verdict, VERDICT_REVIEW);
    world->ask.making = false; /* a check makes nothing */
    end = settle(world);
    assert_int_equal(end[0].verdict, VERDICT_PASS);
    assert_string_equal(home_of(world, 0), "");
}

static void an_earlier_pass_counts_until_a_newer_one_does(void **state)
{
    World *world = *state;
    SettleRow *newer = row(world, "/" ONE ".jpg");
    SettleRow *kept = row(world, "kept:" ONE);
    kept->shown = "/was/" ONE ".jpg";
    kept->kept = true;
    newer->judged = VERDICT_REJECT;
    newer->output = "";
    const Settled *end = settle(world);
    assert_true(end[0].kept_by && !end[0].ready && end[1].ready && !end[1].drop);
    assert_string_equal(home_of(world, 1), "photos/" ONE ".JPG");
    assert_int_equal(world->end.kept, 1);
    newer->judged = VERDICT_PASS;
    newer->output = ".held/x";
    end = settle(world);
    assert_true(end[0].ready && !end[0].kept_by && end[1].drop);
    assert_string_equal(home_of(world, 0), "photos/" ONE ".JPG");
    assert_int_equal(world->end.ready, 1);
    assert_int_equal(world->end.kept, 0);
    row(world, "/b/" ONE ".jpg"); /* two files now: nobody chooses */
    end = settle(world);
    assert_false(end[0].ready || end[1].ready || end[2].ready || end[0].kept_by || end[1].drop);
    assert_memory_equal(home_of(world, 1), ".held/", 6);
}

static void what_another_profile_judged_does_not_count_until_it_is_given_again(void **state)
{
    World *world = *state;
    person(world, ONE);
    person(world, THREE)->eligible = false;
    person(world, TWO);
    row(world, "/" ONE ".jpg")->profile = "other";
    row(world, "/" THREE ".jpg")->profile = "other";
    row(world, "/" TWO ".jpg")->profile = world->profile.hash;
    const Settled *end = settle(world);
    assert_int_equal(end[0].verdict, VERDICT_REVIEW);
    assert_true(!end[0].ready && end[0].sound && end[0].facts[CHECK_other_profile] == 1);
    assert_string_equal(home_of(world, 0), "review/" ONE ".JPG");
    assert_true(isnan(end[1].facts[CHECK_other_profile])); /* nobody asks for it */
    assert_true(end[2].ready && isnan(end[2].facts[CHECK_other_profile]));
    assert_int_equal(world->end.unready, 1);
    strcpy(decide(world, ONE, RULING_ACCEPT, CHECK_COUNT)->sha256, world->rows[0].sha256);
    end = settle(world);
    assert_true(end[0].verdict == VERDICT_REVIEW && !end[0].accepted && !end[0].ready);
    world->profile.want[CHECK_other_profile].asked = false; /* nor does it count where nobody is told */
    assert_false(settle(world)[0].ready);
}

static void a_kept_attempt_of_another_profile_waits_for_it(void **state)
{
    World *world = *state;
    SettleRow *newer = row(world, "/" ONE ".jpg"), *kept = row(world, "kept:" ONE);
    kept->shown = "/was/" ONE ".jpg";
    kept->kept = true;
    kept->profile = "other";
    newer->attempt = 2;
    const Settled *end = settle(world);
    assert_true(end[0].ready && !end[1].ready && !end[1].drop);
    newer->judged = VERDICT_REJECT;
    end = settle(world);
    assert_true(!end[0].kept_by && !end[1].ready && !end[1].drop);
    assert_memory_equal(home_of(world, 1), ".held/", 6);
    newer->judged = VERDICT_PASS;
    newer->profile = "other";
    strcpy(world->profile.hash, "other"); /* the profile of both again */
    end = settle(world);
    assert_true(end[0].ready && end[1].drop);
}

static void what_roster_and_profile_alone_are_against_is_sound(void **state)
{
    World *world = *state;
    person(world, ONE)->eligible = false;
    SettleRow *one = row(world, "/" ONE ".jpg");
    row(world, "/" TWO ".jpg"); /* not in the roster */
    const Settled *end = settle(world);
    assert_true(end[0].sound && end[1].sound && !end[0].ready && !end[1].ready);
    one->judged = VERDICT_REVIEW;
    assert_false(settle(world)[0].sound);
    Decision *word = decide(world, ONE, RULING_ACCEPT, CHECK_COUNT);
    strcpy(word->sha256, one->sha256);
    assert_true(settle(world)[0].sound);
    word->ruling = RULING_REJECT;
    one->judged = VERDICT_PASS;
    assert_false(settle(world)[0].sound);
    strcpy(word->sha256, "others");
    one->stands = false;
    assert_false(settle(world)[0].sound);
    one->stands = true;
    assert_true(settle(world)[0].sound);
    row(world, "/b/" ONE ".jpg"); /* nobody chooses */
    end = settle(world);
    assert_false(end[0].sound || end[2].sound);
    const Counted counted[] = {{one->sha256, ONE}, {"/b/" ONE ".jpg", TWO}};
    world->ask.counted = counted; /* by bytes: "/1..." is before "/b" */
    world->ask.counted_count = 2;
    end = settle(world);
    assert_true(end[0].sound && !end[2].sound && !end[0].ready && !end[2].ready); /* but one had been chosen before */
}

static void who_has_no_file_is_missing_and_who_has_no_good_one_not_ready(void **state)
{
    World *world = *state;
    person(world, ONE);
    person(world, THREE)->eligible = false; /* nobody waits for this one */
    person(world, TWO);
    person(world, OLD18);
    row(world, "/" ONE ".jpg");
    row(world, "/" TWO ".jpg")->judged = VERDICT_REJECT;
    settle(world);
    assert_int_equal(world->end.missing, 1);
    assert_int_equal(world->end.unready, 2);
    assert_true(world->end.has_file[2] && !world->end.is_ready[2] && world->end.is_ready[0]);
}

static void a_typo_is_suggested_and_never_applied(void **state)
{
    World *world = *state;
    person(world, ONE);
    row(world, "/11010519491231003X.jpg"); /* fails its check digit too */
    const Settled *end = settle(world);
    assert_int_equal(end->verdict, VERDICT_REJECT);
    assert_ptr_equal(end->maybe, &world->persons[0]);
    assert_string_equal(world->end.hint[0], "/11010519491231003X.jpg");
    assert_int_equal(world->end.missing, 1);
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_photo_goes_home_under_the_number_of_its_person),
        IN_WORLD(a_roster_names_admits_and_shuts_out),
        IN_WORLD(a_profile_that_asks_no_roster_hands_in_nobody_else_all_the_same),
        IN_WORLD(frames_that_are_missing_behind_a_code_ask_for_a_look),
        IN_WORLD(several_files_of_a_person_are_all_out),
        IN_WORLD(a_file_from_before_that_is_listed_again_is_no_newer_one),
        cmocka_unit_test(decisions_accept_reject_and_waive_what_they_judged),
        IN_WORLD(a_decision_without_bytes_waits_for_a_single_file),
        IN_WORLD(what_was_not_made_never_passes),
        IN_WORLD(an_earlier_pass_counts_until_a_newer_one_does),
        IN_WORLD(what_another_profile_judged_does_not_count_until_it_is_given_again),
        IN_WORLD(a_kept_attempt_of_another_profile_waits_for_it),
        IN_WORLD(what_roster_and_profile_alone_are_against_is_sound),
        IN_WORLD(who_has_no_file_is_missing_and_who_has_no_good_one_not_ready),
        IN_WORLD(a_typo_is_suggested_and_never_applied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
