/* SPDX-License-Identifier: MIT */
/* Results travel as packets, "VERDICT\nLINE\n", each whole or not at all; one command at a time. */
#define _GNU_SOURCE /* memfd_create */
#include "hook.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PACKET_BYTES = 64 << 10, ROOM_BYTES = 4 << 20 };

static void run_command(const char *command, char *packet, size_t bytes)
{
    char *line = bytes ? memchr(packet, '\n', bytes) : NULL;
    int input = memfd_create("result", MFD_CLOEXEC);
    if (!line || input < 0 || strspn(packet, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != (size_t)(line - packet)) {
        if (input >= 0)
            close(input);
        return; /* the sender may have been taken over by a photo: no other word gets out this way */
    }
    *line++ = '\0';
    size_t length = bytes - (size_t)(line - packet);
    bool ready = write(input, line, length) == (ssize_t)length && lseek(input, 0, SEEK_SET) == 0;
    pid_t child = ready ? fork() : -1;
    if (child == 0) {
        dup2(input, STDIN_FILENO);
        setenv("HEADROOM_VERDICT", packet, 1);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(input);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* Lives until the run closes its end, also by dying. A terminal's Ctrl-C ends the run, not the results
 * that are still on their way. */
static void serve(int fd, const char *command)
{
    static char packet[PACKET_BYTES];
    signal(SIGINT, SIG_IGN);
    for (;;) {
        ssize_t got = read(fd, packet, sizeof packet);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            _exit(0);
        run_command(command, packet, (size_t)got);
    }
}

Err hook_open(Arena *arena, const char *command, Hook *out)
{
    int ends[2], room = ROOM_BYTES;
    *out = (Hook){.fd = -1, .process = -1};
    if (!command)
        return OK;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
        return fail(arena, ERR_IO, "cannot start '%s': %m", command);
    setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room); /* what the kernel allows of it */
    out->process = fork();
    if (out->process == 0) {
        close(ends[0]);
        serve(ends[1], command);
    }
    close(ends[1]);
    out->fd = ends[0];
    if (out->process < 0)
        return fail(arena, ERR_IO, "cannot start '%s': %m", command);
    fcntl(out->fd, F_SETFL, O_NONBLOCK);
    return OK;
}

bool hook_send(const Hook *hook, const char *verdict, const char *line)
{
    char packet[PACKET_BYTES];
    if (hook->fd < 0)
        return true;
    int length = snprintf(packet, sizeof packet, "%s\n%s\n", verdict, line);
    return length > 0 && (size_t)length < sizeof packet &&
           write(hook->fd, packet, (size_t)length) == length;
}

void hook_close(Hook *hook)
{
    if (hook->fd < 0)
        return;
    close(hook->fd);
    while (waitpid(hook->process, NULL, 0) < 0 && errno == EINTR)
        ;
    *hook = (Hook){.fd = -1, .process = -1};
}
