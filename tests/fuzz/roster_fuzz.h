/* SPDX-License-Identifier: MIT */
/* What holds of any file read as a roster: an error that names it, or persons that hold together. */
#ifndef ROSTER_FUZZ_H
#define ROSTER_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../../pipeline/roster.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* An empty file without a name; the caller closes it. */
static inline int roster_fuzz_file(char path[64])
{
    char name[] = "/tmp/headroom-fuzz-XXXXXX";
    int fd = mkstemp(name);
    must(fd >= 0 && unlink(name) == 0);
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

static void roster_fuzz_check(const char *path)
{
    Arena *arena = arena_create(1 << 22);
    must(arena != NULL);
    Roster roster;
    Err err = roster_load(arena, &(RosterAsk){.path = path}, &roster);
    must(!err.code || err.code == ERR_MEMORY || (err.code == ERR_USAGE && strstr(err.text, path)));
    must(err.code || (roster.count > 0 && roster.count <= roster.rows && strlen(roster.hash) == 16));
    for (size_t i = 0; !err.code && i < roster.count; i++) {
        const Person *person = &roster.list[i];
        must(*person->id.text && person->rows >= 1 && roster_find(&roster, person->key) == person);
    }
    arena_destroy(arena);
}

#endif
