/* SPDX-License-Identifier: MIT */
/* Any bytes as a roster; the corpus is of XLS files. */
#include "roster_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    roster_fuzz_bytes(data, size);
    return 0;
}
