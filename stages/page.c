/* SPDX-License-Identifier: MIT */
/* Cards go out as they come, so that a million photos need no memory; what is known only at the end (counts,
 * time line, words) follows in a second block, the small pictures in a third. */
#include "page.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include "../pipeline/text_page.h"
#include "line.h"
#include "page_card.h"
#include "page_json.h"
#include "page_template.h"
#include "page_thumbs.h"
#include "page_timeline.h"
#include "sheet.h"

enum { COUNT_MISSING = VERDICT_ERROR + 1, COUNT_KINDS };

typedef struct Group {
    const char *name;
    size_t counts[COUNT_KINDS]; /* by Verdict, then missing */
} Group;

struct Page {
    Arena *arena;
    Lang lang;
    const Profile *profile;
    Sheet sheet;
    PageTemplate around;
    PageThumbs *thumbs;
    PageTimeline *timeline;
    Group *groups; /* in the order of their first lines; of their names from page_finish on */
    size_t group_count, group_room;
    GHashTable *places; /* a group's name to its place, and 1; destroyed by page_close */
    size_t cards, eligible, ready;
    json_t *missing, *decided, *slips;
};

static void drop(json_t **value)
{
    json_decref(*value);
}

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the report's page");
}

Err page_open(Arena *arena, const char *out, Lang lang, const Profile *profile, Page **page)
{
    Page *made = *page = ARENA_NEW(arena, Page);
    if (!made)
        return no_memory(arena);
    *made = (Page){.arena = arena, .lang = lang, .profile = profile, .missing = json_array(), .decided = json_array(), .slips = json_array(),
                    .places = g_hash_table_new(g_str_hash, g_str_equal)};
    TRY(page_template(arena, lang, &made->around));
    TRY(page_thumbs_open(arena, out, &made->thumbs));
    TRY(page_timeline_open(arena, out, &made->timeline));
    TRY(sheet_open(arena, out, "report.html", &made->sheet));
    fputs(made->around.head, made->sheet.file);
    fputs("<script id=\"cards\" type=\"application/json\">[", made->sheet.file);
    return OK;
}

/* ---- while lines come ---- */

static Err count(Page *page, const char *name, int kind)
{
    size_t place = GPOINTER_TO_SIZE(g_hash_table_lookup(page->places, name));
    if (!place) {
        Group *groups = arena_more(page->arena, page->groups, page->group_count, &page->group_room, sizeof *groups);
        char *kept = arena_copy(page->arena, name);
        if (!groups || !kept)
            return no_memory(page->arena);
        page->groups = groups;
        page->groups[page->group_count] = (Group){.name = kept};
        place = ++page->group_count;
        g_hash_table_insert(page->places, kept, GSIZE_TO_POINTER(place));
    }
    page->groups[place - 1].counts[kind]++;
    return OK;
}

static Err add_card(Page *page, const json_t *line, const Bytes *thumb)
{
    char name[PAGE_THUMB_NAME + 1];
    CLEANUP(drop) json_t *card = page_card(line, page->profile, page->lang);
    if (thumb->data) {
        TRY(page_thumbs_add(page->thumbs, thumb, name));
        page_put(card, "thumb", json_string(name));
    }
    fputs(page->cards++ ? ",\n" : "\n", page->sheet.file);
    return page_print(page->arena, page->sheet.file, card);
}

Err page_add(Page *page, const json_t *line, bool counts, const Bytes *thumb)
{
    Verdict verdict = line_verdict(line);
    TRY(count(page, line_text(line, "group"), (int)verdict));
    TRY(page_timeline_add(page->timeline, line));
    page_decisions(page->decided, line);
    page->ready += counts;
    return verdict == VERDICT_PASS ? OK : add_card(page, line, thumb);
}

Err page_missing(Page *page, const json_t *line)
{
    static const char *const keys[] = {"id", "name", "group", "maybe"};
    json_t *person = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        page_put(person, keys[i], page_plain(line_text(line, keys[i])));
    json_array_append_new(page->missing, person);
    return count(page, line_text(line, "group"), COUNT_MISSING);
}

/* What went well needs no line. */
Err page_slip(Page *page, const json_t *line)
{
    static const char *const keys[] = {"id", "name", "group", "text"};
    if (!json_object_get(line, "problem"))
        return OK;
    json_t *slip = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        page_put(slip, keys[i], page_plain(line_text(line, keys[i])));
    page_put(slip, "path", page_plain(line_text(json_object_get(line, "source"), "path")));
    json_array_append_new(page->slips, slip);
    return OK;
}

Err page_eligible(Page *page)
{
    page->eligible++;
    return OK;
}

Err page_decision(Page *page, const json_t *line)
{
    page_decisions(page->decided, line);
    return OK;
}

/* ---- the end ---- */

static json_t *words_json(Lang lang)
{
    json_t *out = json_object();
    for (PageWord word = 0; word < PAGE_WORD_COUNT; word++)
        page_put(out, text_page_name(word), json_string(text_page(lang, word)));
    return out;
}

static json_t *checks_json(Lang lang)
{
    json_t *out = json_object();
    for (CheckId i = 0; i < CHECK_COUNT; i++) {
        json_t *check = json_array();
        json_array_append_new(check, json_string(text_check(lang, i)));
        json_array_append_new(check, json_boolean(check_is_waivable(i)));
        page_put(out, checks[i].name, check);
    }
    return out;
}

static json_t *band_json(const Profile *profile, CheckId check)
{
    const Want *want = &profile->want[check];
    json_t *band = json_array();
    if (!want->asked) {
        json_decref(band);
        return NULL;
    }
    json_array_append_new(band, page_real(want->good.lo));
    json_array_append_new(band, page_real(want->good.hi));
    return band;
}

static json_t *profile_json(const Profile *profile, Lang lang)
{
    json_t *out = json_object();
    page_put(out, "title", page_plain(lang == LANG_ZH ? profile->title_zh : profile->title_en));
    page_put(out, "hair", band_json(profile, CHECK_hair_top_px));
    page_put(out, "eyes", band_json(profile, CHECK_eye_line_px));
    page_put(out, "face", band_json(profile, CHECK_face_width_px));
    page_put(out, "background", band_json(profile, CHECK_background_delta_e));
    page_put(out, "light", band_json(profile, CHECK_face_light));
    page_put(out, "width", json_integer(profile->width_px));
    return out;
}

static int by_name(const void *a, const void *b)
{
    const Group *one = a, *two = b;
    return strcmp(one->name, two->name);
}

/* The places are those of before. */
static json_t *groups_json(Page *page)
{
    json_t *out = json_array();
    if (page->group_count)
        qsort(page->groups, page->group_count, sizeof *page->groups, by_name);
    for (size_t i = 0; i < page->group_count; i++) {
        const Group *group = &page->groups[i];
        json_t *row = json_array(), *name = page_plain(group->name);
        json_array_append_new(row, name ? name : json_string(""));
        for (int kind = 0; kind < COUNT_KINDS; kind++)
            json_array_append_new(row, json_integer((json_int_t)group->counts[kind]));
        json_array_append_new(out, row);
    }
    return out;
}

static Err print_rest(Page *page)
{
    char unmeasured[512];
    CLEANUP(drop) json_t *rest = json_object();
    json_t *time = NULL;
    Err err = page_timeline_json(page->timeline, &time);
    if (err.code) {
        json_decref(time);
        return err;
    }
    page_put(rest, "lang", json_string(page->lang == LANG_ZH ? "zh" : "en"));
    page_put(rest, "profile", profile_json(page->profile, page->lang));
    page_put(rest, "eligible", json_integer((json_int_t)page->eligible));
    page_put(rest, "ready", json_integer((json_int_t)page->ready));
    page_put(rest, "groups", groups_json(page));
    page_put(rest, "time", time);
    page_put(rest, "missing", json_incref(page->missing));
    page_put(rest, "decided", json_incref(page->decided));
    page_put(rest, "slips", json_incref(page->slips));
    page_put(rest, "checks", checks_json(page->lang));
    text_not_measured(page->lang, unmeasured, sizeof unmeasured);
    page_put(rest, "unmeasured", json_string(unmeasured));
    page_put(rest, "words", words_json(page->lang));
    return page_print(page->arena, page->sheet.file, rest);
}

Err page_finish(Arena *arena, Page *page)
{
    FILE *file = page->sheet.file;
    fputs("\n]</script>\n<script id=\"rest\" type=\"application/json\">", file);
    TRY(print_rest(page));
    fputs("</script>\n<script id=\"thumbs\" type=\"application/json\">", file);
    TRY(page_thumbs_finish(page->thumbs, file));
    fputs("</script>\n", file);
    fputs(page->around.tail, file);
    return sheet_close(arena, &page->sheet);
}

void page_close(Page *page)
{
    if (!page)
        return;
    sheet_drop(&page->sheet);
    page_timeline_close(page->timeline);
    page_thumbs_close(page->thumbs);
    json_decref(page->missing);
    json_decref(page->decided);
    json_decref(page->slips);
    page->missing = page->decided = page->slips = NULL;
    if (page->places)
        g_hash_table_destroy(page->places);
    page->places = NULL;
}
