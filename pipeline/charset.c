/* SPDX-License-Identifier: MIT */
#include "charset.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <glib.h>

enum { READ_BYTES = TEXT_PIECE / 2 - 16 }; /* no byte becomes more than two */

static const struct {
    const char *name; /* what people write */
    Charset charset;
} names[] = {
    {"utf-8", CHARSET_UTF8},        {"utf8", CHARSET_UTF8},       {"gb18030", CHARSET_GB18030},
    {"gbk", CHARSET_GB18030},       {"gb2312", CHARSET_GB18030},  {"cp936", CHARSET_GB18030},
    {"utf-16le", CHARSET_UTF16LE}, {"utf-16be", CHARSET_UTF16BE},
};

bool charset_by_name(const char *name, Charset *out)
{
    *out = CHARSET_FIND;
    if (!name)
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (g_ascii_strcasecmp(name, names[i].name) == 0) {
            *out = names[i].charset;
            return true;
        }
    return false;
}

const char *charset_name(Charset charset)
{
    switch (charset) {
    case CHARSET_FIND:
        return "";
    case CHARSET_UTF8:
        return "UTF-8";
    case CHARSET_GB18030:
        return "GB18030";
    case CHARSET_UTF16LE:
        return "UTF-16LE";
    case CHARSET_UTF16BE:
        return "UTF-16BE";
    }
    return "";
}

bool decoder_open(Decoder *decoder, Charset charset)
{
    *decoder = (Decoder){.charset = charset};
    if (charset == CHARSET_UTF8)
        return true;
    GIConv conversion = g_iconv_open("UTF-8", charset_name(charset));
    if (conversion == (GIConv)-1)
        return false;
    decoder->conversion = conversion;
    return true;
}

void decoder_close(Decoder *decoder)
{
    if (decoder->conversion)
        g_iconv_close(decoder->conversion);
    decoder->conversion = NULL;
}

/* Whether `data` is the start of a UTF-8 character that its end cuts off. */
static bool is_start_utf8(const uint8_t *data, size_t bytes)
{
    size_t whole = data[0] >= 0xf0 ? 4 : data[0] >= 0xe0 ? 3 : 2;
    return bytes < whole && g_utf8_get_char_validated((const char *)data, (gssize)bytes) ==
                                (gunichar)-2;
}

/* Copies what is whole; returns bytes used. */
static size_t copy_utf8(const uint8_t *data, size_t bytes, char *out, bool *bad)
{
    const char *end = NULL;
    bool valid = g_utf8_validate_len((const char *)data, bytes, &end);
    size_t used = (size_t)(end - (const char *)data);
    memcpy(out, data, used);
    *bad = !valid && !is_start_utf8(data + used, bytes - used);
    return used;
}

/* Bytes in, and what became of them. */
typedef struct Step {
    const uint8_t *data;
    size_t bytes, used, written;
    bool bad;
} Step;

static void convert(Decoder *decoder, Step *step, char *out)
{
    gchar *in = (gchar *)step->data; /* read only, whatever the type says */
    gsize left = step->bytes, room = 2 * (step->bytes + 8), room_before = room;
    gsize result = g_iconv(decoder->conversion, &in, &left, &out, &room);
    step->bad = result == (gsize)-1 && errno != EINVAL; /* EINVAL: cut off by the end */
    step->written = room_before - room;
    step->used = step->bytes - left;
}

/* `joined` is what was kept and the piece behind it. */
static bool decode(Decoder *decoder, const uint8_t *joined, size_t bytes, char *out,
                   size_t *written)
{
    Step step = {.data = joined, .bytes = bytes};
    if (decoder->conversion)
        convert(decoder, &step, out);
    else
        step.written = step.used = copy_utf8(joined, bytes, out, &step.bad);
    *written = step.written;
    const char *zero = memchr(out, '\0', step.written);
    decoder->offset += zero && !decoder->conversion ? (size_t)(zero - out) : step.used;
    if (step.bad || zero || bytes - step.used > sizeof decoder->kept)
        return false;
    decoder->kept_bytes = bytes - step.used;
    memcpy(decoder->kept, joined + step.used, decoder->kept_bytes);
    return true;
}

bool decoder_feed(Decoder *decoder, const void *data, size_t bytes, char *out, size_t *written)
{
    const uint8_t *next = data;
    size_t total = 0;
    while (decoder->kept_bytes && bytes) { /* one byte at a time until the character is whole */
        uint8_t joined[sizeof decoder->kept + 1];
        memcpy(joined, decoder->kept, decoder->kept_bytes);
        joined[decoder->kept_bytes] = *next++;
        bytes--;
        if (!decode(decoder, joined, decoder->kept_bytes + 1, out + total, written))
            return false;
        total += *written;
    }
    *written = 0;
    if (bytes && !decode(decoder, next, bytes, out + total, written))
        return false;
    *written += total;
    return true;
}

bool decoder_done(const Decoder *decoder)
{
    return decoder->kept_bytes == 0;
}

/* A mark at the start settles the encoding. */
static Err read_mark(TextFile *file, Charset *out)
{
    uint8_t start[3] = {0};
    ssize_t got = pread(file->fd, start, sizeof start, 0);
    if (got < 0)
        return fail(file->arena, ERR_IO, "cannot read '%s': %m", file->path);
    if (memcmp(start, "\xef\xbb\xbf", 3) == 0)
        *out = CHARSET_UTF8;
    else if (memcmp(start, "\xff\xfe", 2) == 0)
        *out = CHARSET_UTF16LE;
    else if (memcmp(start, "\xfe\xff", 2) == 0)
        *out = CHARSET_UTF16BE;
    return OK;
}

Err textfile_rewind(TextFile *file)
{
    Charset charset = file->decoder.charset;
    decoder_close(&file->decoder);
    file->started = false;
    if (lseek(file->fd, 0, SEEK_SET) < 0)
        return fail(file->arena, ERR_IO, "cannot read '%s': %m", file->path);
    if (!decoder_open(&file->decoder, charset))
        return fail(file->arena, ERR_IO, "this system cannot read %s", charset_name(charset));
    return OK;
}

static Err not_text(const TextFile *file)
{
    return fail(file->arena, ERR_USAGE, "'%s' is not %s at byte %llu", file->path,
                charset_name(file->decoder.charset),
                (unsigned long long)file->decoder.offset);
}

Err textfile_next(TextFile *file, char out[TEXT_PIECE], size_t *written)
{
    char data[READ_BYTES];
    *written = 0;
    while (*written == 0) { /* a piece may end before its first character does */
        ssize_t got = read(file->fd, data, sizeof data);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(file->arena, ERR_IO, "cannot read '%s': %m", file->path);
        if (got == 0)
            return decoder_done(&file->decoder) ? OK : not_text(file);
        if (!decoder_feed(&file->decoder, data, (size_t)got, out, written))
            return not_text(file);
        if (!file->started && *written >= 3 && memcmp(out, "\xef\xbb\xbf", 3) == 0)
            memmove(out, out + 3, *written -= 3);
        file->started = file->started || *written > 0;
    }
    return OK;
}

/* Reads all of it in one encoding. */
static Err check_whole(TextFile *file, Charset charset)
{
    char piece[TEXT_PIECE];
    size_t written = 1;
    file->decoder.charset = charset;
    TRY(textfile_rewind(file));
    while (written > 0)
        TRY(textfile_next(file, piece, &written));
    return textfile_rewind(file);
}

static Err find_charset(TextFile *file, Charset asked)
{
    Charset marked = CHARSET_FIND;
    TRY(read_mark(file, &marked));
    if (asked == CHARSET_FIND)
        asked = marked;
    if (asked != CHARSET_FIND)
        return check_whole(file, asked);
    Err utf8 = check_whole(file, CHARSET_UTF8);
    unsigned long long utf8_offset = file->decoder.offset;
    if (utf8.code != ERR_USAGE)
        return utf8;
    Err gb18030 = check_whole(file, CHARSET_GB18030);
    if (gb18030.code != ERR_USAGE)
        return gb18030;
    return fail(file->arena, ERR_USAGE,
                "'%s' is neither UTF-8 (not at byte %llu) nor GB18030 (not at byte %llu)",
                file->path, utf8_offset, (unsigned long long)file->decoder.offset);
}

Err textfile_open(Arena *arena, const char *path, Charset charset, TextFile *out)
{
    *out = (TextFile){.arena = arena, .path = path};
    out->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (out->fd < 0)
        return fail(arena, ERR_IO, "cannot open '%s': %m", path);
    Err err = find_charset(out, charset);
    if (err.code)
        textfile_close(out);
    return err;
}

void textfile_close(TextFile *file)
{
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
    decoder_close(&file->decoder);
}
