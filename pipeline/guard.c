/* SPDX-License-Identifier: MIT */
/* Forks the run, passes signals on, and waits. A crash costs what was not committed; the journal tells
 * the next child what is done, `watch` whom to suspect. Every crash makes a new suspect or a new
 * quarantined photo, else the run is given up; and there is a last one. */
#define _GNU_SOURCE /* memfd_create */
#include "guard.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "listing_lines.h"
#include "say.h"

enum { CRASHES_MAX = 100, SIGNAL_EXIT = 128 };

typedef struct Guard {
    const Cli *cli;
    Watch *watch;
    sigset_t caught, before; /* before: the mask that was there */
    off_t list_at;           /* where --files-from - begins; -1: stdin is not read again */
    int crashes;
    int stop; /* SIGINT, SIGTERM or SIGHUP, passed on; 0: none */
} Guard;

static bool write_all(int fd, const char *bytes, size_t count)
{
    for (size_t at = 0; at < count;) {
        ssize_t put = write(fd, bytes + at, count - at);
        if (put < 0 && errno != EINTR)
            return false;
        at += put > 0 ? (size_t)put : 0;
    }
    return true;
}

/* Whole, or more than a list may have, or false and errno: a list that is cut short would pass for one. */
static bool keep_stdin(int kept)
{
    char bytes[1 << 16];
    for (size_t all = 0; all <= LIST_BYTES_MAX;) {
        ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        if (!write_all(kept, bytes, (size_t)got))
            return false;
        all += (size_t)got;
    }
    return true;
}

/* A list on stdin is needed again by the next child: what cannot be wound back is kept in memory. */
static Err keep_list(Arena *arena, Guard *guard)
{
    guard->list_at = -1;
    if (!guard->cli->files_from || strcmp(guard->cli->files_from, "-") != 0)
        return OK;
    guard->list_at = lseek(STDIN_FILENO, 0, SEEK_CUR);
    if (guard->list_at >= 0)
        return OK;
    int kept = memfd_create("list", MFD_CLOEXEC);
    if (kept < 0 || !keep_stdin(kept) || dup2(kept, STDIN_FILENO) < 0)
        return fail(arena, ERR_IO, "cannot read '%s': %m", guard->cli->files_from);
    close(kept);
    guard->list_at = 0;
    return OK;
}

static bool is_ignored(int number)
{
    struct sigaction now;
    return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static void catch_signals(Guard *guard)
{
    sigemptyset(&guard->caught);
    sigaddset(&guard->caught, SIGINT);
    sigaddset(&guard->caught, SIGTERM);
    sigaddset(&guard->caught, SIGCHLD);
    signal(SIGCHLD, SIG_DFL); /* ignored, as by some callers, children could not be waited for */
    if (!is_ignored(SIGHUP)) /* nohup: it goes on when the terminal closes */
        sigaddset(&guard->caught, SIGHUP);
    sigprocmask(SIG_BLOCK, &guard->caught, &guard->before);
}

static void passed_on(sigset_t *out)
{
    sigemptyset(out);
    sigaddset(out, WATCH_INT);
    sigaddset(out, WATCH_TERM);
}

/* The child hears of SIGINT, SIGTERM and SIGHUP from the supervisor alone. What ignored them goes on so until
 * the belt listens. */
static void begin_child(const Guard *guard, pid_t supervisor)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != supervisor)
        _exit(EXIT_UNFINISHED);
    signal(WATCH_INT, signal(SIGINT, SIG_IGN) == SIG_IGN ? SIG_IGN : SIG_DFL);
    signal(WATCH_TERM, signal(SIGTERM, SIG_IGN) == SIG_IGN ? SIG_IGN : SIG_DFL);
    signal(SIGHUP, SIG_IGN);
    sigprocmask(SIG_SETMASK, &guard->before, NULL);
    sigset_t passed;
    passed_on(&passed);
    sigprocmask(SIG_UNBLOCK, &passed, NULL); /* whatever the caller blocks */
}

/* Below the progress. */
static void clear_line(void)
{
    if (isatty(STDERR_FILENO))
        putc('\n', stderr);
}

static pid_t start(const Guard *guard)
{
    sigset_t passed, mask;
    pid_t supervisor = getpid();
    if (guard->list_at >= 0)
        lseek(STDIN_FILENO, guard->list_at, SEEK_SET);
    passed_on(&passed); /* nothing is, before the child is ready for it */
    sigprocmask(SIG_BLOCK, &passed, &mask);
    pid_t child = fork();
    if (child == 0)
        begin_child(guard, supervisor);
    else
        sigprocmask(SIG_SETMASK, &mask, NULL);
    return child;
}

static int wait_for(Guard *guard, pid_t child)
{
    int status = EXIT_UNFINISHED << 8; /* where nobody knows how it ended */
    siginfo_t info;
    while (waitpid(child, &status, WNOHANG) == 0) {
        int number = sigwaitinfo(&guard->caught, &info);
        if (number != SIGINT && number != SIGTERM && (number != SIGHUP || guard->stop)) /* kernel and shell both tell of a closed terminal */
            continue;
        guard->stop = number;
        kill(child, number == SIGINT ? WATCH_INT : WATCH_TERM);
    }
    return status;
}

/* Ends as the child did. Where it was not at the photos, what was passed on has ended it at once. */
static int end_like(const Guard *guard, int status)
{
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    int number = WTERMSIG(status);
    if (guard->stop && (number == WATCH_INT || number == WATCH_TERM)) {
        clear_line();
        if (guard->cli->out) /* else nothing is kept to go on with */
            say_message(guard->cli, MESSAGE_resume_how);
        return EXIT_INTERRUPTED;
    }
    signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &guard->before, NULL);
    kill(getpid(), number);
    return SIGNAL_EXIT + number;
}

/* False: the run is given up. */
static bool goes_on(Guard *guard, int number)
{
    const Cli *cli = guard->cli;
    const char *name = watch_crash_name(number);
    Blame blame;
    watch_blame(guard->watch, number, &blame);
    clear_line();
    if (guard->stop || !blame.at_work || ++guard->crashes >= CRASHES_MAX) {
        say_message(cli, MESSAGE_crash_last, name, guard->crashes);
        return false;
    }
    if (blame.quarantined)
        say_message(cli, MESSAGE_crash_quarantine, name, blame.path);
    else
        say_message(cli, MESSAGE_crash_again, name, blame.at_work);
    return true;
}

Err guard_stand(Arena *arena, const Cli *cli, Watch **watch, bool *ended, int *exit_code)
{
    Guard guard = {.cli = cli, .watch = watch_create()};
    *watch = guard.watch;
    *ended = false;
    if (!guard.watch)
        return OK;
    TRY(keep_list(arena, &guard));
    catch_signals(&guard);
    for (;;) {
        pid_t child = start(&guard);
        if (child == 0)
            return OK;
        if (child < 0 && !guard.crashes) { /* without a supervisor, then */
            sigprocmask(SIG_SETMASK, &guard.before, NULL);
            *watch = NULL;
            return OK;
        }
        if (child < 0)
            return fail(arena, ERR_IO, "cannot start again after a crash: %m");
        int status = wait_for(&guard, child);
        *exit_code = guard.stop ? EXIT_INTERRUPTED : EXIT_UNFINISHED;
        bool crashed = WIFSIGNALED(status) && watch_crash_name(WTERMSIG(status));
        if (!crashed)
            *exit_code = end_like(&guard, status);
        *ended = !crashed || !goes_on(&guard, WTERMSIG(status));
        if (*ended)
            return OK;
    }
}
