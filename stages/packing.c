/* SPDX-License-Identifier: MIT */
#include "packing.h"
#include <string.h>

static const char *keep(Arena *arena, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text && *text ? arena_copy(arena, text) : "";
}

static double number_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static const char *crop_words(Arena *arena, const json_t *crop)
{
    if (!json_is_object(crop))
        return "";
    return arena_print(arena, "%.1f,%.1f %.1fx%.1f", number_of(crop, "x"), number_of(crop, "y"),
                       number_of(crop, "width"), number_of(crop, "height"));
}

/* Only what made a difference: a lapsed decision says nothing about this photo. */
static const char *decision_words(Arena *arena, const json_t *of)
{
    const json_t *decision = json_object_get(of, "decision");
    const char *state = json_string_value(json_object_get(decision, "state"));
    if (!state || strcmp(state, "applied") != 0)
        return "";
    const char *check = keep(arena, decision, "check");
    return arena_print(arena, "%s%s%s: %s (%s, %s)", keep(arena, decision, "decision"),
                       check && *check ? " " : "", check, keep(arena, decision, "reason"),
                       keep(arena, decision, "by"), keep(arena, decision, "date"));
}

static Err grow(Arena *arena, Packing *packing)
{
    if (packing->count < packing->room)
        return OK;
    size_t room = packing->room ? 2 * packing->room : 1024;
    PackageItem *items = ARENA_ARRAY(arena, PackageItem, room);
    if (!items)
        return fail(arena, ERR_MEMORY, "no memory for the package");
    if (packing->count)
        memcpy(items, packing->items, packing->count * sizeof *items);
    packing->items = items;
    packing->room = room;
    return OK;
}

Err packing_add(Arena *arena, Packing *packing, const json_t *line, bool ready, bool wanted)
{
    const json_t *kept = json_object_get(line, "kept"), *of = ready ? line : kept;
    const json_t *output = json_object_get(of, "output");
    const char *id = json_string_value(json_object_get(line, "id"));
    if (!id || (!output && !wanted))
        return OK;
    PackageItem *last = packing->count ? &packing->items[packing->count - 1] : NULL;
    if (last && strcmp(last->id, id) == 0) /* several files of one person: none of them counts */
        return OK;
    TRY(grow(arena, packing));
    PackageItem *item = &packing->items[packing->count++];
    *item = (PackageItem){
        .id = arena_copy(arena, id),
        .name = keep(arena, line, "name"),
        .group = keep(arena, line, "group"),
        .source = keep(arena, output, "path"),
        .bytes = (size_t)number_of(output, "bytes"),
        .sha256 = keep(arena, output, "sha256"),
        .quality = (int)number_of(output, "quality"),
        .source_sha256 = !output ? "" : ready ? keep(arena, json_object_get(line, "source"), "sha256")
                                              : keep(arena, kept, "sha256"),
        .crop = !output ? "" : crop_words(arena, json_object_get(of, "crop")),
        .decision = !output ? "" : decision_words(arena, of),
    };
    bool whole = item->id && item->name && item->group && item->source && item->sha256 &&
                 item->source_sha256 && item->crop && item->decision;
    return whole ? OK : fail(arena, ERR_MEMORY, "no memory for the package");
}
