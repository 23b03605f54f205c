/* SPDX-License-Identifier: MIT */
/* Tables with a flipped bit, and what is none; what encoders write is in test_jpeg_encoders.c. */
#include "../../stages/decode.h"
#include "../../stages/jpeg.h"
#include "../../stages/jpeg_tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "make_jpeg.h"
#include "arena_fixture.h"

enum { DHT_TABLE = 4, CODES = 16 };

/* What is odd or wrong in the header of a file, and what decoding says of it. */
static JpegHeader header_of(Bytes file)
{
    JpegHeader header;
    jpeg_header(arena, file.data, file.size, &header);
    assert_null(header.problem);
    return header;
}

static Bytes file_of(MakeJpeg how)
{
    Picture picture = make_picture(arena, 160, 160, 20);
    return make_jpeg(arena, &picture, how);
}

/* The first table of luma and the next one, of a file that has one in each segment. */
static uint8_t *quant_of(Bytes file, int chroma)
{
    size_t at = make_find(file, 2, 0xdb);
    return file.data + (chroma ? make_find(file, at + 2, 0xdb) : at) + 5;
}

static void sound_files_have_no_odd_tables(void **state)
{
    (void)state;
    for (int quality = 1; quality <= 100; quality++)
        for (int kind = 0; kind < 12; kind++) {
            MakeJpeg how = {.quality = quality, .across = 1 + kind % 2, .down = 1 + kind / 2 % 2, .progressive = kind / 4 == 1,
                            .optimised = kind / 4 == 2, .wide_tables = kind == 3, .rgb_inside = kind == 0};
            JpegHeader header = header_of(file_of(how));
            if (header.tables_wrong || header.tables_odd)
                fail_msg("quality %d kind %d: %d, %d", quality, kind, header.tables_wrong, header.tables_odd);
        }
}

/* Each bit of each step, one at a time: told where it changes the step by more than rounding does. */
static void a_flipped_bit_of_a_standard_table_is_told(void **state)
{
    (void)state;
    static const int qualities[] = {30, 50, 75, 90, 96};
    for (size_t q = 0; q < sizeof qualities / sizeof *qualities; q++)
        for (int chroma = 0; chroma < 2; chroma++) {
            Bytes file = file_of((MakeJpeg){.quality = qualities[q]});
            uint8_t *quant = quant_of(file, chroma);
            for (int bit = 0; bit < 64 * 8; bit++) {
                int sound = quant[bit / 8], value = sound ^ 1 << bit % 8;
                quant[bit / 8] = (uint8_t)value;
                JpegHeader header = header_of(file);
                bool halved = bit < 8 && value == sound / 2;
                int wrong = !value, odd = value && abs(value - sound) > 1 && !halved;
                if (header.tables_wrong != wrong || header.tables_odd != odd)
                    fail_msg("quality %d, table %d, bit %d: %d, %d", qualities[q], chroma, bit, header.tables_wrong, header.tables_odd);
                quant[bit / 8] = (uint8_t)sound;
            }
        }
}

/* Another byte in the place of a step: told where it is twice the step or half of it. */
static void another_byte_in_a_standard_table_is_told(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {1, 16, 32, 64, 100, 127, 128, 255};
    Bytes file = file_of((MakeJpeg){.quality = 90});
    for (int chroma = 0; chroma < 2; chroma++) {
        uint8_t *quant = quant_of(file, chroma);
        for (size_t i = 0; i < 64 * sizeof bytes; i++) {
            int at = (int)(i % 64), sound = quant[at], value = bytes[i / 64];
            bool far = abs(value - sound) > 1 && (value >= 2 * sound || 2 * value <= sound) && (at || value != sound / 2);
            quant[at] = (uint8_t)value;
            int odd = header_of(file).tables_odd;
            if (far && odd != 1)
                fail_msg("table %d, step %d: %d for %d is not told", chroma, at, value, sound);
            quant[at] = (uint8_t)sound;
        }
    }
}

static void two_other_bytes_in_a_standard_table_are_told(void **state)
{
    (void)state;
    Bytes file = file_of((MakeJpeg){.quality = 90});
    uint8_t *quant = quant_of(file, 0);
    quant[4] = quant[12] = 255;
    assert_true(header_of(file).tables_odd);
}

/* Each step in the place of each other one, of quality 84, whose first steps are 5 and 6. */
static void exchanged_steps_of_a_standard_table_are_told(void **state)
{
    (void)state;
    Bytes file = file_of((MakeJpeg){.quality = 84});
    for (int chroma = 0; chroma < 2; chroma++) {
        uint8_t *quant = quant_of(file, chroma);
        for (int pair = 0; pair < 64 * 64; pair++) {
            int a = pair / 64, b = pair % 64, one = quant[a], other = quant[b];
            quant[a] = (uint8_t)other;
            quant[b] = (uint8_t)one;
            int odd = header_of(file).tables_odd;
            if (odd != (abs(one - other) > 1))
                fail_msg("table %d, steps %d and %d: %d for %d and %d", chroma, a, b, odd, one, other);
            quant[a] = (uint8_t)one;
            quant[b] = (uint8_t)other;
        }
    }
}

static void another_mean_step_in_a_standard_table_is_told(void **state)
{
    (void)state;
    static const struct {
        int quality, value, odd;
    } cases[] = {{84, 2, 0}, {84, 1, 1}, {84, 3, 0}, {84, 4, 0}, {84, 10, 1}, {90, 1, 0}, {90, 2, 0}, {50, 8, 0}, {50, 7, 1}, {50, 1, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Bytes file = file_of((MakeJpeg){.quality = cases[i].quality});
        quant_of(file, 0)[0] = (uint8_t)cases[i].value;
        if (header_of(file).tables_odd != cases[i].odd)
            fail_msg("case %zu: not %d", i, cases[i].odd);
    }
}

/* A camera's (Nikon D70): quality 34 of IJG but for half the first step and one less in the last. */
static void what_cameras_do_to_standard_tables_is_not_odd(void **state)
{
    (void)state;
    Bytes file = file_of((MakeJpeg){.quality = 34});
    quant_of(file, 0)[0] = 12;
    quant_of(file, 0)[63]--;
    assert_int_equal(header_of(file).tables_odd, 0);
    quant_of(file, 0)[0] = 8; /* 24 with one bit less */
    assert_int_equal(header_of(file).tables_odd, 1);
    quant_of(file, 0)[0] = 24;
    quant_of(file, 0)[20] = 0;
    assert_int_equal(header_of(file).tables_wrong, 1);
}

/* Steps that grow with the frequency, of no standard. */
static QuantTable foreign(int first, int growth)
{
    QuantTable out = {.present = true};
    for (int i = 0, x = 0, y = 0; i < TABLE_VALUES; i++) {
        out.value[i] = (uint16_t)(first + growth * (x + y) / 2);
        bool up = (x + y) % 2 == 0;
        int next_x = up ? (x == 7 ? 7 : x + 1) : (y == 7 ? x + 1 : x - (x > 0));
        y = up ? (x == 7 ? y + 1 : y - (y > 0)) : (y == 7 ? 7 : y + 1);
        x = next_x;
    }
    return out;
}

static void a_foreign_step_is_not_far_from_its_neighbours(void **state)
{
    (void)state;
    static const struct {
        int at, value, odd, wrong;
    } cases[] = {
        {40, 240, 0, 0}, /* its own; beside it are 215, 240 and 265 */
        {40, 26, 0, 0}, {40, 25, 1, 0}, {40, 0, 0, 1}, {63, 45, 0, 0}, {63, 44, 1, 0}, {0, 1, 0, 0}, /* the first one may be small */
        {53, 2528, 0, 0}, {53, 2529, 1, 0}, {54, 4412, 0, 0}, {63, 4411, 0, 0}, /* the last ones large; without a bit it is theirs */
        {40, 2155, 0, 0}, {40, 2156, 1, 0}, {40, 4095, 0, 0}, {0, 544, 0, 0}, {0, 545, 1, 0}, /* no bit makes 107 of it a neighbour */
        {40, 496, 1, 0}, {40, 112, 1, 0}, {40, 480, 0, 0}, {40, 176, 0, 0}, {40, 224, 0, 0}, /* 240 and 256, less 128; not one bit */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        QuantTable table = foreign(40, 50);
        TableFaults faults = {0};
        table.value[cases[i].at] = (uint16_t)cases[i].value;
        tables_quant(&table, &faults);
        if (faults.odd != cases[i].odd || faults.wrong != cases[i].wrong)
            fail_msg("case %zu: %d, %d", i, faults.odd, faults.wrong);
    }
    QuantTable two = foreign(40, 50); /* a second pair of unlike ones: no mirror */
    TableFaults faults = {0};
    two.value[40] = 496;
    two.value[20]++;
    tables_quant(&two, &faults);
    assert_int_equal(faults.odd, 0);
}

/* They hold all that there is, so that any other symbol is one that they hold, too, or none at all. */
static void a_flipped_bit_of_a_standard_code_table_is_wrong(void **state)
{
    (void)state;
    Bytes file = file_of((MakeJpeg){.quality = 85});
    int symbols = 0;
    for (size_t at = make_find(file, 2, 0xc4); at < file.size; at = make_find(file, at + 2, 0xc4)) {
        uint8_t *table = file.data + at + DHT_TABLE;
        int count = 0;
        for (int i = 1; i <= CODES; i++)
            count += table[i];
        for (int bit = 0; bit < count * 8; bit++) {
            table[1 + CODES + bit / 8] ^= (uint8_t)(1 << bit % 8);
            if (header_of(file).tables_wrong != 1)
                fail_msg("table %02x, symbol %d, bit %d", table[0], bit / 8, bit % 8);
            table[1 + CODES + bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        symbols += count;
    }
    assert_int_equal(symbols, 2 * 12 + 2 * 162);
}

/* Codes of 2 to 10 bits, 27 of them, sorted as IJG does. */
static const uint8_t sorted_table[] = {
    0x10, 0, 1, 2, 3, 2, 2, 3, 4, 4, 6, 0, 0, 0, 0, 0, 0,
    0x01, 0x00, 0x02, 0x03, 0x04, 0x11, 0x05, 0x21, 0x12, 0x31, 0x06, 0x22, 0x41, 0x13, 0x32, 0x51, 0x61,
    0x07, 0x23, 0x42, 0x71, 0x14, 0x33, 0x52, 0x81, 0x91, 0xa1};

/* Of a file whose only scan takes this table and no other. */
static TableFaults faults_of(const uint8_t *body, size_t bytes, bool progressive)
{
    static const uint8_t scan[] = {1, 1, 0x00, 1, 63, 0};
    CodeTables codes = {0};
    TableFaults faults = {0};
    tables_huffman(body, bytes, &codes);
    tables_scan(scan, sizeof scan, progressive, &codes);
    tables_codes(&codes, progressive, &faults);
    return faults;
}

static void one_symbol_out_of_order_is_odd(void **state)
{
    (void)state;
    static const struct {
        int at, symbol, more_at, more, odd, wrong, runs;
        size_t count;
    } cases[] = {
        {0, 0x01, 0, 0x01, 0, 0, 0, sizeof sorted_table},
        {25, 0x91 ^ 0x80, 0, 0x01, 1, 1, 0, sizeof sorted_table}, /* twice, too */
        {13, 0x93, 0, 0x01, 1, 0, 0, sizeof sorted_table},        /* between 0x41 and 0x32 */
        {13, 0x93, 18, 0x92, 0, 0, 0, sizeof sorted_table},       /* two: not sorted at all */
        {26, 0xb1, 0, 0x01, 0, 0, 0, sizeof sorted_table},        /* still in order */
        {26, 0xb0, 0, 0x01, 0, 0, 1, sizeof sorted_table},
        {26, 0xab, 0, 0x01, 0, 1, 0, sizeof sorted_table},
        {26, 0xf0, 0, 0x01, 0, 0, 0, sizeof sorted_table},        /* 16 zeros */
        {13, 0x93, 0, 0x01, 0, 0, 0, sizeof sorted_table - 1},    /* cut off */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t *body = malloc(cases[i].count); /* so that a sanitizer sees one byte too many */
        memcpy(body, sorted_table, cases[i].count);
        body[1 + CODES + cases[i].at] = (uint8_t)cases[i].symbol;
        body[1 + CODES + cases[i].more_at] = (uint8_t)cases[i].more;
        TableFaults faults = faults_of(body, cases[i].count, true);
        int runs = faults_of(body, cases[i].count, false).wrong - faults.wrong;
        free(body);
        if (faults.odd != cases[i].odd || faults.wrong != cases[i].wrong || runs != cases[i].runs)
            fail_msg("case %zu: odd %d, wrong %d, runs %d", i, faults.odd, faults.wrong, runs);
    }
}

/* An encoder that puts the more frequent one first has a table with one fall now and then, but not all of them. */
static void order_is_that_of_all_tables(void **state)
{
    (void)state;
    static const uint8_t scan[] = {2, 1, 0x00, 2, 0x01, 0, 63, 0};
    for (int fall = 0; fall < 2; fall++) {
        uint8_t first[sizeof sorted_table], second[sizeof sorted_table];
        CodeTables codes = {0};
        TableFaults faults = {0};
        memcpy(first, sorted_table, sizeof first);
        memcpy(second, sorted_table, sizeof second);
        first[1 + CODES + 13] = 0x93;
        second[0] = 0x11;
        if (fall)
            second[1 + CODES + 6] = 0x21, second[1 + CODES + 7] = 0x05;
        tables_huffman(first, sizeof first, &codes);
        tables_huffman(second, sizeof second, &codes);
        tables_scan(scan, sizeof scan, false, &codes);
        tables_codes(&codes, false, &faults);
        assert_int_equal(faults.wrong, 0);
        assert_int_equal(faults.odd, !fall);
    }
}

static void components_take_their_tables(void **state)
{
    (void)state;
    static const struct {
        int table[3], odd;
    } cases[] = {{{0, 1, 1}, 0}, {{0, 0, 1}, 1}, {{0, 1, 0}, 1}, {{1, 1, 1}, 1}, {{0, 0, 0}, 0}, {{1, 0, 0}, 0}};
    Bytes file = file_of((MakeJpeg){.quality = 85});
    uint8_t *frame = file.data + make_find(file, 2, 0xc0) + 10;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int c = 0; c < 3; c++)
            frame[3 * c + 2] = (uint8_t)cases[i].table[c];
        if (header_of(file).tables_odd != cases[i].odd)
            fail_msg("tables %d %d %d", cases[i].table[0], cases[i].table[1], cases[i].table[2]);
    }
}

/* Adobe's marker with the transform flipped away says that YCbCr is RGB. */
static void what_is_coded_like_ycbcr_is_no_rgb(void **state)
{
    (void)state;
    for (int across = 1; across <= 2; across++)
        for (int transform = 0; transform < 2; transform++) {
            uint8_t adobe[] = {0xff, 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (uint8_t)transform};
            Bytes file = file_of((MakeJpeg){.quality = 85, .no_jfif = true, .across = across, .down = 1});
            file = make_insert(arena, file, 2, adobe, sizeof adobe);
            assert_int_equal(header_of(file).tables_odd, !transform);
            uint8_t *frame = file.data + make_find(file, 2, 0xc0) + 10; /* all components alike */
            frame[1] = 0x11;
            memcpy(quant_of(file, 1), quant_of(file, 0), 64);
            assert_int_equal(header_of(file).tables_odd, 0);
        }
}

static void a_received_file_is_judged_by_its_tables(void **state)
{
    (void)state;
    Profile profile = {.pixels_max_mp = 100, .scans_max = 64};
    for (int kind = 0; kind < 3; kind++) {
        Bytes file = file_of((MakeJpeg){.quality = 75});
        if (kind == 1)
            quant_of(file, 0)[30] ^= 0x40;
        if (kind == 2)
            file.data[make_find(file, 2, 0xc4) + DHT_TABLE + 1 + CODES] ^= 0x40;
        Source source = {.data = file.data, .bytes = file.size};
        Facts facts;
        Decoded out;
        facts_clear(&facts);
        assert_int_equal(decode_source(arena, &profile, 20000, &source, &facts, &out).code, ERR_NONE);
        assert_true(facts.v[CHECK_coding_tables] == (kind == 1));
        assert_true((facts.v[CHECK_damage] > 0) == (kind == 2));
        assert_true(kind == 2 || !source.warning);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(sound_files_have_no_odd_tables),
        TEST(a_flipped_bit_of_a_standard_table_is_told),
        TEST(another_byte_in_a_standard_table_is_told),
        TEST(two_other_bytes_in_a_standard_table_are_told),
        TEST(exchanged_steps_of_a_standard_table_are_told),
        TEST(another_mean_step_in_a_standard_table_is_told),
        TEST(what_cameras_do_to_standard_tables_is_not_odd),
        TEST(a_foreign_step_is_not_far_from_its_neighbours),
        TEST(a_flipped_bit_of_a_standard_code_table_is_wrong),
        TEST(one_symbol_out_of_order_is_odd),
        TEST(order_is_that_of_all_tables),
        TEST(components_take_their_tables),
        TEST(what_is_coded_like_ycbcr_is_no_rgb),
        TEST(a_received_file_is_judged_by_its_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
