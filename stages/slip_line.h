/* SPDX-License-Identifier: MIT */
/* What is said about frames with codes, and about photos that codes do not bind. */
#ifndef SLIP_LINE_H
#define SLIP_LINE_H

#include <jansson.h>
#include "../pipeline/arena.h"
#include "../pipeline/text.h"

/* Adds "text" to a line {"type":"slip",...}: what is wrong, or whose it is and how many photos it has. */
void slip_add_text(Arena *arena, Lang lang, json_t *line);

/* The same in a few words, with masked numbers. NULL: no memory. */
const char *slip_words(Arena *arena, Lang lang, const json_t *line);

/* Whether it binds nobody; one without photos may get some yet. */
bool slip_is_wrong(const json_t *line);

/* Why no code binds this photo; NULL: that is not what is wrong with it. */
const char *slip_unbound(Arena *arena, Lang lang, const json_t *record);

#endif
