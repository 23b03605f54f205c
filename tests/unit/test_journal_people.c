/* SPDX-License-Identifier: MIT */
/* What the journal remembers of persons: attempts, what is kept. */
#include "journal_world.h"
#include "../../pipeline/home.h"

/* As version 1 made it, with one photo and one file that a killed run was about to write. */
static void make_first_version(World *world)
{
    static const char sql[] =
        "CREATE TABLE photo(n INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, shown BLOB NOT NULL, id TEXT,"
        " id_key TEXT, files_for_id INTEGER NOT NULL, attempt INTEGER NOT NULL, bytes INTEGER NOT NULL,"
        " mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, trusted INTEGER NOT NULL,"
        " sha256 TEXT NOT NULL, profile TEXT NOT NULL, program TEXT NOT NULL, verdict INTEGER NOT NULL,"
        " action INTEGER NOT NULL, output TEXT NOT NULL, output_bytes INTEGER NOT NULL,"
        " output_mtime_ns INTEGER NOT NULL, output_sha256 TEXT NOT NULL);"
        "CREATE INDEX photo_order ON photo(id IS NULL, id, shown, path);"
        "CREATE INDEX photo_output ON photo(output);"
        "CREATE TABLE record(n INTEGER PRIMARY KEY, json TEXT NOT NULL, times TEXT NOT NULL);"
        "CREATE TABLE stale(output TEXT PRIMARY KEY) WITHOUT ROWID;"
        "CREATE TABLE expected(id TEXT PRIMARY KEY, since_ns INTEGER NOT NULL) WITHOUT ROWID;"
        "INSERT INTO photo VALUES(1,CAST('/a.jpg' AS BLOB),CAST('a.jpg' AS BLOB),'" ONE "','" ONE "',1,3,1,2,3,4,1,"
        "'aa','p','make 0.1.0 cascade',0,1,'photos/" ONE ".JPG',4,0,'bb');"
        "INSERT INTO record VALUES(1,'{\"old\":1}','{}');"
        "INSERT INTO expected VALUES('" TWO "',0);"
        "PRAGMA user_version=1";
    char path[96];
    sqlite3 *db;
    close_world(world);
    snprintf(path, sizeof path, "%s/journal.db", world->out);
    assert_int_equal(remove(path), 0);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_new_journal_is_shaped_as_one_carried_over(void **state)
{
    World *world = *state;
    char *fresh = shape_of(world);
    make_first_version(world);
    open_world(world);
    char *carried = shape_of(world);
    assert_non_null(strstr(fresh, "photo 26 slip BLOB 1 X'' 0"));
    assert_string_equal(fresh, carried);
    g_free(fresh);
    g_free(carried);
}

static void a_journal_of_the_first_version_is_carried_over(void **state)
{
    World *world = *state;
    Journal *look;
    History history;
    write_output(world, "photos/" ONE ".JPG");
    write_output(world, "photos/" TWO ".JPG"); /* by a worker of the killed run */
    make_first_version(world);
    must(journal_open(world->arena, NULL, world->out, &look)); /* --dry-run: all is to be done */
    must(journal_history(world->arena, look, &history));
    assert_int_equal(history.count, 0);
    journal_close(look);
    open_world(world);
    must(journal_history(world->arena, world->journal, &history));
    assert_int_equal(history.count, 1);
    assert_int_equal(history.list[0].attempt, 3);
    assert_string_not_equal(history.list[0].program, "make 0.1.0 cascade"); /* judged again */
    assert_memory_equal(history.list[0].program, "make ", 5);
    assert_true(is_there(world, "photos/" ONE ".JPG"));
    assert_false(is_there(world, "photos/" TWO ".JPG"));
    put(world, "/a.jpg", ONE, "photos/" ONE ".JPG"); /* every statement fits */
    must(journal_commit(world->arena, world->journal));
    reopen(world);
}

/* The row a settled pass leaves. */
static void put_passed(World *world, const char *path)
{
    Id id = id_parse(ONE);
    write_output(world, "photos/" ONE ".JPG");
    put(world, path, ONE, "photos/" ONE ".JPG");
    must(journal_verdict(world->arena, world->journal,
                         &(Verdicted){path, &id, VERDICT_PASS, "{\"kept\":1}", false}));
    must(journal_commit(world->arena, world->journal));
}

static void an_earlier_pass_is_kept_with_its_photo(void **state)
{
    // clang-format off
    static const struct { const char *profile, *sha256; bool kept; } cases[] = {
        {"p", "other", true}, {"q", "other", true}, {"p", "aa", false},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        World *world;
        set_up((void **)&world);
        Id id = id_parse(ONE);
        Row newer = {.id = &id, .profile = cases[i].profile, .program = "g", .sha256 = cases[i].sha256};
        put_passed(world, "/a.jpg");
        must(journal_retire(world->arena, world->journal, "/a.jpg", &newer));
        put(world, "/b.jpg", ONE, "");
        must(journal_commit(world->arena, world->journal));
        assert_int_equal(is_there(world, "photos/" ONE ".JPG"), cases[i].kept);
        History history;
        must(journal_history(world->arena, world->journal, &history));
        assert_int_equal(history.count, 1 + cases[i].kept);
        if (cases[i].kept)
            assert_true(history.list[1].kept && history.list[1].passed);
        tear_down((void **)&world);
    }
    (void)state;
}

/* A row that did not count, of attempt 2, and after the next one what is kept: its attempt and profile. */
static void a_sound_row_is_kept_unless_a_later_one_is(void **state)
{
    // clang-format off
    static const struct { const char *sound; int kept; const char *profile, *newer; int left; } cases[] = {
        {ONE, 0, "", "p", 2}, {NULL, 0, "", "p", 0}, {TWO, 0, "", "p", 0}, /* of somebody else now */
        {ONE, 1, "p", "p", 2}, {ONE, 3, "p", "p", 3}, {NULL, 1, "p", "p", 1},
        {ONE, 1, "q", "q", 1}, {ONE, 1, "q", "p", 2}, {ONE, 1, "q", "r", 2}, /* which profile is asked for now */
    };
    // clang-format on
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        World *world;
        History history;
        set_up((void **)&world);
        Id id = id_parse(ONE);
        Row kept = {.path = "kept:" ONE, .shown = "/a.jpg", .id = &id, .attempt = cases[i].kept, .sha256 = "cc", .profile = cases[i].profile,
                    .program = "g", .output = ".held/k.JPG", .output_sha256 = "", .record = "{}", .times = ""};
        Row newer = {.id = &id, .profile = cases[i].newer, .program = "h", .sha256 = "other"};
        if (cases[i].kept)
            must(journal_put(world->arena, world->journal, &kept));
        put(world, "/a.jpg", ONE, ".held/x.JPG");
        if (cases[i].sound)
            journal_note_sound(world->journal, "/a.jpg", cases[i].sound);
        must(journal_retire(world->arena, world->journal, "/a.jpg", &newer));
        must(journal_commit(world->arena, world->journal));
        must(journal_history(world->arena, world->journal, &history));
        assert_int_equal(history.count, cases[i].left > 0);
        if (cases[i].left)
            assert_int_equal(history.list[0].attempt, cases[i].left);
        tear_down((void **)&world);
    }
    (void)state;
}

static void what_waits_under_a_path_makes_room_for_what_comes_there(void **state)
{
    World *world = *state;
    char held[64];
    home_held("/a.jpg", held);
    write_output(world, held);
    put(world, "/a.jpg", ONE, held);
    must(journal_commit(world->arena, world->journal));
    must(journal_step_aside(world->arena, world->journal, "/a.jpg"));
    must(journal_step_aside(world->arena, world->journal, "/a.jpg")); /* is aside */
    must(journal_step_aside(world->arena, world->journal, "/b.jpg")); /* nothing is there */
    must(journal_commit(world->arena, world->journal));
    assert_false(is_there(world, held));
    History history;
    must(journal_history(world->arena, world->journal, &history));
    assert_true(history.count == 1 && history.list[0].output_stands);
}

typedef struct Order {
    char seen[256];
} Order;

static Err note_line(void *user, const Line *line)
{
    Order *order = user;
    char text[128];
    snprintf(text, sizeof text, "%d %s %s|", line->kept_attempt, line->kept_settled, line->before);
    strcat(order->seen, text);
    return OK;
}

static void a_line_knows_the_attempt_before_and_the_kept_one(void **state)
{
    World *world = *state;
    Id id = id_parse(ONE);
    Order order = {""};
    Row row = {.path = "/a.jpg", .shown = "/a.jpg", .id = &id, .attempt = 1, .sha256 = "aa", .profile = "p",
               .program = "g", .output = "", .output_sha256 = "", .record = "{}", .times = "", .faults = "[1]"};
    must(journal_put(world->arena, world->journal, &row));
    must(journal_remove(world->arena, world->journal, "/a.jpg"));
    put_passed(world, "/a.jpg"); /* attempt 2 */
    row.attempt = 3;
    row.sha256 = "cc";
    row.faults = "[3]";
    must(journal_retire(world->arena, world->journal, "/a.jpg", &row));
    must(journal_put(world->arena, world->journal, &row));
    must(journal_commit(world->arena, world->journal));
    must(journal_each(world->arena, world->journal, note_line, &order));
    assert_string_equal(order.seen, "2 {\"kept\":1} []|");
}

static void a_photo_that_moved_is_claimed_where_it_is(void **state)
{
    World *world = *state;
    put_passed(world, "/a.jpg");
    must(outdir_copy(world->arena, &world->outdir, "photos/" ONE ".JPG", ".held/x.JPG"));
    must(journal_rehome(world->arena, world->journal, "/a.jpg", ".held/x.JPG"));
    must(journal_commit(world->arena, world->journal));
    assert_false(is_there(world, "photos/" ONE ".JPG"));
    reopen(world);
    assert_true(is_there(world, ".held/x.JPG"));
    must(journal_remove(world->arena, world->journal, "/a.jpg"));
    must(journal_commit(world->arena, world->journal));
    write_output(world, ".held/y.JPG"); /* nobody's: of a killed run */
    reopen(world);
    assert_false(is_there(world, ".held/x.JPG"));
    assert_false(is_there(world, ".held/y.JPG"));
}

static int number_of(World *world, const char *path, const char *sha256, int planned)
{
    Id id = id_parse(ONE);
    Row row = {.path = path, .id = &id, .sha256 = sha256};
    must(journal_attempt(world->arena, world->journal, &row, &planned));
    return planned;
}

static void bytes_that_were_judged_before_keep_their_number(void **state)
{
    World *world = *state;
    Id id = id_parse(ONE);
    Row row = {.path = "/a.jpg", .shown = "/a.jpg", .id = &id, .attempt = 1, .sha256 = "aa", .profile = "p",
               .program = "g", .output = "", .output_sha256 = "", .record = "{}", .times = ""};
    assert_int_equal(number_of(world, "/a.jpg", "aa", 1), 1);
    must(journal_put(world->arena, world->journal, &row));
    row.path = "/b.jpg";
    row.sha256 = "bb";
    row.attempt = 2;
    must(journal_put(world->arena, world->journal, &row));
    assert_int_equal(number_of(world, "/a.jpg", "aa", 1), 1);   /* judged anew by other rules */
    assert_int_equal(number_of(world, "/c.jpg", "aa", 3), 1);   /* listed again elsewhere */
    assert_int_equal(number_of(world, "/b.jpg", "aa", 3), 3);   /* put back in place of another */
    assert_int_equal(number_of(world, "/a.jpg", "cc", 2), 3);   /* the second was elsewhere */
    assert_int_equal(number_of(world, "/c.jpg", "cc", 3), 3);
}

static void who_counted_is_remembered_without_a_row(void **state)
{
    World *world = *state;
    Counted *list;
    size_t count;
    put_passed(world, "/a.jpg");
    must(journal_remove(world->arena, world->journal, "/a.jpg"));
    must(journal_commit(world->arena, world->journal));
    reopen(world);
    must(journal_counted(world->arena, world->journal, &list, &count));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].sha256, "aa");
    assert_string_equal(list[0].key, ONE);
}

static void a_journal_of_the_second_version_is_carried_over(void **state)
{
    World *world = *state;
    Journal *look;
    History history;
    Counted *list;
    size_t count;
    char path[96];
    sqlite3 *db;
    put_passed(world, "/a.jpg");
    close_world(world);
    snprintf(path, sizeof path, "%s/journal.db", world->out);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DROP TABLE seal; DROP TABLE frame; ALTER TABLE photo DROP COLUMN slip; DROP TABLE counted; ALTER TABLE record DROP COLUMN thumb; PRAGMA user_version=2", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    must(journal_open(world->arena, NULL, world->out, &look)); /* --dry-run reads it as it is */
    must(journal_history(world->arena, look, &history));
    assert_int_equal(history.count, 1);
    journal_close(look);
    open_world(world);
    must(journal_counted(world->arena, world->journal, &list, &count));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].key, ONE);
}

static Err note_thumb(void *user, const Line *line)
{
    Bytes *thumb = user;
    thumb->size = line->thumb.size;
    if (line->thumb.data)
        memcpy(thumb->data, line->thumb.data, line->thumb.size);
    return OK;
}

static void a_small_picture_stays_with_its_row(void **state)
{
    World *world = *state;
    uint8_t read[16];
    Bytes found = {read, 99};
    put_passed(world, "/a.jpg");
    must(journal_commit(world->arena, world->journal));
    must(journal_each(world->arena, world->journal, note_thumb, &found));
    assert_int_equal(found.size, 0);
    close_world(world);
    sqlite3 *db;
    char path[96];
    snprintf(path, sizeof path, "%s/journal.db", world->out);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK); /* a journal of the third version */
    assert_int_equal(sqlite3_exec(db, "DROP TABLE seal; DROP TABLE frame; ALTER TABLE photo DROP COLUMN slip; ALTER TABLE record DROP COLUMN thumb; PRAGMA user_version=3", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    open_world(world);
    found.size = 99;
    must(journal_each(world->arena, world->journal, note_thumb, &found));
    assert_int_equal(found.size, 0);
    Id id = id_parse(ONE);
    Row row = {.path = "/a.jpg", .shown = "a.jpg", .id = &id, .files_for_id = 1, .attempt = 2, .sha256 = "bb", .profile = "p", .program = "g",
               .verdict = VERDICT_REJECT, .output = "", .output_sha256 = "", .record = "{}", .times = "{}", .thumb = {(uint8_t *)"a\0b", 3}};
    must(journal_put(world->arena, world->journal, &row));
    must(journal_commit(world->arena, world->journal));
    reopen(world);
    must(journal_each(world->arena, world->journal, note_thumb, &found));
    assert_int_equal(found.size, 3);
    assert_memory_equal(found.data, "a\0b", 3);
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_new_journal_is_shaped_as_one_carried_over),
        IN_WORLD(a_journal_of_the_first_version_is_carried_over),
        cmocka_unit_test(an_earlier_pass_is_kept_with_its_photo),
        cmocka_unit_test(a_sound_row_is_kept_unless_a_later_one_is),
        IN_WORLD(what_waits_under_a_path_makes_room_for_what_comes_there),
        IN_WORLD(a_line_knows_the_attempt_before_and_the_kept_one),
        IN_WORLD(a_photo_that_moved_is_claimed_where_it_is),
        IN_WORLD(a_journal_of_the_second_version_is_carried_over),
        IN_WORLD(a_small_picture_stays_with_its_row),
        IN_WORLD(bytes_that_were_judged_before_keep_their_number),
        IN_WORLD(who_counted_is_remembered_without_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
