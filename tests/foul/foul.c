/* SPDX-License-Identifier: MIT */
/* A decoder with a hole, for LD_PRELOAD: a JPEG that holds "FOUL:SIGSEGV" (or another crash) dies by
 * that signal when it is about to be decoded; one with "FOUL:TRY" tries what a sandbox refuses and says
 * on stderr what became of it: a name and an errno, 0 where it succeeded; one with "FOUL:MEMORY" has no memory
 * the first FOUL_TIMES times of a process. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <jpeglib.h>
#include <jerror.h>

static const struct {
    const char *mark;
    int signal;
} crashes[] = {
    {"FOUL:SIGSEGV", SIGSEGV}, {"FOUL:SIGBUS", SIGBUS}, {"FOUL:SIGABRT", SIGABRT},
    {"FOUL:SIGFPE", SIGFPE},   {"FOUL:SIGILL", SIGILL},
};

typedef void MemSrc(j_decompress_ptr info, const unsigned char *data, unsigned long bytes);

static void tell(const char *name, long answer)
{
    char text[64];
    int length = snprintf(text, sizeof text, "TRIED %s %d\n", name, answer < 0 ? errno : 0);
    if (write(STDERR_FILENO, text, (size_t)length) < 0)
        abort();
}

/* A file that may be read: its mode, its time, by name and by descriptor. */
static void try_attributes(const char *photo)
{
    const struct timespec now[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};
    int fd = open(photo, O_RDONLY);
    tell("chmod", chmod(photo, 0644));
    tell("fchmod", fchmod(fd, 0644));
    tell("fchown", fchown(fd, geteuid(), getegid()));
    tell("utime", utimensat(AT_FDCWD, photo, now, 0));
    tell("futime", futimens(fd, now));
    close(fd);
}

/* FOUL_OUTSIDE, FOUL_INSIDE: files to make; FOUL_SECRET: one to read; FOUL_PHOTO: one that may be. */
static void try_all(void)
{
    const char *outside = getenv("FOUL_OUTSIDE"), *inside = getenv("FOUL_INSIDE");
    const char *secret = getenv("FOUL_SECRET");
    char *const nothing[] = {NULL};
    tell("socket", socket(AF_INET, SOCK_STREAM, 0));
    tell("unix_socket", socket(AF_UNIX, SOCK_STREAM, 0));
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    tell("fork", child);
    tell("execve", execve("/nowhere", nothing, nothing)); /* ENOENT where it is allowed */
    tell("ptrace", ptrace(PTRACE_PEEKUSER, getppid(), NULL, NULL)); /* ESRCH where allowed */
    tell("kill", kill(getppid(), 0));
    if (getenv("FOUL_PHOTO"))
        try_attributes(getenv("FOUL_PHOTO"));
    if (outside)
        tell("outside", open(outside, O_WRONLY | O_CREAT, 0600));
    if (inside)
        tell("inside", open(inside, O_WRONLY | O_CREAT, 0600));
    if (secret)
        tell("secret", open(secret, O_RDONLY));
}

void jpeg_mem_src(j_decompress_ptr info, const unsigned char *data, unsigned long bytes)
{
    MemSrc *next;
    *(void **)&next = dlsym(RTLD_NEXT, "jpeg_mem_src");
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        if (memmem(data, bytes, crashes[i].mark, strlen(crashes[i].mark)))
            raise(crashes[i].signal);
    if (memmem(data, bytes, "FOUL:TRY", strlen("FOUL:TRY")))
        try_all();
    static int failed;
    const char *times = getenv("FOUL_TIMES");
    if (times && failed < atoi(times) && memmem(data, bytes, "FOUL:MEMORY", strlen("FOUL:MEMORY"))) {
        failed++;
        info->err->msg_code = JERR_OUT_OF_MEMORY;
        info->err->error_exit((j_common_ptr)info);
    }
    next(info, data, bytes);
}
