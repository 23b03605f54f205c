/* SPDX-License-Identifier: MIT */
#ifndef SETTLE_JUDGE_H
#define SETTLE_JUDGE_H

#include "settle.h"

/* Verdict, and what each decision does, from the row's faults and facts as they are known so far. */
void settle_judge(const SettleAsk *ask, const SettleRow *row, Settled *out);

/* Which of the checks that say it may be another person's photo are at fault and not waived, a bit each (see Decision.known). */
uint8_t settle_claims(const Settled *row, const Profile *profile);

#endif
