/* SPDX-License-Identifier: MIT */
#include "../../pipeline/archive_photo.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../../pipeline/digest.h"
#include "../../stages/read.h"
#include "zip_fixture.h"

static Source read_number(ArchiveSeat *seat, const char *path, uint32_t number, Facts *facts)
{
    Profile profile = {.source_bytes_max = 1000};
    Source source;
    Task task = {.path = path_of(path), .entry = number};
    facts_clear(facts);
    assert_int_equal(read_entry(arena, seat, &task, &profile, &source, facts).code, ERR_NONE);
    assert_true(facts->v[CHECK_readable] == (source.data != NULL));
    assert_int_equal(source.data == NULL, source.problem != NULL);
    return source;
}

static void entries_are_read_whole_or_not_at_all(void **state)
{
    (void)state;
    uint8_t data[1001];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)i;
    const MakeEntry entries[] = {
        {.name = "a.jpg", .data = data, .bytes = 1000, .deflate = 1},
        {.name = "b.jpg", .data = data, .bytes = 0},
        {.name = "c.jpg", .data = data, .bytes = 1001},
        {.name = "d.jpg", .data = data, .bytes = 900, .spoil = 1},
        {.name = "e.jpg", .data = data, .bytes = 900, .claim = 800, .deflate = 1},
        {.name = "f.jpg", .data = data, .bytes = 900, .claim = 950, .deflate = 1},
        {.name = "\xd5\xc5\xc8\xfd.jpg", .data = data, .bytes = 7},
        {.name = "h.jpg", .data = data, .bytes = 7, .own = "i.jpg"},
        {.name = "j/k.jpg", .data = data, .bytes = 7, .own = "j\\k.jpg", .far = 1},
        {.name = "l.jpg", .data = data, .bytes = 7, .own = "m.jpg", .far = 1},
        {.name = "_.jpg", .data = data, .bytes = 7, .utf8 = "𠮷.jpg"},
    };
    members_of(entries, sizeof entries / sizeof *entries);
    ArchiveSeat seat = {.arena = arena};
    Facts facts;
    Source source = read_number(&seat, "a.zip//a.jpg", 1, &facts);
    assert_int_equal(source.bytes, 1000);
    assert_memory_equal(source.data, data, 1000);
    assert_int_equal(strlen(source.sha256), 64);
    struct stat info;
    assert_int_equal(stat(path_of("a.zip"), &info), 0);
    assert_true(source.ctime_ns == info.st_ctim.tv_sec * 1000000000ll + info.st_ctim.tv_nsec);
    assert_non_null(read_number(&seat, "a.zip//b.jpg", 2, &facts).data);
    assert_string_equal(read_number(&seat, "a.zip//c.jpg", 3, &facts).problem,
                        "is larger than the limit");
    assert_true(facts.v[CHECK_source_bytes] == 1001);
    for (uint32_t i = 4; i <= 6; i++)
        assert_null(read_number(&seat, arena_print(arena, "a.zip//%c.jpg", (int)('a' + i - 1)), i, &facts).data);
    assert_non_null(read_number(&seat, "a.zip//张三.jpg", 7, &facts).data);
    assert_non_null(strstr(read_number(&seat, "a.zip//h.jpg", 8, &facts).problem, "same name in both places"));
    assert_non_null(read_number(&seat, "a.zip//j/k.jpg", 9, &facts).data);
    assert_non_null(strstr(read_number(&seat, "a.zip//l.jpg", 10, &facts).problem, "same name in both places"));
    assert_non_null(read_number(&seat, "a.zip//𠮷.jpg", 11, &facts).data);
    /* Another entry than the listing meant: never bound to the wrong name. */
    assert_non_null(strstr(read_number(&seat, "a.zip//b.jpg", 1, &facts).problem, "replaced"));
    assert_null(read_number(&seat, "a.zip//b.jpg", 99, &facts).data);
    assert_null(read_number(&seat, "gone.zip//b.jpg", 1, &facts).data);
    assert_non_null(read_number(&seat, "a.zip//a.jpg", 1, &facts).data);
    archive_seat_close(&seat);
}

/* The end of ZIP64, which comes first where it stands, shows the one, the end behind it the other. */
static void save_two_directories(const MakeEntry *first, const MakeEntry *second)
{
    MakeZip zip = {0}, other = {0};
    uint8_t ends[56 + 20 + 22] = "PK\6\6", *locator = ends + 56, *end = locator + 20;
    zip_add_entry(&zip, first);
    zip_add_entry(&other, second);
    memcpy(locator, "PK\6\7", 4);
    memcpy(end, "PK\5\6", 4);
    zip_le(ends + 4, 44, 8);
    zip_le(ends + 12, 45, 2);
    zip_le(ends + 14, 45, 2);
    zip_le(ends + 24, 1, 8);
    zip_le(ends + 32, 1, 8);
    zip_le(ends + 40, zip.central_bytes, 8);
    zip_le(ends + 48, zip.bytes, 8);
    zip_le(locator + 8, zip.bytes + zip.central_bytes + other.central_bytes, 8);
    zip_le(locator + 16, 1, 4);
    zip_le(end + 8, 1, 2);
    zip_le(end + 10, 1, 2);
    zip_le(end + 12, other.central_bytes, 4);
    zip_le(end + 16, zip.bytes + zip.central_bytes, 4);
    FILE *file = fopen(path_of("two.zip"), "wb");
    fwrite(zip.data, 1, zip.bytes, file);
    fwrite(zip.central, 1, zip.central_bytes, file);
    fwrite(other.central, 1, other.central_bytes, file);
    fwrite(ends, 1, sizeof ends, file);
    fclose(file);
    free(zip.data);
    free(zip.central);
    free(other.data);
    free(other.central);
}

static void a_second_directory_does_not_vouch_for_a_name(void **state)
{
    (void)state;
    // clang-format off
    static const struct { MakeEntry first, second; bool sound; } row[] = {
        {{.name = "a.jpg"},                 {.name = "a.jpg"},                   true},
        {{.name = "a.jpg", .own = "b.jpg"}, {.name = "b.jpg"},                   false},
        {{.name = "a.jpg", .own = "b.jpg"}, {.name = "b.jpg", .utf8 = "c.jpg"},  false},
        {{.name = "a.jpg", .own = "b.jpg"}, {.name = "b.jpg", .utf8 = "a.jpg2"}, false},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        ArchiveSeat seat = {.arena = arena};
        Facts facts;
        Members members;
        save_two_directories(&row[i].first, &row[i].second);
        assert_int_equal(listing_zip(arena, path_of("two.zip"), &members).code, ERR_NONE);
        assert_int_equal(members.count, 1);
        assert_string_equal(members.list[0].name, "a.jpg");
        Source source = read_number(&seat, "two.zip//a.jpg", 1, &facts);
        assert_int_equal(source.data != NULL, row[i].sound);
        assert_true(row[i].sound || strstr(source.problem, "same name in both places"));
        archive_seat_close(&seat);
    }
}

/* Puts a file that cannot be read in the place of every open one of that path, or gives back what was there. */
static void swap_open_files(const char *path, int kept[32], bool back)
{
    char link[32], target[PATH_MAX];
    for (int fd = 3; fd < 32; fd++) {
        if (back && kept[fd] >= 0) {
            dup2(kept[fd], fd);
            close(kept[fd]);
        }
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t length = back ? -1 : readlink(link, target, sizeof target - 1);
        kept[fd] = -1;
        if (length < 0 || (size_t)length != strlen(path) || memcmp(target, path, (size_t)length) != 0)
            continue;
        int blind = open(path, O_WRONLY | O_CLOEXEC);
        kept[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 32);
        dup2(blind, fd);
        close(blind);
    }
}

static void an_archive_that_cannot_be_read_is_told_as_that(void **state)
{
    (void)state;
    MakeEntry entries[] = {{.name = "a.jpg", .data = "first", .bytes = 5}, {.name = "b.jpg", .data = "second", .bytes = 6}};
    members_of(entries, sizeof entries / sizeof *entries);
    for (uint32_t first = 0; first < 2; first++) { /* before and after the directory was read */
        ArchiveSeat seat = {.arena = arena};
        Facts facts;
        int kept[32];
        assert_int_equal(archive_open(arena, path_of("a.zip"), &seat.archive).code, ERR_NONE);
        strcpy(seat.path, path_of("a.zip"));
        if (first)
            assert_non_null(read_number(&seat, "a.zip//a.jpg", 1, &facts).data);
        swap_open_files(path_of("a.zip"), kept, false);
        const char *problem = read_number(&seat, "a.zip//b.jpg", 2, &facts).problem;
        swap_open_files(path_of("a.zip"), kept, true);
        assert_string_equal(problem, "cannot be read from its archive: its archive cannot be read: Bad file descriptor");
        Source source = read_number(&seat, "a.zip//b.jpg", 2, &facts);
        assert_non_null(source.data);
        assert_memory_equal(source.data, "second", 6);
        archive_seat_close(&seat);
    }
}

static void refused_entries_are_not_opened(void **state)
{
    (void)state;
    Profile profile = {.source_bytes_max = 1000};
    Source source;
    Facts facts;
    Task task = {.path = "nowhere.zip//../a.jpg", .entry = 1, .problem = "is refused"};
    facts_clear(&facts);
    assert_int_equal(read_entry(arena, NULL, &task, &profile, &source, &facts).code, ERR_NONE);
    assert_string_equal(source.problem, "is refused");
    assert_true(facts.v[CHECK_readable] == 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(entries_are_read_whole_or_not_at_all),
        TEST(a_second_directory_does_not_vouch_for_a_name),
        TEST(an_archive_that_cannot_be_read_is_told_as_that),
        TEST(refused_entries_are_not_opened),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
