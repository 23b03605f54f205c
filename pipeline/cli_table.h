/* SPDX-License-Identifier: MIT */
/* Every flag and command, one row each. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stddef.h>
#include "cli.h"

typedef enum FlagKind {
    FLAG_YES,    /* no value; a bool in Cli */
    FLAG_TEXT,   /* a const char * */
    FLAG_LIST,   /* a const char ** that ends in NULL; may be given again */
    FLAG_NUMBER, /* an int from 1 to CLI_LANES_MAX */
    FLAG_CHOICE, /* an enum, in the order of `value` */
} FlagKind;

enum { CLI_LANES_MAX = 256 };

typedef struct Flag {
    const char *name; /* without its dashes */
    char letter;      /* '\0': none */
    FlagKind kind;
    const char *value;   /* "DIR", "FILE", "PROFILE", "N", or choices "zh|en"; NULL: takes none */
    unsigned commands;   /* bits 1 << Command */
    size_t field;        /* in Cli */
    Words help;
} Flag;

typedef enum Takes { TAKES_NOTHING, TAKES_PHOTOS, TAKES_SHARDS, TAKES_PACKAGE, TAKES_OUT, TAKES_CHOICE } Takes;

typedef struct CommandRow {
    const char *name;
    Takes takes;
    const char *words;   /* what stands behind it: "PHOTOS...", or choices "bash|zsh|fish" */
    size_t field;        /* of the choice, in Cli */
    Words help;
} CommandRow;

extern const Flag cli_flags[];                      /* name NULL ends it */
extern const CommandRow cli_commands[COMMAND_COUNT]; /* row COMMAND_NONE has no name */

typedef struct ExitRow {
    ExitCode code;
    Words help;
} ExitRow;

enum { CLI_EXITS = 6 };
extern const ExitRow cli_exits[CLI_EXITS];

extern const Words cli_about;

/* Whether a command does nothing without -o. */
bool cli_needs_out(Command command);

/* Copies choice number `index` of "a|b|c" to `out`; false behind the last. */
bool cli_choice(const char *choices, int index, char out[32]);

#endif
