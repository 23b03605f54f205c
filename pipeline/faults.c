/* SPDX-License-Identifier: MIT */
#include "faults.h"
#include <math.h>
#include <string.h>
#include <jansson.h>
#include "json_out.h"

static const char missing_level[] = "MISSING";

static void drop(json_t **value)
{
    json_decref(*value);
}

static bool has_finding(const Findings *findings, CheckId check)
{
    for (int i = 0; i < findings->count; i++)
        if (findings->list[i].check == check)
            return true;
    return false;
}

static void add(JsonOut *out, CheckId check, const char *level, double value)
{
    json_out_open(out, '{');
    json_out_text(out, "check", checks[check].name);
    json_out_text(out, "level", level);
    if (isfinite(value)) {
        json_out_key(out, "value");
        json_out_real(out, value);
    }
    json_out_close(out, '}');
}

Err faults_json(Arena *arena, const Photo *photo, const Profile *profile, const char **out)
{
    const Findings *findings = &photo->findings;
    JsonOut list = {.arena = arena};
    json_out_open(&list, '[');
    for (int i = 0; i < findings->count; i++) {
        const Finding *finding = &findings->list[i];
        add(&list, finding->check, finding->measured ? level_name(finding->level) : missing_level,
            finding->measured ? finding->value : NAN);
    }
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        if (findings->missing[i] && profile->want[i].level != LEVEL_NOTE &&
            !has_finding(findings, i))
            add(&list, i, missing_level, NAN);
    json_out_close(&list, ']');
    *out = json_out_end(&list);
    return *out ? OK : fail(arena, ERR_MEMORY, "no memory for the findings");
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

Verdict faults_verdict(const char *faults, bool waived[CHECK_COUNT], bool surfaced[CHECK_COUNT])
{
    CLEANUP(drop) json_t *list = json_loads(faults, 0, NULL);
    Verdict verdict = VERDICT_PASS;
    bool missing = false, met[CHECK_COUNT] = {false};
    memset(surfaced, 0, CHECK_COUNT * sizeof *surfaced);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *fault = json_array_get(list, i);
        CheckId check = check_find(text_of(fault, "check"));
        const char *level = text_of(fault, "level");
        if (check == CHECK_COUNT || check < BINDING_CHECKS)
            continue;
        if (waived[check]) {
            met[check] = met[check] || strcmp(level, level_name(LEVEL_NOTE)) != 0;
            continue;
        }
        if (strcmp(level, level_name(LEVEL_REJECT)) == 0)
            verdict = VERDICT_REJECT;
        if (strcmp(level, level_name(LEVEL_REVIEW)) == 0 && verdict == VERDICT_PASS)
            verdict = VERDICT_REVIEW;
        missing = missing || strcmp(level, missing_level) == 0;
        surfaced[check] = strcmp(level, missing_level) == 0;
    }
    for (CheckId i = BINDING_CHECKS; i < CHECK_COUNT; i++)
        waived[i] = waived[i] && met[i];
    if (verdict == VERDICT_REJECT)
        memset(surfaced, 0, CHECK_COUNT * sizeof *surfaced);
    return verdict == VERDICT_PASS && missing ? VERDICT_REVIEW : verdict;
}
