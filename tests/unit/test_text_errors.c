/* SPDX-License-Identifier: MIT */
/* Reads the program's own sources: a sentence of an error that has no Chinese is found here, not by whoever meets it. */
#include "../../pipeline/text_errors.h"
#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <glib.h>
#include "error_rows.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* ---- what the sources say ---- */

/* Functions that make a sentence of a format, which is this argument, counted from 0; file NULL: everywhere. */
static const struct {
    const char *file, *function;
    int argument;
} makers[] = {
    {NULL, "fail", 2},
    {"profile.c", "wrong", 1},
    {"profile_range.c", "say", 1},
    {"decisions.c", "wrong", 2},
    {"table_csv.c", "refuse", 1},
    {NULL, "damaged", 1},
    {NULL, "grid_wrong", 1},
    {"zip_check.c", "complain", 2},
    {"verify.c", "tell", 3},
    {"verify_join.c", "say", 3},
    {"verify_join.c", "say_of", 3},
    {"verify_sums.c", "tell", 3},
    {"table.c", "arena_print", 1},
    {"roster_row.c", "arena_print", 1},
    {"verify_roster.c", "arena_print", 1},
};

/* Sentences that need no row, and why. */
static const struct {
    const char *format, *why;
} exempt[] = {
    {"%s", "another sentence as it is"},
    {"%s%s", "of the catalogue: usage errors, words in a list"},
    {"former", "is caught where it is made, nobody reads it"},
};

typedef struct Sources {
    GHashTable *literals;  /* every string of the sources, adjacent ones joined */
    GPtrArray *sentences;  /* of `makers` */
} Sources;

/* The argument of a call, its '(' lies before `at`; NULL where it is no string. */
static char *argument_of(const char *at, int argument)
{
    for (int depth = 0; argument > 0; at++) {
        depth += (*at == '(' || *at == '{') - (*at == ')' || *at == '}');
        if (depth < 0)
            return NULL;
        argument -= *at == ',' && depth == 0;
        if (*at == '"')
            g_free(read_literal(&at)), at--;
    }
    at += strspn(at, " \n");
    return *at == '"' ? read_literal(&at) : NULL;
}

static void read_sentences(const char *file, const char *source, GPtrArray *sentences)
{
    for (size_t i = 0; i < COUNT(makers); i++) {
        size_t length = strlen(makers[i].function);
        if (makers[i].file && strcmp(makers[i].file, file) != 0)
            continue;
        for (const char *at = source; (at = strstr(at, makers[i].function)); at += length) {
            bool whole = at == source || (!isalnum((unsigned char)at[-1]) && at[-1] != '_');
            char *sentence = whole && at[length] == '(' ? argument_of(at + length + 1, makers[i].argument) : NULL;
            if (sentence)
                g_ptr_array_add(sentences, sentence);
        }
    }
}

static void read_folder(const char *path, Sources *sources)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    assert_non_null(folder);
    for (const char *name; (name = g_dir_read_name(folder));) {
        char *file = g_build_filename(path, name, NULL), *source = NULL;
        if (g_str_has_suffix(name, ".c") && !g_str_has_prefix(name, "text_errors")) {
            assert_true(g_file_get_contents(file, &source, NULL, NULL));
            read_literals(source, sources->literals);
            read_sentences(name, source, sources->sentences);
        }
        g_free(source);
        g_free(file);
    }
    g_dir_close(folder);
}

static int read_sources(void **state)
{
    static Sources sources;
    sources.literals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    sources.sentences = g_ptr_array_new_with_free_func(g_free);
    read_folder(SOURCE_DIR "/pipeline", &sources);
    read_folder(SOURCE_DIR "/stages", &sources);
    *state = &sources;
    return 0;
}

static int free_sources(void **state)
{
    Sources *sources = *state;
    g_hash_table_destroy(sources->literals);
    g_ptr_array_free(sources->sentences, TRUE);
    return 0;
}

static bool is_exempt(const char *format)
{
    for (size_t i = 0; i < COUNT(exempt); i++)
        if (strcmp(exempt[i].format, format) == 0)
            return true;
    return false;
}

static void every_error_has_its_chinese(void **state)
{
    const Sources *sources = *state;
    size_t without = 0;
    for (guint i = 0; i < sources->sentences->len; i++) {
        const char *format = sources->sentences->pdata[i];
        if (is_exempt(format) || row_of(format))
            continue;
        print_error("no Chinese for: %s\n", format);
        without++;
    }
    assert_int_equal(without, 0);
    assert_true(sources->sentences->len > 400); /* the sources were read */
}

static void every_row_is_said_somewhere(void **state)
{
    const Sources *sources = *state;
    size_t unsaid = 0;
    for (const Words *const *table = text_errors_all; *table; table++)
        for (const Words *row = *table; row->in[LANG_EN]; row++) {
            char **parts = g_strsplit(row->in[LANG_EN], "%%", -1), *plain = g_strjoinv("%", parts);
            bool said = g_hash_table_contains(sources->literals, row->in[LANG_EN]) ||
                        g_hash_table_contains(sources->literals, plain);
            if (!said)
                print_error("nobody says: %s\n", row->in[LANG_EN]);
            unsaid += !said;
            g_strfreev(parts);
            g_free(plain);
        }
    assert_int_equal(unsaid, 0);
}

static void every_exempt_sentence_is_made(void **state)
{
    const Sources *sources = *state;
    for (size_t i = 0; i < COUNT(exempt); i++) {
        bool made = false;
        for (guint j = 0; j < sources->sentences->len; j++)
            made = made || strcmp(exempt[i].format, sources->sentences->pdata[j]) == 0;
        if (!made)
            fail_msg("nobody makes '%s' (%s)", exempt[i].format, exempt[i].why);
    }
}

/* ---- rows ---- */

/* The conversions of a format by their arguments: "%2$s %1$d" is "ds". */
static void conversions(const char *format, char out[16])
{
    int next = 0, count = 0;
    memset(out, 0, 16);
    for (; *format; format++) {
        if (*format != '%')
            continue;
        char *digits;
        long place = strtol(format + 1, &digits, 10);
        format += 1 + strspn(format + 1, "0123456789$.*-+ #hlzjt");
        if (*format == '%')
            continue;
        int index = *digits == '$' ? (int)place - 1 : next++;
        assert_true(index >= 0 && index < 15);
        assert_int_equal(out[index], 0); /* each argument once */
        out[index] = *format;
        count++;
    }
    assert_int_equal(strlen(out), count); /* and none left out */
}

static void both_languages_take_the_same_arguments(void **state)
{
    (void)state;
    for (const Words *const *table = text_errors_all; *table; table++)
        for (const Words *row = *table; row->in[LANG_EN]; row++) {
            char zh[16], en[16];
            conversions(row->in[LANG_ZH], zh);
            conversions(row->in[LANG_EN], en);
            if (strcmp(zh, en) != 0)
                fail_msg("'%s' takes %s, '%s' takes %s", row->in[LANG_EN], en, row->in[LANG_ZH], zh);
        }
}

static void every_row_is_found_again(void **state)
{
    (void)state;
    for (const Words *const *table = text_errors_all; *table; table++)
        for (const Words *row = *table; row->in[LANG_EN]; row++) {
            char english[TEXT_BYTES], wanted[TEXT_BYTES], chinese[TEXT_BYTES];
            print_sample(LANG_EN, row->in[LANG_EN], english);
            print_sample(LANG_ZH, row->in[LANG_ZH], wanted);
            text_error(LANG_ZH, english, chinese, sizeof chinese);
            assert_string_equal(chinese, wanted);
        }
}

#define DAMAGED "was an identity number until a spreadsheet turned it into a number and lost its last digits: export the list again with that column as text"
#define DAMAGED_ZH "原是身份证号, 被表格软件转成数字后丢失了末尾几位: 请把该列设为文本格式, 重新导出名单"
#define WIDTH "has more or fewer cells than the header: a separator or a quotation mark is missing or too many"
#define WIDTH_ZH "单元格数与表头不同: 缺少或多出了分隔符或引号"

// clang-format off
static const struct {
    const char *english, *chinese;
} sentences[] = {
    {"x.ini:84: wrong value '-3 to 3 px' of 'tilt_deg': 'px' is not the unit of 'tilt_deg', which is 'deg'", "x.ini 第 84 行: 'tilt_deg' 的值 '-3 to 3 px' 有误: 'px' 不是 'tilt_deg' 的单位, 其单位为 'deg'"},
    {"cannot write 'photos-001.zip': Write error: No space left on device", "无法写入 'photos-001.zip': 写入出错: 磁盘已满"},
    {"cannot open '/data/名单.xlsx': No such file or directory", "无法打开 '/data/名单.xlsx': 文件或文件夹不存在"},
    {"cannot write '/out/report.csv': No space left on device", "无法写入 '/out/report.csv': 磁盘已满"},
    {"'r.xlsx', sheet '名单', cell B17 '1.1E+17' was an identity number until a spreadsheet turned it into a number and lost its last digits: export the list again with that column as text", "'r.xlsx' 工作表 '名单' 单元格 B17: '1.1E+17' 原是身份证号, 被表格软件转成数字后丢失了末尾几位: 请把该列设为文本格式, 重新导出名单"},
    {"'r.csv', row 2 has no identity number; also row 5, B7 and 3 more", "'r.csv' 第 2 行: 没有身份证号; 另见 第 5 行, B7, 以及其他 3 处"},
    {"'r.xlsx', sheet '名册', cell B2 '120101********5938' " DAMAGED "; also B3, B4", "'r.xlsx' 工作表 '名册' 单元格 B2: '120101********5938' " DAMAGED_ZH "; 另见 B3, B4"},
    {"'r.xlsx', sheet '名册', cell B2 '1*' " DAMAGED "; also B3, B6, AB8, B9, B10, B11, B12", "'r.xlsx' 工作表 '名册' 单元格 B2: '1*' " DAMAGED_ZH "; 另见 B3, B6, AB8, B9, B10, B11, B12"},
    {"'r.xlsx', sheet '名册', cell B2 '1*' " DAMAGED "; also B3, row 6, B8, B9, B10, B11, row 12 and 1 more", "'r.xlsx' 工作表 '名册' 单元格 B2: '1*' " DAMAGED_ZH "; 另见 B3, 第 6 行, B8, B9, B10, B11, 第 12 行, 以及其他 1 处"},
    {"'r.htm', cell B2 '1*' " DAMAGED "; also B3, B4", "'r.htm' 单元格 B2: '1*' " DAMAGED_ZH "; 另见 B3, B4"},
    {"'r.csv', row 2 " WIDTH "; also row 3, row 4", "'r.csv' 第 2 行: " WIDTH_ZH "; 另见 第 3 行, 第 4 行"},
    {"'r.csv', row 2 " WIDTH "; also row 3, row 4, row 5, row 6, row 7, row 8, row 9", "'r.csv' 第 2 行: " WIDTH_ZH "; 另见 第 3 行, 第 4 行, 第 5 行, 第 6 行, 第 7 行, 第 8 行, 第 9 行"},
    {"'r.csv', row 2 " WIDTH "; also row 3, row 4, row 5, row 6, row 7, row 8, row 9 and 12 more", "'r.csv' 第 2 行: " WIDTH_ZH "; 另见 第 3 行, 第 4 行, 第 5 行, 第 6 行, 第 7 行, 第 8 行, 第 9 行, 以及其他 12 处"},
    {"XLSX, sheet '名册', header in rows 2 and 3; id=D, name=B", "XLSX 工作表 '名册', 第 2、3 行为表头; id=D, name=B"},
    {"CSV, header in rows 1 to 3, header repeated: 1, UTF-8; id=B", "CSV, 第 1 至 3 行为表头, 表头另外重复 1 次, UTF-8; id=B"},
    {"'r.csv', row 1: columns A and B could both be 'id': choose with --column id=A", "'r.csv', 第 1 行: A 列和 B 列都可能是 'id': 请用 --column id=A 指定"},
    {"'t.xls', cell A4, the row behind it is out of order: save the workbook anew as XLSX", "'t.xls' 单元格 A4: 其后的行次序颠倒: 请打开工作簿, 重新另存为 XLSX"},
    {"'t.xls', sheet 'S', cell A2, holds what is no text", "'t.xls' 工作表 'S' 单元格 A2: 不是文字"},
    {"XLSX, sheet '名单', header in row 2", "XLSX 工作表 '名单', 第 2 行为表头"},
    {"XLS, sheet '一', header in row 3; id=A, name=B; no status: all of them graduate", "XLS 工作表 '一', 第 3 行为表头; id=A, name=B; 没有毕业状态, 视为全部毕业"},
    {"CSV, header in row 1, header repeated: 2, GB18030", "CSV, 第 1 行为表头, 表头另外重复 2 次, GB18030"},
    {"XLSX, sheet 'a, b', no header; NOT read, though they have a header or identity numbers: 'c', 'd'; damaged and NOT read: 'e', 'f' and 12 more", "XLSX 工作表 'a, b', 没有表头; 另有带表头或身份证号的工作表没有读取: 'c', 'd'; 另有工作表已损坏, 没有读取: 'e', 'f' 等, 另外还有 12 个"},
    {"a.ini:4: wrong value '9' of 'dpi': a resolution is 1 to 2400", "a.ini 第 4 行: 'dpi' 的值 '9' 有误: 分辨率为 1 至 2400"},
    {"a.ini:4: unknown key 'dip', did you mean 'dpi'?", "a.ini 第 4 行: 不认识的项目 'dip', 是否要用 'dpi'?"},
    {"d.csv:3: nobody stands in the column 'by'", "d.csv 第 3 行: 没有写是谁决定的, 空着的列为 'by'"},
    {"cannot remove 'out/shards/1': Permission denied", "无法删除 'out/shards/1': 没有权限"},
    {"journal 'out/journal.db': database disk image is malformed", "journal 'out/journal.db': 数据库已损坏"},
    {"1班, 张三 is eligible and has no photo here (row 16)", "1班, 张三 应交照片, 这里没有 (名单第 16 行)"},
    /* of others: stays */
    {"cannot make the folder 'out/check': Permission denied", "无法创建文件夹 'out/check': 没有权限"},
    {"cannot publish 'out/shards/1/open/lock': Is a directory", "无法发布 'out/shards/1/open/lock': 这是一个文件夹"},
    {"cannot open 'out of memory': No such file or directory", "无法打开 'out of memory': 文件或文件夹不存在"},
    {"cannot open 'it's': x': Is a directory", "无法打开 'it's': x': 这是一个文件夹"},
    {"cannot open 'x': some reason nobody knows", "无法打开 'x': some reason nobody knows"},
    {"a sentence of somebody else", "a sentence of somebody else"},
    {"", ""},
};
// clang-format on

static void sentences_become_chinese(void **state)
{
    (void)state;
    char text[TEXT_BYTES];
    for (size_t i = 0; i < COUNT(sentences); i++) {
        text_error(LANG_ZH, sentences[i].english, text, sizeof text);
        assert_string_equal(text, sentences[i].chinese);
        text_error(LANG_EN, sentences[i].english, text, sizeof text);
        assert_string_equal(text, sentences[i].english);
    }
}

static void what_does_not_fit_is_cut_between_letters(void **state)
{
    (void)state;
    const char *whole = "无法打开 '张三': 没有权限";
    char text[64];
    for (size_t size = 1; size <= strlen(whole) + 1; size++) {
        memset(text, 'x', sizeof text);
        text_error(LANG_ZH, "cannot open '张三': Permission denied", text, size);
        assert_true(strlen(text) < size);
        assert_true(g_utf8_validate(text, -1, NULL));
        assert_int_equal(strncmp(text, whole, strlen(text)), 0);
    }
    assert_string_equal(text, whole);
}

/* A path may be made so that every quote could end it. */
static void a_path_of_quotes_takes_no_time(void **state)
{
    (void)state;
    char english[4096] = "cannot open '", text[8192];
    for (size_t at = strlen(english); at + 16 < sizeof english; at += 7)
        strcpy(english + at, "' in ':");
    text_error(LANG_ZH, english, text, sizeof text);
    assert_true(strlen(text) >= strlen(english) / 2);
}

static void one_is_no_plural(void **state)
{
    (void)state;
    static const struct {
        const char *printed, *said;
    } cases[] = {
        {"1 photo" S ": 0 photo" S, "1 photo: 0 photos"},
        {"2 photo" S ", 1 ZIP" S ", 11 file" S " " PLURAL("is", "are") " left", "2 photos, 1 ZIP, 11 files are left"},
        {"0.1 degree" S ", 1.1 degree" S ", 1 degree" S, "0.1 degrees, 1.1 degrees, 1 degree"},
        {"a path \1 of \2 others", "a path \1 of \2 others"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[128];
        strcpy(text, cases[i].printed);
        text_plural(text);
        assert_string_equal(text, cases[i].said);
    }
    for (MessageId i = 0; i < MESSAGE_COUNT; i++) {
        char text[1024];
        strcpy(text, text_message(LANG_EN, i));
        text_plural(text);
        assert_null(strpbrk(text, "\1\2\3"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_its_chinese),
        cmocka_unit_test(every_row_is_said_somewhere),
        cmocka_unit_test(every_exempt_sentence_is_made),
        cmocka_unit_test(both_languages_take_the_same_arguments),
        cmocka_unit_test(every_row_is_found_again),
        cmocka_unit_test(sentences_become_chinese),
        cmocka_unit_test(what_does_not_fit_is_cut_between_letters),
        cmocka_unit_test(one_is_no_plural),
        cmocka_unit_test(a_path_of_quotes_takes_no_time),
    };
    return cmocka_run_group_tests(tests, read_sources, free_sources);
}
