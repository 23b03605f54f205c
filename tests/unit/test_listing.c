/* SPDX-License-Identifier: MIT */
#include "../../pipeline/listing.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct World {
    Arena *arena;
    char root[PATH_MAX], before[PATH_MAX];
} World;

static int shell(const char *command)
{
    return system(command);
}

static int set_up(void **state)
{
    World *world = calloc(1, sizeof *world);
    world->arena = arena_create(1 << 26);
    strcpy(world->root, "/tmp/headroom-listing-XXXXXX");
    assert_non_null(mkdtemp(world->root));
    assert_non_null(getcwd(world->before, sizeof world->before));
    assert_int_equal(chdir(world->root), 0);
    assert_int_equal(
        shell("mkdir -p in/b/c in/.hidden/k in/empty out new; touch in/z.jpg in/a.JPG in/b/1.jpeg "
              "in/b/c/2.jpg.jpg in/.x.jpg in/._z.jpg in/Thumbs.db in/desktop.ini in/.DS_Store "
              "in/notes.txt in/list.pdf in/p.PNG in/.hidden/h.jpg in/.hidden/k/.i.png in/.hidden/._h.jpg in/.hidden/other in/q.heic 'in/name (1).jpg';"
              "ln -s z.jpg in/link.jpg; ln -s ../in in/loop; ln -s ../z.jpg in/.hidden/l.jpg; ln -s k in/.hidden/l; ln -s in alias; mkfifo in/pipe.jpg"),
        0);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    World *world = *state;
    char command[2 * PATH_MAX + 64];
    snprintf(command, sizeof command, "chmod -R u+rwx %s; rm -r %s", world->root, world->root);
    assert_int_equal(chdir(world->before), 0);
    assert_int_equal(shell(command), 0);
    arena_destroy(world->arena);
    free(world);
    return 0;
}

static Err find(World *world, const Wanted *wanted, Listing *out)
{
    return listing_find(world->arena, wanted, out);
}

static void expect_paths(const Listing *list, const char *const *paths)
{
    size_t i = 0;
    for (; paths[i]; i++) {
        assert_true(i < list->count);
        assert_string_equal(list->files[i].path, paths[i]);
    }
    assert_int_equal(list->count, i);
}

static const char *const everything[] = {"in/a.JPG",        "in/b/1.jpeg", "in/b/c/2.jpg.jpg",
                                         "in/name (1).jpg", "in/p.PNG",    "in/q.heic",
                                         "in/z.jpg",        NULL};

static void a_folder_is_walked_bytewise_without_links_and_hidden_files(void **state)
{
    const char *paths[] = {"in", NULL};
    Listing list;
    assert_int_equal(find(*state, &(Wanted){.paths = paths, .out = "out"}, &list).code, ERR_NONE);
    expect_paths(&list, everything);
    assert_int_equal(list.other_count, 2 + 3 + 1); /* no pictures; hidden; a pipe */
    assert_int_equal(list.link_count, 2); /* in what is hidden none is meant */
    assert_int_equal(list.closed_count, 0);
    for (size_t i = 0; i < list.count; i++) {
        assert_int_not_equal(list.files[i].stamp.inode, 0);
        assert_int_equal(list.files[i].key[0], '/');
    }
}

typedef struct Told {
    char text[256];
    int left; /* before it fails */
} Told;

static Err tell(void *user, const char *folder)
{
    Told *told = user;
    strcat(strcat(told->text, folder), " ");
    return told->left-- ? OK : (Err){ERR_IO, "no more"};
}

static void every_folder_is_told_before_it_is_read(void **state)
{
    World *world = *state;
    const char *paths[] = {"in/", NULL}, *here[] = {".", NULL};
    Told told = {.left = 99}, short_one = {.left = 1};
    Listing list;
    assert_int_equal(find(world, &(Wanted){.paths = paths, .enters = tell, .watcher = &told}, &list).code, ERR_NONE);
    assert_string_equal(told.text, "in in/b in/b/c in/empty ");
    assert_int_equal(find(world, &(Wanted){.paths = paths, .enters = tell, .watcher = &short_one}, &list).code, ERR_IO);
    assert_string_equal(short_one.text, "in in/b ");
    assert_int_equal(chdir("in/empty"), 0);
    told = (Told){.left = 99};
    assert_int_equal(find(world, &(Wanted){.paths = here, .enters = tell, .watcher = &told}, &list).code, ERR_NONE);
    assert_string_equal(told.text, ". ");
}

static void a_file_named_in_many_ways_is_taken_once(void **state)
{
    World *world = *state;
    char whole[PATH_MAX + 8];
    snprintf(whole, sizeof whole, "%s/in", world->root);
    const char *paths[] = {"./in//", "in", whole, "alias", "in/z.jpg", "./in/../in/a.JPG", NULL};
    Listing list;
    assert_int_equal(find(world, &(Wanted){.paths = paths}, &list).code, ERR_NONE);
    expect_paths(&list, everything);
    for (size_t i = 1; i < list.count; i++)
        assert_true(strcmp(list.files[list.by_key[i - 1]].key, list.files[list.by_key[i]].key) < 0);
}

static void the_order_asked_for_is_kept(void **state)
{
    const char *paths[] = {"in/z.jpg", "in/notes.txt", "in/b", "in/a.JPG", "in/link.jpg", NULL};
    const char *found[] = {"in/z.jpg", "in/notes.txt", "in/b/1.jpeg", "in/b/c/2.jpg.jpg",
                           "in/a.JPG", "in/link.jpg",  NULL};
    Listing list;
    assert_int_equal(find(*state, &(Wanted){.paths = paths}, &list).code, ERR_NONE);
    expect_paths(&list, found);
}

static void lists_of_names_are_read_by_line_and_by_nul(void **state)
{
    assert_int_equal(shell("printf 'in/z.jpg\\r\\n\\nin/gone.jpg\\nin/a.JPG' > lines; (printf '\\357\\273\\277'; cat lines) > marked;"
                           "printf 'in/z.jpg\\0in/gone.jpg\\0in/a.JPG\\0' > nuls"),
                     0);
    const char *found[] = {"in/z.jpg", "in/gone.jpg", "in/a.JPG", NULL};
    Listing list;
    assert_int_equal(find(*state, &(Wanted){.files_from = "lines"}, &list).code, ERR_NONE);
    expect_paths(&list, found);
    assert_int_equal(find(*state, &(Wanted){.files_from = "marked"}, &list).code, ERR_NONE);
    expect_paths(&list, found);
    assert_int_equal(list.files[1].stamp.inode, 0);
    Wanted nuls = {.files_from = "nuls", .nul_separated = true};
    assert_int_equal(find(*state, &nuls, &list).code, ERR_NONE);
    expect_paths(&list, found);
}

static void what_is_no_list_of_paths_ends_soon(void **state)
{
    assert_int_equal(shell("head -c 4095 /dev/zero | tr '\\0' x > most; head -c 4096 /dev/zero | tr '\\0' x > more;"
                           "(printf 'in/z.jpg\\n'; cat more) > second; (cat most; printf '\\r\\n') > crlf; printf 'in/z.jpg\\0in/a.JPG\\0' > nuls; printf 'in/z.jpg\\nin/a.JPG\\0' > late;"
                           "printf '\\377\\376i\\0n\\0/\\0' > little; printf '\\376\\377\\0i\\0n\\0/' > big;"
                           "mark() { printf '\\357\\273\\277'; cat $1; }; mark most > marked_most; mark crlf > marked_crlf; mark more > marked_more"),
                     0);
    // clang-format off
    static const struct { const char *list; bool nul; const char *says; } row[] = {
        {"most",      false, NULL},
        {"crlf",      false, NULL},
        {"marked_most", false, NULL},
        {"marked_crlf", false, NULL},
        {"marked_more", false, "path 1 is longer than 4095 bytes"},
        {"more",      false, "path 1 is longer than 4095 bytes"},
        {"second",    false, "path 2 is longer than 4095 bytes"},
        {"nuls",      false, "holds a zero byte: -0 is for"},
        {"late",      false, "holds a zero byte: -0 is for"},
        {"little",    false, "is UTF-16: save the list as UTF-8"},
        {"big",       false, "is UTF-16: save the list as UTF-8"},
        {"nuls",      true,  NULL},
        {"/dev/zero", false, "path 1 is longer than 4095 bytes"},
        {"/dev/zero", true,  "holds more than 4194304 paths or 512 MiB"},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        Listing list;
        Err err = find(*state, &(Wanted){.files_from = row[i].list, .nul_separated = row[i].nul}, &list);
        assert_int_equal(err.code, row[i].says ? ERR_USAGE : ERR_NONE);
        if (row[i].says && !strstr(err.text, row[i].says))
            fail_msg("%s: %s", row[i].list, err.text);
    }
}

static void what_cannot_be_meant_is_refused(void **state)
{
    assert_int_equal(shell("touch out/x.jpg x.zip; mkdir -p in/deep/out"), 0);
    // clang-format off
    static const struct { const char *path, *out; ErrCode code; } row[] = {
        {"in",           "out",          ERR_NONE},
        {"in",           "in/deep/out",  ERR_USAGE},
        {"in",           "in",           ERR_USAGE},
        {"in",           "in/not/there", ERR_USAGE},
        {"in",           "alias/new",    ERR_USAGE},
        {"in",           "inner",        ERR_NONE}, /* begins like it, lies beside it */
        {"out/x.jpg",    "out",          ERR_USAGE},
        {"in/deep",      "in",           ERR_USAGE},
        {"in/z.jpg",     "in",           ERR_USAGE},
        {"in/z.jpg",     "in/deep/out",  ERR_NONE},
        {"in",           "nope/../in/o", ERR_USAGE},
        {"nowhere",      NULL,           ERR_USAGE},
        {"in/",          NULL,           ERR_NONE},
        {"in/z.jpg/",    NULL,           ERR_USAGE},
        {"x.zip/",       NULL,           ERR_USAGE},
        {"x.zip",        NULL,           ERR_USAGE},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        const char *paths[] = {row[i].path, NULL};
        Listing list;
        Err err = find(*state, &(Wanted){.paths = paths, .out = row[i].out}, &list);
        assert_int_equal(err.code, row[i].code);
    }
}

static void names_are_sorted_by_their_looks(void **state)
{
    (void)state;
    // clang-format off
    static const struct { const char *name; Looks looks; } row[] = {
        {"a.jpg", LOOKS_PICTURE}, {"a.JPEG", LOOKS_PICTURE}, {"a.jpg.jpg", LOOKS_PICTURE}, {"a.heic", LOOKS_PICTURE},
        {"a.TIFF", LOOKS_PICTURE}, {"a.txt", LOOKS_OTHER}, {"jpg", LOOKS_OTHER}, {"a.jpg.part", LOOKS_OTHER},
        {"a.", LOOKS_OTHER}, {".jpg", LOOKS_SKIPPED}, {"._a.jpg", LOOKS_SKIPPED}, {"THUMBS.DB", LOOKS_SKIPPED},
        {"Desktop.ini", LOOKS_SKIPPED}, {".a.jpg", LOOKS_HIDDEN}, {".DS_Store", LOOKS_SKIPPED}, {".a.jpg.8Uz3Hf", LOOKS_SKIPPED},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        assert_int_equal(listing_looks(row[i].name), row[i].looks);
}

static void a_closed_folder_is_counted_not_forgotten(void **state)
{
    if (geteuid() == 0) {
        print_message("root opens every folder\n");
        skip();
    }
    assert_int_equal(shell("mkdir in/shut; chmod 0 in/shut"), 0);
    const char *paths[] = {"in", NULL};
    Listing list;
    assert_int_equal(find(*state, &(Wanted){.paths = paths}, &list).code, ERR_NONE);
    assert_int_equal(list.closed_count, 1);
    assert_string_equal(list.closed, "in/shut/");
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_folder_is_walked_bytewise_without_links_and_hidden_files),
        IN_WORLD(every_folder_is_told_before_it_is_read),
        IN_WORLD(a_file_named_in_many_ways_is_taken_once),
        IN_WORLD(the_order_asked_for_is_kept),
        IN_WORLD(lists_of_names_are_read_by_line_and_by_nul),
        IN_WORLD(what_is_no_list_of_paths_ends_soon),
        IN_WORLD(what_cannot_be_meant_is_refused),
        IN_WORLD(a_closed_folder_is_counted_not_forgotten),
        cmocka_unit_test(names_are_sorted_by_their_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
