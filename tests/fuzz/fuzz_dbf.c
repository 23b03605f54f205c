/* SPDX-License-Identifier: MIT */
/* Any bytes as a roster; the corpus is of DBF files. */
#include "roster_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = roster_fuzz_file(path);
    must(write(fd, data, size) == (ssize_t)size);
    roster_fuzz_check(path);
    close(fd);
    return 0;
}
