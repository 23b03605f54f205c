/* SPDX-License-Identifier: MIT */
/* Loaded by LD_PRELOAD: the system calls on files under one folder are counted, and one of them
 * fails, is the last one of the process, or does only half of its work. A seccomp filter raises
 * SIGSYS for them, so that what libc, SQLite and libzip write in their own ways is seen as well;
 * the handler does the call itself, marked by MAGIC in a sixth argument, which lets it through the
 * filter.
 *
 *   HEADROOM_INJECT_DIR   the folder, absolute and without links
 *   HEADROOM_INJECT_WHAT  kill: SIGKILL before a call that changes something; half: after half a write;
 *                         lose: kill, what was written and not fsynced is cut off, and renames whose folder was
 *                         not fsynced are undone; short: half of a read or write; EIO, ENOSPC, EINTR,
 *                         EMFILE: that error; stat: EIO where a file is only looked at
 *   HEADROOM_INJECT_AT    N: the Nth call that WHAT can hit, from 1; N+: that one and all later ones
 *   HEADROOM_INJECT_LOG   a file: one line for each call that WHAT could have hit; lose says how many
 *                         renames it undid
 *
 * Counted is by what WHAT can hit, so a first run without AT says by its log how many there are. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>
#include "unsynced.h"

enum { READS = 1, WRITES = 2, CHANGES = 4, OPENS = 8, STATS = 16, LISTS = 32 };
enum { PATH_0, PATH_1, AT_0, AT_2, FD_0 }; /* where a call names its file */

typedef struct Call {
    int number, names, kinds;
    const char *name;
} Call;

// clang-format off
static const Call calls[] = {
    {SYS_read,      FD_0,   READS,            "read"},
    {SYS_pread64,   FD_0,   READS,            "pread"},
    {SYS_write,     FD_0,   WRITES | CHANGES, "write"},
    {SYS_pwrite64,  FD_0,   WRITES | CHANGES, "pwrite"},
    {SYS_writev,    FD_0,   WRITES | CHANGES, "writev"},
    {SYS_fsync,     FD_0,   CHANGES,          "fsync"},
    {SYS_fdatasync, FD_0,   CHANGES,          "fdatasync"},
    {SYS_syncfs,    FD_0,   CHANGES,          "syncfs"},
    {SYS_ftruncate, FD_0,   CHANGES,          "ftruncate"},
    {SYS_fallocate, FD_0,   CHANGES,          "fallocate"},
    {SYS_fchmod,    FD_0,   CHANGES,          "fchmod"},
    {SYS_getdents64, FD_0,  LISTS,            "getdents"},
    {SYS_newfstatat, AT_0,  STATS,            "newfstatat"},
    {SYS_openat,    AT_0,   OPENS,            "openat"},
    {SYS_mkdirat,   AT_0,   CHANGES,          "mkdirat"},
    {SYS_unlinkat,  AT_0,   CHANGES,          "unlinkat"},
    {SYS_renameat2, AT_2,   CHANGES,          "renameat2"},
    {SYS_linkat,    AT_2,   CHANGES,          "linkat"},
#ifdef SYS_renameat
    {SYS_renameat,  AT_2,   CHANGES,          "renameat"},
#endif
#ifdef SYS_open
    {SYS_open,      PATH_0, OPENS,            "open"},
    {SYS_creat,     PATH_0, OPENS | CHANGES,  "creat"},
    {SYS_mkdir,     PATH_0, CHANGES,          "mkdir"},
    {SYS_unlink,    PATH_0, CHANGES,          "unlink"},
    {SYS_rename,    PATH_1, CHANGES,          "rename"},
    {SYS_link,      PATH_1, CHANGES,          "link"},
#endif
};
static const struct { const char *name; int error, kinds; } whats[] = {
    {"kill",   0,      CHANGES},
    {"half",   0,      CHANGES},
    {"lose",   0,      CHANGES},
    {"short",  0,      READS | WRITES},
    {"EIO",    EIO,    READS | WRITES | CHANGES | OPENS | LISTS},
    {"stat",   EIO,    STATS},
    {"ENOSPC", ENOSPC, CHANGES},
    {"EINTR",  EINTR,  READS | WRITES | OPENS},
    {"EMFILE", EMFILE, OPENS},
};
// clang-format on
enum { CALLS = sizeof calls / sizeof *calls, WHATS = sizeof whats / sizeof *whats };

static struct {
    char folder[PATH_MAX];
    size_t folder_length;
    int what, log;
    long at;
    bool and_later;
    atomic_long count;
    atomic_flag busy; /* guards what unsynced.h remembers */
} inject = {.log = -1, .busy = ATOMIC_FLAG_INIT};

/* As the kernel answers: -errno for an error. */
static long pass(long number, const long a[5])
{
    long answer = syscall(number, a[0], a[1], a[2], a[3], a[4], MAGIC);
    return answer == -1 ? -errno : answer;
}

static void path_of_fd(int fd, char out[PATH_MAX])
{
    char link[40];
    snprintf(link, sizeof link, fd == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, out, PATH_MAX - 1);
    out[length < 0 ? 0 : length] = '\0';
}

static void path_at(int fd, const char *name, char out[PATH_MAX])
{
    size_t length = 0;
    if (name[0] != '/') {
        path_of_fd(fd, out);
        length = strlen(out);
        if (length < PATH_MAX - 1)
            out[length++] = '/';
    }
    snprintf(out + length, PATH_MAX - length, "%s", name);
}

static void path_of_call(const Call *call, const long a[5], char out[PATH_MAX])
{
    switch (call->names) {
    case FD_0:
        path_of_fd((int)a[0], out);
        break;
    case AT_0:
        path_at((int)a[0], (const char *)a[1], out);
        break;
    case AT_2:
        path_at((int)a[2], (const char *)a[3], out);
        break;
    case PATH_0:
        path_at(AT_FDCWD, (const char *)a[0], out);
        break;
    case PATH_1:
        path_at(AT_FDCWD, (const char *)a[1], out);
        break;
    }
}

static bool is_inside(const char *path)
{
    return strncmp(path, inject.folder, inject.folder_length) == 0 &&
           (path[inject.folder_length] == '/' || !path[inject.folder_length]);
}

static int kinds_of(const Call *call, const long a[5])
{
    long flags = call->names == AT_0 ? a[2] : a[1];
    bool makes = call->kinds == OPENS && (flags & (O_CREAT | O_TRUNC));
    return call->kinds | (makes ? CHANGES : 0);
}

/* ---- what was not fsynced ---- */

static bool syncs(const Call *call)
{
    return call->number == SYS_fsync || call->number == SYS_fdatasync || call->number == SYS_syncfs;
}

static bool renames(const Call *call)
{
    return strncmp(call->name, "rename", 6) == 0;
}

static void lock(void)
{
    while (atomic_flag_test_and_set(&inject.busy))
        ;
}

static void note_before(const Call *call, const long a[5], const char *to)
{
    char from[PATH_MAX];
    lock();
    if (renames(call)) {
        path_at(call->names == PATH_1 ? AT_FDCWD : (int)a[0], (const char *)(call->names == PATH_1 ? a[0] : a[1]), from);
        unsynced_rename(from, to);
    } else if (call->names == FD_0 && (call->kinds & CHANGES) && !syncs(call)) {
        unsynced_write((int)a[0]);
    }
    atomic_flag_clear(&inject.busy);
}

static void note_after(const Call *call, const long a[5])
{
    lock();
    if (call->number == SYS_syncfs)
        unsynced_sync_all();
    else if (syncs(call))
        unsynced_sync((int)a[0]);
    else if (call->number == SYS_ftruncate)
        unsynced_truncate((int)a[0]);
    atomic_flag_clear(&inject.busy);
}

__attribute__((noreturn)) static void die(bool lose)
{
    lock();
    if (lose) {
        char line[32];
        int length = snprintf(line, sizeof line, "undone %d\n", unsynced_lose());
        if (inject.log >= 0)
            syscall(SYS_write, inject.log, line, (long)length, 0L, 0L, MAGIC);
    }
    for (;;)
        kill(getpid(), SIGKILL);
}

/* ---- the call ---- */

static long halve(const Call *call, const long a[5])
{
    long b[5] = {a[0], a[1], a[2], a[3], a[4]};
    if (call->number == SYS_writev)
        b[2] = b[2] > 1 ? b[2] / 2 : b[2];
    else if (call->kinds & (READS | WRITES))
        b[2] = b[2] > 1 ? b[2] / 2 : b[2];
    return pass(call->number, b);
}

static void write_log(long number, const Call *call, const char *path)
{
    char line[PATH_MAX + 64];
    int length =
        snprintf(line, sizeof line, "%ld %s %s\n", number, call->name, path + inject.folder_length);
    if (inject.log >= 0)
        syscall(SYS_write, inject.log, line, (long)length, 0L, 0L, MAGIC);
}

static long do_call(const Call *call, const long a[5])
{
    char path[PATH_MAX];
    int wanted = whats[inject.what].kinds;
    path_of_call(call, a, path);
    if (!is_inside(path) || (wanted && !(kinds_of(call, a) & wanted)))
        return pass(call->number, a);
    long number = atomic_fetch_add(&inject.count, 1) + 1;
    write_log(number, call, path);
    const char *what = whats[inject.what].name;
    bool lose = strcmp(what, "lose") == 0;
    if (number == inject.at || (inject.and_later && inject.at && number > inject.at)) {
        if (whats[inject.what].error)
            return -whats[inject.what].error;
        if (strcmp(what, "short") == 0)
            return halve(call, a);
        if (strcmp(what, "half") == 0)
            halve(call, a);
        die(lose);
    }
    if (lose)
        note_before(call, a, path);
    long answer = pass(call->number, a);
    if (lose && answer >= 0)
        note_after(call, a);
    return answer;
}

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define REGISTERS(context) ((context)->uc_mcontext.gregs)
static const int argument[] = {REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8};
enum { ANSWER = REG_RAX };
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#define REGISTERS(context) ((context)->uc_mcontext.regs)
static const int argument[] = {0, 1, 2, 3, 4};
enum { ANSWER = 0 };
#endif

static void on_call(int signal, siginfo_t *info, void *user)
{
    (void)signal;
    ucontext_t *context = user;
    int before = errno;
    long a[5], answer = -ENOSYS;
    for (int i = 0; i < 5; i++)
        a[i] = (long)REGISTERS(context)[argument[i]];
    for (int i = 0; i < CALLS; i++)
        if (calls[i].number == info->si_syscall)
            answer = do_call(&calls[i], a);
    REGISTERS(context)[ANSWER] = (__typeof__(REGISTERS(context)[ANSWER]))answer;
    errno = before;
}

/* libuv blocks every signal for moments; a blocked SIGSYS would end the process. */
int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
    sigset_t open;
    if (set) {
        open = *set;
        if (how != SIG_UNBLOCK)
            sigdelset(&open, SIGSYS);
    }
    return sigprocmask(how, set ? &open : NULL, old) ? errno : 0;
}

static bool install_filter(void)
{
    struct sock_filter code[8 + 2 * CALLS];
    unsigned short at = 0;
    const unsigned sixth = offsetof(struct seccomp_data, args[5]);
    code[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, sixth);
    code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)MAGIC, 0, 1);
    code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[at++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (int i = 0; i < CALLS; i++) {
        code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                                  (uint32_t)calls[i].number, 0, 1);
        code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
    }
    code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {.len = at, .filter = code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void refuse(const char *why)
{
    fprintf(stderr, "inject: %s\n", why);
    _exit(99);
}

__attribute__((constructor)) static void start(void)
{
    const char *folder = getenv("HEADROOM_INJECT_DIR"), *what = getenv("HEADROOM_INJECT_WHAT");
    const char *at = getenv("HEADROOM_INJECT_AT"), *log = getenv("HEADROOM_INJECT_LOG");
    struct sigaction action = {.sa_sigaction = on_call, .sa_flags = SA_SIGINFO | SA_NODEFER};
    if (!folder || !what)
        return;
    snprintf(inject.folder, sizeof inject.folder, "%s", folder);
    inject.folder_length = strlen(inject.folder);
    while (inject.what < WHATS && strcmp(what, whats[inject.what].name))
        inject.what++;
    if (inject.what == WHATS)
        refuse("no such HEADROOM_INJECT_WHAT");
    inject.at = at ? atol(at) : 0;
    inject.and_later = at && strchr(at, '+');
    if (log)
        inject.log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (sigaction(SIGSYS, &action, NULL) || !install_filter())
        refuse("no seccomp filter can be set here");
}
