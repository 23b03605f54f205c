/* SPDX-License-Identifier: MIT */
#include "verify_weigh.h"
#include <stdio.h>
#include <string.h>
#include "text_errors.h"

enum { TEXT_BYTES = 2048, REASON_BYTES = 512 };

/* Who accepted a photo saw it whole; who waived a check, that one. */
static bool is_decided(const char *decision, CheckId check)
{
    static const char accept[] = "accept: ";
    char waive[64];
    size_t length = (size_t)snprintf(waive, sizeof waive, "waive %s: ", checks[check].name);
    for (const char *at = decision, *next; *at; at = next ? next + 2 : "") {
        if (strncmp(at, accept, sizeof accept - 1) == 0 || strncmp(at, waive, length) == 0)
            return true;
        next = strstr(at, "; ");
    }
    return false;
}

/* What a finding means here. The name was given by us: whose photo it is, the manifest says. What a
 * person decided stands, but not against what the file must be. And a photo that passed once,
 * measured on the larger picture it was made of, is not doubted for what the small one shows less
 * well. Without a manifest nobody knows what was decided: what is in doubt asks for a look. */
static Weight weight_of(const Finding *finding, const char *decision)
{
    CheckId check = finding->check;
    if (finding->level == LEVEL_NOTE || check == CHECK_files_for_id || (decision && check == CHECK_id_valid))
        return WEIGHT_NONE;
    bool of_file = check >= CHECK_width_px && check <= CHECK_metadata_bytes;
    if (!decision)
        return finding->level == LEVEL_REJECT ? WEIGHT_PROBLEM : WEIGHT_LOOK;
    if (of_file)
        return WEIGHT_PROBLEM;
    return finding->level == LEVEL_REJECT && !is_decided(decision, check) ? WEIGHT_PROBLEM : WEIGHT_NOTE;
}

Weight verify_weigh(Arena *arena, Lang lang, const Photo *photo, const char *decision, const char **reasons)
{
    char text[TEXT_BYTES] = "";
    size_t at = 0;
    Weight most = WEIGHT_NONE;
    for (int i = 0; i < photo->findings.count; i++) {
        Weight weight = weight_of(&photo->findings.list[i], decision);
        most = weight > most ? weight : most;
    }
    for (int i = 0; i < photo->findings.count && at < sizeof text; i++) {
        const Finding *finding = &photo->findings.list[i];
        if (weight_of(finding, decision) != most)
            continue;
        const char *says = text_finding(arena, lang, finding);
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", at ? "; " : "", says ? says : checks[finding->check].name);
    }
    const char *why = photo->source.problem; /* "the file cannot be read" says no more than that */
    if (why && at < sizeof text) {
        char own[REASON_BYTES];
        text_error(lang, why, own, sizeof own);
        snprintf(text + at, sizeof text - at, " (%s)", own);
    }
    *reasons = arena_copy(arena, text);
    return most;
}
