/* SPDX-License-Identifier: MIT */
/* One photo that somebody has to look at, as the page shows it. */
#ifndef PAGE_CARD_H
#define PAGE_CARD_H

#include <jansson.h>
#include "../pipeline/profile.h"
#include "../pipeline/text.h"

/* A line of the report, with sentences, as a card. Its "view" is in pixels of a picture as wide as the
 * profile's: "size", "eyes" [x, y, x, y], "hair", "left", "right", as far as they were measured; "crop" where the
 * allowed bands hold for it. "retake": the photo is to be taken anew. The caller owns it. */
json_t *page_card(const json_t *line, const Profile *profile, Lang lang);

/* The decisions that hold on the photo of a line, and on others of that person, appended as rows of decisions.csv, each once:
 * [id, check, decision, by, reason, date, sha256]. Those that lapsed judged bytes that are no more, and are left out. */
void page_decisions(json_t *rows, const json_t *line);

#endif
