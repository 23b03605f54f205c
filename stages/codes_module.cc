/* SPDX-License-Identifier: MIT */
/* The door to ZXing, a module of its own. Every body catches everything. (OpenCV's QRCodeDetector was meant to be here,
 * but Debian builds it without the library that decodes.) */
#include "codes.h"
#include <string.h>
#define ZX_USE_UTF8
#include <ZXing/ReadBarcode.h>

static int read_all(const ZXing::ImageView &view, char *out, size_t bytes, int most)
{
    ZXing::DecodeHints hints;
    hints.setFormats(ZXing::BarcodeFormat::QRCode).setMaxNumberOfSymbols((uint8_t)most);
    int count = 0;
    for (const ZXing::Result &result : ZXing::ReadBarcodes(view, hints)) {
        if (!result.isValid() || count == most)
            continue;
        const std::string text = result.text();
        size_t length = strnlen(text.c_str(), bytes - 1); /* what is behind a NUL is no part of any roster's text */
        memcpy(out + (size_t)count * bytes, text.c_str(), length);
        out[(size_t)count++ * bytes + length] = '\0';
    }
    return count;
}

static int door_read(const uint8_t *grey, const int size[2], char *out, size_t bytes, int most)
{
    try {
        return read_all(ZXing::ImageView(grey, size[0], size[1], ZXing::ImageFormat::Lum), out, bytes, most);
    } catch (...) {
        return -1;
    }
}

extern "C" __attribute__((visibility("default"))) const CodesDoor codes_door;
const CodesDoor codes_door = {door_read};
