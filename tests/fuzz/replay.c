/* SPDX-License-Identifier: MIT */
/* Feeds every file of the folders given to a fuzz target: the corpus as an ordinary test. A folder
 * that is missing or empty fails, since it would test nothing. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *count, char ***values) __attribute__((weak));

static int feed_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END))
        return 1;
    size_t size = (size_t)ftell(file);
    rewind(file);
    uint8_t *data = malloc(size ? size : 1); /* of just that size, for the sanitizers */
    int failed = !data || fread(data, 1, size, file) != size;
    fclose(file);
    if (!failed)
        LLVMFuzzerTestOneInput(data, size);
    free(data);
    return failed;
}

static int feed_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir) {
        fprintf(stderr, "cannot open '%s'\n", folder);
        return 1;
    }
    int files = 0, failed = 0;
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        char path[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        failed += feed_file(path);
        files++;
    }
    closedir(dir);
    printf("%s: %d files, %d unreadable\n", folder, files, failed);
    return failed || !files;
}

int main(int argc, char **argv)
{
    int failed = argc < 2;
    if (LLVMFuzzerInitialize)
        LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++)
        failed |= feed_folder(argv[i]);
    return failed;
}
