/* SPDX-License-Identifier: MIT */
/* The line that moves: how many, how fast, how long still. No name and no ID ever stands in it. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdio.h>
#include "cli.h"
#include "photo.h"

typedef enum ProgressStyle {
    PROGRESS_SILENT,
    PROGRESS_LINE,    /* one line, drawn over itself */
    PROGRESS_LINES,   /* for what is no terminal, or a dumb one: a new line now and then */
    PROGRESS_OBJECTS, /* JSON Lines */
} ProgressStyle;

typedef struct Progress {
    FILE *to;
    ProgressStyle style;
    bool colour;
    Lang lang;
    size_t total, done, failed; /* failed: rejected or in error */
    double start_s, last_s;
    bool drawn; /* a line stands on the terminal */
} Progress;

/* What `mode` means here: auto draws on a terminal only; TERM=dumb is no terminal; NO_COLOR is
 * obeyed. */
void progress_start(Progress *progress, ProgressMode mode, Lang lang, FILE *to, size_t total);
void progress_again(Progress *progress); /* from nothing, over as many */
void progress_step(Progress *progress, Verdict verdict);
void progress_tick(Progress *progress);  /* draws, when it is time */
void progress_clear(Progress *progress); /* before another line is printed */

double progress_seconds(const Progress *progress); /* since the start */

#endif
