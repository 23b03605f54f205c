/* SPDX-License-Identifier: MIT */
#include "home.h"
#include <stdio.h>
#include <string.h>
#include "digest.h"
#include "idnum.h"

/* Fills the template's "{id}". False where the result would not be a plain file name. */
static bool fill_name(const char *template, const char *id, char *out, size_t size)
{
    static const char mark[] = "{id}";
    const char *at = strstr(template, mark);
    if (!at || !id[0] || id[0] == '.')
        return false;
    int length =
        snprintf(out, size, "%.*s%s%s", (int)(at - template), template, id, at + sizeof mark - 1);
    return length > 0 && (size_t)length < size && !strchr(out, '/') && out[0] != '.';
}

void home_open(Verdict verdict, const char *id, const char *name, char out[128])
{
    char file[116];
    out[0] = '\0';
    if (verdict != VERDICT_PASS && verdict != VERDICT_REVIEW)
        return;
    if (fill_name(name, id, file, sizeof file))
        snprintf(out, 128, "%s/%s", verdict == VERDICT_PASS ? "photos" : "review", file);
}

void home_held(const char *key, char out[64])
{
    char hash[65];
    digest_sha256(key, strlen(key), hash);
    snprintf(out, 64, ".held/%.32s.JPG", hash);
}

void home_mask(const char *path, char out[PATH_MAX])
{
    char stem[128], masked[64];
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *end = strrchr(base, '.');
    if (home_is_held(base) || !end) {
        snprintf(out, PATH_MAX, "%s", path);
        return;
    }
    snprintf(stem, sizeof stem, "%.*s", (int)(end - base), base);
    id_mask(stem, masked);
    snprintf(out, PATH_MAX, "%.*s%s%s", (int)(base - path), path, masked, end);
}

bool home_is_held(const char *name)
{
    return strspn(name, "0123456789abcdef") == 32 && strcmp(name + 32, ".JPG") == 0;
}
