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
    {"deg", 1, {{" 度",     " degrees"}}},
    {"dE",  1, {{"",        ""}}},
    {"%",   1, {{" %",      " %"}}},
    {"B",   0, {{" 字节",   " bytes"}}},
    {"MP",  1, {{" 百万像素", " megapixels"}}},
    {"MB",  0, {{" MB",     " MB"}}},
    {"s",   0, {{" 秒",     " s"}}},
    {"bit", 0, {{" 位",     " bits"}}},
    {"d",   0, {{" 天",     " days"}}},
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
    number_print(out, value, decimals);
    while (outside && decimals < DECIMALS_MAX && strtod(out, NULL) == limit)
        number_print(out, value, ++decimals);
}

/* ", 应为 50 至 110"; "" where nothing is asked. */
static const char *limits_print(Arena *arena, Lang lang, const Finding *finding)
{
    static const Words between = {{", 应为 %s 至 %s", ", must be %s to %s"}};
    static const Words exactly = {{", 应为 %s", ", must be %s"}};
    static const Words at_most = {{", 应不超过 %s", ", must be at most %s"}};
    static const Words at_least = {{", 应不少于 %s", ", must be at least %s"}};
    static const Words within = {{", 应在 %s%s以内", ", must be within %s%s"}};
    char lo[NUMBER_SIZE], hi[NUMBER_SIZE];
    limit_print(lo, finding->lo);
    limit_print(hi, finding->hi);
    if (symmetrical(finding)) {
        const char *unit = unit_find(checks[finding->check].unit)->words.in[lang];
        return arena_print(arena, within.in[lang], hi, *unit || lang == LANG_EN ? unit : " ");
    }
    if (isfinite(finding->lo) && isfinite(finding->hi))
        return finding->lo == finding->hi ? arena_print(arena, exactly.in[lang], lo)
                                          : arena_print(arena, between.in[lang], lo, hi);
    if (isfinite(finding->hi))
        return arena_print(arena, at_most.in[lang], hi);
    if (isfinite(finding->lo))
        return arena_print(arena, at_least.in[lang], lo);
    return "";
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

static bool within_error(const Finding *finding)
{
    return finding->level == LEVEL_REVIEW && finding->error > 0 &&
           finding->value >= finding->lo - finding->error &&
           finding->value <= finding->hi + finding->error;
}

static const char *measured_print(Arena *arena, Lang lang, const Finding *finding)
{
    const CheckWords *words = &check_words[finding->check];
    const Unit *unit = unit_find(checks[finding->check].unit);
    char value[NUMBER_SIZE], error[NUMBER_SIZE];
    value_print(value, finding, unit->decimals);
    if (!words->says.in[lang])
        return fill(arena, direction(words, lang, finding), value);

    number_print(error, finding->error, unit->decimals + 1);
    bool doubtful = within_error(finding);
    const char *amount = doubtful
                             ? arena_print(arena, "%s ± %s%s", value, error, unit->words.in[lang])
                             : arena_print(arena, "%s%s", value, unit->words.in[lang]);
    if (!amount)
        return NULL;
    const char *says = fill(arena, words->says.in[lang], amount);
    const char *limits = limits_print(arena, lang, finding);
    if (!says || !limits)
        return NULL;
    static const Words look = {{": 在测量误差之内, 请人工查看; 如需重拍, ",
                                ": within the measure's error, a person must look; to retake: "}};
    return arena_print(arena, "%s%s%s%s", says, limits, doubtful ? look.in[lang] : ": ",
                       direction(words, lang, finding));
}

const char *text_finding(Arena *arena, Lang lang, const Finding *finding)
{
    static const Words unmeasured = {
        {"%s无法测量, 需人工查看", "%s could not be measured: a person must look"}};
    const char *text =
        finding->measured && !isnan(finding->value)
            ? measured_print(arena, lang, finding)
            : arena_print(arena, unmeasured.in[lang], text_check(lang, finding->check));
    return text ? text : text_check(lang, finding->check); /* past the arena's cap */
}

static const char *join(Arena *arena, const char *text, const char *more)
{
    return text && more ? arena_print(arena, "%s; %s", text, more) : more ? more : text;
}

const char *text_advice(Arena *arena, Lang lang, const Advice *advice)
{
    static const Words back = {{"请后退约 %.0f %%", "step back by about %.0f %%"}};
    static const Words closer = {{"请靠近约 %.0f %%", "move closer by about %.0f %%"}};
    static const Words above = {
        {"头顶上方请多留约 %.0f 像素", "leave about %.0f px more above the head"}};
    static const Words below = {{"人像下方请多留约 %.0f 像素 (镜头略向下)",
                                 "leave about %.0f px more below (aim the camera lower)"}};
    static const Words hair = {{"头发过高, 按规定的范围无法裁剪: 请压低头发后重拍",
                                "the hair is too high for any crop: flatten it and shoot again"}};
    static const Words conflict = {
        {"\"%s\"与\"%s\"的要求无法同时满足", "'%s' and '%s' cannot both be met"}};
    const char *text = NULL;
    if (advice->one < CHECK_COUNT && advice->other < CHECK_COUNT && advice->one != advice->other)
        text = arena_print(arena, conflict.in[lang], text_check(lang, advice->one),
                           text_check(lang, advice->other));
    if (advice->hair_too_high)
        text = join(arena, text, hair.in[lang]);
    double percent = fmax(1, round(fabs(advice->closer_pct)));
    if (fabs(advice->closer_pct) > 0)
        text = join(arena, text,
                    arena_print(arena, (advice->closer_pct > 0 ? closer : back).in[lang], percent));
    if (advice->room_above_px > 0)
        text = join(arena, text, arena_print(arena, above.in[lang], ceil(advice->room_above_px)));
    if (advice->room_below_px > 0)
        text = join(arena, text, arena_print(arena, below.in[lang], ceil(advice->room_below_px)));
    return text;
}
