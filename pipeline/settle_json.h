/* SPDX-License-Identifier: MIT */
/* What settling found out about one photo, as the journal keeps it and the report reads it. */
#ifndef SETTLE_JSON_H
#define SETTLE_JSON_H

#include "settle.h"

/* One JSON object: id, id_kind, id_problem, named, name, group, verdict, facts, findings, waived,
 * unmeasured, decision, decisions, maybe, twin, output, kept, ready; absent where there is none. */
Err settle_json(Arena *arena, const SettleAsk *ask, size_t row, const Settled *settled,
                const char **out);

/* {"type":"missing",...} for a person without a photo; `hint`: a file a typo away, or NULL. */
Err settle_missing_json(Arena *arena, const Person *person, const char *hint, const char **out);

/* A decision that met nobody's photo; `file`: where it stands. `person`: of the roster, or NULL. */
Err settle_decision_json(Arena *arena, const Decision *decision, const char *file, const Person *person,
                         const char **out);

/* A person with several rows of the roster. */
Err settle_rows_json(Arena *arena, const Person *person, const char **out);

#endif
