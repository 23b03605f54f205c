/* SPDX-License-Identifier: MIT */
/* Facts against the profile: every reason, never a guess. */
#ifndef JUDGE_H
#define JUDGE_H

#include "../pipeline/photo.h"
#include "../pipeline/profile.h"

/* One finding per asked check that did not hold, in the table's order. Outside every range: the
 * profile's level; within its own error of that limit on either side, or in the review range: REVIEW. Asked but
 * unmeasured: listed in missing[], and REVIEW (measured = false) when nothing rejects. Asked but hidden (fact_hide): listed in
 * hidden[], and no finding, whatever is waived later. */
Verdict judge_facts(const Facts *facts, const Profile *profile, Findings *out);

#endif
