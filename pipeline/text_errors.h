/* SPDX-License-Identifier: MIT */
/* Errors and other sentences that are made in English far from whoever reads them: here they become Chinese, at the door.
 * What a sentence was printed from is found again among the rows of text_errors_*.c. */
#ifndef TEXT_ERRORS_H
#define TEXT_ERRORS_H

#include <stddef.h>
#include "text.h"

/* The sentence in this language, cut to fit; as it is where no row is its like. Paths and words of others stay as they are. */
void text_error(Lang lang, const char *english, char *out, size_t size);

/* A printf format of ours in both languages: the same arguments, in another order where the Chinese one says %2$s. What stands
 * between '...' is somebody's and stays; a %s outside of them may be such a sentence again, %m a reason of the system. The last
 * row is {NULL, NULL}. */
extern const Words text_errors_given[];   /* what people give: rosters, decisions, profiles, flags */
extern const Words text_errors_kept[];    /* packages and what verify says of them */
extern const Words text_errors_machine[]; /* files, memory, journal, shards, networks */

extern const Words *const text_errors_all[]; /* the three, then NULL */

#endif
