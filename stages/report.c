/* SPDX-License-Identifier: MIT */
/* One pass over the records, one line in memory: a million photos need no more than one. */
#include "report.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "../pipeline/plain.h"
#include "book.h"
#include "line.h"
#include "lists.h"
#include "merge.h"
#include "page.h"
#include "sheet.h"
#include "slip_line.h"

enum { LINE_BYTES_MAX = 64 << 20 };

struct Report {
    Arena *line; /* of one photo */
    Arena *arena;
    Lang lang;
    bool timing;
    Sheet jsonl, csv;
    Lists *lists;
    Page *page;
    Book *book;
    Packing packing;
    Tally tally;
};

static void drop(json_t **value)
{
    json_decref(*value);
}

static void drop_text(char **text)
{
    free(*text);
}

static Level level_of(const char *name)
{
    for (Level level = LEVEL_NOTE; level <= LEVEL_REJECT; level++)
        if (strcmp(name, level_name(level)) == 0)
            return level;
    return LEVEL_REVIEW;
}

static const char *byte_window_text(Arena *arena, Lang lang, const json_t *record)
{
    const json_t *nearest = json_object_get(record, "byte_window");
    Output tried = {0};
    for (size_t i = 0; i < json_array_size(nearest) && i < 2; i++) {
        const json_t *one = json_array_get(nearest, i);
        int quality = (int)line_number(one, "quality", 0);
        bool too_large = i == 1 || (json_array_size(nearest) == 1 && quality == 1); /* even the lowest is */
        tried.nearest_quality[too_large] = quality;
        tried.nearest_bytes[too_large] = (size_t)line_number(one, "bytes", 0);
    }
    return text_byte_window(arena, lang, &tried);
}

/* Where the record knows more than the number: why a name binds nobody, which qualities were tried, why a file was not read,
 * for whom it counted. */
static const char *whole_text(Arena *arena, Lang lang, const json_t *record, CheckId check)
{
    return check == CHECK_id_valid       ? slip_unbound(arena, lang, record)
           : check == CHECK_byte_window  ? byte_window_text(arena, lang, record)
           : check == CHECK_readable     ? line_unreadable(arena, lang, record)
           : check == CHECK_same_picture ? line_counted_before(lang, record)
                                         : NULL;
}

/* The sentence of a finding, or NULL where it names no check of ours. */
static const char *finding_text(Arena *arena, Lang lang, const json_t *record, const json_t *json)
{
    Finding finding = {
        .check = check_find(line_text(json, "check")),
        .level = level_of(line_text(json, "level")),
        .measured = json_is_number(json_object_get(json, "value")),
        .value = line_number(json, "value", NAN),
        .lo = line_number(json, "lo", -INFINITY),
        .hi = line_number(json, "hi", INFINITY),
        .error = line_number(json, "uncertainty", 0),
        .advised = *line_text(json_object_get(record, "advice"), "text") ||
                   strcmp(line_text(record, "action"), "made") == 0, /* no other crop is better */
        .lit = line_is_lit(record, json),
    };
    finding.review_below = finding.lo - line_number(json, "review_lo", finding.lo);
    finding.review_above = line_number(json, "review_hi", finding.hi) - finding.hi;
    if (finding.check == CHECK_COUNT)
        return NULL;
    const char *whole = whole_text(arena, lang, record, finding.check);
    whole = whole ? text_whole(arena, lang, &finding, whole) : text_finding(arena, lang, &finding);
    return whole && json_is_true(json_object_get(json, "waived")) ? text_waived(arena, lang, whole) : whole;
}

static int pan_of(const char *side)
{
    return strcmp(side, "left") == 0 ? -1 : strcmp(side, "right") == 0;
}

static const char *advice_text(Arena *arena, Lang lang, const json_t *json, Verdict verdict)
{
    Advice advice = {
        .one = check_find(line_text(json, "one")),
        .other = check_find(line_text(json, "other")),
        .nearer_pct = line_number(json, "nearer_pct", 0),
        .room_above_pct = line_number(json, "room_above_pct", 0),
        .pan = pan_of(line_text(json, "pan")),
        .hair_too_high = json_is_true(json_object_get(json, "hair_too_high")),
    };
    return json_is_object(json) ? text_advice(arena, lang, &advice, verdict) : NULL;
}

/* Adds the sentences to the record itself: the advice first, to which the findings leave what to do. */
static void add_texts(Arena *arena, Lang lang, json_t *record)
{
    json_t *advice = json_object_get(record, "advice"), *findings = json_object_get(record, "findings");
    const char *text = advice_text(arena, lang, advice, line_verdict(record));
    if (text)
        json_object_set_new(advice, "text", json_string(text));
    for (size_t i = 0; i < json_array_size(findings); i++) {
        json_t *finding = json_array_get(findings, i);
        text = finding_text(arena, lang, record, finding);
        if (text)
            json_object_set_new(finding, "text", json_string(text));
    }
}

static Err load(Arena *arena, const char *text, json_t **out)
{
    json_error_t error;
    *out = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!*out || !json_is_object(*out))
        return fail(arena, ERR_FORMAT, "a record of the journal cannot be read: %s",
                    *out ? "no object" : error.text);
    return OK;
}

static Err dump(Arena *arena, const json_t *json, const char **out)
{
    CLEANUP(drop_text) char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6));
    *out = text ? arena_copy(arena, text) : NULL;
    return *out ? OK : fail(arena, ERR_MEMORY, "no memory for a line of the report");
}

static void put_path(Arena *arena, json_t *line, const char *path)
{
    bool escaped = false;
    json_t *source = json_object_get(line, "source");
    json_object_set_new(source, "path", line_any(arena, path, &escaped));
    json_object_del(source, "path_escaped");
    if (escaped)
        json_object_set_new(source, "path_escaped", json_true());
}

/* The whole line but its times; `settled` may be NULL. */
static Err make_line(Arena *arena, Lang lang, const Reported *photo, json_t **settled,
                     json_t **line)
{
    CLEANUP(drop) json_t *record = NULL;
    *line = NULL;
    TRY(load(arena, photo->record, &record));
    TRY(merge_settled(arena, photo, settled));
    *line = merge_record(record, *settled, photo);
    if (photo->path)
        put_path(arena, *line, photo->path);
    add_texts(arena, lang, *line);
    return OK;
}

static void put_times(json_t *line, bool timing, const char *times)
{
    if (timing && times && *times)
        json_object_set_new(line, "ms", json_loads(times, 0, NULL));
}

Err report_line(Arena *arena, Lang lang, bool timing, const Reported *photo, const char **out)
{
    CLEANUP(drop) json_t *settled = NULL;
    CLEANUP(drop) json_t *line = NULL;
    TRY(make_line(arena, lang, photo, &settled, &line));
    if (photo->corrected)
        json_object_set_new(line, "corrected", json_true());
    put_times(line, timing, photo->times);
    return dump(arena, line, out);
}

Err report_open(Arena *arena, const ReportAsk *ask, Report **report)
{
    Report *made = *report = ARENA_NEW(arena, Report);
    if (!made)
        return fail(arena, ERR_MEMORY, "no memory for the report");
    *made = (Report){
        .line = arena_create(LINE_BYTES_MAX), .arena = arena, .lang = ask->lang, .timing = ask->timing};
    if (!made->line)
        return fail(arena, ERR_MEMORY, "no memory for the report");
    TRY(sheet_open(arena, ask->out, "report.jsonl", &made->jsonl));
    TRY(sheet_open(arena, ask->out, "report.csv", &made->csv));
    TRY(page_open(arena, ask->out, ask->lang, ask->profile, &made->page));
    TRY(book_open(arena, ask->out, ask->lang, &made->book));
    TRY(lists_open(arena, ask->out, ask->lang, &made->lists));
    TRY(packing_open(arena, ask->out, &made->packing));
    sheet_mark(&made->csv);
    for (LineColumn column = 0; column < LINE_COLUMN_COUNT; column++)
        sheet_text(&made->csv, text_message(ask->lang, line_headers[column]));
    for (size_t i = 0; i < LINE_FACT_COUNT; i++)
        sheet_text(&made->csv, text_check(ask->lang, line_facts[i]));
    sheet_end_row(&made->csv);
    return OK;
}

static void count(Tally *tally, const json_t *record)
{
    const json_t *findings = json_object_get(record, "findings");
    tally->verdicts[line_verdict(record)]++;
    tally->open += line_verdict(record) != VERDICT_PASS && !json_object_get(record, "kept");
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *finding = json_array_get(findings, i);
        CheckId check = check_find(line_text(finding, "check"));
        if (check < CHECK_COUNT && level_of(line_text(finding, "level")) > LEVEL_NOTE)
            tally->reasons[check]++;
    }
}

static void add_row(Report *report, const LineRow *row)
{
    Sheet *csv = &report->csv;
    for (LineColumn column = 0; column < LINE_COLUMN_COUNT; column++) {
        if (column == LINE_id)
            sheet_id(csv, row->texts[column]);
        else if (column == LINE_attempt)
            sheet_number(csv, row->attempt);
        else
            sheet_text(csv, row->texts[column]);
    }
    for (size_t i = 0; i < LINE_FACT_COUNT; i++)
        sheet_number(csv, row->facts[i]);
    sheet_end_row(csv);
}

static Err write_line(Report *report, const json_t *line)
{
    const char *text;
    if (dump(report->line, line, &text).code)
        return fail(report->arena, ERR_MEMORY, "no memory for a line of the report");
    plain_print(report->jsonl.file, text);
    putc('\n', report->jsonl.file);
    return OK;
}

static bool is_eligible(const json_t *line)
{
    const json_t *eligible = json_object_get(json_object_get(line, "facts"), "eligible");
    return json_is_integer(eligible) && json_integer_value(eligible) == 1;
}

Err report_add(Report *report, const Reported *photo)
{
    CLEANUP(drop) json_t *settled = NULL;
    CLEANUP(drop) json_t *line = NULL;
    arena_reset(report->line);
    Err err = make_line(report->line, report->lang, photo, &settled, &line);
    if (err.code) /* its text must outlive the line */
        return fail(report->arena, err.code, "%s", err.text);
    LineRow row;
    line_row(report->line, report->lang, line, &row);
    bool ready = json_is_true(json_object_get(settled, "ready")), counts = ready || json_object_get(line, "kept");
    count(&report->tally, line);
    add_row(report, &row);
    TRY(lists_add(report->lists, line, row.texts[LINE_reasons], row.texts[LINE_advice]));
    TRY(book_add(report->book, line, &row, &photo->thumb));
    TRY(page_add(report->page, line, counts, &photo->thumb));
    if (counts)
        TRY(lists_ready(report->lists, line_text(line, "group")));
    TRY(packing_add(&report->packing, line, ready, is_eligible(line)));
    put_times(line, report->timing, photo->times);
    return write_line(report, line);
}

Err report_missing(Report *report, const char *record)
{
    CLEANUP(drop) json_t *line = NULL;
    arena_reset(report->line);
    Err err = load(report->line, record, &line);
    if (err.code)
        return fail(report->arena, err.code, "%s", err.text);
    TRY(lists_add(report->lists, line, "", ""));
    TRY(page_missing(report->page, line));
    TRY(book_list(report->book, line, ""));
    TRY(packing_add(&report->packing, line, false, true));
    return write_line(report, line);
}

Err report_same_rows(Report *report, const char *record)
{
    CLEANUP(drop) json_t *line = NULL;
    arena_reset(report->line);
    Err err = load(report->line, record, &line);
    if (err.code)
        return fail(report->arena, err.code, "%s", err.text);
    bool differ = json_is_true(json_object_get(line, "differ"));
    const char *how = text_message(report->lang, differ ? MESSAGE_same_rows_differ : MESSAGE_same_rows);
    const char *reason = arena_print(report->line, how, (int)line_number(line, "count", 0), line_text(line, "rows"));
    TRY(book_list(report->book, line, reason ? reason : ""));
    return lists_add(report->lists, line, reason ? reason : "", "");
}

Err report_decision(Report *report, const char *record)
{
    CLEANUP(drop) json_t *line = NULL;
    arena_reset(report->line);
    Err err = load(report->line, record, &line);
    if (err.code)
        return fail(report->arena, err.code, "%s", err.text);
    LineRow row;
    line_row(report->line, report->lang, line, &row);
    const char *reason = arena_print(report->line, "%s: %s", text_message(report->lang, MESSAGE_decision_no_photo),
                                     row.texts[LINE_decision]);
    TRY(page_decision(report->page, line));
    return lists_add(report->lists, line, reason ? reason : "", "");
}

Err report_slip_line(Arena *arena, Lang lang, const char *record, const char **out)
{
    CLEANUP(drop) json_t *line = NULL;
    TRY(load(arena, record, &line));
    slip_add_text(arena, lang, line);
    return dump(arena, line, out);
}

Err report_slip_words(Arena *arena, Lang lang, const char *record, const char **out)
{
    CLEANUP(drop) json_t *line = NULL;
    TRY(load(arena, record, &line));
    *out = slip_words(arena, lang, line);
    return *out ? OK : fail(arena, ERR_MEMORY, "no memory for a line");
}

Err report_slip(Report *report, const char *record)
{
    CLEANUP(drop) json_t *line = NULL;
    arena_reset(report->line);
    Err err = load(report->line, record, &line);
    if (err.code)
        return fail(report->arena, err.code, "%s", err.text);
    slip_add_text(report->line, report->lang, line);
    TRY(lists_add(report->lists, line, line_text(line, "text"), ""));
    TRY(page_slip(report->page, line));
    return write_line(report, line);
}

Err report_eligible(Report *report, const char *group)
{
    TRY(page_eligible(report->page));
    return lists_eligible(report->lists, group);
}

Packing *report_packing(Report *report)
{
    return &report->packing;
}

const size_t *report_lists(const Report *report)
{
    return lists_counts(report->lists);
}

const Tally *report_tally(const Report *report)
{
    return &report->tally;
}

Err report_finish(Arena *arena, Report *report)
{
    TRY(sheet_close(arena, &report->jsonl));
    TRY(sheet_close(arena, &report->csv));
    TRY(page_finish(arena, report->page));
    TRY(book_finish(arena, report->book, &report->tally, lists_counts(report->lists)));
    return lists_finish(arena, report->lists);
}

void report_close(Report *report)
{
    if (!report)
        return;
    sheet_drop(&report->jsonl);
    sheet_drop(&report->csv);
    page_close(report->page);
    book_close(report->book);
    lists_close(report->lists);
    packing_close(&report->packing);
    arena_destroy(report->line);
    report->line = NULL;
}
