/* SPDX-License-Identifier: MIT */
#include "../../stages/exif.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "arena_fixture.h"

/* A TIFF block being written, in either byte order. */
typedef struct Block {
    uint8_t data[4096];
    size_t bytes;
    bool big;
} Block;

static void put(Block *block, size_t at, uint32_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        block->data[at + i] = (uint8_t)(value >> 8 * (block->big ? size - 1 - i : i));
    if (at + size > block->bytes)
        block->bytes = at + size;
}

static void block_start(Block *block, bool big, int entries)
{
    *block = (Block){.big = big};
    memcpy(block->data, big ? "MM\0*" : "II*\0", 4);
    put(block, 4, 8, 4);
    put(block, 8, entries, 2);
    put(block, 10 + 12 * entries, 0, 4);
}

static void put_entry(Block *block, size_t directory, int index, const uint32_t entry[4])
{
    size_t at = directory + 2 + 12 * index;
    put(block, at, entry[0], 2);
    put(block, at + 2, entry[1], 2);
    put(block, at + 4, entry[2], 4);
    put(block, at + 8, entry[3], entry[1] == 3 && entry[2] == 1 ? 2 : 4);
}

static void put_text(Block *block, int index, int tag, const char *text, size_t bytes)
{
    size_t at = block->bytes;
    put_entry(block, 8, index, (uint32_t[]){tag, 2, bytes, at});
    memcpy(block->data + (bytes <= 4 ? 18 + 12 * (size_t)index : at), text, bytes);
    if (bytes > 4)
        block->bytes += bytes;
}

static Exif read_block(const Block *block)
{
    uint8_t *copy = malloc(block->bytes ? block->bytes : 1);
    memcpy(copy, block->data, block->bytes);
    Exif exif;
    exif_read(arena, copy, block->bytes, &exif);
    free(copy);
    return exif;
}

static void orientation_is_1_to_8_or_else_1(void **state)
{
    (void)state;
    static const struct {
        uint32_t type, count, value;
        int orientation;
    } cases[] = {{3, 1, 0, 1}, {3, 1, 1, 1}, {3, 1, 2, 2},     {3, 1, 6, 6},
                 {3, 1, 8, 8}, {3, 1, 9, 1}, {3, 1, 65535, 1}, {4, 1, 6, 6},
                 {3, 2, 6, 1}, {3, 0, 6, 1}, {2, 1, 6, 1},     {7, 1, 6, 1}};
    for (int big = 0; big < 2; big++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            Block block;
            block_start(&block, big, 1);
            put_entry(&block, 8, 0,
                      (uint32_t[]){0x112, cases[i].type, cases[i].count, cases[i].value});
            assert_int_equal(read_block(&block).orientation, cases[i].orientation);
        }
}

static void texts_are_read_in_both_byte_orders(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        Block block;
        block_start(&block, big, 4);
        put_text(&block, 0, 0x10f, "Acme", 5);
        put_text(&block, 1, 0x110, "K1", 3);
        put_text(&block, 2, 0x131, "Firmware 1.0", 13);
        size_t directory = block.bytes, text = directory + 2 + 12 + 4;
        put_entry(&block, 8, 3, (uint32_t[]){0x8769, 4, 1, directory});
        put(&block, directory, 1, 2);
        put_entry(&block, directory, 0, (uint32_t[]){0x9003, 2, 20, text});
        put(&block, text - 4, 0, 4);
        memcpy(block.data + text, "2024:02:29 23:59:59", 20);
        block.bytes = text + 20;
        Exif exif = read_block(&block);
        assert_string_equal(exif.camera, "Acme K1");
        assert_string_equal(exif.software, "Firmware 1.0");
        assert_string_equal(exif.captured, "2024:02:29 23:59:59");
        memcpy(block.data + text, "2023:02:29 23:59:59", 20); /* no such day */
        assert_null(read_block(&block).captured);
        memcpy(block.data + text, "0000:00:00 00:00:00", 20);
        assert_null(read_block(&block).captured);
        memcpy(block.data + text, "    :  :     :  :  ", 20);
        assert_null(read_block(&block).captured);
        memcpy(block.data + text, "2024:02:29 24:00:00", 20);
        assert_null(read_block(&block).captured);
        memcpy(block.data + text, "2024-02-29 23:59:59", 20);
        assert_null(read_block(&block).captured);
    }
}

static void camera_does_not_repeat_its_maker(void **state)
{
    (void)state;
    static const struct {
        const char *make, *model, *camera;
    } cases[] = {{"Canon", "Canon EOS R5", "Canon EOS R5"},
                 {"HUAWEI", "ALN-AL00", "HUAWEI ALN-AL00"},
                 {"Canon", "", "Canon"},
                 {"", "EOS", "EOS"},
                 {"", "", NULL},
                 {"  ", "\t", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Block block;
        block_start(&block, false, 2);
        put_text(&block, 0, 0x10f, cases[i].make, strlen(cases[i].make) + 1);
        put_text(&block, 1, 0x110, cases[i].model, strlen(cases[i].model) + 1);
        Exif exif = read_block(&block);
        if (!cases[i].camera && exif.camera)
            assert_string_equal(exif.camera, "?"); /* a tab cannot be printed */
        else if (cases[i].camera)
            assert_string_equal(exif.camera, cases[i].camera);
    }
}

static void texts_become_printable_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        size_t bytes;
        const char *clean;
    } cases[] = {
        {"plain", 5, "plain"}, /* no NUL at its end */
        {"ab", 3, "ab"},       /* inside the entry */
        {"  spaced  ", 11, "spaced"},
        {"美图秀秀", 13, "美图秀秀"},
        {"a\x1b[31mb", 8, "a?[31mb"}, /* no terminal tricks */
        {"a\nb", 4, "a?b"},
        {"\xff\xfeok", 5, "??ok"},
        {"\xc0\xaf..", 5, "??.."}, /* overlong */
        {"\xe2\x80\xae"
         "evil",
         8, "?evil"}, /* turns the reading direction */
        {"cut\xe7\xbe", 6, "cut??"},
        {"a\0b", 4, "a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Block block;
        block_start(&block, i % 2, 1);
        put_text(&block, 0, 0x131, cases[i].raw, cases[i].bytes);
        Exif exif = read_block(&block);
        assert_non_null(exif.software);
        assert_string_equal(exif.software, cases[i].clean);
    }
}

static void long_texts_end_at_a_whole_character(void **state)
{
    (void)state;
    char raw[400] = "";
    while (strlen(raw) < 390)
        strcat(raw, "图");
    Block block;
    block_start(&block, false, 1);
    put_text(&block, 0, 0x131, raw, strlen(raw) + 1);
    Exif exif = read_block(&block);
    assert_int_equal(strlen(exif.software), 126);
}

static void offsets_beyond_the_block_are_absent(void **state)
{
    (void)state;
    static const uint32_t cases[][2] = {
        /* count, offset */
        {10, 0xfffffff0}, {10, 4096}, {0xffffffff, 26}, {100, 26}, {5, 22 + 4 + 1000}, {0, 26},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Block block;
        block_start(&block, false, 1);
        put_entry(&block, 8, 0, (uint32_t[]){0x131, 2, cases[i][0], cases[i][1]});
        assert_null(read_block(&block).software);
    }
    static const uint32_t directories[] = {0, 7, 0xffffffff, 25, 26, 4096};
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
        Block block;
        block_start(&block, true, 1);
        put_entry(&block, 8, 0, (uint32_t[]){0x112, 3, 1, 6});
        put(&block, 4, directories[i], 4);
        assert_int_equal(read_block(&block).orientation, 1);
    }
}

static const char *xmp_of(const char *software, const char *packet)
{
    return exif_add_xmp(arena, software, (const uint8_t *)packet, strlen(packet));
}

static void xmp_names_programs(void **state)
{
    (void)state;
    static const struct {
        const char *software, *packet, *all;
    } cases[] = {
        {NULL, "<rdf:Description xmp:CreatorTool=\"Adobe Photoshop 25.0 (Windows)\"/>", "Adobe Photoshop 25.0 (Windows)"},
        {NULL, "<xmp:CreatorTool>GIMP 2.10</xmp:CreatorTool>\n <xmp:Rating>5</xmp:Rating>", "GIMP 2.10"},
        {NULL, "<xap:CreatorTool>\n  Snapseed 2.0\n </xap:CreatorTool>", "Snapseed 2.0"},
        {NULL, "<rdf:li stEvt:softwareAgent = 'Adobe Photoshop Lightroom 6'/>", "Adobe Photoshop Lightroom 6"},
        {NULL, "<stEvt:softwareAgent>美图秀秀</stEvt:softwareAgent>", "美图秀秀"},
        {"Ver.1.10", "xmp:CreatorTool=\"Ver.1.10\" stEvt:softwareAgent=\"GIMP 2.10\" stEvt:softwareAgent=\"GIMP 2.10\"",
         "Ver.1.10; GIMP 2.10"},
        {"Ver.1.10", "photoshop:DateCreated=\"2026-05-01\"", "Ver.1.10"},
        {NULL, "photoshop:DateCreated=\"2026-05-01\"", NULL},
        {NULL, "", NULL},
        {NULL, "xmp:CreatorTool", NULL},
        {NULL, "xmp:CreatorTool=", NULL},
        {NULL, "xmp:CreatorTool=\"GIMP", NULL}, /* not whole */
        {NULL, "xmp:CreatorTool=\"\" xmp:CreatorToolbox=\"GIMP\"", NULL},
        {NULL, "xmp:CreatorTool=\"a\x1b[31mb\"", "a?[31mb"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *all = xmp_of(cases[i].software, cases[i].packet);
        if (cases[i].all)
            assert_non_null(all);
        if (all)
            assert_string_equal(all, cases[i].all ? cases[i].all : "");
    }
}

static void many_programs_end_at_512_bytes(void **state)
{
    (void)state;
    char packet[4096] = "";
    for (int i = 0; i < 60; i++)
        snprintf(packet + strlen(packet), 64, "stEvt:softwareAgent='some program no. %d'", 100 + i);
    assert_in_range(strlen(xmp_of(NULL, packet)), 480, 512);
}

static void every_cut_is_survived(void **state)
{
    (void)state;
    Block block;
    block_start(&block, true, 2);
    put_entry(&block, 8, 0, (uint32_t[]){0x112, 3, 1, 6});
    put_text(&block, 1, 0x131, "Firmware", 9);
    size_t whole = block.bytes;
    for (block.bytes = 0; block.bytes < whole; block.bytes++)
        assert_null(read_block(&block).software);
    assert_string_equal(read_block(&block).software, "Firmware");
    assert_int_equal(read_block(&block).orientation, 6);
}

static void claimed_entries_beyond_the_block_are_not_read(void **state)
{
    (void)state;
    Block block;
    block_start(&block, false, 1);
    put_entry(&block, 8, 0, (uint32_t[]){0x112, 3, 1, 8});
    put(&block, 8, 65535, 2);
    assert_int_equal(read_block(&block).orientation, 8);
}

/* Both tags, one alone, or none (space 0, index ""). */
static void other_colours_are_those_that_either_tag_tells(void **state)
{
    (void)state;
    static const struct { unsigned space; const char *index; uint32_t type, count; bool other; } cases[] = {
        {0, "R03", 2, 4, true}, {0, "R98", 2, 4, false}, {0, "R03", 7, 4, false}, {0, "R0", 2, 3, false}, {0, "r03", 2, 4, false}, {0, "R03", 2, 0, false},
        {1, "R98", 2, 4, false}, {1, "R03", 2, 4, true}, {2, "R98", 2, 4, true}, {3, "R98", 2, 4, false}, {0xfffe, "R98", 2, 4, false},
        {0xffff, "R98", 2, 4, true}, {0xffff, "R03", 2, 4, true},
    };
    for (int big = 0; big < 2; big++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            Block block;
            block_start(&block, big, 1);
            size_t exif = block.bytes, interop = exif + 2 + 2 * 12 + 4;
            put_entry(&block, 8, 0, (uint32_t[]){0x8769, 4, 1, exif});
            put(&block, exif, 2, 2);
            put_entry(&block, exif, 0, (uint32_t[]){cases[i].space ? 0xa001 : 0xa002, 3, 1, cases[i].space});
            put_entry(&block, exif, 1, (uint32_t[]){0xa005, 4, 1, interop});
            put(&block, interop, 1, 2);
            put_entry(&block, interop, 0, (uint32_t[]){1, cases[i].type, cases[i].count, 0});
            memcpy(block.data + interop + 10, cases[i].index, strlen(cases[i].index) + 1);
            assert_int_equal(read_block(&block).not_srgb, cases[i].other);
            bool alone = cases[i].space == 2 || cases[i].space == 0xffff;
            block.bytes -= 4; /* the index is cut off */
            assert_int_equal(read_block(&block).not_srgb, alone);
            put(&block, exif, 1, 2); /* there is no second tag */
            assert_int_equal(read_block(&block).not_srgb, alone);
        }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(orientation_is_1_to_8_or_else_1),
        TEST(texts_are_read_in_both_byte_orders),
        TEST(camera_does_not_repeat_its_maker),
        TEST(texts_become_printable_utf8),
        TEST(long_texts_end_at_a_whole_character),
        TEST(xmp_names_programs),
        TEST(many_programs_end_at_512_bytes),
        TEST(offsets_beyond_the_block_are_absent),
        TEST(every_cut_is_survived),
        TEST(other_colours_are_those_that_either_tag_tells),
        TEST(claimed_entries_beyond_the_block_are_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
