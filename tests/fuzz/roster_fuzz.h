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

/* From a file without a name. */
static inline void roster_fuzz_bytes(const uint8_t *data, size_t size)
{
    char name[] = "/tmp/headroom-fuzz-XXXXXX", path[64];
    int fd = mkstemp(name);
    must(fd >= 0 && unlink(name) == 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    roster_fuzz_check(path);
    close(fd);
}

#endif
