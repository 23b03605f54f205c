/* SPDX-License-Identifier: MIT */
/* Any bytes as a roster; the corpus is of web pages and of XML of Excel 2003. */
#include "roster_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    roster_fuzz_bytes(data, size);
    return 0;
}
