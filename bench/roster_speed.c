/* SPDX-License-Identifier: MIT */
/* Reads rosters and says how long it took: roster_speed FILE... */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include "../pipeline/roster.h"

static double now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        Arena *arena = arena_create((size_t)1 << 30);
        Roster roster;
        double start = now_ms();
        Err err = roster_load(arena, &(RosterAsk){.path = argv[i]}, &roster);
        double took = now_ms() - start;
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        if (err.code)
            fprintf(stderr, "%s\n", err.text);
        else
            printf("%s: %zu persons of %zu rows, %s, hash %s, %.0f ms wall, %.0f ms cpu, peak %ld KiB\n",
                   argv[i], roster.count, roster.rows, roster.note, roster.hash, took,
                   (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
                       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3,
                   usage.ru_maxrss);
        arena_destroy(arena);
        if (err.code)
            return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
