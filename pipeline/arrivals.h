/* SPDX-License-Identifier: MIT */
/* Waits for files that somebody else is still writing. */
#ifndef ARRIVALS_H
#define ARRIVALS_H

#include "listing.h"

typedef struct Arrivals Arrivals;

/* From now on SIGINT and SIGTERM only end a wait; `guarded`: what the supervisor sends in their place. */
Err arrivals_open(Arena *arena, bool guarded, Arrivals **out);
void arrivals_close(Arrivals *arrivals); /* may be NULL; signals do again what they did before */

/* Follows the folder `path`, an Arrivals as `enters` of a listing wants it: before the folder is read, so that nothing
 * arrives unseen. Once, and anew where another folder has taken the place; where it cannot be followed, time alone ends a
 * wait. */
Err arrivals_follow(void *arrivals, const char *path);

/* Until something happens in a folder, a signal comes, or `limit_ms` have passed. Whether the watch
 * goes on: false after a signal. */
bool arrivals_wait(Arrivals *arrivals, unsigned limit_ms);

/* Nobody has the file open for writing; where the file system cannot tell, nobody has changed it for a
 * second. */
bool arrivals_is_settled(const Listed *file);

#endif
