/* SPDX-License-Identifier: MIT */
/* OUT/live.html, which looks four times a second for a new OUT/live.js beside it: the latest verdict,
 * large, what to do, and the last ten. Numbers are masked in it. */
#ifndef LIVE_PAGE_H
#define LIVE_PAGE_H

#include "../pipeline/err.h"
#include "../pipeline/text.h"

typedef struct LivePage LivePage;

typedef struct LiveShot {
    const char *path;     /* masked */
    const char *key;      /* of the file */
    bool corrected;       /* it was told otherwise before, and takes the place of that */
    double waited_ms;     /* from the closed file to the verdict; 0: not known */
    const char *verdict;  /* out: "PASS", ... */
    const char *text;     /* out: verdict, masked number, path and reasons on one line */
} LiveShot;

Err live_page_open(Arena *arena, const char *out, Lang lang, LivePage **page);

/* `line`: of the report, with sentences. What comes out lives in `arena`, and may die with it. */
Err live_page_add(Arena *arena, LivePage *page, const char *line, LiveShot *shot);

/* A frame with a code, as frames_bind wrote it: whose it is stands in large letters until the next photo is told. */
Err live_page_code(Arena *arena, LivePage *page, const char *record);

/* Says that the watch has ended. */
Err live_page_end(Arena *arena, LivePage *page);

#endif
