/* SPDX-License-Identifier: MIT */
/* A line of the report as a row of cells, for every table that shows it. */
#ifndef LINE_H
#define LINE_H

#include <jansson.h>
#include "../pipeline/arena.h"
#include "../pipeline/photo.h"
#include "../pipeline/text.h"

// clang-format off
#define LINE_COLUMNS(X) X(id) X(name) X(group) X(verdict) X(action) X(attempt) X(path) X(reasons) X(advice) X(decision) X(output)
// clang-format on

typedef enum LineColumn {
#define X(name) LINE_##name,
    LINE_COLUMNS(X)
#undef X
        LINE_COLUMN_COUNT
} LineColumn;

enum { LINE_FACT_COUNT = 9 };

extern const MessageId line_headers[LINE_COLUMN_COUNT];
extern const CheckId line_facts[LINE_FACT_COUNT];

/* Texts live in the line or in the arena, "" for none; LINE_attempt has no text. NAN: not measured. */
typedef struct LineRow {
    const char *texts[LINE_COLUMN_COUNT];
    double attempt;
    double facts[LINE_FACT_COUNT];
} LineRow;

/* `line` with its sentences. A text for which there is no memory is "". */
void line_row(Arena *arena, Lang lang, const json_t *line, LineRow *out);

/* An unknown one is an error. */
Verdict line_verdict(const json_t *line);

/* What counts for its person is a newer attempt, not this one, of which the file is gone. */
bool line_kept_is_newer(const json_t *line);

/* The decisions of a line, or of what it keeps, one by one; NULL behind the last. */
const json_t *line_decision(const json_t *of, size_t number);

/* Whether it is a person's rejection of the very photo that its line is about: then that is a reason, "rejected by NAME: WHY". */
bool line_rejects(const json_t *decision);

/* "text; more"; without "" or NULL as more. */
const char *line_join(Arena *arena, const char *text, const char *more);

/* A member, or "" and `otherwise` where it is none of that type. */
const char *line_text(const json_t *object, const char *key);
double line_number(const json_t *object, const char *key, double otherwise);

/* The 15 or 18 digits that a photo was given as where the roster has the person's others, or "". */
const char *line_named(const json_t *line);

/* Why its file could not be read and what to do, without the names that the record says besides; NULL where nothing is known. */
const char *line_unreadable(Arena *arena, Lang lang, const json_t *line);

/* Whether a finding is the unevenness of the paper, and its slope across the picture is what makes it so. */
bool line_is_lit(const json_t *line, const json_t *finding);

/* "fixed by the retake: head tilt; new in the retake: sharpness", of the attempt before; "" where nothing is known. g_free()d
 * by the caller. */
char *line_history(Lang lang, const json_t *line);

/* That its bytes counted for somebody else before, where that is all there is to its same_picture; NULL else. */
const char *line_counted_before(Lang lang, const json_t *line);

/* "110105... 张三": who it probably is, a typo away ("maybe", which for a missing person is a file), or whose photo is the
 * same picture ("twin"). "" for nobody; g_free()d by the caller. */
char *line_whom(const json_t *line, const char *key);

/* Text that came with a file may be anything: what is not UTF-8 is written with every stray byte as
 * \xHH and every backslash doubled, so that it can be undone; `escaped` tells. */
json_t *line_any(Arena *arena, const char *text, bool *escaped);
const char *line_utf8(Arena *arena, const char *text, bool *escaped); /* NULL past the arena */

#endif
