/* SPDX-License-Identifier: MIT */
#include "journal_world.h"
#include "../../pipeline/home.h"

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
    must(journal_rebind(world->arena, world->journal, &(FrameBound){"/a.jpg", "aa", "!bad_code\n/other.jpg", "", false}));
    must(journal_rows(world->arena, world->journal, &rows, &count));
    assert_string_equal(rows[0].slip, "!bad_code\n/other.jpg");
    must(journal_rebind(world->arena, world->journal, &(FrameBound){"/a.jpg", "", "", "", false}));
    must(journal_rows(world->arena, world->journal, &rows, &count));
    assert_string_equal(rows[0].slip, "");
}

static void put_coded(World *world, const char *path, const char *id, const char *sha256, const char *output)
{
    Id bound = id_parse(id);
    const char *slip = arena_print(world->arena, "=%s\t0\tcc\n/slip.jpg", id);
    Row row = {.path = path, .shown = path, .slip = slip, .id = &bound, .files_for_id = 1, .attempt = 1, .sha256 = sha256,
               .profile = "p", .program = "g", .output = output, .output_sha256 = "bb", .record = "{}", .times = "{}"};
    if (*output)
        write_output(world, output);
    must(journal_put(world->arena, world->journal, &row));
}

/* Another card, copied over the first one. */
static void who_had_a_photo_keeps_it_when_other_bytes_come_under_its_path(void **state)
{
    // clang-format off
    static const struct { const char *sha256, *slip, *key; bool over, stays; } cases[] = {
        {"dd", "=" TWO "\n/s.jpg", TWO, true, true},     /* another person's photo */
        {"dd", "!before_code",     "",  true, true},     /* nobody's */
        {"dd", NULL,               "",  true, true},     /* a frame with a code */
        {"-",  "!unread_code",     "",  true, true},     /* what cannot be read */
        {"dd", "=" ONE "\n/s.jpg", ONE, true, false},    /* a retake: as files that are named */
        {"aa", "=" TWO "\n/s.jpg", TWO, true, false},    /* the same bytes: their code is another one now */
        {"aa", "!no_order",        "",  true, true},     /* the same bytes, and another card's lie around them */
        {"aa", "!before_code",     "",  true, true},
        {"aa", "!no_order",        "",  false, false},   /* its own card says so */
        {"aa", "!bad_code\n/s",    "",  true, false},
        {"",   "",                 "",  true, false},
    };
    // clang-format on
    World *world = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        SettleRow *rows;
        size_t count;
        put_coded(world, "/card/1.JPG", ONE, "aa", "photos/" ONE ".JPG");
        must(journal_rebind(world->arena, world->journal, &(FrameBound){"/card/1.JPG", cases[i].sha256, cases[i].slip, cases[i].key, cases[i].over}));
        must(journal_commit(world->arena, world->journal));
        must(journal_rows(world->arena, world->journal, &rows, &count));
        assert_int_equal(count, 1);
        assert_true(is_there(world, "photos/" ONE ".JPG"));
        assert_string_equal(rows[0].sha256, "aa");
        bool away = *rows[0].path != '/', coded = strncmp(rows[0].slip, "=" ONE, strlen("=" ONE)) == 0;
        if (away != cases[i].stays || (away && (!coded || strcmp(strrchr(rows[0].path, '/'), "/1.JPG") != 0)))
            fail_msg("%s %s: %s %s", cases[i].sha256, cases[i].key, rows[0].path, rows[0].slip);
        must(journal_remove(world->arena, world->journal, rows[0].path));
        must(journal_commit(world->arena, world->journal));
        assert_false(is_there(world, "photos/" ONE ".JPG"));
    }
}

static void what_waits_for_somebody_is_not_written_over(void **state)
{
    World *world = *state;
    char held[64];
    SettleRow *rows;
    size_t count;
    home_held("/card/1.JPG", held);
    put_coded(world, "/card/1.JPG", ONE, "aa", held);
    must(journal_rebind(world->arena, world->journal, &(FrameBound){"/card/1.JPG", "dd", "=" TWO "\n/s.jpg", TWO, false}));
    must(journal_commit(world->arena, world->journal));
    must(journal_rows(world->arena, world->journal, &rows, &count));
    assert_int_equal(count, 1);
    assert_string_not_equal(rows[0].output, held);
    assert_true(is_there(world, rows[0].output) && rows[0].stands);
    assert_false(is_there(world, held));
}

static void rows_of_codes_are_told(void **state)
{
    World *world = *state;
    CodedRow *list;
    size_t count;
    put_coded(world, "/card/1.JPG", ONE, "aa", "");
    put_coded(world, "/card/2.JPG", TWO, "ee", "");
    put(world, "/by/name/" TWO ".jpg", TWO, "");
    must(journal_rebind(world->arena, world->journal, &(FrameBound){"/card/1.JPG", "dd", NULL, "", false}));
    must(journal_coded(world->arena, world->journal, &list, &count));
    assert_int_equal(count, 2);
    const CodedRow *gone = &list[*list[0].path == '/'], *there = &list[*list[0].path != '/'];
    assert_string_equal(there->path, "/card/2.JPG");
    assert_true(*gone->path != '/');
    assert_string_equal(gone->sha256, "aa");
    assert_string_equal(gone->key, ONE);
    assert_string_equal(gone->slip, "=" ONE "\t0\tcc\n/slip.jpg");
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(what_a_frame_shows_is_remembered_until_it_is_removed),
        IN_WORLD(lines_of_slips_come_by_path),
        IN_WORLD(whom_a_code_binds_is_kept_with_the_row),
        IN_WORLD(who_had_a_photo_keeps_it_when_other_bytes_come_under_its_path),
        IN_WORLD(what_waits_for_somebody_is_not_written_over),
        IN_WORLD(rows_of_codes_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
