/* SPDX-License-Identifier: MIT */
#include "looks.h"
#include <string.h>
#include <strings.h>

bool looks_end(const char *name, const char *const *endings)
{
    const char *dot = strrchr(name, '.');
    for (; dot && *endings; endings++)
        if (strcasecmp(dot + 1, *endings) == 0)
            return true;
    return false;
}

Looks listing_looks(const char *name)
{
    static const char *const pictures[] = {"jpg",  "jpeg", "jpe", "jfif", "png", "webp", "heic",
                                           "heif", "avif", "bmp", "gif",  "tif", "tiff", NULL};
    if (name[0] == '.' && name[1] != '_' && looks_end(name + 1, pictures))
        return LOOKS_HIDDEN;
    if (name[0] == '.' || strcasecmp(name, "Thumbs.db") == 0 ||
        strcasecmp(name, "desktop.ini") == 0)
        return LOOKS_SKIPPED;
    return looks_end(name, pictures) ? LOOKS_PICTURE : LOOKS_OTHER;
}
