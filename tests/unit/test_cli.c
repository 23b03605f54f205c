/* SPDX-License-Identifier: MIT */
#include "../../pipeline/cli.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "../../pipeline/cli_table.h"
#include "../../pipeline/profile.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { WORDS_MAX = 32 };

static int open_arena(void **state)
{
    setenv("LC_ALL", "C", 1);
    *state = arena_create(16 << 20);
    return *state ? 0 : -1;
}

static int close_arena(void **state)
{
    arena_destroy(*state);
    return 0;
}

/* Words of `line`, split at single spaces; '' is an empty one. */
static Err parse(void **state, const char *line, Cli *out)
{
    static char headroom[] = "headroom", empty[] = "";
    char *argv[WORDS_MAX] = {headroom}, *rest = arena_copy(*state, line);
    int argc = 1;
    for (char *word; (word = strsep(&rest, " "));)
        if (*word)
            argv[argc++] = strcmp(word, "''") == 0 ? empty : word;
    return cli_parse(argc, argv, *state, out);
}

static Cli good(void **state, const char *line)
{
    Cli cli;
    Err err = parse(state, line, &cli);
    if (err.code)
        fail_msg("'%s': %s", line, err.text);
    return cli;
}

// clang-format off
static const char *const wrong[][2] = { /* line, the whole message */
    {"", "no command given"},
    {"--json", "no command given"},
    {"rnu", "unknown command 'rnu', did you mean 'run'?"},
    {"chekc a", "unknown command 'chekc', did you mean 'check'?"},
    {"zzzzzz", "unknown command 'zzzzzz'"},
    {"run a --profle white", "unknown flag '--profle', did you mean '--profile'?"},
    {"run a --profle=white", "unknown flag '--profle', did you mean '--profile'?"},
    {"run a --zzzzzzzz", "unknown flag '--zzzzzzzz'"},
    {"run a -z", "unknown flag '-z'"},
    {"run a -nz", "unknown flag '-nz'"},
    {"run a", "the command run needs the flag '-o'"},
    {"run -o out", "the command run needs photos or folders"},
    {"run -o", "flag '-o' needs a value DIR"},
    {"run -o ''", "flag '-o' needs a value DIR"},
    {"run --out= a", "flag '--out' needs a value DIR"},
    {"run a -o -n", "flag '-o' needs a value DIR"},
    {"run a -o x --out y", "flag '--out' is given twice"},
    {"run a -o x --json=yes", "flag '--json' takes no value"},
    {"run a -o x -j 0", "flag '-j' has the wrong value '0', must be 1..256"},
    {"run a -o x -j 257", "flag '-j' has the wrong value '257', must be 1..256"},
    {"run a -o x -j 4x", "flag '-j' has the wrong value '4x', must be 1..256"},
    {"run a -o x -j 99999999999", "flag '-j' has the wrong value '99999999999', must be 1..256"},
    {"run a -o x --progress=maybe", "flag '--progress' has the wrong value 'maybe', must be auto|always|never|json"},
    {"run a -o x --lang fr", "flag '--lang' has the wrong value 'fr', must be zh|en"},
    {"check a -o x --shard 1/2", "flag '--shard' is not for the command check"},
    {"run a --shard 1/2", "the command run needs the flag '-o'"},
    {"run a -o x --shard", "flag '--shard' needs a value I/N"},
    {"run a -o x --shard 1/2 -d y", "flags '--shard' and '--decisions' exclude each other"},
    {"run a -o x --shard 1/2 --new-only", "flags '--shard' and '--new-only' exclude each other"},
    {"verify", "the command verify needs a package or an output folder"},
    {"verify a b", "one word too many: 'b'"},
    {"purge", "the command purge needs an output folder"},
    {"purge a b", "one word too many: 'b'"},
    {"purge -o a", "flag '-o' is not for the command purge"},
    {"merge a b", "the command merge needs the flag '-o'"},
    {"merge -o x", "the command merge needs the folders of the shards, such as OUT/shards/*"},
    {"merge -o x a --detector y", "flag '--detector' is not for the command merge"},
    {"run a -o x --sandbox --no-sandbox", "flags '--sandbox' and '--no-sandbox' exclude each other"},
    {"run a -o x --markdown", "flag '--markdown' is not for the command run"},
    {"list checks -o x", "flag '-o' is not for the command list"},
    {"watch a", "the command watch needs the flag '-o'"},
    {"watch -o x", "the command watch needs photos or folders"},
    {"watch a -o x -n", "flag '-n' is not for the command watch"},
    {"watch a -o x --files-from y", "flag '--files-from' is not for the command watch"},
    {"watch a -o x --on-result", "flag '--on-result' needs a value CMD"},
    {"run a -o x --on-result y", "flag '--on-result' is not for the command run"},
    {"man --json", "flag '--json' is not for the command man"},
    {"check", "the command check needs photos or folders"},
    {"check ''", "the command check needs photos or folders"},
    {"check a --nul", "flag '--nul' has no use without '--files-from'"},
    {"check a -qv", "flags '--quiet' and '--verbose' exclude each other"},
    {"list checks --json --markdown", "flags '--json' and '--markdown' exclude each other"},
    {"list", "the command list needs one of checks|profiles|exit-codes"},
    {"completion --json", "flag '--json' is not for the command completion"},
    {"completion", "the command completion needs one of bash|zsh|fish"},
    {"list people", "'people' must be checks|profiles|exit-codes"},
    {"list checks profiles", "one word too many: 'profiles'"},
    {"completion csh", "'csh' must be bash|zsh|fish"},
    {"man page", "one word too many: 'page'"},
    {"run a -o x --lang=zh --profle y", "未知选项 '--profle', 是否要用 '--profile'?"},
    {"rnu --lang zh", "未知命令 'rnu', 是否要用 'run'?"},
};
// clang-format on

static void what_is_wrong_is_said_and_what_was_meant(void **state)
{
    for (size_t i = 0; i < COUNT(wrong); i++) {
        Cli cli;
        Err err = parse(state, wrong[i][0], &cli);
        if (err.code != ERR_USAGE)
            fail_msg("'%s' is accepted", wrong[i][0]);
        assert_string_equal(err.text, wrong[i][1]);
    }
}

static void every_flag_reaches_its_field(void **state)
{
    Cli cli = good(state, "run -o out -p white --files-from - -0 --detector y.onnx --decoder system -j 8 -n --json "
                          "--timing --progress never -q --lang zh a b");
    assert_int_equal(cli.command, COMMAND_RUN);
    assert_string_equal(cli.out, "out");
    assert_string_equal(cli.profile, "white");
    assert_string_equal(cli.files_from, "-");
    assert_string_equal(cli.detector, "y.onnx");
    assert_int_equal(cli.decoder, DECODER_SYSTEM);
    assert_int_equal(cli.lanes, 8);
    assert_true(cli.nul && cli.dry_run && cli.json && cli.timing && cli.quiet);
    assert_false(cli.verbose || cli.help || cli.version || cli.markdown);
    assert_int_equal(cli.progress, PROGRESS_NEVER);
    assert_int_equal(cli.lang, LANG_ZH);
    assert_int_equal(cli.photo_count, 2);
    assert_string_equal(cli.photos[0], "a");
    assert_string_equal(cli.photos[1], "b");
    assert_null(cli.photos[2]);
}

static void what_is_not_given_has_its_default(void **state)
{
    Cli cli = good(state, "check a");
    assert_null(cli.out);
    assert_null(cli.detector);
    assert_int_equal(cli.decoder, DECODER_FAST);
    assert_null(cli.files_from);
    assert_string_equal(cli.profile, profile_names()[0]);
    assert_int_equal(cli.lanes, 0);
    assert_int_equal(cli.progress, PROGRESS_AUTO);
    assert_int_equal(cli.lang, LANG_EN);
    assert_false(cli.nul || cli.dry_run || cli.json || cli.timing || cli.quiet || cli.verbose);
}

static void flags_may_be_written_in_every_usual_way(void **state)
{
    static const char *const lines[] = {
        "run --out=x -j4 -nv a", "run -ox -nvj4 a",          "run a -nv --out x -j 4",
        "-n -v -o x -j 4 run a", "run -o x -n -n -v -j 4 -- a",
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        Cli cli = good(state, lines[i]);
        assert_string_equal(cli.out, "x");
        assert_int_equal(cli.lanes, 4);
        assert_true(cli.dry_run && cli.verbose);
        assert_int_equal(cli.photo_count, 1);
        assert_string_equal(cli.photos[0], "a");
    }
    Cli dashes = good(state, "check -- -a --json -");
    assert_int_equal(dashes.photo_count, 3);
    assert_string_equal(dashes.photos[0], "-a");
    assert_false(dashes.json);
    assert_string_equal(good(state, "run -o x --files-from=list.txt").files_from, "list.txt");
    assert_int_equal(good(state, "list exit-codes --json").topic, TOPIC_EXIT_CODES);
    assert_int_equal(good(state, "completion fish").shell, SHELL_FISH);
}

static void what_scripts_add_to_every_command_is_taken(void **state)
{
    static const char *const commands[] = {"run -o x a", "check a", "verify a", "merge -o x a", "bench a"};
    static const char *const flags[] = {"-j 2", "-q", "-v", "--json", "--progress never"};
    for (size_t i = 0; i < COUNT(commands); i++)
        for (size_t j = 0; j < COUNT(flags); j++) {
            char line[64];
            snprintf(line, sizeof line, "%s %s", commands[i], flags[j]);
            good(state, line);
        }
    assert_true(good(state, "verify a -n").dry_run && good(state, "bench a -n").dry_run); /* nothing is written anyway */
    assert_true(good(state, "merge -o x a -n").dry_run);
}

static void help_and_version_ask_for_nothing_else(void **state)
{
    assert_true(good(state, "--help").help);
    assert_true(good(state, "-V").version);
    Cli cli = good(state, "run -h");
    assert_true(cli.help);
    assert_int_equal(cli.command, COMMAND_RUN);
}

static void language_comes_from_flag_or_environment(void **state)
{
    setenv("LC_ALL", "zh_CN.UTF-8", 1);
    assert_int_equal(good(state, "check a").lang, LANG_ZH);
    assert_int_equal(good(state, "check a --lang en").lang, LANG_EN);
    setenv("LC_ALL", "C", 1);
    assert_int_equal(good(state, "check a").lang, LANG_EN);
}

static void letters_and_names_are_unique(void **state)
{
    (void)state;
    for (const Flag *a = cli_flags; a->name; a++)
        for (const Flag *b = cli_flags; b < a; b++) {
            assert_string_not_equal(a->name, b->name);
            assert_true(!a->letter || a->letter != b->letter);
        }
}

/* What `print` writes for one language or shell. */
static char *printed(void (*print)(FILE *, int), int which)
{
    char *text = NULL;
    size_t bytes;
    FILE *to = open_memstream(&text, &bytes);
    assert_non_null(to);
    print(to, which);
    assert_int_equal(fclose(to), 0);
    return text;
}

static void print_help(FILE *to, int lang)
{
    cli_help(to, (Lang)lang, COMMAND_NONE);
    for (Command i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++)
        cli_help(to, (Lang)lang, i);
}

static void print_man(FILE *to, int lang)
{
    cli_man(to, (Lang)lang);
}

static void print_completion(FILE *to, int shell)
{
    cli_completion(to, (Shell)shell);
}

static void help_and_completion_name_every_flag(void **state)
{
    (void)state;
    char *texts[] = {printed(print_help, LANG_ZH),          printed(print_help, LANG_EN),
                     printed(print_completion, SHELL_BASH), printed(print_completion, SHELL_ZSH),
                     printed(print_completion, SHELL_FISH)};
    for (const Flag *flag = cli_flags; flag->name; flag++)
        for (size_t i = 0; i < COUNT(texts); i++) {
            char name[64];
            snprintf(name, sizeof name, i == 4 ? "-l %s" : "--%s", flag->name);
            if (!strstr(texts[i], name))
                fail_msg("no '%s' in text %zu", name, i);
        }
    for (size_t i = 0; i < COUNT(texts); i++)
        free(texts[i]);
}

/* Runs `command` with `text` as its stdin; false where the program is not installed. */
static bool feed(const char *program, const char *command, const char *text)
{
    char probe[64];
    snprintf(probe, sizeof probe, "command -v %s >/dev/null", program);
    if (system(probe) != 0) {
        print_message("no %s here: not tried\n", program);
        return false;
    }
    FILE *to = popen(command, "w");
    assert_non_null(to);
    fputs(text, to);
    assert_int_equal(pclose(to), 0);
    return true;
}

static void shells_read_their_completion(void **state)
{
    (void)state;
    static const char *const commands[][2] = {
        {"bash", "bash -n"}, {"zsh", "zsh -n /dev/stdin"}, {"fish", "fish --no-execute"}};
    for (int shell = SHELL_BASH; shell <= SHELL_FISH; shell++) {
        char *text = printed(print_completion, shell);
        feed(commands[shell][0], commands[shell][1], text);
        free(text);
    }
}

static void bash_completes_commands_flags_and_values(void **state)
{
    static const char *const cases[][2] = {
        /* words so far, one that must be offered */
        {"ru", "run"},
        {"run --prof", "--profile"},
        {"run -p nat", "national"},
        {"run --progress al", "always"},
        {"list exi", "exit-codes"},
        {"completion z", "zsh"},
        {"--ver", "--version"},
    };
    char *script = printed(print_completion, SHELL_BASH);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *test = arena_print(
            *state,
            "%s\nCOMP_WORDS=(headroom %s); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _headroom\n"
            "for word in \"${COMPREPLY[@]}\"; do [ \"$word\" = '%s' ] && exit 0; done\n"
            "echo \"'%s' offers ${COMPREPLY[*]}\"; exit 1\n",
            script, cases[i][0], cases[i][1], cases[i][0]);
        feed("bash", "bash", test);
    }
    free(script);
}

/* "dry-run" is "\fB\-\-dry\-run\fR" in troff. */
static void troff_name(const char *name, char out[96])
{
    char *end = stpcpy(out, "\\fB\\-\\-");
    for (; *name; name++) {
        if (*name == '-')
            *end++ = '\\';
        *end++ = *name;
    }
    strcpy(end, "\\fR");
}

static void the_man_page_is_plain_troff(void **state)
{
    (void)state;
    for (int lang = LANG_ZH; lang <= LANG_EN; lang++) {
        char *text = printed(print_man, lang);
        assert_int_equal(strncmp(text, ".TH HEADROOM 1", 14), 0);
        for (const Flag *flag = cli_flags; flag->name; flag++) {
            char name[96];
            troff_name(flag->name, name);
            assert_non_null(strstr(text, name));
        }
        feed("groff", "test -z \"$(groff -man -Tutf8 -k -ww 2>&1 >/dev/null)\"", text);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_said_and_what_was_meant),
        cmocka_unit_test(every_flag_reaches_its_field),
        cmocka_unit_test(what_is_not_given_has_its_default),
        cmocka_unit_test(flags_may_be_written_in_every_usual_way),
        cmocka_unit_test(what_scripts_add_to_every_command_is_taken),
        cmocka_unit_test(help_and_version_ask_for_nothing_else),
        cmocka_unit_test(language_comes_from_flag_or_environment),
        cmocka_unit_test(letters_and_names_are_unique),
        cmocka_unit_test(help_and_completion_name_every_flag),
        cmocka_unit_test(shells_read_their_completion),
        cmocka_unit_test(bash_completes_commands_flags_and_values),
        cmocka_unit_test(the_man_page_is_plain_troff),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
