/* SPDX-License-Identifier: MIT */
/* An Err is made where a thing fails and forwarded by TRY: it must survive a full arena. */
#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool err_short_of(int reason)
{
    return reason == EMFILE || reason == ENFILE || reason == ENOMEM;
}

Err fail(Arena *arena, ErrCode code, const char *format, ...)
{
    bool own = format[strspn(format, "%s")]; /* else it only hands on another text */
    Err err = {code, own ? format : "no memory to say what is wrong"}; /* when there is no room for more */
    if (!arena)
        return err;

    int reason = errno; /* %m must say the same in both passes */
    va_list list;
    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    char *text = length < 0 ? NULL : arena_alloc(arena, (size_t)length + 1);
    if (!text)
        return err;

    errno = reason;
    va_start(list, format);
    vsnprintf(text, (size_t)length + 1, format, list);
    va_end(list);
    err.text = text;
    return err;
}
