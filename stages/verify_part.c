/* SPDX-License-Identifier: MIT */
#include "verify_part.h"
#include <string.h>

/* Where (zip, file) stands in the part's rows, or would. */
static size_t place_of(const VerifyPart *part, const char *zip, const char *file)
{
    size_t from = 0, to = part->row_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const ManifestRow *row = &part->rows[middle];
        int order = strcmp(row->package, zip);
        if ((order ? order : strcmp(row->file, file)) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

ManifestRow *verify_find(const VerifyPart *part, const char *zip, const char *file)
{
    size_t at = place_of(part, zip, file);
    if (at == part->row_count)
        return NULL;
    ManifestRow *row = &part->rows[at];
    return strcmp(row->package, zip) == 0 && strcmp(row->file, file) == 0 ? row : NULL;
}
