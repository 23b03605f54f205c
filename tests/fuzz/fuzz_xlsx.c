/* SPDX-License-Identifier: MIT */
/* Any bytes as a workbook: as they are where they start like a ZIP, else as its parts (sheet, shared
 * strings, workbook, each up to a zero), which no checksum guards then. */
#include "roster_fuzz.h"
#include <zip.h>

#define TYPES "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define RELATION(id, type, target)                                                                 \
    "<Relationship Id=\"" id "\" Type=\"" TYPES type "\" Target=\"" target "\"/>"

static const char package[] = "<a>" RELATION("r1", "officeDocument", "b.xml") "</a>";
static const char relations[] = "<a>" RELATION("r1", "worksheet", "0") RELATION("r2", "sharedStrings", "1") "</a>";
static const char workbook[] = "<a><sheet name=\"s\" id=\"r1\"/></a>";

static void add(zip_t *zip, const char *name, const void *text, size_t bytes)
{
    zip_int64_t index = zip_file_add(zip, name, zip_source_buffer(zip, text, bytes, 0), ZIP_FL_OVERWRITE);
    must(index >= 0 && zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/headroom-fuzz-XXXXXX";
    bool whole = size >= 2 && memcmp(data, "PK", 2) == 0;
    int fd = mkstemp(path);
    must(fd >= 0 && (!whole || write(fd, data, size) == (ssize_t)size));
    close(fd);
    zip_t *zip = whole ? NULL : zip_open(path, ZIP_TRUNCATE | ZIP_CREATE, NULL);
    const char *names[] = {"0", "1", "b.xml"};
    for (size_t i = 0; zip && i < 3; i++) {
        const uint8_t *end = size ? memchr(data, 0, size) : NULL;
        size_t bytes = end ? (size_t)(end - data) : size;
        bool given = i < 2 || bytes > 0;
        add(zip, names[i], given ? (const void *)data : workbook, given ? bytes : sizeof workbook - 1);
        data += bytes + (end != NULL);
        size -= bytes + (end != NULL);
    }
    if (zip) {
        add(zip, "_rels/.rels", package, sizeof package - 1);
        add(zip, "_rels/b.xml.rels", relations, sizeof relations - 1);
        must(zip_close(zip) == 0);
    }
    roster_fuzz_check(path);
    unlink(path);
    return 0;
}
