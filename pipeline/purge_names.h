/* SPDX-License-Identifier: MIT */
#ifndef PURGE_NAMES_H
#define PURGE_NAMES_H

#include <stdbool.h>

/* Whether only headroom gives a file in .tmp/ such a name: ZIPs and workbooks on the way, a journal that is built beside, what is
 * sorted. Photos are named there as in photos/. */
bool purge_is_aside(const char *name);

#endif
