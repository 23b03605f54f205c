/* SPDX-License-Identifier: MIT */
/* What is wrong with the machine (a disk, a model, a flag). What is wrong with a photo is a
 * finding. */
#ifndef ERR_H
#define ERR_H

#include <stdbool.h>
#include "arena.h"

typedef enum ErrCode {
    ERR_NONE = 0,
    ERR_USAGE,  /* flags, profile, roster: exit 2, nothing done */
    ERR_IO,     /* read or write failed: exit 3 */
    ERR_MEMORY, /* out of memory, or past an arena's cap */
    ERR_MODEL,  /* a model or library is missing or broken: exit 3 */
    ERR_FORMAT, /* our own data cannot be read (journal, record): exit 3 */
    ERR_LOCKED, /* OUT is in use by another run: exit 4 */
    ERR_STOPPED, /* somebody wants the program to end: exit 130 */
} ErrCode;

/* By value; `text` is a literal or lives in the arena given to fail(). */
typedef struct [[nodiscard]] Err {
    ErrCode code;
    const char *text;
} Err;

#define OK ((Err){ERR_NONE, NULL})

#define TRY(call)                                                                                  \
    do {                                                                                           \
        Err err_ = (call);                                                                         \
        if (err_.code)                                                                             \
            return err_;                                                                           \
    } while (0)

/* An Err with a formatted text; %m is the system's reason. Says what, then which: "cannot open
 * '%s': %m". In English: its Chinese is a row of text_errors_*.c, which a test asks for. */
Err fail(Arena *arena, ErrCode code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Whether a file cannot be opened for want of the process or the machine, by errno: another file would not, either. */
bool err_short_of(int reason);

#define CLEANUP(function) __attribute__((cleanup(function)))

#endif
