/* SPDX-License-Identifier: MIT */
#include "scan_codes.h"

#include <string.h>

size_t codes_bytes(const uint8_t *table)
{
    size_t bytes = CODES_HEAD;
    for (int length = 1; length <= CODES_LENGTHS; length++)
        bytes += table[length];
    return bytes;
}

bool codes_build(const uint8_t *table, CodeTable *out)
{
    uint32_t code = 0;
    int count = 0;
    memset(out->look, 0, sizeof out->look);
    for (int length = 1; length <= CODES_LENGTHS; length++, code <<= 1) {
        out->offset[length] = count - (int)code;
        for (int i = 0; i < table[length]; i++, code++, count++) {
            if (code >= 1u << length || count >= 256)
                return false;
            uint8_t symbol = out->symbols[count] = table[CODES_HEAD + count];
            for (uint32_t k = 0; length <= CODES_LOOK && k < 1u << (CODES_LOOK - length); k++)
                out->look[(code << (CODES_LOOK - length)) + k] = (uint16_t)(length << 8 | symbol);
        }
        out->end[length] = code << (CODES_LENGTHS - length);
    }
    return true;
}

static bool at_marker(const CodeBits *bits)
{
    return bits->at == bits->end || (*bits->at == 0xff && !bits->clean && (bits->end - bits->at < 2 || bits->at[1] != 0));
}

/* Eight bytes at once, where none of them is FF: as many as there is room for, the bits of the others below them. */
static bool fill_plain(CodeBits *bits)
{
    uint64_t ahead, ones = UINT64_MAX / 255;
    if (bits->end - bits->at < (ptrdiff_t)sizeof ahead)
        return false;
    memcpy(&ahead, bits->at, sizeof ahead);
    if ((~ahead - ones) & ahead & ones << 7)
        return false;
    if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
        ahead = __builtin_bswap64(ahead);
    bits->word |= ahead >> bits->count;
    bits->at += (64 - bits->count) / 8;
    bits->count += (64 - bits->count) / 8 * 8;
    return true;
}

void codes_fill(CodeBits *bits)
{
    while (bits->count <= 56 && fill_plain(bits))
        ;
    while (bits->count <= 56) {
        uint64_t byte = 0;
        if (at_marker(bits)) {
            bits->lent += 8;
        } else {
            byte = *bits->at;
            bits->at += byte == 0xff && !bits->clean ? 2 : 1;
        }
        bits->word |= byte << (56 - bits->count);
        bits->count += 8;
    }
}

bool codes_overrun(const CodeBits *bits)
{
    return bits->count < bits->lent;
}

bool codes_used_up(CodeBits *bits)
{
    codes_fill(bits);
    int left = bits->count - bits->lent;
    if (!at_marker(bits) || left < 0 || left >= 16)
        return false;
    uint64_t rest = left < 8 ? 0 : bits->word >> (64 - left);
    return !rest || rest == ((uint64_t)1 << left) - 1;
}

bool codes_restart(CodeBits *bits, int marker)
{
    const uint8_t *at = bits->at;
    while (bits->end - at >= 2 && at[0] == 0xff && at[1] == 0xff)
        at++; /* fill bytes */
    if (bits->end - at < 2 || at[1] != marker)
        return false;
    *bits = (CodeBits){.at = at + 2, .end = bits->end};
    return true;
}
