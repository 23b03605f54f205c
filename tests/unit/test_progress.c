/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* pseudo terminals */
#include "../../pipeline/progress.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void a_style_follows_from_mode_and_terminal(void **state)
{
    (void)state;
    // clang-format off
    static const struct { ProgressMode mode; bool terminal; const char *term, *no_color;
                          ProgressStyle style; bool colour; } row[] = {
        {PROGRESS_AUTO,   false, "xterm", "",  PROGRESS_SILENT,  false},
        {PROGRESS_AUTO,   true,  "xterm", "",  PROGRESS_LINE,    true},
        {PROGRESS_AUTO,   true,  "xterm", "1", PROGRESS_LINE,    false},
        {PROGRESS_AUTO,   true,  "dumb",  "",  PROGRESS_SILENT,  false},
        {PROGRESS_ALWAYS, true,  "dumb",  "",  PROGRESS_LINES,   false},
        {PROGRESS_ALWAYS, false, "xterm", "",  PROGRESS_LINES,   false},
        {PROGRESS_NEVER,  true,  "xterm", "",  PROGRESS_SILENT,  false},
        {PROGRESS_JSON,   true,  "xterm", "",  PROGRESS_OBJECTS, false},
    };
    // clang-format on
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    bool some = terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0;
    if (!some)
        puts("no pseudo terminals here: tried without"); /* a bare root has no /dev/pts */
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        if (row[i].terminal && !some)
            continue;
        FILE *to = fopen(row[i].terminal ? ptsname(terminal) : "/dev/null", "w");
        assert_non_null(to);
        setenv("TERM", row[i].term, 1);
        setenv("NO_COLOR", row[i].no_color, 1);
        Progress progress;
        progress_start(&progress, row[i].mode, LANG_EN, to, 10);
        assert_int_equal(progress.style, row[i].style);
        assert_int_equal(progress.colour, row[i].colour);
        fclose(to);
    }
    close(terminal);
}

static void the_line_counts_and_never_divides_by_nothing(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *to = tmpfile();
    Progress progress;
    progress_start(&progress, PROGRESS_JSON, LANG_EN, to, 0);
    progress_tick(&progress);
    progress_step(&progress, VERDICT_PASS);
    rewind(to);
    assert_int_equal(getdelim(&text, &size, EOF, to), -1);
    fclose(to);
    to = tmpfile();
    progress_start(&progress, PROGRESS_JSON, LANG_EN, to, 3);
    progress_step(&progress, VERDICT_REJECT);
    rewind(to);
    assert_true(getline(&text, &size, to) > 0);
    assert_memory_equal(text, "{\"type\":\"progress\",\"done\":1,\"total\":3,\"failed\":1,", 49);
    free(text);
    fclose(to);
}

/* What is said of so many steps of so many, at once; to be freed. */
static char *said(size_t steps, size_t total)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    Progress progress;
    progress_start(&progress, PROGRESS_JSON, LANG_EN, to, total);
    for (size_t i = 0; i < steps; i++)
        progress_step(&progress, i % 2 ? VERDICT_REJECT : VERDICT_PASS);
    fclose(to);
    return text;
}

static int lines(const char *text)
{
    int count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

/* Between the first photo and the last a line is due every second only. */
static void the_last_photo_is_always_told(void **state)
{
    (void)state;
    char *text = said(500, 500), *most = said(499, 500), *none = said(0, 500);
    assert_non_null(strstr(text, "\"done\":500,\"total\":500,\"failed\":250,"));
    assert_null(strstr(most, "\"done\":499,"));
    assert_int_equal(lines(text), lines(most) + 1);
    assert_string_equal(none, "");
    free(text);
    free(most);
    free(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_style_follows_from_mode_and_terminal),
        cmocka_unit_test(the_line_counts_and_never_divides_by_nothing),
        cmocka_unit_test(the_last_photo_is_always_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
