/* SPDX-License-Identifier: MIT */
/* What a shard that is run again takes up, and what is no damage. */
#include "shard_world.h"

static void a_new_stamp_is_taken_up_with_all_else_as_it_was(void **state)
{
    World *world = *state;
    History before, after;
    ShardFile file;
    ShardState ready;
    ShardRow row;
    publish_all(world);
    open_log(world);
    assert_int_equal(history(world, &before), ROWS);
    Row same = {.path = paths[1], .stamp = before.list[1].stamp, .trusted = true};
    must(shard_log_touch(world->arena, world->log, &same));
    assert_false(publish(world)); /* nothing was new */
    Row young = {.path = paths[1], .stamp = {5, 6, 7, 8}, .trusted = false}, old = {.path = paths[2], .stamp = {9, 10, 11, 12}, .trusted = true};
    must(shard_log_touch(world->arena, world->log, &young));
    must(shard_log_touch(world->arena, world->log, &old));
    young.trusted = true; /* of a row that is not in the file yet */
    must(shard_log_touch(world->arena, world->log, &young));
    must(shard_log_commit(world->arena, world->log));
    assert_true(publish(world));
    reopen(world);
    assert_int_equal(history(world, &after), ROWS);
    for (int i = 0; i < ROWS; i++) {
        int64_t stamps[ROWS] = {0, 5, 9, 3};
        assert_int_equal(after.list[i].stamp.bytes, stamps[i]);
        assert_true(after.list[i].trusted && after.list[i].output_stands);
        assert_string_equal(after.list[i].sha256, before.list[i].sha256);
    }
    assert_int_equal(after.list[2].stamp.inode, 12);
    assert_false(publish(world));
    shard_log_close(world->log);
    must(shard_read_open(world->arena, world->folder, &file, &ready));
    assert_int_equal(ready, SHARD_READY);
    assert_true(shard_read_row(&file, 2, &row));
    assert_string_equal(row.row.record, "{\"a\":1}");
    assert_int_equal(row.row.thumb.size, 3);
    assert_true(shard_read_row(&file, 1, &row));
    assert_string_equal(row.row.output, ".held/1.JPG");
    shard_read_close(&file);
}

static void no_memory_is_no_damage(void **state)
{
    World *world = *state;
    ShardFile file;
    ShardState ready;
    publish_all(world);
    bool read = false;
    for (size_t bytes = 64; !read && bytes < 1 << 20; bytes += 64) { /* whatever it is that there is no room for */
        Arena *small = arena_create(bytes);
        Err err = shard_read_open(small, world->folder, &file, &ready);
        read = !err.code;
        if (!read)
            assert_int_equal(err.code, ERR_MEMORY);
        else
            assert_int_equal(ready, SHARD_READY);
        shard_read_close(&file);
        arena_destroy(small);
    }
    assert_true(read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_new_stamp_is_taken_up_with_all_else_as_it_was),
        IN_WORLD(no_memory_is_no_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
