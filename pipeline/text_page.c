/* SPDX-License-Identifier: MIT */
#include "text_page.h"

static const struct {
    const char *name;
    Words words;
} rows[PAGE_WORD_COUNT] = {
#define X(name, zh, en) [PAGE_WORD_##name] = {#name, {{zh, en}}},
    PAGE_WORDS(X)
#undef X
};

const char *text_page_name(PageWord word)
{
    return rows[word].name;
}

const char *text_page(Lang lang, PageWord word)
{
    return rows[word].words.in[lang];
}
