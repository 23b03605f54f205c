/* SPDX-License-Identifier: MIT */
/* The page before its data. */
#ifndef PAGE_TEMPLATE_H
#define PAGE_TEMPLATE_H

#include "../pipeline/err.h"
#include "../pipeline/text.h"

/* `head`: up to where the data begin; `tail`: what comes behind them, with the script. Its policy
 * (Content-Security-Policy) lets run only our style and script, by their hashes, and load nothing but pictures. */
typedef struct PageTemplate {
    const char *head, *tail;
} PageTemplate;

Err page_template(Arena *arena, Lang lang, PageTemplate *out);

/* OUT/live.html, whole; it may load scripts of the folder it lies in, and nothing else. */
Err page_template_live(Arena *arena, Lang lang, const char **out);

#endif
