/* SPDX-License-Identifier: MIT */
/* From the end record to the directory, and from there to each entry: the offsets of APPNOTE.TXT
 * 4.3.7, 4.3.12 and 4.3.16. Where entries must lie is known before they are looked at: each right
 * behind the one before. */
#include "zip_check.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include "../pipeline/digest.h"

enum {
    LOCAL_BYTES = 30,
    CENTRAL_BYTES = 46,
    END_BYTES = 22,
    COMMENT_MAX = 65535,
    NAME_MAX_BYTES = 255,
    FLAG_ENCRYPTED = 1,
    FLAG_DESCRIPTOR = 8,
    FLAG_UTF8 = 0x800,
    CENTRAL_MAX = 64 << 20,
    ENTRY_MAX = 256 << 20,
};
static const uint32_t LOCAL_MARK = 0x04034b50, CENTRAL_MARK = 0x02014b50, END_MARK = 0x06054b50;

/* The fields of a directory record; those of a local header are the same from `need` to `extra`. */
typedef struct Record {
    unsigned made_by, need, flags, method, time, date;
    uint32_t crc;
    size_t packed, bytes;
    unsigned name, extra, comment, disk, inner;
    uint32_t outer;
    size_t offset;
} Record;

/* What package_zip_write has libzip put there. */
static const Record OURS = {.made_by = 0x33f, .need = 10, .date = 0x21, .outer = 0x81a40000};

typedef struct Walk {
    Arena *arena;
    const ZipVisit *visit;
    ZipSeen *out;
    const char *path;
    int fd, unread; /* the latter: errno of a read that failed, else 0 */
    size_t next;  /* where the next entry must lie */
    size_t limit; /* where the directory begins */
    char last[NAME_MAX_BYTES + 1];
} Walk;

static unsigned le16(const uint8_t *at)
{
    return at[0] | (unsigned)at[1] << 8;
}

static uint32_t le32(const uint8_t *at)
{
    return le16(at) | (uint32_t)le16(at + 2) << 16;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void free_bytes(uint8_t **bytes)
{
    free(*bytes);
}

static bool read_at(Walk *walk, uint8_t *data, size_t bytes, size_t offset)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t got = pread(walk->fd, data + done, bytes - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            walk->unread = errno;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

/* Of what could not be read nothing is said but that. */
static Err complain(Walk *walk, const char *name, const char *reason)
{
    if (walk->unread) {
        errno = walk->unread;
        walk->out->sha256[0] = '\0';
        return fail(walk->arena, ERR_IO, "cannot read '%s': %m", walk->path);
    }
    walk->out->problems++;
    if (!reason)
        return fail(walk->arena, ERR_MEMORY, "no memory to check a ZIP");
    return walk->visit->problem ? walk->visit->problem(walk->visit->user, name, reason) : OK;
}

static void read_record(const uint8_t *at, Record *out)
{
    *out = (Record){
        .made_by = le16(at + 4),
        .need = le16(at + 6),
        .flags = le16(at + 8),
        .method = le16(at + 10),
        .time = le16(at + 12),
        .date = le16(at + 14),
        .crc = le32(at + 16),
        .packed = le32(at + 20),
        .bytes = le32(at + 24),
        .name = le16(at + 28),
        .extra = le16(at + 30),
        .comment = le16(at + 32),
        .disk = le16(at + 34),
        .inner = le16(at + 36),
        .outer = le32(at + 38),
        .offset = le32(at + 42),
    };
}

/* Fit for messages and comparing; NULL past the arena. */
static char *clean_name(Arena *arena, const uint8_t *name, size_t length)
{
    char *out = arena_alloc(arena, length + 1);
    for (size_t i = 0; out && i < length; i++)
        out[i] = name[i] < 0x20 || name[i] == 0x7f ? '?' : (char)name[i];
    return out;
}

static bool is_ascii(const char *name)
{
    for (; *name; name++)
        if ((unsigned char)*name >= 0x80)
            return false;
    return true;
}

/* As a profile may name them. */
static bool is_photo(const char *name)
{
    static const char *const endings[] = {".JPG", ".jpg", ".JPEG", ".jpeg"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && dot > name && i < sizeof endings / sizeof *endings; i++)
        if (strcmp(dot, endings[i]) == 0)
            return true;
    return false;
}

/* What is wrong with an entry by its directory record, or NULL. */
static const char *record_problem(const Walk *walk, const Record *r, const char *name)
{
    if (r->flags & FLAG_ENCRYPTED)
        return "is encrypted";
    if (r->method)
        return arena_print(walk->arena, "is compressed (method %u), must be stored", r->method);
    if (r->packed != r->bytes)
        return "is said to have two sizes";
    if (!name[0] || name[0] == '.' || strpbrk(name, "/\\:"))
        return "has a path in its name";
    if (!is_photo(name))
        return "is no photo by its name";
    if (r->flags & FLAG_DESCRIPTOR)
        return "has a data descriptor";
    if ((r->flags & FLAG_UTF8) == (is_ascii(name) ? FLAG_UTF8 : 0) ||
        r->flags & ~(unsigned)FLAG_UTF8)
        return "has flags that its name does not need";
    if (r->extra || r->comment)
        return "has extra fields or a comment";
    int order = walk->out->entries ? strcmp(walk->last, name) : -1;
    if (order >= 0)
        return order ? "is out of order" : "stands there twice";
    return r->offset == walk->next ? NULL : "does not lie right behind the one before";
}

/* The local header against the directory; `header` holds LOCAL_BYTES and the name. */
static bool headers_agree(const uint8_t *header, const uint8_t *record, unsigned name)
{
    return le32(header) == LOCAL_MARK && memcmp(header + 4, record + 6, LOCAL_BYTES - 4) == 0 &&
           memcmp(header + LOCAL_BYTES, record + CENTRAL_BYTES, name) == 0;
}

/* Reads the entry's bytes where they can be trusted, and moves on behind it. */
static Err read_entry(Walk *walk, const uint8_t *record, const Record *r, const char **problem,
                      uint8_t **data)
{
    uint8_t header[LOCAL_BYTES + NAME_MAX_BYTES];
    size_t inside = r->offset <= walk->limit ? walk->limit - r->offset : 0;
    if (inside < LOCAL_BYTES + r->name || inside - LOCAL_BYTES - r->name < r->packed) {
        *problem = "reaches beyond the end";
        return OK;
    }
    if (!read_at(walk, header, LOCAL_BYTES + r->name, r->offset) ||
        !headers_agree(header, record, r->name)) {
        *problem = *problem ? *problem : "has two headers that differ";
        return OK;
    }
    walk->next = r->offset + LOCAL_BYTES + r->name + r->packed;
    if (r->method || r->flags & FLAG_ENCRYPTED || r->packed != r->bytes)
        return OK;
    if (r->bytes > ENTRY_MAX) {
        *problem = "is too large for a photo";
        return OK;
    }
    *data = malloc(r->bytes + 1);
    if (!*data)
        return fail(walk->arena, ERR_MEMORY, "no memory to check a ZIP");
    if (read_at(walk, *data, r->bytes, walk->next - r->packed) &&
        crc32(0, *data, (uInt)r->bytes) == r->crc)
        return OK;
    *problem = "was changed: its bytes do not match their checksum";
    free(*data);
    *data = NULL;
    return OK;
}

static bool is_ours(const Record *r)
{
    return r->made_by == OURS.made_by && r->need == OURS.need && r->time == OURS.time &&
           r->date == OURS.date && r->disk == OURS.disk && r->inner == OURS.inner &&
           r->outer == OURS.outer;
}

static Err check_entry(Walk *walk, const uint8_t *record, const Record *r)
{
    char *name = clean_name(walk->arena, record + CENTRAL_BYTES, r->name);
    if (!name)
        return fail(walk->arena, ERR_MEMORY, "no memory to check a ZIP");
    if (r->name > NAME_MAX_BYTES)
        return complain(walk, NULL, "holds a name that is too long");
    const char *problem = record_problem(walk, r, name);
    CLEANUP(free_bytes) uint8_t *data = NULL;
    TRY(read_entry(walk, record, r, &problem, &data));
    strcpy(walk->last, name);
    walk->out->entries++;
    walk->out->exact = walk->out->exact && is_ours(r);
    if (problem)
        TRY(complain(walk, name, problem));
    ZipEntry entry = {.name = name, .bytes = r->bytes, .data = data};
    if (data)
        digest_sha256(data, r->bytes, entry.sha256);
    return walk->visit->entry ? walk->visit->entry(walk->visit->user, &entry) : OK;
}

/* `size` bytes of directory, of which the end record says that they are `count` entries. */
static Err check_directory(Walk *walk, const uint8_t *directory, size_t size, size_t count)
{
    size_t at = 0, seen = 0;
    for (Record r; at < size; seen++) {
        if (size - at < CENTRAL_BYTES || le32(directory + at) != CENTRAL_MARK)
            return complain(walk, NULL, "has a broken directory");
        read_record(directory + at, &r);
        size_t bytes = (size_t)CENTRAL_BYTES + r.name + r.extra + r.comment;
        if (size - at < bytes)
            return complain(walk, NULL, "has a broken directory");
        TRY(check_entry(walk, directory + at, &r));
        at += bytes;
    }
    if (!seen && !count)
        return complain(walk, NULL, "holds no photo");
    if (seen != count)
        return complain(walk, NULL, "says another number of entries than it has");
    if (walk->next != walk->limit)
        return complain(walk, NULL, "holds bytes that belong to no entry");
    return OK;
}

/* The end record, which may only be the last thing in the file. False: there is none. */
static bool find_end(Walk *walk, size_t size, uint8_t end[END_BYTES], size_t *behind)
{
    size_t most = size < END_BYTES + COMMENT_MAX ? size : END_BYTES + COMMENT_MAX;
    CLEANUP(free_bytes) uint8_t *tail = malloc(most + 1);
    if (!tail || most < END_BYTES || !read_at(walk, tail, most, size - most))
        return false;
    for (*behind = 0; *behind + END_BYTES <= most; ++*behind) {
        memcpy(end, tail + most - END_BYTES - *behind, END_BYTES);
        if (le32(end) == END_MARK)
            return true;
    }
    return false;
}

static Err check_whole(Walk *walk, size_t size)
{
    uint8_t end[END_BYTES];
    size_t behind;
    if (!find_end(walk, size, end, &behind))
        return complain(walk, NULL, "is cut off, or no ZIP at all");
    if (behind || le16(end + 20))
        TRY(complain(walk, NULL, "has a comment or other bytes behind its end"));
    size_t count = le16(end + 10), directory = le32(end + 12), start = le32(end + 16);
    if (le16(end + 4) || le16(end + 6) || le16(end + 8) != count || directory > CENTRAL_MAX ||
        start + directory + END_BYTES + behind != size)
        return complain(walk, NULL, "has a directory that is not where it should be");
    CLEANUP(free_bytes) uint8_t *bytes = malloc(directory + 1);
    if (!bytes)
        return fail(walk->arena, ERR_MEMORY, "no memory to check a ZIP");
    if (!read_at(walk, bytes, directory, start))
        return complain(walk, NULL, "is cut off");
    walk->limit = start;
    return check_directory(walk, bytes, directory, count);
}

Err zip_check(Arena *arena, const char *path, const ZipVisit *visit, ZipSeen *out)
{
    struct stat info;
    *out = (ZipSeen){.exact = true};
    CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &info))
        return fail(arena, err_short_of(errno) ? ERR_MEMORY : ERR_IO, "cannot open '%s': %m", path);
    if (!S_ISREG(info.st_mode))
        return fail(arena, ERR_IO, "'%s' is no regular file", path);
    if (!digest_file(fd, out->sha256))
        return fail(arena, ERR_IO, "cannot read '%s': %m", path);
    out->bytes = (size_t)info.st_size;
    Walk walk = {.arena = arena, .visit = visit, .out = out, .path = path, .fd = fd};
    TRY(check_whole(&walk, out->bytes));
    out->exact = out->exact && !out->problems;
    return OK;
}
