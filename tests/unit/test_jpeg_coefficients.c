/* SPDX-License-Identifier: MIT */
/* Scans that no encoder writes: random tables with codes of up to 16 bits, values of up to 15, runs beyond the end. */
#include "jpeg_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "../../pipeline/photo.h"

static unsigned seed;

static unsigned below(unsigned most)
{
    seed = seed * 1664525u + 1013904223u;
    return (unsigned)(((uint64_t)(seed >> 4) * most) >> 28);
}

enum { FILE_BYTES = 1 << 18 };

typedef struct Writer {
    uint8_t *at;
    unsigned word, count; /* bits that fill no byte yet */
} Writer;

static void put(Writer *writer, int byte)
{
    *writer->at++ = (uint8_t)byte;
}

static void put_bits(Writer *writer, unsigned value, int count)
{
    while (count--) {
        writer->word = writer->word << 1 | (value >> count & 1);
        if (++writer->count % 8)
            continue;
        put(writer, (int)(writer->word & 255));
        if ((writer->word & 255) == 255)
            put(writer, 0);
    }
}

static void fill_byte(Writer *writer)
{
    while (writer->count % 8)
        put_bits(writer, 1, 1);
}

/* A table with a code for each of `count` symbols, and where each has its own. */
typedef struct Code {
    HuffmanSpec spec;
    uint16_t code[256];
    uint8_t length[256];
} Code;

static void make_code(Code *out, unsigned count, unsigned shortest)
{
    unsigned room = 65535, left = count, word = 0, next = 0;
    memset(out, 0, sizeof *out);
    for (unsigned i = 0; i < count; i++) { /* shuffled */
        unsigned other = below(i + 1);
        out->spec.symbols[i] = out->spec.symbols[other];
        out->spec.symbols[other] = (uint8_t)i;
    }
    for (unsigned length = 1; length <= 16; length++, word <<= 1) {
        unsigned one = 1u << (16 - length), most = room > left ? (room - left) / one : 0;
        unsigned take = length < shortest ? 0 : below(1 + (most < 24 ? most : 24));
        take = length == 16 || take > left ? left : take;
        out->spec.counts[length] = (uint8_t)take;
        room -= take * one;
        left -= take;
        for (; take--; next++, word++) {
            out->code[out->spec.symbols[next]] = (uint16_t)word;
            out->length[out->spec.symbols[next]] = (uint8_t)length;
        }
    }
}

static void put_symbol(Writer *writer, const Code *code, unsigned symbol)
{
    put_bits(writer, code->code[symbol], code->length[symbol]);
    put_bits(writer, below(1u << (symbol & 15)), (int)(symbol & 15));
}

static void put_table(Writer *writer, int id, const Code *code, int count)
{
    int length = 2 + 1 + 16 + count;
    put(writer, 0xff), put(writer, 0xc4), put(writer, length >> 8), put(writer, length & 255), put(writer, id);
    for (int i = 1; i <= 16; i++)
        put(writer, code->spec.counts[i]);
    for (int i = 0; i < count; i++)
        put(writer, code->spec.symbols[i]);
}

/* How wild: sizes of values and steps of quantisation. */
typedef struct Wild {
    unsigned dc_sizes, ac_sizes;
    unsigned first_step, step; /* at most: of the first row of coefficients, of the others */
    unsigned beyond;           /* one of so many runs may end beyond its block; 0: none */
} Wild;

static void put_block(Writer *writer, const Code *dc, const Code *ac, const Wild *wild)
{
    unsigned place = 1;
    put_symbol(writer, dc, below(wild->dc_sizes));
    while (place < 64) {
        unsigned zeros = below(4) ? below(3) : below(16), size = 1 + below(wild->ac_sizes - 1);
        if (below(20) == 0)
            size = 0; /* ends the block, or sixteen zeros */
        if (place + zeros > 63 && !(wild->beyond && below(wild->beyond) == 0))
            zeros = 63 - place;
        if (!size && zeros == 15 && place + 16 > 64)
            zeros = 0;
        put_symbol(writer, ac, zeros << 4 | size);
        if (!size && zeros < 15)
            return;
        place += zeros + 1;
    }
}

static void put_header(Writer *writer, int width, int height, const int luma[2], const Wild *wild)
{
    put(writer, 0xff), put(writer, 0xd8);
    for (int id = 0; id < 2; id++) {
        put(writer, 0xff), put(writer, 0xdb), put(writer, 0), put(writer, 2 + 1 + 128), put(writer, 0x10 | id);
        for (int i = 0; i < 64; i++) {
            bool first = i < 2 || i == 5 || i == 6 || i == 14 || i == 15 || i == 27 || i == 28;
            unsigned step = 1 + below(first ? wild->first_step : wild->step);
            put(writer, (int)(step >> 8)), put(writer, (int)(step & 255));
        }
    }
    const int frame[] = {0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3,
                         1, luma[0] << 4 | luma[1], 0, 2, 0x11, 1, 3, 0x11, (int)below(2)};
    for (size_t i = 0; i < sizeof frame / sizeof *frame; i++)
        put(writer, frame[i]);
}

static Bytes wild_file(uint8_t *room, const Wild *wild)
{
    static const int samplings[3][2] = {{2, 2}, {2, 1}, {1, 1}};
    static Code dc[2], ac[2];
    const int *luma = samplings[below(3)];
    int width = 1 + (int)below(90), height = 1 + (int)below(60), interval = below(3) ? 0 : 1 + (int)below(9);
    Writer writer = {.at = room};
    put_header(&writer, width, height, luma, wild);
    for (int id = 0; id < 2; id++) {
        make_code(&dc[id], 16, 2 + below(3));
        make_code(&ac[id], 256, 2 + below(5));
        put_table(&writer, id, &dc[id], 16);
        put_table(&writer, 0x10 | id, &ac[id], 256);
    }
    put(&writer, 0xff), put(&writer, 0xdd), put(&writer, 0), put(&writer, 4), put(&writer, 0), put(&writer, interval);
    int tables[3] = {0, (int)below(2) * 0x11, (int)below(2) * 0x10};
    const int scan[] = {0xff, 0xda, 0, 12, 3, 1, tables[0], 2, tables[1], 3, tables[2], 0, 63, 0};
    for (size_t i = 0; i < sizeof scan / sizeof *scan; i++)
        put(&writer, scan[i]);
    int across = (width + 8 * luma[0] - 1) / (8 * luma[0]), down = (height + 8 * luma[1] - 1) / (8 * luma[1]);
    for (int mcu = 0; mcu < across * down; mcu++) {
        if (interval && mcu && mcu % interval == 0) {
            fill_byte(&writer);
            put(&writer, 0xff), put(&writer, 0xd0 + (mcu / interval - 1) % 8);
        }
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < (c ? 1 : luma[0] * luma[1]); i++)
                put_block(&writer, &dc[tables[c] >> 4], &ac[tables[c] & 15], wild);
    }
    fill_byte(&writer);
    put(&writer, 0xff), put(&writer, 0xd9);
    return (Bytes){room, (size_t)(writer.at - room)};
}

/* Of `files` wild ones the number that ours takes. */
static int count_taken(const Wild *wild, int files)
{
    int count = 0;
    uint8_t *room = malloc(FILE_BYTES);
    for (int i = 0; i < files; i++) {
        Arena *arena = arena_create(64 << 20);
        Bytes file = wild_file(room, wild), copy = {malloc(file.size), file.size};
        memcpy(copy.data, file.data, file.size);
        for (int d = 1; d <= 2; d++) {
            bool taken;
            const char *complaint = oracle_complains(arena, copy, d, &taken);
            if (complaint)
                fail_msg("file %d at 1/%d: %s", i, d, complaint);
            count += taken && d == 1;
        }
        free(copy.data);
        arena_destroy(arena);
    }
    free(room);
    return count;
}

static void any_codes_and_values_give_the_same_coefficients_and_pixels(void **state)
{
    (void)state;
    seed = 1;
    static const Wild tame = {.dc_sizes = 6, .ac_sizes = 6, .first_step = 4, .step = 4};
    static const Wild large = {.dc_sizes = 6, .ac_sizes = 11, .first_step = 4, .step = 16};
    assert_true(count_taken(&tame, 150) > 120);
    assert_true(count_taken(&large, 150) > 120);
}

/* All sums of 16 bits overflow; but the first row of coefficients is one that pictures could have. */
static void values_beyond_all_pictures_overflow_alike(void **state)
{
    (void)state;
    seed = 2;
    static const Wild steps = {.dc_sizes = 8, .ac_sizes = 14, .first_step = 1, .step = 255};
    static const Wild wild = {.dc_sizes = 8, .ac_sizes = 14, .first_step = 1, .step = 65535};
    assert_true(count_taken(&steps, 150) > 120);
    assert_true(count_taken(&wild, 150) > 120);
}

static void first_rows_beyond_all_pictures_are_left_to_libjpeg(void **state)
{
    (void)state;
    seed = 3;
    static const Wild sizes = {.dc_sizes = 8, .ac_sizes = 16, .first_step = 1, .step = 1};
    static const Wild sums = {.dc_sizes = 16, .ac_sizes = 4, .first_step = 1, .step = 1};
    static const Wild steps = {.dc_sizes = 8, .ac_sizes = 8, .first_step = 65535, .step = 1};
    int taken = count_taken(&sizes, 150);
    assert_true(taken > 0 && taken < 75);
    assert_true(count_taken(&sums, 150) < 75);
    assert_true(count_taken(&steps, 150) < 75);
}

static void runs_beyond_the_end_of_a_block_are_left_to_libjpeg(void **state)
{
    (void)state;
    seed = 4;
    static const Wild often = {.dc_sizes = 6, .ac_sizes = 4, .first_step = 4, .step = 4, .beyond = 1};
    static const Wild seldom = {.dc_sizes = 6, .ac_sizes = 4, .first_step = 4, .step = 4, .beyond = 400};
    int taken = count_taken(&seldom, 150);
    assert_true(count_taken(&often, 150) < 30);
    assert_true(taken > 0 && taken < 150);
}

int main(void)
{
    if (!fast_kernels(NULL)) {
        puts("no such decoder on this processor");
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_codes_and_values_give_the_same_coefficients_and_pixels),
        cmocka_unit_test(values_beyond_all_pictures_overflow_alike),
        cmocka_unit_test(first_rows_beyond_all_pictures_are_left_to_libjpeg),
        cmocka_unit_test(runs_beyond_the_end_of_a_block_are_left_to_libjpeg),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
