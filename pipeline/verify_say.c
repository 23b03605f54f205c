/* SPDX-License-Identifier: MIT */
#include "verify_say.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "idnum.h"
#include "paths.h"
#include "plain.h"
#include "say.h"
#include "text_errors.h"

enum { MASKED_BYTES = 4096, SUFFIX_MAX = 4 };

static void drop(json_t **value)
{
    json_decref(*value);
}

// clang-format off
static MessageId word_of(const char *kind)
{
    static const struct { const char *kind; MessageId word; } row[] = {
        {"zip", MESSAGE_verify_zip}, {"changed", MESSAGE_verify_changed}, {"size", MESSAGE_verify_size},
        {"quality", MESSAGE_verify_quality}, {"unreadable", MESSAGE_verify_unreadable},
        {"swapped", MESSAGE_verify_swapped}, {"missing", MESSAGE_verify_missing}, {"extra", MESSAGE_verify_extra},
        {"renamed", MESSAGE_verify_renamed}, {"sums", MESSAGE_verify_sums}, {"manifest", MESSAGE_verify_manifest},
        {"no-photo", MESSAGE_verify_no_photo}, {"judged", MESSAGE_verify_judged},
        {"note", MESSAGE_verify_note}, {"accepted", MESSAGE_verify_note},
        {"same-bytes", MESSAGE_verify_same_bytes}, {"same-source", MESSAGE_verify_same_source},
        {"person", MESSAGE_verify_person},
        {"stranger", MESSAGE_verify_stranger},
        {"not-eligible", MESSAGE_verify_not_eligible},
        {"double", MESSAGE_verify_double},
        {"name", MESSAGE_verify_name},
        {"group", MESSAGE_verify_group},
        {"number", MESSAGE_verify_number}, {"file-name", MESSAGE_verify_file_name},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if (strcmp(row[i].kind, kind) == 0)
            return row[i].word;
    return MESSAGE_verify_zip;
}

/* What a stranger's file is called may be no UTF-8: such bytes are '?'. */
static json_t *json_any(const char *text)
{
    json_t *whole = json_string(text);
    char *copy = whole ? NULL : strdup(text);
    for (char *at = copy; at && *at;) {
        const char *next = at;
        bool letter = plain_next(&next) != PLAIN_NO_LETTER;
        while (at < next)
            *at = letter ? *at : '?', at++;
    }
    json_t *plain = whole ? whole : json_string(copy ? copy : "");
    free(copy);
    return plain;
}

/* However long it is. */
static json_t *json_reason(Lang lang, const char *english)
{
    size_t size = 2 * strlen(english) + MASKED_BYTES;
    char *text = malloc(size);
    if (text)
        text_error(lang, english, text, size);
    json_t *reason = json_any(text ? text : english);
    free(text);
    return reason;
}

/* ---- masks ---- */

/* Its masks show what they must. */
static bool has_form(const char *number)
{
    Id id = id_parse(number);
    return id.kind != ID_NONE && id.kind != ID_OTHER;
}

/* What lies in the ZIP, or all. */
static const char *inner_of(const char *file)
{
    const char *inner = strstr(file, "//");
    return inner ? inner + 2 : file;
}

static bool stem_has_form(const char *inner)
{
    char stem[64];
    const char *slash = strrchr(inner, '/'), *base = slash ? slash + 1 : inner;
    size_t length = strcspn(base, ".");
    if (length >= sizeof stem)
        return false;
    memcpy(stem, base, length);
    stem[length] = '\0';
    return has_form(stem);
}

/* ".JPG" and the like, or the end. */
static const char *suffix_of(const char *inner)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const char *dot = strrchr(inner, '.'), *end = inner + strlen(inner);
    bool plain = dot && dot > inner && dot[1] && end - dot - 1 <= SUFFIX_MAX && strspn(dot + 1, letters) == (size_t)(end - dot - 1);
    return plain ? dot : end;
}

/* Every letter but the first. */
static void mask_inner(const char *inner, char *out, size_t size)
{
    const char *suffix = suffix_of(inner), *next = inner;
    size_t at = 0;
    if (inner < suffix) {
        (void)plain_next(&next);
        at = (size_t)snprintf(out, size, "%.*s", (int)(next - inner), inner);
    }
    while (next < suffix && at + 1 < size) {
        out[at++] = *next == '/' ? '/' : '*';
        (void)plain_next(&next);
    }
    snprintf(out + at, size - at, "%s", suffix);
}

/* Cut to fit. */
static void append(char out[MASKED_BYTES], const char *text, size_t length)
{
    size_t at = strlen(out), room = MASKED_BYTES - 1 - at;
    memcpy(out + at, text, length < room ? length : room);
    out[at + (length < room ? length : room)] = '\0';
}

/* Of a number without a form that stands in the text as it is. */
static bool mask_number(const char *text, const char *id, char *out, size_t size)
{
    Id other = {.kind = ID_OTHER};
    if (!id || !*id || strlen(id) >= sizeof other.text || has_form(id) || !strstr(text, id))
        return false;
    strcpy(other.text, id);
    path_mask_bound(text, &other, out, size);
    return true;
}

void verify_mask(const char *file, const char *id, char *out, size_t size)
{
    char masked[MASKED_BYTES], whole[MASKED_BYTES] = "";
    const char *inner = inner_of(file);
    bool of_photo = inner > file || id, shown = id && *id && has_form(id) && strstr(inner, id);
    if (!mask_number(inner, id, masked, sizeof masked)) {
        if (!of_photo || shown || stem_has_form(inner))
            snprintf(masked, sizeof masked, "%s", inner);
        else
            mask_inner(inner, masked, sizeof masked);
    }
    append(whole, file, (size_t)(inner - file));
    append(whole, masked, strlen(masked));
    path_mask(whole, out, size);
}

/* What stands in the place of `from` up to `to` of the reason, which is a photo of a ZIP or its name alone. */
static void mask_within(const Said *said, const char *from, const char *to, char whole[MASKED_BYTES])
{
    char other[MASKED_BYTES] = "", masked[MASKED_BYTES];
    append(other, from, (size_t)(to - from));
    verify_mask(other, said->id ? said->id : "", masked, sizeof masked);
    *whole = '\0';
    append(whole, said->reason, (size_t)(from - said->reason));
    append(whole, masked, strlen(masked));
    append(whole, to, strlen(to));
}

/* Its reason holds one name of a photo, within '...'. */
static bool quotes_photo(const char *kind)
{
    static const char *const kinds[] = {"renamed", "swapped", "file-name", "same-bytes", "same-source", "accepted"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i], kind) == 0)
            return true;
    return false;
}

void verify_mask_reason(const Said *said, char *out, size_t size)
{
    char whole[MASKED_BYTES];
    const char *inner = inner_of(said->file), *again = inner > said->file && *inner ? strstr(said->reason, inner) : NULL;
    const char *first = quotes_photo(said->kind) ? strchr(said->reason, '\'') : NULL, *last = first ? strrchr(first, '\'') : NULL;
    if (last > first)
        mask_within(said, first + 1, last, whole);
    else if (again)
        mask_within(said, again, again + strlen(inner), whole);
    else if (!mask_number(said->reason, said->id, whole, sizeof whole))
        snprintf(whole, sizeof whole, "%s", said->reason);
    path_mask(whole, out, size);
}

void verify_say(const Cli *cli, const Said *said)
{
    char file[MASKED_BYTES], masked[MASKED_BYTES], reason[2 * MASKED_BYTES];
    if (cli->json) {
        CLEANUP(drop) json_t *object = json_pack("{s:s,s:s}", "type", said->type, "kind", said->kind);
        json_object_set_new(object, "file", json_any(said->file));
        json_object_set_new(object, "reason", json_reason(cli->lang, said->reason));
        say_object(object);
        return;
    }
    verify_mask(said->file, said->id, file, sizeof file);
    verify_mask_reason(said, masked, sizeof masked);
    text_error(cli->lang, masked, reason, sizeof reason);
    MessageId word = said->look ? MESSAGE_verify_look : word_of(said->kind);
    printf("%s: %s: %s\n", text_message(cli->lang, word), file, reason);
}

void verify_say_end(const Cli *cli, const SaidEnd *end)
{
    if (cli->json) {
        CLEANUP(drop)
        json_t *object = json_pack("{s:s,s:I,s:I,s:I,s:b,s:i,s:i}", "type", "summary", "zips", (json_int_t)end->zips,
                                   "photos", (json_int_t)end->photos, "problems", (json_int_t)end->problems,
                                   "manifest", end->manifest, "exit", end->exit_code, "exit_code", end->exit_code);
        if (end->part)
            json_object_set_new(object, "part", json_true());
        say_object(object);
        return;
    }
    if (end->part && cli->roster)
        say_message(cli, MESSAGE_verify_part);
    if (!end->manifest)
        say_message(cli, MESSAGE_verify_alone);
    say_message(cli, end->problems ? MESSAGE_verify_wrong : MESSAGE_verify_fine, end->zips, end->photos, end->problems);
}
