/* SPDX-License-Identifier: MIT */
/* The tags and texts of a page, one after the other as a browser tells them apart; what is no table matters little. Ours, since
 * libgumbo takes the square of the depth in time and overflows the stack when it frees what lies deep. */
#ifndef HTML_H
#define HTML_H

#include <stdbool.h>
#include <stddef.h>

#define HTML_SPACES " \t\n\f\r"

typedef enum HtmlKind { HTML_TEXT, HTML_OPEN, HTML_CLOSE } HtmlKind;

typedef enum HtmlTag {
    HTML_OTHER,
    HTML_TABLE,
    HTML_THEAD,
    HTML_TBODY,
    HTML_TFOOT,
    HTML_COLUMNS, /* col, colgroup */
    HTML_CAPTION,
    HTML_TR,
    HTML_TD,
    HTML_TH,
    HTML_BREAK,
    HTML_BLOCK, /* stands on lines of its own: p, div, ... */
    HTML_RAW,   /* script and the like: what is in it is passed over */
    HTML_AREA,  /* textarea: holds no tags */
} HtmlTag;

typedef struct HtmlToken {
    HtmlKind kind;
    HtmlTag tag;
    const char *start, *end;  /* of it in the page */
    const char *attributes;   /* of HTML_OPEN */
} HtmlToken;

/* A page in UTF-8, to be read up to `end`; a zero stands behind the page, and none in it. */
typedef struct Html {
    const char *at, *end;
    const char *area_end; /* no tags before here */
} Html;

/* False: the end. A tag that the end cuts off is none. */
bool html_next(Html *html, HtmlToken *out);

/* What is open of a table, nested ones apart; HTML_OTHER: nothing. */
typedef struct HtmlPlace {
    HtmlTag group;
    bool in_row;
    HtmlTag cell; /* HTML_CAPTION where it is that */
} HtmlPlace;

typedef struct HtmlStep {
    bool ends_cell, ends_row, ends_group, begins_row, begins_cell; /* in this order; a caption is no cell */
} HtmlStep;

/* What the tag does there, by the rules of HTML for what is left out and what is out of place. */
HtmlStep html_step(HtmlPlace *place, const HtmlToken *token);

typedef struct HtmlAttribute {
    const char *name, *value; /* value NULL: it has none */
    size_t name_bytes, value_bytes;
} HtmlAttribute;

/* The next one; *at is token.attributes at first. False: no more. */
bool html_attribute(const char **at, HtmlAttribute *out);
bool html_is(const HtmlAttribute *attribute, const char *name);

/* What "&..." at `text` stands for, as UTF-8 without a zero; its bytes in the page, or 0: it is no such thing. In the value of
 * an attribute only what ends in ";" is. */
size_t html_entity(const char *text, bool in_value, char out[8], size_t *out_bytes);

#endif
