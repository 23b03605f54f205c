/* SPDX-License-Identifier: MIT */
#include "book_whole.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../pipeline/xml.h"
#include "thumb.h"

/* What stands in one part, or in all of them. */
typedef struct Found {
    size_t cells, text_bytes, pictures, relations;
    bool in_text, in_order, stop;
} Found;

/* Relations are numbered from 1 without a gap. */
static Err on_open(void *to, const char *name, const char **attributes)
{
    Found *found = to;
    const char *id = strcmp(name, "Relationship") == 0 ? xml_attribute(attributes, "Id") : NULL;
    found->cells += strcmp(name, "c") == 0;
    found->pictures += strcmp(name, "pic") == 0;
    found->in_text = strcmp(name, "t") == 0;
    if (id)
        found->in_order &= strncmp(id, "rId", 3) == 0 && strtoul(id + 3, NULL, 10) == ++found->relations;
    return OK;
}

static Err on_close(void *to, const char *name)
{
    Found *found = to;
    (void)name;
    found->in_text = false;
    return OK;
}

static Err on_text(void *to, const char *text, size_t bytes)
{
    Found *found = to;
    (void)text;
    found->text_bytes += found->in_text ? bytes : 0;
    return OK;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

bool book_picture_whole(const uint8_t *data, size_t size)
{
    return size > 4 && data[0] == 0xff && data[1] == 0xd8 && data[size - 2] == 0xff && data[size - 1] == 0xd9;
}

static bool picture_is_whole(Archive *archive, size_t index)
{
    uint8_t data[THUMB_BYTES_MAX];
    size_t size = 0, got = 1;
    bool read = archive_begin(archive, index, sizeof data).code == ERR_NONE;
    while (read && got > 0) {
        read = archive_next(archive, data + size, sizeof data - size, &got).code == ERR_NONE;
        size += got;
    }
    archive_end(archive);
    return read && book_picture_whole(data, size);
}

static bool part_is_whole(Arena *arena, Archive *archive, size_t index, Found *found)
{
    ArchiveEntry entry;
    const XmlEvents events = {.open = on_open, .close = on_close, .text = on_text, .to = found, .stop = &found->stop};
    *found = (Found){.in_order = true};
    if (archive_entry(archive, index, &entry).code)
        return false;
    if (!ends_with(entry.name, ".xml") && !ends_with(entry.name, ".rels"))
        return picture_is_whole(archive, index);
    return xml_read(arena, archive, index, UINT64_MAX, &events).code == ERR_NONE && found->in_order;
}

static bool sheet_is_whole(Arena *arena, Archive *archive, const BookHeld *held, int sheet)
{
    char name[64];
    size_t index;
    Found found;
    snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", sheet + 1);
    return archive_find(archive, name, &index) && part_is_whole(arena, archive, index, &found) &&
           found.cells == held->cells[sheet] && found.text_bytes == held->text_bytes[sheet];
}

bool book_whole(Arena *arena, const char *path, const BookHeld *held)
{
    CLEANUP(archive_close) Archive *archive = NULL;
    size_t pictures = 0;
    bool whole = archive_open(arena, path, &archive).code == ERR_NONE;
    for (int sheet = 0; whole && sheet < BOOK_SHEETS; sheet++)
        whole = sheet_is_whole(arena, archive, held, sheet);
    for (size_t i = 0; whole && i < archive_count(archive); i++) {
        ArchiveEntry entry;
        Found found = {0};
        whole = archive_entry(archive, i, &entry).code == ERR_NONE;
        if (whole && strncmp(entry.name, "xl/worksheets/sheet", 19) != 0) /* read above */
            whole = part_is_whole(arena, archive, i, &found);
        pictures += found.pictures;
    }
    return whole && pictures == held->pictures;
}
