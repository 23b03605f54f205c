/* SPDX-License-Identifier: MIT */
#include "book.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <glib.h>
#include <xlsxwriter.h>
#include "book_text.h"
#include "book_whole.h"
#include "sheet.h"
#include "thumb.h"

/* What a spreadsheet can hold; pictures beyond so many only make it slow. */
enum { ROWS_MAX = 1048576, PICTURES_MAX = 2000, PICTURE_ROW_POINTS = 124, PLAIN_ROW_POINTS = 48, HEADER_ROW_POINTS = 16, LINE_POINTS = 15, ROW_POINTS_MAX = 400, PAPER_A4 = 9, WHOM_WIDTH = 30 };

typedef enum BookSheet { SHEET_SUMMARY, SHEET_ALL, SHEET_RETAKE, SHEET_REVIEW, SHEET_MISSING, SHEET_EXTRA, SHEET_DUPLICATE, SHEET_UNREADABLE, SHEET_COUNT } BookSheet;
static_assert(SHEET_COUNT == (int)BOOK_SHEETS, "every sheet is read back");

// clang-format off
static const MessageId sheet_names[SHEET_COUNT] = {
    MESSAGE_sheet_summary, MESSAGE_sheet_all, MESSAGE_sheet_retake, MESSAGE_sheet_review, MESSAGE_sheet_missing,
    MESSAGE_sheet_extra, MESSAGE_sheet_duplicate, MESSAGE_list_unreadable,
};
/* Of the sheets of one list each: what stands in the columns behind the picture. */
static const LineColumn list_columns[] = {LINE_group, LINE_id, LINE_name, LINE_path, LINE_reasons, LINE_advice};
static const double column_widths[LINE_COLUMN_COUNT] = {
    [LINE_id] = 22, [LINE_name] = 16, [LINE_group] = 18, [LINE_verdict] = 12, [LINE_action] = 14, [LINE_attempt] = 8, [LINE_path] = 38,
    [LINE_reasons] = 70, [LINE_advice] = 40, [LINE_decision] = 30, [LINE_output] = 32,
};
// clang-format on
static const MessageId verdict_words[] = {MESSAGE_verdict_pass, MESSAGE_verdict_review, MESSAGE_verdict_reject, MESSAGE_verdict_error};
static const lxw_color_t verdict_colours[] = {0x116329, 0x7d4e00, 0xa40e26, 0xa40e26};
enum { LIST_COLUMN_COUNT = sizeof list_columns / sizeof *list_columns, WHOM_COUNT = 2 };

struct Book {
    Arena *arena;
    Lang lang;
    const char *folder, *aside, *path;
    lxw_workbook *workbook;
    lxw_worksheet *sheets[SHEET_COUNT];
    lxw_row_t rows[SHEET_COUNT]; /* the next one */
    lxw_format *text, *number, *header, *verdicts[VERDICT_ERROR + 1];
    size_t pictures, left_out;
    BookHeld held;
    lxw_error error; /* the first one */
    char *cell;      /* BOOK_CELL_BYTES */
};

static void note(Book *book, lxw_error error)
{
    if (book->error == LXW_NO_ERROR)
        book->error = error;
}

/* A text on its way into a cell. */
static const char *counted(Book *book, BookSheet sheet, const char *text)
{
    book->held.cells[sheet]++;
    book->held.text_bytes[sheet] += strlen(text);
    return text;
}

static void put(Book *book, BookSheet sheet, int column, const char *text, lxw_format *format)
{
    note(book, worksheet_write_string(book->sheets[sheet], book->rows[sheet], (lxw_col_t)column, counted(book, sheet, text), format));
}

static void put_text(Book *book, BookSheet sheet, int column, const char *text)
{
    if (*text)
        put(book, sheet, column, book_cell(book->cell, text), book->text);
}

static void put_number(Book *book, BookSheet sheet, int column, double value)
{
    if (!isfinite(value))
        return;
    book->held.cells[sheet]++;
    note(book, worksheet_write_number(book->sheets[sheet], book->rows[sheet], (lxw_col_t)column, value, book->number));
}

static void put_header(Book *book, BookSheet sheet, int column, const char *text, double width)
{
    note(book, worksheet_write_string(book->sheets[sheet], 0, (lxw_col_t)column, counted(book, sheet, text), book->header));
    note(book, worksheet_set_column(book->sheets[sheet], (lxw_col_t)column, (lxw_col_t)column, width, NULL));
}

static void head_all(Book *book)
{
    int column = 0;
    for (LineColumn i = 0; i < LINE_COLUMN_COUNT; i++)
        put_header(book, SHEET_ALL, column++, text_message(book->lang, line_headers[i]), column_widths[i]);
    for (size_t i = 0; i < LINE_FACT_COUNT; i++)
        put_header(book, SHEET_ALL, column++, text_check(book->lang, line_facts[i]), 14);
}

/* The picture's column comes first, and only where there are pictures. */
static int first_column(BookSheet sheet)
{
    return sheet == SHEET_RETAKE;
}

static void head_list(Book *book, BookSheet sheet)
{
    int column = first_column(sheet);
    if (column) { /* the library places pictures by the usual height: it does not remember rows */
        worksheet_set_default_row(book->sheets[sheet], PICTURE_ROW_POINTS, LXW_FALSE);
        note(book, worksheet_set_row(book->sheets[sheet], 0, HEADER_ROW_POINTS, NULL));
        put_header(book, sheet, 0, text_message(book->lang, MESSAGE_column_picture), 17);
    }
    for (size_t i = 0; i < LIST_COLUMN_COUNT; i++)
        put_header(book, sheet, column++, text_message(book->lang, line_headers[list_columns[i]]), column_widths[list_columns[i]]);
    put_header(book, sheet, column++, text_message(book->lang, MESSAGE_column_maybe), WHOM_WIDTH);
    put_header(book, sheet, column, text_message(book->lang, MESSAGE_column_twin), WHOM_WIDTH);
}

static void add_formats(Book *book)
{
    book->text = workbook_add_format(book->workbook);
    format_set_num_format(book->text, "@"); /* stays text when it is edited */
    format_set_text_wrap(book->text);
    format_set_align(book->text, LXW_ALIGN_VERTICAL_TOP);
    book->number = workbook_add_format(book->workbook);
    format_set_align(book->number, LXW_ALIGN_VERTICAL_TOP);
    format_set_align(book->number, LXW_ALIGN_RIGHT);
    format_set_indent(book->number, 1); /* a text may stand to the right of it */
    book->header = workbook_add_format(book->workbook);
    format_set_bold(book->header);
    format_set_bg_color(book->header, 0xDDE5EE);
    format_set_bottom(book->header, LXW_BORDER_THIN);
    for (Verdict verdict = VERDICT_PASS; verdict <= VERDICT_ERROR; verdict++) {
        book->verdicts[verdict] = workbook_add_format(book->workbook);
        format_set_font_color(book->verdicts[verdict], verdict_colours[verdict]);
    }
}

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the workbook");
}

/* The header stays in sight, on the screen and on A4; `wide`: across. */
static void set_up_sheet(lxw_worksheet *sheet, bool wide)
{
    worksheet_freeze_panes(sheet, 1, 0);
    worksheet_gridlines(sheet, LXW_SHOW_ALL_GRIDLINES);
    if (wide)
        worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, PAPER_A4);
    worksheet_fit_to_pages(sheet, 1, 0);
    worksheet_repeat_rows(sheet, 0, 0);
    worksheet_set_margins(sheet, 0.4, 0.4, 0.4, 0.6);
    worksheet_set_footer(sheet, "&C&P / &N");
}

static Err open_workbook(Book *book)
{
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = (char *)(uintptr_t)book->folder};
    lxw_doc_properties properties = {.created = 946684800}; /* 2000-01-01: no clock in the bytes */
    book->workbook = workbook_new_opt(book->aside, &options);
    if (!book->workbook)
        return no_memory(book->arena);
    note(book, workbook_set_properties(book->workbook, &properties));
    add_formats(book);
    for (BookSheet sheet = 0; sheet < SHEET_COUNT; sheet++) {
        book->sheets[sheet] = workbook_add_worksheet(book->workbook, text_message(book->lang, sheet_names[sheet]));
        if (!book->sheets[sheet])
            return fail(book->arena, ERR_IO, "cannot make a sheet of '%s': %m", book->path);
        book->rows[sheet] = 1;
        set_up_sheet(book->sheets[sheet], sheet != SHEET_SUMMARY);
    }
    return OK;
}

Err book_open(Arena *arena, const char *out, Lang lang, Book **book)
{
    Book *made = *book = ARENA_NEW(arena, Book);
    if (!made)
        return no_memory(arena);
    *made = (Book){.arena = arena, .lang = lang, .cell = arena_alloc(arena, BOOK_CELL_BYTES)};
    made->folder = arena_print(arena, "%s/.tmp", out);
    made->aside = arena_print(arena, "%s/.tmp/report.xlsx", out);
    made->path = arena_print(arena, "%s/report.xlsx", out);
    if (!made->cell || !made->folder || !made->aside || !made->path)
        return no_memory(arena);
    TRY(open_workbook(made));
    head_all(made);
    for (BookSheet sheet = SHEET_RETAKE; sheet < SHEET_COUNT; sheet++)
        head_list(made, sheet);
    return OK;
}

/* ---- rows ---- */

static bool has_room(Book *book, BookSheet sheet)
{
    if (book->rows[sheet] < ROWS_MAX)
        return true;
    book->left_out += sheet == SHEET_ALL;
    return false;
}

/* Not every program makes a row as high as its longest text: unless it is said, that lies over the next row. */
static void fit_row(Book *book, BookSheet sheet, const LineRow *row, double usual_points, int most)
{
    for (LineColumn i = 0; i < LINE_COLUMN_COUNT; i++) {
        bool shown = sheet == SHEET_ALL;
        for (size_t k = 0; k < LIST_COLUMN_COUNT; k++)
            shown = shown || list_columns[k] == i;
        int lines = shown && row->texts[i] ? book_lines(row->texts[i], column_widths[i]) : 1;
        most = lines > most ? lines : most;
    }
    double points = fmin(ROW_POINTS_MAX, most * LINE_POINTS);
    if (points > usual_points || usual_points == PLAIN_ROW_POINTS)
        note(book, worksheet_set_row(book->sheets[sheet], book->rows[sheet], fmax(points, usual_points), NULL));
}

static void add_to_all(Book *book, const LineRow *row)
{
    int column = 0;
    if (!has_room(book, SHEET_ALL))
        return;
    fit_row(book, SHEET_ALL, row, LINE_POINTS, 1);
    for (LineColumn i = 0; i < LINE_COLUMN_COUNT; i++, column++) {
        if (i == LINE_attempt)
            put_number(book, SHEET_ALL, column, row->attempt);
        else
            put_text(book, SHEET_ALL, column, row->texts[i]);
    }
    for (size_t i = 0; i < LINE_FACT_COUNT; i++)
        put_number(book, SHEET_ALL, column++, row->facts[i]);
    book->rows[SHEET_ALL]++;
}

static void add_picture(Book *book, const LineRow *line, int lines, const Bytes *thumb)
{
    lxw_row_t row = book->rows[SHEET_RETAKE];
    bool shown = thumb->data && book_picture_whole(thumb->data, thumb->size) && book->pictures++ < PICTURES_MAX;
    fit_row(book, SHEET_RETAKE, line, shown ? PICTURE_ROW_POINTS : PLAIN_ROW_POINTS, lines);
    if (!shown)
        return;
    book->held.pictures++;
    lxw_image_options options = {.x_offset = 2, .y_offset = 2, .object_position = LXW_OBJECT_MOVE_DONT_SIZE, .decorative = LXW_TRUE};
    note(book, worksheet_insert_image_buffer_opt(book->sheets[SHEET_RETAKE], row, 0, thumb->data, thumb->size, &options));
}

static void add_to_list(Book *book, const json_t *line, const LineRow *row, const Bytes *thumb)
{
    static const BookSheet sheets[LIST_COUNT] = {[LIST_retake] = SHEET_RETAKE, [LIST_review] = SHEET_REVIEW,
                                                 [LIST_missing] = SHEET_MISSING, [LIST_extra] = SHEET_EXTRA,
                                                 [LIST_duplicate] = SHEET_DUPLICATE, [LIST_unreadable] = SHEET_UNREADABLE};
    ListId list = lists_of(line);
    BookSheet sheet = list < LIST_COUNT ? sheets[list] : SHEET_SUMMARY;
    if (sheet == SHEET_SUMMARY || !has_room(book, sheet))
        return;
    char *maybe = line_whom(line, "maybe"), *twin = line_whom(line, "twin");
    int column = first_column(sheet), lines = MAX(book_lines(maybe, WHOM_WIDTH), book_lines(twin, WHOM_WIDTH));
    if (column)
        add_picture(book, row, lines, thumb);
    else
        fit_row(book, sheet, row, LINE_POINTS, lines);
    for (size_t i = 0; i < LIST_COLUMN_COUNT; i++)
        put_text(book, sheet, column++, row->texts[list_columns[i]]);
    put_text(book, sheet, column++, maybe);
    put_text(book, sheet, column, twin);
    g_free(maybe);
    g_free(twin);
    book->rows[sheet]++;
}

static Err explain(Book *book)
{
    if (book->error == LXW_NO_ERROR)
        return OK;
    bool memory = book->error == LXW_ERROR_MEMORY_MALLOC_FAILED;
    return fail(book->arena, memory ? ERR_MEMORY : ERR_IO, "cannot write '%s': %s", book->path, lxw_strerror(book->error));
}

Err book_add(Book *book, const json_t *line, const LineRow *row, const Bytes *thumb)
{
    add_to_all(book, row);
    add_to_list(book, line, row, thumb);
    return explain(book);
}

Err book_list(Book *book, const json_t *line, const char *reason)
{
    LineRow row = {.texts = {[LINE_id] = line_text(line, "id"), [LINE_name] = line_text(line, "name"),
                             [LINE_group] = line_text(line, "group"), [LINE_path] = line_text(json_object_get(line, "source"), "path"),
                             [LINE_reasons] = reason, [LINE_advice] = ""}};
    add_to_list(book, line, &row, &(Bytes){0});
    return explain(book);
}

/* ---- the end ---- */

static void put_count(Book *book, const char *text, size_t count)
{
    put_text(book, SHEET_SUMMARY, 0, text);
    put_number(book, SHEET_SUMMARY, 1, (double)count);
    book->rows[SHEET_SUMMARY]++;
}

static void write_summary(Book *book, const Tally *tally, const size_t *lists)
{
    char rules[512], text[640];
    put_header(book, SHEET_SUMMARY, 0, text_message(book->lang, MESSAGE_column_what), 40);
    put_header(book, SHEET_SUMMARY, 1, text_message(book->lang, MESSAGE_column_count), 12);
    for (Verdict verdict = VERDICT_PASS; verdict <= VERDICT_ERROR; verdict++)
        put_count(book, text_message(book->lang, verdict_words[verdict]), tally->verdicts[verdict]);
    put_count(book, text_message(book->lang, MESSAGE_sheet_missing), lists[LIST_missing]);
    put_count(book, text_message(book->lang, MESSAGE_sheet_extra), lists[LIST_extra]);
    put_count(book, text_message(book->lang, MESSAGE_sheet_duplicate), lists[LIST_duplicate]);
    if (book->left_out)
        put_count(book, text_message(book->lang, MESSAGE_sheet_left_out), book->left_out);
    put(book, SHEET_SUMMARY, 0, text_message(book->lang, line_headers[LINE_reasons]), book->header);
    put(book, SHEET_SUMMARY, 1, text_message(book->lang, MESSAGE_column_count), book->header);
    book->rows[SHEET_SUMMARY]++;
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        if (tally->reasons[i])
            put_count(book, text_check(book->lang, i), tally->reasons[i]);
    text_not_measured(book->lang, rules, sizeof rules);
    snprintf(text, sizeof text, text_message(book->lang, MESSAGE_summary_unmeasured), rules);
    put_text(book, SHEET_SUMMARY, 0, text);
}

/* Where the disk is full, its rows tell that first. */
static bool is_flushed(const Book *book)
{
    for (BookSheet sheet = 0; sheet < SHEET_COUNT; sheet++)
        if (fflush(book->sheets[sheet]->optimize_tmpfile) || ferror(book->sheets[sheet]->optimize_tmpfile))
            return false;
    return true;
}

static void add_filters(Book *book)
{
    for (BookSheet sheet = SHEET_ALL; sheet < SHEET_COUNT; sheet++) {
        int columns = sheet == SHEET_ALL ? LINE_COLUMN_COUNT + LINE_FACT_COUNT : first_column(sheet) + LIST_COLUMN_COUNT + WHOM_COUNT;
        note(book, worksheet_autofilter(book->sheets[sheet], 0, 0, book->rows[sheet] - 1, (lxw_col_t)(columns - 1)));
    }
}

/* Also of what somebody writes over them. On paper the numbers that were measured would make the words too small. */
static void colour_verdicts(Book *book)
{
    lxw_worksheet *all = book->sheets[SHEET_ALL];
    lxw_row_t last = book->rows[SHEET_ALL] - 1;
    for (Verdict verdict = VERDICT_PASS; last && verdict <= VERDICT_ERROR; verdict++) {
        char value[64];
        snprintf(value, sizeof value, "\"%s\"", text_message(book->lang, verdict_words[verdict]));
        lxw_conditional_format rule = {.type = LXW_CONDITIONAL_TYPE_CELL, .criteria = LXW_CONDITIONAL_CRITERIA_EQUAL_TO,
                                       .value_string = value, .format = book->verdicts[verdict]};
        note(book, worksheet_conditional_format_range(all, 1, LINE_verdict, last, LINE_verdict, &rule));
    }
    note(book, worksheet_print_area(all, 0, 0, last, LINE_COLUMN_COUNT - 1));
}

Err book_finish(Arena *arena, Book *book, const Tally *tally, const size_t *lists)
{
    write_summary(book, tally, lists);
    add_filters(book);
    colour_verdicts(book);
    TRY(explain(book));
    if (!is_flushed(book))
        return fail(arena, ERR_IO, "cannot write '%s': %m", book->path);
    book->error = workbook_close(book->workbook);
    book->workbook = NULL;
    TRY(explain(book));
    if (!book_whole(arena, book->aside, &book->held))
        return fail(arena, ERR_IO, "cannot write '%s': it does not read back whole", book->path);
    return sheet_place(arena, book->aside, book->path);
}

void book_close(Book *book)
{
    if (!book)
        return;
    if (book->workbook)
        lxw_workbook_free(book->workbook);
    book->workbook = NULL;
    if (book->aside)
        unlink(book->aside);
}
