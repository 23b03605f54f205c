/* SPDX-License-Identifier: MIT */
/* APPNOTE.TXT 4.3: entries, directory, end; of ZIP64, an end of its own before that. A directory that is read otherwise
 * than the library does gives places where other names stand, and their entries are refused. */
#include "archive_places.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { LOCAL_BYTES = 30, RECORD_BYTES = 46, END_BYTES = 22, LOCATOR_BYTES = 20, END64_BYTES = 56, WINDOW_BYTES = 1 << 17 };

/* A part of the file, read ahead. */
typedef struct Window {
    int fd;
    uint64_t at;
    size_t count;
    uint8_t bytes[WINDOW_BYTES];
} Window;

static uint64_t number(const uint8_t *at, int bytes)
{
    uint64_t value = 0;
    while (bytes--)
        value = value << 8 | at[bytes];
    return value;
}

static size_t read_at(int fd, uint64_t at, void *out, size_t bytes)
{
    size_t done = 0;
    while (done < bytes && at <= INT64_MAX - bytes) {
        ssize_t got = pread(fd, (uint8_t *)out + done, bytes - done, (off_t)(at + done));
        if (got == 0 || (got < 0 && errno != EINTR))
            break;
        errno = 0; /* interrupted is not unreadable */
        done += got > 0 ? (size_t)got : 0;
    }
    return done;
}

/* `bytes` of the file, until the next call; NULL: it does not hold so many. */
static const uint8_t *look(Window *window, uint64_t at, size_t bytes)
{
    if (at < window->at || at - window->at > window->count || window->count - (at - window->at) < bytes) {
        window->count = read_at(window->fd, at, window->bytes, WINDOW_BYTES);
        window->at = at;
    }
    return window->count - (at - window->at) >= bytes ? window->bytes + (at - window->at) : NULL;
}

/* The one whose comment ends with the file, else the last. */
static const uint8_t *find_end(Window *window, uint64_t size, uint64_t *at)
{
    enum { TAIL_BYTES = END_BYTES + UINT16_MAX + LOCATOR_BYTES };
    uint64_t least = size > TAIL_BYTES ? size - TAIL_BYTES : 0, last = UINT64_MAX;
    if (size < END_BYTES || !look(window, least, END_BYTES)) /* all of the tail at once */
        return NULL;
    for (uint64_t place = size - END_BYTES; place + 1 > least; place--) {
        const uint8_t *end = look(window, place, END_BYTES);
        if (!end || memcmp(end, "PK\5\6", 4) != 0)
            continue;
        last = last == UINT64_MAX ? place : last;
        *at = place;
        if (place + END_BYTES + number(end + 20, 2) == size)
            return end;
    }
    *at = last;
    return last == UINT64_MAX ? NULL : look(window, last, END_BYTES);
}

static bool find_directory(Window *window, uint64_t *directory)
{
    struct stat info;
    uint64_t at = 0;
    const uint8_t *end = fstat(window->fd, &info) ? NULL : find_end(window, (uint64_t)info.st_size, &at);
    if (!end)
        return false;
    *directory = number(end + 16, 4);
    if (*directory != UINT32_MAX)
        return true;
    const uint8_t *locator = at >= LOCATOR_BYTES ? look(window, at - LOCATOR_BYTES, LOCATOR_BYTES) : NULL;
    if (!locator || memcmp(locator, "PK\6\7", 4) != 0)
        return false;
    end = look(window, number(locator + 8, 8), END64_BYTES);
    if (!end || memcmp(end, "PK\6\6", 4) != 0)
        return false;
    *directory = number(end + 48, 8);
    return true;
}

static bool fill(Window *window, uint64_t *places, size_t count)
{
    uint64_t at = 0;
    if (!find_directory(window, &at))
        return false;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *record = look(window, at, RECORD_BYTES);
        if (!record || memcmp(record, "PK\1\2", 4) != 0)
            return false;
        places[i] = at;
        at += RECORD_BYTES + number(record + 28, 2) + number(record + 30, 2) + number(record + 32, 2);
    }
    return true;
}

uint64_t *archive_places(int fd, size_t count)
{
    Window *window = calloc(1, sizeof *window);
    uint64_t *places = calloc(count + 1, sizeof *places);
    if (window)
        window->fd = fd;
    bool filled = window && places && fill(window, places, count);
    free(window);
    if (filled)
        return places;
    free(places);
    return NULL;
}

/* What stands in the record's extra field of that number; NULL: it has none. */
static const uint8_t *find_extra(const uint8_t *record, unsigned id, size_t *length)
{
    const uint8_t *extra = record + RECORD_BYTES + number(record + 28, 2);
    for (size_t bytes = (size_t)number(record + 30, 2); bytes >= 4; extra += 4 + *length, bytes -= 4 + *length) {
        *length = (size_t)number(extra + 2, 2);
        if (*length > bytes - 4)
            break;
        if (number(extra, 2) == id)
            return extra + 4;
    }
    return NULL;
}

/* Where the entry begins. What four bytes do not hold stands in the extra field 1, behind those sizes that they do not
 * hold either. */
static uint64_t entry_place(const uint8_t *record)
{
    size_t before = 0, length;
    if (number(record + 42, 4) != UINT32_MAX)
        return number(record + 42, 4);
    for (int at = 20; at <= 24; at += 4)
        before += number(record + at, 4) == UINT32_MAX ? 8 : 0;
    const uint8_t *extra = find_extra(record, 1, &length);
    return extra && length >= before + 8 ? number(extra + before, 8) : UINT64_MAX;
}

/* Whether the library has that name from this record: its own, or that in UTF-8 beside it, whose checksum is of its own. */
static bool is_named(const uint8_t *record, const char *listed)
{
    enum { UTF8_NAME = 0x7075, BEFORE = 5 };
    const uint8_t *name = record + RECORD_BYTES;
    size_t bytes = (size_t)number(record + 28, 2), length, wanted = strlen(listed);
    if (bytes == wanted && memcmp(name, listed, bytes) == 0)
        return true;
    const uint8_t *extra = find_extra(record, UTF8_NAME, &length);
    return extra && length == BEFORE + wanted && extra[0] == 1 && number(extra + 1, 4) == crc32(0, name, (uInt)bytes) &&
           memcmp(extra + BEFORE, listed, wanted) == 0;
}

bool archive_place_name(Arena *arena, int fd, uint64_t place, const char *listed, const char **other)
{
    uint8_t local[LOCAL_BYTES], *record = arena_alloc(arena, RECORD_BYTES + 2 * UINT16_MAX);
    *other = NULL;
    if (!record || read_at(fd, place, record, RECORD_BYTES) != RECORD_BYTES)
        return false;
    size_t name = (size_t)number(record + 28, 2), more = name + (size_t)number(record + 30, 2);
    if (read_at(fd, place + RECORD_BYTES, record + RECORD_BYTES, more) != more || !is_named(record, listed))
        return false;
    uint64_t entry = entry_place(record);
    if (read_at(fd, entry, local, LOCAL_BYTES) != LOCAL_BYTES || memcmp(local, "PK\3\4", 4) != 0)
        return false;
    size_t bytes = (size_t)number(local + 26, 2);
    char *own = arena_alloc(arena, bytes + 1);
    if (!own || read_at(fd, entry + LOCAL_BYTES, own, bytes) != bytes)
        return false;
    own[bytes] = '\0';
    if (bytes != name || memcmp(own, record + RECORD_BYTES, name) != 0)
        *other = own;
    return true;
}
