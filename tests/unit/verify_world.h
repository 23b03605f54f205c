/* SPDX-License-Identifier: MIT */
/* What verify_package says of a package, for its tests. */
#ifndef VERIFY_WORLD_H
#define VERIFY_WORLD_H

#include "package_world.h"
#include "../../pipeline/plain.h"
#include "../../stages/verify.h"

enum { COMPLAINTS_MAX = 32 };

typedef struct Complaint {
    char kind[16], file[128], reason[256];
} Complaint;

typedef struct Complaints {
    Complaint list[COMPLAINTS_MAX];
    int count, parts;
    size_t rows, zips; /* of all parts */
    size_t longest;    /* reason */
    bool ended;        /* the last part was told */
} Complaints;

static inline Err on_problem(void *user, const char *kind, const char *file, const char *reason, const char *id)
{
    Complaints *all = user;
    assert_true(!id || strlen(id) >= 6); /* the least that a row here has */
    for (const char *next = reason; *next;) /* nothing is cut within a letter */
        assert_int_not_equal(plain_next(&next), PLAIN_NO_LETTER);
    all->longest = strlen(reason) > all->longest ? strlen(reason) : all->longest;
    assert_true(all->count < COMPLAINTS_MAX);
    Complaint *one = &all->list[all->count++];
    snprintf(one->kind, sizeof one->kind, "%s", kind);
    snprintf(one->file, sizeof one->file, "%s", file);
    snprintf(one->reason, sizeof one->reason, "%s", reason);
    return OK;
}

static inline Err on_part(void *user, const VerifyPart *part)
{
    Complaints *all = user;
    assert_false(all->ended);
    all->ended = part->last;
    all->parts++;
    all->rows += part->row_count;
    all->zips += part->zip_count;
    return OK;
}

static inline VerifyAsk ask_of(const World *world, const char *path, Complaints *all)
{
    return (VerifyAsk){.path = path, .folder = world->out, .problem = on_problem, .part = on_part, .user = all};
}

static Verified verified; /* of verify_at */

static inline void verify_at(World *world, const char *path, Complaints *out)
{
    *out = (Complaints){0};
    VerifyAsk ask = ask_of(world, path, out);
    Err err = verify_package(world->arena, &ask, &verified);
    if (err.code)
        print_message("%s\n", err.text);
    assert_int_equal(err.code, ERR_NONE);
    assert_int_equal(verified.problems, out->count);
    assert_true(out->ended || !out->parts);
}

static inline bool complains(const Complaints *all, const char *kind, const char *file, const char *reason)
{
    for (int i = 0; i < all->count; i++)
        if (strcmp(all->list[i].kind, kind) == 0 && strcmp(all->list[i].file, file) == 0 &&
            strstr(all->list[i].reason, reason))
            return true;
    return false;
}

static inline void show(const Complaints *all)
{
    for (int i = 0; i < all->count; i++)
        print_message("  %s: %s: %s\n", all->list[i].kind, all->list[i].file, all->list[i].reason);
}

/* As if whoever did it had also made SHA256SUMS anew. */
static inline void sum_again(World *world)
{
    char command[256];
    snprintf(command, sizeof command, "cd '%s/package' && sha256sum *.zip manifest.csv > SHA256SUMS",
             world->out);
    assert_int_equal(system(command), 0);
}

#endif
