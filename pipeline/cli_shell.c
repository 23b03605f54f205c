/* SPDX-License-Identifier: MIT */
/* Completion scripts from the tables. Help stands in them in English: a shell's own language. */
#include "cli.h"
#include <string.h>
#include "cli_table.h"
#include "profile.h"

/* `text` with | as spaces. */
static void print_words(FILE *to, const char *choices)
{
    for (; *choices; choices++)
        fputc(*choices == '|' ? ' ' : *choices, to);
}

static void print_profiles(FILE *to)
{
    for (const char *const *name = profile_names(); *name; name++)
        fprintf(to, "%s%s", name == profile_names() ? "" : " ", *name);
}

static bool is(const char *value, const char *wanted)
{
    return value && strcmp(value, wanted) == 0;
}

static void print_commands(FILE *to)
{
    for (Command i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++)
        fprintf(to, "%s%s", i == COMMAND_RUN ? "" : " ", cli_commands[i].name);
}

/* The case arms for the word before the cursor. */
static void bash_values(FILE *to)
{
    for (const Flag *flag = cli_flags; flag->name; flag++) {
        if (flag->kind == FLAG_YES)
            continue;
        fputs("    ", to);
        if (flag->letter)
            fprintf(to, "-%c|", flag->letter);
        fprintf(to, "--%s) ", flag->name);
        if (flag->kind == FLAG_CHOICE) {
            fputs("COMPREPLY=($(compgen -W '", to);
            print_words(to, flag->value);
            fputs("' -- \"$cur\"));", to);
        } else if (is(flag->value, "PROFILE")) {
            fputs("COMPREPLY=($(compgen -W '", to);
            print_profiles(to);
            fputs("' -- \"$cur\"; compgen -f -X '!*.ini' -- \"$cur\"));", to);
        } else if (is(flag->value, "DIR")) {
            fputs("COMPREPLY=($(compgen -d -- \"$cur\"));", to);
        } else if (is(flag->value, "FILE")) {
            fputs("COMPREPLY=($(compgen -f -- \"$cur\"));", to);
        }
        fputs(" return;;\n", to);
    }
}

static void bash(FILE *to)
{
    fputs("_headroom() {\n  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
          "  local command= word\n  COMPREPLY=()\n"
          "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n    case $word in\n    ",
          to);
    for (Command i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++)
        fprintf(to, "%s%s", i == COMMAND_RUN ? "" : "|", cli_commands[i].name);
    fputs(") command=$word; break;;\n    esac\n  done\n  case $prev in\n", to);
    bash_values(to);
    fputs("  esac\n  case $command in\n", to);
    for (Command i = COMMAND_NONE; i < COMMAND_COUNT; i++) {
        const CommandRow *row = &cli_commands[i];
        fprintf(to, "  %s) word='", i ? row->name : "''");
        for (const Flag *flag = cli_flags; flag->name; flag++)
            if (flag->commands & 1u << i)
                fprintf(to, "--%s ", flag->name);
        fputs("'\n    [[ $cur == -* ]] || word='", to);
        if (i == COMMAND_NONE)
            print_commands(to);
        else if (row->takes == TAKES_CHOICE)
            print_words(to, row->words);
        fputs("';;\n", to);
    }
    fputs("  esac\n  COMPREPLY=($(compgen -W \"$word\" -- \"$cur\"))\n}\n"
          "complete -o default -F _headroom headroom\n",
          to);
}

/* 'text' for zsh's _arguments and for fish: no quote, bracket or colon of the tables may end it. */
static void print_quoted(FILE *to, const char *text)
{
    for (; *text; text++) {
        if (strchr("[]:\\", *text))
            fputc('\\', to);
        if (*text == '\'')
            fputs("'\\''", to);
        else
            fputc(*text, to);
    }
}

static void zsh_action(FILE *to, const Flag *flag)
{
    fprintf(to, ":%s:", flag->kind == FLAG_CHOICE ? flag->name : flag->value);
    if (flag->kind == FLAG_CHOICE) {
        fputc('(', to);
        print_words(to, flag->value);
        fputc(')', to);
    } else if (is(flag->value, "PROFILE")) {
        fputs("_headroom_profiles", to);
    } else if (is(flag->value, "DIR")) {
        fputs("_files -/", to);
    } else if (is(flag->value, "FILE")) {
        fputs("_files", to);
    }
}

static void zsh_flags(FILE *to, Command command)
{
    for (const Flag *flag = cli_flags; flag->name; flag++) {
        if (!(flag->commands & 1u << command))
            continue;
        fputs(" \\\n      ", to);
        if (flag->letter)
            fprintf(to, "'(-%1$c --%2$s)'{-%1$c,--%2$s}", flag->letter, flag->name);
        else
            fprintf(to, "--%s", flag->name);
        fputs("'[", to);
        print_quoted(to, flag->help.in[LANG_EN]);
        fputc(']', to);
        if (flag->value)
            zsh_action(to, flag);
        fputc('\'', to);
    }
}

static void zsh(FILE *to)
{
    fputs("#compdef headroom\n_headroom_profiles() {\n  compadd ", to);
    print_profiles(to);
    fputs("\n  _files -g '*.ini'\n}\n_headroom() {\n  local -a commands\n  commands=(", to);
    for (Command i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++) {
        fprintf(to, "\n    '%s:", cli_commands[i].name);
        print_quoted(to, cli_commands[i].help.in[LANG_EN]);
        fputc('\'', to);
    }
    fputs(")\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
          "  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n",
          to);
    for (Command i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++) {
        const CommandRow *row = &cli_commands[i];
        fprintf(to, "  %s)\n    _arguments -s", row->name);
        zsh_flags(to, i);
        if (row->takes == TAKES_PHOTOS || row->takes == TAKES_PACKAGE || row->takes == TAKES_SHARDS)
            fputs(" \\\n      '*:file:_files'", to);
        if (row->takes == TAKES_OUT)
            fputs(" \\\n      '1:folder:_files -/'", to);
        if (row->takes == TAKES_CHOICE) {
            fputs(" \\\n      '1:what:(", to);
            print_words(to, row->words);
            fputs(")'", to);
        }
        fputs(";;\n", to);
    }
    fputs("  esac\n}\nif [ \"$funcstack[1]\" = _headroom ]; then # found in fpath, not sourced\n"
          "  _headroom \"$@\"\nelse\n  compdef _headroom headroom\nfi\n",
          to);
}

static void fish_flag(FILE *to, const Flag *flag)
{
    fputs("complete -c headroom", to);
    fputs(" -n '__fish_seen_subcommand_from", to);
    for (Command i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++)
        if (flag->commands & 1u << i)
            fprintf(to, " %s", cli_commands[i].name);
    fprintf(to, "' -l %s", flag->name);
    if (flag->letter)
        fprintf(to, " -s %c", flag->letter);
    if (flag->kind == FLAG_CHOICE) {
        fputs(" -x -a '", to);
        print_words(to, flag->value);
        fputc('\'', to);
    } else if (is(flag->value, "PROFILE")) {
        fputs(" -r -a '", to);
        print_profiles(to);
        fputc('\'', to);
    } else if (is(flag->value, "DIR")) {
        fputs(" -x -a '(__fish_complete_directories)'", to);
    } else if (flag->value) {
        fputs(" -r", to);
    }
    fprintf(to, " -d \"%s\"\n", flag->help.in[LANG_EN]);
}

static void fish(FILE *to)
{
    for (Command i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++) {
        const CommandRow *row = &cli_commands[i];
        fprintf(to, "complete -c headroom -f -n __fish_use_subcommand -a %s -d \"%s\"\n", row->name,
                row->help.in[LANG_EN]);
        if (row->takes != TAKES_CHOICE)
            continue;
        fprintf(to, "complete -c headroom -f -n '__fish_seen_subcommand_from %s' -a '", row->name);
        print_words(to, row->words);
        fputs("'\n", to);
    }
    for (const Flag *flag = cli_flags; flag->name; flag++)
        fish_flag(to, flag);
}

void cli_completion(FILE *to, Shell shell)
{
    switch (shell) {
    case SHELL_BASH:
        bash(to);
        return;
    case SHELL_ZSH:
        zsh(to);
        return;
    case SHELL_FISH:
        fish(to);
        return;
    }
}
