/* SPDX-License-Identifier: MIT */
#include "bind.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES_MAX = 512, PARTS_MAX = 12, PART_LEAST = 4 };

/* Between the parts of a name such as 专业-姓名-证件号; also what copies append. */
static bool is_separator(char c)
{
    return c == '-' || c == '_' || c == ' ' || c == ',' || c == '+' || c == '(' || c == ')' ||
           c == '.' || c == ';' || c == '&';
}

static void nobody(Bound *out, IdProblem problem)
{
    out->id = (Id){.kind = ID_NONE, .problem = problem};
    out->key[0] = '\0';
    out->person = NULL;
}

static void somebody(Bound *out, const Person *person)
{
    out->person = person;
    out->id = person->id;
    out->id.problem = ID_FINE; /* the roster vouches */
    snprintf(out->key, sizeof out->key, "%s", person->key);
}

/* The last part of the path without its suffix, plain. */
static bool stem_of(const char *path, char out[NAME_BYTES_MAX])
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char stem[NAME_BYTES_MAX];
    const char *dot = strrchr(name, '.');
    size_t length = dot && dot > name ? (size_t)(dot - name) : strlen(name);
    if (length >= sizeof stem)
        return false;
    memcpy(stem, name, length);
    stem[length] = '\0';
    return id_plain(stem, out, NAME_BYTES_MAX);
}

/* One certificate that is not a resident's number; two different ones set `several`. */
static void try_text(const Roster *roster, const char *text, const Person **found, bool *several)
{
    const Person *person = roster_find(roster, text);
    if (!person || person->id.kind != ID_OTHER || person == *found)
        return;
    *several = *several || *found;
    *found = person;
}

/* Where the parts of a stem begin and end. */
static int split(const char *stem, const char *from[PARTS_MAX], const char *to[PARTS_MAX])
{
    int count = 0;
    for (const char *at = stem; *at && count < PARTS_MAX;) {
        while (is_separator(*at))
            at++;
        if (!*at)
            break;
        from[count] = at;
        while (*at && !is_separator(*at))
            at++;
        to[count++] = at;
    }
    return count;
}

/* Every run of whole parts: a certificate may hold separators of its own. `found`: whom the number in
 * the name binds, or NULL. */
static void bind_certificate(const Roster *roster, const char *path, const Person *found, Bound *out)
{
    char stem[NAME_BYTES_MAX], part[NAME_BYTES_MAX];
    const char *from[PARTS_MAX], *to[PARTS_MAX];
    const Person *number = found;
    bool several = false;
    if (!stem_of(path, stem))
        return;
    try_text(roster, stem, &found, &several);
    int count = found != number ? 0 : split(stem, from, to);
    for (int i = 0; i < count; i++)
        for (int j = i; j < count; j++) {
            if (to[j] - from[i] < PART_LEAST)
                continue;
            snprintf(part, sizeof part, "%.*s", (int)(to[j] - from[i]), from[i]);
            try_text(roster, part, &found, &several);
            if (*to[j] != ')')
                continue;
            snprintf(part, sizeof part, "%.*s", (int)(to[j] + 1 - from[i]), from[i]); /* a certificate may end in one */
            try_text(roster, part, &found, &several);
        }
    if (several)
        nobody(out, ID_AMBIGUOUS);
    else if (found && found != number)
        somebody(out, found);
}

void bind_file(const Roster *roster, const char *path, Bound *out)
{
    *out = (Bound){.named = id_from_name(path)};
    const Id *named = &out->named;
    bool number = named->kind != ID_NONE && named->problem != ID_BAD_DATE;
    nobody(out, named->problem);
    if (number && (named->problem == ID_FINE || roster)) {
        char key[64];
        id_key(named, key);
        const Person *person = roster ? roster_find(roster, key) : NULL;
        if (person) {
            somebody(out, person);
            bind_certificate(roster, path, person, out);
        } else if (named->problem == ID_FINE) {
            out->id = *named;
            memcpy(out->key, key, sizeof key);
        }
        return;
    }
    if (roster && named->problem != ID_AMBIGUOUS)
        bind_certificate(roster, path, NULL, out);
}

/* The number of a slip that was met. Who has left the roster since is bound all the same, and told as extra. */
static void bind_number(const Roster *roster, const char *text, Bound *out)
{
    char key[64];
    *out = (Bound){.named = id_parse(text)};
    nobody(out, ID_NO_NUMBER);
    id_key(&out->named, key);
    const Person *person = roster ? roster_find(roster, key) : NULL;
    if (person) {
        somebody(out, person);
    } else if (out->named.kind != ID_NONE) {
        out->id = out->named;
        memcpy(out->key, key, sizeof key);
    }
}

void bind_frame(const Roster *roster, const char *path, const char *slip, Bound *out)
{
    char text[64];
    if (!slip || !*slip) {
        bind_file(roster, path, out);
        return;
    }
    snprintf(text, sizeof text, "%.*s", (int)strcspn(slip + 1, "\t\n"), slip + 1);
    if (*slip == '=') {
        bind_number(roster, text, out);
        return;
    }
    *out = (Bound){.named = {.kind = ID_NONE}};
    nobody(out, id_problem_find(text));
}

bool bind_would(const char *path, const char *slip, const char *key)
{
    static const uint32_t first[1];
    Bound bound;
    Person person = {.id = id_parse(key), .key = key};
    Roster only = {.list = &person, .count = 1, .by_key = (uint32_t *)(uintptr_t)first};
    bind_file(&only, path, &bound);
    return !(slip && *slip) && strcmp(bound.key, key) == 0;
}

/* Behind the tab of that number, on the first line; "": there is none. */
static const char *field(const char *slip, int number)
{
    for (; slip && *slip && *slip != '\n'; slip++)
        if (*slip == '\t' && --number == 0)
            return slip + 1;
    return "";
}

bool bind_is_doubt(const char *slip)
{
    Bound bound;
    if (!slip || *slip != '!')
        return false;
    bind_frame(NULL, "", slip, &bound);
    IdProblem why = bound.id.problem;
    return why == ID_NO_ORDER || why == ID_BEFORE_CODE || why == ID_UNREAD_CODE;
}

double bind_missing(const char *slip)
{
    const char *text = field(slip, 1);
    return *text >= '0' && *text <= '9' ? (double)strtol(text, NULL, 10) : NAN;
}

const char *bind_slip_bytes(const char *slip)
{
    return field(slip, 2);
}

const char *bind_slip(const char *slip)
{
    const char *line = slip ? strchr(slip, '\n') : NULL;
    return line ? line + 1 : NULL;
}

void bind_facts(const Bound *bound, const Roster *roster, const char *slip, double facts[BINDING_CHECKS])
{
    const Person *person = bound->person;
    bool somebody = bound->id.kind != ID_NONE;
    for (int i = 0; i < BINDING_CHECKS; i++)
        facts[i] = NAN;
    facts[CHECK_id_valid] = somebody;
    if (somebody)
        facts[CHECK_code_gap] = bind_missing(slip);
    if (somebody && roster)
        facts[CHECK_in_roster] = person != NULL;
    if (somebody && bound->id.kind != ID_OTHER)
        facts[CHECK_id_check_digit] = bound->named.problem != ID_BAD_CHECK && !(person && person->id.problem == ID_BAD_CHECK);
    if (person) {
        facts[CHECK_eligible] = person->eligible;
        facts[CHECK_roster_agrees] = !person->contradicts_id;
        if (person->names > 1)
            facts[CHECK_roster_names] = person->names;
    }
}
