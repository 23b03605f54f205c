/* SPDX-License-Identifier: MIT */
/* The lines of the command verify: for programs as it is, for people without anybody's number. */
#ifndef VERIFY_SAY_H
#define VERIFY_SAY_H

#include "cli.h"

typedef struct Said {
    const char *type;                /* "problem" or "note" */
    const char *kind;                /* of VerifyAsk.problem or RosterAgainst.problem; "judged", "note" */
    const char *file, *reason, *id;  /* as there */
    bool look;                       /* "judged": not wrong, a person must look */
} Said;

/* To stdout. */
void verify_say(const Cli *cli, const Said *said);

/* `file` with the number masked that it shows: `id`, its row's, where that stands in it, else a number of a known form.
 * Where neither does, all of a photo's name might be one, and is masked up to a short suffix: what lies in a ZIP, and any
 * file with an `id` ("" too). */
void verify_mask(const char *file, const char *id, char *out, size_t size);

/* The reason likewise: the other photo it names, or its own once more. */
void verify_mask_reason(const Said *said, char *out, size_t size);

#endif
