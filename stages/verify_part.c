/* SPDX-License-Identifier: MIT */
#include "verify_part.h"
#include <string.h>

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
