/* SPDX-License-Identifier: MIT */
/* Paths as people spell them and as the system knows them. */
#ifndef PATHS_H
#define PATHS_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include "err.h"
#include "idnum.h"

/* "./a//b/" to "a/b", "" to ".": the spelling of the report. `path` is shorter than PATH_MAX. */
void path_clean(const char *path, char out[PATH_MAX]);

/* Whether `inner` is `outer` or lies below it; both resolved. */
bool path_inside(const char *inner, const char *outer);

/* The folder resolved, the file's own name as it is (links are not followed). False: no such
 * folder. */
bool path_resolve_file(const char *path, char out[PATH_MAX]);

/* A folder that may not exist yet: its nearest existing ancestor resolved, the rest as written. */
Err path_resolve_new(Arena *arena, const char *path, const char **out);

/* To be read. What is no regular file need not come or end, and is not opened: then `*is_file` is false. NULL otherwise: errno
 * says why. */
FILE *path_open(const char *path, bool *is_file);

/* For logs: numbers of 15 and more digits, and of 4 and more before 号, masked, hidden letters as '?', what is no UTF-8 as \xHH. Cut to fit. */
void path_mask(const char *path, char *out, size_t size);

/* The same, and the number it was bound by masked also where that is an officer's or the like, which only a
 * roster tells from a word. */
void path_mask_bound(const char *path, const Id *id, char *out, size_t size);

#endif
