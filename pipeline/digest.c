/* SPDX-License-Identifier: MIT */
#include "digest.h"

#include <errno.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <xxhash.h>

enum { SHA256_BYTES = 32, PIECE_BYTES = 1 << 16 };

static void print_hex(const unsigned char *digest, char out[65])
{
    static const char HEX[] = "0123456789abcdef";
    for (unsigned i = 0; i < SHA256_BYTES; i++) {
        out[2 * i] = HEX[digest[i] >> 4];
        out[2 * i + 1] = HEX[digest[i] & 15];
    }
    out[2 * SHA256_BYTES] = '\0';
}

void digest_sha256(const void *data, size_t bytes, char out[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    out[0] = '\0';
    if (EVP_Digest(data, bytes, digest, &length, EVP_sha256(), NULL) && length == SHA256_BYTES)
        print_hex(digest, out);
}

uint64_t digest_xxh64(const void *data, size_t bytes)
{
    return XXH64(data, bytes, 0);
}

uint64_t digest_xxh3(const void *data, size_t bytes, uint64_t seed)
{
    return XXH3_64bits_withSeed(data, bytes, seed);
}

static bool add_file(EVP_MD_CTX *context, int fd)
{
    uint8_t piece[PIECE_BYTES];
    for (off_t at = 0;;) {
        ssize_t got = pread(fd, piece, sizeof piece, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        if (!EVP_DigestUpdate(context, piece, (size_t)got))
            return false;
        at += got;
    }
}

bool digest_file(int fd, char out[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool whole = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) &&
                 add_file(context, fd) && EVP_DigestFinal_ex(context, digest, &length) &&
                 length == SHA256_BYTES;
    EVP_MD_CTX_free(context);
    out[0] = '\0';
    if (whole)
        print_hex(digest, out);
    return whole;
}
