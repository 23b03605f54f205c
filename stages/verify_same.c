/* SPDX-License-Identifier: MIT */
/* Two lists, sorted by the digest of the photo and by that of the received file: what is the same lies side by side. */
#include "verify_same.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../pipeline/idnum.h"
#include "../pipeline/spool.h"

enum { SAME_digest, SAME_sha256, SAME_zip, SAME_file, SAME_KEYS, SAME_id = SAME_KEYS, SAME_key, SAME_accepted, SAME_TEXTS };
enum { SAME_SORT_BYTES = 4 << 20, SHA256_DIGITS = 64 };

/* A record that outlives its turn. */
typedef struct Kept {
    char *bytes;
    size_t room;
    const char *text[SAME_TEXTS];
} Kept;

struct VerifySame {
    Arena *arena;
    Spool *bytes, *source, *reading;
    bool any; /* of this list one has been read */
    Kept first, last; /* of one digest, of all before this one */
    SameFound found;
};

Err verify_same_open(Arena *arena, const char *folder, VerifySame **out)
{
    const SpoolAsk ask = {folder, SAME_SORT_BYTES, SAME_TEXTS, SAME_KEYS};
    VerifySame *same = *out = ARENA_NEW(arena, VerifySame);
    if (!same)
        return fail(arena, ERR_MEMORY, "no memory to verify");
    *same = (VerifySame){.arena = arena};
    TRY(spool_open(arena, &ask, &same->bytes));
    same->reading = same->bytes;
    return spool_open(arena, &ask, &same->source);
}

void verify_same_close(VerifySame *same)
{
    if (!same)
        return;
    spool_close(same->bytes);
    spool_close(same->source);
    free(same->first.bytes);
    free(same->last.bytes);
}

/* ---- what is to be compared ---- */

static bool is_digest(const char *text)
{
    return strlen(text) == SHA256_DIGITS && strspn(text, "0123456789abcdef") == SHA256_DIGITS;
}

/* Who sees one accepted alike pictures of two persons, or waived that alone. */
static bool is_accepted(const char *decision)
{
    static const char *const words[] = {"accept: ", "waive same_picture: "};
    for (const char *at = decision, *next; *at; at = next ? next + 2 : "") {
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (strncmp(at, words[i], strlen(words[i])) == 0)
                return true;
        next = strstr(at, "; ");
    }
    return false;
}

static void drop(char **text)
{
    free(*text);
}

/* By what 15 and 18 digits of one person meet; of a number without a form all of it, of an entry the stem. */
static Err add_to(VerifySame *same, Spool *spool, const SameEntry *entry, const char *digest, const char *sha256)
{
    char key[64];
    CLEANUP(drop) char *stem = NULL;
    Id id = entry->id[0] ? id_parse(entry->id) : id_from_name(entry->file);
    const char *number = key;
    id_key(&id, key);
    if (!id.text[0] || id.kind == ID_OTHER) {
        stem = entry->id[0] ? strdup(entry->id) : strndup(entry->file, strcspn(entry->file, "."));
        if (!(number = stem))
            return fail(same->arena, ERR_MEMORY, "no memory to verify");
    }
    const char *const texts[SAME_TEXTS] = {digest, sha256, entry->zip, entry->file, entry->id, number, is_accepted(entry->decision) ? "1" : ""};
    return spool_add(spool, texts);
}

Err verify_same_add(VerifySame *same, const SameEntry *entry)
{
    if (!is_digest(entry->sha256))
        return OK;
    TRY(add_to(same, same->bytes, entry, entry->sha256, ""));
    return is_digest(entry->source_sha256) ? add_to(same, same->source, entry, entry->source_sha256, entry->sha256) : OK;
}

/* ---- what is the same ---- */

static Err keep(VerifySame *same, Kept *kept, const char *const *texts)
{
    size_t bytes = 0;
    for (int i = 0; i < SAME_TEXTS; i++)
        bytes += strlen(texts[i]) + 1;
    if (bytes > kept->room) {
        free(kept->bytes);
        kept->bytes = malloc(kept->room = 2 * bytes);
    }
    if (!kept->bytes)
        return fail(same->arena, ERR_MEMORY, "no memory to verify");
    char *at = kept->bytes;
    for (int i = 0; i < SAME_TEXTS; i++) {
        kept->text[i] = strcpy(at, texts[i]);
        at += strlen(at) + 1;
    }
    return OK;
}

static bool agree(const Kept *kept, const char *const *texts, int text)
{
    return strcmp(kept->text[text], texts[text]) == 0;
}

Err verify_same_next(VerifySame *same, const SameFound **out)
{
    const char *const *one;
    for (*out = NULL;;) {
        TRY(spool_next(same->reading, &one));
        if (!one && same->reading == same->source)
            return OK;
        if (!one) {
            same->reading = same->source;
            same->any = false;
            continue;
        }
        bool again = same->any && agree(&same->first, one, SAME_digest), bytes = same->reading == same->bytes;
        bool told = again && !bytes && agree(&same->last, one, SAME_sha256); /* that its bytes are */
        same->any = true;
        if (!again)
            TRY(keep(same, &same->first, one));
        TRY(keep(same, &same->last, one));
        if (!again || told || agree(&same->first, one, SAME_key))
            continue;
        const Kept *first = &same->first;
        same->found = (SameFound){.zip = one[SAME_zip], .file = one[SAME_file], .id = one[SAME_id],
                                  .first_zip = first->text[SAME_zip], .first_file = first->text[SAME_file], .bytes = bytes,
                                  .accepted = bytes && first->text[SAME_accepted][0] && one[SAME_accepted][0]};
        *out = &same->found;
        return OK;
    }
}
