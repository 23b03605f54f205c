/* SPDX-License-Identifier: MIT */
/* SIGINT, SIGTERM and SIGHUP for what has no loop of events: the first one is noted, and the work ends in order where somebody
 * asks; the second one ends the process at once, wherever it is. What was ignored stays ignored. */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

/* From here on; once a process. */
void stop_begin(void);

/* Whether the first one has come. Takes what journal_stop_when gives, and needs it not. */
bool stop_asked(void *unused);

#endif
