/* SPDX-License-Identifier: MIT */
/* Photos that were written into OUT/.tmp and wait there: together they become durable, then each gets its name. */
#ifndef ASIDE_H
#define ASIDE_H

#include <stdbool.h>
#include "err.h"

enum { ASIDE_MAX = 64, ASIDE_NAME = 128 };

typedef struct Aside {
    const char *path; /* OUT */
    int folder;       /* OUT; -1: not open */
    bool by_system;   /* one syncfs is as good as an fsync of each */
    int count;
    char names[ASIDE_MAX][ASIDE_NAME]; /* below OUT, where they shall lie */
} Aside;

/* OUT, which is there. Closed by aside_close, also after an error. */
Err aside_open(Arena *arena, const char *out, Aside *aside);
void aside_close(Aside *aside);

/* Where a file below OUT waits for its place. */
void aside_path(const char *relative, char out[ASIDE_NAME]);

/* The file of `relative` waits. At most ASIDE_MAX; no two of one file name. */
void aside_add(Aside *aside, const char *relative);

/* What was written for `relative` is not wanted. */
void aside_drop(const Aside *aside, const char *relative);

/* What waits is flushed and renamed; the folders of the new names are not flushed yet. After an error nothing may be
 * told of these files: a flush that failed is not told again by the next one. */
Err aside_place(Arena *arena, Aside *aside);

#endif
