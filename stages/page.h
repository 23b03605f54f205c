/* SPDX-License-Identifier: MIT */
/* report.html: one page without network for those who look rather than read, out of lines of the report. */
#ifndef PAGE_H
#define PAGE_H

#include <jansson.h>
#include "../pipeline/photo.h"
#include "../pipeline/profile.h"
#include "../pipeline/text.h"

typedef struct Page Page;

/* Opens OUT/report.html aside. page_close also after an error. */
Err page_open(Arena *arena, const char *out, Lang lang, const Profile *profile, Page **page);

/* A line of the report with its sentences, in any order; `counts`: it or an earlier attempt is a photo that
 * counts. What did not pass becomes a card; `thumb` may be empty. */
Err page_add(Page *page, const json_t *line, bool counts, const Bytes *thumb);

Err page_missing(Page *page, const json_t *line);  /* a person without a photo */
Err page_eligible(Page *page);                     /* a person of the roster */
Err page_slip(Page *page, const json_t *line);     /* a frame with a code */
Err page_decision(Page *page, const json_t *line); /* a decision that met no photo */

/* Puts the page and its pictures in place. */
Err page_finish(Arena *arena, Page *page);
void page_close(Page *page);

#endif
