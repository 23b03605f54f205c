/* SPDX-License-Identifier: MIT */
#include "../../stages/huffman.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static HuffmanTable table;

static unsigned seed;

static unsigned next_random(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

/* Codes of random lengths, at most as many as leave the code of all ones free. */
static HuffmanSpec random_spec(bool pairs)
{
    HuffmanSpec spec = {0};
    unsigned room = 65535, count = 0; /* 16-bit words not taken */
    for (int length = 1; length <= 16; length++) {
        unsigned most = room >> (16 - length);
        unsigned take = most ? next_random() % (length < 16 ? 1 + most / 2 : 1 + most) : 0;
        take = take > 255 - count ? 255 - count : take;
        spec.counts[length] = (uint8_t)take;
        room -= take << (16 - length);
        for (unsigned i = 0; i < take; i++, count++)
            spec.symbols[count] = (uint8_t)(next_random() & (!pairs ? 0x0f : count % 4 ? 0xf3 : 0xff));
    }
    return spec;
}

typedef struct Symbol {
    int length, symbol; /* length 0: no code */
} Symbol;

/* ITU T.81 figure F.16, bit by bit. `bits` are known of `word`, from its highest; length 17: they are too few. */
static Symbol symbol_at(const HuffmanSpec *spec, unsigned word, int bits)
{
    unsigned code = 0, first = 0;
    int count = 0;
    for (int length = 1; length <= 16; length++) {
        if (length > bits)
            return (Symbol){17, 0};
        code = word >> (bits - length);
        if (code < first + spec->counts[length])
            return (Symbol){length, spec->symbols[count + (int)(code - first)]};
        count += spec->counts[length];
        first = (first + spec->counts[length]) << 1;
    }
    return (Symbol){0, 0};
}

/* Figure F.12, by its text: a value whose first bit is 0 is negative. */
static int value_at(unsigned word, int bits, int at, int size)
{
    int value = 0;
    for (int i = 0; i < size; i++)
        value = 2 * value + (int)(word >> (bits - 1 - at - i) & 1);
    bool negative = size && !(word >> (bits - 1 - at) & 1);
    return negative ? value - (1 << size) + 1 : value;
}

static bool is_known(Symbol symbol, int at, int *end)
{
    *end = at + symbol.length + (symbol.symbol & 15);
    return symbol.length >= 1 && symbol.length <= 16 && *end <= HUFFMAN_BITS;
}

static void check_look(const HuffmanSpec *spec, unsigned word, bool pairs, bool two)
{
    HuffmanEntry look = (two ? table.look : table.single)[word];
    Symbol first = symbol_at(spec, word, HUFFMAN_BITS);
    int end, second_end;
    if (!is_known(first, 0, &end)) {
        assert_int_equal(look & 255, 0);
        assert_int_equal(look >> 16 & 255, first.length <= 16 ? first.length : 0);
        assert_true(first.length < 1 || first.length > 16 || (int)(look >> 24 & 255) == first.symbol);
        return;
    }
    bool ends = pairs && !(first.symbol & 15) && first.symbol >> 4 < 15;
    int zeros = pairs ? first.symbol >> 4 : 0, value = value_at(word, HUFFMAN_BITS, first.length, first.symbol & 15);
    int move = !pairs ? 0 : ends ? HUFFMAN_BLOCK_END : zeros + 1;
    if (!ends) {
        assert_int_equal(look >> 16 & 255, zeros);
        assert_int_equal((int16_t)(look >> 32), value);
    }
    Symbol second = {0};
    if (two && !ends)
        second = symbol_at(spec, word & ((1u << (HUFFMAN_BITS - end)) - 1), HUFFMAN_BITS - end);
    if (two && !ends && is_known(second, end, &second_end)) {
        bool ends_then = !(second.symbol & 15) && second.symbol >> 4 < 15;
        int place = ends_then ? zeros : move + (second.symbol >> 4);
        assert_int_equal(look >> 24 & 255, place);
        assert_int_equal((int16_t)(look >> 48),
                         ends_then ? value : value_at(word, HUFFMAN_BITS, end + second.length, second.symbol & 15));
        move += ends_then ? HUFFMAN_BLOCK_END : (second.symbol >> 4) + 1;
        end = second_end;
    } else {
        assert_int_equal(look >> 24 & 255, look >> 16 & 255);
        assert_int_equal(look >> 48, look >> 32 & 0xffff);
    }
    assert_int_equal(look & 255, end);
    assert_int_equal(look >> 8 & 255, move);
}

static void a_look_tells_what_the_bits_say_one_by_one(void **state)
{
    (void)state;
    int pairs_seen = 0;
    for (unsigned round = 0; round < 300; round++) {
        seed = round * 7919;
        bool pairs = next_random() % 4;
        HuffmanSpec spec = random_spec(pairs);
        assert_true(huffman_build(&spec, pairs, &table));
        for (unsigned word = 0; word < 1u << HUFFMAN_BITS; word++) {
            check_look(&spec, word, pairs, false);
            if (pairs)
                check_look(&spec, word, pairs, true);
            pairs_seen += pairs && (table.look[word] & 255) != (table.single[word] & 255);
        }
    }
    if (pairs_seen < 5000)
        fail_msg("only %d looks told two symbols", pairs_seen);
}

static void long_codes_are_found_by_their_length(void **state)
{
    (void)state;
    int seen = 0;
    for (unsigned round = 0; round < 300; round++) {
        seed = round * 104729;
        HuffmanSpec spec = random_spec(true);
        assert_true(huffman_build(&spec, true, &table));
        for (unsigned word = 0; word < 65536; word += 1 + next_random() % 7) {
            Symbol right = symbol_at(&spec, word, 16);
            if (right.length >= 1 && right.length <= HUFFMAN_BITS)
                continue;
            int length = HUFFMAN_BITS + 1;
            while (length <= 16 && word >= table.end[length])
                length++;
            assert_int_equal(length, right.length ? right.length : 17);
            if (right.length)
                assert_int_equal(table.symbols[(int)(word >> (16 - length)) + table.offset[length]], right.symbol);
            seen += right.length > 0;
        }
    }
    assert_true(seen >= 20000);
}

static void impossible_tables_are_refused(void **state)
{
    (void)state;
    static const struct {
        uint8_t counts[17];
        bool good;
    } rows[] = {
        {{0, 1}, true},       {{0, 2}, false}, /* a code of all ones */
        {{0, 0, 3}, true},    {{0, 0, 4}, false},
        {{0, 1, 1}, true},    {{0, 1, 2}, false},
        {{0, 3}, false},      {{0, 1, 3}, false}, /* more than there are */
        {{0}, true},          {{[16] = 255}, true},
        {{[15] = 255, [16] = 1}, true}, {{[15] = 255, [16] = 2}, false}, /* 257 symbols */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        HuffmanSpec spec = {0};
        memcpy(spec.counts, rows[i].counts, sizeof spec.counts);
        for (int pairs = 0; pairs < 2; pairs++)
            if (huffman_build(&spec, pairs, &table) != rows[i].good)
                fail_msg("row %zu is %s", i, rows[i].good ? "refused" : "taken");
    }
    HuffmanSpec dc = {.counts = {0, 0, 2}, .symbols = {3, 15}};
    assert_true(huffman_build(&dc, false, &table));
    dc.symbols[1] = 16;
    assert_false(huffman_build(&dc, false, &table));
    assert_true(huffman_build(&dc, true, &table));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_tells_what_the_bits_say_one_by_one),
        cmocka_unit_test(long_codes_are_found_by_their_length),
        cmocka_unit_test(impossible_tables_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
