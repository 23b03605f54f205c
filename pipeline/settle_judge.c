/* SPDX-License-Identifier: MIT */
/* What counts of one row: its own faults, what binds it, and what people decided about it. */
#include "settle_judge.h"
#include <math.h>
#include <string.h>
#include "claims.h"
#include "faults.h"

static Verdict worse(Verdict verdict, Level level)
{
    if (verdict == VERDICT_ERROR || level == LEVEL_NOTE)
        return verdict;
    if (level == LEVEL_REJECT)
        return VERDICT_REJECT;
    return verdict == VERDICT_PASS ? VERDICT_REVIEW : verdict;
}

/* What another roster, profile or file of the same person may say otherwise tomorrow. */
static bool is_of_today(CheckId check)
{
    return check == CHECK_in_roster || check == CHECK_eligible || check == CHECK_roster_names || check == CHECK_other_profile || check == CHECK_photo_gone || check == CHECK_files_for_id;
}

static bool is_at_fault(const Settled *row, const Profile *profile, CheckId check)
{
    const Want *want = &profile->want[check];
    double value = row->facts[check];
    return want->asked && !isnan(value) && (value < want->good.lo || value > want->good.hi);
}

static Verdict judge_binding(const Settled *row, const Profile *profile, bool of_today, Verdict verdict)
{
    for (CheckId i = 0; i < BINDING_CHECKS; i++) {
        bool asked = (of_today || !is_of_today(i)) && !(row->waived && row->waived[i]);
        if (asked && is_at_fault(row, profile, i))
            verdict = worse(verdict, profile->want[i].level);
    }
    return verdict;
}

uint8_t settle_claims(const Settled *row, const Profile *profile)
{
    static const CheckId claims[] = {CHECK_same_bytes, CHECK_same_picture, CHECK_code_gap, CHECK_roster_names}; /* the journal counts on their order */
    uint8_t bits = 0;
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++)
        if (is_at_fault(row, profile, claims[i]) && !(row->waived && row->waived[claims[i]]))
            bits |= (uint8_t)(1 << i);
    return bits;
}

/* Accept and reject: the later line says the last word. */
void settle_judge(const SettleAsk *ask, const SettleRow *row, Settled *out)
{
    const Decision *accept = NULL;
    bool any = false, reject = false;
    for (size_t i = 0; i < out->decision_count; i++) {
        const Decision *decision = &out->decisions[i];
        if (!decision_counts(decision, row->sha256))
            continue;
        if (decision->ruling == RULING_WAIVE)
            any = out->waived[decision->check] = true;
        else
            reject = !(accept = decision->ruling == RULING_ACCEPT ? decision : NULL);
    }
    Verdict left = any ? faults_verdict(row->faults, out->waived, out->surfaced) : row->judged;
    for (CheckId i = 0; any && i < BINDING_CHECKS; i++) /* what is not at fault is not waived */
        out->waived[i] = out->waived[i] && is_at_fault(out, ask->profile, i);
    out->outgrown = accept && accept->known && (settle_claims(out, ask->profile) & ~accept->known);
    accept = out->outgrown ? NULL : accept;
    out->verdict = row->judged == VERDICT_ERROR ? row->judged : left;
    Verdict alone = judge_binding(out, ask->profile, false, out->verdict);
    out->verdict = judge_binding(out, ask->profile, true, out->verdict);
    out->accepted = accept && out->verdict == VERDICT_REVIEW;
    out->verdict = out->accepted ? VERDICT_PASS : out->verdict;
    out->rejected = reject;
    if (reject && out->verdict != VERDICT_ERROR)
        out->verdict = VERDICT_REJECT;
    bool made = row->output[0] && row->stands;
    bool single = *out->key && out->facts[CHECK_files_for_id] == 1, other = out->facts[CHECK_other_profile] == 1;
    if (out->verdict == VERDICT_PASS && ((ask->making && !made) || !single || other)) {
        out->verdict = VERDICT_REVIEW; /* nothing can pass that was not made, or not by this profile */
        out->accepted = false;
    }
    bool chosen = single || (*out->key && claims_counted_for(ask, out->key, row->sha256));
    out->sound = made && chosen && !row->kept && !reject && alone <= (accept ? VERDICT_REVIEW : VERDICT_PASS);
    const Person *person = out->person;
    out->ready = out->verdict == VERDICT_PASS && (!ask->roster || (person && person->eligible));
}
