/* SPDX-License-Identifier: MIT */
/* Progressive files: blocks read again from several scans, and those that a turned bit spoiled. */
#include "../../stages/odd_scans.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "../../stages/odd_window.h"
#include "jpeg_oracle.h"
#include "make_jpeg.h"
#include "odd_pictures.h"
#include "arena_fixture.h"

enum { SIDE = 8 };

static const MakeJpeg KINDS[] = {
    {.quality = 85, .across = 2, .down = 2, .progressive = true}, {.quality = 92, .across = 1, .down = 1, .progressive = true},
    {.quality = 75, .across = 2, .down = 1, .progressive = true}, {.quality = 85, .across = 1, .down = 2, .progressive = true},
};
enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS };

static JpegDamage decode(Bytes file, int denominator, Picture *out)
{
    JpegDamage damage;
    const Source source = {.data = file.data, .bytes = file.size, .fast = fast_kernels(NULL)};
    assert_int_equal(jpeg_decode_source(arena, &source, denominator, out, &damage).code, ERR_NONE);
    return damage;
}

/* -1: libjpeg or the count of codes has something to say, or a turned bit left out a scan. */
static int odd(Bytes file, int denominator, Picture *out)
{
    const JpegDamage damage = decode(file, denominator, out);
    if (damage.warnings || damage.failed || !damage.bands)
        return -1;
    return (int)odd_scans_count(arena, out, damage.bands, &(FastPlan){.denominator = denominator});
}

static void coefficients(Oracle *oracle, Bytes file)
{
    oracle_open(oracle);
    assert_int_equal(setjmp(oracle->escape), 0);
    jpeg_mem_src(&oracle->info, file.data, (unsigned long)file.size);
    jpeg_read_header(&oracle->info, TRUE);
    oracle->coefficients = jpeg_read_coefficients(&oracle->info);
}

static const int16_t *block_of(Oracle *oracle, int component, int x, int y)
{
    j_common_ptr info = (j_common_ptr)&oracle->info;
    return info->mem->access_virt_barray(info, oracle->coefficients[component], (JDIMENSION)y, 1, FALSE)[0][x];
}

static void compare_rows(Oracle *oracle, const OddWindow *window, int component)
{
    for (int i = 0; i < window->count; i++) {
        const int16_t *theirs = block_of(oracle, component, i % window->grid->across, window->first_row + i / window->grid->across);
        for (int k = 0; k < SCAN_BLOCK; k++)
            if (window->blocks[i].at[k] != theirs[k])
                fail_msg("component %d, block %d, coefficient %d: %d, libjpeg has %d", component, i, k, window->blocks[i].at[k], theirs[k]);
    }
}

static void blocks_are_read_as_libjpeg_reads_them(void **state)
{
    (void)state;
    static const int sizes[][2] = {{8, 8}, {33, 70}, {200, 130}, {131, 240}};
    OddWindow *window = malloc(sizeof *window);
    for (int k = 0; k < KIND_COUNT; k++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            Picture picture = make_picture(arena, sizes[s][0], sizes[s][1], s % 2 ? 100 : 10), out;
            Bytes file = make_jpeg(arena, &picture, KINDS[k]);
            const ScanBands *bands = decode(file, 1, &out).bands;
            Oracle oracle;
            coefficients(&oracle, file);
            for (int c = 0; c < SCAN_COMPONENTS; c++)
                for (int y = 0; y < bands->component[c].down; y++) {
                    const OddBlock at = {.component = c, .x = y % bands->component[c].across, .y = y};
                    assert_true(odd_window_read(arena, bands, &at, window));
                    compare_rows(&oracle, window, c);
                }
            oracle_close(&oracle);
            arena_reset(arena);
        }
    free(window);
}

/* Every bit of a block turned in the window makes what libjpeg makes of a file with that bit turned, if that fits. */
static void turned_bits_are_read_as_libjpeg_reads_them(void **state)
{
    (void)state;
    int seen = 0;
    OddWindow *window = malloc(sizeof *window);
    for (int k = 0; k < KIND_COUNT; k++) {
        Picture picture = make_picture(arena, 160, 120, 40), out;
        Bytes file = make_jpeg(arena, &picture, KINDS[k]), other = {arena_alloc(arena, file.size), file.size};
        const OddBlock at = {.x = 9, .y = 0};
        const ScanBands *bands = decode(file, 1, &out).bands;
        assert_true(odd_window_read(arena, bands, &at, window));
        const int suspect = window->suspect - window->begin;
        for (int p = 0; p < window->pass_count; p++) {
            /* the first row's bits begin behind a word of nothing; none of these bytes is FF */
            const WindowPass *pass = window->pass[p];
            const uint8_t *row = pass->band->rows[window->first_row].bits.at;
            for (size_t bit = pass->place[suspect].bit; bit < pass->place[suspect + 1].bit; bit++) {
                const size_t byte = (size_t)(row - file.data) + bit / 8 - 8;
                memcpy(other.data, file.data, file.size);
                other.data[byte] ^= (uint8_t)(0x80 >> bit % 8);
                if (memchr(row, 0xff, bit / 8 - 7) || other.data[byte] == 0xff || !odd_window_try(window, (WindowTurn){p, suspect, bit}, WINDOW_MOST))
                    continue;
                Oracle oracle;
                coefficients(&oracle, other);
                for (int i = window->from; i < window->to; i++) {
                    const int n = window->begin + i, across = window->grid->across;
                    assert_memory_equal(window->tried[i].at, block_of(&oracle, 0, n % across, window->first_row + n / across), sizeof *window->tried);
                    seen++;
                }
                oracle_close(&oracle);
            }
        }
        arena_reset(arena);
    }
    free(window);
    if (seen < 200)
        fail_msg("%d blocks seen", seen);
}

static void sound_pictures_have_none(void **state)
{
    (void)state;
    odd_none_is_found(arena, KINDS, KIND_COUNT, odd);
}

/* The worst block of 8x8: its place, and levels by which it is wrong; those from 10 levels on are counted. */
typedef struct Wrong {
    int x, y, count;
    double rms;
} Wrong;

static Wrong compare(const Picture *a, const Picture *b)
{
    Wrong out = {0};
    for (int y = 0; y + SIDE <= a->height_px; y += SIDE)
        for (int x = 0; x + SIDE <= a->width_px; x += SIDE) {
            double sum = odd_squares(a, b, x, y);
            double rms = sqrt(sum / (3 * SIDE * SIDE));
            out.count += rms >= 10;
            if (rms > out.rms)
                out = (Wrong){x, y, out.count, rms};
        }
    return out;
}

/* One bit in each of many copies: where the file decodes and a block inside the picture is clearly wrong, most are told. */
static void blocks_with_a_turned_bit_are_told(void **state)
{
    (void)state;
    int wrong = 0, told = 0, at_half = 0;
    Arena *kept = arena_create((size_t)1 << 26);
    for (int k = 0; k < KIND_COUNT; k++) {
        Picture picture = make_picture(kept, 160, 240, 4), sound, out;
        Bytes file = make_jpeg(kept, &picture, KINDS[k]);
        assert_int_equal(odd(file, 1, &out), 0);
        sound = (Picture){out.width_px, out.height_px, arena_alloc(kept, 3 * 160 * 240)};
        memcpy(sound.rgb, out.rgb, 3 * 160 * 240);
        size_t from = make_find(file, 0, 0xda) + 14;
        unsigned seed = 31u + (unsigned)k;
        for (int n = 0; n < 1300; n++) {
            seed = seed * 1664525u + 1013904223u;
            uint8_t *byte = file.data + from + (seed >> 8) % (file.size - 2 - from), bit = (uint8_t)(1u << (seed >> 4 & 7));
            arena_reset(arena);
            *byte ^= bit;
            int count = odd(file, 1, &out);
            Wrong w = count < 0 ? (Wrong){0} : compare(&sound, &out);
            if (w.rms >= 20 && w.count <= 16 && w.x >= 16 && w.y >= 16 && w.x + 24 <= 160 && w.y + 24 <= 240) {
                wrong++;
                told += count > 0;
                at_half += odd(file, 2, &out) > 0;
            }
            *byte ^= bit;
        }
    }
    arena_destroy(kept);
    if (wrong < 20 || told < 0.6 * wrong || at_half < 0.4 * wrong)
        fail_msg("%d and at a half %d told of %d", told, at_half, wrong);
}

/* Of pictures of a few blocks or less, with neighbours beyond the edges; of files with restarts or in other samplings. */
static void small_and_other_pictures_are_borne(void **state)
{
    (void)state;
    for (int side = 1; side <= 90; side += 4)
        for (int k = 0; k < KIND_COUNT; k++)
            for (int denominator = 1; denominator <= 2; denominator++) {
                Picture picture = make_picture(arena, side, 91 - side, 20), out;
                assert_int_equal(odd(make_jpeg(arena, &picture, KINDS[k]), denominator, &out), 0);
                arena_reset(arena);
            }
    static const MakeJpeg others[] = {{.progressive = true, .restart_rows = 2}, {.apart = true}, {.progressive = true, .arithmetic = true}};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        Picture picture = make_picture(arena, 100, 100, 20), out;
        assert_null(decode(make_jpeg(arena, &picture, others[k]), 1, &out).bands);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_read_as_libjpeg_reads_them),
        cmocka_unit_test(turned_bits_are_read_as_libjpeg_reads_them),
        cmocka_unit_test(sound_pictures_have_none),
        cmocka_unit_test(blocks_with_a_turned_bit_are_told),
        cmocka_unit_test(small_and_other_pictures_are_borne),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
