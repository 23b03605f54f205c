/* SPDX-License-Identifier: MIT */
#include "judge.h"
#include <math.h>
#include <string.h>

static bool in_range(double value, Range range)
{
    return value >= range.lo && value <= range.hi;
}

/* Whether the true value surely lies in `range`: the measured one keeps its error from the limits. */
static bool surely_in(double value, double error, Range range)
{
    return in_range(value, (Range){range.lo + error, range.hi - error});
}

/* Whether the true value may still lie in `range`: the measured one misses it by at most `error`. */
static bool may_lie_in(double value, double error, Range range)
{
    return in_range(value, (Range){range.lo - error, range.hi + error});
}

/* How bad a measured value is that misses the good range. */
static Level level_of(double value, double error, const Want *want)
{
    if (want->level != LEVEL_REJECT)
        return want->level;
    return may_lie_in(value, error, want->review) ? LEVEL_REVIEW : LEVEL_REJECT;
}

static void add(Findings *out, CheckId check, const Want *want, Finding finding)
{
    finding.check = check;
    finding.lo = want->good.lo;
    finding.hi = want->good.hi;
    if (want->level == LEVEL_REJECT) {
        finding.review_below = fmax(0, want->good.lo - want->review.lo); /* NaN, of two open ends, is none */
        finding.review_above = fmax(0, want->review.hi - want->good.hi);
    }
    out->list[out->count++] = finding;
}

static Verdict worse(Verdict verdict, Level level)
{
    if (level == LEVEL_REJECT)
        return VERDICT_REJECT;
    return level == LEVEL_REVIEW && verdict == VERDICT_PASS ? VERDICT_REVIEW : verdict;
}

static bool rejects_by(const Facts *facts, const Profile *profile, CheckId check)
{
    const Want *want = &profile->want[check];
    double value = facts->v[check];
    return want->asked && !isnan(value) && !in_range(value, want->good) &&
           level_of(value, facts->u[check], want) == LEVEL_REJECT;
}

static bool rejects(const Facts *facts, const Profile *profile)
{
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        if (rejects_by(facts, profile, i))
            return true;
    return false;
}

bool judge_forget_ruined(Facts *facts, const Profile *profile)
{
    if (!rejects_by(facts, profile, CHECK_damage))
        return false;
    for (CheckId i = CHECK_byte_window; i < CHECK_COUNT; i++)
        if (i >= SEEN_CHECKS || !isnan(facts->v[i]))
            fact_set(facts, i, NAN, 0);
    return true;
}

Verdict judge_facts(const Facts *facts, const Profile *profile, Findings *out)
{
    memset(out, 0, sizeof *out);
    Verdict verdict = VERDICT_PASS;
    bool rejected = rejects(facts, profile);
    for (CheckId i = 0; i < CHECK_COUNT; i++) {
        const Want *want = &profile->want[i];
        double value = facts->v[i];
        bool in_doubt = in_range(value, want->good) && want->level != LEVEL_NOTE;
        bool nothing_there = isnan(value) && isinf(facts->u[i]);
        out->hidden[i] = want->asked && nothing_there && facts->u[i] < 0;
        if (!want->asked || nothing_there || surely_in(value, facts->u[i], want->good) ||
            (in_range(value, want->good) && !in_doubt))
            continue;
        Finding finding = {.value = value, .error = facts->u[i], .measured = !isnan(value)};
        if (in_doubt) {
            finding.level = LEVEL_REVIEW;
        } else if (finding.measured) {
            finding.level = level_of(value, facts->u[i], want);
        } else {
            out->missing[i] = true;
            /* A note never asks for a person, so a missing note does not either. */
            if (rejected || want->level == LEVEL_NOTE)
                continue;
            finding.level = LEVEL_REVIEW;
        }
        verdict = worse(verdict, finding.level);
        add(out, i, want, finding);
    }
    return verdict;
}
