/* SPDX-License-Identifier: MIT */
/* The lines of the command verify: for programs as it is, for people without anybody's number. */
#ifndef VERIFY_SAY_H
#define VERIFY_SAY_H

#include "cli.h"

typedef struct Said {
    const char *type;                /* "problem" or "note" */
    const char *kind;                /* of VerifyAsk.problem or RosterAgainst.problem; "judged", "note"; "number", "file-name" (of its name) */
    const char *file, *reason, *id;  /* as there */
    bool look;                       /* "judged": not wrong, a person must look */
} Said;

typedef struct SaidEnd {
    size_t zips, photos, problems;
    int exit_code;
    bool part;     /* one ZIP of several: nobody is missing from it */
    bool manifest; /* there is one */
} SaidEnd;

/* To stdout; the end for people as any message. */
void verify_say(const Cli *cli, const Said *said);
void verify_say_end(const Cli *cli, const SaidEnd *end);

/* `file` with the number masked that it shows: `id`, its row's, where that stands in it, else a number of a known form.
 * Where neither does, all of a photo's name might be one, and is masked up to a short suffix: what lies in a ZIP, and any
 * file with an `id` ("" too). */
void verify_mask(const char *file, const char *id, char *out, size_t size);

/* The reason likewise: the other photo it names, or its own once more. */
void verify_mask_reason(const Said *said, char *out, size_t size);

#endif
