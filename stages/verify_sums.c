/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* asprintf */
#include "verify_sums.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool verify_is_zip(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcasecmp(name + length - 4, ".zip") == 0 && !strchr(name, '/');
}

static int compare_sums(const void *a, const void *b)
{
    return strcmp(((const SumLine *)a)->file, ((const SumLine *)b)->file);
}

void verify_sums_sort(Sums *sums)
{
    if (sums->count)
        qsort(sums->lines, sums->count, sizeof *sums->lines, compare_sums);
}

static Err tell(const VerifyTell *to, const char *kind, const char *file, const char *reason)
{
    return to->tell(to->user, kind, (const char *const[2]){file}, reason, NULL);
}

static void drop(char **text)
{
    free(*text);
}

static bool is_same(const Sums *sums, size_t one, size_t other)
{
    return other < sums->count && strcmp(sums->lines[one].file, sums->lines[other].file) == 0;
}

static Err tell_twice(const char *file, const VerifyTell *to)
{
    CLEANUP(drop) char *reason = NULL;
    if (asprintf(&reason, "names '%s' twice", file) < 0)
        reason = NULL;
    return tell(to, "sums", "SHA256SUMS", reason ? reason : "names a file twice");
}

Err verify_sums_lines(const Sums *sums, const VerifyTell *to)
{
    if (sums->problem)
        TRY(tell(to, "sums", "SHA256SUMS", sums->problem));
    for (size_t i = 0; i < sums->count; i++) {
        const char *file = sums->lines[i].file;
        if (!verify_is_zip(file) && strcmp(file, "manifest.csv") != 0)
            TRY(tell(to, "sums", "SHA256SUMS", "names what no package has"));
        else if (is_same(sums, i, i + 1) && (i == 0 || !is_same(sums, i, i - 1)))
            TRY(tell_twice(file, to));
    }
    return OK;
}

/* The first line that names this file or one behind it. */
static size_t first_of(const Sums *sums, const char *file)
{
    size_t from = 0, to = sums->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (strcmp(sums->lines[middle].file, file) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

Err verify_sums_compare(const Sums *sums, const char *file, const char *sha256, const VerifyTell *to)
{
    if (!sums->found || sums->problem)
        return OK;
    size_t first = first_of(sums, file);
    if (first == sums->count || strcmp(sums->lines[first].file, file) != 0)
        return tell(to, "extra", file, "stands not in SHA256SUMS");
    for (size_t i = first; i == first || is_same(sums, first, i); i++)
        if (strcmp(sums->lines[i].sha256, sha256) != 0)
            return tell(to, "sums", file, "is not what SHA256SUMS says");
    return OK;
}
