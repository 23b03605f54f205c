/* SPDX-License-Identifier: MIT */
/* The words of rosters: what columns, statuses and kinds of documents are called. */
#ifndef ROSTER_WORDS_H
#define ROSTER_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include "arena.h"

typedef enum Field {
    FIELD_ID,
    FIELD_NAME,
    FIELD_STUDENT_NO,
    FIELD_EXAM_NO,
    FIELD_MAJOR,
    FIELD_CLASS,
    FIELD_SITE,
    FIELD_LEVEL,
    FIELD_COLLEGE,
    FIELD_REMARK,
    FIELD_STATUS,
    FIELD_CODE,
    FIELD_KEPT, /* those above stay with the person; those below only judge it */
    FIELD_SEX = FIELD_KEPT,
    FIELD_BIRTH_DATE,
    FIELD_ID_TYPE,
    FIELD_COUNT
} Field;

typedef enum Status { STATUS_GRADUATES, STATUS_DOES_NOT, STATUS_UNKNOWN } Status;
typedef enum IdType { TYPE_NONE, TYPE_IDENTITY, TYPE_OTHER, TYPE_UNKNOWN } IdType;

enum { WORD_SIZE = 128 };

/* What is compared: no spaces, line breaks, '*', ':' and hints in brackets; half-width, lower case.
 * Cut to fit. */
void roster_word(const char *text, char out[WORD_SIZE]);

const char *roster_field_name(Field field); /* for --column: "id", "student_no", ... */

/* How good a name of the column `word` is: 0 is the best; -1: none. */
int roster_field_rank(Field field, const char *word);

/* Whether such a name is this field's only where no other column is: a roster has a column of certificates beside the one of IDs. */
bool roster_field_yields(Field field, const char *word);

/* "身份证号, 身份证号码, ..."; NULL behind the last. */
const char *roster_field_word(Field field, int rank);

Status roster_status(const char *word);
const char *roster_status_word(Status status, int index); /* NULL behind the last */

const char *roster_known_statuses(Arena *arena);         /* the first of them, "毕业, 预毕业, ..." */

/* Whether a whole cell of any column says that somebody does not graduate. */
bool roster_says_leaving(const char *text);

/* TYPE_NONE for "". */
IdType roster_id_type(const char *word);

/* Whether a line that starts so stands below a list: a total, a signature, a remark. */
bool roster_is_footer(const char *text);

/* "南字第012345号": Han characters, 字第, digits or letters, 号. */
bool roster_is_officer(const char *text);

/* Whether a text can be the number of a document, and a file's name. */
bool roster_is_document(const char *text);

/* `text` without space and what nobody sees around it; bytes are those of what is left. */
const char *roster_trim(const char *text, size_t *bytes);

#endif
