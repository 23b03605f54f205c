/* SPDX-License-Identifier: MIT */
/* For verify.c: what of a package can be told only when all of it has been read, sorted aside however much it is. */
#ifndef VERIFY_JOIN_H
#define VERIFY_JOIN_H

#include "../pipeline/spool.h"
#include "manifest.h"
#include "verify_same.h"

/* Rows of manifest.csv in a spool, by package and file. */
enum { ROW_package, ROW_file, ROW_KEYS, ROW_sha256 = ROW_KEYS, ROW_bytes, ROW_quality, ROW_id, ROW_name, ROW_group, ROW_decision, ROW_source_sha256, ROW_TEXTS };

typedef struct VerifyJoin VerifyJoin;

/* `folder`: where it may be sorted. Errors lie in `arena`. */
Err verify_join_open(Arena *arena, const char *folder, VerifyJoin **out);
void verify_join_close(VerifyJoin *join); /* NULL: nothing to do */

/* An entry whose bytes are not those of its row. */
Err verify_join_changed(VerifyJoin *join, const ManifestRow *row, const char *sha256);

/* A row whose entry is not there; an entry that has no row (`sha256` "" where its bytes cannot be read). */
Err verify_join_lost(VerifyJoin *join, const ManifestRow *row);
Err verify_join_stranger(VerifyJoin *join, const char *zip, const char *file, const char *sha256);

/* An entry with the bytes of its row, or without one, to be compared with all others. */
Err verify_join_same(VerifyJoin *join, const SameEntry *entry);

/* What each of them is: "changed", "swapped"; "renamed", "missing"; "extra"; "same-bytes", "same-source", "accepted". In this order,
 * each kind by ZIP and file. `tell` as VerifyAsk.problem. */
typedef struct VerifyTell {
    Err (*tell)(void *user, const char *kind, const char *const file[2], const char *reason, const char *id);
    void *user;
} VerifyTell;

/* `rows`: all of the manifest, once more from its first. */
Err verify_join_tell(VerifyJoin *join, Spool *rows, const VerifyTell *to);

#endif
