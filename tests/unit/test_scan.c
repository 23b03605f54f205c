/* SPDX-License-Identifier: MIT */
#include "../../stages/scan.h"
#include "../../stages/jpeg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdalign.h>
#include <cmocka.h>

#include "../../stages/jpeg_fast.h"
#include "make_jpeg.h"
#include "arena_fixture.h"

/* Symbol by symbol, from bit `at` of a copy on, a block ends where it does as a whole. */
static void pass_by_symbols(const Scan *scan, int component, const uint8_t *copy, size_t at, size_t bits)
{
    const ScanBits begin = scan_bits_at(copy, at);
    ScanBits now = begin;
    int place = 0, before = -1;
    while (place < SCAN_BLOCK) {
        assert_true(place > before);
        before = place;
        assert_true(scan_symbol(scan, component, &now, &place));
    }
    assert_true(place == SCAN_BLOCK || place == before + SCAN_BLOCK_ENDED);
    assert_int_equal(scan_between(&begin, &now), bits);
}

/* Blocks read one by one are those of the MCU, and their bits read again from a copy, too, alone or behind the others. */
static void blocks_are_read_one_by_one(void **state)
{
    (void)state;
    for (int k = 0; k < MAKE_SCAN_COUNT; k++) {
        Picture picture = make_picture(arena, 200, 120, 30), out;
        JpegDamage damage;
        Bytes file = make_jpeg(arena, &picture, MAKE_SCANS[k]);
        const Source source = {.data = file.data, .bytes = file.size};
        assert_int_equal(jpeg_decode_source(arena, &source, 1, &out, &damage).code, ERR_NONE);
        Scan *scan = ARENA_NEW(arena, Scan);
        assert_true(fast_scan(&damage.plan, scan));
        int across = 8 * MAKE_SCANS[k].across, down = 8 * MAKE_SCANS[k].down;
        int mcus = (200 + across - 1) / across * ((120 + down - 1) / down), means[SCAN_COMPONENTS] = {0};
        for (int mcu = 0; mcu < mcus; mcu++) {
            alignas(64) int16_t blocks[SCAN_BLOCKS_MOST * SCAN_BLOCK];
            uint8_t ends[SCAN_BLOCKS_MOST], coded[SCAN_BLOCK_BYTES], all[SCAN_MCU_BYTES + SCAN_BLOCK_BYTES] = {0};
            size_t at = 0;
            assert_true(scan_ready(scan));
            ScanBits bits = scan->bits;
            int16_t one[SCAN_BLOCKS_MOST][SCAN_BLOCK], again[SCAN_BLOCK];
            for (int i = 0; i < scan->block_count; i++) {
                const ScanBits begin = bits, copy = {.next = coded};
                ScanBits end = copy;
                assert_true(scan_block(scan, scan->component[i], &bits, one[i]));
                memset(coded, 0, sizeof coded);
                scan_copy(begin, scan_between(&begin, &bits), coded, 0);
                assert_true(scan_block(scan, scan->component[i], &end, again));
                assert_memory_equal(again, one[i], sizeof again);
                size_t count = scan_between(&begin, &bits);
                assert_int_equal(scan_between(&copy, &end), count);
                scan_copy(begin, count, all, at);
                pass_by_symbols(scan, scan->component[i], all, at, count);
                at += count;
            }
            assert_true(scan_mcu(scan, blocks, ends));
            assert_int_equal(scan_between(&bits, &scan->bits), 0);
            if (MAKE_SCANS[k].restart_rows && scan->restart_left == scan->restart_interval - 1)
                memset(means, 0, sizeof means);
            for (int i = 0; i < scan->block_count; i++) {
                int *mean = &means[scan->component[i]];
                *mean += one[i][0];
                assert_int_equal(*mean, blocks[i * SCAN_BLOCK]);
                assert_memory_equal(one[i] + 1, blocks + i * SCAN_BLOCK + 1, (SCAN_BLOCK - 1) * sizeof(int16_t));
            }
        }
        arena_reset(arena);
    }
}

/* From each row's mark on, the same MCUs: behind a look ahead, restart markers and FFs, up to the last one. */
static void rows_are_read_from_their_marks(void **state)
{
    (void)state;
    for (int k = 0; k < MAKE_SCAN_COUNT && fast_kernels(NULL); k++) {
        if (MAKE_SCANS[k].across > 2 || MAKE_SCANS[k].down > MAKE_SCANS[k].across) /* libjpeg's */
            continue;
        Picture picture = make_picture(arena, 1200, 500, 60), out;
        JpegDamage damage;
        Bytes file = make_jpeg(arena, &picture, MAKE_SCANS[k]);
        const Source source = {.data = file.data, .bytes = file.size, .fast = fast_kernels(NULL)};
        assert_int_equal(jpeg_decode_source(arena, &source, 1, &out, &damage).code, ERR_NONE);
        assert_non_null(damage.plan.marks);
        Scan *scan = ARENA_NEW(arena, Scan), *other = ARENA_NEW(arena, Scan);
        assert_true(fast_scan(&damage.plan, scan) && fast_scan(&damage.plan, other));
        int across = 8 * MAKE_SCANS[k].across, down = 8 * MAKE_SCANS[k].down;
        int mcus = (1200 + across - 1) / across, rows = (500 + down - 1) / down;
        for (int row = 0; row < rows; row++) {
            scan_resume(other, &damage.plan.marks[row]);
            for (int mcu = 0; mcu < mcus; mcu++) {
                alignas(64) int16_t blocks[2][SCAN_BLOCKS_MOST * SCAN_BLOCK] = {0};
                uint8_t ends[SCAN_BLOCKS_MOST];
                assert_true(scan_mcu(scan, blocks[0], ends) && scan_mcu(other, blocks[1], ends));
                assert_memory_equal(blocks[0], blocks[1], sizeof blocks[0]);
            }
        }
        assert_true(scan_ends(scan) && scan_ends(other));
        arena_reset(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_read_one_by_one),
        cmocka_unit_test(rows_are_read_from_their_marks),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
