/* SPDX-License-Identifier: MIT */
/* The small pictures of the page: inside it while they are few, else in thumbs/ beside it. */
#ifndef PAGE_THUMBS_H
#define PAGE_THUMBS_H

#include <stdio.h>
#include "../pipeline/err.h"
#include "../pipeline/photo.h"

enum { PAGE_THUMBS_INSIDE_MAX = 2000, PAGE_THUMB_NAME = 32 };

typedef struct PageThumbs PageThumbs;

Err page_thumbs_open(Arena *arena, const char *out, PageThumbs **thumbs);
void page_thumbs_close(PageThumbs *thumbs); /* NULL: nothing to do */

/* Takes one of at most THUMB_BYTES_MAX (its bytes are copied or written) and names it by its content: 32 digits 0-9 a-f. */
Err page_thumbs_add(PageThumbs *thumbs, const Bytes *jpeg, char name[PAGE_THUMB_NAME + 1]);

/* Prints a JSON object, name to base64: empty where they lie beside. Removes from OUT/thumbs what of ours is
 * needed no more, and the folder when nothing is left. */
Err page_thumbs_finish(PageThumbs *thumbs, FILE *to);

/* Whether a file in thumbs/ has the form of name that only we give: 32 digits and ".JPG". */
bool page_thumbs_is_ours(const char *name);

#endif
