/* SPDX-License-Identifier: MIT */
#include "text.h"
#include <string.h>

const char *text_waived(Arena *arena, Lang lang, const char *sentence)
{
    const char *cut = strstr(sentence, ": ");
    size_t length = cut ? (size_t)(cut - sentence) : strlen(sentence);
    return arena_print(arena, text_message(lang, MESSAGE_finding_waived), (int)length, sentence);
}

void text_for_student(Lang lang, char *sentence)
{
    static const Words look = {{"人工查看", "a person must look"}}, unmeasured = {{", 需人工查看", ": a person must look"}};
    static const Words then = {{"; 确有问题时, ", "; if it is so, "}}, profile = {{", 或调整配置中的范围", ", or change the ranges of the profile"}};
    char *cut = strstr(sentence, ": "), *found = strstr(sentence, profile.in[lang]);
    if (found)
        *found = '\0';
    if (cut && (found = strstr(cut, then.in[lang]))) {
        found += strlen(then.in[lang]);
        memmove(cut + 2, found, strlen(found) + 1);
    } else if (cut && strstr(cut, look.in[lang]))
        *cut = '\0';
    else if ((found = strstr(sentence, unmeasured.in[lang])))
        *found = '\0';
}
