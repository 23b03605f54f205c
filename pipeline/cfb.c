/* SPDX-License-Identifier: MIT */
/* Every chain of sectors is as long as the file has sectors at most, so that none goes round for ever. */
#include "cfb.h"
#include <string.h>

enum {
    HEADER_BYTES = 512,
    ENTRY_BYTES = 128,
    NAME_UNITS = 32,
    HEADER_FAT_SECTORS = 109, /* listed in the header itself */
    MINI_SHIFT = 6,
    TYPE_STREAM = 2,
    TYPE_ROOT = 5,
};
static const uint32_t SECTOR_LAST = 0xfffffffa, NO_ENTRY = 0xffffffff;

typedef struct Cfb {
    const uint8_t *file;
    size_t bytes, sector;     /* of the file; of a sector */
    uint32_t sectors;         /* that begin in the file */
    const uint32_t *fat;      /* the next one of each */
    const uint8_t *directory;
    uint32_t entries;
} Cfb;

static uint16_t read16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static uint32_t read32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

bool cfb_is(const uint8_t *file, size_t bytes)
{
    return bytes >= 8 && memcmp(file, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0;
}

/* NULL where it lies outside; *there: bytes of it that the file holds, as the last one may be short. */
static const uint8_t *sector_at(const Cfb *cfb, uint32_t number, size_t *there)
{
    *there = 0;
    if (number >= cfb->sectors)
        return NULL;
    size_t from = ((size_t)number + 1) * cfb->sector;
    *there = cfb->bytes - from < cfb->sector ? cfb->bytes - from : cfb->sector;
    return cfb->file + from;
}

/* The table of next sectors, whose own sectors the header lists, and then sectors of such lists; what they say nothing of
 * is in no chain. */
static bool read_fat(Arena *arena, Cfb *cfb)
{
    size_t per_sector = cfb->sector / 4, filled = 0, there, count = HEADER_FAT_SECTORS;
    uint32_t *fat = arena_alloc(arena, (cfb->sectors + per_sector) * sizeof *fat);
    const uint8_t *list = cfb->file + 0x4c;
    uint32_t next = read32(cfb->file + 0x44);
    if (!fat)
        return false;
    while (filled < cfb->sectors) {
        size_t before = filled;
        for (size_t i = 0; i < count && filled < cfb->sectors && read32(list + 4 * i) < SECTOR_LAST; i++) {
            const uint8_t *sector = sector_at(cfb, read32(list + 4 * i), &there);
            if (!sector || there < cfb->sector)
                return false;
            for (size_t j = 0; j < per_sector; j++)
                fat[filled++] = read32(sector + 4 * j);
        }
        if (filled == before || next >= SECTOR_LAST)
            break;
        list = sector_at(cfb, next, &there);
        if (!list || there < cfb->sector)
            return false;
        count = per_sector - 1;
        next = read32(list + 4 * count);
    }
    for (; filled < cfb->sectors; filled++)
        fat[filled] = NO_ENTRY;
    cfb->fat = fat;
    return true;
}

/* A chain of sectors, end to end. `wanted` bytes of it, or all where that is SIZE_MAX. */
static bool read_chain(Arena *arena, const Cfb *cfb, uint32_t first, size_t wanted, CfbStream *out)
{
    size_t count = 0, there, used = 0;
    for (uint32_t at = first; at < SECTOR_LAST; at = cfb->fat[at])
        if (at >= cfb->sectors || ++count > cfb->sectors)
            return false;
    size_t bytes = wanted == SIZE_MAX ? count * cfb->sector : wanted;
    if (bytes > count * cfb->sector)
        return false;
    uint8_t *data = arena_alloc(arena, bytes ? bytes : 1);
    if (!data)
        return false;
    for (uint32_t at = first; used < bytes; at = cfb->fat[at]) {
        const uint8_t *sector = sector_at(cfb, at, &there);
        size_t take = bytes - used < cfb->sector ? bytes - used : cfb->sector;
        if (!sector || (take > there && wanted != SIZE_MAX))
            return false; /* cut off */
        memcpy(data + used, sector, take < there ? take : there);
        used += take;
    }
    *out = (CfbStream){data, bytes};
    return true;
}

static const uint8_t *entry_at(const Cfb *cfb, uint32_t number)
{
    return number < cfb->entries ? cfb->directory + (size_t)number * ENTRY_BYTES : NULL;
}

static bool is_named(const uint8_t *entry, const char *name)
{
    size_t length = strlen(name);
    if (read16(entry + 0x40) != 2 * (length + 1) || length >= NAME_UNITS)
        return false;
    for (size_t i = 0; i < length; i++) {
        uint16_t unit = read16(entry + 2 * i);
        uint16_t small = unit >= 'A' && unit <= 'Z' ? unit + 32 : unit;
        uint16_t wanted = (uint16_t)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
        if (small != wanted)
            return false;
    }
    return true;
}

/* Among the root's own entries, which are a tree of siblings; an object that is embedded has its own below them. NULL:
 * there is none. False: the tree is none. */
static bool find_entry(Arena *arena, const Cfb *cfb, const char *name, const uint8_t **out)
{
    uint32_t *waiting = arena_alloc(arena, (cfb->entries + 2) * sizeof *waiting);
    size_t count = 0, seen = 0;
    *out = NULL;
    if (!waiting)
        return false;
    waiting[count++] = read32(cfb->directory + 0x4c);
    while (count > 0) {
        uint32_t number = waiting[--count];
        if (number == NO_ENTRY)
            continue;
        const uint8_t *entry = entry_at(cfb, number);
        if (!entry || ++seen > cfb->entries)
            return false;
        if (entry[0x42] == TYPE_STREAM && is_named(entry, name)) {
            *out = entry;
            return true;
        }
        if (count + 2 > cfb->entries + 2)
            return false;
        waiting[count++] = read32(entry + 0x44);
        waiting[count++] = read32(entry + 0x48);
    }
    return true;
}

/* A short stream lies in pieces of 64 bytes in the root's own. */
static bool read_mini(Arena *arena, const Cfb *cfb, uint32_t first, size_t wanted, CfbStream *out)
{
    CfbStream whole, next;
    if (!read_chain(arena, cfb, read32(cfb->directory + 0x74), SIZE_MAX, &whole) ||
        !read_chain(arena, cfb, read32(cfb->file + 0x3c), SIZE_MAX, &next))
        return false;
    uint8_t *data = arena_alloc(arena, wanted ? wanted : 1);
    if (!data)
        return false;
    size_t pieces = whole.bytes >> MINI_SHIFT, piece = (size_t)1 << MINI_SHIFT;
    pieces = pieces < next.bytes / 4 ? pieces : next.bytes / 4;
    size_t used = 0;
    for (uint32_t at = first; used < wanted; at = read32(next.data + 4 * (size_t)at)) {
        if (at >= pieces)
            return false;
        size_t take = wanted - used < piece ? wanted - used : piece;
        memcpy(data + used, whole.data + ((size_t)at << MINI_SHIFT), take);
        used += take;
    }
    *out = (CfbStream){data, wanted};
    return true;
}

static bool open_file(Arena *arena, const uint8_t *file, size_t bytes, Cfb *cfb)
{
    if (!cfb_is(file, bytes) || bytes < HEADER_BYTES)
        return false;
    uint16_t shift = read16(file + 0x1e);
    if ((shift != 9 && shift != 12) || read16(file + 0x20) != MINI_SHIFT)
        return false;
    *cfb = (Cfb){.file = file, .bytes = bytes, .sector = (size_t)1 << shift};
    if (bytes <= cfb->sector || (bytes - 1) / cfb->sector > UINT32_MAX / 8)
        return false;
    cfb->sectors = (uint32_t)((bytes - 1) / cfb->sector); /* without the header's */
    CfbStream directory;
    if (!read_fat(arena, cfb) || !read_chain(arena, cfb, read32(file + 0x30), SIZE_MAX, &directory))
        return false;
    cfb->directory = directory.data;
    cfb->entries = (uint32_t)(directory.bytes / ENTRY_BYTES);
    return cfb->entries > 0 && cfb->directory[0x42] == TYPE_ROOT;
}

bool cfb_stream(Arena *arena, const uint8_t *file, size_t bytes, const char *name, CfbStream *out)
{
    Cfb cfb;
    const uint8_t *entry;
    *out = (CfbStream){0};
    if (!open_file(arena, file, bytes, &cfb) || !find_entry(arena, &cfb, name, &entry))
        return false;
    if (!entry)
        return true;
    uint32_t first = read32(entry + 0x74);
    size_t wanted = read32(entry + 0x78); /* what is longer than 4 GiB is no workbook */
    if (wanted > bytes)
        return false;
    return wanted < read32(file + 0x38) ? read_mini(arena, &cfb, first, wanted, out) : read_chain(arena, &cfb, first, wanted, out);
}
