/* SPDX-License-Identifier: MIT */
#include "shard_world.h"

static void what_was_put_is_read_in_the_order_of_the_listing(void **state)
{
    World *world = *state;
    ShardFile file;
    ShardState ready;
    ShardRow row;
    publish_all(world);
    assert_false(is_there(world, "journal.part"));
    must(shard_read_open(world->arena, world->folder, &file, &ready));
    assert_int_equal(ready, SHARD_READY);
    assert_int_equal(file.head.shard.index, 3);
    assert_int_equal(file.head.shard.count, 12);
    assert_true(file.head.names == 77 && file.head.offered == 4);
    assert_string_equal(file.head.program, "make 1 own");
    assert_string_equal(file.head.roster, "roster");
    assert_int_equal(file.end.count, ROWS);
    assert_int_equal(file.end.other_count, 9);
    for (uint32_t i = 0; i < ROWS; i++) {
        assert_true(shard_read_row(&file, i, &row));
        assert_string_equal(row.row.path, paths[i]);
        assert_string_equal(row.row.record, "{\"a\":1}");
        assert_true(row.row.stamp.bytes == i && row.row.stamp.mtime_ns == -2 && row.row.stamp.inode == UINT64_MAX);
        assert_int_equal(row.output_bytes, i % 2 ? 7 : 0);
        assert_int_equal(row.row.thumb.size, i == 2 ? 3 : 0);
    }
    assert_memory_equal(file.rows && shard_read_row(&file, 2, &row) ? row.row.thumb.data : NULL, "\1\0\377", 3);
    shard_read_close(&file);
}

/* Cut at every byte of the last record: the others stand, and it is judged again. */
static void a_torn_end_is_cut_off(void **state)
{
    World *world = *state;
    History past;
    open_log(world);
    put(world, 0, "{}");
    put(world, 1, "{}");
    size_t whole = size_of(world, "journal.part");
    put(world, 2, "{\"last\":1}");
    size_t end = size_of(world, "journal.part");
    for (size_t cut = end; cut-- > whole;) {
        reopen(world);
        assert_int_equal(history(world, &past), cut + 1 == end ? 3 : 2);
        if (cut + 1 < end)
            put(world, 2, "{\"last\":1}");
        assert_int_equal(size_of(world, "journal.part"), end);
        shard_log_close(world->log);
        assert_int_equal(truncate(name_in(world, "journal.part"), (off_t)cut), 0);
        open_log(world);
        assert_int_equal(history(world, &past), 2);
        assert_int_equal(size_of(world, "journal.part"), whole);
    }
    for (size_t cut = 0; cut < SHARD_MAGIC_BYTES; cut++) { /* not even begun */
        shard_log_close(world->log);
        assert_int_equal(truncate(name_in(world, "journal.part"), (off_t)cut), 0);
        open_log(world);
        assert_int_equal(history(world, &past), 0);
        put(world, 0, "{}");
    }
}

static void flip(const World *world, const char *name, size_t at, int bit)
{
    uint8_t byte;
    int fd = open(name_in(world, name), O_RDWR);
    assert_true(pread(fd, &byte, 1, (off_t)at) == 1);
    byte ^= (uint8_t)(1 << bit);
    assert_true(pwrite(fd, &byte, 1, (off_t)at) == 1);
    close(fd);
}

static void no_flipped_bit_and_no_cut_passes_as_published(void **state)
{
    World *world = *state;
    publish_all(world);
    size_t size = size_of(world, "journal");
    for (size_t at = 0; at < size; at++) {
        flip(world, "journal", at, (int)(at % 8));
        if (state_of(world) != SHARD_DAMAGED)
            fail_msg("byte %zu of %zu", at, size);
        flip(world, "journal", at, (int)(at % 8));
    }
    assert_int_equal(state_of(world), SHARD_READY);
    for (size_t cut = size; cut-- > 0;) {
        assert_int_equal(truncate(name_in(world, "journal"), (off_t)cut), 0);
        assert_int_equal(state_of(world), SHARD_DAMAGED);
    }
    assert_int_equal(rename(name_in(world, "journal"), "/tmp/headroom-shard-gone"), 0);
    unlink("/tmp/headroom-shard-gone");
    assert_int_equal(state_of(world), SHARD_NONE);
}

static void a_damaged_published_shard_is_worked_on_again(void **state)
{
    World *world = *state;
    History past;
    publish_all(world);
    flip(world, "journal", size_of(world, "journal") - 1, 0); /* in END */
    open_log(world);
    assert_true(is_there(world, "journal.part") && !is_there(world, "journal"));
    assert_int_equal(history(world, &past), ROWS);
    assert_true(publish(world));
    shard_log_close(world->log);
    world->log = NULL;
    assert_int_equal(state_of(world), SHARD_READY);
}

static void what_is_published_stays_until_something_changes(void **state)
{
    World *world = *state;
    publish_all(world);
    size_t size = size_of(world, "journal");
    open_log(world);
    assert_false(publish(world));
    assert_int_equal(size_of(world, "journal"), size);
    assert_int_equal(state_of(world), SHARD_BUSY);
    put(world, 1, "{\"b\":2}"); /* the file changed */
    assert_true(is_there(world, "journal.part") && !is_there(world, "journal"));
    assert_true(publish(world));
    reopen(world);
    world->ask.head.offered = 5; /* another shard's photo came */
    assert_true(publish(world));
    reopen(world);
    world->listing.count = 3; /* and one of ours went, with what was made of it */
    assert_true(is_there(world, ".held/3.JPG"));
    assert_true(publish(world));
    assert_false(is_there(world, ".held/3.JPG"));
    assert_true(is_there(world, ".held/1.JPG"));
    reopen(world);
    assert_false(publish(world));
}

static void a_photo_that_was_touched_does_not_stand(void **state)
{
    World *world = *state;
    History past;
    publish_all(world);
    FILE *file = fopen(name_in(world, ".held/1.JPG"), "a");
    fputc('x', file);
    fclose(file);
    unlink(name_in(world, ".held/3.JPG"));
    open_log(world);
    assert_int_equal(history(world, &past), ROWS);
    for (int i = 0; i < ROWS; i++)
        assert_int_equal(past.list[i].output_stands, i % 2 == 0);
}

static void the_last_row_of_a_path_counts(void **state)
{
    World *world = *state;
    ShardFile file;
    ShardState ready;
    ShardRow row;
    open_log(world);
    for (int i = 0; i < ROWS; i++)
        put(world, i, "{\"old\":1}");
    put(world, 0, "{\"new\":1}");
    assert_true(publish(world));
    shard_log_close(world->log);
    world->log = NULL;
    must(shard_read_open(world->arena, world->folder, &file, &ready));
    assert_int_equal(file.end.count, ROWS);
    assert_true(shard_read_row(&file, 0, &row));
    assert_string_equal(row.row.record, "{\"new\":1}");
    shard_read_close(&file);
}

/* What an older profile judged is no part of what is published under a newer one. */
static void rows_of_other_rules_are_no_part_of_it(void **state)
{
    World *world = *state;
    open_log(world);
    for (int i = 0; i < ROWS; i++)
        put(world, i, "{}");
    shard_log_close(world->log);
    world->ask.head.profile = "other";
    open_log(world);
    assert_true(publish(world)); /* the plan would have judged them again first */
    shard_log_close(world->log);
    world->log = NULL;
    assert_int_equal(state_of(world), SHARD_DAMAGED);
}

static void nobody_joins_a_worker(void **state)
{
    World *world = *state;
    ShardLog *other;
    open_log(world);
    Err err = shard_log_open(world->arena, &world->ask, &other);
    shard_log_close(other);
    assert_int_equal(err.code, ERR_LOCKED);
    assert_int_equal(state_of(world), SHARD_BUSY);
    shard_log_close(world->log);
    open_log(world);
}

static void a_look_makes_nothing(void **state)
{
    World *world = *state;
    History past;
    world->ask.look = true;
    open_log(world);
    assert_int_equal(history(world, &past), 0);
    assert_false(is_there(world, ".lock") || is_there(world, "journal.part") || is_there(world, ".held"));
    shard_log_close(world->log);
    world->ask.look = false;
    publish_all(world);
    world->ask.look = true;
    open_log(world);
    assert_int_equal(history(world, &past), ROWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(what_was_put_is_read_in_the_order_of_the_listing),
        IN_WORLD(a_torn_end_is_cut_off),
        IN_WORLD(no_flipped_bit_and_no_cut_passes_as_published),
        IN_WORLD(a_damaged_published_shard_is_worked_on_again),
        IN_WORLD(what_is_published_stays_until_something_changes),
        IN_WORLD(a_photo_that_was_touched_does_not_stand),
        IN_WORLD(the_last_row_of_a_path_counts),
        IN_WORLD(rows_of_other_rules_are_no_part_of_it),
        IN_WORLD(nobody_joins_a_worker),
        IN_WORLD(a_look_makes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
