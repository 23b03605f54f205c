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

/* "头部倾斜 9 度, 应在 3 度以内 (超过 6 度不合格): 请摆正头部重拍"; of a level that asks for a look: "...: 请人工查看; 确有问题时, ...". */
const char *text_finding(Arena *arena, Lang lang, const Finding *finding);

/* The same of a sentence "what it is: what to do" that tells more than the check's own. */
const char *text_whole(Arena *arena, Lang lang, const Finding *finding, const char *sentence);

/* Of such a sentence "what it is (waived)", since nothing is to be done. NULL where there is no memory. */
const char *text_waived(Arena *arena, Lang lang, const char *sentence);

/* Takes out of it, in place, what is for who judges alone: that a person must look, and what a profile could allow. */
void text_for_student(Lang lang, char *sentence);

/* What byte_window says where the nearest qualities are known; NULL where they are not. */
const char *text_byte_window(Arena *arena, Lang lang, const Output *tried);

/* A check's short name for people: "头顶距上边沿", "hair top". */
const char *text_check(Lang lang, CheckId check);

/* Sentence for Advice, or NULL: "请后退, 拍摄距离加大约 12 %; 头顶上方请留画面高度的约 12 %"; behind "如需重拍: "
 * where the verdict leaves it to a person. */
const char *text_advice(Arena *arena, Lang lang, const Advice *advice, Verdict verdict);

/* The printf format of a message; its arguments are those of its row in text_messages.h. */
const char *text_message(Lang lang, MessageId message);

/* A printed sentence without its marks of PLURAL, in place. */
void text_plural(char *text);

/* Whether it is said also under --quiet: it tells what went wrong, or that a decision met nobody. */
bool text_always(MessageId message);

/* A rule of not_measurable[] for people. */
const char *text_not_measurable(Lang lang, const char *rule);

/* All of them, "首饰, 化妆"; cut off where `size` is too small. */
void text_not_measured(Lang lang, char *out, size_t size);

#endif
