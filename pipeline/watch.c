/* SPDX-License-Identifier: MIT */
#include "watch.h"
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include "digest.h"
#include "paths.h"

enum { SUSPECTS_MAX = 1 << 15, CRASHES_BEFORE_QUARANTINE = 2, NAME_SIZE = 65 };

/* Named by path and stamp: other bytes under the path are another photo. */
typedef struct Seat {
    char name[NAME_SIZE]; /* "": nobody is at work */
    char path[256];       /* masked */
    bool opening;         /* its tools */
} Seat;

typedef struct Suspect {
    char name[NAME_SIZE];
    int crashes, signal;
} Suspect;

struct Watch {
    Seat seats[WATCH_SEATS];
    Suspect suspects[SUSPECTS_MAX];
    size_t count, printed;
};

typedef struct Crash {
    int signal;
    const char *name, *problem;
} Crash;

// clang-format off
static const Crash crashes[] = {
    {SIGSEGV, "SIGSEGV", "crashed a library twice (SIGSEGV)"},
    {SIGBUS,  "SIGBUS",  "crashed a library twice (SIGBUS)"},
    {SIGABRT, "SIGABRT", "crashed a library twice (SIGABRT)"},
    {SIGFPE,  "SIGFPE",  "crashed a library twice (SIGFPE)"},
    {SIGILL,  "SIGILL",  "crashed a library twice (SIGILL)"},
};
// clang-format on

static const Crash *crash_of(int signal)
{
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        if (crashes[i].signal == signal)
            return &crashes[i];
    return NULL;
}

const char *watch_crash_name(int signal)
{
    const Crash *crash = crash_of(signal);
    return crash ? crash->name : NULL;
}

/* Only pages that are used cost anything. */
Watch *watch_create(void)
{
    void *shared = mmap(NULL, sizeof(Watch), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return shared == MAP_FAILED ? NULL : shared;
}

static void name_file(const Listed *file, char out[NAME_SIZE])
{
    const Stamp *stamp = &file->stamp;
    char text[PATH_MAX + 96];
    int length = snprintf(text, sizeof text, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRIu64 " %s",
                          stamp->bytes, stamp->mtime_ns, stamp->ctime_ns, stamp->inode, file->key);
    digest_sha256(text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1, out);
}

static Suspect *find(const Watch *watch, const char *name)
{
    for (size_t i = 0; i < watch->count; i++)
        if (strcmp(watch->suspects[i].name, name) == 0)
            return (Suspect *)&watch->suspects[i];
    return NULL;
}

bool watch_suspects(const Watch *watch, const Listed *file)
{
    char name[NAME_SIZE];
    if (!watch || !watch->count)
        return false;
    name_file(file, name);
    const Suspect *suspect = find(watch, name);
    return suspect && suspect->crashes < CRASHES_BEFORE_QUARANTINE;
}

bool watch_begin(Watch *watch, size_t seat, const Listed *file, Task *task)
{
    char name[NAME_SIZE];
    if (!watch || seat >= WATCH_SEATS)
        return false;
    name_file(file, name);
    const Suspect *suspect = find(watch, name);
    if (suspect && suspect->crashes >= CRASHES_BEFORE_QUARANTINE) {
        task->problem = crash_of(suspect->signal)->problem;
        task->quarantined = true;
        return false;
    }
    path_mask(task->path, watch->seats[seat].path, sizeof watch->seats[seat].path);
    memcpy(watch->seats[seat].name, name, sizeof name);
    return suspect;
}

void watch_end(Watch *watch, size_t seat)
{
    if (watch && seat < WATCH_SEATS)
        watch->seats[seat].name[0] = '\0';
}

void watch_opening(Watch *watch, size_t seat, bool opening)
{
    if (watch && seat < WATCH_SEATS)
        watch->seats[seat].opening = opening;
}

size_t *watch_printed(Watch *watch)
{
    return watch ? &watch->printed : NULL;
}

void watch_blame(Watch *watch, int signal, Blame *out)
{
    *out = (Blame){0};
    for (size_t i = 0; i < WATCH_SEATS; i++) {
        Seat *seat = &watch->seats[i];
        bool opening = seat->opening;
        seat->opening = false;
        if (opening)
            seat->name[0] = '\0';
        if (!seat->name[0])
            continue;
        out->at_work++;
        Suspect *suspect = find(watch, seat->name);
        if (!suspect && watch->count < SUSPECTS_MAX) {
            suspect = &watch->suspects[watch->count++];
            memcpy(suspect->name, seat->name, sizeof suspect->name);
        }
        if (suspect) {
            suspect->signal = signal;
            out->quarantined = ++suspect->crashes >= CRASHES_BEFORE_QUARANTINE;
        }
        snprintf(out->path, sizeof out->path, "%s", seat->path);
        seat->name[0] = '\0';
    }
}
