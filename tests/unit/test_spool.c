/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "../../pipeline/spool.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static Arena *arena;
static char folder[] = "/tmp/spool.XXXXXX";

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(1 << 26);
    return !arena || !mkdtemp(folder);
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(arena);
    return rmdir(folder); /* nothing may be left in it */
}

/* `count` records in a scattered order, every key three times; by `bytes` of memory. */
static void sorts(size_t bytes, unsigned count)
{
    SpoolAsk ask = {folder, bytes, 3, 2};
    Spool *spool;
    const char *const *texts;
    char before[64] = "", long_text[300];
    unsigned seen = 0, last = 0;
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    assert_int_equal(spool_open(arena, &ask, &spool).code, ERR_NONE);
    for (unsigned i = 0; i < count; i++) {
        char group[16], id[16], rest[400];
        unsigned key = i * 7919u % (count / 3);
        snprintf(group, sizeof group, "%s", key % 5 ? "b" : "");
        snprintf(id, sizeof id, "%06u", key);
        snprintf(rest, sizeof rest, "%u %s", i, i % 97 ? "" : long_text);
        assert_int_equal(spool_add(spool, (const char *const[]){group, id, rest}).code, ERR_NONE);
    }
    for (int round = 0; round < 2; round++) { /* the second time from the first one again */
        before[0] = '\0';
        seen = 0;
        for (;; seen++) {
            char key[64];
            unsigned at;
            assert_int_equal(spool_next(spool, &texts).code, ERR_NONE);
            if (!texts)
                break;
            assert_int_equal(sscanf(texts[2], "%u", &at), 1);
            assert_string_equal(texts[2] + strcspn(texts[2], " ") + 1, at % 97 ? "" : long_text);
            snprintf(key, sizeof key, "%s %s", texts[0], texts[1]);
            assert_true(strcmp(before, key) <= 0);
            if (strcmp(before, key) == 0)
                assert_true(at > last);
            strcpy(before, key);
            last = at;
        }
        assert_int_equal(seen, count);
        assert_int_equal(spool_again(spool).code, ERR_NONE);
    }
    for (seen = 0; seen < count / 2; seen++) /* and from the midst */
        assert_int_equal(spool_next(spool, &texts).code, ERR_NONE);
    assert_int_equal(spool_again(spool).code, ERR_NONE);
    for (seen = 0; texts; seen += texts != NULL)
        assert_int_equal(spool_next(spool, &texts).code, ERR_NONE);
    assert_int_equal(seen, count);
    assert_int_equal(spool_next(spool, &texts).code, ERR_NONE);
    assert_null(texts);
    spool_close(spool);
}

static void records_come_sorted_and_equal_ones_as_added(void **state)
{
    (void)state;
    sorts(1 << 20, 3000);
}

static void records_beyond_memory_come_in_the_same_order(void **state)
{
    (void)state;
    sorts(4096, 3000);  /* many runs */
    sorts(1 << 16, 30000);
    sorts(512, 300);    /* hardly more than the longest one */
}

static void nothing_added_is_nothing_back(void **state)
{
    (void)state;
    SpoolAsk ask = {folder, 4096, 1, 1};
    Spool *spool;
    const char *const *texts;
    assert_int_equal(spool_open(arena, &ask, &spool).code, ERR_NONE);
    assert_int_equal(spool_next(spool, &texts).code, ERR_NONE);
    assert_null(texts);
    spool_close(spool);
}

static void what_cannot_be_held_or_written_is_an_error(void **state)
{
    (void)state;
    SpoolAsk ask = {"/nowhere", 64, 1, 1};
    Spool *spool;
    char text[128];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(spool_open(arena, &ask, &spool).code, ERR_NONE);
    assert_int_equal(spool_add(spool, (const char *const[]){text}).code, ERR_MEMORY);
    text[40] = '\0';
    assert_int_equal(spool_add(spool, (const char *const[]){text}).code, ERR_NONE);
    assert_int_equal(spool_add(spool, (const char *const[]){text}).code, ERR_IO); /* a run is needed */
    spool_close(spool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_sorted_and_equal_ones_as_added),
        cmocka_unit_test(records_beyond_memory_come_in_the_same_order),
        cmocka_unit_test(nothing_added_is_nothing_back),
        cmocka_unit_test(what_cannot_be_held_or_written_is_an_error),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
