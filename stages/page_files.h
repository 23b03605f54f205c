/* SPDX-License-Identifier: MIT */
/* What stages/page/ holds is inside the program. */
#ifndef PAGE_FILES_H
#define PAGE_FILES_H

/* A whole file, by its name; NULL where there is none. */
const char *page_file(const char *name);

#endif
