/* SPDX-License-Identifier: MIT */
/* What a library gives as a reason stands within our sentences: none of them may stay English. */
#include "../../pipeline/text_errors.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <zip.h>

enum { TEXT_BYTES = 1024 };

static void reasons_of_the_zip_library_become_chinese(void **state)
{
    (void)state;
    char text[TEXT_BYTES];
    int told = 0;
    for (int code = 1; code < 64; code++) {
        zip_error_t error;
        errno = ENOENT; /* some tell it behind their own */
        zip_error_init_with_code(&error, code);
        const char *english = zip_error_strerror(&error);
        text_error(LANG_ZH, english, text, sizeof text);
        if (strpbrk(text, "aeiou"))
            fail_msg("stays English: '%s'", english);
        told += strncmp(english, "Unknown", 7) != 0;
        zip_error_fini(&error);
    }
    assert_true(told >= 30);
}

static void reasons_within_a_sentence_become_chinese(void **state)
{
    // clang-format off
    static const struct { const char *english, *chinese; } sentences[] = {
        {"cannot read 'xl/a: b.xml' in 'r.xlsx': Zlib error: data error", "无法读取 'r.xlsx' 中的 'xl/a: b.xml': 解压出错: 压缩数据已损坏"},
        {"'m.zip' is not a ZIP file that can be read: Read error: Input/output error", "'m.zip' 不是可以读取的 ZIP 文件: 读取出错: 磁盘读写出错"},
        {"'m.zip' is not a ZIP file that can be read: Can't open file: Permission denied", "'m.zip' 不是可以读取的 ZIP 文件: 无法打开文件: 没有权限"},
    };
    // clang-format on
    (void)state;
    char text[TEXT_BYTES];
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        text_error(LANG_ZH, sentences[i].english, text, sizeof text);
        assert_string_equal(text, sentences[i].chinese);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reasons_of_the_zip_library_become_chinese),
        cmocka_unit_test(reasons_within_a_sentence_become_chinese),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
