/* SPDX-License-Identifier: MIT */
/* Memory that dies together: one arena per photo in flight, reset when the photo is home again. */
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>

typedef struct Arena Arena;

/* An empty arena that will never hold more than `cap_bytes`. NULL when out of memory. */
Arena *arena_create(size_t cap_bytes);
void arena_destroy(Arena *arena);

/* The same for what may grow with the number of photos: less, where the process may not have much address space. */
Arena *arena_create_large(size_t cap_bytes);

/* What it may have (ulimit -v, ulimit -d); SIZE_MAX: no limit. */
size_t arena_space_bytes(void);

/* Zeroed memory, aligned to 64 bytes, valid until reset. NULL when the cap would be passed. */
void *arena_alloc(Arena *arena, size_t bytes);

/* The same without the zeros, for what is written as a whole before it is read: zeroing a picture takes as
 * long as copying it. */
void *arena_raw(Arena *arena, size_t bytes);

/* `list` with room for one more element of `bytes` behind its `count`: itself, or its copy with twice the room, which *room
 * then says (0 and NULL at first). What was before stays where it was until reset. NULL past the cap. */
void *arena_more(Arena *arena, void *list, size_t count, size_t *room, size_t bytes);

/* Forgets everything; keeps up to 32 MiB for the next photo. */
void arena_reset(Arena *arena);

/* Bytes handed out since the last reset. */
size_t arena_used(const Arena *arena);

char *arena_copy(Arena *arena, const char *text);        /* NULL past the cap */
char *arena_print(Arena *arena, const char *format, ...) /* NULL past the cap */
    __attribute__((format(printf, 2, 3)));

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_RAW(arena, type, count) ((type *)arena_raw((arena), sizeof(type) * (count)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc((arena), sizeof(type) * (count)))

#endif
