/* SPDX-License-Identifier: MIT */
/* One pass over the records, one line in memory: a million photos need no more than one. */
#include "report.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "../pipeline/plain.h"
#include "lists.h"
#include "merge.h"
#include "page.h"
#include "sheet.h"

enum { LINE_BYTES_MAX = 64 << 20 };

struct Report {
    Arena *line; /* of one photo */
    Arena *arena;
    Lang lang;
    bool timing;
    Sheet jsonl, csv;
    Lists *lists;
    Page *page;
    Packing packing;
    Tally tally;
};

// clang-format off
static const CheckId key_facts[] = {
    CHECK_hair_top_px, CHECK_eye_line_px, CHECK_face_width_px, CHECK_centre_offset_px, CHECK_tilt_deg,
    CHECK_background_delta_e, CHECK_sharpness, CHECK_quality, CHECK_file_bytes,
};
static const MessageId columns[] = {
    MESSAGE_column_id, MESSAGE_column_name, MESSAGE_column_group, MESSAGE_column_verdict, MESSAGE_column_action, MESSAGE_column_attempt, MESSAGE_column_path,
    MESSAGE_column_reasons, MESSAGE_column_advice, MESSAGE_column_decision, MESSAGE_column_output,
};
// clang-format on

static void drop(json_t **value)
{
    json_decref(*value);
}

static void drop_text(char **text)
{
    free(*text);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static double number_of(const json_t *object, const char *key, double otherwise)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : otherwise;
}

static Level level_of(const char *name)
{
    for (Level level = LEVEL_NOTE; level <= LEVEL_REJECT; level++)
        if (strcmp(name, level_name(level)) == 0)
            return level;
    return LEVEL_REVIEW;
}

/* The sentence of a finding, or NULL where it names no check of ours. */
static const char *finding_text(Arena *arena, Lang lang, const json_t *json)
{
    Finding finding = {
        .check = check_find(text_of(json, "check")),
        .level = level_of(text_of(json, "level")),
        .measured = json_is_number(json_object_get(json, "value")),
        .value = number_of(json, "value", NAN),
        .lo = number_of(json, "lo", -INFINITY),
        .hi = number_of(json, "hi", INFINITY),
        .error = number_of(json, "uncertainty", 0),
    };
    return finding.check < CHECK_COUNT ? text_finding(arena, lang, &finding) : NULL;
}

static CheckId conflict_of(const json_t *advice, const char *key)
{
    return check_find(text_of(advice, key));
}

static const char *advice_text(Arena *arena, Lang lang, const json_t *json)
{
    Advice advice = {
        .one = conflict_of(json, "one"),
        .other = conflict_of(json, "other"),
        .closer_pct = number_of(json, "closer_pct", 0),
        .room_above_px = number_of(json, "room_above_px", 0),
        .room_below_px = number_of(json, "room_below_px", 0),
        .hair_too_high = json_is_true(json_object_get(json, "hair_too_high")),
    };
    return json_is_object(json) ? text_advice(arena, lang, &advice) : NULL;
}

/* Adds the sentences to the record itself. */
static void add_texts(Arena *arena, Lang lang, json_t *record)
{
    json_t *findings = json_object_get(record, "findings");
    for (size_t i = 0; i < json_array_size(findings); i++) {
        json_t *finding = json_array_get(findings, i);
        const char *text = finding_text(arena, lang, finding);
        if (text)
            json_object_set_new(finding, "text", json_string(text));
    }
    json_t *advice = json_object_get(record, "advice");
    const char *text = advice_text(arena, lang, advice);
    if (text)
        json_object_set_new(advice, "text", json_string(text));
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

/* The whole line but its times; `settled` may be NULL. */
static Err make_line(Arena *arena, Lang lang, const Reported *photo, json_t **settled,
                     json_t **line)
{
    CLEANUP(drop) json_t *record = NULL;
    *line = NULL;
    TRY(load(arena, photo->record, &record));
    TRY(merge_settled(arena, photo, settled));
    *line = merge_record(record, *settled, photo);
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
    TRY(lists_open(arena, ask->out, ask->lang, &made->lists));
    sheet_mark(&made->csv);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        sheet_text(&made->csv, text_message(ask->lang, columns[i]));
    for (size_t i = 0; i < sizeof key_facts / sizeof *key_facts; i++)
        sheet_text(&made->csv, text_check(ask->lang, key_facts[i]));
    sheet_end_row(&made->csv);
    return OK;
}

/* All reasons in one cell; "" where memory ran out, which a cell survives. */
static const char *reasons_of(Arena *arena, const json_t *record)
{
    const json_t *findings = json_object_get(record, "findings");
    const char *reasons = text_of(record, "error");
    for (size_t i = 0; reasons && i < json_array_size(findings); i++) {
        const char *text = text_of(json_array_get(findings, i), "text");
        if (*text)
            reasons = arena_print(arena, "%s%s%s", reasons, *reasons ? "; " : "", text);
    }
    return reasons ? reasons : "";
}

/* An unknown one is an error. */
static Verdict verdict_of(const json_t *record)
{
    static const char *const names[] = {"PASS", "REVIEW", "REJECT", "ERROR"};
    Verdict verdict = VERDICT_PASS;
    while (verdict < VERDICT_ERROR && strcmp(text_of(record, "verdict"), names[verdict]) != 0)
        verdict++;
    return verdict;
}

static const char *verdict_text(Lang lang, Verdict verdict)
{
    static const MessageId texts[] = {MESSAGE_verdict_pass, MESSAGE_verdict_review,
                                      MESSAGE_verdict_reject, MESSAGE_verdict_error};
    return text_message(lang, texts[verdict]);
}

static void count(Tally *tally, const json_t *record)
{
    const json_t *findings = json_object_get(record, "findings");
    tally->verdicts[verdict_of(record)]++;
    tally->open += verdict_of(record) != VERDICT_PASS && !json_object_get(record, "kept");
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *finding = json_array_get(findings, i);
        CheckId check = check_find(text_of(finding, "check"));
        if (check < CHECK_COUNT && level_of(text_of(finding, "level")) > LEVEL_NOTE)
            tally->reasons[check]++;
    }
}

/* "waive tilt_deg: reason (who, date) applied" */
static const char *decision_of(Arena *arena, const json_t *line)
{
    const json_t *decision = json_object_get(line, "decision");
    const char *check = text_of(decision, "check");
    const char *text = !decision ? ""
                                 : arena_print(arena, "%s%s%s: %s (%s, %s) %s",
                                               text_of(decision, "decision"), *check ? " " : "",
                                               check, text_of(decision, "reason"),
                                               text_of(decision, "by"), text_of(decision, "date"),
                                               text_of(decision, "state"));
    return text ? text : "";
}

typedef struct LineWords {
    const char *reasons, *advice, *decision;
} LineWords;

static void add_row(Report *report, const json_t *line, int attempt, const LineWords *words)
{
    Sheet *csv = &report->csv;
    const json_t *facts = json_object_get(line, "facts"), *output = json_object_get(line, "output");
    if (!output) /* the photo that counts all the same */
        output = json_object_get(json_object_get(line, "kept"), "output");
    sheet_id(csv, text_of(line, "id"));
    sheet_text(csv, text_of(line, "name"));
    sheet_text(csv, text_of(line, "group"));
    sheet_text(csv, verdict_text(report->lang, verdict_of(line)));
    sheet_text(csv, text_of(line, "action"));
    sheet_number(csv, attempt);
    sheet_text(csv, text_of(json_object_get(line, "source"), "path"));
    sheet_text(csv, words->reasons);
    sheet_text(csv, words->advice);
    sheet_text(csv, words->decision);
    sheet_text(csv, text_of(output, "path"));
    for (size_t i = 0; i < sizeof key_facts / sizeof *key_facts; i++)
        sheet_number(csv, number_of(facts, checks[key_facts[i]].name, NAN));
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
    LineWords words = {reasons_of(report->line, line),
                       text_of(json_object_get(line, "advice"), "text"),
                       decision_of(report->line, line)};
    bool ready = json_is_true(json_object_get(settled, "ready")), counts = ready || json_object_get(line, "kept");
    count(&report->tally, line);
    add_row(report, line, photo->attempt, &words);
    TRY(lists_add(report->lists, line, words.reasons, words.advice));
    TRY(page_add(report->page, line, counts, &photo->thumb));
    if (counts)
        TRY(lists_ready(report->lists, text_of(line, "group")));
    TRY(packing_add(report->arena, &report->packing, line, ready, is_eligible(line)));
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
    TRY(packing_add(report->arena, &report->packing, line, false, true));
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
    const char *reason = arena_print(report->line, how, (int)number_of(line, "count", 0), text_of(line, "rows"));
    return lists_add(report->lists, line, reason ? reason : "", "");
}

Err report_decision(Report *report, const char *record)
{
    CLEANUP(drop) json_t *line = NULL;
    arena_reset(report->line);
    Err err = load(report->line, record, &line);
    if (err.code)
        return fail(report->arena, err.code, "%s", err.text);
    const char *reason = arena_print(report->line, "%s: %s", text_message(report->lang, MESSAGE_decision_no_photo),
                                     decision_of(report->line, line));
    TRY(page_decision(report->page, line));
    return lists_add(report->lists, line, reason ? reason : "", "");
}

Err report_eligible(Report *report, const char *group)
{
    TRY(page_eligible(report->page));
    return lists_eligible(report->lists, group);
}

const Packing *report_packing(const Report *report)
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
    return lists_finish(arena, report->lists);
}

void report_close(Report *report)
{
    if (!report)
        return;
    sheet_drop(&report->jsonl);
    sheet_drop(&report->csv);
    page_close(report->page);
    lists_close(report->lists);
    arena_destroy(report->line);
    report->line = NULL;
}
