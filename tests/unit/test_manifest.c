/* SPDX-License-Identifier: MIT */
#include "package_world.h"
#include "../../stages/manifest.h"

typedef struct Rows {
    World *world;
    ManifestRow list[8];
    int count;
} Rows;

static Err keep_row(void *user, const ManifestRow *row)
{
    Rows *rows = user;
    const char *const texts[] = {row->id, row->name, row->group, row->file, row->package, row->sha256, row->decision, row->bytes, row->quality, row->source_sha256};
    const char *copies[10];
    assert_true(rows->count < 8);
    for (int i = 0; i < 10; i++)
        copies[i] = arena_copy(rows->world->arena, texts[i]);
    rows->list[rows->count++] = (ManifestRow){copies[0], copies[1], copies[2], copies[3], copies[4], copies[5], copies[6], copies[7], copies[8], copies[9], false};
    return OK;
}

static Manifest read_rows(World *world, Rows *rows)
{
    Manifest manifest;
    *rows = (Rows){.world = world};
    ManifestVisit visit = {keep_row, rows};
    assert_int_equal(manifest_read(world->arena, in_world(world, "package/manifest.csv"), &visit, &manifest).code, ERR_NONE);
    return manifest;
}

static void cells_come_back_as_they_were_written(void **state)
{
    World *world = *state;
    Rows rows;
    world->items[0].name = "=1+1 \"quoted\", and, commas";
    world->items[1].name = "-minus";
    world->items[2].decision = "accepted: ok";
    pack(world);
    Manifest manifest = read_rows(world, &rows);
    assert_null(manifest.problem);
    assert_true(manifest.has_quality);
    assert_int_equal(rows.count, 6);
    assert_string_equal(rows.list[0].quality, "84");
    assert_string_equal(rows.list[0].source_sha256, "source");
    assert_string_equal(rows.list[0].id, "11010519491231002X");
    assert_string_equal(rows.list[0].name, "=1+1 \"quoted\", and, commas");
    assert_string_equal(rows.list[0].file, "11010519491231002X.JPG");
    assert_string_equal(rows.list[0].sha256, world->items[0].sha256);
    assert_string_equal(rows.list[1].name, "-minus");
    assert_string_equal(rows.list[1].group, "机电2班");
    assert_string_equal(rows.list[2].decision, "accepted: ok");
    assert_string_equal(rows.list[5].package, "photos-001.zip");
}

#define HEADER "id,name,class,file,package,sha256,bytes,decision"

static void a_manifest_of_any_hand_is_read_or_refused(void **state)
{
    // clang-format off
    static const struct { const char *text; size_t bytes; int rows; const char *name, *problem; } row[] = {
        {HEADER "\n1,a,,,,,,\n2,,,,,,,", 0, 2, "a", NULL},
        {HEADER "\r1,a,,,,,,\r\r\n2,,,,,,,\r", 0, 2, "a", NULL},
        {HEADER "\r\n1,\"a\"\"b,\r\n\"\"\"c,,,,,,\r\n", 0, 1, "a\"b,\r\n\"c", NULL},
        {HEADER "\n1,a\"b,,,,,,\n2,\",\n", 0, 2, "a\"b", NULL},
        {HEADER "\n1,\"a\"b\"c,d\n2,,,,,,,\n", 0, 2, "ab\"c", NULL},
        {HEADER "\n1\n", 0, 1, "", NULL},
        {"\xEF\xBB\xBF\"id\",name,class,file,package,sha256,bytes,\"decision\"\n1,a\n", 0, 1, "a", NULL},
        {"id,name\n1,a\n", 0, 0, "", "has no column 'class'"},
        {"", 0, 0, "", "has no column 'id'"},
        {HEADER "\n1,a\n2,\0b\n", sizeof HEADER + 9, 1, "a", "is no text"},
    };
    // clang-format on
    World *world = *state;
    pack(world);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        Rows rows;
        write_bytes(in_world(world, "package/manifest.csv"), row[i].text, row[i].bytes ? row[i].bytes : strlen(row[i].text));
        Manifest manifest = read_rows(world, &rows);
        assert_true(manifest.found && !manifest.has_quality);
        if (row[i].problem)
            assert_string_equal(manifest.problem, row[i].problem);
        else
            assert_null(manifest.problem);
        assert_int_equal(rows.count, row[i].rows);
        if (rows.count)
            assert_string_equal(rows.list[0].name, row[i].name);
        if (rows.count)
            assert_string_equal(rows.list[0].source_sha256, "");
    }
    char *line = calloc(1, sizeof HEADER + MANIFEST_LINE_MAX + 8);
    assert_non_null(line);
    memset(stpcpy(line, HEADER "\n"), 'a', MANIFEST_LINE_MAX);
    write_bytes(in_world(world, "package/manifest.csv"), line, strlen(line));
    free(line);
    Rows rows;
    assert_string_equal(read_rows(world, &rows).problem, "has a line that is too long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cells_come_back_as_they_were_written, make_world, drop_world),
        cmocka_unit_test_setup_teardown(a_manifest_of_any_hand_is_read_or_refused, make_world, drop_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
