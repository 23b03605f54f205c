/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include <string.h>
#include "cli_table.h"

enum { INDENT = 28 };

/* Columns on a terminal: a character of three bytes and more is two wide. */
static int columns(const char *text)
{
    int width = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if ((*c & 0xc0) != 0x80)
            width += *c >= 0xe0 ? 2 : 1;
    return width;
}

static void print_row(FILE *to, const char *left, const char *right)
{
    int room = INDENT - 2 - columns(left);
    if (room < 2)
        fprintf(to, "  %s\n%*s%s\n", left, INDENT, "", right);
    else
        fprintf(to, "  %s%*s%s\n", left, room, "", right);
}

static void print_flag(FILE *to, Lang lang, const Flag *flag)
{
    char left[96], letter[8] = "    ";
    if (flag->letter)
        snprintf(letter, sizeof letter, "-%c, ", flag->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, flag->name, flag->value ? " " : "",
             flag->value ? flag->value : "");
    print_row(to, left, flag->help.in[lang]);
}

static void print_usage(FILE *to, Command command)
{
    const CommandRow *row = &cli_commands[command];
    fprintf(to, "  headroom %s%s%s%s\n", row->name, cli_needs_out(command) ? " -o DIR" : "",
            row->words ? " " : "", row->words ? row->words : "");
}

static void print_title(FILE *to, Lang lang, MessageId title)
{
    fprintf(to, "\n%s:\n", text_message(lang, title));
}

static void help_of_one(FILE *to, Lang lang, Command command)
{
    const CommandRow *row = &cli_commands[command];
    fprintf(to, "headroom %s: %s\n", row->name, row->help.in[lang]);
    print_title(to, lang, MESSAGE_help_usage);
    print_usage(to, command);
    if (row->takes == TAKES_PHOTOS)
        fprintf(to, "  %s\n", text_message(lang, MESSAGE_help_photos));
    print_title(to, lang, MESSAGE_help_flags);
    for (const Flag *flag = cli_flags; flag->name; flag++)
        if (flag->commands & 1u << command)
            print_flag(to, lang, flag);
}

static void help_of_all(FILE *to, Lang lang)
{
    fprintf(to, "headroom: %s\n", cli_about.in[lang]);
    print_title(to, lang, MESSAGE_help_usage);
    for (Command i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++)
        print_usage(to, i);
    print_title(to, lang, MESSAGE_help_commands);
    for (Command i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++)
        print_row(to, cli_commands[i].name, cli_commands[i].help.in[lang]);
    print_title(to, lang, MESSAGE_help_flags);
    for (const Flag *flag = cli_flags; flag->name; flag++)
        print_flag(to, lang, flag);
    print_title(to, lang, MESSAGE_help_exits);
    for (int i = 0; i < CLI_EXITS; i++) {
        char code[8];
        snprintf(code, sizeof code, "%d", cli_exits[i].code);
        print_row(to, code, cli_exits[i].help.in[lang]);
    }
    fprintf(to, "\n%s\n", text_message(lang, MESSAGE_help_more));
}

void cli_help(FILE *to, Lang lang, Command command)
{
    if (command == COMMAND_NONE)
        help_of_all(to, lang);
    else
        help_of_one(to, lang, command);
}
