/* SPDX-License-Identifier: MIT */
#include "../../pipeline/err.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif
#include <cmocka.h> /* has a macro fail(): ours is called (fail)(...) here */

enum { MIB = 1 << 20 };

static void memory_is_aligned_and_apart(void **state)
{
    (void)state;
    Arena *arena = arena_create(4 * MIB);
    uint8_t *last_end = NULL;
    for (size_t bytes = 0; bytes < 300; bytes++) {
        uint8_t *piece = arena_alloc(arena, bytes);
        assert_non_null(piece);
        assert_int_equal((uintptr_t)piece % 64, 0);
        assert_true(piece >= last_end);
        memset(piece, 0xa5, bytes);
        last_end = piece + bytes;
    }
    arena_destroy(arena);
}

static void memory_is_zero_also_after_reset(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 64, 5000, 31 * MIB, 20 * MIB, 40 * MIB};
    Arena *arena = arena_create(100u * MIB);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            uint8_t *piece = arena_alloc(arena, sizes[i]);
            assert_non_null(piece);
            for (size_t at = 0; at < sizes[i]; at++)
                if (piece[at])
                    fail_msg("byte %zu of %zu is %d in round %d", at, sizes[i], piece[at], round);
            memset(piece, 0xff, sizes[i]);
        }
        arena_reset(arena);
    }
    arena_destroy(arena);
}

static void cap_holds_to_the_byte(void **state)
{
    (void)state;
    static const struct {
        size_t cap, first, second;
        bool first_fits, second_fits;
    } cases[] = {
        {640, 640, 1, true, false},
        {640, 641, 1, false, true},
        {640, 576, 64, true, true},
        {640, 576, 65, true, false},
        {640, 0, 577, true, false},
        {640, 0, 576, true, true},
        {0, 0, 1, false, false},
        {640, SIZE_MAX, 1, false, true},
        {640, SIZE_MAX - 63, 640, false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena *arena = arena_create(cases[i].cap);
        for (int round = 0; round < 2; round++) { /* the same after a reset */
            assert_int_equal(arena_alloc(arena, cases[i].first) != NULL, cases[i].first_fits);
            assert_int_equal(arena_alloc(arena, cases[i].second) != NULL, cases[i].second_fits);
            arena_reset(arena);
        }
        arena_destroy(arena);
    }
}

static void used_counts_since_the_last_reset(void **state)
{
    (void)state;
    Arena *arena = arena_create(MIB);
    assert_int_equal(arena_used(arena), 0);
    (void)arena_alloc(arena, 100);
    assert_int_equal(arena_used(arena), 128);
    (void)arena_alloc(arena, 2 * MIB); /* refused, so not counted */
    assert_int_equal(arena_used(arena), 128);
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
    arena_destroy(arena);
}

static void short_texts_share_a_piece_and_stay_apart(void **state)
{
    (void)state;
    enum { TEXTS = 1000 };
    Arena *arena = arena_create(MIB);
    char *texts[TEXTS], wanted[80];
    for (int round = 0; round < 2; round++) {
        size_t bytes = 0;
        for (int i = 0; i < TEXTS; i++) {
            snprintf(wanted, sizeof wanted, "%0*d", i % 70 + 1, i);
            texts[i] = i % 2 ? arena_copy(arena, wanted) : arena_print(arena, "%s", wanted);
            bytes += strlen(wanted) + 8;
            if (i % 100 == 99)
                memset(arena_alloc(arena, 100), 0xff, 100);
        }
        for (int i = 0; i < TEXTS; i++) {
            snprintf(wanted, sizeof wanted, "%0*d", i % 70 + 1, i);
            assert_string_equal(texts[i], wanted);
        }
        assert_true(arena_used(arena) < bytes * 3 / 2);
        arena_reset(arena);
    }
    arena_destroy(arena);
}

static size_t resident_bytes(void)
{
    unsigned long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu %lu", &size, &resident), 2);
    fclose(file);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

static void reset_gives_back_all_but_32_mib(void **state)
{
    (void)state;
    Arena *arena = arena_create(200u * MIB);
    assert_non_null(arena_raw(arena, 150u * MIB)); /* a sanitizer keeps notes of them: not counted */
    arena_reset(arena);
    size_t before = resident_bytes();
    memset(arena_alloc(arena, 150u * MIB), 1, 150u * MIB);
    assert_true(resident_bytes() > before + 140u * MIB);
    arena_reset(arena);
    size_t after = resident_bytes();
    assert_true(after < before + 40u * MIB);
    arena_destroy(arena);
}

static void text_is_copied_and_printed(void **state)
{
    (void)state;
    Arena *arena = arena_create(1024);
    assert_string_equal(arena_copy(arena, "head"), "head");
    assert_string_equal(arena_copy(arena, ""), "");
    errno = ENOENT;
    assert_string_equal(arena_print(arena, "cannot open '%s': %m", "x"),
                        "cannot open 'x': No such file or directory");
    assert_null(arena_print(arena, "%2000d", 1));
    arena_destroy(arena);
}

static void lists_grow_and_keep_what_they_hold(void **state)
{
    (void)state;
    Arena *arena = arena_create(1 << 14);
    size_t count = 0, room = 0;
    int *list = NULL, *more;
    while ((more = arena_more(arena, list, count, &room, sizeof *list))) {
        list = more;
        list[count] = (int)count;
        count++;
    }
    assert_true(count == room && count >= 512); /* and what there was stands when no more fits */
    for (size_t i = 0; i < count; i++)
        assert_int_equal(list[i], i);
    assert_null(arena_more(arena, NULL, 0, &(size_t){0}, SIZE_MAX / 2));
    arena_destroy(arena);
}

static void errors_keep_their_code_in_a_full_arena(void **state)
{
    (void)state;
    Arena *arena = arena_create(64);
    errno = EACCES;
    Err err = (fail)(arena, ERR_IO, "cannot read '%s': %m", "a");
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.text, "cannot read 'a': Permission denied");
    err = (fail)(arena, ERR_MODEL, "no room for '%s'", "b");
    assert_int_equal(err.code, ERR_MODEL);
    assert_string_equal(err.text, "no room for '%s'");
    err = (fail)(arena, ERR_IO, "%s", "the words of another arena");
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.text, "no memory to say what is wrong");
    err = (fail)(NULL, ERR_USAGE, "nothing");
    assert_int_equal(err.code, ERR_USAGE);
    arena_destroy(arena);
}

static Err fails_at(int step, int *reached)
{
    for (*reached = 0; *reached < 3; (*reached)++)
        TRY(*reached == step ? ((Err){ERR_IO, "stop"}) : OK);
    return OK;
}

static void try_forwards_the_first_error(void **state)
{
    (void)state;
    int reached;
    assert_int_equal(fails_at(1, &reached).code, ERR_IO);
    assert_int_equal(reached, 1);
    assert_int_equal(fails_at(9, &reached).code, ERR_NONE);
    assert_int_equal(reached, 3);
}

static void what_is_not_handed_out_is_poisoned(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    static const size_t sizes[] = {1, 100, 4 * MIB - 300, 4 * MIB, 40 * MIB};
    Arena *arena = arena_create(100u * MIB);
    for (int round = 0; round < 2; round++) {
        uint8_t *piece = NULL;
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            piece = arena_alloc(arena, sizes[i]);
            assert_non_null(piece);
            assert_null(__asan_region_is_poisoned(piece, sizes[i]));
            for (size_t past = 0; past < 64; past++)
                assert_true(__asan_address_is_poisoned(piece + sizes[i] + past));
        }
        arena_reset(arena);
        assert_true(__asan_address_is_poisoned(piece));
        assert_true(__asan_address_is_poisoned(piece + 40 * MIB - 1));
    }
    arena_destroy(arena);
#else
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_aligned_and_apart),
        cmocka_unit_test(memory_is_zero_also_after_reset),
        cmocka_unit_test(cap_holds_to_the_byte),
        cmocka_unit_test(what_is_not_handed_out_is_poisoned),
        cmocka_unit_test(used_counts_since_the_last_reset),
        cmocka_unit_test(reset_gives_back_all_but_32_mib),
        cmocka_unit_test(short_texts_share_a_piece_and_stay_apart),
        cmocka_unit_test(text_is_copied_and_printed),
        cmocka_unit_test(lists_grow_and_keep_what_they_hold),
        cmocka_unit_test(errors_keep_their_code_in_a_full_arena),
        cmocka_unit_test(try_forwards_the_first_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
