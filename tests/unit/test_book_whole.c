/* SPDX-License-Identifier: MIT */
#include "../../stages/book_whole.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "out_fixture.h"

#define SHEET "xl/worksheets/sheet8.xml"
#define RELATIONS "xl/_rels/workbook.xml.rels"

/* Eight sheets of a cell and a number each, two pictures and their relations. */
static void make_parts(const World *world)
{
    shell(world, "rm -rf b && mkdir -p b/xl/worksheets b/xl/_rels b/xl/media b/xl/drawings");
    shell(world, "for i in 1 2 3 4 5 6 7 8; do echo '<?xml version=\"1.0\"?><worksheet><row><c r=\"A1\"><is><t>a&lt;b</t></is></c><c r=\"B1\"><v>5</v></c></row></worksheet>'"
                 " >b/xl/worksheets/sheet$i.xml; done");
    shell(world, "echo '<?xml version=\"1.0\"?><Relationships><Relationship Id=\"rId1\"/><Relationship Id=\"rId2\"/></Relationships>' >b/" RELATIONS);
    shell(world, "echo '<x:wsDr xmlns:x=\"x\"><x:pic/><x:pic/></x:wsDr>' >b/xl/drawings/drawing1.xml");
    shell(world, "printf '\\377\\330abc\\377\\331' >b/xl/media/image1.jpeg");
}

static void what_lost_something_is_not_whole(void **state)
{
    // clang-format off
    static const struct { const char *happens; bool whole; } row[] = {
        {"true",                                                  true},
        {"rm " SHEET,                                             false},
        {": >" SHEET,                                             false},
        {"sed -i 's/<.worksheet>//' " SHEET,                      false},
        {"sed -i 's/^.*<row>/<row>/' " SHEET,                     false},
        {"sed -i 's/<c r=\"B1\"><v>5<.v><.c>//' " SHEET,          false}, /* a cell */
        {"sed -i 's/b<.t>/<\\/t>/' " SHEET,                       false}, /* a letter */
        {"sed -i 's/<Relationship Id=\"rId1\".>//' " RELATIONS,   false},
        {": >" RELATIONS,                                         false},
        {"sed -i 's/<x:pic.>//' xl/drawings/drawing1.xml",        false},
        {"printf '\\377\\330abc' >xl/media/image1.jpeg",          false},
        {": >xl/media/image1.jpeg",                               false},
    };
    // clang-format on
    World *world = *state;
    BookHeld held = {.pictures = 2};
    for (int i = 0; i < BOOK_SHEETS; i++)
        held.cells[i] = 2, held.text_bytes[i] = 3;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        make_parts(world);
        shell(world, arena_print(world->arena, "cd b && %s && rm -f ../b.xlsx && 7z a -tzip ../b.xlsx $(find xl -type f) >/dev/null", row[i].happens));
        if (book_whole(world->arena, arena_print(world->arena, "%s/b.xlsx", world->out), &held) != row[i].whole)
            fail_msg("after '%s' it is%s whole", row[i].happens, row[i].whole ? " not" : "");
    }
}

static void a_file_that_is_cut_off_is_not_whole(void **state)
{
    World *world = *state;
    BookHeld held = {0};
    make_parts(world);
    shell(world, "cd b && 7z a -tzip ../b.xlsx $(find xl -type f) >/dev/null && truncate -s -10 ../b.xlsx");
    assert_false(book_whole(world->arena, arena_print(world->arena, "%s/b.xlsx", world->out), &held));
    assert_false(book_whole(world->arena, arena_print(world->arena, "%s/none.xlsx", world->out), &held));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_lost_something_is_not_whole, make_world, drop_world),
        cmocka_unit_test_setup_teardown(a_file_that_is_cut_off_is_not_whole, make_world, drop_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
