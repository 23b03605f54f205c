/* SPDX-License-Identifier: MIT */
#include "../../pipeline/verify_weigh.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

static void what_was_waived_and_nothing_else_is_no_problem(void **state)
{
    // clang-format off
    static const struct { CheckId check; Level level; const char *decision; Weight weight; } row[] = {
        {CHECK_tilt_deg,    LEVEL_REJECT, "",                                                      WEIGHT_PROBLEM},
        {CHECK_tilt_deg,    LEVEL_REVIEW, "",                                                      WEIGHT_NOTE},
        {CHECK_tilt_deg,    LEVEL_REJECT, NULL,                                                    WEIGHT_PROBLEM},
        {CHECK_tilt_deg,    LEVEL_REVIEW, NULL,                                                    WEIGHT_LOOK},
        {CHECK_tilt_deg,    LEVEL_REJECT, "waive tilt_deg: r (b, 2026-01-01)",                     WEIGHT_NOTE},
        {CHECK_lip_gap,     LEVEL_REJECT, "waive tilt_deg: r (b, 2026-01-01)",                     WEIGHT_PROBLEM},
        {CHECK_lip_gap,     LEVEL_REJECT, "waive tilt_deg: r (b, d); waive lip_gap: r; s (b, d)",  WEIGHT_NOTE},
        {CHECK_tilt_deg,    LEVEL_REJECT, "waive lip_gap: r (b, d); accept: seen (b, d)",          WEIGHT_NOTE},
        {CHECK_tilt_deg,    LEVEL_REJECT, "accept: seen (b, d)",                                   WEIGHT_NOTE},
        {CHECK_tilt_deg,    LEVEL_REJECT, "reject: another (b, d)",                                WEIGHT_PROBLEM},
        {CHECK_tilt_deg,    LEVEL_REJECT, "looked at",                                             WEIGHT_PROBLEM},
        {CHECK_width_px,    LEVEL_REJECT, "waive width_px: r (b, d); accept: seen (b, d)",         WEIGHT_PROBLEM}, /* what the file must be */
        {CHECK_id_valid,    LEVEL_REJECT, "",                                                      WEIGHT_NONE},
        {CHECK_tilt_deg,    LEVEL_NOTE,   "",                                                      WEIGHT_NONE},
    };
    // clang-format on
    (void)state;
    static Photo photo;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        Arena *arena = arena_create(1 << 20);
        const char *reasons;
        photo.findings = (Findings){.list = {{.check = row[i].check, .level = row[i].level, .measured = true}}, .count = 1};
        if (verify_weigh(arena, LANG_EN, &photo, row[i].decision, &reasons) != row[i].weight)
            fail_msg("row %zu", i);
        arena_destroy(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_waived_and_nothing_else_is_no_problem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
