/* SPDX-License-Identifier: MIT */
/* Memory is that of the largest bucket and a block for each. */
#define _GNU_SOURCE /* mkostemp */
#include "buckets.h"
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BLOCK_BYTES = 1 << 16 };

struct Buckets {
    Arena *arena;
    const char *folder;
    unsigned count;
    size_t record_bytes;
    FILE *files[BUCKETS_MAX];
    size_t records[BUCKETS_MAX];
    void *bytes; /* of the bucket that was read last */
    size_t room;
};

static Err broken(const Buckets *buckets)
{
    return fail(buckets->arena, ERR_IO, "cannot sort in '%s': %m", buckets->folder);
}

static FILE *open_file(const Buckets *buckets)
{
    char *path = arena_print(buckets->arena, "%s/sorting.XXXXXX", buckets->folder);
    int fd = path ? mkostemp(path, O_CLOEXEC) : -1;
    FILE *file = fd >= 0 && !unlink(path) ? fdopen(fd, "w+") : NULL;
    if (!file && fd >= 0)
        close(fd);
    if (file)
        setvbuf(file, NULL, _IOFBF, BLOCK_BYTES);
    return file;
}

Err buckets_open(Arena *arena, const char *folder, unsigned count, size_t record_bytes, Buckets **out)
{
    assert(count && count <= BUCKETS_MAX);
    Buckets *buckets = *out = ARENA_NEW(arena, Buckets);
    if (!buckets)
        return fail(arena, ERR_MEMORY, "no memory to sort");
    *buckets = (Buckets){.arena = arena, .folder = folder, .count = count, .record_bytes = record_bytes};
    for (unsigned i = 0; i < count; i++)
        if (!(buckets->files[i] = open_file(buckets)))
            return broken(buckets);
    return OK;
}

void buckets_close(Buckets *buckets)
{
    if (!buckets)
        return;
    for (unsigned i = 0; i < buckets->count; i++) {
        if (buckets->files[i])
            fclose(buckets->files[i]);
        buckets->files[i] = NULL;
    }
    free(buckets->bytes);
    buckets->bytes = NULL;
}

Err buckets_add(Buckets *buckets, unsigned at, const void *record)
{
    buckets->records[at]++;
    return fwrite(record, buckets->record_bytes, 1, buckets->files[at]) == 1 ? OK : broken(buckets);
}

Err buckets_read(Buckets *buckets, unsigned at, void **records, size_t *count)
{
    size_t bytes = buckets->records[at] * buckets->record_bytes;
    if (bytes > buckets->room) {
        free(buckets->bytes);
        buckets->room = 0;
        buckets->bytes = malloc(bytes);
        if (!buckets->bytes)
            return fail(buckets->arena, ERR_MEMORY, "no memory to sort");
        buckets->room = bytes;
    }
    *records = buckets->bytes;
    *count = buckets->records[at];
    rewind(buckets->files[at]); /* flushes, too */
    if (bytes && fread(buckets->bytes, buckets->record_bytes, *count, buckets->files[at]) != *count)
        return broken(buckets);
    return OK;
}

Err buckets_clear(Buckets *buckets)
{
    for (unsigned i = 0; i < buckets->count; i++) {
        rewind(buckets->files[i]);
        if (ftruncate(fileno(buckets->files[i]), 0))
            return broken(buckets);
        buckets->records[i] = 0;
    }
    return OK;
}
