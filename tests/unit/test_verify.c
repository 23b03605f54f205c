/* SPDX-License-Identifier: MIT */
#include "verify_world.h"
#include "make_zip.h"

/* Everyone of the world has a photo, in two ZIPs of 3 and 3. */
static int make_package(void **state)
{
    make_world(state);
    World *world = *state;
    add_person(world, 3, "440524188001010014", 1300);
    world->ask.split = SPLIT_COUNT;
    world->ask.limit = 3;
    pack(world);
    return 0;
}

#define PHOTO(id) "photos-001.zip//" id ".JPG"

/* What an evil hand leaves of photos-001.zip. `how` names the damage. */
typedef enum How {
    HOW_NONE, HOW_BYTE, HOW_BYTE_AND_CRC, HOW_MISSING, HOW_EXTRA, HOW_SWAPPED, HOW_RENAMED, HOW_CUT,
    HOW_DEFLATED, HOW_PATH, HOW_TAIL, HOW_ORDER, HOW_TWICE, HOW_ENCRYPTED, HOW_NO_ZIP, HOW_GONE,
} How;

static void read_photo(World *world, int i, MakeEntry *out)
{
    size_t bytes;
    const char *id = world->items[i].id;
    uint8_t *data = read_bytes(world, in_world(world, "photos/%s.JPG", id), &bytes);
    *out = (MakeEntry){.name = arena_print(world->arena, "%s.JPG", id), .data = data, .bytes = bytes};
}

static void damage_entries(World *world, How how, MakeEntry *entries, int *count)
{
    MakeEntry first = entries[0];
    if (how == HOW_BYTE_AND_CRC)
        ((uint8_t *)(uintptr_t)entries[1].data)[500] ^= 4;
    if (how == HOW_MISSING)
        entries[1] = entries[--*count];
    if (how == HOW_EXTRA)
        entries[(*count)++] = (MakeEntry){.name = "99.JPG", .data = "photo", .bytes = 5};
    if (how == HOW_SWAPPED) {
        entries[0].data = entries[1].data, entries[0].bytes = entries[1].bytes;
        entries[1].data = first.data, entries[1].bytes = first.bytes;
    }
    if (how == HOW_RENAMED)
        entries[1].name = "340524198001010028.JPG";
    if (how == HOW_PATH)
        entries[1].name = arena_print(world->arena, "a/%s", entries[1].name);
    if (how == HOW_ORDER)
        entries[0] = entries[1], entries[1] = first;
    if (how == HOW_TWICE)
        entries[(*count)++] = entries[2];
    entries[1].deflate = how == HOW_DEFLATED;
    entries[1].flags = how == HOW_ENCRYPTED;
}

static void damage(World *world, How how)
{
    char *path = in_world(world, "package/photos-001.zip");
    size_t bytes;
    uint8_t *whole = read_bytes(world, path, &bytes);
    MakeZip zip = {0};
    MakeEntry entries[4];
    int count = 3;
    for (int i = 0; i < 3; i++)
        read_photo(world, i, &entries[i]);
    if (how == HOW_BYTE)
        whole[52 + 700] ^= 1; /* within the first photo */
    damage_entries(world, how, entries, &count);
    for (int i = 0; i < count; i++)
        zip_add_entry(&zip, &entries[i]);
    zip_save(&zip, path);
    if (how == HOW_NONE || how == HOW_BYTE || how == HOW_CUT || how == HOW_TAIL)
        write_bytes(path, whole, how == HOW_CUT ? bytes / 2 : bytes);
    if (how == HOW_TAIL) {
        whole[bytes] = 0;
        write_bytes(path, whole, bytes + 1);
    }
    if (how == HOW_NO_ZIP)
        write_bytes(path, "GIF89a", 6);
    if (how == HOW_GONE)
        unlink(path);
}

static void every_damage_is_found_and_named(void **state)
{
    // clang-format off
    static const struct { How how; const char *kind, *file, *reason; int count; } row[] = {
        {HOW_NONE,         NULL, NULL, NULL, 0},
        {HOW_BYTE,         "zip",     PHOTO("11010519491231002X"), "was changed", 1},
        {HOW_BYTE_AND_CRC, "changed", PHOTO("34052419800101001X"), "SHA-256", 1},
        {HOW_MISSING,      "missing", PHOTO("34052419800101001X"), "is missing", 1},
        {HOW_EXTRA,        "extra",   PHOTO("99"),                 "manifest.csv", 1},
        {HOW_SWAPPED,      "swapped", PHOTO("11010519491231002X"), "34052419800101001X.JPG", 2},
        {HOW_SWAPPED,      "swapped", PHOTO("34052419800101001X"), "11010519491231002X.JPG", 2},
        {HOW_RENAMED,      "renamed", PHOTO("34052419800101001X"), "340524198001010028.JPG", 1},
        {HOW_CUT,          "zip",     "photos-001.zip",            "cut off", 1},
        {HOW_DEFLATED,     "zip",     PHOTO("34052419800101001X"), "compressed", 1},
        {HOW_PATH,         "zip",     "photos-001.zip//a/34052419800101001X.JPG", "path", 3},
        {HOW_TAIL,         "zip",     "photos-001.zip",            "behind its end", 1},
        {HOW_ORDER,        "zip",     PHOTO("11010519491231002X"), "out of order", 1},
        {HOW_TWICE,        "zip",     PHOTO("440308199901101512"), "twice", 1},
        {HOW_ENCRYPTED,    "zip",     PHOTO("34052419800101001X"), "encrypted", 1},
        {HOW_NO_ZIP,       "zip",     "photos-001.zip",            "no ZIP", 1},
        {HOW_GONE,         "missing", "photos-001.zip",            "is missing", 1},
    };
    // clang-format on
    World *world = *state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        for (int signed_again = 0; signed_again < 2; signed_again++) {
            Complaints all;
            pack(world);
            damage(world, row[i].how);
            if (signed_again)
                sum_again(world);
            verify_at(world, world->out, &all);
            bool found = !row[i].kind || complains(&all, row[i].kind, row[i].file, row[i].reason);
            int sums = row[i].kind && !signed_again && row[i].how != HOW_GONE;
            if (!found || all.count - sums != row[i].count)
                show(&all);
            assert_true(found);
            assert_int_equal(all.count - sums, row[i].count);
            if (sums)
                assert_true(complains(&all, "sums", "photos-001.zip", "SHA256SUMS"));
        }
    }
}

static void replace_in(World *world, const char *name, const char *from, const char *to)
{
    size_t bytes;
    char *path = in_world(world, "package/%s", name);
    char *text = (char *)read_bytes(world, path, &bytes), *at = strstr(text, from);
    assert_non_null(at);
    char *out = arena_print(world->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    write_bytes(path, out, strlen(out));
}

static void a_manifest_that_was_edited_is_found(void **state)
{
    // clang-format off
    static const struct { const char *from, *to, *kind, *file; } row[] = {
        {",1100,84,",                   ",1101,84,",                  "size",     PHOTO("34052419800101001X")},
        {",1100,84,",                   ",一千一百零一个字节还要多得多,84,", "size",  PHOTO("34052419800101001X")},
        {"\"34052419800101001X.JPG\"",  "\"34052419800101002X.JPG\"", "renamed",  PHOTO("34052419800101002X")},
        {"\"34052419800101001X.JPG\"",  "\"11010519491231002X.JPG\"", "manifest", "manifest.csv//11010519491231002X.JPG"},
        {"\"photos-001.zip\"",          "\"photos-007.zip\"",         "missing",  "photos-007.zip"},
        {"\"sha256\"",                  "\"digest\"",                 "manifest", "manifest.csv"},
    };
    // clang-format on
    World *world = *state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        Complaints all;
        pack(world);
        replace_in(world, "manifest.csv", row[i].from, row[i].to);
        verify_at(world, world->out, &all);
        assert_true(complains(&all, "sums", "manifest.csv", "SHA256SUMS"));
        if (!complains(&all, row[i].kind, row[i].file, ""))
            show(&all);
        assert_true(complains(&all, row[i].kind, row[i].file, ""));
    }
}

/* A name of 1,204 bytes, which a manifest may have. */
static void a_long_name_is_told_whole(void **state)
{
    World *world = *state;
    Complaints all;
    char name[2048] = "\"";
    for (int i = 0; i < 400; i++)
        strcat(name, "张");
    strcat(name, ".JPG\"");
    damage(world, HOW_SWAPPED);
    replace_in(world, "manifest.csv", "\"34052419800101001X.JPG\"", name);
    sum_again(world);
    verify_at(world, world->out, &all);
    assert_true(complains(&all, "swapped", PHOTO("11010519491231002X"), "holds the photo of '张张"));
    assert_int_equal(all.longest, strlen("holds the photo of ''") + 1204);
}

static void what_stands_beside_is_asked_for(void **state)
{
    World *world = *state;
    Complaints all;
    unlink(in_world(world, "package/SHA256SUMS"));
    verify_at(world, world->out, &all);
    assert_true(all.count == 1 && complains(&all, "missing", "SHA256SUMS", ""));
    pack(world);
    unlink(in_world(world, "package/manifest.csv"));
    verify_at(world, world->out, &all);
    assert_true(all.count == 1 && complains(&all, "missing", "manifest.csv", ""));
    pack(world);
    size_t bytes;
    void *zip = read_bytes(world, in_world(world, "package/photos-002.zip"), &bytes);
    write_bytes(in_world(world, "package/photos-003.zip"), zip, bytes);
    verify_at(world, world->out, &all);
    assert_int_equal(all.count, 4);
    assert_true(complains(&all, "extra", "photos-003.zip", "SHA256SUMS"));
    assert_true(complains(&all, "extra", "photos-003.zip//810000199408230021.JPG", ""));
    unlink(in_world(world, "package/photos-003.zip"));
    write_bytes(in_world(world, "package/SHA256SUMS"), "what\n", 5);
    verify_at(world, world->out, &all);
    assert_true(all.count == 1 && complains(&all, "sums", "SHA256SUMS", "no checksum"));
}

/* Two lines for one file, of which one is wrong: what `sha256sum -c` refuses is not well, whichever stands first. */
static void a_file_that_is_named_twice_is_found(void **state)
{
    static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
    static const char *const names[] = {"photos-001.zip", "photos-002.zip", "manifest.csv"};
    World *world = *state;
    char *path = in_world(world, "package/SHA256SUMS");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (int behind = 0; behind < 3; behind++) { /* 2: the line itself once more */
            Complaints all;
            size_t bytes;
            pack(world);
            const char *text = (char *)read_bytes(world, path, &bytes), *name = strstr(text, names[i]);
            const char *line = arena_print(world->arena, "%.64s  %s\n", behind < 2 ? zeros : name - 66, names[i]);
            const char *out = arena_print(world->arena, "%s%s%s", behind ? "" : line, text, behind ? line : "");
            write_bytes(path, out, strlen(out));
            assert_int_equal(sums_hold(world), behind == 2);
            verify_at(world, world->out, &all);
            assert_int_equal(all.count, behind < 2 ? 2 : 1);
            assert_true(complains(&all, "sums", "SHA256SUMS", names[i]));
            assert_true(behind == 2 || complains(&all, "sums", names[i], "SHA256SUMS"));
        }
}

static void a_person_without_a_photo_is_named(void **state)
{
    World *world = *state;
    Complaints all;
    world->items[4].source = "";
    pack(world);
    verify_at(world, world->out, &all);
    assert_int_equal(all.count, 1);
    assert_true(complains(&all, "no-photo", "manifest.csv//810000199408230021", "no photo"));
}

static void one_zip_is_held_against_its_own_rows(void **state)
{
    World *world = *state;
    Complaints all;
    verify_at(world, in_world(world, "package/photos-002.zip"), &all);
    assert_int_equal(all.count, 0);
    assert_int_equal(verified.photos, 3);
    assert_true(verified.manifest.found);
    damage(world, HOW_MISSING); /* the other one */
    verify_at(world, in_world(world, "package/photos-002.zip"), &all);
    assert_int_equal(all.count, 0);
    verify_at(world, in_world(world, "package/photos-001.zip"), &all);
    assert_true(complains(&all, "missing", PHOTO("34052419800101001X"), ""));
    assert_int_equal(rename(in_world(world, "package/photos-002.zip"), in_world(world, "lone.zip")), 0);
    verify_at(world, in_world(world, "lone.zip"), &all);
    assert_int_equal(all.count, 0);
    assert_false(verified.manifest.found);
}

static void where_no_package_is_nothing_is_verified(void **state)
{
    World *world = *state;
    Complaints all = {0};
    VerifyAsk ask = ask_of(world, in_world(world, "photos"), &all);
    assert_int_equal(verify_package(world->arena, &ask, &verified).code, ERR_USAGE);
    ask.path = in_world(world, "nowhere");
    assert_int_equal(verify_package(world->arena, &ask, &verified).code, ERR_USAGE);
}

/* More rows than a part holds, of a ZIP that is not there; and one row of another package than the ZIP that holds its photo,
 * both being in different parts. */
static void many_rows_are_verified_part_by_part(void **state)
{
    enum { MORE = VERIFY_PART_ROWS + 1000 };
    World *world = *state;
    Complaints all;
    pack(world);
    replace_in(world, "manifest.csv", "\"photos-001.zip\"", "\"aaa\"");
    FILE *file = fopen(in_world(world, "package/manifest.csv"), "a");
    assert_non_null(file);
    for (int i = 0; i < MORE; i++)
        fprintf(file, "%06d,,,%06d.JPG,photos-000.zip,%064d,1,84,,,\r\n", i, i, i);
    assert_int_equal(fclose(file), 0);
    sum_again(world);
    verify_at(world, world->out, &all);
    if (all.count != 2)
        show(&all);
    assert_int_equal(all.count, 2);
    assert_true(complains(&all, "missing", "photos-000.zip", "is missing"));
    assert_true(complains(&all, "renamed", "aaa//11010519491231002X.JPG", "photos-001.zip//11010519491231002X.JPG"));
    assert_int_equal(all.parts, 2);
    assert_int_equal(all.rows, MORE + 6);
    assert_int_equal(all.zips, 3);
    assert_int_equal(verified.with_photo, MORE + 6);
    assert_int_equal(verified.zip_count, 3);
    assert_int_equal(verified.photos, 6);
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, make_package, drop_world)
    const struct CMUnitTest tests[] = {
        IN_WORLD(every_damage_is_found_and_named),
        IN_WORLD(a_manifest_that_was_edited_is_found),
        IN_WORLD(a_long_name_is_told_whole),
        IN_WORLD(what_stands_beside_is_asked_for),
        IN_WORLD(a_file_that_is_named_twice_is_found),
        IN_WORLD(a_person_without_a_photo_is_named),
        IN_WORLD(one_zip_is_held_against_its_own_rows),
        IN_WORLD(where_no_package_is_nothing_is_verified),
        IN_WORLD(many_rows_are_verified_part_by_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
