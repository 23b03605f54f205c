/* SPDX-License-Identifier: MIT */
/* What became of each decision. */
#include "settle_world.h"
#include "../../pipeline/settle_json.h"

#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void a_decision_knows_what_it_met(void **state)
{
    World *world = *state;
    row(world, "/" TWO ".jpg");
    row(world, "/" THREE ".jpg")->judged = VERDICT_REVIEW;
    row(world, "/" OLD18 ".jpg")->judged = VERDICT_REJECT;
    decide(world, ONE, RULING_ACCEPT, CHECK_COUNT);
    decide(world, THREE, RULING_ACCEPT, CHECK_COUNT);
    strcpy(decide(world, TWO, RULING_ACCEPT, CHECK_COUNT)->sha256, "other");
    decide(world, OLD18, RULING_ACCEPT, CHECK_COUNT);
    settle(world);
    static const Met met[] = {MET_NOTHING, MET_PHOTO, MET_OTHERS, MET_IDLE};
    for (int i = 0; i < 4; i++)
        assert_int_equal(world->end.met[i], met[i]);
    assert_true(world->end.met_count[MET_NOTHING] == 1 && world->end.met_count[MET_PHOTO] == 1);
}

static const char *json_of(World *world, size_t number)
{
    const char *text = "";
    assert_int_equal(settle_json(world->arena, &world->ask, number, &world->end.rows[number], &text).code, ERR_NONE);
    return text;
}

static void says(const char *text, const char *what)
{
    if (!strstr(text, what))
        fail_msg("%s is without %s", text, what);
}

/* A retake that failed, and a person who takes back the photo of before. */
static void a_rejection_of_the_photo_of_before_has_not_lapsed(void **state)
{
    World *world = *state;
    SettleRow *newer = row(world, "/" ONE ".jpg"), *kept = row(world, "kept:" ONE);
    kept->shown = "/was/" ONE ".jpg";
    kept->kept = true;
    newer->attempt = 2;
    newer->judged = VERDICT_REJECT;
    newer->output = "";
    strcpy(decide(world, ONE, RULING_REJECT, CHECK_COUNT)->sha256, "kept:" ONE);
    strcpy(decide(world, ONE, RULING_ACCEPT, CHECK_COUNT)->sha256, "gone");
    settle(world);
    assert_int_equal(world->end.ready, 0);
    says(json_of(world, 0), "\"decision\":{\"decision\":\"reject\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"2024-01-01\","
                            "\"state\":\"other_photo\",\"sha256\":\"kept:" ONE "\"}");
    says(json_of(world, 0), "\"state\":\"lapsed\",\"sha256\":\"gone\"");
    says(json_of(world, 1), "\"state\":\"applied\"}");
}

static void a_decision_that_a_later_line_outdoes_has_no_effect(void **state)
{
    World *world = *state;
    row(world, "/" ONE ".jpg")->judged = VERDICT_REVIEW;
    static const Ruling rulings[] = {RULING_REJECT, RULING_ACCEPT, RULING_WAIVE};
    for (size_t i = 0; i < sizeof rulings / sizeof *rulings; i++)
        strcpy(decide(world, ONE, rulings[i], rulings[i] == RULING_WAIVE ? CHECK_lip_gap : CHECK_COUNT)->sha256, world->rows[0].sha256);
    world->rows[0].faults = "[{\"check\":\"tilt_deg\",\"level\":\"REVIEW\"},{\"check\":\"lip_gap\",\"level\":\"REVIEW\"}]";
    settle(world);
    says(json_of(world, 0), "{\"decision\":\"reject\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"2024-01-01\",\"state\":\"no_effect\"}");
    says(json_of(world, 0), "{\"decision\":\"accept\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"2024-01-01\",\"state\":\"applied\"}");
    assert_int_equal(world->end.met_count[MET_IDLE], 1);
}

static void waiving_what_is_not_at_fault_has_no_effect(void **state)
{
    World *world = *state;
    static const CheckId waived[] = {CHECK_tilt_deg, CHECK_lip_gap, CHECK_yaw_deg, CHECK_eye_opening, CHECK_same_picture};
    row(world, "/" ONE ".jpg")->faults = "[{\"check\":\"lip_gap\",\"level\":\"REVIEW\"},{\"check\":\"yaw_deg\",\"level\":\"NOTE\"},"
                                         "{\"check\":\"eye_opening\",\"level\":\"MISSING\"}]";
    for (size_t i = 0; i < sizeof waived / sizeof *waived; i++)
        decide(world, ONE, RULING_WAIVE, waived[i]);
    settle(world);
    static const Met met[] = {MET_IDLE, MET_PHOTO, MET_IDLE, MET_PHOTO, MET_IDLE};
    for (size_t i = 0; i < sizeof met / sizeof *met; i++)
        assert_int_equal(world->end.met[i], met[i]);
    says(json_of(world, 0), "\"waived\":[\"eye_opening\",\"lip_gap\"]");
    says(json_of(world, 0), "\"check\":\"tilt_deg\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"2024-01-01\",\"state\":\"no_effect\"");
}

/* The older file is listed again, and a person takes back the newer photo that counts. */
static void a_rejection_that_takes_a_kept_photo_away_has_met_it(void **state)
{
    World *world = *state;
    SettleRow *kept = row(world, "kept:" ONE);
    row(world, "/" ONE ".jpg");
    kept->shown = "/was/" ONE ".jpg";
    kept->kept = true;
    kept->attempt = 2;
    strcpy(decide(world, ONE, RULING_REJECT, CHECK_COUNT)->sha256, "kept:" ONE);
    settle(world);
    assert_true(world->end.rows[0].drop && world->end.rows[1].ready);
    assert_int_equal(world->end.met[0], MET_PHOTO);
}

/* Two people, the picture of one. `known`: what the acceptance of the first one's was met with. */
static void accepts(World *world, uint8_t known, bool waived, const char *state)
{
    for (int i = 0; i < 2; i++) {
        SettleRow *out = row(world, i ? "/" TWO ".jpg" : "/" ONE ".jpg");
        out->judged = VERDICT_REVIEW;
        out->faults = "[{\"check\":\"tilt_deg\",\"level\":\"REVIEW\"}]";
        out->alike = true;
        out->likeness[0] = 1;
    }
    Decision *accept = decide(world, ONE, RULING_ACCEPT, CHECK_COUNT);
    accept->known = known;
    if (waived)
        decide(world, ONE, RULING_WAIVE, CHECK_same_picture);
    settle(world);
    bool applied = strcmp(state, "applied") == 0;
    assert_int_equal(world->end.rows[0].verdict, applied ? VERDICT_PASS : VERDICT_REVIEW);
    assert_int_equal(world->end.rows[0].ready, applied);
    assert_int_equal(world->end.rows[0].outgrown, !applied);
    assert_int_equal(world->end.met[0], applied ? MET_PHOTO : MET_IDLE);
    assert_int_equal(accept->now, waived ? DECISION_MET : DECISION_MET | 2);
    const char *said = arena_print(world->arena, "\"decision\":\"accept\",\"by\":\"b\",\"reason\":\"r\",\"date\":\"2024-01-01\",\"state\":\"%s\"", state);
    says(json_of(world, 0), said);
}

static void an_acceptance_covers_no_twin_that_came_later(void **state)
{
    accepts(*state, DECISION_MET, false, "outgrown");
}

static void an_acceptance_covers_the_twin_that_was_known(void **state)
{
    accepts(*state, DECISION_MET | 2, false, "applied");
}

static void an_acceptance_that_is_new_covers_all(void **state)
{
    accepts(*state, 0, false, "applied");
}

static void a_twin_that_came_later_can_be_waived(void **state)
{
    accepts(*state, DECISION_MET, true, "applied");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_decision_knows_what_it_met),
        IN_WORLD(a_rejection_of_the_photo_of_before_has_not_lapsed),
        IN_WORLD(a_decision_that_a_later_line_outdoes_has_no_effect),
        IN_WORLD(waiving_what_is_not_at_fault_has_no_effect),
        IN_WORLD(a_rejection_that_takes_a_kept_photo_away_has_met_it),
        IN_WORLD(an_acceptance_covers_no_twin_that_came_later),
        IN_WORLD(an_acceptance_covers_the_twin_that_was_known),
        IN_WORLD(an_acceptance_that_is_new_covers_all),
        IN_WORLD(a_twin_that_came_later_can_be_waived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
