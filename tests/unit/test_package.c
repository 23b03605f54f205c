/* SPDX-License-Identifier: MIT */
#include "package_world.h"
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include "../../stages/package_plan.h"
#include "../../stages/zip_check.h"

static unsigned le16(const uint8_t *at)
{
    return at[0] | (unsigned)at[1] << 8;
}

static void a_zip_is_stored_flat_sorted_and_without_anything_else(void **state)
{
    World *world = *state;
    Packaged out = pack(world);
    assert_int_equal(out.zips, 1);
    assert_int_equal(out.photos, 5);
    assert_string_equal(out.names[0], "photos-001.zip");
    size_t bytes, expected = 22;
    uint8_t *zip = read_bytes(world, in_world(world, "package/photos-001.zip"), &bytes), *at = zip;
    for (size_t i = 0; i < 6; i++) {
        if (!world->items[i].source[0])
            continue;
        assert_memory_equal(at, "PK\3\4\n\0\0\0\0\0\0\0\x21\0", 14); /* 1.0, no flags, stored, 1980 */
        assert_int_equal(le16(at + 26), 22);
        assert_int_equal(le16(at + 28), 0);
        assert_memory_equal(at + 30, world->items[i].id, 18);
        assert_memory_equal(at + 48, ".JPG", 4);
        at += 52 + world->items[i].bytes;
        expected += 52 + 46 + 22 + world->items[i].bytes;
    }
    assert_int_equal(bytes, expected);
    assert_int_equal(out.bytes, expected);
    ZipSeen seen;
    assert_int_equal(zip_check(world->arena, in_world(world, "package/photos-001.zip"),
                               &(ZipVisit){0}, &seen).code, ERR_NONE);
    assert_true(seen.exact);
    assert_int_equal(seen.entries, 5);
    struct stat info;
    assert_int_equal(stat(in_world(world, "package/photos-001.zip"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_true(sums_hold(world));
}

static void the_bytes_are_the_same_in_every_zone_and_on_every_day(void **state)
{
    static const char *const zones[] = {"UTC", "Asia/Shanghai", "America/St_Johns",
                                        "Pacific/Kiritimati", "Australia/Lord_Howe", NULL};
    World *world = *state;
    char first[65], again[65];
    for (int i = 0; zones[i]; i++) {
        setenv("TZ", zones[i], 1);
        tzset();
        struct timespec old[2] = {{.tv_sec = 86400 * 400 * (i + 1)}, {.tv_sec = 86400 * 400 * (i + 1)}};
        for (size_t j = 0; j < 6; j++)
            utimensat(AT_FDCWD, in_world(world, "photos/%s.JPG", world->items[j].id), old, 0);
        unlink(in_world(world, "package/photos-001.zip"));
        pack(world);
        int fd = open(in_world(world, "package/photos-001.zip"), O_RDONLY);
        assert_true(digest_file(fd, i ? again : first));
        close(fd);
        if (i)
            assert_string_equal(first, again);
    }
    unsetenv("TZ");
    tzset();
}

static void the_manifest_names_everyone_and_survives_a_spreadsheet(void **state)
{
    World *world = *state;
    world->items[0].name = "=cmd|'/c calc'!A1";
    world->items[1].decision = "accepted by 李老师: 头巾";
    pack(world);
    size_t bytes;
    char *text = (char *)read_bytes(world, in_world(world, "package/manifest.csv"), &bytes);
    assert_memory_equal(text, "\xEF\xBB\xBF\"id\",\"name\",\"class\",\"file\",\"package\",\"sha256\","
                              "\"bytes\",\"quality\",\"source_sha256\",\"crop\",\"decision\"\r\n", 94);
    assert_non_null(strstr(text, "\"=\"\"11010519491231002X\"\"\",\"'=cmd|'/c calc'!A1\",\"会计\","
                                 "\"11010519491231002X.JPG\",\"photos-001.zip\",\""));
    assert_non_null(strstr(text, ",1000,84,\"source\",\"1,2,3,4\",\"\"\r\n"));
    assert_non_null(strstr(text, "\"accepted by 李老师: 头巾\"\r\n"));
    assert_non_null(strstr(text, "\"=\"\"440524188001010014\"\"\",\"张三\",\"机电2班\",\"\",\"\",\"\",,,"
                                 "\"\",\"1,2,3,4\",\"missing\"\r\n"));
    assert_true(sums_hold(world));
}

/* How many ZIPs, and photos in the first. */
static void divide(World *world, size_t *zips, size_t *first)
{
    PackagePlan *plan;
    PlannedZip zip;
    *zips = *first = 0;
    assert_int_equal(package_plan_open(world->arena, &world->ask, &plan).code, ERR_NONE);
    for (;; ++*zips) {
        assert_int_equal(package_plan_next(plan, world->arena, &zip).code, ERR_NONE);
        if (!zip.name)
            break;
        *first = *zips ? *first : zip.count;
    }
    package_plan_close(plan);
}

static void splits_keep_their_limits(void **state)
{
    World *world = *state;
    const size_t overhead = 30 + 46 + 2 * 22;
    // clang-format off
    static const struct { PackageSplit split; size_t limit, zips, first; } row[] = {
        {SPLIT_NONE,  0,    1, 5}, {SPLIT_GROUP, 0,    2, 3},
        {SPLIT_COUNT, 1,    5, 1}, {SPLIT_COUNT, 2,    3, 2}, {SPLIT_COUNT, 4,    2, 4}, {SPLIT_COUNT, 5,    1, 5},
        {SPLIT_BYTES, 2361, 4, 2}, {SPLIT_BYTES, 2362, 4, 2}, {SPLIT_BYTES, 1 << 20, 1, 5},
    };
    // clang-format on
    assert_int_equal(22 + 2 * overhead + 1000 + 1100, 2362);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        world->ask.split = row[i].split;
        world->ask.limit = row[i].limit;
        size_t zips, first;
        divide(world, &zips, &first);
        if (row[i].limit == 2361) {
            assert_int_equal(first, 1);
            continue;
        }
        assert_int_equal(zips, row[i].zips);
        assert_int_equal(first, row[i].first);
    }
    world->ask.split = SPLIT_GROUP;
    Packaged out = pack(world);
    assert_string_equal(out.names[0], "photos-001-会计.zip");
    assert_string_equal(out.names[1], "photos-002-机电2班.zip");
    assert_true(sums_hold(world));
    world->ask.split = SPLIT_BYTES;
    world->ask.limit = 22 + overhead + 1500; /* exactly the largest photo */
    out = pack(world);
    assert_int_equal(out.zips, 5);
    assert_false(is_there(world, "package/photos-001-会计.zip"));
    assert_true(sums_hold(world));
    world->ask.limit--;
    Packaged none;
    world->next = 0;
    assert_int_equal(package_write(world->arena, &world->ask, &none).code, ERR_USAGE);
}

static void names_that_cannot_be_files_are_refused(void **state)
{
    World *world = *state;
    // clang-format off
    static const struct { const char *name, *file, *id; ErrCode code; } row[] = {
        {"photos", "{id}.JPG",      "11010519491231002X", ERR_NONE},
        {"photos", "photo_{id}.jpg", "南字第012345号",     ERR_NONE},
        {"../x",   "{id}.JPG",      "11010519491231002X", ERR_USAGE},
        {"",       "{id}.JPG",      "11010519491231002X", ERR_USAGE},
        {".x",     "{id}.JPG",      "11010519491231002X", ERR_USAGE},
        {"photos", "photo.JPG",     "11010519491231002X", ERR_USAGE},
        {"photos", "a/{id}.JPG",    "11010519491231002X", ERR_USAGE},
        {"photos", "{id}.JPG",      "../11010519",        ERR_USAGE},
        {"photos", "{id}.JPG",      "a\\b",               ERR_USAGE},
        {"photos", "{id}.JPG",      "a\nb",               ERR_USAGE},
        {"photos", "{id}.JPG",      "",                   ERR_USAGE},
        {"photos", "{id}.JPG",      "34052419800101001x", ERR_USAGE}, /* beside ...X */
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        PackagePlan *plan;
        world->next = 0;
        world->ask.name = row[i].name;
        world->ask.file_name = row[i].file;
        world->items[0].id = row[i].id;
        assert_int_equal(package_plan_open(world->arena, &world->ask, &plan).code, row[i].code);
        package_plan_close(plan);
    }
}

static void han_names_are_flagged_and_the_extension_follows_the_wish(void **state)
{
    World *world = *state;
    add_person(world, 6, "南字第012345号", 500);
    world->count = 7;
    world->ask.extension = CASE_LOWER;
    pack(world);
    size_t bytes;
    uint8_t *zip = read_bytes(world, in_world(world, "package/photos-001.zip"), &bytes);
    uint8_t *last = zip + 5 * (52 + 1000) + 100 + 200 + 400 + 500;
    assert_memory_equal(last, "PK\3\4", 4);
    assert_int_equal(le16(last + 6), 0x800);
    assert_memory_equal(last + 30, "南字第012345号.jpg", 22);
    assert_memory_equal(zip + 30, "11010519491231002X.jpg", 22);
    assert_int_equal(le16(zip + 6), 0);
    ZipSeen seen;
    assert_int_equal(zip_check(world->arena, in_world(world, "package/photos-001.zip"),
                               &(ZipVisit){0}, &seen).code, ERR_NONE);
    assert_true(seen.exact);
}

static void a_photo_that_was_changed_stops_the_package_and_is_named(void **state)
{
    World *world = *state;
    pack(world);
    size_t bytes;
    uint8_t *before = read_bytes(world, in_world(world, "package/photos-001.zip"), &bytes);
    char *path = in_world(world, "photos/440308199901101512.JPG");
    size_t size;
    uint8_t *photo = read_bytes(world, path, &size);
    photo[600] ^= 1;
    write_bytes(path, photo, size);
    for (int round = 0; round < 3; round++) {
        Packaged out;
        world->next = 0;
        Err err = package_write(world->arena, &world->ask, &out);
        assert_int_equal(err.code, ERR_IO);
        assert_non_null(strstr(err.text, "440308********1512"));
        assert_null(strstr(err.text, "440308199901101512"));
        assert_true(sums_hold(world)); /* of before */
        if (round == 0)
            assert_int_equal(truncate(path, 600), 0);
        if (round == 1)
            unlink(path);
    }
    uint8_t *after = read_bytes(world, in_world(world, "package/photos-001.zip"), &size);
    assert_int_equal(bytes, size);
    assert_memory_equal(before, after, bytes);
}

static void the_same_package_again_writes_nothing(void **state)
{
    World *world = *state;
    world->ask.split = SPLIT_COUNT;
    world->ask.limit = 2;
    assert_false(pack(world).unchanged);
    struct stat before, after;
    assert_int_equal(stat(in_world(world, "package"), &before), 0);
    Packaged out = pack(world);
    assert_true(out.unchanged);
    assert_int_equal(out.kept, 3);
    assert_int_equal(stat(in_world(world, "package"), &after), 0);
    assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof before.st_mtim);
    world->items[5].decision = "accepted";
    out = pack(world);
    assert_false(out.unchanged);
    assert_int_equal(out.kept, 3);
    assert_true(sums_hold(world));
}

static void damage_in_place_is_repaired(void **state)
{
    World *world = *state;
    world->ask.split = SPLIT_COUNT;
    world->ask.limit = 2;
    pack(world);
    static const char *const files[] = {"SHA256SUMS", "manifest.csv", "photos-001.zip",
                                        "photos-003.zip"};
    for (size_t i = 0; i < 8; i++) {
        char *path = in_world(world, "package/%s", files[i % 4]);
        assert_int_equal(i < 4 ? unlink(path) : truncate(path, 40), 0);
        assert_false(sums_hold(world));
        assert_false(pack(world).unchanged);
        assert_true(sums_hold(world));
        assert_true(pack(world).unchanged);
    }
}

static void names_given_up_are_forgotten_also_when_that_was_killed(void **state)
{
    World *world = *state;
    size_t bytes;
    pack(world);
    FILE *ours = fopen(in_world(world, ".package"), "ae");
    assert_non_null(ours);
    fputs("photos-007.zip\n", ours); /* as step 2 leaves it, and step 6 did not come */
    fclose(ours);
    assert_true(pack(world).unchanged);
    assert_null(strstr((char *)read_bytes(world, in_world(world, ".package"), &bytes), "007"));
}

static void only_our_own_former_zips_are_removed(void **state)
{
    World *world = *state;
    world->ask.split = SPLIT_COUNT;
    world->ask.limit = 1;
    pack(world);
    write_bytes(in_world(world, "package/photos-009.zip"), "x", 1);
    write_bytes(in_world(world, "package/holiday.zip"), "x", 1);
    world->ask.limit = 3;
    pack(world);
    assert_true(is_there(world, "package/photos-002.zip"));
    assert_false(is_there(world, "package/photos-003.zip"));
    assert_false(is_there(world, "package/photos-005.zip"));
    world->ask.name = "retakes";
    world->count = 2;
    assert_int_equal(pack(world).zips, 1);
    assert_false(is_there(world, "package/photos-001.zip"));
    world->count = 0;
    assert_int_equal(pack(world).zips, 0);
    assert_false(is_there(world, "package/retakes-001.zip"));
    assert_true(is_there(world, "package/photos-009.zip"));
    assert_true(is_there(world, "package/holiday.zip"));
    assert_true(sums_hold(world));
}

static void names_of_zips_are_told_from_others(void **state)
{
    (void)state;
    // clang-format off
    static const struct { const char *name; bool is; } row[] = {
        {"photos-001.zip", true}, {"a-b-012.zip", true}, {"photos-001-机电2班.zip", true}, {"photos-1000.zip", true},
        {"photos-01.zip", false}, {"photos.zip", false}, {"photos-001.ZIP", false}, {"photos-001x.zip", false},
        {"-001.zip", false}, {"../photos-001.zip", false}, {"manifest.csv", false}, {"", false},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        assert_int_equal(package_is_zip_name(row[i].name), row[i].is);
}

static void pack_until_killed(World *world)
{
    for (int i = 0;; i++) {
        world->ask.limit = 1 + (size_t)i % 4;
        world->ask.name = i % 3 ? "photos" : "other";
        Packaged out;
        world->next = 0;
        Arena *arena = arena_create(1 << 24);
        if (package_write(arena, &world->ask, &out).code)
            _exit(1);
        arena_destroy(arena);
    }
}

static void killed_at_any_moment_it_is_whole_or_made_anew(void **state)
{
    World *world = *state;
    int whole = 0, broken = 0;
    world->ask.split = SPLIT_COUNT;
    srandom(5);
    for (int round = 0; round < 40; round++) {
        pid_t child = fork();
        if (!child)
            pack_until_killed(world);
        usleep((useconds_t)(2000 + random() % 30000));
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        if (is_there(world, "package/SHA256SUMS")) { /* then the whole package stands */
            assert_true(sums_hold(world));
            whole++;
        } else {
            broken++;
        }
        if (round % 4)
            continue;
        world->ask.limit = 2;
        world->ask.name = "photos";
        pack(world);
        assert_true(sums_hold(world));
        char command[256];
        snprintf(command, sizeof command,
                 "test \"$(cd '%s/package' && ls | tr '\\n' ' ')\" = "
                 "'SHA256SUMS manifest.csv photos-001.zip photos-002.zip photos-003.zip '",
                 world->out);
        assert_int_equal(system(command), 0);
    }
    print_message("killed 40 times: %d whole, %d without SHA256SUMS\n", whole, broken);
    assert_true(whole > 0);
}

int main(void)
{
    umask(077); /* as the program: nobody changes a file's mode later, the sandbox would refuse it */
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, make_world, drop_world)
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_zip_is_stored_flat_sorted_and_without_anything_else),
        IN_WORLD(the_bytes_are_the_same_in_every_zone_and_on_every_day),
        IN_WORLD(the_manifest_names_everyone_and_survives_a_spreadsheet),
        IN_WORLD(splits_keep_their_limits),
        IN_WORLD(names_that_cannot_be_files_are_refused),
        IN_WORLD(han_names_are_flagged_and_the_extension_follows_the_wish),
        IN_WORLD(a_photo_that_was_changed_stops_the_package_and_is_named),
        IN_WORLD(the_same_package_again_writes_nothing),
        IN_WORLD(damage_in_place_is_repaired),
        IN_WORLD(names_given_up_are_forgotten_also_when_that_was_killed),
        IN_WORLD(only_our_own_former_zips_are_removed),
        IN_WORLD(killed_at_any_moment_it_is_whole_or_made_anew),
        cmocka_unit_test(names_of_zips_are_told_from_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
