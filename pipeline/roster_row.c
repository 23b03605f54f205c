/* SPDX-License-Identifier: MIT */
#include "roster_row.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include "plain.h"
#include "roster_id.h"

enum { LONG_DIGITS = 15, SERIAL_LEAST = 10000, SERIAL_MOST = 73050, DAYS_TO_1904 = 1462 };
enum { DAYS_BEFORE_SERIALS = 693594 }; /* of GDate, up to 1899-12-30 */

static const char *cell_text(const TableRow *row, int column)
{
    return column >= 0 && column < row->count ? row->cells[column].text : "";
}

static bool is_blank(const char *text)
{
    size_t bytes;
    roster_trim(text, &bytes);
    return bytes == 0;
}

static int first_filled(const TableRow *row)
{
    for (int i = 0; i < row->count; i++)
        if (!is_blank(row->cells[i].text))
            return i;
    return -1;
}

/* Controls as spaces, without what nobody sees: a name is to be read, and compared. */
static void make_plain(char *text)
{
    char *end = text;
    for (const char *next = text; *next;) {
        const char *letter = next;
        int32_t point = plain_next(&next);
        if (point >= 0 && point < ' ')
            *end++ = ' ';
        while (!plain_is_hidden(point) && letter < next)
            *end++ = *letter++;
    }
    *end = '\0';
}

/* Trimmed and plain, into the pool. NULL: no memory. */
static const char *keep_text(RowJudge *judge, const char *text)
{
    size_t bytes;
    const char *start = roster_trim(text, &bytes);
    if (bytes == 0)
        return "";
    char *copy = memcpy(judge->scratch, start, bytes);
    copy[bytes] = '\0';
    make_plain(copy);
    const char **same = &judge->same[g_str_hash(copy) % ROW_SAME_SLOTS];
    if (!*same || strcmp(*same, copy) != 0)
        *same = pool_keep(judge->pool, copy);
    return *same;
}

/* "18263", what a workbook holds of a date: days from 1900, or from 1904. Four digits are a year. */
static bool read_serial(const char *text, guint32 *days)
{
    char *end;
    double serial = g_ascii_strtod(text, &end);
    if (end == text || *end || !(serial >= SERIAL_LEAST && serial <= SERIAL_MOST))
        return false;
    *days = (guint32)serial;
    return true;
}

static bool is_day(const char *date, guint32 serial)
{
    GDate day;
    char text[9];
    g_date_clear(&day, 1);
    g_date_set_julian(&day, DAYS_BEFORE_SERIALS + serial);
    g_date_strftime(text, sizeof text, "%Y%m%d", &day);
    return strncmp(date, text, 8) == 0;
}

/* Numbers out of "1949-12-31", "1949年12月31日", "19491231"; false: not written so. */
static bool read_date(const char *text, char out[9])
{
    int parts[3] = {0}, count = 0;
    for (const char *next = text; *next && count < 3;) {
        size_t digits = strspn(next, "0123456789");
        if (digits == 8 && count == 0) {
            snprintf(out, 9, "%.8s", next);
            return true;
        }
        if (digits > 4)
            return false;
        if (digits)
            parts[count++] = atoi(next);
        next += digits ? digits : 1;
    }
    if (count < 3 || parts[0] < 1000 || parts[1] > 12 || parts[2] > 31)
        return false;
    char whole[48];
    snprintf(whole, sizeof whole, "%04d%02d%02d", parts[0], parts[1], parts[2]);
    memcpy(out, whole, 8);
    out[8] = '\0';
    return true;
}

static bool contradicts(const TableRow *row, const Columns *columns, const char *key)
{
    char sex[WORD_SIZE], date[9];
    guint32 days;
    if (strlen(key) != 18 || strspn(key, "0123456789") < 17)
        return false;
    roster_word(cell_text(row, columns->at[FIELD_SEX]), sex);
    bool male = (key[16] - '0') % 2 == 1;
    bool says_male = !strcmp(sex, "男") || !strcmp(sex, "男性") || !strcmp(sex, "1") ||
                     !strcmp(sex, "m") || !strcmp(sex, "male");
    bool says_female = !strcmp(sex, "女") || !strcmp(sex, "女性") || !strcmp(sex, "2") ||
                       !strcmp(sex, "f") || !strcmp(sex, "female");
    if ((says_male && !male) || (says_female && male))
        return true;
    const char *born = cell_text(row, columns->at[FIELD_BIRTH_DATE]);
    if (read_serial(born, &days)) /* which of the two the workbook counts by is not known here */
        return !is_day(key + 6, days) && !is_day(key + 6, days + DAYS_TO_1904);
    return read_date(born, date) && strncmp(key + 6, date, 8) != 0;
}

static bool has_long_number(const char *text)
{
    for (; *text; text++)
        if (strspn(text, "0123456789") >= LONG_DIGITS)
            return true;
    return false;
}

static int filled_cells(const TableRow *row)
{
    int filled = 0;
    for (int i = 0; i < row->count; i++)
        filled += !is_blank(row->cells[i].text);
    return filled;
}

/* Lines below the list: a total, a signature, and single cells that follow; but who has only a name
 * there is a person without a number. */
static bool is_footer(const RowJudge *judge, const TableRow *row, int first)
{
    const Columns *columns = judge->columns;
    int id = columns->at[FIELD_ID], name = columns->at[FIELD_NAME];
    if (name >= 0 && first != name && !is_blank(cell_text(row, name)))
        return false;
    if (first != id && !is_blank(cell_text(row, id)))
        return false;
    const char *text = cell_text(row, first);
    if (judge->in_footer && first != name && filled_cells(row) == 1 && !has_long_number(text))
        return true;
    return roster_is_footer(text);
}

/* Whole lines inside a cell: a quotation mark is missing somewhere, and persons with it. */
static int swallowed(const RowJudge *judge, const TableRow *row)
{
    for (int i = 0; judge->separator && i < row->count; i++)
        if (strchr(row->cells[i].text, '\n') && strchr(row->cells[i].text, judge->separator))
            return i;
    return -1;
}

static bool has_other_width(const RowJudge *judge, const TableRow *row)
{
    int used = row->count;
    while (used > 0 && is_blank(row->cells[used - 1].text))
        used--;
    return judge->separator && judge->columns->row &&
           (row->count < judge->columns->least || used > judge->columns->width);
}

static RowVerdict wrong(RowProblem problem, int column, const char *shown)
{
    return (RowVerdict){ROW_WRONG, problem, column, shown};
}

/* "1.30102*********E+17": no more than a masked number shows, but so that it is known again. */
static void mask_power(char *text)
{
    int shown = 6;
    for (; *text && *text != 'e' && *text != 'E'; text++)
        if (g_ascii_isdigit(*text) && shown-- <= 0)
            *text = '*';
}

static const char *show_id(RowJudge *judge, const char *text, RowProblem problem)
{
    char half[256], masked[64];
    if (problem == PROBLEM_DAMAGED && strpbrk(text, "eE") && id_plain(text, half, sizeof half)) {
        mask_power(half);
        snprintf(masked, sizeof masked, "%.24s", half);
    } else {
        id_mask(text, masked);
    }
    return strcpy(judge->scratch, masked);
}

/* As it is written: a word that was read is in small letters, without spaces. */
static const char *show_word(RowJudge *judge, const char *text)
{
    size_t bytes;
    const char *start = roster_trim(text, &bytes);
    bool whole = bytes < WORD_SIZE;
    for (bytes = whole ? bytes : WORD_SIZE - 1; !whole && bytes && ((unsigned char)start[bytes] & 0xC0) == 0x80;)
        bytes--; /* never half a letter */
    memcpy(judge->scratch, start, bytes);
    judge->scratch[bytes] = '\0';
    make_plain(judge->scratch);
    return judge->scratch;
}

/* Where a status stands in a column that nobody chose for it, or -1. */
static int unread_status(const Columns *columns, const TableRow *row)
{
    if (columns->at[FIELD_STATUS] != COLUMN_NONE || columns->overrides[FIELD_STATUS].given)
        return -1;
    for (int i = 0; i < row->count; i++) {
        bool is_name = i == columns->at[FIELD_NAME] || i == columns->at[FIELD_CLASS] || i == columns->at[FIELD_SITE];
        if (!is_name && roster_says_leaving(row->cells[i].text))
            return i;
    }
    return -1;
}

/* Everything that is judged, before anything is kept. */
static RowVerdict look(RowJudge *judge, const TableRow *row, Id *id, bool *eligible)
{
    const Columns *columns = judge->columns;
    int column = columns->at[FIELD_ID], first = first_filled(row), cell = swallowed(judge, row);
    const char *text = cell_text(row, column);
    if (first < 0)
        return (RowVerdict){.kind = ROW_BLANK, .column = -1};
    if (cell >= 0)
        return wrong(PROBLEM_SWALLOWED, cell, "");
    char word[WORD_SIZE] = "";
    if (!g_ascii_isdigit(text[0])) /* speed: few rows are no persons */
        roster_word(text, word);
    if (columns->row && word[0] && strcmp(word, columns->id_word) == 0)
        return (RowVerdict){.kind = ROW_HEADER, .column = -1};
    if (columns->above && !g_ascii_isdigit(text[0]) && above_is_again(judge->above, columns->row, columns->above, row))
        return (RowVerdict){.kind = ROW_BLANK, .column = -1}; /* the header below it counts */
    if (is_footer(judge, row, first))
        return (RowVerdict){.kind = ROW_FOOTER, .column = first, .shown = ""};
    if (has_other_width(judge, row))
        return wrong(PROBLEM_WIDTH, -1, "");
    if (is_blank(text))
        return wrong(is_blank(cell_text(row, columns->at[FIELD_NAME])) ? PROBLEM_NO_ID : PROBLEM_NAME_ALONE, column, "");
    roster_word(cell_text(row, columns->at[FIELD_ID_TYPE]), word);
    IdType type = roster_id_type(word);
    if (type == TYPE_UNKNOWN)
        return wrong(PROBLEM_ID_TYPE, columns->at[FIELD_ID_TYPE], show_word(judge, cell_text(row, columns->at[FIELD_ID_TYPE])));
    RowProblem problem = roster_read_id(&row->cells[column], type, id);
    if (problem)
        return wrong(problem, column, show_id(judge, text, problem));
    *eligible = true;
    if ((cell = unread_status(columns, row)) >= 0) {
        roster_word(cell_text(row, cell), word);
        return wrong(PROBLEM_UNREAD_STATUS, cell, strcpy(judge->scratch, word));
    }
    if (columns->at[FIELD_STATUS] != COLUMN_NONE) {
        roster_word(cell_text(row, columns->at[FIELD_STATUS]), word);
        Status status = roster_status(word);
        if (status == STATUS_UNKNOWN)
            return wrong(PROBLEM_STATUS, columns->at[FIELD_STATUS], strcpy(judge->scratch, word));
        *eligible = status == STATUS_GRADUATES;
    }
    return (RowVerdict){.kind = ROW_PERSON, .column = -1};
}

Err row_judge(Arena *arena, RowJudge *judge, const TableRow *row, RowFacts *facts, RowVerdict *verdict)
{
    Id id = {.kind = ID_NONE};
    *facts = (RowFacts){.row = row->number, .rows = 1};
    *verdict = look(judge, row, &id, &facts->eligible);
    judge->in_footer = verdict->kind == ROW_FOOTER || (judge->in_footer && verdict->kind == ROW_BLANK);
    if (verdict->kind != ROW_PERSON)
        return OK;
    char key[64];
    id_key(&id, key);
    facts->contradicts_id = contradicts(row, judge->columns, key);
    facts->text[FIELD_ID] = pool_keep(judge->pool, id.text);
    facts->key = strcmp(key, id.text) == 0 ? facts->text[FIELD_ID] : pool_keep(judge->pool, key);
    bool full = !facts->text[FIELD_ID] || !facts->key;
    for (Field i = FIELD_ID + 1; i < FIELD_KEPT; i++) {
        facts->text[i] = keep_text(judge, cell_text(row, judge->columns->at[i]));
        full = full || !facts->text[i];
    }
    return full ? fail(arena, ERR_MEMORY, "no memory for the roster") : OK;
}

const char *row_problem_text(Arena *arena, const char *place, const RowVerdict *verdict)
{
    const char *shown = verdict->shown;
    char letters[8] = "";
    if (verdict->column >= 0)
        table_letters(verdict->column, letters);
    switch (verdict->problem) {
    case PROBLEM_NONE:
        break;
    case PROBLEM_NO_ID:
        return arena_print(arena, "%s has no identity number", place);
    case PROBLEM_NAME_ALONE:
        return arena_print(arena,
                           "%s has no identity number, and a row with a name is taken for a person: fill it in, or "
                           "remove the row if it is no person",
                           place);
    case PROBLEM_DAMAGED:
        return arena_print(arena,
                           "%s '%s' was an identity number until a spreadsheet turned it into a number and "
                           "lost its last digits: export the list again with that column as text",
                           place, shown);
    case PROBLEM_NOT_AN_ID:
        return arena_print(arena,
                           "%s '%s' is no identity number of 18 or 15 digits; other documents need a "
                           "column 证件类型 that says what they are",
                           place, shown);
    case PROBLEM_BIRTH_DATE:
        return arena_print(arena, "%s '%s' is no identity number: no day has its birth date", place, shown);
    case PROBLEM_ID_TYPE:
        return arena_print(arena,
                           "%s '%s' is no known kind of document, such as 居民身份证, 军官证 or 护照; "
                           "--column id_type= reads the roster without that column",
                           place, shown);
    case PROBLEM_STATUS:
        return arena_print(arena,
                           "%s '%s' does not say whether the person graduates: write it there; known are %s ...; --column "
                           "status= reads no status: everybody graduates then, also who left",
                           place, shown, roster_known_statuses(arena));
    case PROBLEM_UNREAD_STATUS:
        return arena_print(arena,
                           "%s '%s' stands in column %s, and no column is read as the status: --column status=%s "
                           "reads that one if every cell of it says 毕业, 退学 or the like, else add a column 毕业状态 that does; "
                           "--column status= says that everybody graduates, this person too",
                           place, shown, letters, letters);
    case PROBLEM_WIDTH:
        return arena_print(arena,
                           "%s has more or fewer cells than the header: a separator or a quotation mark is "
                           "missing or too many",
                           place);
    case PROBLEM_SWALLOWED:
        return arena_print(arena, "%s holds whole lines: a quotation mark is missing or too many", place);
    case PROBLEM_FOOTER:
        return arena_print(arena, "%s looks like the end of the list, but persons follow: remove it", place);
    }
    return place;
}
