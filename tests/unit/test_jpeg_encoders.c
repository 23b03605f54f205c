/* SPDX-License-Identifier: MIT */
/* What encoders write, however odd it looks, is no damage, and what nothing in a file takes does not matter. */
#include "../../stages/decode.h"
#include "../../stages/jpeg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "make_jpeg.h"
#include "arena_fixture.h"

enum { SIDE = 8, VALUES = 64, UPPER = 36, CODES = 16, FRAME_TABLE = 12 };

typedef struct Table {
    uint8_t step[VALUES]; /* in rows */
} Table;

static uint8_t step_of(double value)
{
    return (uint8_t)(value < 1 ? 1 : value > 255 ? 255 : value);
}

/* A DQT segment. */
static Bytes with_table(Bytes file, size_t at, int id, Table table)
{
    uint8_t segment[5 + VALUES] = {0xff, 0xdb, 0, 67, (uint8_t)id};
    for (int i = 0, x = 0, y = 0; i < VALUES; i++) {
        segment[5 + i] = table.step[y * SIDE + x];
        bool up = (x + y) % 2 == 0;
        int next_x = up ? (x == 7 ? 7 : x + 1) : (y == 7 ? x + 1 : x - (x > 0));
        y = up ? (x == 7 ? y + 1 : y - (y > 0)) : (y == 7 ? 7 : y + 1);
        x = next_x;
    }
    return make_insert(arena, file, at, segment, sizeof segment);
}

static Bytes file_of(MakeJpeg how)
{
    Picture picture = make_picture(arena, 48, 48, 20);
    return make_jpeg(arena, &picture, how);
}

/* A file of the first `count` of luma, Cb and Cr; two: the second one is for both. */
static void assert_sound(const Table *tables, int count, const char *what, int quality)
{
    Bytes file = file_of((MakeJpeg){.across = 2, .down = 2});
    size_t at = make_find(file, 2, 0xc0);
    for (int i = 0; i < 3; i++)
        file.data[at + FRAME_TABLE + 3 * (size_t)i] = (uint8_t)(i < count ? i : count - 1);
    for (int i = 0; i < count; i++)
        file = with_table(file, at, i, tables[i]);
    JpegHeader header;
    jpeg_header(arena, file.data, file.size, &header);
    assert_null(header.problem);
    if (header.tables_odd || header.tables_wrong)
        fail_msg("%s %d: odd %d, wrong %d", what, quality, header.tables_odd, header.tables_wrong);
    arena_reset(arena);
}

// clang-format off
/* jpegli's (libjxl, jpegli/quant.cc): steps at distance 1 over 1.7396601, what 4:2:0 makes of them, and how those grow. Symmetric. */
static const double jpegli_base[3][UPPER] = {
    {1.2397, 1.7227, 2.9212, 2.8127, 3.3398, 3.4636, 3.8409, 3.8696, 2.0929, 2.8457, 2.7045, 3.4408, 3.1662, 4.0252, 4.0353, 2.9587, 3.3863, 3.6195,
     3.9046, 3.7578, 4.2374, 3.38, 4.168, 4.8055, 4.7843, 4.6059, 4.5799, 4.9232, 5.5741, 5.4853, 5.4394, 5.0939, 6.0872, 5.4385, 5.4037, 4.3779},
    {2.8236, 6.4956, 9.3105, 10.6475, 11.0742, 17.1464, 18.464, 29.087, 8.8901, 8.9769, 13.6663, 16.5471, 16.6387, 26.7784, 21.3303, 11.0874, 18.2055,
     19.7525, 23.9857, 102.6457, 24.451, 18.628, 16.0425, 25.0492, 25.0171, 35.7979, 19.3735, 14.6775, 19.947, 51.0941, 31.3204, 46.3572, 67.4811,
     61.3158, 88.3467, 112.161},
    {2.9217, 4.4977, 7.3563, 6.5839, 8.5356, 8.7994, 9.1883, 9.4827, 6.3095, 7.0246, 7.1564, 8.0491, 7.0124, 6.7119, 8.3803, 6.8921, 6.8828, 8.7822,
     6.8775, 7.8858, 8.6791, 7.0031, 7.7223, 7.9554, 7.4734, 8.3629, 6.778, 9.4849, 9.0437, 8.0532, 8.6076, 9.9227, 64.2514, 63.1849, 83.3529, 114.892}};
static const double jpegli_420[UPPER] = {
    0.4093, 0.3209, 0.3477, 0.3333, 0.3144, 0.2823, 0.3214, 0.3354, 0.3111, 0.3489, 0.2801, 0.3059, 0.3119, 0.4135, 0.3445, 0.3586, 0.3257, 0.2727,
    0.3754, 0.3369, 0.3484, 0.302, 0.3515, 0.341, 0.3971, 0.3839, 0.3105, 0.3397, 0.2716, 0.3836, 0.3212, 0.3203, 0.0726, 0.0798, 0.0553, 0.3368};
static const double jpegli_growth[UPPER] = {
    1, 0.51, 0.67, 0.74, 1, 1, 1, 1, 0.66, 0.69, 0.87, 1, 1, 1, 1, 0.84, 0.83, 0.96, 1, 1, 1, 1, 1, 0.91, 0.91, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

/* ISO/IEC 11172-2, 2.4.3.2: the intra matrix, which FFmpeg's MJPEG takes for AC. */
static const uint8_t mpeg_intra[VALUES] = {
    8, 16, 19, 22, 26, 27, 29, 34, 16, 16, 22, 24, 27, 29, 34, 37, 19, 22, 26, 27, 29, 34, 34, 38, 22, 22, 26, 27, 29, 34, 37, 40,
    22, 26, 27, 29, 32, 35, 40, 48, 26, 27, 29, 32, 35, 40, 48, 58, 26, 27, 29, 34, 38, 46, 56, 69, 27, 29, 35, 38, 46, 56, 69, 83};

/* mozjpeg's -quant-table 0 to 8 of luma, and those of chroma that are others. */
static const uint16_t mozjpeg_base[][VALUES] = {
    {16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
     18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99},
    {16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
     16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16},
    {12, 17, 20, 21, 30, 34, 56, 63, 18, 20, 20, 26, 28, 51, 61, 55, 19, 20, 21, 26, 33, 58, 69, 55, 26, 26, 26, 30, 46, 87, 86, 66,
     31, 33, 36, 40, 46, 96, 100, 73, 40, 35, 46, 62, 81, 100, 111, 91, 46, 66, 76, 86, 102, 121, 120, 101, 68, 90, 90, 96, 113, 102, 105, 103},
    {16, 16, 16, 18, 25, 37, 56, 85, 16, 17, 20, 27, 34, 40, 53, 75, 16, 20, 24, 31, 43, 62, 91, 135, 18, 27, 31, 40, 53, 74, 106, 156,
     25, 34, 43, 53, 69, 94, 131, 189, 37, 40, 62, 74, 94, 124, 169, 238, 56, 53, 91, 106, 131, 169, 226, 311, 85, 75, 135, 156, 189, 238, 311, 418},
    {9, 10, 12, 14, 27, 32, 51, 62, 11, 12, 14, 19, 27, 44, 59, 73, 12, 14, 18, 25, 42, 59, 79, 78, 17, 18, 25, 42, 61, 92, 87, 92,
     23, 28, 42, 75, 79, 112, 112, 99, 40, 42, 59, 84, 88, 124, 132, 111, 42, 64, 78, 95, 105, 126, 125, 99, 70, 75, 100, 102, 116, 100, 107, 98},
    {10, 12, 14, 19, 26, 38, 57, 86, 12, 18, 21, 28, 35, 41, 54, 76, 14, 21, 25, 32, 44, 63, 92, 136, 19, 28, 32, 41, 54, 75, 107, 157,
     26, 35, 44, 54, 70, 95, 132, 190, 38, 41, 63, 75, 95, 125, 170, 239, 57, 54, 92, 107, 132, 170, 227, 312, 86, 76, 136, 157, 190, 239, 312, 419},
    {7, 8, 10, 14, 23, 44, 95, 241, 8, 8, 11, 15, 25, 47, 102, 255, 10, 11, 13, 19, 31, 58, 127, 255, 14, 15, 19, 27, 44, 83, 181, 255,
     23, 25, 31, 44, 72, 136, 255, 255, 44, 47, 58, 83, 136, 255, 255, 255, 95, 102, 127, 181, 255, 255, 255, 255, 241, 255, 255, 255, 255, 255, 255, 255},
    {15, 11, 11, 12, 15, 19, 25, 32, 11, 13, 10, 10, 12, 15, 19, 24, 11, 10, 14, 14, 16, 18, 22, 27, 12, 10, 14, 18, 21, 24, 28, 33,
     15, 12, 16, 21, 26, 31, 36, 42, 19, 15, 18, 24, 31, 38, 45, 53, 25, 19, 22, 28, 36, 45, 55, 65, 32, 24, 27, 33, 42, 53, 65, 77},
    {14, 10, 11, 14, 19, 25, 34, 45, 10, 11, 11, 12, 15, 20, 26, 33, 11, 11, 15, 18, 21, 25, 31, 38, 14, 12, 18, 24, 28, 33, 39, 47,
     19, 15, 21, 28, 36, 43, 51, 59, 25, 20, 25, 33, 43, 54, 64, 74, 34, 26, 31, 39, 51, 64, 77, 91, 45, 33, 38, 47, 59, 74, 91, 108},
    {8, 12, 15, 15, 86, 96, 96, 98, 13, 13, 15, 26, 90, 96, 99, 98, 12, 15, 18, 96, 99, 99, 99, 99, 17, 16, 90, 96, 99, 99, 99, 99,
     96, 96, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99},
    {9, 10, 17, 19, 62, 89, 91, 97, 12, 13, 18, 29, 84, 91, 88, 98, 14, 19, 29, 93, 95, 95, 98, 97, 20, 26, 84, 88, 95, 95, 98, 94,
     26, 86, 91, 93, 97, 99, 98, 99, 99, 100, 98, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 97, 97, 99, 99, 99, 99, 97, 99}};
// clang-format on

/* Distance of a quality, and a table at it. */
static Table jpegli_table(int component, int quality, bool subsampled)
{
    double q = quality, distance = q >= 100 ? 0.01 : q >= 30 ? 0.1 + (100 - q) * 0.09 : 53.0 / 3000 * q * q - 23.0 / 20 * q + 25;
    Table out;
    for (int y = 0, i = 0; y < SIDE; y++)
        for (int x = y; x < SIDE; x++, i++) {
            double steep = pow(1.5, 1 - jpegli_growth[i]) * pow(distance, jpegli_growth[i]);
            double scale = 1.7396601 * (subsampled ? 1.22 : 1) * (distance < 1.5 ? distance : fmax(0.5 * distance, steep));
            if (subsampled && component)
                scale *= jpegli_420[i];
            out.step[y * SIDE + x] = out.step[x * SIDE + y] = step_of(round(scale * jpegli_base[component][i]));
        }
    return out;
}

static void jpegli_is_sound(void **state)
{
    (void)state;
    Table steep = jpegli_table(2, 90, true);
    assert_int_equal(steep.step[63], 82);
    assert_int_equal(steep.step[62], 10);
    for (int quality = 1; quality <= 100; quality++)
        for (int kind = 0; kind < 4; kind++) {
            bool subsampled = kind & 1;
            int count = kind & 2 ? 3 : 2; /* in two tables that of Cr is for both */
            Table tables[3];
            for (int i = 0; i < count; i++)
                tables[i] = jpegli_table(i && count == 2 ? 2 : i, quality, subsampled);
            assert_sound(tables, count, "jpegli", quality);
        }
}

/* DC has a step of 8, which is 1 of theirs. */
static void ffmpeg_is_sound(void **state)
{
    (void)state;
    for (int scale = 1; scale <= 112; scale++) { /* 31 by default */
        Table table;
        for (int i = 0; i < VALUES; i++)
            table.step[i] = i ? step_of(mpeg_intra[i] * scale >> 3) : 8;
        assert_sound((Table[]){table, table}, 2, "FFmpeg", scale);
        assert_sound(&table, 1, "FFmpeg", scale);
    }
}

static Table scaled(const uint16_t *base, int quality)
{
    Table out;
    int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    for (int i = 0; i < VALUES; i++)
        out.step[i] = step_of((base[i] * percent + 50) / 100);
    return out;
}

static void mozjpeg_is_sound(void **state)
{
    (void)state;
    int count = (int)(sizeof mozjpeg_base / sizeof *mozjpeg_base);
    for (int quality = 1; quality <= 100; quality++)
        for (int table = 0; table < count; table++) {
            Table tables[] = {scaled(mozjpeg_base[table], quality), scaled(mozjpeg_base[(table + 1) % count], quality)};
            assert_sound(tables, 2, "mozjpeg", 1000 * table + quality);
        }
}

/* A limit to the steps that two of a standard table pass, or more. */
static void limited_steps_are_sound(void **state)
{
    (void)state;
    for (int quality = 1; quality <= 60; quality++)
        for (int limit = 99; limit <= 254; limit++) {
            Table luma = scaled(mozjpeg_base[0], quality), cut = luma;
            int largest = 0, second = 0;
            for (int i = 0; i < VALUES; i++) {
                second = luma.step[i] > largest ? largest : luma.step[i] > second ? luma.step[i] : second;
                largest = luma.step[i] > largest ? luma.step[i] : largest;
                cut.step[i] = luma.step[i] < limit ? luma.step[i] : (uint8_t)limit;
            }
            if (second >= limit + 2)
                assert_sound(&cut, 1, "limit", 1000 * quality + limit);
        }
}

static JpegHeader header_of(Bytes file)
{
    JpegHeader header;
    jpeg_header(arena, file.data, file.size, &header);
    assert_null(header.problem);
    return header;
}

static void assert_faults(Bytes file, int wrong, int odd)
{
    JpegHeader header = header_of(file);
    assert_int_equal(header.tables_wrong, wrong);
    assert_int_equal(header.tables_odd, odd);
}

static void a_table_that_nothing_takes_does_not_matter(void **state)
{
    (void)state;
    for (int progressive = 0; progressive < 2; progressive++) {
        Bytes file = file_of((MakeJpeg){.progressive = progressive, .across = 2, .down = 2});
        size_t at = make_find(file, 2, progressive ? 0xc2 : 0xc0);
        assert_faults(file, 0, 0);
        assert_faults(with_table(file, at, 3, (Table){{0}}), 0, 0);
        uint8_t pairs[] = {0xff, 0xc4, 0, 39, 0x12, 0, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* 20 codes of 5 bits */
                           1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 18, 0x1f, 20, 21, 19, 22, 23, 24};
        Bytes unused = make_insert(arena, file, at, pairs, sizeof pairs);
        assert_faults(unused, 0, 0);
        size_t scan = make_find(unused, at, 0xda);
        unused.data[scan + 6] = 2; /* the first component of a scan takes it; the first progressive one is of means alone */
        assert_faults(unused, progressive ? 0 : 2, 0);
    }
}

/* An encoder that gives every symbol a code of 8 bits, those for progressive files, too. */
static void a_table_of_all_symbols_is_sound(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        uint8_t all[2 + 3 + CODES + 255] = {0xff, 0xc4, 0, 0, (uint8_t)(kind << 4), 0, 0, 0, 0, 0, 0, 0, 255};
        unsigned bytes = sizeof all - 2;
        all[2] = (uint8_t)(bytes >> 8), all[3] = (uint8_t)bytes;
        for (int i = 0; i < 255; i++)
            all[5 + CODES + i] = (uint8_t)i;
        Bytes file = file_of((MakeJpeg){.across = 2, .down = 2});
        assert_faults(make_insert(arena, file, make_find(file, 2, 0xda), all, sizeof all), 0, 0);
    }
}

/* One size more than there is, beside all of them. */
static void a_longer_table_of_means_is_sound(void **state)
{
    (void)state;
    uint8_t means[] = {0xff, 0xc4, 0, 32, 0, 0, 1, 5, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    Bytes file = file_of((MakeJpeg){.across = 2, .down = 2});
    size_t at = make_find(file, 2, 0xda);
    assert_faults(make_insert(arena, file, at, means, sizeof means), 0, 0);
    means[sizeof means - 2] = 13;
    assert_faults(make_insert(arena, file, at, means, sizeof means), 2, 0);
}

/* RGB and 4:4:4 by encoders that write both tables and take one. */
static void one_table_of_two_is_sound(void **state)
{
    (void)state;
    for (int rgb = 0; rgb < 2; rgb++) {
        Bytes file = file_of((MakeJpeg){.across = 1, .down = 1, .rgb_inside = rgb});
        uint8_t *table = file.data + make_find(file, 2, 0xc0) + FRAME_TABLE;
        table[0] = table[3] = table[6] = 0;
        assert_faults(with_table(file, 2, 1, scaled(mozjpeg_base[1], 50)), 0, 0);
        table[0] = table[3] = table[6] = 1;
        assert_faults(with_table(file, make_find(file, 2, 0xc0), 1, scaled(mozjpeg_base[1], 50)), 0, 1);
    }
}

/* Of 12 bits and lossless ones nothing is said. */
static void other_codings_are_not_looked_at(void **state)
{
    (void)state;
    static const struct {
        int marker, bits;
        bool looked_at;
    } cases[] = {{0xc0, 8, true}, {0xc1, 8, true}, {0xc1, 12, false}, {0xc3, 8, false}};
    Profile profile = {.pixels_max_mp = 100, .scans_max = 64};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Bytes file = file_of((MakeJpeg){.across = 1, .down = 1});
        size_t at = make_find(file, 2, 0xc0);
        file.data[at + 1] = (uint8_t)cases[i].marker;
        file.data[at + 4] = (uint8_t)cases[i].bits;
        Source source = {.data = file.data, .bytes = file.size};
        Facts facts;
        Decoded out;
        facts_clear(&facts);
        assert_int_equal(decode_source(arena, &profile, 20000, &source, &facts, &out).code, ERR_NONE);
        assert_true(cases[i].looked_at ? facts.v[CHECK_coding_tables] == 0 : isnan(facts.v[CHECK_coding_tables]));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(jpegli_is_sound),
        TEST(ffmpeg_is_sound),
        TEST(mozjpeg_is_sound),
        TEST(limited_steps_are_sound),
        TEST(a_table_that_nothing_takes_does_not_matter),
        TEST(a_table_of_all_symbols_is_sound),
        TEST(a_longer_table_of_means_is_sound),
        TEST(one_table_of_two_is_sound),
        TEST(other_codings_are_not_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
