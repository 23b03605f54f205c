/* SPDX-License-Identifier: MIT */
#include "archive.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>
#include "archive_places.h"

struct Archive {
    Arena *arena;
    const char *path;
    zip_t *zip;
    int fd;           /* to the same file, for what the library does not read; its own offset stays */
    uint64_t *places; /* of the entries; NULL until one is asked for, and where they cannot be found */
    bool placed;      /* they were looked for */
    zip_file_t *file; /* the entry being read, or NULL */
    const char *name; /* of it */
    uint64_t left;    /* of its cap */
};

static Err open_failed(Arena *arena, const char *path, int code)
{
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    Err err = fail(arena, ERR_USAGE, "'%s' is not a ZIP file that can be read: %s", path,
                   zip_error_strerror(&error));
    zip_error_fini(&error);
    return err;
}

Err archive_open(Arena *arena, const char *path, Archive **out)
{
    Archive *archive = ARENA_NEW(arena, Archive);
    *out = NULL;
    if (!archive)
        return fail(arena, ERR_MEMORY, "out of memory");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return fail(arena, err_short_of(errno) ? ERR_MEMORY : ERR_IO, "cannot open '%s': %m", path);
    struct stat facts;
    if (fstat(fd, &facts) || !S_ISREG(facts.st_mode)) {
        close(fd);
        return fail(arena, ERR_USAGE, "'%s' is not a file", path);
    }
    int code = 0, own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (own < 0) {
        close(fd);
        return fail(arena, ERR_MEMORY, "cannot open '%s': %m", path);
    }
    *archive = (Archive){.arena = arena, .path = path, .fd = own, .zip = zip_fdopen(fd, 0, &code)};
    if (!archive->zip) {
        close(fd); /* zip_fdopen owns it only when it succeeds */
        close(own);
        return open_failed(arena, path, code);
    }
    *out = archive;
    return OK;
}

void archive_close(Archive **archive)
{
    if (!*archive)
        return;
    archive_end(*archive);
    zip_discard((*archive)->zip);
    close((*archive)->fd);
    free((*archive)->places);
    *archive = NULL;
}

size_t archive_count(const Archive *archive)
{
    zip_int64_t count = zip_get_num_entries(archive->zip, 0);
    return count < 0 ? 0 : (size_t)count;
}

static bool is_link(const Archive *archive, size_t index)
{
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    return zip_file_get_external_attributes(archive->zip, index, 0, &system, &attributes) == 0 &&
           system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> 16);
}

Err archive_entry(const Archive *archive, size_t index, ArchiveEntry *out)
{
    zip_stat_t facts;
    if (zip_stat_index(archive->zip, index, ZIP_FL_ENC_RAW, &facts))
        return fail(archive->arena, ERR_USAGE, "'%s' has no entry %zu", archive->path, index);
    const char *name = facts.valid & ZIP_STAT_NAME ? facts.name : "";
    size_t length = strlen(name);
    *out = (ArchiveEntry){
        .name = name,
        .bytes = facts.valid & ZIP_STAT_SIZE ? facts.size : 0,
        .packed_bytes = facts.valid & ZIP_STAT_COMP_SIZE ? facts.comp_size : 0,
        .crc = facts.valid & ZIP_STAT_CRC ? facts.crc : 0,
        .folder = length > 0 && name[length - 1] == '/',
        .link = is_link(archive, index),
        .encrypted = facts.valid & ZIP_STAT_ENCRYPTION_METHOD && facts.encryption_method,
    };
    return OK;
}

static bool find_other_name(Arena *arena, Archive *archive, size_t index, const char **other)
{
    ArchiveEntry entry;
    if (!archive->placed)
        archive->places = archive_places(archive->fd, archive_count(archive));
    archive->placed = archive->places || errno == 0; /* what could not be read may be the next time */
    return archive->places && archive_entry(archive, index, &entry).code == ERR_NONE &&
           archive_place_name(arena, archive->fd, archive->places[index], entry.name, other);
}

Err archive_other_name(Arena *arena, Archive *archive, size_t index, const char **other)
{
    *other = NULL;
    errno = 0;
    if (find_other_name(arena, archive, index, other))
        return OK;
    return errno ? fail(arena, ERR_IO, "its archive cannot be read: %m") : fail(arena, ERR_USAGE, "its archive does not give it the same name in both places");
}

bool archive_find(const Archive *archive, const char *name, size_t *index)
{
    zip_int64_t found = zip_name_locate(archive->zip, name, ZIP_FL_NOCASE | ZIP_FL_ENC_RAW);
    if (found < 0)
        return false;
    *index = (size_t)found;
    return true;
}

static Err too_large(const Archive *archive, uint64_t cap)
{
    return fail(archive->arena, ERR_USAGE, "'%s' in '%s' is larger than %llu bytes", archive->name,
                archive->path, (unsigned long long)cap);
}

Err archive_begin(Archive *archive, size_t index, uint64_t cap)
{
    ArchiveEntry entry;
    archive_end(archive);
    TRY(archive_entry(archive, index, &entry));
    archive->name = entry.name;
    archive->left = cap;
    if (entry.encrypted)
        return fail(archive->arena, ERR_USAGE, "'%s' in '%s' is encrypted", entry.name,
                    archive->path);
    if (entry.bytes > cap)
        return too_large(archive, cap);
    archive->file = zip_fopen_index(archive->zip, index, 0);
    if (!archive->file)
        return fail(archive->arena, ERR_USAGE, "cannot read '%s' in '%s': %s", entry.name,
                    archive->path, zip_strerror(archive->zip));
    return OK;
}

Err archive_next(Archive *archive, void *buffer, size_t size, size_t *got)
{
    zip_int64_t bytes = zip_fread(archive->file, buffer, size);
    *got = 0;
    if (bytes < 0)
        return fail(archive->arena, ERR_USAGE, "cannot read '%s' in '%s': %s", archive->name,
                    archive->path, zip_error_strerror(zip_file_get_error(archive->file)));
    if ((uint64_t)bytes > archive->left) /* more than the directory said */
        return fail(archive->arena, ERR_USAGE, "cannot read '%s' in '%s': %s", archive->name,
                    archive->path, "it is larger than it may be");
    archive->left -= (uint64_t)bytes;
    *got = (size_t)bytes;
    return OK;
}

void archive_end(Archive *archive)
{
    if (archive->file)
        zip_fclose(archive->file);
    archive->file = NULL;
}
