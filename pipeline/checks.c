/* SPDX-License-Identifier: MIT */
#include "checks.h"
#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

const Check checks[CHECK_COUNT] = {
#define X(name, unit, level, clause) [CHECK_##name] = {#name, unit, LEVEL_##level, clause},
    CHECKS(X)
#undef X
};

/* First what one picture can never show, then what a picture shows but no measure of ours reads. */
// clang-format off
const char *const not_measurable[] = {
    "jewellery", "make_up", "coloured_lenses", "mirroring", "identity", "expression",
    "ears", "clothes_pattern", "touching_objects", "marks_on_person", "recompression", "enlarging", "distortion", "retouching",
    "skin_coloured_cover",
    NULL,
};
// clang-format on

CheckId check_find(const char *name)
{
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        if (strcmp(checks[i].name, name) == 0)
            return i;
    return CHECK_COUNT;
}

bool check_is_placement(CheckId check)
{
    return check >= CHECK_face_source_px && check <= CHECK_centre_offset_px;
}

/* Whose photo it is, and whether it is one file of one person, no person can decide away, but what asks for a look. */
bool check_is_waivable(CheckId check)
{
    return check >= BINDING_CHECKS || check == CHECK_same_picture || check == CHECK_code_gap || check == CHECK_roster_names;
}

const char *level_name(Level level)
{
    switch (level) {
    case LEVEL_NOTE:
        return "NOTE";
    case LEVEL_REVIEW:
        return "REVIEW";
    case LEVEL_REJECT:
        return "REJECT";
    }
    return "REVIEW"; /* a value no Level has: the reading that passes nothing and rejects nothing */
}

void facts_clear(Facts *facts)
{
    for (int i = 0; i < CHECK_COUNT; i++) {
        facts->v[i] = NAN;
        facts->u[i] = 0;
    }
}

void fact_set(Facts *facts, CheckId check, double value, double error)
{
    assert(check >= 0 && check < CHECK_COUNT);
    facts->v[check] = value;
    facts->u[check] = error >= 0 ? error : 0; /* a NaN error declares nothing */
}

void fact_void(Facts *facts, CheckId check)
{
    facts->v[check] = NAN;
    facts->u[check] = INFINITY;
}

void fact_hide(Facts *facts, CheckId check)
{
    facts->v[check] = NAN;
    facts->u[check] = -INFINITY;
}
