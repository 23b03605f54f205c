/* SPDX-License-Identifier: MIT */
/* Sentences of errors that stand behind others: the row that is found for the whole must leave each part its own. */
#include "../../pipeline/text_errors.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include "error_rows.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* What of a file's sentences stands behind other words. */
// clang-format off
static const struct {
    const char *file, *english, *chinese;
} before[] = {
    {"decisions.c",     "d.csv:3: ",  "d.csv 第 3 行: "},
    {"profile.c",       "a.ini:84: ", "a.ini 第 84 行: "},
    {"profile_keys.c",  "a.ini:84: ", "a.ini 第 84 行: "},
    {"profile_keys.c",  "a.ini:84: check 'dpi' ", "a.ini 第 84 行: 检查项 'dpi' "},
    {"profile_keys.c",  "a.ini:84: wrong value '-3 to 3 px' of 'dpi': ", "a.ini 第 84 行: 'dpi' 的值 '-3 to 3 px' 有误: "},
    {"profile_range.c", "a.ini:84: wrong value 'it's: 1' of 'dpi': ", "a.ini 第 84 行: 'dpi' 的值 'it's: 1' 有误: "},
};
// clang-format on

static GHashTable *literals_of(const char *file)
{
    GHashTable *literals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    char *path = g_build_filename(SOURCE_DIR "/pipeline", file, NULL), *source = NULL;
    assert_true(g_file_get_contents(path, &source, NULL, NULL));
    read_literals(source, literals);
    g_free(source);
    g_free(path);
    return literals;
}

/* Its row; "100 %" stands there as "100 %%". */
static const Words *row_said_as(const char *literal)
{
    char **parts = g_strsplit(literal, " %", -1), *format = g_strjoinv(" %%", parts);
    const Words *row = row_of(literal) ? row_of(literal) : row_of(format);
    g_strfreev(parts);
    g_free(format);
    return row;
}

static void a_sentence_says_the_same_behind_others(void **state)
{
    (void)state;
    int said = 0;
    for (size_t i = 0; i < COUNT(before); i++) {
        GHashTable *literals = literals_of(before[i].file);
        GHashTableIter iter;
        gpointer literal;
        g_hash_table_iter_init(&iter, literals);
        while (g_hash_table_iter_next(&iter, &literal, NULL)) {
            const char *words = literal;
            const Words *row = row_said_as(words);
            if (!row && (!strchr(words, ' ') || strchr(" /;", words[0]) || strstr(words, "%.*s")))
                continue;
            if (!row)
                fail_msg("no Chinese for: %s", words);
            if (strstr(words, ":%d: "))
                continue;
            char english[TEXT_BYTES], wanted[TEXT_BYTES], chinese[TEXT_BYTES];
            strcpy(english, before[i].english);
            strcpy(wanted, before[i].chinese);
            print_sample(LANG_EN, row->in[LANG_EN], english + strlen(english));
            print_sample(LANG_ZH, row->in[LANG_ZH], wanted + strlen(wanted));
            text_error(LANG_ZH, english, chinese, sizeof chinese);
            assert_string_equal(chinese, wanted);
            said++;
        }
        g_hash_table_destroy(literals);
    }
    assert_true(said > 100);
}

/* A library gives the system's reason, and has words of its own before it. */
static void a_reason_of_a_library_is_chinese_everywhere(void **state)
{
    (void)state;
    for (const Words *const *table = text_errors_all; *table; table++)
        for (const Words *row = *table; row->in[LANG_EN]; row++) {
            char english[TEXT_BYTES], wanted[TEXT_BYTES], chinese[TEXT_BYTES], format[TEXT_BYTES];
            if (!g_str_has_suffix(row->in[LANG_EN], ": %m") && !g_str_has_suffix(row->in[LANG_EN], "': %s"))
                continue;
            strcpy(format, row->in[LANG_EN]);
            format[strlen(format) - 2] = '\0';
            print_sample(LANG_EN, format, english);
            strcat(english, "Write error: No space left on device");
            assert_true(g_str_has_suffix(row->in[LANG_ZH], "%m") || g_str_has_suffix(row->in[LANG_ZH], "%s") ||
                        g_str_has_suffix(row->in[LANG_ZH], "%3$s"));
            strcpy(format, row->in[LANG_ZH]);
            *strrchr(format, '%') = '\0';
            print_sample(LANG_ZH, format, wanted);
            strcat(wanted, "写入出错: 磁盘已满");
            text_error(LANG_ZH, english, chinese, sizeof chinese);
            assert_string_equal(chinese, wanted);
        }
}

/* Outside quotes; of single words many are names: JPEG, journal, dpi. */
static void no_row_holds_two_english_words_together(void **state)
{
    (void)state;
    GRegex *phrase = g_regex_new("[A-Za-z]{2,} [a-z]{2,}", 0, 0, NULL), *quoted = g_regex_new("'[^']*'|%[0-9$.*]*[a-z]+|--[a-z-]+", 0, 0, NULL);
    for (const Words *const *table = text_errors_all; *table; table++)
        for (const Words *row = *table; row->in[LANG_EN]; row++) {
            char *bare = g_regex_replace(quoted, row->in[LANG_ZH], -1, 0, "", 0, NULL);
            if (g_regex_match(phrase, bare, 0, NULL))
                fail_msg("English in: %s", row->in[LANG_ZH]);
            g_free(bare);
        }
    g_regex_unref(phrase);
    g_regex_unref(quoted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_says_the_same_behind_others),
        cmocka_unit_test(a_reason_of_a_library_is_chinese_everywhere),
        cmocka_unit_test(no_row_holds_two_english_words_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
