/* SPDX-License-Identifier: MIT */
#include "../../stages/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>
#include "arena_fixture.h"
#include "folder_fixture.h"

static const char *path_of(const char *name)
{
    return arena_print(arena, "%s/%s", folder, name);
}

static void write_file(const char *name, size_t bytes)
{
    FILE *file = fopen(path_of(name), "wb");
    assert_non_null(file);
    for (size_t i = 0; i < bytes; i++)
        fputc((int)(i % 251), file);
    assert_int_equal(fclose(file), 0);
}

static Source read_at(const char *path, int cap, Facts *facts)
{
    Profile profile = {.source_bytes_max = cap};
    Source source;
    facts_clear(facts);
    assert_int_equal(read_source(arena, path, &profile, &source, facts).code, ERR_NONE);
    assert_int_equal(source.data != NULL, source.problem == NULL);
    assert_true(facts->v[CHECK_readable] == (source.data != NULL));
    assert_int_equal(source.sha256[0] != '\0', source.data != NULL);
    return source;
}

static void files_up_to_the_cap_are_read_whole(void **state)
{
    (void)state;
    static const struct {
        size_t bytes;
        bool read;
    } cases[] = {{0, true}, {1, true}, {999, true}, {1000, true}, {1001, false}, {100000, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_file("a.jpg", cases[i].bytes);
        Facts facts;
        Source source = read_at(path_of("a.jpg"), 1000, &facts);
        assert_int_equal(source.data != NULL, cases[i].read);
        assert_int_equal(source.bytes, cases[i].bytes);
        assert_true(facts.v[CHECK_source_bytes] == cases[i].bytes);
        if (!cases[i].read)
            assert_string_equal(source.problem, "is larger than the limit");
        for (size_t at = 0; source.data && at < source.bytes; at++)
            assert_int_equal(source.data[at], at % 251);
    }
}

static void large_files_are_not_touched(void **state)
{
    (void)state;
    write_file("sparse.jpg", 1);
    assert_int_equal(truncate(path_of("sparse.jpg"), 1ll << 40), 0);
    Facts facts;
    Source source = read_at(path_of("sparse.jpg"), 1 << 30, &facts);
    assert_string_equal(source.problem, "is larger than the limit");
    assert_true(facts.v[CHECK_source_bytes] == (double)(1ll << 40));
}

static void the_digest_is_sha256_in_hex(void **state)
{
    (void)state;
    FILE *file = fopen(path_of("abc"), "wb");
    fputs("abc", file);
    fclose(file);
    Facts facts;
    Source source = read_at(path_of("abc"), 1000, &facts); /* FIPS 180-2, B.1 */
    assert_string_equal(source.sha256,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    struct stat info;
    assert_int_equal(stat(path_of("abc"), &info), 0);
    assert_true(source.mtime_ns == info.st_mtim.tv_sec * 1000000000ll + info.st_mtim.tv_nsec);
    assert_true(source.ctime_ns == info.st_ctim.tv_sec * 1000000000ll + info.st_ctim.tv_nsec);
    assert_true(source.inode == info.st_ino);
}

static void make_socket(const char *path)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
}

static void only_regular_files_are_opened(void **state)
{
    (void)state;
    write_file("real.jpg", 10);
    assert_int_equal(symlink(path_of("real.jpg"), path_of("link.jpg")), 0);
    assert_int_equal(symlink("nowhere", path_of("dangling.jpg")), 0);
    assert_int_equal(mkdir(path_of("folder.jpg"), 0700), 0);
    assert_int_equal(mkfifo(path_of("pipe.jpg"), 0600), 0);
    make_socket(path_of("socket.jpg"));
    static const struct {
        const char *name, *problem;
    } cases[] = {
        {"link.jpg", "is a symbolic link"},
        {"dangling.jpg", "is a symbolic link"},
        {"folder.jpg", "is a folder"},
        {"pipe.jpg", "is no regular file"}, /* and nobody waits for its writer */
        {"socket.jpg", "cannot be read: No such device or address"},
        {"missing.jpg", "cannot be read: No such file or directory"},
        {"real.jpg/x", "cannot be read: Not a directory"},
        {"real.jpg", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Facts facts;
        Source source = read_at(path_of(cases[i].name), 1000, &facts);
        if (cases[i].problem)
            assert_string_equal(source.problem, cases[i].problem);
        else
            assert_null(source.problem);
    }
    Facts facts;
    assert_string_equal(read_at("/dev/null", 1000, &facts).problem, "is no regular file");
}

static void forbidden_files_say_so(void **state)
{
    (void)state;
    if (geteuid() == 0) {
        print_message("root may read everything\n");
        skip();
    }
    write_file("secret.jpg", 10);
    assert_int_equal(chmod(path_of("secret.jpg"), 0), 0);
    Facts facts;
    Source source = read_at(path_of("secret.jpg"), 1000, &facts);
    assert_string_equal(source.problem, "cannot be read: Permission denied");
}

/* The kernel's own files stand in for files that change under the reader: they are regular, but
 * what they hold has nothing to do with the size that fstat tells. */
static void files_that_change_size_are_not_taken(void **state)
{
    (void)state;
    Facts facts;
    Source source = read_at("/proc/self/status", 100000, &facts);
    assert_string_equal(source.problem, "grew while it was read");
    const char *shorter = "/sys/kernel/mm/transparent_hugepage/enabled";
    if (access(shorter, R_OK)) {
        print_message("'%s' is absent\n", shorter);
        skip();
    }
    source = read_at(shorter, 100000, &facts);
    assert_string_equal(source.problem, "shrank while it was read");
}

static void full_arenas_are_memory_errors(void **state)
{
    (void)state;
    write_file("b.jpg", 5000);
    Arena *small = arena_create(4096);
    Profile profile = {.source_bytes_max = 10000};
    Source source;
    Facts facts;
    assert_int_equal(read_source(small, path_of("b.jpg"), &profile, &source, &facts).code,
                     ERR_MEMORY);
    arena_destroy(small);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(files_up_to_the_cap_are_read_whole),
        TEST(large_files_are_not_touched),
        TEST(the_digest_is_sha256_in_hex),
        TEST(only_regular_files_are_opened),
        TEST(forbidden_files_say_so),
        TEST(files_that_change_size_are_not_taken),
        TEST(full_arenas_are_memory_errors),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
