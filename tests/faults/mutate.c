/* SPDX-License-Identifier: MIT */
/* mutate SEED COUNT OUT FILES...: damaged copies of the files in turn, the same for the same seed,
 * each under a name of its own that says what was done and holds a valid identity number. */
#include "mutation.h"
#include <stdio.h>
#include <string.h>

static int store(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wbe");
    int whole = file && fwrite(bytes, 1, size, file) == size;
    return file && fclose(file) == 0 && whole;
}

int main(int argc, char **argv)
{
    static Data files[MUTATION_FILES_MAX];
    static uint8_t copy[MUTATION_BYTES_MAX];
    int count = argc - 4;
    if (count < 1 || count > MUTATION_FILES_MAX) {
        fprintf(stderr, "usage: mutate SEED COUNT OUT FILES... (at most %d)\n", MUTATION_FILES_MAX);
        return 2;
    }
    for (int i = 0; i < count; i++)
        if (!mutation_load(argv[4 + i], &files[i]))
            return perror(argv[4 + i]), 1;
    for (unsigned n = 0; n < strtoul(argv[2], NULL, 10); n++) {
        char id[19], path[4096];
        size_t size = mutation(strtoull(argv[1], NULL, 10), n, files, (size_t)count, copy);
        mutation_id(n, id);
        snprintf(path, sizeof path, "%s/%s_%s.jpg", argv[3], mutation_name(mutation_kind(n)), id);
        if (!store(path, copy, size))
            return perror(path), 1;
    }
    return 0;
}
