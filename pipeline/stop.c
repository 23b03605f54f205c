/* SPDX-License-Identifier: MIT */
#include "stop.h"
#include <signal.h>
#include <stddef.h>

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
static volatile sig_atomic_t asked;

/* The next one, of either number, finds nobody who would wait. */
static void on_first(int number)
{
    (void)number;
    asked = 1;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaction(numbers[i], &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
}

void stop_begin(void)
{
    asked = 0;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction now;
        if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaction(numbers[i], &(struct sigaction){.sa_handler = on_first, .sa_flags = SA_RESTART}, NULL);
    }
}

bool stop_asked(void *unused)
{
    (void)unused;
    return asked;
}
