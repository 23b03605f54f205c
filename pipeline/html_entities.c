/* SPDX-License-Identifier: MIT */
/* Letters that a page names: all of Latin-1, and those of HTML 4 that may stand in a list of names. */
#include "html.h"
#include <string.h>
#include <glib.h>

enum { LATIN1_FIRST = 160, CODE_MOST = 0x10ffff, UNKNOWN = 0xfffd };

static const char latin1[][7] = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",    "copy",   "ordf",   "laquo",
    "not",    "shy",    "reg",    "macr",   "deg",    "plusmn", "sup2",   "sup3",   "acute",  "micro",  "para",   "middot",
    "cedil",  "sup1",   "ordm",   "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",  "Atilde",
    "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave", "Iacute", "Icirc",  "Iuml",
    "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",
    "Uuml",   "Yacute", "THORN",  "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",    "ntilde", "ograve", "oacute",
    "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave", "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml",
};

static const struct {
    const char *name;
    gunichar code;
    bool bare; /* also without ";" */
} others[] = {
    {"amp", '&', true},         {"lt", '<', true},          {"gt", '>', true},          {"quot", '"', true},       {"apos", '\'', false},
    {"ensp", 0x2002, false},    {"emsp", 0x2003, false},    {"thinsp", 0x2009, false},  {"zwnj", 0x200c, false},   {"zwj", 0x200d, false},
    {"lrm", 0x200e, false},     {"rlm", 0x200f, false},     {"ndash", 0x2013, false},   {"mdash", 0x2014, false},  {"lsquo", 0x2018, false},
    {"rsquo", 0x2019, false},   {"ldquo", 0x201c, false},   {"rdquo", 0x201d, false},   {"bull", 0x2022, false},   {"hellip", 0x2026, false},
    {"prime", 0x2032, false},   {"OElig", 0x0152, false},   {"oelig", 0x0153, false},   {"Scaron", 0x0160, false}, {"scaron", 0x0161, false},
    {"Yuml", 0x0178, false},    {"centerdot", 0xb7, false}, {"sdot", 0x22c5, false},
};

/* What numbers from 128 to 159 mean: letters of Windows; 0: what it says. */
static const gunichar windows[32] = {
    0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
    0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
};

static size_t by_number(const char *text, gunichar *code)
{
    bool hex = text[2] == 'x' || text[2] == 'X';
    const char *next = text + 2 + hex;
    gunichar value = 0;
    for (; hex ? g_ascii_isxdigit(*next) : g_ascii_isdigit(*next); next++)
        if (value <= CODE_MOST)
            value = value * (hex ? 16 : 10) + (gunichar)g_ascii_xdigit_value(*next);
    if (next == text + 2 + hex)
        return 0;
    if (value >= 128 && value < 160 && windows[value - 128])
        value = windows[value - 128];
    *code = value && g_unichar_validate(value) ? value : UNKNOWN;
    return (size_t)(next - text) + (*next == ';');
}

/* Takes the name if it stands at `text`, behind "&", and is longer than `*bytes`. */
static void fit(const char *text, const char *name, bool bare, size_t *bytes)
{
    size_t length = name[0] == text[0] ? strlen(name) : 0;
    if (length > *bytes && strncmp(text, name, length) == 0 && (bare || text[length] == ';'))
        *bytes = length;
}

static size_t by_name(const char *text, bool in_value, gunichar *code)
{
    size_t bytes = 0;
    for (size_t i = 0, before = 0; i < sizeof latin1 / sizeof *latin1; i++, before = bytes) {
        fit(text + 1, latin1[i], !in_value, &bytes);
        if (bytes > before)
            *code = LATIN1_FIRST + (gunichar)i;
    }
    for (size_t i = 0, before = bytes; i < sizeof others / sizeof *others; i++, before = bytes) {
        fit(text + 1, others[i].name, others[i].bare && !in_value, &bytes);
        if (bytes > before)
            *code = others[i].code;
    }
    return bytes ? bytes + 1 + (text[bytes + 1] == ';') : 0;
}

size_t html_entity(const char *text, bool in_value, char out[8], size_t *out_bytes)
{
    gunichar code = UNKNOWN;
    size_t used = text[1] == '#' ? by_number(text, &code) : by_name(text, in_value, &code);
    *out_bytes = used ? (size_t)g_unichar_to_utf8(code, out) : 0;
    return used;
}
