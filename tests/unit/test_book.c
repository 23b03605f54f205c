/* SPDX-License-Identifier: MIT */
#include "../../stages/book.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "../../pipeline/table.h"
#include "../../stages/thumb.h"
#include "make_jpeg.h"
#include "noise.h"
#include "out_fixture.h"

enum { SUMMARY, ALL, RETAKE, REVIEW, MISSING, EXTRA, DUPLICATE, UNREADABLE };

static json_t *parse(const char *text)
{
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    return json;
}

static void add(World *world, Book *book, const char *text, const Bytes *thumb)
{
    json_t *line = parse(text);
    LineRow row;
    line_row(world->arena, LANG_EN, line, &row);
    must(book_add(book, line, &row, thumb));
    json_decref(line);
}

#define PHOTO(id, name, verdict)                                                                                       \
    "{\"type\":\"photo\",\"id\":\"" id "\",\"name\":\"" name "\",\"group\":\"1\",\"verdict\":\"" verdict              \
    "\",\"attempt\":2,\"source\":{\"path\":\"a.jpg\"},\"facts\":{\"tilt_deg\":-4.5}}"

static void write_book(World *world)
{
    Book *book;
    Tally tally = {.verdicts = {1, 2, 3, 0}, .reasons = {[CHECK_tilt_deg] = 5}};
    size_t lists[LIST_COUNT] = {[LIST_missing] = 7};
    Picture frame = make_picture(world->arena, 480, 640, 4);
    Bytes thumb, none = {0};
    json_t *missing = parse("{\"type\":\"missing\",\"id\":\"3\",\"name\":\"m\",\"group\":\"2\",\"maybe\":\"b.jpg\"}");
    json_t *twice = parse("{\"type\":\"same_rows\",\"id\":\"4\",\"name\":\"d\",\"group\":\"2\"}");
    must(thumb_make(world->arena, &frame, &thumb));
    must(book_open(world->arena, world->out, LANG_EN, &book));
    add(world, book, PHOTO("11010519491231002X", "p", "PASS"), &none);
    add(world, book, PHOTO("110105194912310021", "=1+1", "REJECT"), &thumb);
    add(world, book, PHOTO("110105194912310022", "a\\u202eb\\u0007<c>&", "REVIEW"), &none);
    add(world, book, "{\"type\":\"photo\",\"id\":\"5\",\"verdict\":\"REVIEW\",\"maybe\":{\"id\":\"6\"},\"twin\":{\"id\":\"7\",\"name\":\"t\"}}", &none);
    add(world, book, "{\"type\":\"photo\",\"id\":\"8\",\"verdict\":\"REVIEW\",\"twin\":{\"id\":\"7\",\"name\":\"t\"}}", &none);
    add(world, book, "{\"type\":\"photo\",\"id\":\"9\",\"verdict\":\"REJECT\",\"findings\":[{\"check\":\"damage\",\"level\":\"REJECT\",\"text\":\"torn\"}]}", &none);
    must(book_list(book, missing, ""));
    must(book_list(book, twice, "two rows"));
    must(book_finish(world->arena, book, &tally, lists));
    book_close(book);
    json_decref(missing);
    json_decref(twice);
}

/* Rows of a sheet as "a|b;c|d;". */
static Err note_row(void *taker, const TableRow *row, bool *stop)
{
    char *text = taker;
    *stop = false;
    for (int i = 0; i < row->count; i++)
        sprintf(text + strlen(text), "%s%s", i ? "|" : "", row->cells[i].text);
    strcat(text, ";");
    return OK;
}

static const char *sheet_of(World *world, int sheet)
{
    static char text[1 << 14];
    Table *table;
    text[0] = '\0';
    must(table_open(world->arena, arena_print(world->arena, "%s/report.xlsx", world->out), CHARSET_FIND, &table));
    assert_int_equal(table_sheets(table), 8);
    must(table_read(table, sheet, note_row, text));
    table_close(&table);
    return text;
}

static void every_line_stands_in_all_and_in_its_list(void **state)
{
    // clang-format off
    static const struct { int sheet; const char *holds; } row[] = {
        {SUMMARY,   "what|count;pass|1;needs a look|2;rejected|3;error|0;missing|7;extra|0;duplicate|0;reasons|count;head tilt|5;no program measures these, a person must look: jewellery, make-up, "},
        {ALL,       "11010519491231002X|p|1|pass||2|a.jpg"},
        {ALL,       "110105194912310021|=1+1|1|rejected"},
        {ALL,       "|-4.5"},
        {RETAKE,    "|1|110105194912310021|=1+1|a.jpg"},
        {REVIEW,    "1|110105194912310022|a?b <c>&|a.jpg"},
        {REVIEW,    "|reasons|advice|maybe|same picture as;"},
        {REVIEW,    "|5|||||6|7 t;|8||||||7 t;"}, /* who has the same picture is not who it probably is */
        {MISSING,   "2|3|m||||b.jpg"},
        {DUPLICATE, "2|4|d||two rows"},
        {UNREADABLE, ";|9|||torn;"},
    };
    // clang-format on
    World *world = *state;
    write_book(world);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        const char *text = sheet_of(world, row[i].sheet);
        if (!strstr(text, row[i].holds))
            fail_msg("sheet %d: '%s' is not in '%s'", row[i].sheet, row[i].holds, text);
    }
    assert_null(strstr(sheet_of(world, RETAKE), "torn")); /* it is equal to lists/retake.csv */
    assert_null(strchr(strchr(sheet_of(world, EXTRA), ';') + 1, ';')); /* the header alone */
}

static void nothing_is_a_formula_and_numbers_of_persons_are_text(void **state)
{
    World *world = *state;
    write_book(world);
    shell(world, "unzip -q report.xlsx -d x");
    shell(world, "! grep -rq '<f>' x/xl/worksheets");
    shell(world, "! grep -rqE '<v>[0-9]{9}' x/xl/worksheets");
    shell(world, "test $(grep -o 't=\"inlineStr\"><is><t>11010519491231002' x/xl/worksheets/sheet2.xml | wc -l) = 3");
    shell(world, "test $(grep -l '<autoFilter' x/xl/worksheets/*.xml | wc -l) = 7 && test $(grep -l 'state=\"frozen\"' x/xl/worksheets/*.xml | wc -l) = 8");
    shell(world, "test $(ls x/xl/media | wc -l) = 1");
    /* the picture, 120 x 160, ends in its own row: column 0, row 1, after 2 pixels */
    shell(world, "grep -q '<xdr:to><xdr:col>0</xdr:col><xdr:colOff>1162050</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>1543050<' x/xl/drawings/drawing1.xml");
}

static void the_same_lines_make_the_same_bytes(void **state)
{
    World *world = *state;
    write_book(world);
    shell(world, "mv report.xlsx first.xlsx && touch -d 2001-01-01 first.xlsx");
    sleep(2); /* the clock of a ZIP counts by two */
    write_book(world);
    shell(world, "cmp first.xlsx report.xlsx");
    shell(world, "touch -d 2001-01-01 report.xlsx");
    write_book(world);
    shell(world, "test $(stat -c %Y report.xlsx) -lt 1000000000"); /* left alone */
}

/* Pieces that some reader or writer of XML takes for something, and any bytes. */
static void make_text(unsigned *seed, char *out, size_t room)
{
    static const char *const pieces[] = {" ", "a", "_x0041_", "_x000D_", "_", "x00", "]]>", "&amp;", "\"'<", "\r\n", "\r", "\t", "\x01", "\x7f", "\xc2\x85",
                                         "\xef\xbf\xbe\xef\xbf\xbf", "\xff", "\xed\xa0\x80", "\xf0\xa0\xae\xb7\xf0\x9f\xbf\xbe", "=1", "\xe2\x80\xa8", "\xef\xbb\xbf", "张"};
    size_t at = 0;
    for (unsigned i = next_random(seed) % 12; i && at + 8 < room; i--) {
        const char any[] = {(char)next_random(seed), (char)next_random(seed), '\0'};
        unsigned piece = next_random(seed) % (sizeof pieces / sizeof *pieces + 3);
        const char *text = piece < sizeof pieces / sizeof *pieces ? pieces[piece] : any;
        memcpy(out + at, text, strlen(text));
        at += strlen(text);
    }
    out[at] = '\0';
}

static void whatever_a_text_holds_it_reads_back(void **state)
{
    World *world = *state;
    Book *book;
    char longer[3 * 40000 + 1] = "", texts[LINE_COLUMN_COUNT][64];
    unsigned seed = 1;
    for (size_t i = 0; i + 3 < sizeof longer; i += 3)
        memcpy(longer + i, "张", 4);
    must(book_open(world->arena, world->out, LANG_ZH, &book));
    for (int i = 0; i < 2000; i++) {
        LineRow row = {.texts = {[LINE_id] = "1"}};
        for (LineColumn column = 0; column < LINE_COLUMN_COUNT; column++) {
            make_text(&seed, texts[column], sizeof texts[column]);
            row.texts[column] = i ? texts[column] : longer;
        }
        json_t *line = parse(PHOTO("1", "x", "REVIEW"));
        must(book_add(book, line, &row, &(Bytes){0}));
        json_decref(line);
    }
    must(book_finish(world->arena, book, &(Tally){0}, (size_t[LIST_COUNT]){0}));
    book_close(book);
}

/* A journal that came to harm must not stop its report. */
static void a_picture_that_is_not_whole_is_left_out(void **state)
{
    World *world = *state;
    Picture frame = make_picture(world->arena, 480, 640, 4);
    Bytes thumb;
    must(thumb_make(world->arena, &frame, &thumb));
    const Bytes kept[] = {{thumb.data, thumb.size - 1}, {thumb.data + 1, thumb.size - 1}, {thumb.data, 4}, thumb};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        Book *book;
        must(book_open(world->arena, world->out, LANG_ZH, &book));
        add(world, book, PHOTO("1", "p", "REJECT"), &kept[i]);
        must(book_finish(world->arena, book, &(Tally){0}, (size_t[LIST_COUNT]){0}));
        book_close(book);
        shell(world, arena_print(world->arena, "test $(unzip -l report.xlsx | grep -c media/) = %d", kept[i].size == thumb.size));
    }
}

static void what_was_not_finished_leaves_nothing(void **state)
{
    World *world = *state;
    Book *book;
    must(book_open(world->arena, world->out, LANG_ZH, &book));
    add(world, book, PHOTO("1", "p", "PASS"), &(Bytes){0});
    book_close(book);
    shell(world, "test ! -e report.xlsx");
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, make_world, drop_world)
    const struct CMUnitTest tests[] = {
        IN_WORLD(every_line_stands_in_all_and_in_its_list),
        IN_WORLD(nothing_is_a_formula_and_numbers_of_persons_are_text),
        IN_WORLD(the_same_lines_make_the_same_bytes),
        IN_WORLD(whatever_a_text_holds_it_reads_back),
        IN_WORLD(a_picture_that_is_not_whole_is_left_out),
        IN_WORLD(what_was_not_finished_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
