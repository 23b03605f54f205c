/* SPDX-License-Identifier: MIT */
#include "page_template.h"
#include <stdio.h>
#include <string.h>
#include <glib.h>
#include "../pipeline/digest.h"
#include "../pipeline/text_page.h"
#include "page_files.h"

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the report's page");
}

static Err load(Arena *arena, const char *name, const char **out)
{
    *out = page_file(name);
    return *out ? OK : fail(arena, ERR_FORMAT, "the program holds no page '%s'", name);
}

/* As a policy names it: the SHA-256 of what stands between the tags. */
static const char *hash_of(Arena *arena, const char *text)
{
    enum { BYTES = 32 };
    char hex[2 * BYTES + 1];
    guchar digest[BYTES];
    digest_sha256(text, strlen(text), hex);
    for (int i = 0; i < BYTES; i++)
        digest[i] = (guchar)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
    char *base64 = g_base64_encode(digest, BYTES);
    const char *out = arena_print(arena, "'sha256-%s'", base64);
    g_free(base64);
    return out;
}

/* Three texts as one; NULL past the arena. By memcpy, since a page is long and printf takes it letter by letter. */
static char *join(Arena *arena, const char *text, size_t length, const char *middle, const char *end)
{
    size_t more = strlen(middle), rest = strlen(end) + 1;
    char *out = arena_raw(arena, length + more + rest);
    if (!out)
        return NULL;
    memcpy(out, text, length);
    memcpy(out + length, middle, more);
    memcpy(out + length + more, end, rest);
    return out;
}

/* `text` with every "{{name}}" replaced; NULL past the arena. */
static const char *fill(Arena *arena, const char *text, const char *name, const char *value)
{
    char mark[32];
    snprintf(mark, sizeof mark, "{{%s}}", name);
    for (const char *at; text && value && (at = strstr(text, mark));)
        text = join(arena, text, (size_t)(at - text), value, at + strlen(mark));
    return value ? text : NULL;
}

Err page_template(Arena *arena, Lang lang, PageTemplate *out)
{
    static const char data[] = "{{data}}";
    const char *page, *style, *view, *codes, *desk;
    TRY(load(arena, "report.html", &page));
    TRY(load(arena, "report.css", &style));
    TRY(load(arena, "report.js", &view));
    TRY(load(arena, "qr.js", &codes));
    TRY(load(arena, "desk.js", &desk));
    const char *script = join(arena, view, strlen(view), codes, desk);
    if (!script)
        return no_memory(arena);
    page = fill(arena, page, "lang", lang == LANG_ZH ? "zh-CN" : "en");
    page = fill(arena, page, "title", text_page(lang, PAGE_WORD_title));
    page = fill(arena, page, "no_script", text_page(lang, PAGE_WORD_no_script));
    page = fill(arena, page, "style_hash", hash_of(arena, style));
    page = fill(arena, page, "script_hash", hash_of(arena, script));
    page = fill(arena, page, "style", style);
    const char *at = page ? strstr(page, data) : NULL;
    out->head = at ? join(arena, page, (size_t)(at - page), "", "") : NULL;
    out->tail = at ? fill(arena, at + strlen(data), "script", script) : NULL;
    return out->head && out->tail ? OK : no_memory(arena);
}

static const char *fill_word(Arena *arena, const char *page, Lang lang, MessageId word)
{
    static const char *const names[] = {
        [MESSAGE_live_title] = "title",   [MESSAGE_live_wait] = "wait",     [MESSAGE_live_ended] = "ended",
        [MESSAGE_live_last] = "last",     [MESSAGE_live_counts] = "judged",
    };
    return fill(arena, page, names[word], text_message(lang, word));
}

Err page_template_live(Arena *arena, Lang lang, const char **out)
{
    static const MessageId words[] = {MESSAGE_live_title, MESSAGE_live_wait, MESSAGE_live_ended,
                                      MESSAGE_live_last, MESSAGE_live_counts};
    const char *page, *style, *script;
    TRY(load(arena, "live.html", &page));
    TRY(load(arena, "live.css", &style));
    TRY(load(arena, "live.js", &script));
    page = fill(arena, page, "lang", lang == LANG_ZH ? "zh-CN" : "en");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        page = fill_word(arena, page, lang, words[i]);
    page = fill(arena, page, "style_hash", hash_of(arena, style));
    page = fill(arena, page, "script_hash", hash_of(arena, script));
    page = fill(arena, page, "style", style);
    page = fill(arena, page, "script", script);
    *out = page;
    return page ? OK : no_memory(arena);
}
