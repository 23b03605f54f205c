/* SPDX-License-Identifier: MIT */
/* Chunks of a profile that are cut short or empty: what is there is not nothing. */
#include "../../stages/jpeg_icc.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <string.h>
#include "arena_fixture.h"

enum { PIECES = 3 };

static void what_makes_no_profile_is_broken(void **state)
{
    (void)state;
    static const struct {
        int bytes[PIECES]; /* behind the marker's length, of each piece; 0 ends the list */
        int claimed;
        size_t icc_bytes;
        bool broken;
    } cases[] = {
        {{0}, 1, 0, false},         {{12}, 1, 0, true},     {{13}, 1, 0, true},       {{14}, 1, 0, true},      {{15}, 1, 1, false},
        {{14, 14}, 2, 0, true},     {{14, 15}, 2, 1, false}, {{15, 13}, 2, 0, true},  {{15, 13}, 1, 0, true},  {{20, 14, 16}, 3, 8, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t bodies[PIECES][32];
        IccChunks chunks = {0};
        for (int k = 0; k < PIECES && cases[i].bytes[k]; k++) {
            memset(bodies[k], 'p', sizeof bodies[k]);
            memcpy(bodies[k], "ICC_PROFILE", 12);
            bodies[k][12] = (uint8_t)(k + 1);
            bodies[k][13] = (uint8_t)cases[i].claimed;
            icc_chunk_read(&chunks, &(JpegPiece){.marker = 0xe2, .body = bodies[k], .body_bytes = (size_t)cases[i].bytes[k]});
        }
        JpegHeader header = {0};
        icc_chunks_join(arena, &chunks, &header);
        if (header.icc_bytes != cases[i].icc_bytes || header.icc_broken != cases[i].broken || !header.icc != !cases[i].icc_bytes)
            fail_msg("case %zu: %zu bytes, broken: %d", i, header.icc_bytes, header.icc_broken);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_makes_no_profile_is_broken, make_arena, drop_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
