/* SPDX-License-Identifier: MIT */
/* lists/recall.csv: whose photo was handed in with an earlier package and counts no more, nor another one of theirs. Who received
 * it does not know that. There only while somebody stands in it. */
#ifndef WORK_RECALL_H
#define WORK_RECALL_H

#include "work.h"

/* Once what is packed now is noted in the journal; how many there are goes into the outcome. */
Err recall_write(Work *work);

#endif
