/* SPDX-License-Identifier: MIT */
/* A row fits where its words stand in the sentence in their order; of several the one with the most words of its own. What a
 * quoted %s stands for ends as soon as the rest fits, another one reaches as far as it can, right before a number not over a space. */
#include "text_errors.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECES_MAX = 8, DEPTH_MAX = 12, STEPS_MAX = 20000, REASON_BYTES = 128 }; /* a list of places is one deeper for each of eight */

const Words *const text_errors_all[] = {text_errors_given, text_errors_kept, text_errors_machine, NULL};

typedef struct Span {
    const char *from, *to;
} Span;

typedef struct Piece {
    Span text;
    char letter; /* of its conversion */
    bool quoted;
} Piece;

typedef struct Match {
    const char *end; /* of the sentence */
    Piece pieces[PIECES_MAX];
    int count;
    int steps; /* left: a path may be made to fit in very many ways */
} Match;

typedef struct Out {
    char *text;
    size_t used, size;
} Out;

// clang-format off
static const struct {
    int number;
    const char *zh;
} reasons[] = {
    {ENOENT,       "文件或文件夹不存在"},
    {EACCES,       "没有权限"},
    {EPERM,        "不允许此操作"},
    {ENOSPC,       "磁盘已满"},
    {EDQUOT,       "超出磁盘配额"},
    {EROFS,        "磁盘为只读"},
    {EIO,          "磁盘读写出错"},
    {EISDIR,       "这是一个文件夹"},
    {ENOTDIR,      "路径中有一段不是文件夹"},
    {EEXIST,       "已经存在"},
    {ENOTEMPTY,    "文件夹不是空的"},
    {ENAMETOOLONG, "文件名太长"},
    {ELOOP,        "是符号链接, 或链接过多"},
    {EMFILE,       "打开的文件过多"},
    {ENFILE,       "系统打开的文件过多"},
    {EFBIG,        "文件太大"},
    {EBUSY,        "正被占用"},
    {ETXTBSY,      "正被占用"},
    {EXDEV,        "不在同一个磁盘上"},
    {EINVAL,       "参数无效"},
    {ENOMEM,       "内存不足"},
    {EAGAIN,       "资源暂时不可用"},
    {EPIPE,        "接收方已关闭"},
    {ESTALE,       "网络文件夹已失效"},
    {ENOSYS,       "系统不支持"},
    {EOPNOTSUPP,   "系统不支持"},
};

/* What libraries give as a reason: zip and what it reads with, sqlite3, expat. */
static const Words by_others[] = {
    {{"不是 ZIP 文件",          "Not a zip archive"}},
    {{"ZIP 文件内部不一致",     "Zip archive inconsistent"}},
    {{"ZIP 文件已损坏或不完整", "Possibly truncated or corrupted zip archive"}},
    {{"不支持分卷的 ZIP 文件",  "Multi-disk zip archives not supported"}},
    {{"文件意外结束",           "Premature end of file"}},
    {{"校验和不符",             "CRC error"}},
    {{"读取出错",               "Read error"}},
    {{"读取出错: %s",           "Read error: %s"}},
    {{"写入出错",               "Write error"}},
    {{"写入出错: %s",           "Write error: %s"}},
    {{"定位出错",               "Seek error"}},
    {{"定位出错: %s",           "Seek error: %s"}},
    {{"定位出错",               "Tell error"}},
    {{"定位出错: %s",           "Tell error: %s"}},
    {{"没有这个文件",           "No such file"}},
    {{"文件已经存在",           "File already exists"}},
    {{"无法打开文件",           "Can't open file"}},
    {{"无法打开文件: %s",       "Can't open file: %s"}},
    {{"无法删除文件",           "Can't remove file"}},
    {{"无法删除文件: %s",       "Can't remove file: %s"}},
    {{"无法创建临时文件",       "Failure to create temporary file"}},
    {{"无法创建临时文件: %s",   "Failure to create temporary file: %s"}},
    {{"临时文件无法改名",       "Renaming temporary file failed"}},
    {{"临时文件无法改名: %s",   "Renaming temporary file failed: %s"}},
    {{"压缩包关闭失败",         "Closing zip archive failed"}},
    {{"压缩包关闭失败: %s",     "Closing zip archive failed: %s"}},
    {{"所在的压缩包已关闭",     "Containing zip archive was closed"}},
    {{"条目已被改动",           "Entry has been changed"}},
    {{"条目已被删除",           "Entry has been deleted"}},
    {{"压缩包为只读",           "Read-only archive"}},
    {{"不支持的压缩方法",       "Compression method not supported"}},
    {{"不支持的加密方法",       "Encryption method not supported"}},
    {{"设有密码",               "No password provided"}},
    {{"密码不符",               "Wrong password provided"}},
    {{"不支持的操作",           "Operation not supported"}},
    {{"仍被占用",               "Resource still in use"}},
    {{"操作被取消",             "Operation cancelled"}},
    {{"程序库内部出错",         "Internal error"}},
    {{"参数无效",               "Invalid argument"}},
    {{"未知错误 %d",            "Unknown error %d"}},
    {{"压缩数据已损坏",         "Compressed data invalid"}},
    {{"解压出错",               "Zlib error"}},
    {{"解压出错: %s",           "Zlib error: %s"}},
    {{"压缩数据已损坏",         "data error"}},
    {{"压缩数据已损坏",         "stream error"}},
    {{"压缩数据不完整",         "buffer error"}},
    {{"缺少压缩字典",           "need dictionary"}},
    {{"内存不足",               "insufficient memory"}},
    {{"内存不足",               "Malloc failure"}},
    {{"内存不足",               "out of memory"}},
    {{"数据库已损坏",           "database disk image is malformed"}},
    {{"不是数据库文件",         "file is not a database"}},
    {{"数据库正被占用",         "database is locked"}},
    {{"磁盘读写出错",           "disk I/O error"}},
    {{"磁盘已满",               "database or disk is full"}},
    {{"数据库为只读",           "attempt to write a readonly database"}},
    {{"无法打开数据库文件",     "unable to open database file"}},
    {{"没有内容",               "no element found"}},
    {{"格式不正确",             "not well-formed (invalid token)"}},
    {{"标签不配对",             "mismatched tag"}},
    {{NULL, NULL}},
};
// clang-format on

/* ---- a row against a sentence ---- */

/* Behind the conversion that begins at `format`, which is no %%. */
static const char *behind(const char *format)
{
    format++;
    return format + strspn(format, "0123456789$.*-+ #hlzjt") + 1;
}

static bool is_word(const char *format)
{
    return *format && (*format != '%' || format[1] == '%');
}

/* Whether the conversion stands between quotes, perhaps with others. */
static bool is_quoted(const char *first, const char *format)
{
    bool quoted = false;
    for (const char *at = first; at < format; at++) {
        bool inside = at > first && isalpha((unsigned char)at[-1]) && isalpha((unsigned char)at[1]); /* can't */
        quoted = quoted != (*at == '\'' && !inside);
    }
    return quoted;
}

static bool fits(Match *match, const char *first, const char *format, const char *text);

static bool is_number(const char *format)
{
    return !is_word(format) && *format && strchr("dui", behind(format)[-1]);
}

/* The conversion at `format` takes `text` up to `to`. */
static bool fits_up_to(Match *match, const char *first, const char *format, Span text)
{
    if (--match->steps < 0)
        return false;
    int index = match->count++;
    match->pieces[index] = (Piece){text, behind(format)[-1], is_quoted(first, format)};
    bool all = fits(match, first, behind(format), text.to);
    match->count = all ? match->count : index;
    return all;
}

static bool fits_conversion(Match *match, const char *first, const char *format, const char *text)
{
    char letter = behind(format)[-1];
    bool number = is_number(format), quoted = is_quoted(first, format);
    /* no reason of the system holds a quote, many a path does; letters before a number are those of a cell */
    int last = letter == 'm' ? '\'' : letter == 's' && is_number(behind(format)) ? ' ' : '\0';
    const char *stop = last ? memchr(text, last, (size_t)(match->end - text)) : NULL, *most = stop ? stop : match->end;
    if (match->count == PIECES_MAX)
        return false;
    if (number)
        for (most = text + (*text == '-'); most < match->end && isdigit((unsigned char)*most);)
            most++;
    if (number && (most == text || most[-1] == '-'))
        return false;
    if (number)
        return fits_up_to(match, first, format, (Span){text, most});
    for (const char *to = text; quoted && to <= most; to++)
        if (fits_up_to(match, first, format, (Span){text, to}))
            return true;
    for (const char *to = most; !quoted && to >= text; to--)
        if (fits_up_to(match, first, format, (Span){text, to}))
            return true;
    return false;
}

static bool fits(Match *match, const char *first, const char *format, const char *text)
{
    for (; is_word(format); format++, text++) {
        if (text == match->end || *text != *format)
            return false;
        format += *format == '%';
    }
    return *format ? fits_conversion(match, first, format, text) : text == match->end;
}

static size_t words_of(const char *format)
{
    size_t words = 0;
    while (*format) {
        words += is_word(format);
        format = is_word(format) ? format + 1 + (*format == '%') : behind(format);
    }
    return words;
}

/* The best row of a table, or NULL; it is better than `least` words. */
static const Words *find_row(const Words *rows, Span sentence, size_t *least, Match *out)
{
    const Words *best = NULL;
    for (; rows->in[LANG_EN]; rows++) {
        const char *format = rows->in[LANG_EN];
        Match match = {.end = sentence.to, .steps = STEPS_MAX};
        if (words_of(format) <= *least || !fits(&match, format, format, sentence.from))
            continue;
        best = rows;
        *least = words_of(format);
        *out = match;
    }
    return best;
}

/* ---- in Chinese ---- */

static void put(Out *out, Span text)
{
    size_t bytes = (size_t)(text.to - text.from), room = out->size - 1 - out->used;
    bool whole = bytes <= room;
    bytes = whole ? bytes : room;
    while (!whole && bytes > 0 && ((unsigned char)text.from[bytes] & 0xC0) == 0x80)
        bytes--; /* never half a letter */
    memcpy(out->text + out->used, text.from, bytes);
    out->used += bytes;
    out->text[out->used] = '\0';
    out->size = whole ? out->size : out->used + 1; /* nothing stands behind a cut */
}

static void put_text(Out *out, const char *text)
{
    put(out, (Span){text, text + strlen(text)});
}

static void put_reason(Out *out, Span text)
{
    size_t bytes = (size_t)(text.to - text.from);
    char system[REASON_BYTES];
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        errno = reasons[i].number;
        snprintf(system, sizeof system, "%m");
        if (strlen(system) == bytes && memcmp(system, text.from, bytes) == 0)
            return put_text(out, reasons[i].zh);
    }
    put(out, text);
}

static void put_sentence(Out *out, Span english, int depth);

static void put_piece(Out *out, const Piece *piece, int depth)
{
    bool words = piece->letter == 'm' || (piece->letter == 's' && !piece->quoted);
    if (words && depth < DEPTH_MAX)
        put_sentence(out, piece->text, depth + 1);
    else
        put(out, piece->text);
}

/* The Chinese format; its conversions are those of the English one. */
static void put_row(Out *out, const char *format, const Match *match, int depth)
{
    for (int next = 0; *format;) {
        if (is_word(format)) {
            size_t plain = *format == '%' ? 1 : strcspn(format, "%");
            put(out, (Span){format, format + plain});
            format += plain + (*format == '%');
            continue;
        }
        char *digits;
        long asked = strtol(format + 1, &digits, 10);
        int index = *digits == '$' ? (int)asked - 1 : next++;
        if (index >= 0 && index < match->count)
            put_piece(out, &match->pieces[index], depth);
        format = behind(format);
    }
}

static void put_sentence(Out *out, Span english, int depth)
{
    size_t words = 0;
    Match match, other;
    const Words *row = find_row(by_others, english, &words, &match);
    for (const Words *const *table = text_errors_all; *table; table++) {
        const Words *found = find_row(*table, english, &words, &other);
        if (found) {
            row = found;
            match = other;
        }
    }
    if (row)
        put_row(out, row->in[LANG_ZH], &match, depth);
    else
        put_reason(out, english);
}

void text_error(Lang lang, const char *english, char *out, size_t size)
{
    Out text = {.text = out, .size = size};
    out[0] = '\0';
    if (lang == LANG_ZH && *english) /* most lines of a report have none */
        put_sentence(&text, (Span){english, english + strlen(english)}, 0);
    else
        put_text(&text, english);
}
