/* SPDX-License-Identifier: MIT */
#include "merge.h"
#include <string.h>

static void drop(json_t **value)
{
    json_decref(*value);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

Err merge_settled(Arena *arena, const Reported *photo, json_t **settled)
{
    *settled = NULL;
    if (!photo->settled || !*photo->settled)
        return OK;
    *settled = json_loads(photo->settled, JSON_REJECT_DUPLICATES, NULL);
    return json_is_object(*settled)
               ? OK
               : fail(arena, ERR_FORMAT, "a settled record of the journal cannot be read");
}

static bool holds(const json_t *list, const char *name)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text && strcmp(text, name) == 0)
            return true;
    }
    return false;
}

static void put_again(json_t *out, const json_t *settled, const char *key)
{
    json_t *value = json_object_get(settled, key);
    if (value)
        json_object_set(out, key, value);
}

/* Whether settling has the last word on it. */
static bool is_binding(const char *check)
{
    for (CheckId i = 0; i < BINDING_CHECKS; i++)
        if (strcmp(checks[i].name, check) == 0)
            return true;
    return false;
}

/* Facts of the belt behind those of settling. */
static json_t *merge_facts(const json_t *record, const json_t *settled)
{
    json_t *out = json_object();
    json_object_update(out, json_object_get(settled, "facts"));
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(record, "facts"), key, value)
    {
        if (!is_binding(key))
            json_object_set_nocheck(out, key, value);
    }
    return out;
}

static json_t *unmeasured(const char *check)
{
    json_t *out = json_object();
    json_object_set_new(out, "check", json_string(check));
    json_object_set_new(out, "level", json_string(level_name(LEVEL_REVIEW)));
    json_object_set_new(out, "measured", json_false());
    CheckId id = check_find(check);
    if (id < CHECK_COUNT)
        json_object_set_new(out, "clause", json_string(checks[id].clause));
    return out;
}

static bool has_finding(const json_t *findings, const char *check)
{
    for (size_t i = 0; i < json_array_size(findings); i++)
        if (strcmp(text_of(json_array_get(findings, i), "check"), check) == 0)
            return true;
    return false;
}

static json_t *merge_findings(const json_t *record, const json_t *settled)
{
    json_t *out = json_array(), *unseen = json_object_get(settled, "unmeasured");
    json_array_extend(out, json_object_get(settled, "findings"));
    json_t *findings = json_object_get(record, "findings");
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *finding = json_array_get(findings, i);
        const char *check = text_of(finding, "check");
        if (is_binding(check))
            continue;
        json_t *copy = json_copy((json_t *)(uintptr_t)finding);
        if (holds(json_object_get(settled, "waived"), check)) {
            json_object_set_new(copy, "level", json_string(level_name(LEVEL_NOTE)));
            json_object_set_new(copy, "waived", json_true());
        }
        json_array_append_new(out, copy);
    }
    for (size_t i = 0; i < json_array_size(unseen); i++) {
        const char *check = json_string_value(json_array_get(unseen, i));
        if (check && !has_finding(findings, check))
            json_array_append_new(out, unmeasured(check));
    }
    return out;
}

/* The level of a check in a list of faults, "" for none. */
static const char *level_in(const json_t *faults, const char *check)
{
    for (size_t i = 0; i < json_array_size(faults); i++)
        if (strcmp(text_of(json_array_get(faults, i), "check"), check) == 0)
            return text_of(json_array_get(faults, i), "level");
    return "";
}

static bool fails(const char *level)
{
    return strcmp(level, level_name(LEVEL_REVIEW)) == 0 ||
           strcmp(level, level_name(LEVEL_REJECT)) == 0;
}

/* What fails in `one` and holds in `other`: a check that was not measured there does not hold. */
static json_t *difference(const json_t *one, const json_t *other, const json_t *facts)
{
    json_t *out = json_array();
    for (size_t i = 0; i < json_array_size(one); i++) {
        const char *check = text_of(json_array_get(one, i), "check");
        const char *there = level_in(other, check);
        bool is_held = !*there || strcmp(there, level_name(LEVEL_NOTE)) == 0;
        if (fails(level_in(one, check)) && is_held && (!facts || json_object_get(facts, check)))
            json_array_append_new(out, json_string(check));
    }
    return out;
}

static void put_history(json_t *out, const json_t *record, const Reported *photo)
{
    json_object_set_new(out, "attempt", json_integer(photo->attempt));
    if (!photo->before || !*photo->before || strcmp(text_of(record, "verdict"), "ERROR") == 0)
        return;
    CLEANUP(drop) json_t *now = json_loads(photo->faults, 0, NULL);
    CLEANUP(drop) json_t *before = json_loads(photo->before, 0, NULL);
    if (!json_is_array(now) || !json_is_array(before))
        return;
    json_object_set_new(out, "fixed",
                        difference(before, now, json_object_get(record, "facts")));
    json_object_set_new(out, "newly_broken", difference(now, before, NULL));
}

/* Where the made photo lies; nothing where it waits in .held/. */
static json_t *merge_output(const json_t *output, const json_t *settled)
{
    const char *path = text_of(settled, "output");
    if (!*path || !json_is_object(output))
        return NULL;
    json_t *out = json_object();
    json_object_set_new(out, "path", json_string(path));
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)output, key, value)
    {
        if (strcmp(key, "path") != 0)
            json_object_set(out, key, value);
    }
    return out;
}

/* The earlier attempt that stays in photos/, under a number that may be written otherwise (15 digits or 18). */
static json_t *kept_json(const Reported *photo, const char *id)
{
    CLEANUP(drop) json_t *record = json_loads(photo->kept_record, 0, NULL);
    CLEANUP(drop) json_t *settled = json_loads(photo->kept_settled, 0, NULL);
    json_t *output = merge_output(json_object_get(record, "output"), settled);
    const json_t *source = json_object_get(record, "source");
    json_t *out = json_object();
    if (strcmp(text_of(settled, "id"), id) != 0)
        put_again(out, settled, "id");
    json_object_set_new(out, "attempt", json_integer(photo->kept_attempt));
    json_object_set_new(out, "path", json_string(text_of(source, "path")));
    json_object_set_new(out, "sha256", json_string(text_of(source, "sha256")));
    put_again(out, record, "crop");
    put_again(out, settled, "decision");
    put_again(out, settled, "decisions");
    if (output)
        json_object_set_new(out, "output", output);
    return out;
}

static void put_member(json_t *out, const char *key, const json_t *record, const json_t *settled)
{
    json_t *value = json_object_get(record, key);
    if (strcmp(key, "facts") == 0)
        json_object_set_new(out, key, merge_facts(record, settled));
    else if (strcmp(key, "findings") == 0)
        json_object_set_new(out, key, merge_findings(record, settled));
    else if (strcmp(key, "output") == 0)
        json_object_set_new(out, key, merge_output(value, settled));
    else if (strcmp(key, "verdict") == 0)
        put_again(out, settled, key);
    else if (strcmp(key, "id_problem") != 0 && strcmp(key, "id_kind") != 0)
        json_object_set(out, key, value);
}

static void put_person(json_t *out, const json_t *settled)
{
    static const char *const keys[] = {"id", "id_kind", "id_problem", "named", "name", "group", "bound_by"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        put_again(out, settled, keys[i]);
}

json_t *merge_record(const json_t *record, const json_t *settled, const Reported *photo)
{
    json_t *out = json_object();
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)record, key, value)
    {
        if (settled && strcmp(key, "id") == 0)
            put_person(out, settled);
        else if (settled)
            put_member(out, key, record, settled);
        else
            json_object_set(out, key, value);
        if (strcmp(key, "action") == 0)
            put_history(out, record, photo);
    }
    put_again(out, settled, "decision");
    put_again(out, settled, "decisions");
    put_again(out, settled, "maybe");
    put_again(out, settled, "twin");
    put_again(out, settled, "replaced");
    if (json_is_true(json_object_get(settled, "kept")) && photo->kept_record && *photo->kept_record)
        json_object_set_new(out, "kept", kept_json(photo, text_of(out, "id")));
    return out;
}
