/* SPDX-License-Identifier: MIT */
/* Facts against the profile: every reason, never a guess. */
#ifndef JUDGE_H
#define JUDGE_H

#include "../pipeline/photo.h"
#include "../pipeline/profile.h"

/* Where damaged data reject the photo, what is seen in the picture was measured on what the decoder made up: it becomes
 * unmeasured, so that nobody is told to wear white on account of it, and nothing passes. True where that was so. */
bool judge_forget_ruined(Facts *facts, const Profile *profile);

/* One finding per asked check that did not hold, in the table's order. Outside every range: the
 * profile's level; within its own error of that limit on either side, or in the review range: REVIEW. Asked but
 * unmeasured: listed in missing[], and REVIEW (measured = false) when nothing rejects. Asked but hidden (fact_hide): listed in
 * hidden[], and no finding, whatever is waived later. */
Verdict judge_facts(const Facts *facts, const Profile *profile, Findings *out);

#endif
