/* SPDX-License-Identifier: MIT */
/* The broken, odd and hostile files of shared/bad through read and decode, against what their list
 * expects of them. */
#include "../../stages/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <cmocka.h>

#include "../../stages/read.h"

static Arena *arena;

typedef struct Listed {
    char file[200], kind[100], expect[200];
} Listed;

static Listed listed[300];
static int listed_count;

static const char *folder(void)
{
    const char *shared = getenv("HEADROOM_SHARED");
    return arena_print(arena, "%s/bad", shared ? shared : SOURCE_DIR "/../shared");
}

/* The next field of a CSV line; quotes may hold commas. */
static char *next_field(char **line)
{
    char *start = *line, quote = *start == '"' ? '"' : ',';
    if (quote == '"')
        start++;
    char *end = start;
    while (*end && *end != quote && *end != '\n')
        end++;
    char *rest = end + (*end == '"');
    *line = rest + (*rest != '\0');
    *end = '\0';
    return start;
}

static bool list_load(void)
{
    FILE *in = fopen(arena_print(arena, "%s/ORIGINS.csv", folder()), "r");
    if (!in)
        return false;
    char line[2000];
    while (fgets(line, sizeof line, in) && listed_count < 300) {
        char *at = line;
        Listed *row = &listed[listed_count];
        snprintf(row->file, sizeof row->file, "%s", next_field(&at));
        next_field(&at);
        snprintf(row->kind, sizeof row->kind, "%s", next_field(&at));
        snprintf(row->expect, sizeof row->expect, "%s", next_field(&at));
        listed_count += strcmp(row->file, "file") != 0;
    }
    fclose(in);
    return true;
}

static double now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

typedef struct Outcome {
    Source source;
    Facts facts;
    Decoded decoded;
    double ms;
} Outcome;

static Profile profile_of(void)
{
    Profile profile = {.pixels_max_mp = 100, .scans_max = 64, .source_bytes_max = 64 << 20};
    profile.want[CHECK_source_quality] = (Want){true, {60, 100}, {60, 100}, LEVEL_REVIEW};
    return profile;
}

static Outcome run_file(const char *name)
{
    Outcome outcome;
    Profile profile = profile_of();
    facts_clear(&outcome.facts);
    const char *path = arena_print(arena, "%s/%s", folder(), name);
    double start = now_ms();
    Err err = read_source(arena, path, &profile, &outcome.source, &outcome.facts);
    if (!err.code)
        err = decode_source(arena, &profile, 20000, &outcome.source, &outcome.facts,
                            &outcome.decoded);
    outcome.ms = now_ms() - start;
    if (err.code)
        fail_msg("'%s': %s", name, err.text);
    return outcome;
}

/* Some fact says that this file is not to be used as it is. */
static bool is_clean(const Outcome *outcome)
{
    const double *v = outcome->facts.v;
    return v[CHECK_readable] == 1 && v[CHECK_is_jpeg] == 1 && v[CHECK_damage] == 0 &&
           v[CHECK_end_marker] == 1 && v[CHECK_source_trailing_bytes] == 0 &&
           v[CHECK_source_quality] >= 60 && outcome->decoded.picture.rgb &&
           outcome->source.width_px >= 480 && outcome->source.height_px >= 640;
}

static bool expects_a_fault(const Listed *row)
{
    static const char *const words[] = {"reject", "damaged", "warn", "fault", "note"};
    if (strstr(row->expect, "decode or clean reject"))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(row->expect, words[i]))
            return true;
    return false;
}

/* Flipped bits that stay valid Huffman codes: libjpeg itself decodes these without a word, so no
 * decoder's warning can tell; what they do to the picture is left to the measures on pixels. */
static const char *const unseen[] = {"hand_bitflip_00.jpg", "hand_bitflip_01.jpg",
                                     "hand_bitflip_02.jpg", "hand_bitflip_03.jpg",
                                     "hand_bitflip_11.jpg",
                                     /* decodes whole and without a warning in djpeg as well */
                                     "crash_050_d22db5be7594c17a18a047ca9264ea0a.jpg"};

static bool is_unseen(const char *name)
{
    for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
        if (!strcmp(unseen[i], name))
            return true;
    return false;
}

static void faulty_files_are_not_clean(void **state)
{
    (void)state;
    int faulty = 0, missed = 0;
    for (int i = 0; i < listed_count; i++) {
        Outcome outcome = run_file(listed[i].file);
        bool clean = is_clean(&outcome);
        if (expects_a_fault(&listed[i])) {
            faulty++;
            if (clean && !is_unseen(listed[i].file))
                fail_msg("'%s' (%s) is clean", listed[i].file, listed[i].expect);
            if (clean) {
                missed++;
                print_message("cannot be seen by decoding: %s (%s)\n", listed[i].file,
                              listed[i].kind);
            } else if (is_unseen(listed[i].file)) {
                fail_msg("'%s' can be seen: take it off the list", listed[i].file);
            }
        }
        arena_reset(arena);
    }
    print_message("%d files, %d expected faulty, %d of them cannot be seen\n", listed_count, faulty,
                  missed);
    assert_true(listed_count >= 127 && faulty > 80);
}

static void sound_files_are_decoded(void **state)
{
    (void)state;
    static const char *const sound[] = {
        "hand_444.jpg",          "hand_prog.jpg",         "hand_rst.jpg",
        "hand_arith.jpg",        "hand_dpi72.jpg",        "hand_40comments.jpg",
        "hand_exif_orient1.jpg", "hand_exif_orient6.jpg", "hand_exif_orient9.jpg"};
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
        Outcome outcome = run_file(sound[i]);
        if (!is_clean(&outcome))
            fail_msg("'%s' is not clean", sound[i]);
        assert_int_equal(outcome.source.width_px, 675);
        arena_reset(arena);
    }
}

static void no_file_takes_a_second(void **state)
{
    (void)state;
    double most = 0;
    const char *slowest = "";
    for (int i = 0; i < listed_count; i++) {
        double ms = run_file(listed[i].file).ms;
        if (ms > most) {
            most = ms;
            slowest = listed[i].file;
        }
        if (ms > 1000)
            fail_msg("'%s' takes %.0f ms", listed[i].file, ms);
        arena_reset(arena);
    }
    print_message("slowest: %s, %.1f ms\n", slowest, most);
}

#ifdef __SANITIZE_ADDRESS__
enum { REFUSED_MS = 20 }; /* every access is checked */
#else
enum { REFUSED_MS = 5 };
#endif

static void bombs_are_refused_from_the_header(void **state)
{
    (void)state;
    static const char *const bombs[] = {"hand_bomb_65500.jpg", "hand_bomb_30000.jpg",
                                        "hand_bomb_prog.jpg", "hand_real_108MP.jpg"};
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        double best = 1e9;
        for (int round = 0; round < 10; round++) {
            arena_reset(arena);
            Outcome outcome = run_file(bombs[i]);
            assert_null(outcome.decoded.picture.rgb);
            assert_true(outcome.facts.v[CHECK_megapixels] > 100);
            assert_true(isnan(outcome.facts.v[CHECK_damage])); /* nobody decoded it */
            assert_true(arena_used(arena) < outcome.source.bytes + 100000);
            best = outcome.ms < best ? outcome.ms : best;
        }
        print_message("%s: refused in %.3f ms\n", bombs[i], best);
        assert_true(best < REFUSED_MS);
    }
}

static int start(void **state)
{
    (void)state;
    arena = arena_create(600u << 20);
    if (!list_load()) {
        print_message("'%s' is absent: nothing to test\n", folder());
        exit(0);
    }
    return 0;
}

static int stop(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faulty_files_are_not_clean),
        cmocka_unit_test(sound_files_are_decoded),
        cmocka_unit_test(no_file_takes_a_second),
        cmocka_unit_test(bombs_are_refused_from_the_header),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
