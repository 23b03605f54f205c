/* SPDX-License-Identifier: MIT */
/* Events tell that something happened, never that it is finished: the kernel grants a read lease on a
 * file only while nobody has it open for writing, and that is asked for. */
#define _GNU_SOURCE /* F_SETLEASE */
#include "arrivals.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>
#include "watch.h"

enum { FOLDERS_MAX = 4096 };
static const int64_t QUIET_NS = 1000000000;

typedef struct Folder {
    uv_fs_event_t event;
    char *path;
} Folder;

struct Arrivals {
    Arena *arena;
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t signals[2];
    Folder *folders[FOLDERS_MAX];
    size_t count;
    bool stopping, timed_out, happened;
};

static void on_event(uv_fs_event_t *event, const char *name, int events, int status)
{
    (void)name, (void)events, (void)status; /* the listing looks for itself */
    ((Arrivals *)event->data)->happened = true;
}

static void on_timer(uv_timer_t *timer)
{
    ((Arrivals *)timer->data)->timed_out = true;
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    ((Arrivals *)handle->data)->stopping = true;
}

Err arrivals_open(Arena *arena, bool guarded, Arrivals **out)
{
    const int numbers[] = {guarded ? WATCH_INT : SIGINT, guarded ? WATCH_TERM : SIGTERM};
    Arrivals *made = ARENA_NEW(arena, Arrivals);
    *out = NULL;
    int code = made ? uv_loop_init(&made->loop) : UV_ENOMEM;
    if (code)
        return fail(arena, ERR_MEMORY, "cannot start the loop: %s", uv_strerror(code));
    made->arena = arena;
    made->timer.data = made;
    uv_timer_init(&made->loop, &made->timer);
    for (int i = 0; i < 2; i++) {
        uv_signal_init(&made->loop, &made->signals[i]);
        made->signals[i].data = made;
        uv_signal_start(&made->signals[i], on_signal, numbers[i]);
    }
    signal(SIGIO, SIG_IGN); /* sent when somebody opens a file just while its lease is asked for */
    *out = made;
    return OK;
}

void arrivals_close(Arrivals *arrivals)
{
    if (!arrivals)
        return;
    uv_close((uv_handle_t *)&arrivals->timer, NULL);
    for (int i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&arrivals->signals[i], NULL);
    for (size_t i = 0; i < arrivals->count; i++)
        uv_close((uv_handle_t *)&arrivals->folders[i]->event, NULL);
    uv_run(&arrivals->loop, UV_RUN_DEFAULT);
    uv_loop_close(&arrivals->loop);
}

Err arrivals_follow(Arrivals *arrivals, const char *path)
{
    for (size_t i = arrivals->count; i > 0; i--) /* mostly the latest one */
        if (strcmp(arrivals->folders[i - 1]->path, path) == 0)
            return OK;
    if (arrivals->count == FOLDERS_MAX)
        return OK;
    Folder *folder = ARENA_NEW(arrivals->arena, Folder);
    if (folder)
        folder->path = arena_copy(arrivals->arena, path);
    if (!folder || !folder->path)
        return fail(arrivals->arena, ERR_MEMORY, "no memory to follow folders");
    folder->event.data = arrivals;
    uv_fs_event_init(&arrivals->loop, &folder->event);
    int code = uv_fs_event_start(&folder->event, on_event, path, 0);
    (void)code; /* a full table of the kernel, or no folder: looking now and then finds it all the same */
    arrivals->folders[arrivals->count++] = folder;
    return OK;
}

Err arrivals_follow_listed(Arrivals *arrivals, const Listing *listing)
{
    char folder[PATH_MAX], last[PATH_MAX] = "";
    for (size_t i = 0; i < listing->count; i++) {
        const char *path = listing->files[i].path, *slash = strrchr(path, '/');
        if (listing->files[i].entry || !slash || slash == path)
            continue;
        size_t length = (size_t)(slash - path);
        memcpy(folder, path, length);
        folder[length] = '\0';
        if (strcmp(folder, last) != 0)
            TRY(arrivals_follow(arrivals, folder));
        memcpy(last, folder, length + 1);
    }
    return OK;
}

bool arrivals_wait(Arrivals *arrivals, unsigned limit_ms)
{
    arrivals->timed_out = arrivals->happened = false;
    uv_update_time(&arrivals->loop);
    /* Repeating: a timer that is due when the loop begins is gone when it begins to wait. */
    uv_timer_start(&arrivals->timer, on_timer, limit_ms, limit_ms ? limit_ms : 1);
    while (!arrivals->timed_out && !arrivals->happened && !arrivals->stopping)
        uv_run(&arrivals->loop, UV_RUN_ONCE);
    uv_timer_stop(&arrivals->timer);
    return !arrivals->stopping;
}

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool is_quiet(const Stamp *stamp)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t at = now.tv_sec * 1000000000LL + now.tv_nsec;
    int64_t changed = stamp->mtime_ns > stamp->ctime_ns ? stamp->mtime_ns : stamp->ctime_ns;
    return at - changed > QUIET_NS || changed - at > QUIET_NS; /* a clock that is ahead tells nothing */
}

bool arrivals_is_settled(const Listed *file)
{
    if (file->entry)
        return true;
    CLEANUP(close_fd) int fd = open(file->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return is_quiet(&file->stamp);
    if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
        fcntl(fd, F_SETLEASE, F_UNLCK);
        return true;
    }
    return errno != EAGAIN && is_quiet(&file->stamp);
}
