/* SPDX-License-Identifier: MIT */
#include "purge_names.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "../stages/package_plan.h"

/* A ZIP, also while libzip writes it ("photos-001.zip.a1B2c3"). */
static bool is_zip(const char *name)
{
    enum { SUFFIX = 7 };
    char plain[NAME_MAX + 1];
    size_t length = strlen(name);
    snprintf(plain, sizeof plain, "%s", name);
    if (length > SUFFIX && length < sizeof plain && plain[length - SUFFIX] == '.')
        plain[length - SUFFIX] = '\0';
    return package_is_zip_name(name) || package_is_zip_name(plain);
}

/* What libxlsxwriter names its unnamed files before it takes the name away. */
static bool is_spare(const char *name)
{
    enum { RANDOM = 10 };
    return strncmp(name, "tmp.", 4) == 0 && strlen(name + 4) == RANDOM &&
           strspn(name + 4, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == RANDOM;
}

/* A journal that is built beside, and what a spool names its file before it takes the name away. */
static bool is_building(const char *name)
{
    enum { RANDOM = 6 };
    static const char sorting[] = "sorting.";
    return strcmp(name, "journal.db") == 0 ||
           (strncmp(name, sorting, sizeof sorting - 1) == 0 && strlen(name + sizeof sorting - 1) == RANDOM);
}

bool purge_is_aside(const char *name)
{
    return is_zip(name) || is_spare(name) || is_building(name);
}
