/* SPDX-License-Identifier: MIT */
/* What is told of photos as they come home: each on its own, but for whose bytes were seen before. What was told and is
 * otherwise in the end is told again, as corrected. */
#ifndef TELL_H
#define TELL_H

#include "work.h"

/* Before a belt. Who was told before stays known. */
Err tell_open(Work *work);
void tell_close(Work *work);

/* Run.home of `run` and `check`, with a Work. */
Err tell_home(void *user, size_t index, const Photo *photo, const char *times);

/* What is said of a photo. */
typedef struct Shot {
    const char *key, *path; /* of the file, and as it is shown */
    Id id;
    bool corrected;         /* it was told otherwise before */
    Verdict verdict;
    const char *line; /* of the report, in work->line */
} Shot;

typedef struct Teller {
    Err (*say)(void *user, const Shot *shot);
    void *user;
} Teller;

/* A photo is judged: settles it and has it said; then who was told before and holds the same bytes is said again.
 * `corrected`: this one itself was told otherwise. `teller` NULL: nobody is told. */
typedef struct Telling {
    size_t file; /* of the listing */
    bool corrected;
    const Judged *judged;
    const Teller *teller;
} Telling;
Err tell_photo(Work *work, const Telling *telling, Verdict *verdict);

/* A shard is published: the tally of all that it holds, of earlier runs, too. */
Err tell_shard(Work *work);

/* A row of the report as it is in the end, which was told otherwise by this process. */
Err tell_row(Work *work, const Line *line, const char *text);
bool tell_is_news(const Work *work, const Line *line);

/* `check` without an output folder: what is known of the roster at the end, and who has no file. */
Err tell_end(Work *work);

#endif
