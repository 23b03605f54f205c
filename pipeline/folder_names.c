/* SPDX-License-Identifier: MIT */
#include "folder_names.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "looks.h"

static int compare_names(const void *a, const void *b)
{
    const FolderName *one = a, *two = b;
    return strcmp(one->name, two->name);
}

void folder_names_free(FolderNames *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i].name);
    free(names->list);
}

static bool add_name(FolderNames *names, const struct dirent *entry)
{
    if (names->count == names->room) {
        size_t room = names->room ? names->room * 2 : 64;
        FolderName *list = realloc(names->list, room * sizeof *list);
        if (!list)
            return false;
        names->list = list;
        names->room = room;
    }
    names->list[names->count] = (FolderName){strdup(entry->d_name), entry->d_type};
    return names->list[names->count].name && ++names->count;
}

/* By its name: may be a folder, which holds pictures, where the file system does not say what it is. */
static bool is_junk(const struct dirent *entry)
{
    const char *name = entry->d_name;
    if (name[0] != '.' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return name[0] == '.';
    return entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN && listing_looks(name) == LOOKS_SKIPPED;
}

bool folder_names_read(DIR *folder, FolderNames *out, bool *whole)
{
    errno = 0;
    for (struct dirent *entry; (entry = readdir(folder)); errno = 0) {
        if (is_junk(entry))
            continue;
        out->links += entry->d_type == DT_LNK;
        if (entry->d_type != DT_LNK && !add_name(out, entry))
            return false;
    }
    *whole = !errno;
    if (out->count)
        qsort(out->list, out->count, sizeof *out->list, compare_names);
    return true;
}
