/* SPDX-License-Identifier: MIT */
/* When nothing has to be made again. Once report and package are whole, the journal is given a seal: a digest
 * of all that they were made from besides its own rows (program, profile, roster, decisions, options) and of
 * the files that came of it. Any change of a row takes the seal away in the same commit. While it holds,
 * a run only says again what it said. */
#ifndef SEAL_H
#define SEAL_H

#include "work.h"

/* After the plan. Sets work->sealed where everything stands as it was left, and then tally, settlement (its counts and
 * `met`) and outcome (but for list_names) as they were. Whatever cannot be read or does not agree: no seal. */
Err seal_look(Work *work);

/* After the package, where the next run would make the same: not where it waits for somebody who is missing or depends
 * on earlier deliveries, and not where a photo was found missing or changed. */
Err seal_put(Work *work);

#endif
