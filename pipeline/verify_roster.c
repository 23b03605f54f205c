/* SPDX-License-Identifier: MIT */
/* A merge of two lists sorted by key: 15 and 18 digits of one person meet. */
#include "verify_roster.h"
#include <stdio.h>
#include <string.h>

void packed_key(const char *id, char out[PACKED_KEY_BYTES])
{
    Id parsed = id_parse(id);
    if (parsed.kind == ID_NONE) {
        parsed.kind = ID_OTHER;
        if (!id_plain(id, parsed.text, sizeof parsed.text))
            parsed.text[0] = '\0';
    }
    id_key(&parsed, out);
}

static bool joins(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool packed_is_named(const char *file, const char *id, const char *template)
{
    enum { DIGITS = 18 };
    size_t length = strlen(id), before = strcspn(template, "{"), after = strlen(template) - before - strlen("{id}");
    const char *at = length ? strstr(file, id) : NULL;
    if (!at)
        return false;
    if (length == DIGITS || (strlen(file) == before + length + after && at == file + before))
        return true;
    return (at == file || !joins(at[-1])) && !joins(at[length]); /* a short one may be a part of another */
}

bool packed_called(const char *file, const Roster *roster, const char *template, Called *out)
{
    const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
    size_t stem = strcspn(base, "."), before = strcspn(template, "{");
    char key[PACKED_KEY_BYTES] = "";
    Id id = id_from_name(base);
    if (!id.text[0] && stem < sizeof id.text) { /* a certificate's number has no form */
        memcpy(out->id, base, stem);
        out->id[stem] = '\0';
        packed_key(out->id, key);
    } else {
        packed_key(id.text, key);
    }
    const Person *person = roster && key[0] ? roster_find(roster, key) : NULL;
    snprintf(out->id, sizeof out->id, "%s", person ? person->id.text : id.text);
    snprintf(out->name, sizeof out->name, "%.*s%s%s", (int)before, template, out->id, template + before + strlen("{id}"));
    return !out->id[0] || strcmp(base, out->name) == 0;
}

static Err name_missing(Arena *arena, const Person *person, const RosterAgainst *against)
{
    if (!person->eligible || against->part)
        return OK;
    const char *one = person->group[0] ? person->group : person->name; /* either may be empty */
    const char *reason = person->group[0] && person->name[0]
                             ? arena_print(arena, "%s, %s is eligible and has no photo here (row %u)", one, person->name, person->row)
                         : one[0] ? arena_print(arena, "%s is eligible and has no photo here (row %u)", one, person->row)
                                  : arena_print(arena, "is eligible and has no photo here (row %u)", person->row);
    if (!reason)
        return fail(arena, ERR_MEMORY, "no memory to verify");
    return against->problem(against->user, "person", person->id.text, reason, person->id.text);
}

static Err compare_person(Arena *arena, const Person *person, const Packed *packed,
                          const RosterAgainst *against)
{
    if (!person->eligible)
        TRY(against->problem(against->user, "not-eligible", packed->file,
                             "is of a person who is not eligible", packed->id));
    const char *kind = packed->name && strcmp(packed->name, person->name) != 0    ? "name"
                       : packed->group && *packed->group && strcmp(packed->group, person->group) != 0 ? "group"
                                                                                    : NULL;
    if (!kind)
        return OK;
    const char *reason = strcmp(kind, "name") == 0
                             ? arena_print(arena, "is named '%s', the roster says '%s'", packed->name, person->name)
                             : arena_print(arena, "is of class '%s', the roster says '%s'", packed->group, person->group);
    if (!reason)
        return fail(arena, ERR_MEMORY, "no memory to verify");
    return against->problem(against->user, kind, packed->file, reason, packed->id);
}

/* Moves on to the person with this key, or to where one would stand; NULL: nobody has it. */
static Err find_person(Arena *arena, const Roster *roster, const RosterAgainst *against, const char *key, size_t *at,
                       const Person **out)
{
    for (*out = NULL; *at < roster->count; ++*at) {
        const Person *next = &roster->list[roster->by_key[*at]];
        int order = strcmp(next->key, key);
        if (order > 0)
            return OK;
        if (order == 0)
            *out = next;
        else
            TRY(name_missing(arena, next, against));
    }
    return OK;
}

/* The first photo of a key. */
static Err compare_first(Arena *arena, const Person *person, const Packed *packed, const RosterAgainst *against)
{
    if (!person)
        return against->problem(against->user, "stranger", packed->file, "is of nobody in the roster", packed->id);
    return compare_person(arena, person, packed, against);
}

Err verify_roster(Arena *arena, const Roster *roster, const RosterAgainst *against)
{
    char key[PACKED_KEY_BYTES] = "";
    bool any = false, photo = false; /* of this key there is one */
    const Person *person = NULL;
    size_t at = 0;
    for (;;) {
        const Packed *packed;
        TRY(against->next(against->next_user, &packed));
        if (!packed)
            break;
        if (!any || strcmp(packed->key, key) != 0) {
            any = true;
            photo = false;
            memcpy(key, packed->key, strlen(packed->key) + 1);
            TRY(find_person(arena, roster, against, key, &at, &person));
        }
        if (photo)
            TRY(against->problem(against->user, "double", packed->file, "is a second photo of one person", packed->id));
        else if (packed->file[0])
            TRY(compare_first(arena, person, packed, against));
        photo = photo || packed->file[0];
    }
    for (; at < roster->count; at++)
        TRY(name_missing(arena, &roster->list[roster->by_key[at]], against));
    return OK;
}
