/* SPDX-License-Identifier: MIT */
/* The report: report.jsonl, report.csv, report.html and lists/ out of the journal's records, and nothing else.
 */
#ifndef REPORT_H
#define REPORT_H

#include "../pipeline/err.h"
#include "../pipeline/profile.h"
#include "../pipeline/tally.h"
#include "../pipeline/text.h"
#include "packing.h"

typedef struct Report Report;

/* What the journal remembers of one photo. */
typedef struct Reported {
    const char *record; /* as record_json wrote it */
    const char *times;  /* its stages' ms as a JSON object, or "" */
    int attempt;
    const char *settled; /* as settle_json wrote it; NULL or "": nothing was settled */
    const char *faults, *before;            /* of this attempt and the one before, or "" */
    const char *kept_record, *kept_settled; /* of an earlier attempt that counts, or "" */
    int kept_attempt;
    bool corrected; /* it was told otherwise before */
    const char *path; /* shown in place of the record's, which is of the same bytes elsewhere; NULL: the record's own */
    Bytes thumb; /* small JPEG of the judged picture, or none */
} Reported;

/* One line of report.jsonl, without its newline: the record with attempt, sentences and, when
 * `timing`, ms. */
Err report_line(Arena *arena, Lang lang, bool timing, const Reported *photo, const char **out);

typedef struct ReportAsk {
    const char *out;
    Lang lang;
    bool timing;
    const Profile *profile; /* for the bands that the page draws */
} ReportAsk;

/* Opens all files of the report below OUT. report_close also after an error. */
Err report_open(Arena *arena, const ReportAsk *ask, Report **report);

/* In the order of the report. */
Err report_add(Report *report, const Reported *photo);

/* In the same order: a person without a photo, as settle_missing_json wrote it. */
Err report_missing(Report *report, const char *record);

/* A person who stands in several rows of the roster, as settle_rows_json wrote it: a line of the lists alone. */
Err report_same_rows(Report *report, const char *record);

/* A decision that met no photo, as settle_decision_json wrote it: likewise. */
Err report_decision(Report *report, const char *record);

/* A frame with a code, as frames_bind wrote it, behind all of them. */
Err report_slip(Report *report, const char *record);
/* Such a line with its words; and in short, for a terminal, where one without photos may get some yet. */
Err report_slip_line(Arena *arena, Lang lang, const char *record, const char **out);
Err report_slip_words(Arena *arena, Lang lang, const char *record, const char **out);

/* An eligible person of the roster, in any order. */
Err report_eligible(Report *report, const char *group);

/* Of what was added. */
const Tally *report_tally(const Report *report);
Packing *report_packing(Report *report); /* by ID; until report_close */
const size_t *report_lists(const Report *report);    /* how many stand in each of lists.h */

/* Puts every file in its place; one that would hold the same bytes is left alone. */
Err report_finish(Arena *arena, Report *report);

/* Throws away what was not finished. */
void report_close(Report *report);

#endif
