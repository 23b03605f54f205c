/* SPDX-License-Identifier: MIT */
/* Every sentence for people, Chinese and English, in one catalogue. */
#ifndef TEXT_H
#define TEXT_H

#include "photo.h"
#include "text_messages.h"

typedef enum Lang { LANG_ZH, LANG_EN } Lang;

typedef struct Words {
    const char *in[2]; /* by Lang */
} Words;

/* --lang, else LC_ALL, LC_MESSAGES, LANG: zh* is Chinese, all else English. */
Lang lang_choose(const char *flag);

/* "头顶距上边沿 31 像素, 应为 50 至 110: 请后退重拍或在上方多留空间". */
const char *text_finding(Arena *arena, Lang lang, const Finding *finding);

/* A check's short name for people: "头顶距上边沿", "hair top". */
const char *text_check(Lang lang, CheckId check);

/* Sentence for Advice, or NULL: "请后退约 12 %", "头顶上方请多留约 40 像素". */
const char *text_advice(Arena *arena, Lang lang, const Advice *advice);

/* The printf format of a message; its arguments are those of its row in text_messages.h. */
const char *text_message(Lang lang, MessageId message);

/* A printed sentence without its marks of PLURAL, in place. */
void text_plural(char *text);

/* Whether it is said also under --quiet: it tells what went wrong, or that a decision met nobody. */
bool text_always(MessageId message);

/* A rule of not_measurable[] for people. */
const char *text_not_measurable(Lang lang, const char *rule);

#endif
