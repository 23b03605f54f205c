/* SPDX-License-Identifier: MIT */
/* Any bytes as a ZIP of photos, and as a package: listed, read and checked within their bounds. */
#include <glib.h>
#include <stdlib.h>
#include <unistd.h>
#include "../../pipeline/listing_zip.h"
#include "../../stages/read.h"
#include "../../stages/zip_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/headroom-fuzz-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    Arena *arena = arena_create(64 << 20);
    Members members;
    ZipSeen seen;
    if (listing_zip(arena, path, &members).code == ERR_NONE) {
        ArchiveSeat seat = {.arena = arena};
        Profile profile = {.source_bytes_max = 1 << 16};
        for (size_t i = 0; i < members.count && i < 64; i++) {
            const Member *member = &members.list[i];
            const char *name = arena_print(arena, "%s//%s", path, member->name);
            Task task = {.path = name, .entry = member->number, .problem = member->problem};
            Facts facts;
            Source source;
            if (!member->problem && !g_utf8_validate(member->name, -1, NULL))
                abort();
            if (read_entry(arena, &seat, &task, &profile, &source, &facts).code == ERR_NONE &&
                (!source.data != !!source.problem || (source.data && source.bytes > 1 << 16)))
                abort();
        }
        archive_seat_close(&seat);
    }
    if (zip_check(arena, path, &(ZipVisit){0}, &seen).code || seen.bytes != size)
        abort();
    arena_destroy(arena);
    return unlink(path) | close(fd);
}
