/* SPDX-License-Identifier: MIT */
/* A ZIP in the test's own folder, and what the listing says of it. */
#ifndef ZIP_FIXTURE_H
#define ZIP_FIXTURE_H

#include "../../pipeline/listing_zip.h"
#include "make_zip.h"
#include "arena_fixture.h"
#include "folder_fixture.h"

static const char *path_of(const char *name)
{
    return arena_print(arena, "%s/%s", folder, name);
}

static Members members_of(const MakeEntry *entries, size_t count)
{
    MakeZip zip = {0};
    Members out;
    for (size_t i = 0; i < count; i++)
        zip_add_entry(&zip, &entries[i]);
    zip_save(&zip, path_of("a.zip"));
    Err err = listing_zip(arena, path_of("a.zip"), &out);
    assert_int_equal(err.code, ERR_NONE);
    return out;
}

#endif
