/* SPDX-License-Identifier: MIT */
#include "listing_zip.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "archive_photo.h"

/* Photos are compressed already: a picture that shrinks to a hundredth is none, and a ZIP that does
 * is a trap (entries may also share their bytes, so the sum counts too). Small ones may. */
enum { RATIO_MAX = 100, ENTRIES_MAX = 1000000, SMALL_BYTES = 1 << 20 };

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the list of photos");
}

/* What leads out of the archive, wherever it would be unpacked. */
static bool leaves(const char *name)
{
    if (name[0] == '/' || (name[0] && name[1] == ':'))
        return true;
    for (const char *part = name; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2]))
            return true;
    }
    return false;
}

/* As in a folder: of what lies in hidden ones pictures alone count, and are hidden themselves. */
static Looks looks_of(const char *name)
{
    bool hidden = false;
    for (const char *slash = strchr(name, '/'); slash; slash = strchr(name, '/')) {
        hidden |= name[0] == '.' || strncmp(name, "__MACOSX/", 9) == 0;
        name = slash + 1;
    }
    Looks looks = listing_looks(name);
    if (!hidden)
        return looks;
    return looks == LOOKS_OTHER ? LOOKS_SKIPPED : looks == LOOKS_PICTURE ? LOOKS_HIDDEN : looks;
}

static const char *problem_of(const ArchiveEntry *entry, const char *name)
{
    static const char *const archives[] = {"zip", "rar", "7z", "tar", "gz", NULL};
    if (!name)
        return "has a name in no known encoding";
    if (leaves(name))
        return "has a path that leads out of its archive";
    if (looks_end(name, archives))
        return "is an archive inside an archive";
    if (entry->link)
        return "is a symbolic link";
    if (entry->encrypted)
        return "is encrypted with a password in its archive";
    if (entry->bytes > SMALL_BYTES && entry->bytes / RATIO_MAX > entry->packed_bytes)
        return "unpacks to far more than a photo does";
    return NULL;
}

static Err take_entry(Arena *arena, const ArchiveEntry *entry, Members *out, Member *member)
{
    char *name = archive_photo_name(arena, entry->name);
    member->problem = problem_of(entry, name);
    member->name = name ? name : arena_copy(arena, entry->name);
    if (!member->name)
        return no_memory(arena);
    Looks looks = member->problem ? LOOKS_PICTURE : looks_of(name);
    out->other_count += looks == LOOKS_OTHER || looks == LOOKS_HIDDEN;
    if (looks == LOOKS_PICTURE)
        out->list[out->count++] = *member;
    return OK;
}

static int compare_members(const void *a, const void *b)
{
    const Member *one = a, *two = b;
    int order = strcmp(one->name, two->name);
    return order ? order : (one->number > two->number) - (one->number < two->number);
}

/* Of two with one name nobody can say which is meant. */
static void refuse_twins(Members *members)
{
    for (size_t i = 0; i < members->count; i++)
        members->list[i].copy = 1;
    for (size_t i = 1; i < members->count; i++) {
        Member *before = &members->list[i - 1], *member = &members->list[i];
        if (strcmp(before->name, member->name) != 0)
            continue;
        member->copy = before->copy + 1;
        before->problem = member->problem = "stands in its archive more than once";
    }
}

static void close_archive(Archive **archive)
{
    archive_close(archive);
}

static Err walk_entries(Arena *arena, const Archive *archive, const struct stat *info, Members *out)
{
    uint64_t unpacked = 0;
    size_t count = archive_count(archive);
    for (size_t i = 0; i < count; i++) {
        ArchiveEntry entry;
        TRY(archive_entry(archive, i, &entry));
        if (entry.folder && !entry.bytes)
            continue;
        unpacked = entry.bytes > UINT64_MAX - unpacked ? UINT64_MAX : unpacked + entry.bytes;
        Member member = {
            .number = (uint32_t)i + 1,
            .stamp = {.bytes = entry.bytes > INT64_MAX ? INT64_MAX : (int64_t)entry.bytes,
                      .mtime_ns = info->st_mtim.tv_sec * 1000000000LL + info->st_mtim.tv_nsec,
                      .ctime_ns = info->st_ctim.tv_sec * 1000000000LL + info->st_ctim.tv_nsec,
                      .inode = archive_photo_inode(info->st_ino, entry.crc)},
        };
        TRY(take_entry(arena, &entry, out, &member));
    }
    if (unpacked > SMALL_BYTES && unpacked / RATIO_MAX > (uint64_t)info->st_size)
        return fail(arena, ERR_USAGE, "it would unpack to far more than photos do");
    return OK;
}

Err listing_zip(Arena *arena, const char *path, Members *out)
{
    struct stat info;
    *out = (Members){0};
    if (stat(path, &info))
        return fail(arena, ERR_USAGE, "cannot open '%s': %m", path);
    CLEANUP(close_archive) Archive *archive = NULL;
    TRY(archive_open(arena, path, &archive));
    size_t count = archive_count(archive);
    if (count > ENTRIES_MAX)
        return fail(arena, ERR_USAGE, "'%s' has more than %d entries", path, ENTRIES_MAX);
    out->list = ARENA_ARRAY(arena, Member, count + 1);
    if (!out->list)
        return no_memory(arena);
    Err err = walk_entries(arena, archive, &info, out);
    if (err.code == ERR_USAGE)
        return fail(arena, ERR_USAGE, "'%s' is refused: %s", path, err.text);
    qsort(out->list, out->count, sizeof *out->list, compare_members);
    refuse_twins(out);
    return err;
}

/* The file's own name where that is short: whose photo it is stands there. */
static char *shorter(Arena *arena, const Member *member, int most)
{
    const char *slash = strrchr(member->name, '/'), *last = slash ? slash + 1 : member->name;
    int length = most;
    if (strlen(last) <= (size_t)most)
        return arena_print(arena, "[%u]/…/%s", (unsigned)member->number, last);
    while (length && (last[length] & 0xc0) == 0x80) /* not in the middle of a letter */
        length--;
    return arena_print(arena, "[%u]/%.*s/…", (unsigned)member->number, length, last);
}

/* The journal may put a few characters before a name. */
Err listing_zip_fit(Arena *arena, const char *path, const char *key, Members *members)
{
    enum { BEFORE = 64, CUT = 200, CUT_ROOM = CUT + 8 };
    size_t taken = strlen(path) > strlen(key) ? strlen(path) : strlen(key);
    taken += BEFORE + strlen("//[1000000]/");
    if (taken + CUT_ROOM >= PATH_MAX)
        return fail(arena, ERR_USAGE, "the path '%.40s...' is too long", path);
    for (size_t i = 0; i < members->count; i++) {
        Member *member = &members->list[i];
        if (strlen(member->name) <= PATH_MAX - taken)
            continue;
        member->name = shorter(arena, member, CUT);
        member->problem = "has a name that is too long";
        member->copy = 1;
        if (!member->name)
            return no_memory(arena);
    }
    return OK;
}
