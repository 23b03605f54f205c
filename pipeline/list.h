/* SPDX-License-Identifier: MIT */
/* What `headroom list` prints. The table of checks in README.md is its Markdown. */
#ifndef LIST_H
#define LIST_H

#include <stdio.h>
#include "cli.h"

typedef enum Form { FORM_PLAIN, FORM_JSON, FORM_MARKDOWN } Form;

/* JSON is one object a line, in both languages at once. An Err only where a profile cannot be read. */
Err list_print(Arena *arena, FILE *to, Topic topic, Form form, Lang lang);

#endif
