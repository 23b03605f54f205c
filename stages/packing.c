/* SPDX-License-Identifier: MIT */
#include "packing.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "line.h"

/* An item in the spool. */
enum { ITEM_id, ITEM_KEYS, ITEM_name = ITEM_KEYS, ITEM_group, ITEM_source, ITEM_bytes, ITEM_sha256, ITEM_quality, ITEM_source_sha256, ITEM_crop, ITEM_decision, ITEM_TEXTS };

enum { CROP_BYTES = 128, NUMBER_BYTES = 24, LINE_BYTES_MAX = 1 << 20 };

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static double number_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void crop_words(const json_t *crop, char out[CROP_BYTES])
{
    out[0] = '\0';
    if (json_is_object(crop))
        snprintf(out, CROP_BYTES, "%.1f,%.1f %.1fx%.1f", number_of(crop, "x"), number_of(crop, "y"), number_of(crop, "width"),
                 number_of(crop, "height"));
}

/* All that made a difference: a lapsed decision says nothing about this photo. `photo`: there is one. Who has none may have lost
 * one of before by a decision. */
static const char *decision_words(Arena *line, const json_t *of, bool photo)
{
    const char *text = "";
    const json_t *decision;
    for (size_t i = 0; (decision = line_decision(of, i)); i++) {
        const char *check = text_of(decision, "check"), *state = text_of(decision, "state");
        if (strcmp(state, "applied") != 0 && (photo || strcmp(state, "other_photo") != 0))
            continue;
        const char *one = arena_print(line, "%s%s%s: %s (%s, %s)", text_of(decision, "decision"), *check ? " " : "", check,
                                      text_of(decision, "reason"), text_of(decision, "by"), text_of(decision, "date"));
        text = one ? line_join(line, text, one) : NULL;
    }
    return text;
}

static Err no_memory(const Packing *packing)
{
    return fail(packing->arena, ERR_MEMORY, "no memory for the package");
}

Err packing_open(Arena *arena, const char *out, Packing *packing)
{
    SpoolAsk ask = {arena_print(arena, "%s/.tmp", out), PACKAGE_SORT_BYTES, ITEM_TEXTS, ITEM_KEYS};
    *packing = (Packing){.arena = arena, .line = arena_create(LINE_BYTES_MAX)};
    return ask.folder && packing->line ? spool_open(arena, &ask, &packing->items) : no_memory(packing);
}

void packing_close(Packing *packing)
{
    spool_close(packing->items);
    arena_destroy(packing->line);
    packing->items = NULL;
    packing->line = NULL;
}

static void note_without(Packing *packing, const char *id)
{
    if (packing->without < PACKING_SHOWN)
        snprintf(packing->shown[packing->without], sizeof packing->shown[0], "%s", id);
    packing->without++;
}

Err packing_add(Packing *packing, const json_t *line, bool ready, bool wanted)
{
    const json_t *kept = json_object_get(line, "kept"), *of = ready ? line : kept;
    const json_t *output = json_object_get(of, "output");
    const char *other = ready ? NULL : json_string_value(json_object_get(kept, "id"));
    const char *id = other ? other : json_string_value(json_object_get(line, "id"));
    if (!id || (!output && !wanted))
        return OK;
    if (packing->count && strcmp(packing->last, id) == 0) /* several files of one person: none of them counts */
        return OK;
    char bytes[NUMBER_BYTES], quality[NUMBER_BYTES], crop[CROP_BYTES] = "";
    snprintf(bytes, sizeof bytes, "%zu", (size_t)number_of(output, "bytes"));
    snprintf(quality, sizeof quality, "%d", (int)number_of(output, "quality"));
    if (output)
        crop_words(json_object_get(of, "crop"), crop);
    arena_reset(packing->line);
    const char *source = text_of(output, "path"), *decision = decision_words(packing->line, of ? of : line, of);
    if (!decision)
        return no_memory(packing);
    snprintf(packing->last, sizeof packing->last, "%s", id);
    packing->count++;
    if (!*source)
        note_without(packing, id);
    return spool_add(packing->items, (const char *const[ITEM_TEXTS]){
                                         [ITEM_id] = id,
                                         [ITEM_name] = text_of(line, "name"),
                                         [ITEM_group] = text_of(line, "group"),
                                         [ITEM_source] = source,
                                         [ITEM_bytes] = bytes,
                                         [ITEM_sha256] = text_of(output, "sha256"),
                                         [ITEM_quality] = quality,
                                         [ITEM_source_sha256] = !output ? "" : text_of(ready ? json_object_get(line, "source") : kept, "sha256"),
                                         [ITEM_crop] = crop,
                                         [ITEM_decision] = decision});
}

Err packing_next(Packing *packing, const PackageItem **item)
{
    const char *const *texts;
    TRY(spool_next(packing->items, &texts));
    *item = texts ? &packing->item : NULL;
    if (texts)
        packing->item = (PackageItem){.id = texts[ITEM_id],
                                      .name = texts[ITEM_name],
                                      .group = texts[ITEM_group],
                                      .source = texts[ITEM_source],
                                      .bytes = strtoull(texts[ITEM_bytes], NULL, 10),
                                      .sha256 = texts[ITEM_sha256],
                                      .quality = atoi(texts[ITEM_quality]),
                                      .source_sha256 = texts[ITEM_source_sha256],
                                      .crop = texts[ITEM_crop],
                                      .decision = texts[ITEM_decision]};
    return OK;
}

Err packing_again(Packing *packing)
{
    return spool_again(packing->items);
}
