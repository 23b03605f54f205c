/* SPDX-License-Identifier: MIT */
#include "verify_shut.h"
#include <stdio.h>
#include <sys/stat.h>
#include "confine.h"
#include "paths.h"

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* Where the ZIPs and the files beside them lie. */
static void find_package(const char *path, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s/package", path);
    if (is_folder(out))
        return;
    snprintf(out, PATH_MAX, "%s", path);
    if (!is_folder(out))
        path_folder(out);
}

Err verify_shut(Arena *arena, const Cli *cli, const char *scratch)
{
    char package[PATH_MAX];
    const char *const inputs[] = {package, cli->photos[0], NULL};
    find_package(cli->photos[0], package);
    return confine_files(arena, cli, &(SandboxFiles){.inputs = inputs, .scratch = scratch});
}
