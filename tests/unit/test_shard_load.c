/* SPDX-License-Identifier: MIT */
#include "../../pipeline/shard_load.h"
#include "shard_world.h"

/* A published journal of so many bytes. */
static void publish_bytes(World *world, size_t bytes)
{
    unlink(name_in(world, "journal"));
    publish_all(world);
    size_t least = size_of(world, "journal");
    assert_true(bytes > least);
    char *record = calloc(1, bytes);
    assert_int_equal(unlink(name_in(world, "journal")), 0);
    open_log(world);
    memset(record, ' ', bytes - least + strlen("{\"a\":1}"));
    for (int i = 0; i < ROWS; i++)
        put(world, i, i == 1 ? record : "{\"a\":1}");
    assert_true(publish(world));
    shard_log_close(world->log);
    world->log = NULL;
    free(record);
    assert_int_equal(size_of(world, "journal"), bytes);
    assert_int_equal(state_of(world), SHARD_READY);
}

static size_t loaded(World *world)
{
    uint8_t *data;
    size_t size;
    int fd = open(name_in(world, "journal"), O_RDONLY);
    assert_true(fd >= 0);
    assert_true(shard_load(fd, &data, &size));
    free(data);
    close(fd);
    return size;
}

/* A size that nothing in the file bears out costs no memory: a hole of 1 TiB behind the last frame, or behind nothing. */
static void a_size_is_not_believed(void **state)
{
    World *world = *state;
    publish_all(world);
    world->log = NULL;
    size_t whole = size_of(world, "journal");
    assert_int_equal(loaded(world), whole);
    for (int emptied = 0; emptied < 2; emptied++) {
        assert_int_equal(truncate(name_in(world, "journal"), emptied ? 0 : (off_t)whole), 0);
        assert_int_equal(truncate(name_in(world, "journal"), (off_t)1 << 40), 0);
        assert_true(loaded(world) <= whole + SHARD_LOAD_BYTES);
        assert_int_equal(state_of(world), SHARD_DAMAGED);
    }
}

/* Frames over the ends of what is read at a time, and a file that ends just there. */
static void a_frame_is_read_to_its_end(void **state)
{
    static const size_t bytes[] = {SHARD_LOAD_BYTES - 1, SHARD_LOAD_BYTES, SHARD_LOAD_BYTES + 1, 2 * SHARD_LOAD_BYTES + 8,
                                   3 * SHARD_LOAD_BYTES};
    World *world = *state;
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
        publish_bytes(world, bytes[i]);
        assert_int_equal(loaded(world), bytes[i]);
        for (size_t more = 1; more < 40; more += 7) { /* what stands behind, less than a frame's header or more */
            assert_int_equal(truncate(name_in(world, "journal"), (off_t)(bytes[i] + more)), 0);
            assert_int_equal(state_of(world), SHARD_DAMAGED);
            assert_int_equal(truncate(name_in(world, "journal"), (off_t)(bytes[i] - more)), 0);
            assert_int_equal(state_of(world), SHARD_DAMAGED);
            publish_bytes(world, bytes[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_size_is_not_believed),
        IN_WORLD(a_frame_is_read_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
