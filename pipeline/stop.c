/* SPDX-License-Identifier: MIT */
#include "stop.h"
#include <signal.h>
#include <stddef.h>
#include <time.h>

/* Those that this process was not told to ignore. */
static void fill(sigset_t *set)
{
    static const int numbers[] = {SIGINT, SIGTERM};
    sigemptyset(set);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction now;
        if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(set, numbers[i]);
    }
}

void stop_begin(Stop *stop)
{
    sigset_t set;
    *stop = (Stop){0};
    fill(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

bool stop_asked(void *user)
{
    Stop *stop = user;
    sigset_t set;
    if (stop->asked)
        return true;
    fill(&set);
    stop->asked = sigtimedwait(&set, NULL, &(struct timespec){0}) > 0;
    if (stop->asked)
        sigprocmask(SIG_UNBLOCK, &set, NULL);
    return stop->asked;
}
