/* SPDX-License-Identifier: MIT */
/* Rows become facts in blocks while the table streams by; persons are laid out at the end, when it is
 * known how many there are and the table's own memory is free again. */
#include "roster.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>
#include "roster_merged.h"
#include "roster_same.h"
#include "roster_sheets.h"

enum { PLACES_MAX = 8 };

typedef struct Loader {
    Arena *arena;   /* of the caller */
    Arena *scratch; /* until roster_load returns */
    const RosterAsk *ask;
    Table *table;
    int sheet;
    Columns columns;
    Columns asked; /* as before any sheet */
    Above *above;  /* of the sheet being read */
    Pool pool;
    RowJudge judge;
    RowFacts *blocks[ROW_BLOCKS_MAX];
    size_t rows;
    size_t headers_again;
    RowVerdict footer; /* the first line below the list */
    uint32_t footer_row;
    const char *problem; /* the first, in full */
    size_t problems;
    char places[PLACES_MAX * 12]; /* "B17, B19" of the next */
} Loader;

static RowFacts *facts_at(const Loader *loader, size_t index)
{
    return row_at(loader->blocks, index);
}

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the roster");
}

static Err add_problem(Loader *loader, const RowVerdict *verdict, uint32_t row)
{
    if (loader->problems++ > 0) {
        char letters[8], place[24];
        size_t used = strlen(loader->places);
        table_letters(verdict->column, letters);
        snprintf(place, sizeof place, "row %u", row);
        if (verdict->column >= 0)
            snprintf(place, sizeof place, "%s%u", letters, row);
        if (loader->problems <= PLACES_MAX)
            snprintf(loader->places + used, sizeof loader->places - used, "%s%s", used ? ", " : "", place);
        return OK;
    }
    const char *place =
        table_place(loader->arena, loader->table, loader->sheet, row, verdict->column);
    loader->problem = row_problem_text(loader->arena, place, verdict);
    return loader->problem ? OK : no_memory(loader->arena);
}

/* A person behind a line that looked like the end of the list. */
static Err reopen_list(Loader *loader)
{
    RowVerdict footer = loader->footer;
    uint32_t row = loader->footer_row;
    loader->footer_row = 0;
    if (row == 0)
        return OK;
    footer.problem = PROBLEM_FOOTER;
    return add_problem(loader, &footer, row);
}

static Err take_person(Loader *loader, const RowFacts *facts)
{
    size_t block = loader->rows / ROW_BLOCK;
    TRY(reopen_list(loader));
    if (block >= ROW_BLOCKS_MAX)
        return fail(loader->arena, ERR_USAGE, "'%s' has too many rows", loader->ask->path);
    if (!loader->blocks[block])
        loader->blocks[block] = ARENA_ARRAY(loader->scratch, RowFacts, ROW_BLOCK);
    if (!loader->blocks[block])
        return no_memory(loader->arena);
    *facts_at(loader, loader->rows++) = *facts;
    return OK;
}

static Err take_row(void *to, const TableRow *row, bool *stop)
{
    Loader *loader = to;
    if (loader->columns.at[FIELD_ID] == COLUMN_NONE) {
        bool found = false;
        *stop = row->number > ROSTER_HEADER_ROWS;
        Err err = *stop ? OK : columns_find(loader->arena, row, loader->above, &loader->columns, &found);
        return err.code == ERR_USAGE
                   ? fail(loader->arena, ERR_USAGE, "'%s', %s", loader->ask->path, err.text)
                   : err;
    }
    RowFacts facts;
    RowVerdict verdict;
    TRY(row_judge(loader->arena, &loader->judge, row, &facts, &verdict));
    switch (verdict.kind) {
    case ROW_PERSON:
        return take_person(loader, &facts);
    case ROW_WRONG:
        TRY(reopen_list(loader));
        return add_problem(loader, &verdict, row->number);
    case ROW_FOOTER:
        if (loader->footer_row == 0) {
            loader->footer = verdict;
            loader->footer_row = row->number;
        }
        return OK;
    case ROW_HEADER:
        loader->headers_again++;
        return OK;
    case ROW_BLANK:
        return OK;
    }
    return OK;
}

static Err read_sheet(Loader *loader, int sheet)
{
    loader->sheet = sheet;
    loader->columns = loader->asked;
    loader->judge = (RowJudge){.columns = &loader->columns,
                               .pool = &loader->pool,
                               .separator = table_separator(loader->table),
                               .above = loader->above,
                               .scratch = loader->judge.scratch,
                               .same = loader->judge.same};
    above_reset(loader->above);
    TRY(table_read(loader->table, sheet, take_row, loader));
    if (loader->columns.at[FIELD_ID] != COLUMN_NONE || !columns_by_letters(&loader->columns))
        return OK;
    return table_read(loader->table, sheet, take_row, loader);
}

/* The sheet asked for, or the first visible one with a header. One that is damaged before any stops it, unless it lists nobody. */
static Err read_table(Loader *loader)
{
    int only = -1;
    Err damaged = OK;
    if (loader->ask->sheet)
        TRY(sheet_asked(loader->arena, loader->table, loader->ask->sheet, &only));
    for (int i = 0; i < table_sheets(loader->table); i++) {
        if (only >= 0 ? i != only : table_sheet_hidden(loader->table, i))
            continue;
        Err err = read_sheet(loader, i);
        if (loader->columns.at[FIELD_ID] != COLUMN_NONE)
            return err;
        if (err.code && (err.code != ERR_USAGE || only >= 0 || table_may_list(loader->table, i)))
            return err;
        damaged = damaged.code ? damaged : err;
    }
    return damaged.code ? damaged : sheet_none(loader->arena, loader->ask->path);
}

static int compare_facts(const void *a, const void *b)
{
    const RowFacts *left = *(RowFacts *const *)a, *right = *(RowFacts *const *)b;
    int order = strcmp(left->key, right->key);
    return order ? order : (left->row > right->row) - (left->row < right->row);
}

/* Rows of one person become its first row. Only what all of them say counts; of 15 and 18 digits the 18 of today. */
static void merge(RowFacts *first, RowFacts *next)
{
    if (strcmp(next->text[FIELD_ID], next->key) == 0)
        first->text[FIELD_ID] = next->text[FIELD_ID];
    first->differs = first->differs || first->eligible != next->eligible ||
                     strcmp(first->text[FIELD_NAME], next->text[FIELD_NAME]) != 0 ||
                     strcmp(first->text[FIELD_STATUS], next->text[FIELD_STATUS]) != 0;
    first->eligible = first->eligible && next->eligible;
    first->contradicts_id = first->contradicts_id || next->contradicts_id;
    first->rows++;
    next->rows = 0;
}

/* Sorts the rows and merges those of one key; `sorted` then holds one row per key. */
static size_t merge_rows(Loader *loader, RowFacts **sorted)
{
    size_t count = 0;
    for (size_t i = 0; i < loader->rows; i++)
        sorted[i] = facts_at(loader, i);
    qsort(sorted, loader->rows, sizeof(RowFacts *), compare_facts);
    for (size_t i = 0; i < loader->rows; i++) {
        RowFacts *first = count ? sorted[count - 1] : NULL;
        if (first && strcmp(first->key, sorted[i]->key) == 0) {
            sorted[i - 1]->same = sorted[i]; /* no place below i is taken by a later one */
            merge(first, sorted[i]);
        } else
            sorted[count++] = sorted[i];
    }
    return count;
}

static void fill_person(Person *person, const RowFacts *facts)
{
    const char *const *text = facts->text;
    const char *group = text[FIELD_CLASS];
    group = *group ? group : *text[FIELD_SITE] ? text[FIELD_SITE] : text[FIELD_MAJOR];
    *person = (Person){
        .id = id_parse(text[FIELD_ID]),
        .name = text[FIELD_NAME],
        .student_no = text[FIELD_STUDENT_NO],
        .exam_no = text[FIELD_EXAM_NO],
        .major = text[FIELD_MAJOR],
        .class_name = text[FIELD_CLASS],
        .site = text[FIELD_SITE],
        .level = text[FIELD_LEVEL],
        .college = text[FIELD_COLLEGE],
        .remark = text[FIELD_REMARK],
        .status = text[FIELD_STATUS],
        .code = text[FIELD_CODE],
        .group = group,
        .key = facts->key,
        .eligible = facts->eligible,
        .contradicts_id = facts->contradicts_id,
        .rows_differ = facts->differs,
        .row = facts->row,
        .rows = facts->rows,
    };
}

/* One per key in the roster's order, and the order by key. */
static Err lay_out(Loader *loader, Roster *out)
{
    RowFacts **sorted = ARENA_ARRAY(loader->scratch, RowFacts *, loader->rows);
    if (!sorted)
        return no_memory(loader->arena);
    out->rows = loader->rows;
    out->count = merge_rows(loader, sorted);
    out->duplicate_rows = out->rows - out->count;
    out->list = ARENA_ARRAY(loader->arena, Person, out->count);
    out->by_key = ARENA_ARRAY(loader->arena, uint32_t, out->count);
    if (!out->list || !out->by_key)
        return no_memory(loader->arena);
    uint32_t next = 0;
    for (size_t i = 0; i < loader->rows; i++) {
        RowFacts *facts = facts_at(loader, i);
        if (facts->rows == 0)
            continue;
        fill_person(&out->list[next], facts);
        TRY(roster_same(loader->arena, facts, &out->list[next]));
        out->eligible += facts->eligible;
        facts->place = next++;
    }
    assert(next == out->count);
    for (size_t i = 0; i < out->count; i++)
        out->by_key[i] = sorted[i]->place;
    return OK;
}

/* Of what persons are, not of where they stand: rows may be sorted anew, or saved in another format. */
static Err hash_meaning(Arena *arena, Roster *roster)
{
    XXH3_state_t *state = XXH3_createState();
    if (!state || XXH3_64bits_reset(state) != XXH_OK) {
        XXH3_freeState(state);
        return no_memory(arena);
    }
    for (size_t i = 0; i < roster->count; i++) {
        const Person *person = &roster->list[roster->by_key[i]];
        const char *texts[] = {person->id.text,    person->name,  person->student_no,
                               person->exam_no,    person->major, person->class_name,
                               person->site,       person->level, person->college,
                               person->remark,     person->status, person->code};
        int facts[] = {person->eligible, person->contradicts_id, person->rows_differ, person->rows};
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++)
            XXH3_64bits_update(state, texts[j], strlen(texts[j]) + 1);
        if (person->name_list)
            XXH3_64bits_update(state, person->name_list, strlen(person->name_list) + 1);
        XXH3_64bits_update(state, facts, sizeof facts);
    }
    snprintf(roster->hash, sizeof roster->hash, "%016llx",
             (unsigned long long)XXH3_64bits_digest(state));
    XXH3_freeState(state);
    return OK;
}

static Err write_note(Loader *loader, Roster *out)
{
    Arena *arena = loader->arena;
    const char *sheet = table_sheet_name(loader->table, loader->sheet), *charset = table_charset(loader->table);
    const char *note = table_kind(loader->table);
    OtherSheets others = {"", ""}; /* one sheet per class is one roster too many for us */
    if (!loader->ask->sheet)
        TRY(sheet_others(arena, loader->table, loader->sheet, &loader->asked, &others));
    if (*sheet)
        note = arena_print(arena, "%s, sheet '%s'", note, sheet);
    uint32_t lowest = loader->columns.row, above = (uint32_t)loader->columns.above;
    if (note && above > 1)
        note = arena_print(arena, "%s, header in rows %u to %u", note, lowest - above, lowest);
    else if (note && above)
        note = arena_print(arena, "%s, header in rows %u and %u", note, lowest - 1, lowest);
    else if (note && lowest)
        note = arena_print(arena, "%s, header in row %u", note, lowest);
    else if (note)
        note = arena_print(arena, "%s, no header", note);
    if (note && loader->headers_again)
        note = arena_print(arena, "%s, header repeated: %zu", note, loader->headers_again);
    if (note && *charset)
        note = arena_print(arena, "%s, %s", note, charset);
    if (note)
        note = arena_print(arena, "%s; id=%s", note, columns_text(arena, &loader->columns));
    if (note && loader->columns.at[FIELD_STATUS] == COLUMN_NONE)
        note = arena_print(arena, "%s; no status: all of them graduate", note);
    if (note && *others.lists)
        note = arena_print(arena, "%s; NOT read, though they have a header or identity numbers: %s", note, others.lists);
    if (note && *others.damaged)
        note = arena_print(arena, "%s; damaged and NOT read: %s", note, others.damaged);
    out->note = note;
    return note ? OK : no_memory(arena);
}

static Err all_problems(const Loader *loader)
{
    size_t told = loader->problems < PLACES_MAX ? loader->problems : PLACES_MAX;
    if (loader->problems == 1)
        return fail(loader->arena, ERR_USAGE, "%s", loader->problem);
    if (loader->problems == told)
        return fail(loader->arena, ERR_USAGE, "%s; also %s", loader->problem, loader->places);
    return fail(loader->arena, ERR_USAGE, "%s; also %s and %zu more", loader->problem,
                loader->places, loader->problems - told);
}

/* The table is open. */
static Err load(Loader *loader, Roster *out)
{
    TRY(read_table(loader));
    roster_share_merged(loader->table, &loader->columns, loader->blocks, loader->rows);
    if (loader->problems)
        return all_problems(loader);
    if (loader->rows == 0)
        return fail(loader->arena, ERR_USAGE, "%s is the header, and nobody stands below it",
                    table_place(loader->arena, loader->table, loader->sheet, loader->columns.row,
                                -1));
    TRY(write_note(loader, out));
    table_close(&loader->table); /* its memory is worth as much as the persons' */
    TRY(lay_out(loader, out));
    TRY(roster_refuse_twins(loader->arena, loader->scratch, loader->ask->path, out));
    return hash_meaning(loader->arena, out);
}

/* Memory for the rows is bounded by the file, like the table's own. */
static Err start(Loader *loader)
{
    enum { LEAST_BYTES = 2 << 20, PER_BYTE = 40, MOST_BYTES = 256 << 20 };
    uint64_t bytes = table_bytes(loader->table);
    bytes = bytes < MOST_BYTES / PER_BYTE ? bytes * PER_BYTE : MOST_BYTES;
    loader->scratch = arena_create(LEAST_BYTES + (size_t)bytes);
    if (!loader->scratch)
        return no_memory(loader->arena);
    loader->judge.scratch = arena_alloc(loader->scratch, TABLE_TEXT_MAX + WORD_SIZE);
    loader->judge.same = ARENA_ARRAY(loader->scratch, const char *, ROW_SAME_SLOTS);
    loader->above = ARENA_NEW(loader->scratch, Above);
    return loader->judge.scratch && loader->judge.same && loader->above ? OK : no_memory(loader->arena);
}

Err roster_load(Arena *arena, const RosterAsk *ask, Roster *out)
{
    *out = (Roster){0};
    Charset charset;
    if (!charset_by_name(ask->encoding, &charset))
        return fail(arena, ERR_USAGE,
                    "encoding '%s' is not known: utf-8, gb18030, gbk, gb2312, utf-16le or utf-16be",
                    ask->encoding);
    Loader loader = {.arena = arena, .ask = ask, .pool = {.arena = arena}};
    TRY(columns_start(arena, ask->columns, &loader.asked));
    Err err = table_open(arena, ask->path, charset, &loader.table);
    if (!err.code)
        err = start(&loader);
    if (!err.code)
        err = load(&loader, out);
    table_close(&loader.table);
    arena_destroy(loader.scratch);
    if (err.code == ERR_IO) /* a roster that cannot be read: nothing was begun */
        err.code = ERR_USAGE;
    return err;
}
