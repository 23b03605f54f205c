/* SPDX-License-Identifier: MIT */
#include "line.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <glib.h>
#include "../pipeline/text_errors.h"
#include "../pipeline/text_page.h"

// clang-format off
const CheckId line_facts[LINE_FACT_COUNT] = {
    CHECK_hair_top_px, CHECK_eye_line_px, CHECK_face_width_px, CHECK_centre_offset_px, CHECK_tilt_deg,
    CHECK_background_delta_e, CHECK_sharpness, CHECK_quality, CHECK_file_bytes,
};
const MessageId line_headers[LINE_COLUMN_COUNT] = {
#define X(name) [LINE_##name] = MESSAGE_column_##name,
    LINE_COLUMNS(X)
#undef X
};
// clang-format on

const char *line_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

const char *line_utf8(Arena *arena, const char *text, bool *escaped)
{
    *escaped = !g_utf8_validate(text, -1, NULL);
    if (!*escaped)
        return text;
    char *out = arena_alloc(arena, strlen(text) * 4 + 1), *at = out;
    if (!out)
        return NULL;
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte >= 0x80)
            at += sprintf(at, "\\x%02X", byte);
        else
            at += sprintf(at, byte == '\\' ? "\\\\" : "%c", byte);
    }
    return out;
}

json_t *line_any(Arena *arena, const char *text, bool *escaped)
{
    return json_string(line_utf8(arena, text, escaped));
}

double line_number(const json_t *object, const char *key, double otherwise)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : otherwise;
}

const char *line_named(const json_t *line)
{
    const char *named = line_text(line, "named");
    size_t digits = strlen(named), other = strlen(line_text(line, "id"));
    return (digits == 15 && other == 18) || (digits == 18 && other == 15) ? named : "";
}

static bool is_known(const char *english)
{
    char chinese[1024];
    text_error(LANG_ZH, english, chinese, sizeof chinese);
    return strcmp(chinese, english) != 0;
}

/* The last sentence of several, behind ": ", which may stand in a path, too. */
static const char *last_reason(const char *problem)
{
    const char *last = problem;
    for (const char *cut = strstr(last, ": "); cut; cut = strstr(last, ": "))
        last = cut + 2;
    for (const char *from = last; from - problem >= 2; from--)
        if (memcmp(from - 2, ": ", 2) == 0 && is_known(from))
            return from;
    return is_known(problem) ? problem : last;
}

const char *line_unreadable(Arena *arena, Lang lang, const json_t *line)
{
    char reason[1024];
    const char *problem = last_reason(line_text(json_object_get(line, "source"), "problem"));
    text_error(lang, problem, reason, sizeof reason);
    return *problem ? arena_print(arena, text_message(lang, MESSAGE_unreadable_for), reason) : NULL;
}

bool line_is_lit(const json_t *line, const json_t *finding)
{
    const double SLOPE = 1.5; /* of a slope and nothing else, the 95th percentile from the median is less than half */
    size_t i;
    json_t *other;
    if (check_find(line_text(finding, "check")) != CHECK_background_spread)
        return false;
    json_array_foreach(json_object_get(line, "findings"), i, other)
        if (check_find(line_text(other, "check")) == CHECK_background_gradient)
            return line_number(other, "value", 0) >= SLOPE * line_number(finding, "value", INFINITY);
    return false;
}

const char *line_counted_before(Lang lang, const json_t *line)
{
    bool before = json_is_true(json_object_get(json_object_get(line, "twin"), "before"));
    return before ? text_message(lang, MESSAGE_counted_before) : NULL;
}

const char *line_join(Arena *arena, const char *text, const char *more)
{
    return text && more && *more ? arena_print(arena, "%s%s%s", text, *text ? "; " : "", more) : text;
}

const json_t *line_decision(const json_t *of, size_t number)
{
    const json_t *all = json_object_get(of, "decisions");
    if (json_is_array(all))
        return json_array_get(all, number);
    return number ? NULL : json_object_get(of, "decision");
}

bool line_rejects(const json_t *decision)
{
    return strcmp(line_text(decision, "decision"), "reject") == 0 && strcmp(line_text(decision, "state"), "applied") == 0;
}

/* Adds "sentence: names of the checks" to a text. */
static bool is_waived(const json_t *line, const char *check)
{
    const json_t *findings = json_object_get(line, "findings");
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *finding = json_array_get(findings, i);
        if (strcmp(line_text(finding, "check"), check) == 0)
            return json_is_true(json_object_get(finding, "waived"));
    }
    return false;
}

/* The line's list of checks under `field`, but for what a decision waived. */
static void add_checks(GString *text, Lang lang, MessageId sentence, const json_t *line, const char *field)
{
    const json_t *names = json_object_get(line, field);
    GString *list = g_string_new("");
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        CheckId check = check_find(name ? name : "");
        if (check < CHECK_COUNT && !is_waived(line, name))
            g_string_append_printf(list, "%s%s", list->len ? ", " : "", text_check(lang, check));
    }
    if (list->len) {
        g_string_append(text, text->len ? "; " : "");
        g_string_append_printf(text, text_message(lang, sentence), list->str);
    }
    g_string_free(list, TRUE);
}

/* Whether the file of the attempt before could not be read: then this one may be the same. */
static bool was_unread(const json_t *line)
{
    const json_t *fixed = json_object_get(line, "fixed");
    for (size_t i = 0; i < json_array_size(fixed); i++) {
        const char *check = json_string_value(json_array_get(fixed, i));
        if (check && check_find(check) == CHECK_readable)
            return true;
    }
    return false;
}

char *line_history(Lang lang, const json_t *line)
{
    GString *text = g_string_new("");
    if (was_unread(line))
        return g_string_free(text, FALSE);
    add_checks(text, lang, MESSAGE_retake_fixed, line, "fixed");
    add_checks(text, lang, MESSAGE_retake_broke, line, "newly_broken");
    return g_string_free(text, FALSE);
}

/* All reasons in one cell; "" where memory ran out, which a cell survives. */
static const char *reasons_of(Arena *arena, Lang lang, const json_t *line)
{
    const json_t *findings = json_object_get(line, "findings");
    char error[1024];
    text_error(lang, line_text(line, "error"), error, sizeof error);
    const char *reasons = arena_copy(arena, error);
    const json_t *decision;
    for (size_t i = 0; (decision = line_decision(line, i)); i++)
        if (line_rejects(decision))
            reasons = line_join(arena, reasons, arena_print(arena, text_message(lang, MESSAGE_rejected_by), line_text(decision, "by"), line_text(decision, "reason")));
    for (size_t i = 0; i < json_array_size(findings); i++)
        reasons = line_join(arena, reasons, line_text(json_array_get(findings, i), "text"));
    if (*line_named(line))
        reasons = line_join(arena, reasons, arena_print(arena, text_message(lang, MESSAGE_named_otherwise), line_named(line), line_text(line, "id")));
    char *history = line_history(lang, line);
    reasons = line_join(arena, reasons, history);
    g_free(history);
    return reasons ? reasons : "";
}

/* A word of the record in people's language; one that is none of ours stays. */
static const char *word_of(Lang lang, const char *word)
{
    static const char *const words[] = {"made", "passed-through", "header-fixed", "none", "accept", "reject", "waive", "applied",
                                        "no_effect", "lapsed", "no_photo", "other_photo", "outgrown"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i]) == 0)
            return text_message(lang, MESSAGE_action_made + (MessageId)i);
    return word;
}

/* What was done for the photo, as people see it: what was made of one that does not count lies nowhere. */
static const char *action_of(Lang lang, const json_t *line)
{
    const char *action = line_text(line, "action");
    bool none = !*action || strcmp(action, "none") == 0;
    return none || json_object_get(line, "output") ? word_of(lang, action) : text_message(lang, MESSAGE_action_unused);
}

/* "waive head tilt: reason (who, date) applied; accept: ..." */
static const char *decisions_of(Arena *arena, Lang lang, const json_t *line)
{
    const char *text = arena_copy(arena, "");
    const json_t *decision;
    for (size_t i = 0; (decision = line_decision(line, i)); i++) {
        const CheckId check = check_find(line_text(decision, "check"));
        text = line_join(arena, text, arena_print(arena, "%s%s%s: %s (%s, %s) %s",
                                             word_of(lang, line_text(decision, "decision")), check < CHECK_COUNT ? " " : "",
                                             check < CHECK_COUNT ? text_check(lang, check) : "", line_text(decision, "reason"),
                                             line_text(decision, "by"), line_text(decision, "date"),
                                             word_of(lang, line_text(decision, "state"))));
    }
    return text ? text : "";
}

char *line_whom(const json_t *line, const char *key)
{
    const json_t *person = json_object_get(line, key);
    const char *name = line_text(person, "name");
    return json_is_object(person) ? g_strdup_printf("%s%s%s", line_text(person, "id"), *name ? " " : "", name)
                                  : g_strdup(line_text(line, key));
}

Verdict line_verdict(const json_t *line)
{
    static const char *const names[] = {"PASS", "REVIEW", "REJECT", "ERROR"};
    Verdict verdict = VERDICT_PASS;
    while (verdict < VERDICT_ERROR && strcmp(line_text(line, "verdict"), names[verdict]) != 0)
        verdict++;
    return verdict;
}

/* What lies there: the photo of this file, or an earlier one that counts all the same. */
static const json_t *output_of(const json_t *line)
{
    const json_t *own = json_object_get(line, "output");
    return own ? own : json_object_get(json_object_get(line, "kept"), "output");
}

/* What the row says of the file that lies there is said of the kept one. */
static void put_kept(LineRow *out, const json_t *output)
{
    for (size_t i = 0; output && i < LINE_FACT_COUNT; i++) {
        if (line_facts[i] == CHECK_quality)
            out->facts[i] = line_number(output, "quality", NAN);
        if (line_facts[i] == CHECK_file_bytes)
            out->facts[i] = line_number(output, "bytes", NAN);
    }
}

bool line_kept_is_newer(const json_t *line)
{
    return line_number(json_object_get(line, "kept"), "attempt", NAN) > line_number(line, "attempt", NAN);
}

void line_row(Arena *arena, Lang lang, const json_t *line, LineRow *out)
{
    static const MessageId verdicts[] = {MESSAGE_verdict_pass, MESSAGE_verdict_review,
                                         MESSAGE_verdict_reject, MESSAGE_verdict_error};
    const json_t *facts = json_object_get(line, "facts"), *kept = json_object_get(line, "kept");
    const json_t *output = output_of(line);
    *out = (LineRow){
        .texts = {[LINE_id] = line_text(line, "id"),
                  [LINE_name] = line_text(line, "name"),
                  [LINE_group] = line_text(line, "group"),
                  [LINE_verdict] = text_message(lang, verdicts[line_verdict(line)]),
                  [LINE_action] = action_of(lang, line),
                  [LINE_attempt] = "",
                  [LINE_path] = line_text(json_object_get(line, "source"), "path"),
                  [LINE_reasons] = reasons_of(arena, lang, line),
                  [LINE_advice] = kept ? text_page(lang, line_kept_is_newer(line) ? PAGE_WORD_kept_newer : PAGE_WORD_kept) : line_text(json_object_get(line, "advice"), "text"),
                  [LINE_decision] = decisions_of(arena, lang, line),
                  [LINE_output] = line_text(output, "path")},
        .attempt = line_number(line, "attempt", NAN),
    };
    for (size_t i = 0; i < LINE_FACT_COUNT; i++)
        out->facts[i] = line_number(facts, checks[line_facts[i]].name, NAN);
    if (output == json_object_get(kept, "output"))
        put_kept(out, output);
}
