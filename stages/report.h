/* SPDX-License-Identifier: MIT */
/* The report: report.jsonl, report.csv and lists/ out of the journal's records, and nothing else.
 */
#ifndef REPORT_H
#define REPORT_H

#include "../pipeline/err.h"
#include "../pipeline/tally.h"
#include "../pipeline/text.h"

typedef struct Report Report;

/* What the journal remembers of one photo. */
typedef struct Reported {
    const char *record; /* as record_json wrote it */
    const char *times;  /* its stages' ms as a JSON object, or "" */
    int attempt;
} Reported;

/* One line of report.jsonl, without its newline: the record with attempt, sentences and, when
 * `timing`, ms. */
Err report_line(Arena *arena, Lang lang, bool timing, const Reported *photo, const char **out);

/* Opens all files of the report below OUT. report_close also after an error. */
Err report_open(Arena *arena, const char *out, Lang lang, bool timing, Report **report);

/* In the order of the report. */
Err report_add(Report *report, const Reported *photo);

/* Of what was added. */
const Tally *report_tally(const Report *report);

/* Puts every file in its place; one that would hold the same bytes is left alone. */
Err report_finish(Arena *arena, Report *report);

/* Throws away what was not finished. */
void report_close(Report *report);

#endif
