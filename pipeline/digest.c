/* SPDX-License-Identifier: MIT */
#include "digest.h"

#include <stdio.h>

#include <openssl/evp.h>

void digest_sha256(const void *data, size_t bytes, char out[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    out[0] = '\0';
    if (!EVP_Digest(data, bytes, digest, &length, EVP_sha256(), NULL) || length != 32)
        return;
    for (unsigned i = 0; i < length; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}
