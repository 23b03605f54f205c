/* SPDX-License-Identifier: MIT */
/* The command line: one row of cli_table.c is one flag, from which parsing, help, completion and the
 * man page come. */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stdio.h>
#include "err.h"
#include "text.h"

typedef enum Command {
    COMMAND_NONE, /* --help or --version alone */
    COMMAND_RUN,
    COMMAND_WATCH,
    COMMAND_CHECK,
    COMMAND_VERIFY,
    COMMAND_PURGE,
    COMMAND_MERGE,
    COMMAND_LIST,
    COMMAND_BENCH,
    COMMAND_COMPLETION,
    COMMAND_MAN,
    COMMAND_COUNT
} Command;

typedef enum ProgressMode {
    PROGRESS_AUTO,
    PROGRESS_ALWAYS,
    PROGRESS_NEVER,
    PROGRESS_JSON
} ProgressMode;

typedef enum Decoder { DECODER_FAST, DECODER_SYSTEM } Decoder;
typedef enum Topic { TOPIC_CHECKS, TOPIC_PROFILES, TOPIC_EXIT_CODES } Topic; /* of list */
typedef enum Shell { SHELL_BASH, SHELL_ZSH, SHELL_FISH } Shell;             /* of completion */

typedef enum ExitCode {
    EXIT_ALL_PASS = 0,
    EXIT_OPEN_ENDS = 1,
    EXIT_USAGE = 2,
    EXIT_UNFINISHED = 3,
    EXIT_IN_USE = 4,
    EXIT_INTERRUPTED = 130,
} ExitCode;

typedef struct Cli {
    Command command;
    const char *out, *profile, *detector, *files_from; /* NULL where not given; profile: the default */
    const char *decisions, *split, *on_result;
    const char *shard; /* "I/N", "auto" or "auto/N"; NULL: not one of many */
    bool complete, new_only;
    const char *roster, *sheet, *encoding; /* NULL where not given */
    const char **columns;                  /* "id=...", NULL at the end; NULL where not given */
    int lanes;                                         /* 0: one per core */
    bool nul, dry_run, json, markdown, quiet, verbose, timing, help, version;
    bool sandbox, no_sandbox; /* asked for: must work; refused; neither: where the kernel can */
    ProgressMode progress;
    Decoder decoder;
    Lang lang;
    Topic topic;
    Shell shell;
    const char **photos; /* NULL at the end */
    int photo_count;
} Cli;

/* ERR_USAGE, in the language asked for, with a suggestion where a word was misspelt. The strings stay
 * those of argv. --help and --version are honoured before anything that may be missing is asked for. */
Err cli_parse(int argc, char **argv, Arena *arena, Cli *out);

/* What --help prints: of one command, or for COMMAND_NONE of all. */
void cli_help(FILE *to, Lang lang, Command command);

void cli_completion(FILE *to, Shell shell);
void cli_man(FILE *to, Lang lang); /* troff */

#endif
