/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* memmem */
#include "jpeg_format.h"

#include <ctype.h>
#include <string.h>

#include "jpeg_markers.h"

typedef struct Magic {
    Format format;
    size_t offset;
    const char *bytes;
    size_t count;
    const char *problem;
} Magic;

// clang-format off
static const Magic magics[] = {
    {FORMAT_PNG,  0, "\x89PNG\r\n\x1a\n", 8, "is a PNG picture, not a JPEG"},
    {FORMAT_WEBP, 8, "WEBP",              4, "is a WebP picture, not a JPEG"},
    {FORMAT_GIF,  0, "GIF87a",            6, "is a GIF picture, not a JPEG"},
    {FORMAT_GIF,  0, "GIF89a",            6, "is a GIF picture, not a JPEG"},
    {FORMAT_TIFF, 0, "II*\0",             4, "is a TIFF picture, not a JPEG"},
    {FORMAT_TIFF, 0, "MM\0*",             4, "is a TIFF picture, not a JPEG"},
    {FORMAT_TIFF, 0, "II+\0",             4, "is a TIFF picture, not a JPEG"},
    {FORMAT_TIFF, 0, "MM\0+",             4, "is a TIFF picture, not a JPEG"},
    {FORMAT_HEIC, 4, "ftypheic",          8, "is a HEIC picture, not a JPEG"},
    {FORMAT_HEIC, 4, "ftypheix",          8, "is a HEIC picture, not a JPEG"},
    {FORMAT_HEIC, 4, "ftyphevc",          8, "is a HEIC picture, not a JPEG"},
    {FORMAT_HEIC, 4, "ftypheim",          8, "is a HEIC picture, not a JPEG"},
    {FORMAT_HEIC, 4, "ftypheis",          8, "is a HEIC picture, not a JPEG"},
    {FORMAT_HEIC, 4, "ftypmif1",          8, "is a HEIC picture, not a JPEG"},
    {FORMAT_HEIC, 4, "ftypmsf1",          8, "is a HEIC picture, not a JPEG"},
    {FORMAT_HEIC, 4, "ftypavif",          8, "is an AVIF picture, not a JPEG"},
    {FORMAT_PDF,  0, "%PDF-",             5, "is a PDF document, not a JPEG"},
    {FORMAT_ZIP,  0, "PK\x03\x04",        4, "is a ZIP archive or an office document, not a JPEG"},
    {FORMAT_ZIP,  0, "PK\x05\x06",        4, "is a ZIP archive or an office document, not a JPEG"},
    {FORMAT_BMP,  0, "BM",                2, "is a BMP picture, not a JPEG"},
};
// clang-format on

enum { JUNK_BYTES = 1024 }; /* how far a JPEG behind junk is looked for */

static bool starts_with(const uint8_t *data, size_t bytes, size_t offset, const char *magic,
                        size_t count)
{
    return bytes >= offset + count && !memcmp(data + offset, magic, count);
}

/* A byte order mark, blanks, then '<' with what may follow it in HTML or XML. */
static bool is_markup(const uint8_t *data, size_t bytes)
{
    size_t at = starts_with(data, bytes, 0, "\xef\xbb\xbf", 3) ? 3 : 0;
    while (at < bytes && at < JUNK_BYTES && isspace(data[at]))
        at++;
    if (bytes - at < 2 || data[at] != '<')
        return false;
    return isalpha(data[at + 1]) || data[at + 1] == '!' || data[at + 1] == '?';
}

static bool is_zeros(const uint8_t *data, size_t bytes)
{
    static const uint8_t zeros[16];
    return bytes >= sizeof zeros && !memcmp(data, zeros, sizeof zeros);
}

static const char *other_problem(const uint8_t *data, size_t bytes)
{
    size_t near = bytes < JUNK_BYTES ? bytes : JUNK_BYTES;
    if (memmem(data, near, "\xff\xd8\xff", 3))
        return "has other bytes before the JPEG";
    if (is_zeros(data, bytes))
        return "starts with zeros: copied from a failing disk or not copied to its end";
    return "does not start like a JPEG";
}

Format format_find(const uint8_t *data, size_t bytes, const char **problem)
{
    *problem = NULL;
    if (!bytes) {
        *problem = "is empty";
        return FORMAT_EMPTY;
    }
    if (starts_with(data, bytes, 0, "\xff\xd8", 2))
        return FORMAT_JPEG;
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const Magic *magic = &magics[i];
        if (starts_with(data, bytes, magic->offset, magic->bytes, magic->count)) {
            *problem = magic->problem;
            return magic->format;
        }
    }
    if (is_markup(data, bytes)) {
        *problem = "is a web page or XML, not a JPEG";
        return FORMAT_HTML;
    }
    *problem = other_problem(data, bytes);
    return FORMAT_OTHER;
}

static bool is_frame(const JpegPiece *piece)
{
    return piece->body_bytes > 6 && piece->body_bytes == 6 + 3 * (size_t)piece->body[5] && piece->body[5] <= 4;
}

static bool is_beside(uint8_t marker)
{
    return marker == MARKER_DQT || marker == MARKER_DRI || marker == MARKER_COM || (marker >= MARKER_APP0 && marker <= MARKER_APP15);
}

/* Whether what follows the first scan gives the height. */
static bool height_follows(const uint8_t *data, size_t bytes, size_t at)
{
    JpegPiece piece;
    return jpeg_piece_next(data, bytes, &at, &piece) && jpeg_piece_next(data, bytes, &at, &piece) &&
           piece.marker == MARKER_DNL && piece.body_bytes == 2;
}

const char *format_unusual(const uint8_t *data, size_t bytes)
{
    enum { PIECES_MAX = 10000 }; /* no file that is meant to be read has so many before its picture */
    size_t at = 2, before = 2;
    int pieces = 0;
    bool framed = false, flat = false, bare = true; /* bare: nothing there may be a table that was damaged */
    JpegPiece piece;
    for (; !starts_with(data, bytes, at, "\xff\xda", 2); before = at) {
        if (++pieces > PIECES_MAX || !jpeg_piece_next(data, bytes, &at, &piece))
            return NULL;
        bool frame = is_frame(&piece);
        if (piece.marker == MARKER_DHP && frame && !framed)
            return "is a hierarchical JPEG, not an ordinary one";
        if (piece.marker == MARKER_SOF55 && frame && !framed)
            return "is a JPEG-LS picture, not an ordinary JPEG";
        bool known = frame && piece.marker >= MARKER_SOF0 && piece.marker <= MARKER_SOF0 + 2;
        framed |= known;
        flat |= known && jpeg_be16(piece.body + 1) == 0;
        bare &= piece.start == before && (known || is_beside(piece.marker));
    }
    if (flat && height_follows(data, bytes, at))
        return "is a JPEG that gives its height behind the picture, not an ordinary one";
    if (framed && bare)
        return "is a JPEG without coding tables, as films hold them, not an ordinary one";
    return NULL;
}
