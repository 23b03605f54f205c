/* SPDX-License-Identifier: MIT */
#include "xml.h"
#include <string.h>
#include <expat.h>

/* A million rows that hold nothing but colours unpack to 30 times their size, blanks to 1,000 times. Small ones may. */
enum { PIECE_BYTES = 1 << 16, DEPTH_MAX = 64, TOKEN_MAX = 1 << 20, RATIO_MAX = 400, SMALL_BYTES = 16 << 20 };

typedef struct Reading {
    Arena *arena;
    const XmlEvents *events;
    XML_Parser parser;
    XmlPlace *place; /* NULL: not asked for */
    int depth;
    Err err;
} Reading;

static const char *local_name(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon ? colon + 1 : name;
}

const char *xml_attribute(const char **attributes, const char *name)
{
    for (; *attributes; attributes += 2)
        if (strcmp(local_name(attributes[0]), name) == 0)
            return attributes[1];
    return NULL;
}

/* After each event: is there a reason to go on? */
static void settle(Reading *reading, Err err)
{
    if (!reading->err.code)
        reading->err = err;
    if (reading->err.code || *reading->events->stop)
        XML_StopParser(reading->parser, XML_FALSE);
}

static void find_place(const Reading *reading)
{
    if (!reading->place)
        return;
    reading->place->start = (size_t)XML_GetCurrentByteIndex(reading->parser);
    reading->place->end = reading->place->start + (size_t)XML_GetCurrentByteCount(reading->parser);
}

static void on_open(void *to, const XML_Char *name, const XML_Char **attributes)
{
    Reading *reading = to;
    if (++reading->depth > DEPTH_MAX)
        return settle(reading, fail(reading->arena, ERR_USAGE, "elements lie too deep"));
    find_place(reading);
    settle(reading, reading->events->open(reading->events->to, local_name(name), attributes));
}

static void on_close(void *to, const XML_Char *name)
{
    Reading *reading = to;
    reading->depth--;
    find_place(reading);
    if (!reading->err.code && !*reading->events->stop)
        settle(reading, reading->events->close(reading->events->to, local_name(name)));
}

static void on_text(void *to, const XML_Char *text, int bytes)
{
    Reading *reading = to;
    if (!reading->err.code && !*reading->events->stop)
        settle(reading, reading->events->text(reading->events->to, text, (size_t)bytes));
}

/* Only a document type can declare entities, and no workbook has one. */
static void on_doctype(void *to, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public, int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    Reading *reading = to;
    settle(reading, fail(reading->arena, ERR_USAGE, "a document type is not allowed"));
}

/* How a piece went, behind the first `fed` bytes. */
static Err look(const Reading *reading, enum XML_Status status, uint64_t fed)
{
    if (status == XML_STATUS_OK) {
        XML_Index parsed = XML_GetCurrentByteIndex(reading->parser);
        if (parsed >= 0 && fed - (uint64_t)parsed > TOKEN_MAX)
            return fail(reading->arena, ERR_USAGE, "a token is too long");
        return OK;
    }
    if (reading->err.code)
        return reading->err;
    if (!*reading->events->stop)
        return fail(reading->arena, ERR_USAGE, "no XML at line %lu: %s",
                    (unsigned long)XML_GetCurrentLineNumber(reading->parser),
                    XML_ErrorString(XML_GetErrorCode(reading->parser)));
    return OK;
}

/* `bytes`: read, or what the directory says; the latter may be a lie. */
static Err check_ratio(Arena *arena, uint64_t bytes, uint64_t packed)
{
    if (bytes > SMALL_BYTES && bytes / RATIO_MAX > packed)
        return fail(arena, ERR_USAGE, "it unpacks to far more than a table does");
    return OK;
}

static Err pump(Reading *reading, Archive *archive, const ArchiveEntry *entry)
{
    size_t got = 1;
    uint64_t fed = 0;
    TRY(check_ratio(reading->arena, entry->bytes, entry->packed_bytes));
    while (got > 0 && !*reading->events->stop) {
        void *piece = XML_GetBuffer(reading->parser, PIECE_BYTES);
        if (!piece)
            return fail(reading->arena, ERR_MEMORY, "out of memory");
        TRY(archive_next(archive, piece, PIECE_BYTES, &got));
        fed += got;
        TRY(check_ratio(reading->arena, fed, entry->packed_bytes));
        TRY(look(reading, XML_ParseBuffer(reading->parser, (int)got, got == 0), fed));
    }
    return OK;
}

static Err pump_text(Reading *reading, const char *text, size_t bytes)
{
    size_t fed = 0;
    do {
        size_t piece = bytes - fed < PIECE_BYTES ? bytes - fed : PIECE_BYTES;
        bool last = fed + piece == bytes;
        enum XML_Status status = XML_Parse(reading->parser, text + fed, (int)piece, last);
        fed += piece;
        TRY(look(reading, status, fed));
    } while (fed < bytes && !*reading->events->stop);
    return OK;
}

/* `encoding` NULL: the one that it names itself. */
static Err start(Reading *reading, const char *encoding)
{
    reading->parser = XML_ParserCreate(encoding);
    if (!reading->parser)
        return fail(reading->arena, ERR_MEMORY, "out of memory");
    XML_SetUserData(reading->parser, reading);
    XML_SetElementHandler(reading->parser, on_open, on_close);
    XML_SetCharacterDataHandler(reading->parser, on_text);
    XML_SetStartDoctypeDeclHandler(reading->parser, on_doctype);
    return OK;
}

Err xml_read(Arena *arena, Archive *archive, size_t index, uint64_t cap, const XmlEvents *events)
{
    ArchiveEntry entry;
    TRY(archive_entry(archive, index, &entry));
    TRY(archive_begin(archive, index, cap));
    Reading reading = {.arena = arena, .events = events};
    Err err = start(&reading, NULL);
    if (!err.code)
        err = pump(&reading, archive, &entry);
    XML_ParserFree(reading.parser);
    archive_end(archive);
    return err;
}

Err xml_read_text(Arena *arena, const char *text, size_t bytes, const XmlEvents *events, XmlPlace *place)
{
    Reading reading = {.arena = arena, .events = events, .place = place};
    TRY(start(&reading, "UTF-8"));
    Err err = pump_text(&reading, text, bytes);
    XML_ParserFree(reading.parser);
    return err;
}
