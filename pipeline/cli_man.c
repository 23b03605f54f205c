/* SPDX-License-Identifier: MIT */
/* The man page as troff, from the same tables as the help. */
#include "cli.h"
#include <string.h>
#include "cli_table.h"

/* Text that troff must not read: backslashes, hyphens, and a dot or quote that starts a line. */
static void print_text(FILE *to, const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", to);
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\e", to);
        else if (*text == '-')
            fputs("\\-", to);
        else
            fputc(*text, to);
    }
}

static void print_section(FILE *to, Lang lang, MessageId title)
{
    fprintf(to, ".SH %s\n", text_message(lang, title));
}

static void print_bold(FILE *to, const char *text)
{
    fputs("\\fB", to);
    print_text(to, text);
    fputs("\\fR", to);
}

static void print_value(FILE *to, const char *value)
{
    fputs(" \\fI", to);
    print_text(to, value);
    fputs("\\fR", to);
}

/* "For run, check": left out where the flag is for all. */
static void print_commands(FILE *to, Lang lang, unsigned commands)
{
    char names[128] = "";
    unsigned left = 0;
    for (Command i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++) {
        if (!(commands & 1u << i)) {
            left++;
            continue;
        }
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", cli_commands[i].name);
    }
    if (!left)
        return;
    fputs(". ", to);
    fprintf(to, text_message(lang, MESSAGE_man_for), names);
}

static void print_flag(FILE *to, Lang lang, const Flag *flag)
{
    char name[40];
    fputs(".TP\n", to);
    if (flag->letter) {
        snprintf(name, sizeof name, "-%c", flag->letter);
        print_bold(to, name);
        fputs(", ", to);
    }
    snprintf(name, sizeof name, "--%s", flag->name);
    print_bold(to, name);
    if (flag->value)
        print_value(to, flag->value);
    fputc('\n', to);
    print_text(to, flag->help.in[lang]);
    print_commands(to, lang, flag->commands);
    fputs(".\n", to);
}

static void print_command(FILE *to, Command command, const char *macro)
{
    const CommandRow *row = &cli_commands[command];
    fprintf(to, "%s\n", macro);
    print_bold(to, "headroom");
    fputc(' ', to);
    print_bold(to, row->name);
    if (cli_needs_out(command)) {
        fputc(' ', to);
        print_bold(to, "-o");
        print_value(to, "DIR");
    }
    if (row->words)
        print_value(to, row->words);
    fputc('\n', to);
}

void cli_man(FILE *to, Lang lang)
{
    fputs(".TH HEADROOM 1 \"\" \"headroom " HEADROOM_VERSION "\"\n", to);
    print_section(to, lang, MESSAGE_man_name);
    fputs("headroom \\- ", to);
    print_text(to, cli_about.in[lang]);
    fputc('\n', to);
    print_section(to, lang, MESSAGE_man_synopsis);
    const char *macro = ".nf";
    for (Command i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++) {
        print_command(to, i, macro);
        macro = ".br";
    }
    fputs(".fi\n", to);
    print_section(to, lang, MESSAGE_man_commands);
    for (Command i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++) {
        fputs(".TP\n", to);
        print_bold(to, cli_commands[i].name);
        fputc('\n', to);
        print_text(to, cli_commands[i].help.in[lang]);
        fputs(".\n", to);
    }
    print_section(to, lang, MESSAGE_man_options);
    for (const Flag *flag = cli_flags; flag->name; flag++)
        print_flag(to, lang, flag);
    print_section(to, lang, MESSAGE_man_exits);
    for (int i = 0; i < CLI_EXITS; i++) {
        fprintf(to, ".TP\n\\fB%d\\fR\n", cli_exits[i].code);
        print_text(to, cli_exits[i].help.in[lang]);
        fputs(".\n", to);
    }
}
