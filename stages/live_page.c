/* SPDX-License-Identifier: MIT */
/* A page that was opened as a file may load a script beside it, but read no data: so the data are a
 * script that calls live(). */
#include "live_page.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "../pipeline/checks.h"
#include "../pipeline/idnum.h"
#include "../pipeline/paths.h"
#include "../pipeline/text_errors.h"
#include "line.h"
#include "lists.h"
#include "page_json.h"
#include "page_template.h"
#include "sheet.h"
#include "slip_line.h"

enum { SHOTS = 10 };

struct LivePage {
    const char *aside, *path;
    Lang lang;
    bool ended;
    size_t judged;
    char *shots[SHOTS]; /* JSON, the latest first; freed by live_page_end */
    char *keys[SHOTS];  /* of their files; likewise */
    char *code;         /* JSON, a code that was read and behind which no photo was told; likewise */
};

static void drop(json_t **value)
{
    json_decref(*value);
}

/* What to do about it: another picture does not mend a name, one too many is none too few, and a whole file comes no better
 * when it is sent again. */
static const char *action_text(Lang lang, const json_t *line)
{
    static const MessageId rejected[LIST_COUNT + 1] = {
        [LIST_retake] = MESSAGE_live_reject,  [LIST_review] = MESSAGE_live_review,      [LIST_missing] = MESSAGE_live_reject,
        [LIST_extra] = MESSAGE_live_number,   [LIST_duplicate] = MESSAGE_live_choose,   [LIST_invalid] = MESSAGE_live_whose,
        [LIST_not_eligible] = MESSAGE_live_nobody, [LIST_unreadable] = MESSAGE_live_export, [LIST_COUNT] = MESSAGE_live_reject,
    };
    switch (line_verdict(line)) {
    case VERDICT_PASS:
        return text_message(lang, MESSAGE_live_pass);
    case VERDICT_REVIEW:
        return text_message(lang, MESSAGE_live_review);
    case VERDICT_REJECT:
        return text_message(lang, lists_is_torn(line) ? MESSAGE_live_resend : rejected[lists_fault(line)]);
    default:
        return text_message(lang, MESSAGE_live_error);
    }
}

/* Masked: it may name a file, and who passes by reads it. */
static void add_text(json_t *list, const char *text)
{
    char masked[2 * PATH_MAX];
    path_mask(text, masked, sizeof masked);
    json_t *plain = page_plain(masked);
    if (plain)
        json_array_append_new(list, plain);
}

/* "advice: step back": what stands behind a colon is what to do, and the page sets it in bold. */
static void add_advice(Lang lang, const json_t *line, json_t *list)
{
    char text[1024];
    const char *advice = line_text(json_object_get(line, "advice"), "text");
    snprintf(text, sizeof text, "%s: %s", text_message(lang, MESSAGE_column_advice), advice);
    if (*advice)
        add_text(list, text);
}

/* Worst first: what must change, then what a person should look at. */
static json_t *reasons_of(Lang lang, const json_t *line)
{
    bool has_gap = false;
    const json_t *findings = json_object_get(line, "findings");
    json_t *out = json_array();
    for (Level level = LEVEL_REJECT; level > LEVEL_NOTE; level--)
        for (size_t i = 0; i < json_array_size(findings); i++) {
            const json_t *finding = json_array_get(findings, i);
            if (strcmp(line_text(finding, "level"), level_name(level)) != 0)
                continue;
            add_text(out, line_text(finding, "text"));
            has_gap = has_gap || strcmp(line_text(finding, "check"), checks[CHECK_code_gap].name) == 0;
        }
    if (has_gap)
        add_text(out, text_message(lang, MESSAGE_live_provisional));
    add_advice(lang, line, out);
    char error[1024];
    text_error(lang, line_text(line, "error"), error, sizeof error);
    add_text(out, error);
    return out;
}

static const char *join(Arena *arena, const json_t *list)
{
    const char *text = "";
    for (size_t i = 0; text && i < json_array_size(list); i++)
        text = arena_print(arena, "%s%s%s", text, i ? "; " : ": ", json_string_value(json_array_get(list, i)));
    return text;
}

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the live page");
}

/* Whole or not at all; it need not outlive the power. */
static Err write_data(Arena *arena, const LivePage *page)
{
    FILE *file = fopen(page->aside, "we");
    if (!file)
        return fail(arena, ERR_IO, "cannot create '%s': %m", page->aside);
    fprintf(file, "live({\"judged\":%zu,\"ended\":%s,\"shots\":[", page->judged, page->ended ? "true" : "false");
    for (int i = 0; i < SHOTS && page->shots[i]; i++) {
        fputs(i ? ",\n" : "\n", file);
        page_print_text(file, page->shots[i]);
    }
    fputs("]", file);
    if (page->code) {
        fputs(",\"code\":", file);
        page_print_text(file, page->code);
    }
    fputs("});\n", file);
    bool whole = !ferror(file);
    if (fclose(file) || !whole || rename(page->aside, page->path))
        return fail(arena, ERR_IO, "cannot write '%s': %m", page->path);
    return OK;
}

Err live_page_open(Arena *arena, const char *out, Lang lang, LivePage **page)
{
    Sheet sheet;
    const char *html;
    LivePage *made = *page = ARENA_NEW(arena, LivePage);
    if (!made)
        return no_memory(arena);
    made->lang = lang;
    made->aside = arena_print(arena, "%s/.tmp/live.js", out);
    made->path = arena_print(arena, "%s/live.js", out);
    if (!made->aside || !made->path)
        return no_memory(arena);
    TRY(page_template_live(arena, lang, &html));
    TRY(sheet_open(arena, out, "live.html", &sheet));
    fputs(html, sheet.file);
    TRY(sheet_close(arena, &sheet));
    return write_data(arena, made);
}

static void drop_code(LivePage *page)
{
    free(page->code);
    page->code = NULL;
}

static void drop_shot(LivePage *page, int at)
{
    int behind = SHOTS - 1 - at;
    free(page->shots[at]);
    free(page->keys[at]);
    memmove(page->shots + at, page->shots + at + 1, (size_t)behind * sizeof *page->shots);
    memmove(page->keys + at, page->keys + at + 1, (size_t)behind * sizeof *page->keys);
    page->shots[SHOTS - 1] = page->keys[SHOTS - 1] = NULL;
}

/* What was told wrongly is no longer shown. */
static Err keep(Arena *arena, LivePage *page, char *text, const LiveShot *shot)
{
    char *key = strdup(shot->key);
    for (int i = SHOTS - 1; key && shot->corrected && i >= 0; i--)
        if (page->keys[i] && strcmp(page->keys[i], key) == 0)
            drop_shot(page, i);
    if (!key) {
        free(text);
        return no_memory(arena);
    }
    drop_shot(page, SHOTS - 1);
    memmove(page->shots + 1, page->shots, (SHOTS - 1) * sizeof *page->shots);
    memmove(page->keys + 1, page->keys, (SHOTS - 1) * sizeof *page->keys);
    page->shots[0] = text;
    page->keys[0] = key;
    page->judged += !shot->corrected;
    return OK;
}

Err live_page_add(Arena *arena, LivePage *page, const char *line, LiveShot *shot)
{
    CLEANUP(drop) json_t *record = json_loads(line, 0, NULL);
    CLEANUP(drop) json_t *out = json_object();
    char id[64] = "";
    if (!record)
        return fail(arena, ERR_FORMAT, "a line of the report cannot be read");
    if (*line_text(record, "id"))
        id_mask(line_text(record, "id"), id);
    json_t *reasons = reasons_of(page->lang, record);
    const char *words = join(arena, reasons);
    shot->verdict = arena_copy(arena, line_text(record, "verdict"));
    page_put(out, "verdict", json_string(line_text(record, "verdict")));
    page_put(out, "action", json_string(action_text(page->lang, record)));
    page_put(out, "id", page_plain(id));
    page_put(out, "name", page_plain(line_text(record, "name")));
    page_put(out, "group", page_plain(line_text(record, "group")));
    page_put(out, "path", page_plain(shot->path));
    page_put(out, "todo", reasons);
    const char *note = shot->corrected ? text_message(page->lang, MESSAGE_live_corrected) : "";
    if (*note)
        page_put(out, "note", json_string(note));
    if (shot->waited_ms > 0)
        page_put(out, "ms", json_integer((json_int_t)shot->waited_ms));
    if (!shot->verdict || !words)
        return no_memory(arena);
    shot->text = arena_print(arena, "%-7s %-18s %s%s%s%s%s", shot->verdict, *id ? id : "-", shot->path, *note ? " (" : "", note,
                             *note ? ")" : "", words);
    char *text = json_dumps(out, JSON_COMPACT);
    if (!text || !shot->text)
        return no_memory(arena);
    drop_code(page);
    TRY(keep(arena, page, text, shot));
    return write_data(arena, page);
}

Err live_page_code(Arena *arena, LivePage *page, const char *record)
{
    CLEANUP(drop) json_t *slip = json_loads(record, 0, NULL);
    CLEANUP(drop) json_t *out = json_object();
    const char *words = slip ? slip_words(arena, page->lang, slip) : NULL;
    if (!words)
        return fail(arena, ERR_FORMAT, "a frame with a code cannot be told");
    page_put(out, "text", page_plain(words));
    if (slip_is_wrong(slip))
        page_put(out, "wrong", json_true());
    drop_code(page);
    page->code = json_dumps(out, JSON_COMPACT);
    return page->code ? write_data(arena, page) : no_memory(arena);
}

Err live_page_end(Arena *arena, LivePage *page)
{
    page->ended = true;
    drop_code(page);
    Err err = write_data(arena, page);
    for (int i = 0; i < SHOTS; i++)
        drop_shot(page, SHOTS - 1 - i);
    return err;
}
