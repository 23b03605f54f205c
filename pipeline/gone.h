/* SPDX-License-Identifier: MIT */
/* Photos that count although their file, which a run looked for, is no more: nobody takes them back in silence, and
 * nobody keeps them in silence. */
#ifndef GONE_H
#define GONE_H

#include "work.h"

/* Where this run looked for photos, links resolved, NULL at the end; of a merge nobody knows. */
Err gone_roots(const Work *work, const char ***out);

/* A photo counts for the person of this row, and its file was below one of these folders, or in one of these ZIPs, and is
 * no more there. */
Err gone_is_line(const Work *work, const char *const *roots, const Line *line, bool *out);

/* Into the settlement, where all stands as the history has it. */
Err gone_count(Work *work);

#endif
