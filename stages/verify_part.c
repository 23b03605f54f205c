/* SPDX-License-Identifier: MIT */
#include "verify_part.h"
#include <string.h>
#include "verify_join.h"

bool verify_part_row(Arena *arena, const char *const *texts, ManifestRow *out)
{
    size_t bytes = 0, at[ROW_TEXTS];
    for (int i = 0; i < ROW_TEXTS; i++) {
        at[i] = bytes;
        bytes += strlen(texts[i]) + 1;
    }
    char *copy = arena_raw(arena, bytes);
    if (!copy)
        return false;
    for (int i = 0; i < ROW_TEXTS; i++)
        strcpy(copy + at[i], texts[i]);
    *out = (ManifestRow){.package = copy, .file = copy + at[ROW_file], .sha256 = copy + at[ROW_sha256],
                         .bytes = copy + at[ROW_bytes], .quality = copy + at[ROW_quality], .id = copy + at[ROW_id], .name = copy + at[ROW_name],
                         .decision = copy + at[ROW_decision], .group = copy + at[ROW_group], .source_sha256 = copy + at[ROW_source_sha256]};
    return true;
}

ManifestRow *verify_find(const VerifyPart *part, const char *zip, const char *file)
{
    size_t from = 0, to = part->row_count;
    ManifestRow *found = NULL; /* the first of equal ones */
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        ManifestRow *row = &part->rows[middle];
        int order = strcmp(row->package, zip);
        order = order ? order : strcmp(row->file, file);
        found = order == 0 ? row : found;
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return found;
}
