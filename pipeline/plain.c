/* SPDX-License-Identifier: MIT */
#include "plain.h"
#include <stddef.h>

int32_t plain_next(const char **text)
{
    static const int32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *c = (const unsigned char *)*text;
    *text += 1;
    if (*c < 0x80)
        return *c;
    int more = *c >= 0xf0 ? 3 : *c >= 0xe0 ? 2 : 1;
    if (*c < 0xc2 || *c > 0xf4)
        return PLAIN_NO_LETTER;
    int32_t point = *c & (0x3f >> more);
    for (int i = 1; i <= more; i++) {
        if ((c[i] & 0xc0) != 0x80) /* the ending NUL stops here too */
            return PLAIN_NO_LETTER;
        point = point << 6 | (c[i] & 0x3f);
    }
    if (point < least[more] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return PLAIN_NO_LETTER;
    *text += more;
    return point;
}

bool plain_is_hidden(int32_t point)
{
    // clang-format off
    static const int32_t ranges[][2] = {
        {0x00, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x61c, 0x61c}, {0x180e, 0x180e}, {0x200b, 0x200f},
        {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (point >= ranges[i][0] && point <= ranges[i][1])
            return true;
    return false;
}

/* As JSON escapes it: above U+FFFF as two halves. */
static void print_escape(FILE *to, int32_t point)
{
    if (point < 0x10000) {
        fprintf(to, "\\u%04X", (unsigned)point);
        return;
    }
    unsigned rest = (unsigned)point - 0x10000;
    fprintf(to, "\\u%04X\\u%04X", 0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff));
}

void plain_print(FILE *to, const char *json)
{
    while (*json) {
        size_t span = plain_span(json, "\0\0");
        fwrite(json, 1, span, to);
        json += span;
        if (!*json)
            break;
        const char *letter = json;
        int32_t point = plain_next(&json);
        if (point >= 0x7f && plain_is_hidden(point))
            print_escape(to, point);
        else
            fwrite(letter, 1, (size_t)(json - letter), to);
    }
}
