/* SPDX-License-Identifier: MIT */
/* Any bytes as a roster (CSV first of all): an error with the file's name, or persons that hold together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "../../pipeline/roster.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("roster", MFD_CLOEXEC);
    Arena *arena = arena_create(1 << 22);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    must(arena && write(fd, data, size) == (ssize_t)size);
    Roster roster;
    Err err = roster_load(arena, &(RosterAsk){.path = path}, &roster);
    must(!err.code || err.code == ERR_MEMORY || (err.code == ERR_USAGE && strstr(err.text, path)));
    must(err.code || (roster.count > 0 && roster.count <= roster.rows && strlen(roster.hash) == 16));
    for (size_t i = 0; !err.code && i < roster.count; i++) {
        const Person *person = &roster.list[i];
        must(*person->id.text && person->rows >= 1 && roster_find(&roster, person->key) == person);
    }
    arena_destroy(arena);
    close(fd);
    return 0;
}
