/* SPDX-License-Identifier: MIT */
/* Events tell that something happened, never that it is finished: the kernel grants a read lease on a
 * file only while nobody has it open for writing, and that is asked for. */
#define _GNU_SOURCE /* F_SETLEASE */
#include "arrivals.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <glib.h>
#include <uv.h>
#include "watch.h"

enum { FOLDERS_MAX = 4096 };
static const int64_t QUIET_NS = 1000000000;

typedef struct Folder {
    uv_fs_event_t event;
    Arrivals *arrivals;
    char *path;
    ino_t inode;
    dev_t device;
    bool followed;
} Folder;

struct Arrivals {
    Arena *arena;
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t signals[2];
    Folder *folders[FOLDERS_MAX];
    size_t count;
    GHashTable *by_path; /* to the same Folders */
    bool stopping, timed_out, happened;
};

/* The listing looks for itself. What bears the folder's own name may be its end: another one of that name may have the
 * same inode. */
static void on_event(uv_fs_event_t *event, const char *name, int events, int status)
{
    (void)events;
    Folder *folder = event->data;
    const char *end = strrchr(folder->path, '/');
    folder->arrivals->happened = true;
    if (status || !name || strcmp(name, end ? end + 1 : folder->path) == 0)
        folder->followed = false;
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
    made->by_path = g_hash_table_new(g_str_hash, g_str_equal);
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
    g_hash_table_destroy(arrivals->by_path);
}

static Err add_folder(Arrivals *arrivals, const char *path, Folder **out)
{
    Folder *folder = *out = ARENA_NEW(arrivals->arena, Folder);
    if (folder)
        folder->path = arena_copy(arrivals->arena, path);
    if (!folder || !folder->path)
        return fail(arrivals->arena, ERR_MEMORY, "no memory to follow folders");
    uv_fs_event_init(&arrivals->loop, &folder->event);
    folder->event.data = folder;
    folder->arrivals = arrivals;
    arrivals->folders[arrivals->count++] = folder;
    g_hash_table_insert(arrivals->by_path, folder->path, folder);
    return OK;
}

Err arrivals_follow(void *user, const char *path)
{
    Arrivals *arrivals = user;
    struct stat info;
    Folder *folder = g_hash_table_lookup(arrivals->by_path, path);
    if (stat(path, &info) || (folder && folder->followed && folder->inode == info.st_ino && folder->device == info.st_dev))
        return OK;
    if (!folder && arrivals->count == FOLDERS_MAX)
        return OK;
    if (!folder)
        TRY(add_folder(arrivals, path, &folder));
    folder->inode = info.st_ino;
    folder->device = info.st_dev;
    uv_fs_event_stop(&folder->event); /* what was there before */
    /* If not, for a full table of the kernel: looking now and then finds it all the same. */
    folder->followed = uv_fs_event_start(&folder->event, on_event, path, 0) == 0;
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
