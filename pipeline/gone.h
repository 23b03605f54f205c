/* SPDX-License-Identifier: MIT */
/* Photos that count although their file, which a run looked for, is no more: nobody takes them back in silence, and
 * nobody keeps them in silence. */
#ifndef GONE_H
#define GONE_H

#include "work.h"

/* Where this run looked for photos, links resolved, NULL at the end; of a merge nobody knows. */
Err gone_roots(const Work *work, const char ***out);

/* Below one of these folders, or in one of these ZIPs, and no more there. */
bool gone_is(const Work *work, const char *const *roots, const char *key);

/* Into the settlement, where all stands as the history has it. */
Err gone_count(Work *work);

#endif
