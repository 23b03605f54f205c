/* SPDX-License-Identifier: MIT */
#include "verify_packed.h"

enum { PACKED_key, PACKED_file, PACKED_KEYS, PACKED_id = PACKED_KEYS, PACKED_known, PACKED_name, PACKED_group, PACKED_TEXTS };
enum { SORT_BYTES = 4 << 20 };

Err packed_open(Arena *arena, const char *folder, PackedList *out)
{
    return spool_open(arena, &(SpoolAsk){folder, SORT_BYTES, PACKED_TEXTS, PACKED_KEYS}, &out->spool);
}

void packed_close(PackedList *list)
{
    spool_close(list->spool);
}

Err packed_add(PackedList *list, const Packed *packed)
{
    char key[PACKED_KEY_BYTES];
    packed_key(packed->id, key);
    const char *name = packed->name, *group = packed->group;
    const char *const texts[PACKED_TEXTS] = {key, packed->file, packed->id, name ? "1" : "", name ? name : "", group ? group : ""};
    return spool_add(list->spool, texts);
}

Err packed_next(void *user, const Packed **out)
{
    PackedList *list = user;
    const char *const *texts;
    *out = NULL;
    TRY(spool_next(list->spool, &texts));
    if (!texts)
        return OK;
    list->packed = (Packed){.key = texts[PACKED_key],
                            .id = texts[PACKED_id],
                            .name = texts[PACKED_known][0] ? texts[PACKED_name] : NULL,
                            .group = texts[PACKED_known][0] ? texts[PACKED_group] : NULL,
                            .file = texts[PACKED_file]};
    *out = &list->packed;
    return OK;
}
