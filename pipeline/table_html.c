/* SPDX-License-Identifier: MIT */
/* Tables of a web page, which is what many web servers, and Excel when it is told to, call an XLS. Each table is a sheet, one in
 * another's cell too; what is hidden is read, as in a workbook. Rows and cells end where browsers end them. */
#include <string.h>
#include <glib.h>
#include "grid.h"
#include "html.h"
#include "markup.h"

enum { TABLES_MAX = 1 << 16, TABLES_DEEP = 64, ROWSPAN_MAX = 65534, LINES_MAX = 8 };

typedef struct PageTable {
    const char *start, *end; /* behind its first tag, before its last one */
    const char *behind;
    bool hidden, whole; /* it has an end */
} PageTable;

typedef struct HtmlReader {
    const char *text;
    size_t bytes;
    PageTable *tables; /* by their start */
    size_t count, room;
    Grid *grid;
} HtmlReader;

/* Which tables are open where the page has been read to. */
typedef struct Open {
    size_t table[TABLES_DEEP];
    HtmlPlace place[TABLES_DEEP]; /* in each of them */
    int depth;
} Open;

typedef enum Sight { UNSEEN, SHOWN, HIDDEN } Sight;

typedef struct Reading {
    Grid *grid;
    HtmlPlace place;
    uint32_t row;
    bool number, truth;
    HtmlAttribute value; /* that the cell has beside its text */
    bool space;          /* before the next letter, unless that is the first */
    int lines;
    int cells;           /* of the row */
    char sights[TABLE_COLUMNS_MAX], above[TABLE_COLUMNS_MAX]; /* of the columns: in this row, in those before */
} Reading;

/* ---- which tables there are ---- */

static bool hides(const HtmlAttribute *attribute)
{
    static const char none[] = "display:none";
    size_t found = 0, bytes = html_is(attribute, "style") ? attribute->value_bytes : 0;
    if (html_is(attribute, "hidden"))
        return true;
    for (size_t i = 0; i < bytes && none[found]; i++) {
        char letter = g_ascii_tolower(attribute->value[i]);
        if (!strchr(HTML_SPACES, letter))
            found = letter == none[found] ? found + 1 : letter == none[0];
    }
    return !none[found];
}

static Err begin_table(Table *table, Open *open, const HtmlToken *token)
{
    HtmlReader *reader = table->reader;
    HtmlAttribute attribute;
    PageTable made = {.start = token->end};
    for (const char *at = token->attributes; html_attribute(&at, &attribute);)
        made.hidden = made.hidden || hides(&attribute);
    if (open->depth == TABLES_DEEP)
        return fail(table->arena, ERR_USAGE, "'%s' is damaged: %s", table->path, "elements lie too deep");
    PageTable *tables = arena_more(table->own, reader->tables, reader->count, &reader->room, sizeof made);
    if (reader->count == TABLES_MAX || !tables)
        return fail(table->arena, ERR_USAGE, "'%s' has too many sheets", table->path);
    reader->tables = tables;
    open->table[open->depth] = reader->count;
    open->place[open->depth++] = (HtmlPlace){0};
    tables[reader->count++] = made;
    return OK;
}

static void end_table(HtmlReader *reader, Open *open, const char *end, const char *behind)
{
    PageTable *table = &reader->tables[open->table[--open->depth]];
    table->end = end;
    table->behind = behind;
    table->whole = true;
}

/* A table that begins between the cells of another one ends that. */
static Err list_token(Table *table, Open *open, const HtmlToken *token)
{
    HtmlReader *reader = table->reader;
    HtmlPlace *place = open->depth ? &open->place[open->depth - 1] : NULL;
    if (token->tag == HTML_TABLE && token->kind == HTML_OPEN) {
        if (place && !place->cell)
            end_table(reader, open, token->start, token->start);
        return begin_table(table, open, token);
    }
    if (place && token->tag == HTML_TABLE)
        end_table(reader, open, token->start, token->end);
    else if (place)
        html_step(place, token);
    return OK;
}

/* They are named by their numbers; the only one is the file. */
static Err list_sheets(Table *table, const HtmlReader *reader)
{
    table->sheet_count = (int)reader->count;
    table->sheets = NULL;
    if (reader->count == 0)
        return table_none(table);
    if (reader->count == 1)
        return OK;
    Sheet *sheets = ARENA_ARRAY(table->own, Sheet, reader->count);
    for (size_t i = 0; sheets && i < reader->count; i++) {
        sheets[i] = (Sheet){.name = arena_print(table->own, "%zu", i + 1), .hidden = reader->tables[i].hidden};
        if (!sheets[i].name)
            return fail(table->arena, ERR_MEMORY, "out of memory");
    }
    table->sheets = sheets;
    return sheets ? OK : fail(table->arena, ERR_MEMORY, "out of memory");
}

static Err html_open(Table *table)
{
    HtmlReader *reader = ARENA_NEW(table->own, HtmlReader);
    if (!reader)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    table->reader = reader;
    TRY(grid_open(table, &reader->grid));
    TRY(markup_load(table, &reader->text, &reader->bytes));
    Html html = {.at = reader->text, .end = reader->text + reader->bytes, .area_end = reader->text};
    Open open = {.depth = 0};
    for (HtmlToken token; html_next(&html, &token);)
        TRY(list_token(table, &open, &token));
    for (; open.depth > 0; open.depth--)
        reader->tables[open.table[open.depth - 1]].end = reader->tables[open.table[open.depth - 1]].behind = html.end;
    return list_sheets(table, reader);
}

static void html_close(Table *table)
{
    (void)table;
}

/* ---- one table ---- */

/* What its digits say, at most INT32_MAX; 1 where there are none. */
static uint32_t number_of(const HtmlAttribute *attribute)
{
    uint32_t number = 0;
    size_t start = attribute->value ? strspn(attribute->value, HTML_SPACES) : 0, i = start;
    for (; i < attribute->value_bytes && g_ascii_isdigit(attribute->value[i]); i++)
        number = number < INT32_MAX / 10 ? number * 10 + (uint32_t)(attribute->value[i] - '0') : INT32_MAX;
    return i > start ? number : 1;
}

/* What Excel (x:) and LibreOffice (sd) write beside the text that is shown. */
static void take_kind(Reading *reading, const HtmlAttribute *attribute)
{
    bool number = html_is(attribute, "x:num") || html_is(attribute, "sdval"), truth = html_is(attribute, "x:bool");
    if (!number && !truth && !html_is(attribute, "x:str"))
        return;
    reading->number = number;
    reading->truth = truth;
    reading->value = *attribute;
}

static void see_cell(Reading *reading, bool hidden, bool wide)
{
    const Grid *grid = reading->grid;
    reading->cells++;
    if (wide && !hidden) /* over columns that may be hidden below it */
        return;
    for (int i = grid->column; i < grid->behind && i < TABLE_COLUMNS_MAX; i++)
        reading->sights[i] = hidden ? HIDDEN : SHOWN;
}

/* A cell hidden in one row alone moves what is shown behind it to the left. The only cell of a row is a title. */
static Err end_row(Reading *reading)
{
    Grid *grid = reading->grid;
    bool counts = reading->cells > 1 && grid->filled > 0, same = true;
    for (int i = 0; i < grid->behind && i < TABLE_COLUMNS_MAX; i++) {
        char sight = counts ? reading->sights[i] : UNSEEN;
        same = same && (!sight || !reading->above[i] || sight == reading->above[i]);
        reading->above[i] = sight ? sight : reading->above[i];
        reading->sights[i] = UNSEEN;
    }
    reading->cells = 0;
    if (!same)
        return grid_wrong(grid, "its hidden cells are not those of the rows above: save the list as XLSX");
    return grid_row_end(grid);
}

static Err begin_cell(Reading *reading, const HtmlToken *token)
{
    GridCell cell = {.column = -1, .free = true};
    bool hidden = false;
    HtmlAttribute attribute;
    reading->number = reading->truth = reading->space = false;
    reading->lines = 0;
    reading->value = (HtmlAttribute){0};
    for (const char *at = token->attributes; html_attribute(&at, &attribute);) {
        uint32_t number = number_of(&attribute), most = TABLE_ROWS_MAX - reading->row;
        if (html_is(&attribute, "colspan"))
            cell.across = number > 0 ? number - 1 : 0;
        else if (html_is(&attribute, "rowspan")) /* 0: to the end of the group */
            cell.down = number == 0 || number > ROWSPAN_MAX ? ROWSPAN_MAX : number - 1;
        else
            take_kind(reading, &attribute);
        hidden = hidden || hides(&attribute);
        cell.down = cell.down < most ? cell.down : most;
    }
    TRY(grid_cell(reading->grid, &cell));
    see_cell(reading, hidden, cell.across > 0);
    return OK;
}

/* As it is written, but for entities. */
static Err add_value(Reading *reading, const HtmlAttribute *value)
{
    for (size_t i = 0; i < value->value_bytes;) {
        char letter[8];
        size_t bytes = 0, used = value->value[i] == '&' ? html_entity(value->value + i, true, letter, &bytes) : 0;
        const char *next = memchr(value->value + i + 1, '&', value->value_bytes - i - 1);
        if (used)
            TRY(grid_add(reading->grid, letter, bytes));
        else
            TRY(grid_add(reading->grid, value->value + i, used = next ? (size_t)(next - value->value) - i : value->value_bytes - i));
        i += used;
    }
    return OK;
}

/* One space or the lines that were waiting, then the letters. */
static Err add_word(Reading *reading, const char *text, size_t bytes)
{
    static const char lines[LINES_MAX + 1] = "\n\n\n\n\n\n\n\n";
    bool first = reading->grid->used == reading->grid->cell_start;
    if (!first && reading->lines)
        TRY(grid_add(reading->grid, lines, (size_t)reading->lines));
    else if (!first && reading->space)
        TRY(grid_add(reading->grid, " ", 1));
    reading->space = false;
    reading->lines = 0;
    return grid_add(reading->grid, text, bytes);
}

static Err add_text(Reading *reading, const HtmlToken *token)
{
    for (const char *at = token->start; at < token->end;) {
        char letter[8];
        size_t bytes = 0, spaces = strspn(at, HTML_SPACES), used = *at == '&' ? html_entity(at, false, letter, &bytes) : 0;
        size_t word = strcspn(at + 1, HTML_SPACES "&<") + 1, left = (size_t)(token->end - at);
        reading->space = reading->space || spaces;
        if (used)
            TRY(add_word(reading, letter, bytes));
        else if (!spaces)
            TRY(add_word(reading, at, used = word < left ? word : left));
        at += spaces ? spaces : used;
    }
    return OK;
}

static Err end_cell(Reading *reading)
{
    Grid *grid = reading->grid;
    if (!grid->in_cell)
        return OK;
    if (reading->value.value_bytes > 0) {
        grid->used = grid->cell_start;
        bool yes = g_ascii_strncasecmp(reading->value.value, "true", 4) == 0;
        TRY(reading->truth ? grid_add(grid, yes ? "1" : "0", 1) : add_value(reading, &reading->value));
    }
    return grid_cell_end(grid, reading->number);
}

/* Bytes of the space at `at`, of those too that do not break; 0: it is none. */
static size_t blank_at(const char *at)
{
    char letter[8];
    size_t spaces = strspn(at, HTML_SPACES), bytes = 0, used = *at == '&' ? html_entity(at, false, letter, &bytes) : 0;
    if (strncmp(at, "\xc2\xa0", 2) == 0)
        return 2;
    return used && (strncmp(letter, "\xc2\xa0", bytes) == 0 || strchr(HTML_SPACES, *letter)) ? used : spaces;
}

/* Letters between the cells of a row: a cell's tag is missing, and all behind it would move to the left. */
static Err between_cells(Reading *reading, const HtmlToken *token)
{
    const char *at = token->start;
    for (size_t used = 1; reading->grid->in_row && at < token->end && used > 0; at += used)
        used = blank_at(at);
    if (!reading->grid->in_row || at >= token->end)
        return OK;
    return grid_wrong(reading->grid, "a text stands behind it in no cell: save the list as XLSX");
}

static Err take_text(Reading *reading, const HtmlToken *token)
{
    if (token->kind == HTML_TEXT)
        return reading->grid->in_cell ? add_text(reading, token) : between_cells(reading, token);
    if (token->tag == HTML_BREAK)
        reading->lines += reading->lines < LINES_MAX;
    if (token->tag == HTML_BLOCK || token->tag == HTML_TABLE)
        reading->lines += reading->lines == 0;
    return OK;
}

static Err take_token(Reading *reading, const HtmlToken *token)
{
    HtmlStep step = html_step(&reading->place, token);
    if (step.ends_cell)
        TRY(end_cell(reading));
    if (step.ends_row)
        TRY(end_row(reading));
    if (step.ends_group)
        TRY(grid_spans_end(reading->grid));
    if (step.begins_row)
        TRY(grid_row(reading->grid, ++reading->row));
    return step.begins_cell ? begin_cell(reading, token) : take_text(reading, token);
}

/* Passes over the tables in its cells, which are sheets of their own. */
static Err read_tokens(Reading *reading, const HtmlReader *reader, size_t index)
{
    const PageTable *table = &reader->tables[index];
    Html html = {.at = table->start, .end = table->end, .area_end = table->start};
    for (HtmlToken token; !reading->grid->stop && html_next(&html, &token);) {
        bool inner = token.kind == HTML_OPEN && token.tag == HTML_TABLE;
        for (; inner && index < reader->count && reader->tables[index].start <= token.end; index++)
            if (reader->tables[index].start == token.end)
                html.at = reader->tables[index].behind;
        TRY(inner ? take_text(reading, &token) : take_token(reading, &token));
    }
    return OK;
}

static Err html_read(Table *table, int sheet, TakeRow take, void *taker)
{
    HtmlReader *reader = table->reader;
    Reading reading = {.grid = reader->grid};
    grid_begin(reader->grid, sheet, take, taker);
    TRY(read_tokens(&reading, reader, (size_t)sheet));
    if (reader->grid->stop)
        return OK;
    TRY(end_cell(&reading));
    if (!reader->tables[sheet].whole)
        return grid_wrong(reader->grid, "the list is cut off behind it");
    TRY(end_row(&reading));
    return grid_spans_end(reader->grid);
}

/* Whether a digit of either width begins at `at`, and how many bytes that is or anything else. */
static bool digit_at(const char *at, size_t *used)
{
    char letter[8] = "";
    size_t bytes = 0, entity = *at == '&' ? html_entity(at, false, letter, &bytes) : 0;
    const char *text = entity ? letter : at;
    bool wide = strncmp(text, "\xef\xbc", 2) == 0 && text[2] >= '\x90' && text[2] <= '\x99';
    *used = entity ? entity : wide ? 3 : 1;
    return wide || g_ascii_isdigit(*text);
}

/* Of a cell: its beginning or end. */
static bool is_cell_tag(const char *at)
{
    const char *name = at + 1 + (at[1] == '/');
    return g_ascii_tolower(name[0]) == 't' && name[1] && strchr("dDhHrR", name[1]);
}

static bool html_may_list(const Table *table, int sheet)
{
    enum { DIGITS = 15 }; /* of the shortest number */
    const HtmlReader *reader = table->reader;
    const PageTable *own = &reader->tables[sheet];
    size_t inner = (size_t)sheet + 1, used = 1;
    int digits = 0, outside = 0; /* in a row; before the tag around them */
    for (const char *at = own->start; at < own->end; at += used) {
        for (; inner < reader->count && reader->tables[inner].start <= at; inner++)
            at = MAX(at, reader->tables[inner].behind);
        if (at >= own->end)
            return false;
        if (*at == '<')
            outside = is_cell_tag(at) ? 0 : digits;
        if (digits && strncmp(at, "号", strlen("号")) == 0)
            return true;
        digits = digit_at(at, &used) ? digits + 1 : *at == '>' ? outside : 0;
        outside = *at == '>' ? 0 : outside;
        if (digits == DIGITS || g_ascii_strncasecmp(at, "E+1", 3) == 0)
            return true;
    }
    return false;
}

const TableKind table_html = {"HTML", html_open, html_read, html_close, html_may_list};
