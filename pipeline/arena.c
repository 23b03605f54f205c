/* SPDX-License-Identifier: MIT */
/* One reservation of address space per arena and a mark that only moves up: the cap is exact, it
 * does not depend on what earlier photos left behind, and pages that were never touched cost
 * nothing. */
#include "arena.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__)
#define POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISON 1
#endif
#endif

#ifdef POISON /* a gap after every piece, so that the sanitizer sees one piece run into the next   \
               */
#include <sanitizer/asan_interface.h>
enum { GAP = 64 };
#else
#define ASAN_POISON_MEMORY_REGION(address, bytes) ((void)(address), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(address, bytes) ((void)(address), (void)(bytes))
enum { GAP = 0 };
#endif

/* Poisoned at a time, ahead of what is handed out: most of an arena is never touched. */
enum { WATCHED_BYTES = 4 << 20 };
enum { ALIGNMENT = 64, TEXT_ALIGNMENT = 8, KEPT_BYTES = 32 << 20, PAGE_BYTES = 64 << 10 };

struct Arena {
    uint8_t *base;
    size_t reserved; /* of address space: the cap and, under the sanitizer, the gaps */
    size_t cap;
    size_t watched; /* below: poisoned or handed out; never less than top */
    size_t top;   /* where the next piece starts */
    size_t used;  /* handed out, without gaps */
    size_t dirty; /* below: written by an earlier photo, to be zeroed again */
    char *spare;  /* behind the last text, up to its alignment: for the next ones */
    size_t spare_bytes;
};

static size_t round_up(size_t bytes, size_t to)
{
    return (bytes + to - 1) / to * to;
}

static void poison_ahead(Arena *arena, size_t to)
{
    if (to < arena->watched)
        return;
    to = round_up(to + 1, WATCHED_BYTES);
    to = to < arena->reserved ? to : arena->reserved;
    ASAN_POISON_MEMORY_REGION(arena->base + arena->watched, to - arena->watched);
    arena->watched = to;
}

Arena *arena_create(size_t cap_bytes)
{
    if (cap_bytes > SIZE_MAX / 4)
        return NULL;
    Arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        return NULL;
    arena->cap = cap_bytes;
    arena->reserved = round_up(cap_bytes + (GAP ? cap_bytes : 0) + ALIGNMENT, PAGE_BYTES);
    void *base = mmap(NULL, arena->reserved, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) {
        free(arena);
        return NULL;
    }
    arena->base = base;
    poison_ahead(arena, 0);
    return arena;
}

size_t arena_space_bytes(void)
{
    static const int resources[] = {RLIMIT_AS, RLIMIT_DATA};
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++) {
        struct rlimit limit;
        if (getrlimit(resources[i], &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < least)
            least = (size_t)limit.rlim_cur;
    }
    return least;
}

Arena *arena_create_large(size_t cap_bytes)
{
    enum { SHARE = 8 }; /* hardly more than three of them at a time, and the lanes */
    size_t most = arena_space_bytes() / SHARE;
    return arena_create(cap_bytes < most ? cap_bytes : most);
}

void arena_destroy(Arena *arena)
{
    if (!arena)
        return;
    ASAN_UNPOISON_MEMORY_REGION(arena->base, arena->watched);
    munmap(arena->base, arena->reserved);
    free(arena);
}

void *arena_raw(Arena *arena, size_t bytes)
{
    if (bytes > arena->cap)
        return NULL;
    size_t rounded = bytes ? round_up(bytes, ALIGNMENT) : ALIGNMENT;
    if (rounded > arena->cap - arena->used)
        return NULL;

    uint8_t *piece = arena->base + arena->top;
    poison_ahead(arena, arena->top + rounded + GAP);
    ASAN_UNPOISON_MEMORY_REGION(piece, bytes);
    ASAN_POISON_MEMORY_REGION(piece + bytes, rounded - bytes + GAP);
    arena->top += rounded + GAP;
    arena->used += rounded;
    return piece;
}

void *arena_alloc(Arena *arena, size_t bytes)
{
    uint8_t *piece = arena_raw(arena, bytes);
    size_t at = piece ? (size_t)(piece - arena->base) : SIZE_MAX;
    if (at < arena->dirty) {
        size_t stale = arena->dirty - at;
        memset(piece, 0, stale < bytes ? stale : bytes);
    }
    return piece;
}

void *arena_more(Arena *arena, void *list, size_t count, size_t *room, size_t bytes)
{
    enum { FIRST = 64 };
    if (count < *room)
        return list;
    size_t wanted = *room ? 2 * *room : FIRST;
    void *copy = wanted < arena->cap / bytes ? arena_alloc(arena, wanted * bytes) : NULL;
    if (copy && count)
        memcpy(copy, list, count * bytes);
    if (copy)
        *room = wanted;
    return copy;
}

void arena_reset(Arena *arena)
{
    if (arena->top > KEPT_BYTES) /* the kernel hands these pages back zeroed */
        madvise(arena->base + KEPT_BYTES, arena->reserved - KEPT_BYTES, MADV_DONTNEED);
    size_t written = arena->top < KEPT_BYTES ? arena->top : KEPT_BYTES;
    if (written > arena->dirty)
        arena->dirty = written;
    ASAN_POISON_MEMORY_REGION(arena->base, arena->top); /* the rest still is */
    arena->top = 0;
    arena->used = 0;
    arena->spare_bytes = 0;
}

size_t arena_used(const Arena *arena)
{
    return arena->used;
}

/* Millions of short ones: they share what alignment would waste. To be written as a whole. */
static char *text_piece(Arena *arena, size_t bytes)
{
    size_t rounded = round_up(bytes, TEXT_ALIGNMENT);
    if (bytes <= arena->spare_bytes) {
        char *piece = arena->spare;
        ASAN_UNPOISON_MEMORY_REGION(piece, bytes);
        rounded = rounded < arena->spare_bytes ? rounded : arena->spare_bytes;
        arena->spare += rounded;
        arena->spare_bytes -= rounded;
        return piece;
    }
    char *piece = arena_raw(arena, bytes);
    if (piece) {
        arena->spare = piece + rounded;
        arena->spare_bytes = round_up(bytes, ALIGNMENT) - rounded;
    }
    return piece;
}

char *arena_copy(Arena *arena, const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = text_piece(arena, bytes);
    return copy ? memcpy(copy, text, bytes) : NULL;
}

static char *print_list(Arena *arena, const char *format, va_list list)
{
    int reason = errno; /* %m must say the same in both passes */
    va_list again;
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, list);
    char *text = length < 0 ? NULL : text_piece(arena, (size_t)length + 1);
    errno = reason;
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *arena_print(Arena *arena, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    char *text = print_list(arena, format, list);
    va_end(list);
    return text;
}
