/* SPDX-License-Identifier: MIT */
/* What is at work, noted where it outlives a crash: memory that a run shares with the process which
 * starts it again. Each lane has a seat; who sat at work when the run died is a suspect, and is judged
 * alone from then on, so that a second crash names one photo: that one is quarantined. */
#ifndef WATCH_H
#define WATCH_H

#include <signal.h>
#include "listing.h"
#include "photo.h"

/* How the supervisor passes SIGINT and SIGTERM on: a terminal sends them to both processes, and twice
 * means "at once". */
enum { WATCH_INT = SIGUSR1, WATCH_TERM = SIGUSR2 };

enum { WATCH_SEATS = 256 };

typedef struct Watch Watch;

typedef struct Blame {
    size_t at_work;     /* photos that were at work */
    bool quarantined;   /* it was the second time for one that was alone */
    char path[256];     /* that one, masked */
} Blame;

Watch *watch_create(void); /* NULL: no memory */

/* The loop's thread of the run; `watch` may be NULL. A seat is a lane's number, below WATCH_SEATS. */

/* Notes that `file` goes to work. Whether it must be there alone; a quarantined one gets its problem
 * and is not noted. */
bool watch_begin(Watch *watch, size_t seat, const Listed *file, Task *task);
void watch_end(Watch *watch, size_t seat);
bool watch_suspects(const Watch *watch, const Listed *file);

/* The lane's own thread: while its tools are being opened its photo is not at work, and not to blame for a
 * network file that crashes the library. */
void watch_opening(Watch *watch, size_t seat, bool opening);

/* How many lines of this command are printed already; where there is no journal to tell. */
size_t *watch_printed(Watch *watch);

/* The supervisor, when the run has died by this signal. */
void watch_blame(Watch *watch, int signal, Blame *out);

/* "SIGSEGV"; NULL: the signal is no crash. */
const char *watch_crash_name(int signal);

#endif
