/* SPDX-License-Identifier: MIT */
#include "../../pipeline/shard.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const variables[] = {
    "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_STEP", "SLURM_ARRAY_TASK_COUNT",
    "SGE_TASK_ID", "SGE_TASK_FIRST", "SGE_TASK_LAST", "SGE_TASK_STEPSIZE", "LSB_JOBINDEX", "LSB_JOBINDEX_END",
    "LSB_JOBINDEX_STEP", "PBS_ARRAY_INDEX", "JOB_COMPLETION_INDEX",
};

#define SLURM(id, min, count) "SLURM_ARRAY_TASK_ID=" id " SLURM_ARRAY_TASK_MIN=" min " SLURM_ARRAY_TASK_COUNT=" count
#define SGE(id, first, last, step) "SGE_TASK_ID=" id " SGE_TASK_FIRST=" first " SGE_TASK_LAST=" last " SGE_TASK_STEPSIZE=" step

/* What the environment says, what was asked for, and which shard that is; index 0: refused, with this word in it. */
// clang-format off
static const struct { const char *environment, *asked; unsigned index, count; const char *word; } cases[] = {
    {"", "1/1",         1, 1, NULL},
    {"", "3/12",        3, 12, NULL},
    {"", "12/12",       12, 12, NULL},
    {"", "99999/99999", 99999, 99999, NULL},
    {"", "007/012",     7, 12, NULL},
    {"", "0/12",        0, 0, "0/12"},
    {"", "13/12",       0, 0, "13/12"},
    {"", "1/0",         0, 0, "1/0"},
    {"", "1/100000",    0, 0, "100000"},
    {"", "1",           0, 0, "I/N"},
    {"", "/12",         0, 0, "I/N"},
    {"", "1/",          0, 0, "I/N"},
    {"", "1/12/3",      0, 0, "I/N"},
    {"", "-1/12",       0, 0, "I/N"},
    {"", "+1/12",       0, 0, "I/N"},
    {"", " 1/12",       0, 0, "I/N"},
    {"", "1/12 ",       0, 0, "I/N"},
    {"", "1.0/12",      0, 0, "I/N"},
    {"", "4294967297/4294967297", 0, 0, "I/N"},
    {"", "Auto",        0, 0, "I/N"},
    {"", "auto/",       0, 0, "I/N"},
    {"", "auto/0",      0, 0, "I/N"},
    {"", "auto/x",      0, 0, "I/N"},
    {"", "auto",        0, 0, "SLURM_ARRAY_TASK_ID, SGE_TASK_ID, LSB_JOBINDEX, PBS_ARRAY_INDEX, JOB_COMPLETION_INDEX"},
    {"", "auto/12",     0, 0, "JOB_COMPLETION_INDEX"},
    {"SLURM_ARRAY_TASK_ID=5", "2/3", 2, 3, NULL}, /* by hand is by hand */
    {SLURM("0", "0", "12"), "auto",  1, 12, NULL},
    {SLURM("11", "0", "12"), "auto", 12, 12, NULL},
    {SLURM("1", "1", "12"), "auto",  1, 12, NULL},
    {SLURM("12", "1", "12"), "auto", 12, 12, NULL},
    {SLURM("13", "1", "12"), "auto", 0, 0, "SLURM_ARRAY_TASK_ID=13"},
    {SLURM("0", "1", "12"), "auto",  0, 0, "SLURM_ARRAY_TASK_MIN=1"},
    {SLURM("5", "1", "12") " SLURM_ARRAY_TASK_MAX=12 SLURM_ARRAY_TASK_STEP=1", "auto", 5, 12, NULL},
    {SLURM("9", "1", "4") " SLURM_ARRAY_TASK_MAX=13 SLURM_ARRAY_TASK_STEP=4", "auto", 3, 4, NULL},
    {SLURM("8", "1", "4") " SLURM_ARRAY_TASK_MAX=13 SLURM_ARRAY_TASK_STEP=4", "auto", 0, 0, "SLURM_ARRAY_TASK_STEP=4"},
    {SLURM("7", "3", "2") " SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_STEP=1", "auto", 0, 0, "SLURM_ARRAY_TASK_COUNT=2"}, /* 3,7 */
    {SLURM("7", "3", "2"), "auto/12", 7, 12, NULL},
    {SLURM("0", "0", "12"), "auto/12", 0, 0, "SLURM_ARRAY_TASK_ID=0"},
    {SLURM("13", "1", "13"), "auto/12", 0, 0, "SLURM_ARRAY_TASK_ID=13"},
    {SLURM("x", "1", "12"), "auto",  0, 0, "SLURM_ARRAY_TASK_ID=x"},
    {SLURM("1", "1", "0"), "auto",   0, 0, "SLURM_ARRAY_TASK_COUNT=0"},
    {SLURM("1", "1", "100000"), "auto", 0, 0, "SLURM_ARRAY_TASK_COUNT=100000"},
    {"SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=2", "auto", 0, 0, "SLURM_ARRAY_TASK_MIN -"},
    {"SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MIN=1", "auto", 0, 0, "SLURM_ARRAY_TASK_COUNT -"},
    {SLURM("1", "1", "4") " SLURM_ARRAY_TASK_STEP=0", "auto", 0, 0, "SLURM_ARRAY_TASK_STEP=0"},
    {SGE("4", "1", "12", "1"), "auto", 4, 12, NULL},
    {SGE("6", "2", "10", "2"), "auto", 3, 5, NULL},
    {SGE("11", "2", "10", "2"), "auto", 0, 0, "SGE_TASK_ID=11"},
    {SGE("4", "10", "2", "1"), "auto", 0, 0, "SGE_TASK_LAST=2"},
    {SGE("4", "undefined", "undefined", "undefined"), "auto", 0, 0, "SGE_TASK_FIRST=undefined"},
    {SGE("4", "1", "12", "1"), "auto/30", 4, 30, NULL},
    {"SGE_TASK_ID=undefined", "auto", 0, 0, "there is no variable"},
    {"LSB_JOBINDEX=4 LSB_JOBINDEX_END=12", "auto", 4, 12, NULL},
    {"LSB_JOBINDEX=5 LSB_JOBINDEX_END=13 LSB_JOBINDEX_STEP=4", "auto", 2, 4, NULL},
    {"LSB_JOBINDEX=4", "auto",       0, 0, "LSB_JOBINDEX_END -"},
    {"LSB_JOBINDEX=4", "auto/12",    4, 12, NULL},
    {"LSB_JOBINDEX=0 LSB_JOBINDEX_END=0", "auto", 0, 0, "there is no variable"},
    {"PBS_ARRAY_INDEX=3", "auto",    0, 0, "auto/N"},
    {"PBS_ARRAY_INDEX=3", "auto/12", 3, 12, NULL},
    {"PBS_ARRAY_INDEX=12", "auto/12", 12, 12, NULL},
    {"PBS_ARRAY_INDEX=0", "auto/12", 0, 0, "PBS_ARRAY_INDEX=0"},
    {"JOB_COMPLETION_INDEX=0", "auto", 0, 0, "JOB_COMPLETION_INDEX"},
    {"JOB_COMPLETION_INDEX=0", "auto/12", 1, 12, NULL},
    {"JOB_COMPLETION_INDEX=11", "auto/12", 12, 12, NULL},
    {"JOB_COMPLETION_INDEX=12", "auto/12", 0, 0, "JOB_COMPLETION_INDEX=12"},
    {"PBS_ARRAY_INDEX=1 JOB_COMPLETION_INDEX=1", "auto/12", 0, 0, "PBS_ARRAY_INDEX, JOB_COMPLETION_INDEX"},
    {"LSB_JOBINDEX=0 JOB_COMPLETION_INDEX=1", "auto/12", 2, 12, NULL},
};
// clang-format on

static void set_environment(const char *text)
{
    char copy[512], *rest = NULL;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    snprintf(copy, sizeof copy, "%s", text);
    for (char *one = strtok_r(copy, " ", &rest); one; one = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(one, '=');
        *value++ = '\0';
        setenv(one, value, 1);
    }
}

static void every_engine_tells_its_tasks_apart_or_is_refused_by_name(void **state)
{
    (void)state;
    Arena *arena = arena_create(1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Shard shard = {0};
        set_environment(cases[i].environment);
        Err err = shard_parse(arena, LANG_EN, cases[i].asked, &shard);
        if (!cases[i].index && (err.code != ERR_USAGE || !strstr(err.text, cases[i].word)))
            fail_msg("case %zu: %u/%u, '%s'", i, shard.index, shard.count, err.text ? err.text : "");
        if (cases[i].index && (err.code || shard.index != cases[i].index || shard.count != cases[i].count))
            fail_msg("case %zu: %u/%u, '%s'", i, shard.index, shard.count, err.text ? err.text : "");
    }
    set_environment("");
    arena_destroy(arena);
}

/* The numbers are part of the contract: shards of different versions would not fit together. */
static void a_file_belongs_to_one_shard_whatever_its_folder(void **state)
{
    static const struct { const char *path; unsigned of12, of997; } files[] = {
        {"a/11010519491231002X.jpg", 0, 0},
        {"b/c/张三_11010519491231002x (2).JPEG", 0, 0},
        {"610104620927690.jpg", 1, 1}, /* 15 digits, and the 18 of the same person */
        {"zip.zip//x/610104196209276908.jpg", 1, 1},
        {"IMG_0001.jpg", 2, 2},
        {"/mnt/IMG_0001.jpg", 2, 2},
    };
    unsigned of12[3] = {0}, of997[3] = {0};
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        unsigned *one = &of12[files[i].of12], *two = &of997[files[i].of997];
        unsigned a = shard_of(NULL, files[i].path, 12), b = shard_of(NULL, files[i].path, 997);
        assert_true(a >= 1 && a <= 12 && b >= 1 && b <= 997);
        assert_int_equal(*one ? *one : a, a);
        assert_int_equal(*two ? *two : b, b);
        *one = a, *two = b;
    }
    assert_true(of997[0] != of997[1] && of997[1] != of997[2]);
    assert_int_equal(of997[0], 508); /* XXH3_64bits("11010519491231002X") % 997 + 1 */
    assert_int_equal(shard_of(NULL, "x.jpg", 1), 1);
}

static void shards_are_of_like_size(void **state)
{
    enum { FILES = 24000, COUNT = 12 };
    int sizes[COUNT + 1] = {0};
    (void)state;
    for (int i = 0; i < FILES; i++) {
        char path[32];
        snprintf(path, sizeof path, "IMG_%d.jpg", i);
        sizes[shard_of(NULL, path, COUNT)]++;
    }
    for (int i = 1; i <= COUNT; i++) /* 2,000 each; 6 standard deviations */
        assert_in_range(sizes[i], 2000 - 258, 2000 + 258);
}

static void a_folder_says_which_of_how_many(void **state)
{
    char path[PATH_MAX], long_out[PATH_MAX];
    (void)state;
    assert_true(shard_folder("out", (Shard){3, 12}, path));
    assert_string_equal(path, "out/shards/00003-of-00012");
    memset(long_out, 'x', sizeof long_out - 1);
    long_out[PATH_MAX - strlen("/shards/00003-of-00012")] = '\0';
    assert_false(shard_folder(long_out, (Shard){3, 12}, path));
    long_out[PATH_MAX - strlen("/shards/00003-of-00012") - 1] = '\0';
    assert_true(shard_folder(long_out, (Shard){3, 12}, path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_engine_tells_its_tasks_apart_or_is_refused_by_name),
        cmocka_unit_test(a_file_belongs_to_one_shard_whatever_its_folder),
        cmocka_unit_test(shards_are_of_like_size),
        cmocka_unit_test(a_folder_says_which_of_how_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
