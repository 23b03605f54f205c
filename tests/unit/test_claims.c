/* SPDX-License-Identifier: MIT */
#include "settle_world.h"
#include <math.h>

static void the_same_bytes_under_two_ids_stop_both(void **state)
{
    World *world = *state;
    row(world, "/" ONE ".jpg")->sha256 = "aa";
    row(world, "/" TWO ".jpg")->sha256 = "aa";
    row(world, "/" THREE ".jpg")->sha256 = "bb";
    row(world, "/" OLD15 ".jpg")->sha256 = "cc"; /* one person, two copies */
    row(world, "/" OLD18 ".jpg")->sha256 = "cc";
    row(world, "/nobody.jpg")->sha256 = "bb";
    const Settled *end = settle(world);
    static const double others[] = {1, 1, 0, 0, 0};
    static const char *const twins[] = {TWO, ONE, NULL, NULL, NULL};
    for (int i = 0; i < 5; i++) {
        assert_true(end[i].facts[CHECK_same_bytes] == others[i]);
        assert_true(twins[i] ? end[i].twin && strcmp(end[i].twin, twins[i]) == 0 : !end[i].twin);
    }
    assert_int_equal(end[0].verdict, VERDICT_REJECT);
    assert_int_equal(end[1].verdict, VERDICT_REJECT);
    assert_int_equal(end[2].verdict, VERDICT_PASS);
}

/* While photos come home: others may follow, and others came before. */
static void nobody_is_alone_before_the_end(void **state)
{
    World *world = *state;
    row(world, "/" ONE ".jpg")->sha256 = "aa";
    row(world, "/" TWO ".jpg")->sha256 = "bb";
    world->rows[1].elsewhere = 2;
    world->ask.provisional = true;
    const Settled *end = settle(world);
    assert_true(isnan(end[0].facts[CHECK_same_bytes]));
    assert_int_equal(end[0].verdict, VERDICT_PASS);
    assert_true(end[1].facts[CHECK_same_bytes] == 2);
    assert_int_equal(end[1].verdict, VERDICT_REJECT);
}

/* TWO holds the bytes of ONE. What became of ONE's own claim, and how TWO fares. */
static void who_withdrew_a_photo_stands_in_nobodys_way(void **state)
{
    typedef enum How { HOW_STAYS, HOW_REJECTED, HOW_GONE, HOW_BOTH_GONE, HOW_NEWER_GOOD, HOW_NEWER_BAD } How;
    static const struct { How how; Verdict one, two; bool drop; } cases[] = {
        {HOW_STAYS,      VERDICT_REJECT, VERDICT_REJECT, false},
        {HOW_REJECTED,   VERDICT_REJECT, VERDICT_PASS,   false},
        {HOW_GONE,       VERDICT_REJECT, VERDICT_PASS,   true},
        {HOW_BOTH_GONE,  VERDICT_REJECT, VERDICT_REJECT, false},
        {HOW_NEWER_GOOD, VERDICT_REJECT, VERDICT_PASS,   true},
        {HOW_NEWER_BAD,  VERDICT_REJECT, VERDICT_REJECT, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        World *world;
        How how = cases[i].how;
        set_up((void **)&world);
        SettleRow *one = row(world, how < HOW_NEWER_GOOD ? "/" ONE ".jpg" : "kept:" ONE);
        SettleRow *two = row(world, "/" TWO ".jpg");
        one->shown = "/" ONE ".jpg";
        one->sha256 = two->sha256 = "aa";
        one->gone = how == HOW_GONE || how == HOW_BOTH_GONE;
        two->gone = how == HOW_BOTH_GONE;
        if (how == HOW_REJECTED)
            strcpy(decide(world, ONE, RULING_REJECT, CHECK_COUNT)->sha256, "aa");
        if (how >= HOW_NEWER_GOOD) {
            one->kept = true;
            SettleRow *newer = row(world, "/" ONE ".jpg");
            newer->attempt = 2;
            newer->judged = how == HOW_NEWER_BAD ? VERDICT_REJECT : VERDICT_PASS;
        }
        const Settled *end = settle(world);
        if (end[0].verdict != cases[i].one || end[1].verdict != cases[i].two || end[0].drop != cases[i].drop)
            fail_msg("case %zu: verdicts %d and %d, drop %d", i, end[0].verdict, end[1].verdict, end[0].drop);
        tear_down((void **)&world);
    }
}

/* ONE counted and its file is gone; TWO has the bytes now. Whatever a person says, nothing is lost. */
static void who_gives_way_waits_for_the_word_on_the_other(void **state)
{
    World *world = *state;
    static const Counted counted[] = {{"aa", ONE}};
    world->ask.counted = counted;
    world->ask.counted_count = 1;
    SettleRow *one = row(world, "/" ONE ".jpg");
    one->gone = true;
    one->sha256 = row(world, "/" TWO ".jpg")->sha256 = "aa";
    const Settled *end = settle(world);
    assert_int_equal(end[0].verdict, VERDICT_REJECT);
    assert_int_equal(end[1].verdict, VERDICT_REVIEW);
    assert_false(end[0].drop);
    Decision *word = decide(world, TWO, RULING_ACCEPT, CHECK_COUNT);
    strcpy(word->sha256, "aa");
    end = settle(world);
    assert_true(end[0].drop && end[1].ready);
    word->ruling = RULING_REJECT;
    end = settle(world);
    assert_true(end[0].ready && !end[0].drop && end[1].verdict == VERDICT_REJECT);
}

/* ONE's earlier attempt is not asked for: it stands in nobody's way, and nobody's photo goes before TWO's counts. */
static void an_earlier_attempt_that_does_not_count_gives_way(void **state)
{
    World *world = *state;
    SettleRow *kept = row(world, "kept:" ONE), *two = row(world, "/" TWO ".jpg");
    kept->shown = "/was/" ONE ".jpg";
    kept->kept = true;
    kept->sha256 = two->sha256 = "aa";
    row(world, "/" ONE ".jpg")->judged = VERDICT_REJECT;
    const Settled *end = settle(world);
    assert_int_equal(end[0].verdict, VERDICT_REJECT); /* that of who is asked for does not */
    assert_int_equal(end[1].verdict, VERDICT_REJECT);
    person(world, ONE)->eligible = false;
    person(world, TWO);
    end = settle(world);
    assert_true(end[1].ready && end[0].drop);
    two->judged = VERDICT_REJECT;
    end = settle(world);
    assert_true(!end[1].ready && !end[0].drop);
}

static void bytes_that_counted_for_another_ask_for_a_look(void **state)
{
    World *world = *state;
    const Counted counted[] = {{"aa", ONE}, {"aa", TWO}, {"bb", ONE}, {"cc", THREE}, {"dd", COUNTED_SOUND ONE}};
    world->ask.counted = counted;
    world->ask.counted_count = 5;
    row(world, "/" TWO ".jpg")->sha256 = "bb";
    row(world, "/" THREE ".jpg")->sha256 = "cc";
    row(world, "/" OLD15 ".jpg")->sha256 = "dd";
    const Settled *end = settle(world);
    assert_int_equal(end[0].verdict, VERDICT_REVIEW);
    assert_true(end[0].facts[CHECK_same_picture] == 0);
    assert_string_equal(end[0].twin, ONE);
    assert_true(end[0].twin_before);
    assert_int_equal(end[1].verdict, VERDICT_PASS);
    assert_int_equal(end[2].verdict, VERDICT_PASS);
    strcpy(decide(world, ONE, RULING_REJECT, CHECK_COUNT)->sha256, "bb"); /* it was never ONE's */
    assert_int_equal(settle(world)[0].verdict, VERDICT_PASS);
    world->decisions.count = 0;
    person(world, TWO); /* a roster that does not know ONE */
    assert_int_equal(settle(world)[0].verdict, VERDICT_PASS);
}

static void nearly_the_same_picture_asks_for_a_look_at_both(void **state)
{
    static const struct { int bits; Verdict verdict; } cases[] = {
        {0, VERDICT_REVIEW}, {23, VERDICT_REVIEW}, {24, VERDICT_PASS}, {25, VERDICT_PASS}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        World *world;
        set_up((void **)&world);
        row(world, "/" ONE ".jpg")->alike = true;
        SettleRow *other = row(world, "/" TWO ".jpg");
        other->alike = true;
        for (int bit = 0; bit < cases[i].bits; bit++)
            other->likeness[bit % ALIKE_WORDS] |= 1ULL << bit;
        const Settled *end = settle(world);
        assert_int_equal(end[0].verdict, cases[i].verdict);
        assert_int_equal(end[1].verdict, cases[i].verdict);
        assert_true(cases[i].verdict == VERDICT_REVIEW ? strcmp(end[0].twin, TWO) == 0 && strcmp(end[1].twin, ONE) == 0
                                                       : !end[0].twin && !end[1].twin);
        assert_false(end[0].twin_before || end[1].twin_before);
        tear_down((void **)&world);
    }
    (void)state;
}

/* ONE's first photo has TWO's bytes, or nearly THREE's picture; the newer one has the likeness of OLD18's photo, or its
 * bytes, or none that is known. All files are gone but those that are `there`. */
static void an_earlier_attempt_is_compared_once_the_newer_one_does_not_count(void **state)
{
    static const struct { const char *newer, *first; bool there; Verdict kept, other; bool drop; } cases[] = {
        {"good", "bytes",   false, VERDICT_REJECT, VERDICT_PASS,   true},
        {"good", "picture", false, VERDICT_PASS,   VERDICT_PASS,   true},
        {"like", "nothing", false, VERDICT_PASS,   VERDICT_PASS,   false},
        {"like", "bytes",   false, VERDICT_REJECT, VERDICT_PASS,   false},
        {"like", "bytes",   true,  VERDICT_REJECT, VERDICT_PASS,   true},
        {"same", "bytes",   false, VERDICT_REJECT, VERDICT_PASS,   false},
        {"like", "picture", false, VERDICT_REVIEW, VERDICT_REVIEW, false},
        {"same", "picture", false, VERDICT_REVIEW, VERDICT_REVIEW, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        World *world;
        set_up((void **)&world);
        bool bytes = strcmp(cases[i].first, "bytes") == 0, picture = strcmp(cases[i].first, "picture") == 0;
        SettleRow *kept = row(world, "kept:" ONE), *newer = row(world, "/" ONE ".jpg"), *last = row(world, "/" OLD18 ".jpg");
        SettleRow *other = row(world, bytes ? "/" TWO ".jpg" : "/" THREE ".jpg");
        kept->shown = "/was/" ONE ".jpg";
        kept->kept = true;
        kept->gone = newer->gone = true;
        newer->attempt = 2;
        other->gone = !cases[i].there;
        kept->alike = other->alike = picture;
        newer->alike = last->alike = true;
        memset(newer->likeness, 0xff, sizeof newer->likeness);
        if (strcmp(cases[i].newer, "good") != 0)
            memset(last->likeness, 0xff, sizeof last->likeness);
        else
            memset(last->likeness, 0x0f, sizeof last->likeness);
        if (strcmp(cases[i].newer, "same") == 0)
            newer->sha256 = last->sha256;
        if (bytes)
            kept->sha256 = other->sha256;
        const Settled *end = settle(world);
        if (end[0].drop != cases[i].drop || end[3].verdict != cases[i].other || (!end[0].drop && end[0].verdict != cases[i].kept) ||
            (end[0].ready && !end[0].drop) != (cases[i].kept == VERDICT_PASS && !cases[i].drop))
            fail_msg("case %zu: verdicts %d and %d, drop %d", i, end[0].verdict, end[3].verdict, end[0].drop);
        tear_down((void **)&world);
    }
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(the_same_bytes_under_two_ids_stop_both),
        IN_WORLD(nobody_is_alone_before_the_end),
        cmocka_unit_test(who_withdrew_a_photo_stands_in_nobodys_way),
        IN_WORLD(who_gives_way_waits_for_the_word_on_the_other),
        IN_WORLD(an_earlier_attempt_that_does_not_count_gives_way),
        IN_WORLD(bytes_that_counted_for_another_ask_for_a_look),
        cmocka_unit_test(nearly_the_same_picture_asks_for_a_look_at_both),
        cmocka_unit_test(an_earlier_attempt_is_compared_once_the_newer_one_does_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
