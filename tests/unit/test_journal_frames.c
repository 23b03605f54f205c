/* SPDX-License-Identifier: MIT */
#include "journal_world.h"

static const Stamp stamp = {10, 20, 30, 40};

static Err note_line(void *user, const char *line)
{
    strcat(user, line);
    return OK;
}

static void what_a_frame_shows_is_remembered_until_it_is_removed(void **state)
{
    World *world = *state;
    FrameRow *list, rows[] = {{"/b.jpg", stamp, true, "reader 1", "{\"codes\":[]}"},
                              {"/a\xff.jpg", stamp, false, "reader 1", "{}"}};
    size_t count;
    for (int i = 0; i < 2; i++)
        must(journal_frame_put(world->arena, world->journal, &rows[i]));
    must(journal_commit(world->arena, world->journal));
    close_world(world);
    open_world(world);
    must(journal_frames(world->arena, world->journal, &list, &count));
    assert_int_equal(count, 2);
    for (size_t i = 0; i < 2; i++) { /* by path */
        assert_string_equal(list[i].path, rows[1 - i].path);
        assert_string_equal(list[i].seen, rows[1 - i].seen);
        assert_string_equal(list[i].reader, "reader 1");
        assert_int_equal(list[i].trusted, rows[1 - i].trusted);
        assert_memory_equal(&list[i].stamp, &stamp, sizeof stamp);
    }
    must(journal_frame_remove(world->arena, world->journal, "/b.jpg"));
    must(journal_frames(world->arena, world->journal, &list, &count));
    assert_int_equal(count, 1);
}

static void lines_of_slips_come_by_path(void **state)
{
    World *world = *state;
    char lines[64] = "";
    static const char *const paths[] = {"/c", "/a", "/b"};
    for (int i = 0; i < 3; i++) {
        FrameRow row = {paths[i], stamp, true, "reader", "{}"};
        must(journal_frame_put(world->arena, world->journal, &row));
        must(journal_frame_slip(world->arena, world->journal, paths[i], i == 2 ? "" : paths[i]));
    }
    must(journal_each_slip(world->arena, world->journal, note_line, lines));
    assert_string_equal(lines, "/a/c");
}

static void whom_a_code_binds_is_kept_with_the_row(void **state)
{
    World *world = *state;
    Id id = id_parse(ONE);
    Row row = {.path = "/a.jpg", .shown = "a.jpg", .slip = "=" ONE "\n/slip.jpg", .id = &id, .files_for_id = 1, .attempt = 1,
               .sha256 = "aa", .profile = "p", .program = "g", .output = "", .output_sha256 = "", .record = "{}", .times = "{}"};
    History history;
    SettleRow *rows;
    size_t count;
    must(journal_put(world->arena, world->journal, &row));
    must(journal_history(world->arena, world->journal, &history));
    assert_string_equal(history.list[0].slip, row.slip);
    must(journal_rebind(world->arena, world->journal, "/a.jpg", "!bad_code\n/other.jpg"));
    must(journal_rows(world->arena, world->journal, &rows, &count));
    assert_string_equal(rows[0].slip, "!bad_code\n/other.jpg");
    must(journal_rebind(world->arena, world->journal, "/a.jpg", NULL));
    must(journal_rows(world->arena, world->journal, &rows, &count));
    assert_string_equal(rows[0].slip, "");
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(what_a_frame_shows_is_remembered_until_it_is_removed),
        IN_WORLD(lines_of_slips_come_by_path),
        IN_WORLD(whom_a_code_binds_is_kept_with_the_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
