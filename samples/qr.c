/* SPDX-License-Identifier: MIT */
#include "qr.h"

#include <stdlib.h>
#include <string.h>

enum { VERSIONS = 6, CODEWORDS_MAX = 172, EC_MAX = 26, MASKS = 8, FORMAT_BITS = 15 };

/* Table 9 of the standard, level M. */
static const struct {
    int data, ec, blocks; /* codewords of data in all; of correction in each block */
} forms[VERSIONS + 1] = {{0}, {16, 10, 1}, {28, 16, 1}, {44, 26, 1}, {64, 18, 2}, {86, 24, 2}, {108, 16, 4}};

typedef struct Canvas {
    QrCode *code;
    bool fixed[QR_SIDE_MAX][QR_SIDE_MAX]; /* function patterns and format: no data, no mask */
} Canvas;

/* ---- codewords ---- */

/* In GF(256) of x^8 + x^4 + x^3 + x^2 + 1. */
static uint8_t multiply(uint8_t a, uint8_t b)
{
    unsigned product = 0;
    for (int bit = 7; bit >= 0; bit--) {
        product = (product << 1) ^ (product & 0x80 ? 0x11d : 0);
        if (b >> bit & 1)
            product ^= a;
    }
    return (uint8_t)product;
}

/* The remainder of data * x^count by the product of (x - 2^i), i < count. */
static void correct(const uint8_t *data, int bytes, int count, uint8_t out[EC_MAX])
{
    uint8_t generator[EC_MAX + 1] = {1}, root = 1; /* highest power first */
    for (int i = 0; i < count; i++) {
        for (int j = i + 1; j > 0; j--)
            generator[j] = (uint8_t)(generator[j] ^ multiply(generator[j - 1], root));
        root = multiply(root, 2);
    }
    memset(out, 0, EC_MAX);
    for (int i = 0; i < bytes; i++) {
        uint8_t lead = (uint8_t)(data[i] ^ out[0]);
        memmove(out, out + 1, (size_t)count - 1);
        out[count - 1] = 0;
        for (int j = 0; j < count; j++)
            out[j] = (uint8_t)(out[j] ^ multiply(generator[j + 1], lead));
    }
}

/* Mode 0100, a count of 8 bits, the bytes, a terminator, then 236 and 17 in turn. */
static void pack(const char *text, int version, uint8_t *out)
{
    int length = (int)strlen(text), room = forms[version].data;
    memset(out, 0, (size_t)room);
    out[0] = (uint8_t)(0x40 | length >> 4);
    out[1] = (uint8_t)(length << 4);
    for (int i = 0; i < length; i++) {
        uint8_t byte = (uint8_t)text[i];
        out[i + 1] = (uint8_t)(out[i + 1] | byte >> 4);
        out[i + 2] = (uint8_t)(byte << 4);
    }
    for (int i = length + 2, pad = 236; i < room; i++, pad = 253 - pad)
        out[i] = (uint8_t)pad;
}

/* Blocks by turns: first their data, then their correction. All blocks of these versions are of one size. */
static int interleave(const char *text, int version, uint8_t out[CODEWORDS_MAX])
{
    int blocks = forms[version].blocks, each = forms[version].data / blocks, ec = forms[version].ec;
    uint8_t data[CODEWORDS_MAX], checks[EC_MAX];
    pack(text, version, data);
    for (int block = 0; block < blocks; block++) {
        correct(data + block * each, each, ec, checks);
        for (int i = 0; i < each; i++)
            out[i * blocks + block] = data[block * each + i];
        for (int i = 0; i < ec; i++)
            out[forms[version].data + i * blocks + block] = checks[i];
    }
    return forms[version].data + ec * blocks;
}

/* ---- modules ---- */

static void set(Canvas *canvas, int row, int column, bool dark)
{
    int side = canvas->code->side;
    if (row < 0 || column < 0 || row >= side || column >= side)
        return;
    canvas->code->dark[row][column] = dark;
    canvas->fixed[row][column] = true;
}

/* Rings about a middle; the ring of `radius` + 1 is the separator of a finder pattern. */
static void draw_rings(Canvas *canvas, int row, int column, int radius)
{
    int reach = radius == 3 ? 4 : radius;
    for (int y = -reach; y <= reach; y++)
        for (int x = -reach; x <= reach; x++) {
            int ring = abs(y) > abs(x) ? abs(y) : abs(x);
            set(canvas, row + y, column + x, ring == radius || (radius == 3 ? ring < 2 : ring == 0));
        }
}

static void draw_patterns(Canvas *canvas, int version)
{
    int side = canvas->code->side, last = side - 4;
    for (int i = 0; i < side; i++) {
        set(canvas, 6, i, i % 2 == 0);
        set(canvas, i, 6, i % 2 == 0);
    }
    draw_rings(canvas, 3, 3, 3);
    draw_rings(canvas, 3, last, 3);
    draw_rings(canvas, last, 3, 3);
    if (version > 1)
        draw_rings(canvas, side - 7, side - 7, 2);
}

/* Level M is 00. Two copies, and the one module that is always dark. */
static void draw_format(Canvas *canvas, int mask)
{
    int side = canvas->code->side;
    unsigned bits = (unsigned)mask << 10, rest = bits;
    for (int i = FORMAT_BITS - 1; i >= 10; i--)
        if (rest >> i & 1)
            rest ^= 0x537u << (i - 10);
    bits = (bits | rest) ^ 0x5412;
    for (int i = 0; i < FORMAT_BITS; i++) {
        bool dark = bits >> i & 1;
        int along = i < 6 ? i : i < 8 ? i + 1 : side - FORMAT_BITS + i;
        set(canvas, along, 8, dark);
        along = i < 8 ? side - 1 - i : i < 9 ? 7 : FORMAT_BITS - 1 - i;
        set(canvas, 8, along, dark);
    }
    set(canvas, side - 8, 8, true);
}

/* Two columns at a time from the right, up and down by turns, around the upright timing pattern. */
static void draw_data(Canvas *canvas, const uint8_t *codewords, int count)
{
    int side = canvas->code->side, bit = 0;
    bool up = true;
    for (int right = side - 1; right > 0; right -= 2, up = !up) {
        right -= right == 6;
        for (int i = 0; i < side; i++)
            for (int column = right; column > right - 2; column--) {
                int row = up ? side - 1 - i : i;
                if (canvas->fixed[row][column])
                    continue;
                canvas->code->dark[row][column] = bit < 8 * count && codewords[bit / 8] >> (7 - bit % 8) & 1;
                bit++;
            }
    }
}

static bool is_masked(int mask, int row, int column)
{
    int product = row * column;
    const bool masked[MASKS] = {(row + column) % 2 == 0,         row % 2 == 0,
                                column % 3 == 0,                 (row + column) % 3 == 0,
                                (row / 2 + column / 3) % 2 == 0, product % 2 + product % 3 == 0,
                                (product % 2 + product % 3) % 2 == 0, ((row + column) % 2 + product % 3) % 2 == 0};
    return masked[mask];
}

static void apply_mask(Canvas *canvas, int mask)
{
    for (int row = 0; row < canvas->code->side; row++)
        for (int column = 0; column < canvas->code->side; column++)
            if (!canvas->fixed[row][column] && is_masked(mask, row, column))
                canvas->code->dark[row][column] ^= 1;
}

/* ---- which mask ---- */

/* Of one line: runs of five and more, and what looks like a finder pattern. */
static int line_penalty(const uint8_t *line, int side)
{
    static const uint8_t finder[2][11] = {{1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0}, {0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1}};
    int penalty = 0, run = 0;
    for (int i = 0; i < side; i++) {
        run = i && line[i] == line[i - 1] ? run + 1 : 1;
        penalty += run == 5 ? 3 : run > 5;
        for (int j = 0; j < 2 && i + 11 <= side; j++)
            penalty += memcmp(line + i, finder[j], sizeof finder[j]) == 0 ? 40 : 0;
    }
    return penalty;
}

static int penalty_of(const QrCode *code)
{
    int penalty = 0, dark = 0, side = code->side;
    for (int i = 0; i < side; i++) {
        uint8_t column[QR_SIDE_MAX];
        for (int j = 0; j < side; j++) {
            column[j] = code->dark[j][i];
            dark += code->dark[i][j];
            if (i + 1 < side && j + 1 < side && code->dark[i][j] == code->dark[i][j + 1] &&
                code->dark[i][j] == code->dark[i + 1][j] && code->dark[i][j] == code->dark[i + 1][j + 1])
                penalty += 3;
        }
        penalty += line_penalty(code->dark[i], side) + line_penalty(column, side);
    }
    return penalty + abs(dark * 20 - side * side * 10) / (side * side) * 10;
}

bool qr_encode(const char *text, QrCode *out)
{
    uint8_t codewords[CODEWORDS_MAX];
    int version = 1, best = 0, least = 0;
    size_t length = strlen(text);
    while (version <= VERSIONS && length > (size_t)forms[version].data - 2)
        version++;
    if (!length || version > VERSIONS)
        return false;
    *out = (QrCode){.side = 17 + 4 * version};
    Canvas canvas = {.code = out};
    draw_patterns(&canvas, version);
    draw_format(&canvas, 0);
    draw_data(&canvas, codewords, interleave(text, version, codewords));
    for (int mask = 0; mask < MASKS; mask++) {
        apply_mask(&canvas, mask);
        draw_format(&canvas, mask);
        int penalty = penalty_of(out);
        if (mask == 0 || penalty < least) {
            best = mask;
            least = penalty;
        }
        apply_mask(&canvas, mask); /* takes it off again */
    }
    apply_mask(&canvas, best);
    draw_format(&canvas, best);
    return true;
}
