/* SPDX-License-Identifier: MIT */
#include "module.h"

#include <dlfcn.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

static const char *const places[] = {"", "../lib/headroom/"};

Err module_load(Arena *arena, const char *file, const char *symbol, const void **out)
{
    char folder[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);
    *out = NULL;
    if (length < 1)
        return fail(arena, ERR_MODEL, "cannot find the program's own folder: %m");
    folder[length] = '\0';
    *(strrchr(folder, '/') + 1) = '\0';
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *path = arena_print(arena, "%s%s%s", folder, places[i], file);
        if (!path)
            return fail(arena, ERR_MEMORY, "no memory");
        void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
        if (!module && access(path, F_OK) == 0)
            return fail(arena, ERR_MODEL, "cannot load a library: %s", dlerror());
        if (module && (*out = dlsym(module, symbol)))
            return OK;
    }
    return fail(arena, ERR_MODEL, "cannot find '%s' beside the program in '%s'", file, folder);
}
