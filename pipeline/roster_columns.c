/* SPDX-License-Identifier: MIT */
#include "roster_columns.h"
#include <string.h>
#include <glib.h>

static Err unknown_field(Arena *arena, const char *wanted)
{
    const char *names = "";
    for (Field i = 0; i < FIELD_COUNT && names; i++)
        names = arena_print(arena, "%s%s%s", names, i ? ", " : "", roster_field_name(i));
    return fail(arena, ERR_USAGE, "--column '%s': a column is asked for as FIELD=TEXT; fields are %s",
                wanted, names ? names : "");
}

Err columns_start(Arena *arena, const char *const *wanted, Columns *out)
{
    *out = (Columns){0};
    for (Field i = 0; i < FIELD_COUNT; i++)
        out->at[i] = COLUMN_NONE;
    for (; wanted && *wanted; wanted++) {
        const char *equals = strchr(*wanted, '=');
        size_t length = equals ? (size_t)(equals - *wanted) : 0;
        Field field = 0;
        while (field < FIELD_COUNT && (strncmp(*wanted, roster_field_name(field), length) != 0 ||
                                       roster_field_name(field)[length]))
            field++;
        if (!equals || field == FIELD_COUNT)
            return unknown_field(arena, *wanted);
        if (!g_utf8_validate(*wanted, -1, NULL))
            return fail(arena, ERR_USAGE, "--column %s: not UTF-8", roster_field_name(field));
        if (out->overrides[field].given)
            return fail(arena, ERR_USAGE, "--column %s is given twice", roster_field_name(field));
        out->overrides[field] = (Override){.given = true, .text = equals + 1};
        roster_word(equals + 1, out->overrides[field].word);
        if (field == FIELD_ID && !out->overrides[field].word[0])
            return fail(arena, ERR_USAGE, "--column id= : a roster needs a column of identity numbers");
    }
    return OK;
}

/* One row, seen as a header for one field. */
typedef struct Match {
    int column, rank; /* COLUMN_NONE: none */
    int rival;        /* another column that could be it as well, or COLUMN_NONE */
    bool yields;      /* to any other name */
} Match;

/* Of these a wrong choice would bind or exclude a person wrongly, so a worse name is no way out. */
static bool is_critical(Field field)
{
    return field == FIELD_ID || field == FIELD_NAME || field == FIELD_STATUS ||
           field == FIELD_ID_TYPE;
}

static int rank_of(const Override *override, Field field, const char *word)
{
    if (override->given)
        return override->word[0] && strcmp(word, override->word) == 0 ? 0 : -1;
    return roster_field_rank(field, word);
}

static Match match_field(const TableRow *row, const Override *override, Field field)
{
    Match match = {.column = COLUMN_NONE, .rival = COLUMN_NONE};
    char word[WORD_SIZE];
    for (int i = 0; i < row->count; i++) {
        if (!row->cells[i].text[0])
            continue;
        roster_word(row->cells[i].text, word);
        int rank = rank_of(override, field, word);
        if (rank < 0)
            continue;
        bool yields = !override->given && roster_field_yields(field, word);
        if (yields && match.column != COLUMN_NONE && !match.yields)
            continue;
        if (match.yields && !yields)
            match = (Match){.column = COLUMN_NONE, .rival = COLUMN_NONE};
        if (match.column != COLUMN_NONE && (is_critical(field) || override->given))
            match.rival = rank < match.rank ? match.column : i;
        if (match.column == COLUMN_NONE || rank < match.rank)
            match = (Match){i, rank, match.rival, yields};
    }
    return match;
}

/* A letter stands for a column where no header is called so. */
static int asked_by_letter(const Override *override)
{
    return override->given ? table_column(override->text) : COLUMN_NONE;
}

/* A header names the IDs; where these were asked for by letter, some IDs, a person's name or two other
 * things. */
static bool is_header(const TableRow *row, const Columns *columns, const Match matches[FIELD_COUNT])
{
    static const Override usual = {0};
    int known = 0;
    if (matches[FIELD_ID].column != COLUMN_NONE)
        return true;
    if (asked_by_letter(&columns->overrides[FIELD_ID]) < 0)
        return false;
    for (Field i = 0; i < FIELD_COUNT; i++)
        known += matches[i].column != COLUMN_NONE;
    return matches[FIELD_NAME].column != COLUMN_NONE || known >= 2 ||
           match_field(row, &usual, FIELD_ID).column != COLUMN_NONE;
}

static Err two_columns(Arena *arena, const TableRow *row, Field field, const Match *match)
{
    char first[8], second[8];
    table_letters(match->column, first);
    table_letters(match->rival, second);
    return fail(arena, ERR_USAGE,
                "row %u: columns %s and %s could both be '%s': choose with --column %s=%s", row->number,
                first, second, roster_field_name(field), roster_field_name(field), first);
}

static int used_width(const TableRow *row)
{
    int width = row->count;
    while (width > 0 && !row->cells[width - 1].text[0])
        width--;
    return width;
}

/* Whether a column that has its name in a row above would be read for it. A title is no such name. */
static bool is_wanted(const Columns *columns, const char *word, int column, int width)
{
    for (Field i = 0; i < FIELD_COUNT; i++)
        if (rank_of(&columns->overrides[i], i, word) >= 0 || (column >= width && asked_by_letter(&columns->overrides[i]) == column))
            return true;
    return false;
}

/* How many rows above belong to the header: up to the highest that names a field where all below it are empty. */
static int rows_above(const TableRow *row, Above *above, const Columns *columns)
{
    int rows = 0, width = used_width(row);
    const AboveRow *upper;
    for (int i = 1; (upper = above_row(above, row->number, i)); i++) {
        TableRow whole = above_complete(above, row, i);
        for (int j = 0; j < upper->count; j++) {
            const char *word = upper->words[j];
            if (word[0] && whole.cells[j].text == word && is_wanted(columns, word, j, width))
                rows = i;
        }
    }
    return rows;
}

static bool is_known(const char *text)
{
    char word[WORD_SIZE];
    bool known = false;
    roster_word(text, word);
    for (Field i = 0; i < FIELD_COUNT; i++)
        known = known || roster_field_rank(i, word) >= 0;
    return known;
}

/* A name of the status over several columns, none of which is called so: one of them may say who is not to graduate. */
static Err refuse_group(Arena *arena, const TableRow *row, const Above *above, const Columns *columns)
{
    const AboveRow *upper = above_row(above, row->number, 1);
    if (!upper || columns->at[FIELD_STATUS] != COLUMN_NONE || columns->overrides[FIELD_STATUS].given)
        return OK;
    for (int i = 0; i < upper->count && i + 1 < row->count; i++) {
        char letters[8], word[WORD_SIZE];
        bool alone = i + 1 < upper->count && upper->words[i + 1][0];
        if (alone || !row->cells[i].text[0] || !row->cells[i + 1].text[0] || roster_field_rank(FIELD_STATUS, upper->words[i]) < 0 ||
            is_known(row->cells[i].text))
            continue;
        table_letters(i, letters);
        roster_word(row->cells[i].text, word);
        return fail(arena, ERR_USAGE,
                    "row %u: column %s is '%s' below '%s': say with --column status=%s that it is the status, or with --column "
                    "status= that no column is: everybody graduates then",
                    row->number, letters, word, upper->words[i], letters);
    }
    return OK;
}

/* The columns of a header whose cells are complete. What its lowest row says of a field is enough, unless a wrong choice would
 * bind or exclude somebody. */
static Err choose(Arena *arena, const TableRow *row, const Match lowest[FIELD_COUNT], Columns *columns)
{
    for (Field i = 0; i < FIELD_COUNT; i++) {
        const Override *override = &columns->overrides[i];
        bool enough = lowest[i].column != COLUMN_NONE && !is_critical(i) && !override->given;
        Match match = enough ? lowest[i] : match_field(row, override, i);
        if (match.rival != COLUMN_NONE)
            return two_columns(arena, row, i, &match);
        int letter = asked_by_letter(override);
        columns->at[i] = match.column != COLUMN_NONE ? match.column
                         : letter < columns->width   ? letter
                                                     : COLUMN_NONE;
        if (columns->at[i] == COLUMN_NONE && override->given && override->word[0])
            return fail(arena, ERR_USAGE, "row %u: no column is called '%s' (--column %s)",
                        row->number, override->text, roster_field_name(i));
    }
    return OK;
}

Err columns_find(Arena *arena, const TableRow *row, Above *above, Columns *columns, bool *found)
{
    Match matches[FIELD_COUNT];
    TableRow whole = *row;
    for (Field i = 0; i < FIELD_COUNT; i++)
        matches[i] = match_field(row, &columns->overrides[i], i);
    *found = is_header(row, columns, matches);
    if (!*found && above)
        above_keep(above, row);
    if (!*found)
        return OK;
    columns->row = row->number;
    columns->above = above ? rows_above(row, above, columns) : 0;
    if (columns->above)
        whole = above_complete(above, row, columns->above);
    columns->width = used_width(&whole);
    columns->least = columns->above && row->count < columns->width ? row->count : columns->width;
    TRY(choose(arena, &whole, matches, columns));
    int id = columns->at[FIELD_ID];
    roster_word(whole.cells[id].text, columns->id_word);
    return above ? refuse_group(arena, row, above, columns) : OK;
}

const char *columns_text(Arena *arena, const Columns *columns)
{
    const char *text = "";
    for (Field i = 0; i < FIELD_COUNT && text; i++) {
        char letters[8];
        if (columns->at[i] == COLUMN_NONE)
            continue;
        table_letters(columns->at[i], letters);
        text = i == FIELD_ID ? arena_copy(arena, letters) : arena_print(arena, "%s, %s=%s", text, roster_field_name(i), letters);
    }
    return text ? text : "";
}

bool columns_by_letters(Columns *columns)
{
    for (Field i = 0; i < FIELD_COUNT; i++)
        columns->at[i] = asked_by_letter(&columns->overrides[i]);
    return columns->at[FIELD_ID] != COLUMN_NONE;
}
