/* SPDX-License-Identifier: MIT */
#include "html.h"
#include <string.h>
#include <glib.h>

static const struct {
    const char *name;
    HtmlTag tag;
} tags[] = {
    {"td", HTML_TD},         {"th", HTML_TH},         {"tr", HTML_TR},         {"table", HTML_TABLE},   {"tbody", HTML_TBODY},
    {"thead", HTML_THEAD},   {"tfoot", HTML_TFOOT},   {"br", HTML_BREAK},     {"p", HTML_BLOCK},       {"div", HTML_BLOCK},
    {"li", HTML_BLOCK},      {"ul", HTML_BLOCK},      {"ol", HTML_BLOCK},     {"dl", HTML_BLOCK},      {"dt", HTML_BLOCK},
    {"dd", HTML_BLOCK},      {"h1", HTML_BLOCK},      {"h2", HTML_BLOCK},     {"h3", HTML_BLOCK},      {"h4", HTML_BLOCK},
    {"h5", HTML_BLOCK},      {"h6", HTML_BLOCK},      {"hr", HTML_BLOCK},     {"pre", HTML_BLOCK},     {"center", HTML_BLOCK},
    {"form", HTML_BLOCK},    {"option", HTML_BLOCK},  {"caption", HTML_CAPTION}, {"script", HTML_RAW}, {"style", HTML_RAW},
    {"title", HTML_RAW},     {"xmp", HTML_RAW},       {"iframe", HTML_RAW},   {"noembed", HTML_RAW},   {"noframes", HTML_RAW},
    {"textarea", HTML_AREA}, {"col", HTML_COLUMNS},   {"colgroup", HTML_COLUMNS},
};

static HtmlTag find_tag(const char *name, size_t bytes)
{
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (g_ascii_tolower(*name) == *tags[i].name && g_ascii_strncasecmp(name, tags[i].name, bytes) == 0 && !tags[i].name[bytes])
            return tags[i].tag;
    return HTML_OTHER;
}

bool html_is(const HtmlAttribute *attribute, const char *name)
{
    return strlen(name) == attribute->name_bytes && g_ascii_strncasecmp(attribute->name, name, attribute->name_bytes) == 0;
}

bool html_attribute(const char **at, HtmlAttribute *out)
{
    const char *next = *at + strspn(*at, HTML_SPACES "/");
    *out = (HtmlAttribute){.name = next};
    *at = next;
    if (!*next || *next == '>')
        return false;
    out->name_bytes = 1 + strcspn(next + 1, HTML_SPACES "/>="); /* "=" may begin a name */
    *at = next += out->name_bytes;
    next += strspn(next, HTML_SPACES);
    if (*next != '=')
        return true;
    next += 1 + strspn(next + 1, HTML_SPACES);
    bool quoted = *next == '"' || *next == '\'';
    out->value = next + quoted;
    out->value_bytes = strcspn(out->value, !quoted ? HTML_SPACES ">" : *next == '"' ? "\"" : "'");
    next = out->value + out->value_bytes;
    *at = next + (quoted && *next);
    return true;
}

/* Behind a comment, or what browsers take for one, which begins at `start`. */
static const char *skip_comment(const char *start)
{
    if (strncmp(start, "<!--", 4) != 0) {
        const char *end = strchr(start, '>');
        return end ? end + 1 : start + strlen(start);
    }
    const char *end = start + 4;
    if (*end == '>' || strncmp(end, "->", 2) == 0)
        return strchr(end, '>') + 1;
    for (; (end = strstr(end, "--")); end++)
        if (end[2] == '>' || strncmp(end + 2, "!>", 2) == 0)
            return strchr(end, '>') + 1;
    return start + strlen(start);
}

/* Where the tag is that closes the element of this name, whose tag ends at `from`; the end of the page where none does. */
static const char *find_close(const char *from, const char *name, size_t bytes)
{
    for (const char *at = from; (at = strstr(at, "</")); at += 2)
        if (g_ascii_strncasecmp(at + 2, name, bytes) == 0 && strchr(HTML_SPACES "/>", at[2 + bytes]))
            return at;
    return from + strlen(from);
}

/* The tag at html->at. False: the page ends in it. */
static bool take_tag(Html *html, HtmlToken *out)
{
    HtmlAttribute attribute;
    bool closes = html->at[1] == '/';
    const char *name = html->at + 1 + closes, *at;
    size_t bytes = strcspn(name, HTML_SPACES "/>");
    *out = (HtmlToken){closes ? HTML_CLOSE : HTML_OPEN, find_tag(name, bytes), html->at, NULL, name + bytes};
    at = name + bytes;
    while (html_attribute(&at, &attribute))
        ;
    if (!*at || at >= html->end) {
        html->at = html->end;
        return false;
    }
    out->end = html->at = at + 1;
    if (!closes && out->tag == HTML_RAW)
        html->at = find_close(out->end, name, bytes);
    if (!closes && out->tag == HTML_AREA)
        html->area_end = find_close(out->end, name, bytes);
    return true;
}

/* Where a tag or a comment begins, at `at` or behind it. */
static const char *find_markup(const Html *html, const char *at)
{
    while ((at = memchr(at, '<', (size_t)(html->end - at))))
        if (g_ascii_isalpha(at[1]) || (at[1] && strchr("/!?", at[1])))
            return at;
        else
            at++;
    return html->end;
}

bool html_next(Html *html, HtmlToken *out)
{
    while (html->at < html->end) {
        const char *start = html->at, *next = start < html->area_end ? html->area_end : find_markup(html, start);
        if (next > start) {
            html->at = next = next < html->end ? next : html->end;
            *out = (HtmlToken){HTML_TEXT, HTML_OTHER, start, next, NULL};
            return true;
        }
        if (g_ascii_isalpha(start[1]) || (start[1] == '/' && g_ascii_isalpha(start[2])))
            return take_tag(html, out);
        html->at = skip_comment(start);
    }
    return false;
}

static HtmlStep opened(HtmlPlace *place, HtmlTag tag)
{
    bool in_cell = place->cell == HTML_TD || place->cell == HTML_TH;
    switch (tag) {
    case HTML_TD:
    case HTML_TH: {
        HtmlStep step = {.ends_cell = in_cell, .begins_row = !place->in_row, .begins_cell = true};
        *place = (HtmlPlace){place->group ? place->group : HTML_TBODY, true, tag};
        return step;
    }
    case HTML_TR: {
        HtmlStep step = {.ends_cell = in_cell, .ends_row = place->in_row, .begins_row = true};
        *place = (HtmlPlace){place->group ? place->group : HTML_TBODY, true, HTML_OTHER};
        return step;
    }
    case HTML_THEAD:
    case HTML_TBODY:
    case HTML_TFOOT:
    case HTML_COLUMNS:
    case HTML_CAPTION: {
        HtmlStep step = {.ends_cell = in_cell, .ends_row = place->in_row, .ends_group = true};
        bool group = tag != HTML_COLUMNS && tag != HTML_CAPTION;
        *place = (HtmlPlace){group ? tag : HTML_OTHER, false, tag == HTML_CAPTION ? tag : HTML_OTHER};
        return step;
    }
    default:
        return (HtmlStep){0};
    }
}

HtmlStep html_step(HtmlPlace *place, const HtmlToken *token)
{
    HtmlTag tag = token->tag;
    bool in_cell = place->cell == HTML_TD || place->cell == HTML_TH;
    if (token->kind == HTML_OPEN)
        return opened(place, tag);
    if (token->kind == HTML_TEXT || tag == HTML_OTHER)
        return (HtmlStep){0};
    if (tag == place->cell) {
        place->cell = HTML_OTHER;
        return (HtmlStep){.ends_cell = in_cell};
    }
    if (tag == HTML_TR && place->in_row) {
        *place = (HtmlPlace){.group = place->group};
        return (HtmlStep){.ends_cell = in_cell, .ends_row = true};
    }
    if (tag == place->group) {
        HtmlStep step = {.ends_cell = in_cell, .ends_row = place->in_row, .ends_group = true};
        *place = (HtmlPlace){0};
        return step;
    }
    return (HtmlStep){0};
}
