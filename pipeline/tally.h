/* SPDX-License-Identifier: MIT */
/* How many photos ended how, and why. */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>
#include "photo.h"

typedef struct Tally {
    size_t verdicts[4];          /* by Verdict */
    size_t open;                 /* did not pass, and no earlier attempt is kept instead */
    size_t reasons[CHECK_COUNT]; /* photos with a finding above NOTE */
} Tally;

#endif
