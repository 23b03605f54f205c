/* SPDX-License-Identifier: MIT */
/* Landlock, by its plain system calls. */
#define _GNU_SOURCE /* O_PATH */
#include "sandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/landlock.h>

#ifndef LANDLOCK_ACCESS_FS_TRUNCATE /* younger than the headers of Debian 12 */
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

enum { ABI_REFER = 2, ABI_TRUNCATE = 3 };

typedef struct Rules {
    int fd;
    uint64_t all, of_files; /* rights that this kernel knows; those that a file has */
} Rules;

static const uint64_t READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

/* A link may give no more rights over a file than its first name does, and in OUT files may be written: so these may be,
 * too, as they may be by their second name. None is made, removed or renamed there. */
static const uint64_t LINK = READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE | LANDLOCK_ACCESS_FS_REFER;

static const uint64_t SCRATCH = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE |
                                LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;

/* What libraries open of their own accord: shared objects, character sets, processors, time zones. */
static const char *const system_folders[] = {"/usr", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev",
                                             NULL};

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static int open_place(const char *path)
{
    int fd;
    do
        fd = open(path, O_PATH | O_CLOEXEC);
    while (fd < 0 && errno == EINTR);
    return fd;
}

/* What is not there needs no rule. */
static bool allow(const Rules *rules, const char *path, uint64_t rights)
{
    struct stat info;
    if (!*path)
        return true;
    CLEANUP(close_fd) int fd = open_place(path);
    if (fd < 0 || fstat(fd, &info))
        return !err_short_of(errno);
    struct landlock_path_beneath_attr rule = {.allowed_access = rights & rules->all, .parent_fd = fd};
    if (!S_ISDIR(info.st_mode))
        rule.allowed_access &= rules->of_files;
    return !syscall(SYS_landlock_add_rule, rules->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

static bool allow_each(const Rules *rules, const char *const *paths, uint64_t rights)
{
    for (; paths && *paths; paths++)
        if (!allow(rules, *paths, rights))
            return false;
    return true;
}

/* "a/b" to "a", "/a" to "/", "a" to ".". */
static void cut_name(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash)
        strcpy(path, ".");
    else
        slash[slash == path] = '\0';
}

/* The folders of what was listed, each run of one folder once. Entries of archives: the archive's. */
static bool allow_listed(const Rules *rules, const Listing *listing)
{
    char last[PATH_MAX] = "", folder[PATH_MAX];
    for (size_t i = 0; i < listing->count; i++) {
        const char *path = listing->files[i].path;
        const char *inner = listing->files[i].entry ? strstr(path, "//") : NULL;
        snprintf(folder, sizeof folder, "%.*s", inner ? (int)(inner - path) : (int)strlen(path), path);
        cut_name(folder);
        if (strcmp(folder, last) != 0 && !allow(rules, folder, READ))
            return false;
        memcpy(last, folder, sizeof last);
    }
    return true;
}

static bool allow_all(const Rules *rules, const SandboxFiles *files)
{
    bool done = allow_each(rules, system_folders, READ) && allow_each(rules, files->others, READ) &&
                allow_each(rules, files->linked, LINK) &&
                allow(rules, "/dev/null", READ | LANDLOCK_ACCESS_FS_WRITE_FILE) &&
                allow_each(rules, files->inputs, READ);
    if (done && files->listing)
        done = allow_listed(rules, files->listing);
    if (done && files->scratch)
        done = allow(rules, files->scratch, SCRATCH);
    if (done && files->out)
        done = allow(rules, files->out, rules->all & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE);
    return done;
}

Err sandbox_files(Arena *arena, const SandboxFiles *files)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    Rules rules = {.fd = -1, .all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
    if (abi < 1)
        return fail(arena, ERR_IO, "cannot restrict files: %m");
    if (abi >= ABI_REFER)
        rules.all |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= ABI_TRUNCATE)
        rules.all |= LANDLOCK_ACCESS_FS_TRUNCATE;
    rules.of_files = rules.all & (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                  LANDLOCK_ACCESS_FS_TRUNCATE);
    struct landlock_ruleset_attr handled = {.handled_access_fs = rules.all};
    CLEANUP(close_fd)
    int fd = rules.fd = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
    if (fd < 0 || !allow_all(&rules, files) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        syscall(SYS_landlock_restrict_self, fd, 0))
        return fail(arena, err_short_of(errno) ? ERR_MEMORY : ERR_IO, "cannot restrict files: %m");
    return OK;
}
