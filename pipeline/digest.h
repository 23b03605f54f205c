/* SPDX-License-Identifier: MIT */
/* SHA-256 in hex: what names a file's content in records and manifests. */
#ifndef DIGEST_H
#define DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 64 lower-case hex digits and a NUL; "" when the library refuses. */
void digest_sha256(const void *data, size_t bytes, char out[65]);

/* XXH64 with seed 0: against damage, not against malice; some ten times as fast. */
uint64_t digest_xxh64(const void *data, size_t bytes);

/* XXH3-64: likewise. What runs of many machines agree on, so it never changes. */
uint64_t digest_xxh3(const void *data, size_t bytes, uint64_t seed);

/* Of a whole open file, whatever its offset, which stays. False with errno, and "". */
bool digest_file(int fd, char out[65]);

#endif
