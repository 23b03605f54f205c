/* SPDX-License-Identifier: MIT */
#include "text.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "text_checks.h"

static const char *const messages[MESSAGE_COUNT][2] = {
#define X(name, zh, en) [MESSAGE_##name] = {zh, en},
    MESSAGES(X, X)
#undef X
};

static const bool always[MESSAGE_COUNT] = {
#define X(name, zh, en)
#define ALWAYS(name, zh, en) [MESSAGE_##name] = true,
    MESSAGES(X, ALWAYS)
#undef ALWAYS
#undef X
};

typedef struct Unit {
    const char *unit;
    int decimals;
    Words words; /* behind a number, with its space; "" where the sentence names the thing */
} Unit;

// clang-format off
static const Unit units[] = {
    {"",    2, {{"",        ""}}},
    {"px",  0, {{" 像素",   " px"}}},
    {"deg", 1, {{" 度",     " degree" S}}},
    {"dE",  1, {{"",        ""}}},
    {"%",   1, {{" %",      " %"}}},
    {"B",   0, {{" 字节",   " byte" S}}},
    {"MP",  1, {{" 百万像素", " megapixel" S}}},
    {"MB",  0, {{" MB",     " MB"}}},
    {"s",   0, {{" 秒",     " s"}}},
    {"bit", 0, {{" 位",     " bit" S}}},
    {"d",   0, {{" 天",     " day" S}}},
    {"dpi", 0, {{" dpi",    " dpi"}}},
};

static const struct {
    const char *rule;
    Words words;
} not_measured[] = {
    {"jewellery",       {{"耳环、项链等饰品",   "jewellery"}}},
    {"make_up",         {{"化妆",               "make-up"}}},
    {"coloured_lenses", {{"有色隐形眼镜",       "coloured contact lenses"}}},
    {"mirroring",       {{"左右镜像",           "mirroring"}}},
    {"identity",        {{"是否本人",           "identity"}}},
    {"expression",      {{"表情自然",           "natural expression"}}},
    {"ears",            {{"耳朵对称",           "ears even"}}},
    {"clothes_pattern", {{"上衣的图案、条纹",   "pattern of the clothes"}}},
    {"touching_objects", {{"挨着人的物体 (椅背、手等)", "objects that touch the person"}}},
    {"marks_on_person", {{"人像上的文字、印章", "text or seals on the person"}}},
    {"recompression",   {{"低质量压缩后裁剪或缩放再另存", "low quality, cropped or scaled and saved again"}}},
    {"enlarging",       {{"由小图放大",         "enlarged from a smaller picture"}}},
    {"distortion",      {{"拉伸、压扁或弯曲变形", "stretched or bent picture"}}},
    {"retouching",      {{"文件信息未显示的修图", "retouching that the file does not tell"}}},
    {"skin_coloured_cover", {{"肤色且有皱褶的围巾等遮挡物", "folded covers of the colour of skin"}}},
};
// clang-format on

enum { NUMBER_SIZE = 48, DECIMALS_MAX = 6 };

Lang lang_choose(const char *flag)
{
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *wanted = flag;
    for (size_t i = 0; !wanted && i < sizeof variables / sizeof *variables; i++) {
        wanted = getenv(variables[i]);
        if (wanted && !*wanted) /* POSIX: an empty one counts as unset */
            wanted = NULL;
    }
    return wanted && strncmp(wanted, "zh", 2) == 0 ? LANG_ZH : LANG_EN;
}

const char *text_message(Lang lang, MessageId message)
{
    return messages[message][lang];
}

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

/* Whether the last number before `end` is 1. */
static bool is_one(const char *text, const char *end)
{
    while (end > text && !is_digit(end[-1]))
        end--;
    bool one = end > text && end[-1] == '1';
    return one && (end - 1 == text || (!is_digit(end[-2]) && end[-2] != '.'));
}

void text_plural(char *text)
{
    char *to = text;
    for (const char *from = text; *from;) {
        const char *many = *from == '\1' ? strchr(from, '\2') : NULL, *end = many ? strchr(many, '\3') : NULL;
        if (!end) {
            *to++ = *from++;
            continue;
        }
        bool one = is_one(text, to);
        size_t bytes = (size_t)(one ? many - from : end - many) - 1;
        memmove(to, one ? from + 1 : many + 1, bytes);
        to += bytes;
        from = end + 1;
    }
    *to = '\0';
}

bool text_always(MessageId message)
{
    return always[message];
}

const char *text_check(Lang lang, CheckId check)
{
    return check_words[check].name.in[lang];
}

const char *text_not_measurable(Lang lang, const char *rule)
{
    for (size_t i = 0; i < sizeof not_measured / sizeof *not_measured; i++)
        if (strcmp(not_measured[i].rule, rule) == 0)
            return not_measured[i].words.in[lang];
    return rule;
}

void text_not_measured(Lang lang, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (const char *const *rule = not_measurable; *rule && at < size; rule++)
        at += (size_t)snprintf(out + at, size - at, "%s%s", at ? ", " : "", text_not_measurable(lang, *rule));
}

static const Unit *unit_find(const char *unit)
{
    for (size_t i = 1; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].unit, unit) == 0)
            return &units[i];
    return &units[0];
}

/* "31", "4.2", "0.16": no trailing zeros, no "-0". */
static void number_print(char out[NUMBER_SIZE], double value, int decimals)
{
    snprintf(out, NUMBER_SIZE, fabs(value) < 1e15 ? "%.*f" : "%.*g", decimals, value);
    if (strchr(out, '.') && !strchr(out, 'e')) {
        char *end = out + strlen(out);
        while (end[-1] == '0')
            *--end = '\0';
        if (end[-1] == '.')
            *--end = '\0';
    }
    if (strcmp(out, "-0") == 0)
        snprintf(out, NUMBER_SIZE, "0");
}

static void limit_print(char out[NUMBER_SIZE], double limit)
{
    number_print(out, limit, DECIMALS_MAX);
}

/* -3 to 3: the sentence speaks of "within 3" and leaves the sign to what to do. */
static bool symmetrical(const Finding *finding)
{
    return finding->hi > 0 && isfinite(finding->hi) && finding->lo == -finding->hi;
}

/* A value beyond a limit must not be rounded onto it: "49.7 px, must be 50 to 110". */
static void value_print(char out[NUMBER_SIZE], const Finding *finding, int decimals)
{
    double value = symmetrical(finding) ? fabs(finding->value) : finding->value;
    bool outside = value < finding->lo || value > finding->hi;
    double limit = value < finding->lo ? finding->lo : finding->hi;
    double beyond = value < finding->lo ? limit - finding->review_below : limit + finding->review_above;
    number_print(out, value, decimals);
    while (outside && decimals < DECIMALS_MAX && (strtod(out, NULL) == limit || strtod(out, NULL) == beyond))
        number_print(out, value, ++decimals);
}

/* ", 应为 50 至 110"; "" where nothing is asked. */
static const char *limits_print(Arena *arena, Lang lang, const Finding *finding)
{
    static const Words between = {{", 应为 %s 至 %s", ", must be %s to %s"}};
    static const Words exactly = {{", 应为 %s", ", must be %s"}};
    static const Words at_most = {{", 应不超过 %s%s", ", must be at most %s%s"}};
    static const Words at_least[] = {{{", 应不低于 %s", ", must be at least %s"}}, {{", 应不少于 %s", ", must be at least %s"}}};
    static const Words within = {{", 应在 %s%s以内", ", must be within %s%s"}};
    char lo[NUMBER_SIZE], hi[NUMBER_SIZE];
    const Unit *unit = unit_find(checks[finding->check].unit);
    bool apart = check_words[finding->check].below.in[lang];
    limit_print(lo, finding->lo);
    limit_print(hi, finding->hi);
    if (symmetrical(finding))
        return arena_print(arena, within.in[lang], hi, *unit->words.in[lang] || lang == LANG_EN ? unit->words.in[lang] : " ");
    if (isfinite(finding->lo) && isfinite(finding->hi) && !apart)
        return finding->lo == finding->hi ? arena_print(arena, exactly.in[lang], lo)
                                          : arena_print(arena, between.in[lang], lo, hi);
    if (isfinite(finding->hi))
        return arena_print(arena, at_most.in[lang], hi, apart ? unit->words.in[lang] : "");
    if (isfinite(finding->lo))
        return arena_print(arena, at_least[unit->decimals == 0].in[lang], lo); /* what is counted */
    return "";
}

/* " (超过 6 度不合格)": where the range that asks for a person ends; "" where there is none. */
static const char *beyond_print(Arena *arena, Lang lang, const Finding *finding)
{
    static const Words above = {{" (超过 %s%s不合格)", " (beyond %s%s it is rejected)"}};
    static const Words below = {{" (低于 %s%s不合格)", " (below %s%s it is rejected)"}};
    bool is_low = finding->value < finding->lo;
    double margin = is_low ? finding->review_below : finding->review_above;
    if (finding->level != LEVEL_REJECT || !(margin > 0))
        return "";
    double limit = is_low ? finding->lo - margin : finding->hi + margin;
    char number[NUMBER_SIZE];
    limit_print(number, symmetrical(finding) ? fabs(limit) : limit);
    const char *unit = unit_find(checks[finding->check].unit)->words.in[lang];
    Words words = is_low && !symmetrical(finding) ? below : above;
    return arena_print(arena, words.in[lang], number, *unit || lang == LANG_EN ? unit : " ");
}

/* `sentence` with its {} replaced; the sentence itself where it has none. */
static const char *fill(Arena *arena, const char *sentence, const char *value)
{
    const char *gap = strstr(sentence, "{}");
    if (!gap)
        return sentence;
    return arena_print(arena, "%.*s%s%s", (int)(gap - sentence), sentence, value, gap + 2);
}

/* What to do, or where `says` is missing the whole sentence. */
static const char *direction(const CheckWords *words, Lang lang, const Finding *finding)
{
    double middle = (finding->lo + finding->hi) / 2;
    bool low = isnan(middle) || isinf(middle) ? isfinite(finding->lo) : finding->value < middle;
    const char *wanted = low ? words->low.in[lang] : words->high.in[lang];
    const char *other = low ? words->high.in[lang] : words->low.in[lang];
    return wanted ? wanted : other;
}

/* Too much as well as too little. */
static bool either_way(const Finding *finding)
{
    return finding->value - finding->error < finding->lo && finding->value + finding->error > finding->hi;
}

static bool within_error(const Finding *finding)
{
    return finding->level == LEVEL_REVIEW && finding->error > 0 &&
           finding->value >= finding->lo - finding->error &&
           finding->value <= finding->hi + finding->error;
}

static const Words look = {{"请人工查看", "a person must look"}};
static const Words look_closely = {{"在测量误差之内, 请人工查看", "within the measure's error, a person must look"}};

/* ": light both sides evenly", and where only a person can say whether it is so, that before it. */
static const char *tail_print(Arena *arena, Lang lang, const Finding *finding, const char *todo)
{
    static const Words then = {{"; 确有问题时, ", "; if it is so, "}};
    const char *first = within_error(finding) ? look_closely.in[lang] : finding->level == LEVEL_REVIEW ? look.in[lang] : "";
    if (strstr(todo, look.in[lang]) || finding->check == CHECK_other_profile || finding->check == CHECK_photo_gone) /* what is certain needs no look */
        first = "";
    return arena_print(arena, "%s%s%s%s", *first || *todo ? ": " : "", first, *first && *todo ? then.in[lang] : "", todo);
}

const char *text_whole(Arena *arena, Lang lang, const Finding *finding, const char *sentence)
{
    const char *cut = strstr(sentence, ": ");
    if (finding->level != LEVEL_REVIEW || !cut)
        return finding->level != LEVEL_REVIEW ? sentence : arena_print(arena, "%s: %s", sentence, look.in[lang]);
    const char *tail = tail_print(arena, lang, finding, cut + 2);
    return tail ? arena_print(arena, "%.*s%s", (int)(cut - sentence), sentence, tail) : NULL;
}

static const char *measured_print(Arena *arena, Lang lang, const Finding *finding)
{
    const CheckWords *words = &check_words[finding->check];
    const Unit *unit = unit_find(checks[finding->check].unit);
    char value[NUMBER_SIZE], error[NUMBER_SIZE];
    value_print(value, finding, unit->decimals);
    if (!words->says.in[lang]) {
        const char *sentence = fill(arena, direction(words, lang, finding), value);
        return sentence ? text_whole(arena, lang, finding, sentence) : NULL;
    }
    if (words->below.in[lang] && finding->value < finding->lo) {
        number_print(value, -finding->value, unit->decimals);
        const char *sentence = fill(arena, words->below.in[lang], arena_print(arena, "%s%s", value, unit->words.in[lang]));
        return sentence ? text_whole(arena, lang, finding, sentence) : NULL;
    }
    number_print(error, finding->error, unit->decimals + 1);
    const char *amount = within_error(finding)
                             ? arena_print(arena, "%s ± %s%s", value, error, unit->words.in[lang])
                             : arena_print(arena, "%s%s", value, unit->words.in[lang]);
    if (!amount)
        return NULL;
    bool none = finding->value == 0 && words->none.in[lang];
    const char *says = none ? words->none.in[lang] : fill(arena, words->says.in[lang], amount);
    const char *limits = limits_print(arena, lang, finding), *beyond = beyond_print(arena, lang, finding);
    /* the crop is one, and so is what would mend it: the advice says it once for all its rules */
    bool told = either_way(finding) || (finding->advised && check_is_placement(finding->check));
    const CheckWords *cause = finding->lit ? &check_words[CHECK_background_gradient] : words;
    const char *tail = tail_print(arena, lang, finding, told ? "" : direction(cause, lang, finding));
    return says && limits && beyond && tail ? arena_print(arena, "%s%s%s%s", says, limits, beyond, tail) : NULL;
}

const char *text_finding(Arena *arena, Lang lang, const Finding *finding)
{
    static const Words unmeasured = {
        {"%s无法测量, 需人工查看", "%s could not be measured: a person must look"}};
    const char *text =
        finding->measured && !isnan(finding->value)
            ? measured_print(arena, lang, finding)
            : arena_print(arena, unmeasured.in[lang], text_check(lang, finding->check));
    char *whole = text ? arena_copy(arena, text) : NULL;
    if (!whole) /* past the arena's cap */
        return text_check(lang, finding->check);
    text_plural(whole);
    return whole;
}

const char *text_byte_window(Arena *arena, Lang lang, const Output *tried)
{
    static const Words large = {{"在规定的压缩品质内, 文件大小达不到要求 (最接近的是%s): 请简化背景和衣着、减少噪点后重拍, 或调整配置中的范围",
                                 "no allowed quality gives a file size in range (nearest: %s): shoot again with a plain background, "
                                 "plain clothes and less noise, or change the ranges of the profile"}};
    static const Words small = {{"任何压缩品质下文件都太小 (最接近的是%s): 画面细节过少, " ORIGINAL_ZH ", 或准确对焦后重拍",
                                 "the file is too small at any quality (nearest: %s): the picture shows too little, " ORIGINAL_EN
                                 ", or focus well and shoot again"}};
    static const Words one = {{"品质系数 %d 时 %zu 字节", "%2$zu bytes at quality %1$d"}};
    const char *nearest = NULL;
    for (int i = 0; i < 2; i++)
        if (tried->nearest_bytes[i]) {
            const char *more = arena_print(arena, one.in[lang], tried->nearest_quality[i], tried->nearest_bytes[i]);
            nearest = nearest && more ? arena_print(arena, "%s, %s", nearest, more) : more;
        }
    if (!nearest)
        return NULL;
    return arena_print(arena, (tried->nearest_bytes[1] ? large : small).in[lang], nearest);
}

static const char *join(Arena *arena, const char *text, const char *more)
{
    return text && more ? arena_print(arena, "%s; %s", text, more) : more ? more : text;
}

/* NULL where there is nothing to say; of 0.2 % is said 1. */
static const char *percent_print(Arena *arena, Lang lang, Words words, double percent)
{
    return percent > 0 ? arena_print(arena, words.in[lang], fmax(1, round(percent))) : NULL;
}

const char *text_advice(Arena *arena, Lang lang, const Advice *advice, Verdict verdict)
{
    static const Words perhaps = {{"如需重拍: %s", "to shoot it again: %s"}};
    static const Words back = {{"请后退, 拍摄距离加大约 %.0f %%", "step back, by about %.0f %% of the distance"}};
    static const Words closer = {{"请靠近, 拍摄距离缩短约 %.0f %% (或提交像素更多的相机原图)",
                                  "move closer, by about %.0f %% of the distance (or send a camera original of more pixels)"}};
    static const Words above = {{"头顶上方请留画面高度的约 %.0f %%", "leave about %.0f %% of the picture's height above the head"}};
    static const Words left = {{"人像偏左, 镜头请向左移, 使人像居中", "the person is too far left: aim the camera further left, until the person is in the middle"}};
    static const Words right = {{"人像偏右, 镜头请向右移, 使人像居中", "the person is too far right: aim the camera further right, until the person is in the middle"}};
    static const Words hair = {{"头发过高, 按规定的范围无法裁剪: 请压低头发后重拍",
                                "the hair is too high for any crop: flatten it and shoot again"}};
    static const Words conflict = {{"这张照片怎样裁剪都不能满足全部要求, 最难兼顾的是“%s”和“%s”",
                                    "no crop of this picture keeps all the rules, least of all both '%s' and '%s'"}};
    const char *text = NULL;
    if (advice->one < CHECK_COUNT && advice->other < CHECK_COUNT && advice->one != advice->other)
        text = arena_print(arena, conflict.in[lang], text_check(lang, advice->one),
                           text_check(lang, advice->other));
    if (advice->hair_too_high)
        text = join(arena, text, hair.in[lang]);
    text = join(arena, text, percent_print(arena, lang, closer, advice->nearer_pct));
    text = join(arena, text, percent_print(arena, lang, back, -advice->nearer_pct));
    text = join(arena, text, percent_print(arena, lang, above, advice->room_above_pct));
    text = join(arena, text, !advice->pan ? NULL : advice->pan < 0 ? left.in[lang] : right.in[lang]);
    return text && verdict != VERDICT_REJECT ? arena_print(arena, perhaps.in[lang], text) : text;
}
