/* SPDX-License-Identifier: MIT */
#include "settle_json.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

static void drop(json_t **value)
{
    json_decref(*value);
}

static void drop_text(char **text)
{
    free(*text);
}

static void put_text(json_t *object, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(object, key, json_string(text));
}

static const char *verdict_name(Verdict verdict)
{
    static const char *const names[] = {"PASS", "REVIEW", "REJECT", "ERROR"};
    return names[verdict];
}

static void put_bound(json_t *out, const Bound *bound)
{
    bool somebody = bound->id.kind != ID_NONE;
    json_object_set_new(out, "id", somebody ? json_string(bound->id.text) : json_null());
    json_object_set_new(out, "id_kind", json_string(id_kind_name(bound->id.kind)));
    if (!somebody)
        put_text(out, "id_problem", id_problem_name(bound->id.problem));
    if (somebody && strcmp(bound->named.text, bound->id.text) != 0)
        put_text(out, "named", bound->named.text);
    if (bound->person) {
        put_text(out, "name", bound->person->name);
        put_text(out, "group", bound->person->group);
    }
}

static json_t *number(double value)
{
    return json_integer((json_int_t)value); /* all of them are counts */
}

static json_t *finding_json(const Settled *settled, CheckId check, const Want *want)
{
    json_t *out = json_object();
    bool waived = settled->waived && settled->waived[check];
    json_object_set_new(out, "check", json_string(checks[check].name));
    json_object_set_new(out, "level", json_string(level_name(waived ? LEVEL_NOTE : want->level)));
    json_object_set_new(out, "value", number(settled->facts[check]));
    if (isfinite(want->good.lo))
        json_object_set_new(out, "lo", number(want->good.lo));
    if (isfinite(want->good.hi))
        json_object_set_new(out, "hi", number(want->good.hi));
    json_object_set_new(out, "clause", json_string(checks[check].clause));
    if (waived)
        json_object_set_new(out, "waived", json_true());
    return out;
}

static void put_facts(json_t *out, const Settled *settled, const Profile *profile)
{
    json_t *facts = json_object(), *findings = json_array();
    for (CheckId i = 0; i < BINDING_CHECKS; i++) {
        const Want *want = &profile->want[i];
        double value = settled->facts[i];
        if (isnan(value))
            continue;
        json_object_set_new(facts, checks[i].name, number(value));
        if (want->asked && (value < want->good.lo || value > want->good.hi))
            json_array_append_new(findings, finding_json(settled, i, want));
    }
    json_object_set_new(out, "facts", facts);
    json_object_set_new(out, "findings", findings);
}

static void put_checks(json_t *out, const char *key, const bool *marked)
{
    json_t *list = json_array();
    for (CheckId i = 0; marked && i < CHECK_COUNT; i++)
        if (marked[i])
            json_array_append_new(list, json_string(checks[i].name));
    if (json_array_size(list))
        json_object_set_new(out, key, list);
    else
        json_decref(list);
}

/* `own`: what it met in this row; `any`: in any of this person. */
static const char *state_of(const Settled *settled, const Decision *decision, Met own, Met any)
{
    if (own == MET_PHOTO)
        return "applied";
    if (own == MET_IDLE && settled->outgrown && decision->ruling == RULING_ACCEPT)
        return "outgrown";
    if (own == MET_IDLE || any == MET_IDLE)
        return "no_effect";
    return any == MET_PHOTO ? "other_photo" : "lapsed";
}

/* `sha256`: of the photo that its line is about. */
static json_t *decision_json(const Decision *decision, const char *state, const char *sha256)
{
    json_t *out = json_object();
    put_text(out, "decision", ruling_name(decision->ruling));
    if (decision->check < CHECK_COUNT)
        put_text(out, "check", checks[decision->check].name);
    put_text(out, "by", decision->by);
    put_text(out, "reason", decision->reason);
    put_text(out, "date", decision->date);
    put_text(out, "state", state);
    if (strcmp(decision->sha256, sha256) != 0)
        put_text(out, "sha256", decision->sha256);
    return out;
}

/* The last one on this photo, else the last one on another of this person, else the last one; all of them where there are several. */
static void put_decisions(json_t *out, const Settled *settled, const char *sha256)
{
    CLEANUP(drop) json_t *all = json_array();
    json_t *chosen = NULL;
    int most = 0;
    for (size_t i = 0; i < settled->decision_count; i++) {
        const Decision *decision = &settled->decisions[i];
        Met own = settle_met(settled, decision, sha256), any = settled->met[i];
        json_t *one = decision_json(decision, state_of(settled, decision, own, any), sha256);
        json_array_append_new(all, one);
        int weight = own > MET_OTHERS ? 2 : any > MET_OTHERS;
        if (weight >= most)
            chosen = one;
        most = weight > most ? weight : most;
    }
    if (chosen)
        json_object_set(out, "decision", chosen);
    if (json_array_size(all) > 1)
        json_object_set(out, "decisions", all);
}

static Err dump(Arena *arena, const json_t *json, const char **out)
{
    CLEANUP(drop_text) char *text = json_dumps(json, JSON_COMPACT);
    *out = text ? arena_copy(arena, text) : NULL;
    return *out ? OK : fail(arena, ERR_MEMORY, "no memory for a record");
}

static json_t *person_json(const Person *person)
{
    json_t *out = json_object();
    put_text(out, "id", person->id.text);
    put_text(out, "name", person->name);
    put_text(out, "group", person->group);
    return out;
}

static void put_twin(json_t *out, const Roster *roster, const Settled *settled)
{
    const Person *person = roster ? roster_find(roster, settled->twin) : NULL;
    json_t *twin = person ? person_json(person) : json_pack("{s:s}", "id", settled->twin);
    if (settled->twin_before)
        json_object_set_new(twin, "before", json_true());
    json_object_set_new(out, "twin", twin);
}

Err settle_json(Arena *arena, const SettleAsk *ask, size_t row, const Settled *settled,
                const char **out)
{
    CLEANUP(drop) json_t *json = json_object();
    char home[HOME_BYTES];
    Bound bound;
    bind_frame(ask->roster, ask->rows[row].shown, ask->rows[row].slip, &bound);
    put_bound(json, &bound);
    put_text(json, "bound_by", bind_slip(ask->rows[row].slip));
    put_text(json, "verdict", verdict_name(settled->verdict));
    put_facts(json, settled, ask->profile);
    put_checks(json, "waived", settled->waived);
    put_checks(json, "unmeasured", settled->surfaced);
    put_decisions(json, settled, ask->rows[row].sha256);
    if (settled->maybe)
        json_object_set_new(json, "maybe", person_json(settled->maybe));
    if (settled->twin)
        put_twin(json, ask->roster, settled);
    settle_home(ask, &ask->rows[row], settled, home);
    if (home[0] && home[0] != '.' && ask->rows[row].stands)
        put_text(json, "output", home);
    if (strncmp(ask->rows[row].path, "was:", 4) == 0) /* see journal_displace */
        json_object_set_new(json, "replaced", json_true());
    if (settled->kept_by)
        json_object_set_new(json, "kept", json_true());
    if (settled->ready)
        json_object_set_new(json, "ready", json_true());
    return dump(arena, json, out);
}

Err settle_missing_json(Arena *arena, const Person *person, const char *hint, const char **out)
{
    CLEANUP(drop) json_t *json = json_object();
    put_text(json, "type", "missing");
    put_text(json, "id", person->id.text);
    put_text(json, "id_kind", id_kind_name(person->id.kind));
    put_text(json, "name", person->name);
    put_text(json, "group", person->group);
    if (hint) /* what is no UTF-8 is left out */
        put_text(json, "maybe", hint);
    return dump(arena, json, out);
}

Err settle_decision_json(Arena *arena, const Decision *decision, const char *file, const Person *person,
                         const char **out)
{
    CLEANUP(drop) json_t *json = json_object();
    put_text(json, "type", "decision");
    put_text(json, "id", decision->id);
    if (person) {
        put_text(json, "name", person->name);
        put_text(json, "group", person->group);
    }
    json_object_set_new(json, "decision", decision_json(decision, "no_photo", ""));
    json_t *source = json_object();
    json_object_set_new(source, "path", json_sprintf("%s:%u", file, decision->line)); /* none where the name is no UTF-8 */
    json_object_set_new(json, "source", source);
    return dump(arena, json, out);
}

Err settle_rows_json(Arena *arena, const Person *person, const char **out)
{
    CLEANUP(drop) json_t *json = json_object();
    put_text(json, "type", "same_rows");
    put_text(json, "id", person->id.text);
    put_text(json, "name", person->name_list ? person->name_list : person->name);
    put_text(json, "group", person->group);
    put_text(json, "rows", person->row_list);
    json_object_set_new(json, "count", number(person->rows));
    json_object_set_new(json, "differ", json_boolean(person->rows_differ));
    return dump(arena, json, out);
}
