/* SPDX-License-Identifier: MIT */
/* Any bytes as a file name: what comes out is valid UTF-8, masked in logs, and means itself. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include "../../pipeline/idnum.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = calloc(1, size + 1);
    if (!text)
        return 0;
    if (size)
        memcpy(text, data, size);
    char clean[64], again[64], mask[64];
    if (id_normalise(text, clean, sizeof clean)) {
        must(g_utf8_validate(clean, -1, NULL));
        must(id_normalise(clean, again, sizeof again) && strcmp(clean, again) == 0);
    }
    Id ids[] = {id_from_name(text), id_parse(text)};
    for (int i = 0; i < 2; i++) {
        Id same = id_parse(ids[i].text);
        must((ids[i].kind == ID_NONE) == !*ids[i].text);
        must(ids[i].kind == ID_NONE || (same.kind == ids[i].kind && same.problem == ids[i].problem));
        id_key(&ids[i], clean);
    }
    id_mask(text, mask);
    must(g_utf8_validate(mask, -1, NULL));
    free(text);
    return 0;
}
