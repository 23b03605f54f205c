/* SPDX-License-Identifier: MIT */
/* Any bytes as an EXIF block and as an XMP packet: what comes out is printable UTF-8, whatever went in. */
#include "../../stages/exif.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

static void require_printable(const char *text, size_t most)
{
    if (!text)
        return;
    if (!g_utf8_validate(text, -1, NULL) || strlen(text) > most)
        abort();
    for (; *text; text = g_utf8_next_char(text))
        if (!g_unichar_isprint(g_utf8_get_char(text)))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_create(1 << 16);
    Exif exif;
    exif_read(arena, data, size, &exif);
    if (exif.orientation < 1 || exif.orientation > 8)
        abort();
    require_printable(exif.camera, 256);
    require_printable(exif.software, 256);
    require_printable(exif.captured, 256);
    require_printable(exif.serial, 256);
    if (exif.fraction && (!*exif.fraction || exif.fraction[strspn(exif.fraction, "0123456789")]))
        abort();
    require_printable(exif_add_xmp(arena, NULL, data, size), 512);
    require_printable(exif_add_xmp(arena, "Ver.1.10", data, size), 512);
    arena_destroy(arena);
    return 0;
}
