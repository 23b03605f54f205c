/* SPDX-License-Identifier: MIT */
/* The names in a folder, bytewise, without symbolic links and, of hidden files, without those that are no pictures. */
#ifndef FOLDER_NAMES_H
#define FOLDER_NAMES_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct FolderName {
    char *name;
    unsigned char type; /* DT_REG ...; DT_UNKNOWN where the file system does not say */
} FolderName;

typedef struct FolderNames {
    FolderName *list;
    size_t count, room, links; /* links: left out, as far as the file system says so */
} FolderNames;

/* False: out of memory. `whole` false: reading broke off half way. */
bool folder_names_read(DIR *folder, FolderNames *out, bool *whole);
void folder_names_free(FolderNames *names);

#endif
