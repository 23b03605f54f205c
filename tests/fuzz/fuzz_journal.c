/* SPDX-License-Identifier: MIT */
/* Any bytes as a record of the journal: a reason why not, or a line of JSON that can be read again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "../../stages/lists.h"
#include "../../stages/report.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_create(1 << 24);
    char *record = arena ? arena_alloc(arena, size + 1) : NULL;
    if (record) {
        const char *line;
        memcpy(record, data, size);
        Reported photo = {.record = record, .times = record, .attempt = 1, .settled = size % 5 ? "" : record,
                          .faults = record, .before = record, .kept_record = record, .kept_settled = record};
        Err err = report_line(arena, size % 2 ? LANG_EN : LANG_ZH, size % 3 == 0, &photo, &line);
        must(err.code == ERR_NONE || err.text);
        json_t *read = err.code ? NULL : json_loads(line, 0, NULL);
        must(err.code || json_is_object(read));
        if (read)
            lists_name(read);
        json_decref(read);
    }
    arena_destroy(arena);
    return 0;
}
