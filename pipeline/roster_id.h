/* SPDX-License-Identifier: MIT */
/* The identity number in a cell of a roster. */
#ifndef ROSTER_ID_H
#define ROSTER_ID_H

#include "roster_row.h"

/* Texts that are no number need somebody to vouch for them: the column of document types, or the shape of an
 * officer's certificate. `*id` is set where nothing is wrong. */
RowProblem roster_read_id(const Cell *cell, IdType type, Id *id);

#endif
