/* SPDX-License-Identifier: MIT */
#include "page_card.h"
#include <math.h>
#include <string.h>
#include <glib.h>
#include "../pipeline/text_errors.h"
#include "line.h"
#include "lists.h"
#include "page_json.h"

enum { ERROR_BYTES = 1024 };

/* The judged part of the upright source, in its pixels. */
typedef struct Region {
    double x, y, width, height;
    bool crop;
} Region;

static void put_plain(json_t *card, const char *key, const char *text)
{
    page_put(card, key, page_plain(text));
}

static Region region_of(const json_t *line)
{
    const json_t *crop = json_object_get(line, "crop"), *source = json_object_get(line, "source");
    if (json_is_object(crop))
        return (Region){line_number(crop, "x", NAN), line_number(crop, "y", NAN), line_number(crop, "width", NAN),
                        line_number(crop, "height", NAN), true};
    return (Region){0, 0, line_number(source, "width", NAN), line_number(source, "height", NAN), false};
}

static double number_at(const json_t *array, size_t index)
{
    const json_t *value = json_array_get(array, index);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static json_t *view_of(const json_t *line, const Profile *profile)
{
    Region region = region_of(line);
    const json_t *face = json_object_get(line, "face");
    if (!(region.width > 0) || !(region.height > 0))
        return NULL;
    double k = profile->width_px / region.width;
    const json_t *left = json_object_get(face, "left_eye"), *right = json_object_get(face, "right_eye");
    json_t *view = json_object(), *size = json_array(), *eyes = json_array();
    json_array_append_new(size, page_real(profile->width_px));
    json_array_append_new(size, page_real(region.height * k));
    page_put(view, "size", size);
    for (int i = 0; i < 2; i++) {
        json_array_append_new(eyes, page_real((number_at(i ? right : left, 0) - region.x) * k));
        json_array_append_new(eyes, page_real((number_at(i ? right : left, 1) - region.y) * k));
    }
    page_put(view, "eyes", eyes);
    page_put_number(view, "hair", (line_number(face, "hair_top_y", NAN) - region.y) * k);
    page_put_number(view, "left", (line_number(face, "face_left_x", NAN) - region.x) * k);
    page_put_number(view, "right", (line_number(face, "face_right_x", NAN) - region.x) * k);
    if (region.crop)
        page_put(view, "crop", json_true());
    return view;
}

/* What a student's slip says instead of the text, where that is for staff. */
static void put_student(json_t *one, const json_t *finding, Lang lang)
{
    const char *text = line_text(finding, "text");
    char *plain = g_strdup(text);
    text_for_student(lang, plain);
    if (strcmp(plain, text) != 0)
        put_plain(one, "student", plain);
    g_free(plain);
}

static json_t *findings_of(const json_t *line, Lang lang)
{
    const json_t *findings = json_object_get(line, "findings");
    json_t *out = json_array();
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *finding = json_array_get(findings, i);
        bool waived = json_is_true(json_object_get(finding, "waived"));
        if (strcmp(line_text(finding, "level"), level_name(LEVEL_NOTE)) == 0 && !waived)
            continue;
        json_t *one = json_object();
        put_plain(one, "check", line_text(finding, "check"));
        put_plain(one, "level", line_text(finding, "level"));
        put_plain(one, "clause", line_text(finding, "clause"));
        put_plain(one, "text", line_text(finding, "text"));
        if (waived)
            page_put(one, "waived", json_true());
        else
            put_student(one, finding, lang);
        json_array_append_new(out, one);
    }
    return out;
}

static json_t *person_of(const json_t *person)
{
    if (!json_is_object(person))
        return NULL;
    json_t *out = json_object();
    put_plain(out, "id", line_text(person, "id"));
    put_plain(out, "name", line_text(person, "name"));
    return out;
}

/* The record says it in English. */
static void put_error(json_t *card, const char *english, Lang lang)
{
    char text[ERROR_BYTES];
    text_error(lang, english, text, sizeof text);
    put_plain(card, "error", text);
}

static void put_history(json_t *card, const json_t *line, Lang lang)
{
    char *text = line_history(lang, line);
    put_plain(card, "history", text);
    g_free(text);
}

static json_t *rejections_of(const json_t *line, Lang lang)
{
    json_t *out = json_array();
    const json_t *decision;
    for (size_t i = 0; (decision = line_decision(line, i)); i++)
        if (line_rejects(decision))
            json_array_append_new(out, json_sprintf(text_message(lang, MESSAGE_rejected_by), line_text(decision, "by"), line_text(decision, "reason")));
    if (json_array_size(out))
        return out;
    json_decref(out);
    return NULL;
}

static bool is_outgrown(const json_t *line)
{
    const json_t *decision;
    for (size_t i = 0; (decision = line_decision(line, i)); i++)
        if (strcmp(line_text(decision, "state"), "outgrown") == 0)
            return true;
    return false;
}

json_t *page_card(const json_t *line, const Profile *profile, Lang lang)
{
    const json_t *source = json_object_get(line, "source");
    json_t *card = json_object();
    put_plain(card, "id", line_text(line, "id"));
    put_plain(card, "named", line_named(line));
    put_plain(card, "name", line_text(line, "name"));
    put_plain(card, "group", line_text(line, "group"));
    put_history(card, line, lang);
    put_plain(card, "verdict", line_text(line, "verdict"));
    put_plain(card, "path", line_text(source, "path"));
    put_plain(card, "sha256", line_text(source, "sha256"));
    put_error(card, line_text(line, "error"), lang);
    put_plain(card, "advice", line_text(json_object_get(line, "advice"), "text"));
    page_put_number(card, "attempt", line_number(line, "attempt", NAN));
    page_put(card, "maybe", person_of(json_object_get(line, "maybe")));
    page_put(card, "twin", person_of(json_object_get(line, "twin")));
    ListId list = lists_of(line);
    if (list == LIST_retake || list == LIST_unreadable)
        page_put(card, "retake", json_true());
    if (json_object_get(line, "kept"))
        page_put(card, "kept", json_string(line_kept_is_newer(line) ? "kept_newer" : "kept"));
    if (json_is_true(json_object_get(line, "replaced")))
        page_put(card, "replaced", json_true());
    if (is_outgrown(line))
        page_put(card, "outgrown", json_true());
    page_put(card, "rejected", rejections_of(line, lang));
    page_put(card, "findings", findings_of(line, lang));
    page_put(card, "view", view_of(line, profile));
    return card;
}

/* The lines of one person follow each other, and each tells of all decisions. */
static bool stands_there(const json_t *rows, const json_t *row)
{
    for (size_t i = json_array_size(rows); i > 0; i--) {
        const json_t *other = json_array_get(rows, i - 1);
        if (json_equal(other, row))
            return true;
        if (!json_equal(json_array_get(other, 0), json_array_get(row, 0)))
            return false;
    }
    return false;
}

/* `sha256`: of the photo that it stands beside. */
static void add_decision(json_t *rows, const char *id, const char *sha256, const json_t *decision)
{
    static const char *const keys[] = {"check", "decision", "by", "reason", "date"};
    if (!json_is_object(decision) || strcmp(line_text(decision, "state"), "lapsed") == 0)
        return;
    const char *other = line_text(decision, "sha256");
    json_t *row = json_array();
    json_array_append_new(row, json_string(id));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        json_array_append_new(row, json_string(line_text(decision, keys[i])));
    json_array_append_new(row, json_string(*other ? other : sha256));
    if (!stands_there(rows, row))
        json_array_append(rows, row);
    json_decref(row);
}

void page_decisions(json_t *rows, const json_t *line)
{
    const json_t *kept = json_object_get(line, "kept"), *decision;
    const char *id = line_text(line, "id"), *sha256 = line_text(json_object_get(line, "source"), "sha256");
    for (size_t i = 0; (decision = line_decision(line, i)); i++)
        add_decision(rows, id, sha256, decision);
    for (size_t i = 0; (decision = line_decision(kept, i)); i++)
        add_decision(rows, id, line_text(kept, "sha256"), decision);
}
