/* SPDX-License-Identifier: MIT */
#include "../../pipeline/listing_zip.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../../pipeline/bind.h"
#include "../../pipeline/plan.h"
#include "zip_fixture.h"

static void names_are_utf8_or_gb18030(void **state)
{
    (void)state;
    // clang-format off
    static const struct { const char *raw; unsigned flags; const char *name; } row[] = {
        {"\xe5\xbc\xa0\xe4\xb8\x89.jpg", 0x800, "张三.jpg"}, {"\xe5\xbc\xa0\xe4\xb8\x89.jpg", 0, "张三.jpg"},
        {"\xd5\xc5\xc8\xfd.jpg", 0, "张三.jpg"},             {"\xbb\xfa\xb5\xe7\x32\xb0\xe0/a.jpg", 0, "机电2班/a.jpg"},
        {"\x97\x5c.jpg", 0, "梊.jpg"}, /* its second byte is a backslash */
        {"\x81\x30\x81\x30.jpg", 0, "\xc2\x80.jpg"},         {"class\\b.jpg", 0, "class/b.jpg"},
        {"./a.jpg", 0, "a.jpg"}, {".\\b/./././c.jpg", 0, "b/c.jpg"}, {"a./b..jpg", 0, "a./b..jpg"},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        MakeEntry entry = {.name = row[i].raw, .data = "x", .bytes = 1, .flags = row[i].flags};
        Members members = members_of(&entry, 1);
        assert_int_equal(members.count, 1);
        assert_string_equal(members.list[0].name, row[i].name);
        assert_null(members.list[0].problem);
    }
}

static void what_is_unsafe_is_refused_and_named(void **state)
{
    (void)state;
    // clang-format off
    static const struct { const char *name, *problem; unsigned flags; uint32_t attributes; } row[] = {
        {"/etc/a.jpg",       "leads out", 0, 0}, {"../a.jpg",     "leads out", 0, 0}, {"a/../../b.jpg", "leads out", 0, 0},
        {"a\\..\\b.jpg",     "leads out", 0, 0}, {"C:\\a.jpg",    "leads out", 0, 0}, {"\\\\host\\a.jpg", "leads out", 0, 0},
        {"./../a.jpg", "leads out", 0, 0}, {"..",               "leads out", 0, 0}, {"../passwd",    "leads out", 0, 0}, {"a/..",          "leads out", 0, 0},
        {"more.zip",         "inside an archive", 0, 0}, {"a/b.RAR", "inside an archive", 0, 0},
        {"link.jpg",         "symbolic link", 0, 0120777u << 16}, {"secret.jpg", "encrypted", 1, 0},
        {"\xff\xff.jpg",     "no known encoding", 0, 0},
        {"a..b.jpg",         NULL, 0, 0}, {"..a/b.jpg.jpg", NULL, 0, 0}, {"a/b.jpg", NULL, 0, 0100644u << 16},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        MakeEntry entry = {.name = row[i].name, .data = "0123456789abcdef", .bytes = 16,
                           .flags = row[i].flags, .attributes = row[i].attributes};
        Members members = members_of(&entry, 1);
        if (strcmp(row[i].name, "..a/b.jpg.jpg") == 0) { /* a hidden folder */
            assert_int_equal(members.count, 0);
            continue;
        }
        assert_int_equal(members.count, 1);
        if (!row[i].problem)
            assert_null(members.list[0].problem);
        else
            assert_non_null(strstr(members.list[0].problem, row[i].problem));
    }
}

static void nothing_is_dropped_but_what_a_folder_drops_too(void **state)
{
    (void)state;
    static const MakeEntry entries[] = {
        {.name = "z.jpg", .data = "z", .bytes = 1}, {.name = "b/"},
        {.name = "b/a.JPG", .data = "a", .bytes = 1}, {.name = "z.jpg", .data = "y", .bytes = 1},
        {.name = "notes.txt", .data = "n", .bytes = 1}, {.name = ".x.jpg", .data = "n", .bytes = 1},
        {.name = "__MACOSX/._z.jpg", .data = "n", .bytes = 1}, {.name = "Thumbs.db"},
        {.name = ".k/c.jpg", .data = "n", .bytes = 1}, {.name = "a/.k/c.txt"}, {.name = "__MACOSX/z.jpg"}, {.name = "./"},
    };
    Members members = members_of(entries, sizeof entries / sizeof *entries);
    assert_int_equal(members.count, 3);
    assert_int_equal(members.other_count, 1 + 3); /* notes; hidden pictures */
    assert_string_equal(members.list[0].name, "b/a.JPG");
    assert_null(members.list[0].problem);
    assert_int_equal(members.list[0].number, 3);
    for (int i = 1; i <= 2; i++) { /* nobody can say which of them is meant */
        assert_string_equal(members.list[i].name, "z.jpg");
        assert_non_null(strstr(members.list[i].problem, "more than once"));
        assert_int_equal(members.list[i].copy, i);
    }
}

static void bombs_are_refused(void **state)
{
    (void)state;
    size_t bytes = 4 << 20;
    uint8_t *zeros = calloc(1, bytes), *noise = malloc(bytes);
    for (size_t i = 0; i < bytes; i++)
        noise[i] = (uint8_t)(random() >> 8);
    MakeEntry entries[40];
    for (int i = 0; i < 40; i++)
        entries[i] = (MakeEntry){.name = arena_print(arena, "%02d.jpg", i), .data = noise,
                                 .bytes = i == 0 ? bytes : 100};
    entries[1] = (MakeEntry){.name = "01.jpg", .data = zeros, .bytes = bytes, .deflate = 1};
    Members members = members_of(entries, 2);
    assert_null(members.list[0].problem);
    assert_non_null(strstr(members.list[1].problem, "unpacks"));
    MakeZip zip = {0}; /* 39 small lies: 4 MB of file, 600 MB said */
    for (int i = 0; i < 40; i++) {
        entries[i].claim = i ? 16 << 20 : 0;
        zip_add_entry(&zip, &entries[i]);
    }
    zip_save(&zip, path_of("bomb.zip"));
    Err err = listing_zip(arena, path_of("bomb.zip"), &members);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "bomb.zip"));
    free(zeros);
    free(noise);
}

static void the_listing_gives_entries_paths_and_stamps(void **state)
{
    (void)state;
    static const MakeEntry entries[] = {{.name = "k/b.jpg", .data = "bb", .bytes = 2},
                                        {.name = "a.jpg", .data = "aaa", .bytes = 3},
                                        {.name = "a.jpg", .data = "aaa", .bytes = 3}};
    members_of(entries, 3);
    const char *paths[] = {path_of("a.zip"), path_of("./a.zip"), NULL};
    Listing list;
    assert_int_equal(listing_find(arena, &(Wanted){.paths = paths}, &list).code, ERR_NONE);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.files[0].path, path_of("a.zip//a.jpg"));
    assert_string_equal(list.files[1].path, path_of("a.zip//[2]/a.jpg"));
    assert_string_equal(list.files[2].path, path_of("a.zip//k/b.jpg"));
    assert_int_equal(list.files[0].stamp.bytes, 3);
    assert_int_not_equal(list.files[0].stamp.inode, list.files[2].stamp.inode);
    assert_non_null(list.files[1].problem);
    assert_int_equal(list.files[2].entry, 1);
    FILE *file = fopen(path_of("broken.zip"), "wb");
    fputs("PK", file);
    fclose(file);
    const char *broken[] = {path_of("broken.zip"), NULL};
    Err err = listing_find(arena, &(Wanted){.paths = broken}, &list);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "broken.zip"));
}

static char *long_name(char letter, size_t bytes)
{
    char *name = arena_print(arena, "%*s", (int)bytes, "");
    memset(name, letter, bytes);
    memcpy(name + bytes - 4, ".jpg", 4);
    return name;
}

/* Of a path that no system takes nothing would be settled: it is a record with less of its name. */
static void a_name_that_makes_no_path_is_cut_and_its_entry_refused(void **state)
{
    (void)state;
    size_t fits = PATH_MAX - 64 - strlen(path_of("a.zip//[1000000]/"));
    MakeEntry entries[] = {{.name = long_name('f', fits), .data = "x", .bytes = 1},
                           {.name = long_name('g', fits + 1), .data = "x", .bytes = 1},
                           {.name = long_name('g', fits + 2), .data = "x", .bytes = 1},
                           {.name = long_name('h', 65535), .data = "x", .bytes = 1},
                           {.name = arena_print(arena, "%s/11010519491231002X.jpg", long_name('i', fits)), .data = "x", .bytes = 1},
                           {.name = "z.jpg", .data = "x", .bytes = 1}};
    members_of(entries, 6);
    const char *paths[] = {path_of("a.zip"), NULL};
    Listing list;
    Bound bound;
    assert_int_equal(listing_find(arena, &(Wanted){.paths = paths}, &list).code, ERR_NONE);
    assert_int_equal(list.count, 6);
    for (size_t i = 0; i < 6; i++) {
        bool cut = i > 0 && i < 5;
        bind_file(NULL, list.files[i].path, &bound);
        assert_true(strlen(list.files[i].path) < PATH_MAX);
        assert_int_equal(list.files[i].problem != NULL, cut);
        assert_true(!cut || (strstr(list.files[i].problem, "too long") && !bound.key[0] == (i < 4)));
        assert_int_equal(list.files[i].entry, i + 1);
    }
    assert_string_equal(list.files[4].path, path_of("a.zip//[5]/…/11010519491231002X.jpg"));
    assert_string_equal(list.files[5].path, path_of("a.zip//z.jpg"));
}

static void a_row_without_an_id_goes_when_its_zip_no_longer_holds_it(void **state)
{
    (void)state;
    static const MakeEntry entries[] = {{.name = "a.jpg", .data = "bb", .bytes = 2}};
    members_of(entries, 1);
    const char *paths[] = {path_of("a.zip"), NULL};
    Listing list;
    Plan plan;
    assert_int_equal(listing_find(arena, &(Wanted){.paths = paths}, &list).code, ERR_NONE);
    Past rows[] = {{.path = path_of("a.zip//gone.jpg")}, {.path = path_of("b.zip//gone.jpg")}};
    for (int i = 0; i < 2; i++)
        rows[i].sha256 = rows[i].profile = rows[i].program = "";
    PlanAsk ask = {&list, &(History){rows, 2}, NULL, "p", "q"};
    assert_int_equal(plan_make(arena, &ask, &plan).code, ERR_NONE);
    assert_int_equal(plan.dropped_count, 1);
    assert_ptr_equal(plan.dropped[0].past, &rows[0]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(names_are_utf8_or_gb18030),
        TEST(what_is_unsafe_is_refused_and_named),
        TEST(nothing_is_dropped_but_what_a_folder_drops_too),
        TEST(bombs_are_refused),
        TEST(the_listing_gives_entries_paths_and_stamps),
        TEST(a_name_that_makes_no_path_is_cut_and_its_entry_refused),
        TEST(a_row_without_an_id_goes_when_its_zip_no_longer_holds_it),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
