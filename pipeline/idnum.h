/* SPDX-License-Identifier: MIT */
/* Identity numbers: GB 11643 (18 digits) and the 15-digit numbers before 1999; file names that hold one. */
#ifndef IDNUM_H
#define IDNUM_H

#include <stdbool.h>
#include <stddef.h>

typedef enum IdKind {
    ID_NONE,
    ID_RESIDENT18,  /* mainland identity number */
    ID_RESIDENT15,  /* before 1999; text is kept at 15, see id_to_18 */
    ID_PERMIT,      /* 81, 82, 83: residence permit for Hong Kong, Macau, Taiwan */
    ID_PERMANENT,   /* 9xx: foreign permanent resident */
    ID_OTHER,       /* officer certificates and the like: only by exact match with a roster */
} IdKind;

typedef enum IdProblem {
    ID_FINE,
    ID_NO_NUMBER,   /* no run of 15 or 18 fits */
    ID_AMBIGUOUS,   /* more than one fits */
    ID_BAD_DATE,
    ID_BAD_CHECK,   /* the number is whole but its check digit is wrong */
    ID_BEFORE_CODE, /* of a frame bound by codes: none was shown before it */
    ID_BAD_CODE,    /* the code before it binds nobody */
    ID_UNREAD_CODE, /* it seems to show a code itself, which cannot be read */
    ID_NO_ORDER,    /* nobody knows which code is the one before it */
} IdProblem;

typedef struct Id {
    IdKind kind;
    IdProblem problem;
    char text[64];  /* as id_parse leaves it; "" where kind is ID_NONE */
} Id;

/* Trims (ASCII, full-width, zero-width space, BOM), full-width to half-width, x and its lookalikes to X.
 * Returns false when the result does not fit `size`. */
bool id_normalise(const char *text, char *out, size_t size);

/* The same, but a small x stays one: of certificates each letter counts. */
bool id_plain(const char *text, char *out, size_t size);

/* Judges a whole text as a number: kind and problem. Regions are not checked; dates are. The text is normalised, of
 * ID_OTHER plain. */
Id id_parse(const char *text);

/* Finds the one number that a file name (last path part, any suffixes) holds. */
Id id_from_name(const char *name);

/* 15 to 18 digits; false unless `id15` is 15 valid digits. out holds 19 bytes. */
bool id_to_18(const char *id15, char out[19]);

/* The key under which 15 and 18 digits of one person meet: the 18-digit form where there is one. */
void id_key(const Id *id, char out[64]);

/* For logs: 110105********002X. out holds at least 64 bytes. */
void id_mask(const char *id, char out[64]);

/* "", "no_number", "ambiguous", "bad_date", "bad_check", "before_code", "bad_code", "unread_code", "no_order". */
const char *id_problem_name(IdProblem problem);
IdProblem id_problem_find(const char *name); /* ID_NO_NUMBER where there is none of that name */

const char *id_kind_name(IdKind kind); /* "resident18", "resident15", "permit", "permanent", "other", "none" */

#endif
