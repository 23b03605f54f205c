/* SPDX-License-Identifier: MIT */
/* What verify may still open: a package may come from anybody. */
#ifndef VERIFY_SHUT_H
#define VERIFY_SHUT_H

#include "cli.h"

/* From now on: the package's folder, read (no link in it is followed); `scratch`, to sort in. As the flags say. */
Err verify_shut(Arena *arena, const Cli *cli, const char *scratch);

#endif
