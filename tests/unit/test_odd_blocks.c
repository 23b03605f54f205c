/* SPDX-License-Identifier: MIT */
#include "../../stages/odd_blocks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdalign.h>
#include <cmocka.h>

#include "../../stages/jpeg.h"
#include "make_jpeg.h"
#include "arena_fixture.h"

enum { SIDE = 8 };

static const MakeJpeg KINDS[] = {
    {.quality = 85, .across = 2, .down = 2}, {.quality = 90, .across = 2, .down = 1}, {.quality = 80, .across = 1, .down = 1},
    {.quality = 85, .across = 2, .down = 2, .restart_rows = 3}, {.quality = 75, .across = 2, .down = 2, .optimised = true},
};
enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS };

/* Decoded without libjpeg, which must have nothing to say; -1: it has, or another decoder had to. */
static int odd(Bytes file, int denominator, Picture *out)
{
    JpegDamage damage;
    const Source source = {.data = file.data, .bytes = file.size, .fast = fast_kernels(NULL)};
    assert_int_equal(jpeg_decode_source(arena, &source, denominator, out, &damage).code, ERR_NONE);
    if (damage.warnings || damage.failed)
        return -1;
    assert_true(damage.planned);
    return odd_blocks_count(arena, out, &damage.plan);
}

static void fill(Picture *picture, int kind)
{
    unsigned seed = 7;
    for (int y = 0; y < picture->height_px; y++)
        for (int x = 0; x < picture->width_px; x++) {
            seed = seed * 1664525u + 1013904223u;
            int square = (x / SIDE * 7 + y / SIDE * 13) % 5 == 0, letter = (x / 3 * 5 + y / 5 * 3) % 7 < 3;
            int level = kind == 0 ? 255 * square : kind == 1 ? 30 + 200 * letter : kind == 2 ? 60 + (int)(seed >> 25) : 255 * ((x / 16 + y / 16) & 1);
            memset(picture->rgb + 3 * ((size_t)y * (size_t)picture->width_px + (size_t)x), level, 3);
        }
}

/* Blocks of one colour among others, letters, noise, a chequer board: nothing that steps is odd by itself. */
static void sound_pictures_have_none(void **state)
{
    (void)state;
    for (int k = 0; k < KIND_COUNT; k++)
        for (int drawn = -1; drawn < 4; drawn++)
            for (int denominator = 1; denominator <= 2; denominator++) {
                Picture picture = make_picture(arena, 480, 640, 5), out;
                if (drawn >= 0)
                    fill(&picture, drawn);
                int count = odd(make_jpeg(arena, &picture, KINDS[k]), denominator, &out);
                if (count)
                    fail_msg("kind %d, drawn %d, 1/%d: %d", k, drawn, denominator, count);
                arena_reset(arena);
            }
}

typedef struct Difference {
    int left, top, right, bottom; /* pixels */
    double rms; /* of the worst block of 8 x 8 */
} Difference;

static Difference compare(const Picture *a, const Picture *b)
{
    Difference out = {a->width_px, a->height_px, -1, -1, 0};
    for (int y = 0; y + SIDE <= a->height_px; y += SIDE)
        for (int x = 0; x + SIDE <= a->width_px; x += SIDE) {
            double sum = 0;
            for (int row = y; row < y + SIDE; row++)
                for (int i = 3 * x; i < 3 * (x + SIDE); i++) {
                    size_t at = 3 * (size_t)row * (size_t)a->width_px + (size_t)i;
                    sum += (a->rgb[at] - b->rgb[at]) * (a->rgb[at] - b->rgb[at]);
                }
            if (sum == 0)
                continue;
            out.left = x < out.left ? x : out.left;
            out.right = x + SIDE > out.right ? x + SIDE : out.right;
            out.top = y < out.top ? y : out.top;
            out.bottom = y + SIDE > out.bottom ? y + SIDE : out.bottom;
            out.rms = fmax(out.rms, sqrt(sum / (3 * SIDE * SIDE)));
        }
    return out;
}

/* Whether nothing but one block is wrong, clearly, and not at an edge. */
static bool is_alone(Difference d, const Picture *p)
{
    return d.right - d.left <= 32 && d.bottom - d.top <= 32 && d.rms >= 20 && d.left >= 16 && d.top >= 16 && d.right <= p->width_px - 16 &&
           d.bottom <= p->height_px - 16;
}

/* One bit in each of many copies: of the blocks that are clearly wrong alone most are told, whatever the file's kind. */
static void blocks_with_a_turned_bit_are_counted(void **state)
{
    (void)state;
    for (int k = 0; k < KIND_COUNT; k++) {
        Arena *kept = arena_create((size_t)1 << 26);
        Picture picture = make_picture(kept, 240, 320, 4), sound, out;
        Bytes file = make_jpeg(kept, &picture, KINDS[k]);
        assert_int_equal(odd(file, 1, &out), 0);
        sound = (Picture){out.width_px, out.height_px, arena_alloc(kept, 3 * (size_t)out.width_px * (size_t)out.height_px)};
        memcpy(sound.rgb, out.rgb, 3 * (size_t)out.width_px * (size_t)out.height_px);
        size_t from = make_find(file, 0, 0xda) + 14;
        int alone = 0, told = 0;
        unsigned seed = 99u + (unsigned)k;
        for (int n = 0; n < 2000; n++) {
            seed = seed * 1664525u + 1013904223u;
            size_t at = from + (seed >> 8) % (file.size - 2 - from);
            uint8_t bit = (uint8_t)(1u << (seed >> 4 & 7));
            arena_reset(arena);
            file.data[at] ^= bit;
            int count = odd(file, 1, &out);
            file.data[at] ^= bit;
            if (count < 0 || !is_alone(compare(&sound, &out), &sound))
                continue;
            alone++;
            told += count == 1;
        }
        arena_destroy(kept);
        if (alone < 12 || told < 0.5 * alone)
            fail_msg("kind %d: %d told of %d", k, told, alone);
    }
}

/* A picture that is too small to have a block with neighbours. */
static void small_pictures_have_none(void **state)
{
    (void)state;
    for (int side = 1; side <= 40; side += 3)
        for (int k = 0; k < KIND_COUNT; k++)
            for (int denominator = 1; denominator <= 2; denominator++) {
                Picture picture = make_picture(arena, side, 41 - side, 20), out;
                JpegDamage damage;
                Bytes file = make_jpeg(arena, &picture, KINDS[k]);
                const Source source = {.data = file.data, .bytes = file.size};
                assert_int_equal(jpeg_decode_source(arena, &source, denominator, &out, &damage).code, ERR_NONE);
                assert_int_equal(damage.planned ? odd_blocks_count(arena, &out, &damage.plan) : 0, 0);
                arena_reset(arena);
            }
}

/* Blocks read one by one are those of the MCU, and their bits read again from a copy, too. */
static void blocks_are_read_one_by_one(void **state)
{
    (void)state;
    for (int k = 0; k < KIND_COUNT; k++) {
        Picture picture = make_picture(arena, 200, 120, 30), out;
        JpegDamage damage;
        Bytes file = make_jpeg(arena, &picture, KINDS[k]);
        const Source source = {.data = file.data, .bytes = file.size};
        assert_int_equal(jpeg_decode_source(arena, &source, 1, &out, &damage).code, ERR_NONE);
        Scan *scan = ARENA_NEW(arena, Scan);
        assert_true(fast_scan(&damage.plan, scan));
        int across = 8 * KINDS[k].across, down = 8 * KINDS[k].down;
        int mcus = (200 + across - 1) / across * ((120 + down - 1) / down);
        for (int mcu = 0; mcu < mcus; mcu++) {
            alignas(64) int16_t blocks[SCAN_BLOCKS_MOST * SCAN_BLOCK];
            uint8_t ends[SCAN_BLOCKS_MOST], coded[2 * SCAN_BLOCK_BYTES];
            assert_true(scan_ready(scan));
            ScanBits bits = scan->bits;
            int16_t one[SCAN_BLOCKS_MOST][SCAN_BLOCK], again[SCAN_BLOCK];
            for (int i = 0; i < scan->block_count; i++) {
                const ScanBits begin = bits, copy = {.next = coded};
                ScanBits end = copy;
                assert_true(scan_block(scan, scan->component[i], &bits, one[i]));
                memset(coded, 0, sizeof coded);
                scan_copy(begin, scan_between(&begin, &bits), coded);
                assert_true(scan_block(scan, scan->component[i], &end, again));
                assert_memory_equal(again, one[i], sizeof again);
                assert_int_equal(scan_between(&copy, &end), scan_between(&begin, &bits));
            }
            assert_true(scan_mcu(scan, blocks, ends));
            assert_int_equal(scan_between(&bits, &scan->bits), 0);
            for (int i = 0; i < scan->block_count; i++)
                assert_memory_equal(one[i] + 1, blocks + i * SCAN_BLOCK + 1, (SCAN_BLOCK - 1) * sizeof(int16_t));
        }
        arena_reset(arena);
    }
}

/* From each row's mark on, the same MCUs: behind a look ahead, restart markers and FFs, up to the last one. */
static void rows_are_read_from_their_marks(void **state)
{
    (void)state;
    for (int k = 0; k < KIND_COUNT && fast_kernels(NULL); k++) {
        Picture picture = make_picture(arena, 1200, 500, 60), out;
        JpegDamage damage;
        Bytes file = make_jpeg(arena, &picture, KINDS[k]);
        const Source source = {.data = file.data, .bytes = file.size, .fast = fast_kernels(NULL)};
        assert_int_equal(jpeg_decode_source(arena, &source, 1, &out, &damage).code, ERR_NONE);
        assert_non_null(damage.plan.marks);
        Scan *scan = ARENA_NEW(arena, Scan), *other = ARENA_NEW(arena, Scan);
        assert_true(fast_scan(&damage.plan, scan) && fast_scan(&damage.plan, other));
        int across = 8 * KINDS[k].across, down = 8 * KINDS[k].down;
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
        cmocka_unit_test(sound_pictures_have_none),
        cmocka_unit_test(blocks_with_a_turned_bit_are_counted),
        cmocka_unit_test(small_pictures_have_none),
        cmocka_unit_test(blocks_are_read_one_by_one),
        cmocka_unit_test(rows_are_read_from_their_marks),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
