/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "cli_table.h"
#include "profile.h"
#include "suggest.h"

static_assert(sizeof(ProgressMode) == sizeof(int) && sizeof(Lang) == sizeof(int) &&
              sizeof(Topic) == sizeof(int) && sizeof(Bind) == sizeof(int) && sizeof(Shell) == sizeof(int));

enum { FLAGS_MAX = 64, ERROR_SIZE = 1024 };

typedef struct Parser {
    Arena *arena;
    Cli *out;
    int argc, next; /* next: of argv, not yet read */
    char **argv;
    const char *given[FLAGS_MAX]; /* by row: as it was written, NULL where not given */
    bool only_words;              /* behind "--" */
    bool chosen;                  /* the command's own word was there */
} Parser;

/* Messages take strings only, so one variadic function serves all rows. */
static Err usage(const Parser *parser, MessageId message, ...)
{
    char text[ERROR_SIZE];
    va_list args;
    va_start(args, message);
    vsnprintf(text, sizeof text, text_message(parser->out->lang, message), args);
    va_end(args);
    return fail(parser->arena, ERR_USAGE, "%s", text);
}

static Err unknown(const Parser *parser, MessageId message, const char *word, const char *best)
{
    Err plain = usage(parser, message, word);
    if (!best)
        return plain;
    char hint[ERROR_SIZE];
    snprintf(hint, sizeof hint, text_message(parser->out->lang, MESSAGE_did_you_mean), best);
    return fail(parser->arena, ERR_USAGE, "%s%s", plain.text, hint);
}

static Err unknown_flag(const Parser *parser, const char *word)
{
    const char *dashed[FLAGS_MAX];
    Suggestion suggestion = {.wanted = word};
    for (int i = 0; cli_flags[i].name; i++) {
        dashed[i] = arena_print(parser->arena, "--%s", cli_flags[i].name);
        if (dashed[i])
            suggest_offer(&suggestion, dashed[i]);
    }
    return unknown(parser, MESSAGE_unknown_flag, word, suggestion.best);
}

static int choice_index(const char *choices, const char *word)
{
    char choice[32];
    for (int i = 0; cli_choice(choices, i, choice); i++)
        if (strcmp(choice, word) == 0)
            return i;
    return -1;
}

static bool lanes_read(const char *text, int *out)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 4 || text[digits])
        return false;
    *out = atoi(text);
    return *out >= 1 && *out <= CLI_LANES_MAX;
}

/* Room for all that argv could hold, made once. */
static Err add_to_list(Parser *parser, const char ***list, const char *value)
{
    if (!*list)
        *list = ARENA_ARRAY(parser->arena, const char *, (size_t)parser->argc + 1);
    if (!*list)
        return fail(parser->arena, ERR_MEMORY, "out of memory");
    const char **end = *list;
    while (*end)
        end++;
    *end = value;
    return OK;
}

/* `written`: the flag as the user wrote it. */
static Err store(Parser *parser, const Flag *flag, const char *written, const char *value)
{
    char *field = (char *)parser->out + flag->field;
    switch (flag->kind) {
    case FLAG_YES:
        *(bool *)field = true;
        return OK;
    case FLAG_LIST:
        if (!*value)
            return usage(parser, MESSAGE_flag_needs_value, written, flag->value);
        return add_to_list(parser, (const char ***)field, value);
    case FLAG_TEXT:
        if (!*value)
            return usage(parser, MESSAGE_flag_needs_value, written, flag->value);
        *(const char **)field = value;
        return OK;
    case FLAG_NUMBER:
        if (!lanes_read(value, (int *)field))
            return usage(parser, MESSAGE_bad_value, written, value, "1..256");
        return OK;
    case FLAG_CHOICE: {
        int index = choice_index(flag->value, value);
        if (index < 0)
            return usage(parser, MESSAGE_bad_value, written, value, flag->value);
        *(int *)field = index;
        return OK;
    }
    }
    return OK;
}

/* Takes the value from behind '=' or the letter, else the next word. */
static Err take_flag(Parser *parser, int row, const char *written, const char *value)
{
    const Flag *flag = &cli_flags[row];
    if (flag->kind == FLAG_YES && value)
        return usage(parser, MESSAGE_flag_takes_no_value, written);
    if (flag->kind != FLAG_YES) {
        if (parser->given[row] && flag->kind != FLAG_LIST)
            return usage(parser, MESSAGE_flag_repeated, written);
        const char *word = parser->next < parser->argc ? parser->argv[parser->next] : NULL;
        if (!value && word && (word[0] != '-' || !word[1])) {
            value = word;
            parser->next++;
        }
        if (!value)
            return usage(parser, MESSAGE_flag_needs_value, written, flag->value);
    }
    parser->given[row] = written;
    return store(parser, flag, written, value);
}

static Err take_long(Parser *parser, const char *word)
{
    size_t length = strcspn(word, "=");
    const char *value = word[length] ? word + length + 1 : NULL;
    const char *written = arena_print(parser->arena, "%.*s", (int)length, word);
    if (!written)
        return fail(parser->arena, ERR_MEMORY, "out of memory");
    for (int i = 0; cli_flags[i].name; i++)
        if (strcmp(written + 2, cli_flags[i].name) == 0)
            return take_flag(parser, i, written, value);
    return unknown_flag(parser, written);
}

/* "-nq", "-j4", "-o DIR" */
static Err take_letters(Parser *parser, const char *word)
{
    for (const char *letter = word + 1; *letter; letter++) {
        const char *written = arena_print(parser->arena, "-%c", *letter);
        int row = 0;
        if (!written)
            return fail(parser->arena, ERR_MEMORY, "out of memory");
        while (cli_flags[row].name && cli_flags[row].letter != *letter)
            row++;
        if (!cli_flags[row].name)
            return unknown_flag(parser, word[2] ? word : written);
        bool takes_rest = cli_flags[row].kind != FLAG_YES && letter[1];
        TRY(take_flag(parser, row, written, takes_rest ? letter + 1 : NULL));
        if (takes_rest)
            break;
    }
    return OK;
}

static Err take_command(Parser *parser, const char *word)
{
    Suggestion suggestion = {.wanted = word};
    for (Command i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++) {
        if (strcmp(word, cli_commands[i].name) == 0) {
            parser->out->command = i;
            return OK;
        }
        suggest_offer(&suggestion, cli_commands[i].name);
    }
    return unknown(parser, MESSAGE_unknown_command, word, suggestion.best);
}

static Err take_word(Parser *parser, const char *word)
{
    Cli *out = parser->out;
    const CommandRow *command = &cli_commands[out->command];
    if (out->command == COMMAND_NONE)
        return take_command(parser, word);
    switch (command->takes) {
    case TAKES_PHOTOS:
        if (!*word)
            return usage(parser, MESSAGE_photos_missing, command->name);
        out->photos[out->photo_count++] = word;
        return OK;
    case TAKES_SHARDS:
        if (!*word)
            return usage(parser, MESSAGE_shards_missing, command->name);
        out->photos[out->photo_count++] = word;
        return OK;
    case TAKES_PACKAGE:
    case TAKES_OUT:
        if (!*word || out->photo_count)
            break;
        out->photos[out->photo_count++] = word;
        return OK;
    case TAKES_CHOICE: {
        int index = choice_index(command->words, word);
        if (parser->chosen)
            break;
        if (index < 0)
            return usage(parser, MESSAGE_bad_topic, word, command->words);
        *(int *)((char *)out + command->field) = index;
        parser->chosen = true;
        return OK;
    }
    case TAKES_NOTHING:
        break;
    }
    return usage(parser, MESSAGE_too_many_words, word);
}

/* What only the whole line can tell. */
static Err finish(const Parser *parser)
{
    const Cli *out = parser->out;
    const CommandRow *command = &cli_commands[out->command];
    if (out->help || out->version)
        return OK;
    if (out->command == COMMAND_NONE)
        return usage(parser, MESSAGE_no_command);
    for (int i = 0; cli_flags[i].name; i++)
        if (parser->given[i] && !(cli_flags[i].commands & 1u << out->command))
            return usage(parser, MESSAGE_flag_not_here, parser->given[i], command->name);
    if (cli_needs_out(out->command) && !out->out)
        return usage(parser, MESSAGE_flag_missing, command->name, "-o");
    if (command->takes == TAKES_PHOTOS && !out->photo_count && !out->files_from)
        return usage(parser, MESSAGE_photos_missing, command->name);
    if (command->takes == TAKES_SHARDS && !out->photo_count)
        return usage(parser, MESSAGE_shards_missing, command->name);
    if (command->takes == TAKES_PACKAGE && !out->photo_count)
        return usage(parser, MESSAGE_package_missing, command->name);
    if (command->takes == TAKES_OUT && !out->photo_count)
        return usage(parser, MESSAGE_out_missing, command->name);
    if (command->takes == TAKES_CHOICE && !parser->chosen)
        return usage(parser, MESSAGE_topic_missing, command->name, command->words);
    if (out->nul && !out->files_from)
        return usage(parser, MESSAGE_flag_alone, "--nul", "--files-from");
    if (!out->roster && (out->sheet || out->encoding || out->columns))
        return usage(parser, MESSAGE_flag_alone,
                     out->sheet ? "--sheet" : out->encoding ? "--encoding" : "--column", "--roster");
    if (out->shard && (out->decisions || out->complete || out->split || out->new_only))
        return usage(parser, MESSAGE_flags_clash, "--shard",
                     out->decisions ? "--decisions" : out->complete ? "--complete" : out->split ? "--split" : "--new-only");
    if (out->quiet && out->verbose)
        return usage(parser, MESSAGE_flags_clash, "--quiet", "--verbose");
    if (out->bind == BIND_QR && out->dry_run) /* it would have to open every photo */
        return usage(parser, MESSAGE_flags_clash, "--bind qr", "--dry-run");
    if (out->bind == BIND_QR && out->shard) /* the code before a frame may be another shard's */
        return usage(parser, MESSAGE_flags_clash, "--bind qr", "--shard");
    if (out->sandbox && out->no_sandbox)
        return usage(parser, MESSAGE_flags_clash, "--sandbox", "--no-sandbox");
    if (out->json && out->markdown)
        return usage(parser, MESSAGE_flags_clash, "--json", "--markdown");
    return OK;
}

/* The language must be known before the first complaint. */
static Lang lang_wanted(int argc, char **argv)
{
    const char *flag = NULL;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--lang=", 7) == 0)
            flag = argv[i] + 7;
        else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
            flag = argv[i + 1];
    }
    return lang_choose(flag && choice_index("zh|en", flag) >= 0 ? flag : NULL);
}

Err cli_parse(int argc, char **argv, Arena *arena, Cli *out)
{
    *out = (Cli){.profile = profile_names()[0], .lang = lang_wanted(argc, argv)};
    Parser parser = {.arena = arena, .out = out, .argc = argc, .next = 1, .argv = argv};
    out->photos = ARENA_ARRAY(arena, const char *, (size_t)argc + 1);
    if (!out->photos)
        return fail(arena, ERR_MEMORY, "out of memory");
    while (parser.next < argc) {
        const char *word = argv[parser.next++];
        if (parser.only_words || word[0] != '-' || !word[1])
            TRY(take_word(&parser, word));
        else if (strcmp(word, "--") == 0)
            parser.only_words = true;
        else if (word[1] == '-')
            TRY(take_long(&parser, word));
        else
            TRY(take_letters(&parser, word));
    }
    return finish(&parser);
}
