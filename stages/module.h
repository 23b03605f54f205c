/* SPDX-License-Identifier: MIT */
/* Libraries that are loaded only when somebody asks for what they do: each behind a module beside the program. */
#ifndef MODULE_H
#define MODULE_H

#include "../pipeline/err.h"

/* `file` beside the program or in ../lib/headroom of its folder. ERR_MODEL: not there, or its library is not. Stays
 * loaded; a second call is cheap and opens no file. */
Err module_load(Arena *arena, const char *file, const char *symbol, const void **out);

#endif
