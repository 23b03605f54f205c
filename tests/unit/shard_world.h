/* SPDX-License-Identifier: MIT */
/* A shard's folder with four photos, for the tests of its journal. */
#ifndef SHARD_WORLD_H
#define SHARD_WORLD_H

#include "../../pipeline/shard_read.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH "2345ae2f88cd8f1db57f5b1a34e69f381eae6ba0ef2df4f95087f563b035aca5"

enum { ROWS = 4 };
static const char *const paths[ROWS] = {"/in/a.jpg", "/in/b.jpg", "/in/c.jpg", "/in/d.jpg"};

typedef struct World {
    Arena *arena;
    char folder[64];
    ShardAsk ask;
    ShardLog *log;
    Listed files[ROWS];
    uint32_t by_key[ROWS];
    Listing listing;
} World;

static inline void must(Err err)
{
    if (err.code)
        fail_msg("%s", err.text);
}

static inline int set_up(void **state)
{
    World *world = calloc(1, sizeof *world);
    world->arena = arena_create(1 << 28);
    strcpy(world->folder, "/tmp/headroom-shard-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    world->ask = (ShardAsk){.folder = world->folder,
                            .head = {{3, 12}, "make 1 own", "profile", "roster", 77, 4}};
    for (uint32_t i = 0; i < ROWS; i++) {
        world->files[i] = (Listed){.path = paths[i] + 1, .key = paths[i]};
        world->by_key[i] = i;
    }
    world->listing = (Listing){.files = world->files, .count = ROWS, .by_key = world->by_key, .other_count = 9};
    *state = world;
    return 0;
}

static inline int tear_down(void **state)
{
    World *world = *state;
    char command[128];
    shard_log_close(world->log);
    snprintf(command, sizeof command, "rm -r %s", world->folder);
    assert_int_equal(system(command), 0);
    arena_destroy(world->arena);
    free(world);
    return 0;
}

static inline void open_log(World *world)
{
    must(shard_log_open(world->arena, &world->ask, &world->log));
}

static inline void reopen(World *world)
{
    shard_log_close(world->log);
    open_log(world);
}

static inline char *name_in(const World *world, const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", world->folder, name);
    return path;
}

static inline void write_photo(const World *world, int i)
{
    char name[32];
    snprintf(name, sizeof name, ".held/%d.JPG", i);
    FILE *file = fopen(name_in(world, name), "w");
    assert_non_null(file);
    fprintf(file, "photo %d", i);
    fclose(file);
}

/* Photo `i`; the second and the fourth are made ones. */
static inline void put(World *world, int i, const char *record)
{
    char output[32] = "";
    if (i % 2) {
        write_photo(world, i);
        snprintf(output, sizeof output, ".held/%d.JPG", i);
    }
    static uint8_t thumb[] = {1, 0, 255};
    Row row = {.path = paths[i], .shown = paths[i] + 1, .stamp = {i, -2, 3, UINT64_MAX}, .trusted = true, .sha256 = HASH,
               .verdict = i % 2 ? VERDICT_PASS : VERDICT_REJECT, .action = ACTION_MADE, .output = output,
               .output_sha256 = i % 2 ? HASH : "", .likeness = "ab", .faults = "[]", .record = record, .times = "{}",
               .thumb = {i == 2 ? thumb : NULL, i == 2 ? sizeof thumb : 0}};
    must(shard_log_put(world->arena, world->log, &row));
    must(shard_log_commit(world->arena, world->log));
}

static inline bool publish(World *world)
{
    bool fresh;
    must(shard_log_publish(world->arena, world->log, &world->listing, &fresh));
    return fresh;
}

static inline void publish_all(World *world)
{
    open_log(world);
    for (int i = ROWS - 1; i >= 0; i--)
        put(world, i, "{\"a\":1}");
    assert_true(publish(world));
    shard_log_close(world->log);
}

static inline size_t history(World *world, History *out)
{
    must(shard_log_history(world->arena, world->log, out));
    return out->count;
}

static inline bool is_there(const World *world, const char *name)
{
    return access(name_in(world, name), F_OK) == 0;
}

static inline size_t size_of(const World *world, const char *name)
{
    struct stat info;
    assert_int_equal(stat(name_in(world, name), &info), 0);
    return (size_t)info.st_size;
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static inline ShardState state_of(World *world)
{
    ShardFile file;
    ShardState ready;
    must(shard_read_open(world->arena, world->folder, &file, &ready));
    shard_read_close(&file);
    return ready;
}

#endif
