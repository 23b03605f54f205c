/* SPDX-License-Identifier: MIT */
/* The command watch: judges what arrives in folders, and tells at once. */
#ifndef LIVE_H
#define LIVE_H

#include "hook.h"
#include "work.h"

/* After work_prepare, in rounds over all of PHOTOS, until a signal; then once more whatever is there, as
 * `run` would. work->listing, plan and end are those of `run` afterwards; end.interrupted: photos were
 * still waiting when the signal came. `run` without plan and callbacks. */
Err live_watch(Work *work, Run *run, const Hook *hook);

/* Behind it and the report, in which what was told may turn out to be otherwise: the page says that the watch has ended. */
Err live_end(Work *work);
void live_close(Work *work); /* and so it does after any error */

#endif
