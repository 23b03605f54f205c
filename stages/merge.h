/* SPDX-License-Identifier: MIT */
/* What was measured of a photo and what was settled about it become one line of the report. */
#ifndef MERGE_H
#define MERGE_H

#include <jansson.h>
#include "../pipeline/err.h"
#include "report.h"

/* What settling said, or NULL where nothing was settled. ERR_FORMAT: it cannot be read. */
Err merge_settled(Arena *arena, const Reported *photo, json_t **settled);

/* A new object: the record with id, verdict, findings and output as settled, attempt, what was fixed
 * and what newly broke, decision, kept attempt. */
json_t *merge_record(const json_t *record, const json_t *settled, const Reported *photo);

#endif
