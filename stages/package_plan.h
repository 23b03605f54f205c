/* SPDX-License-Identifier: MIT */
/* Pure: which photo goes into which ZIP, and under which name. */
#ifndef PACKAGE_PLAN_H
#define PACKAGE_PLAN_H

#include "package.h"
#include "package_zip.h"

typedef struct PlannedZip {
    const char *name;
    size_t first, count; /* of photos[] */
} PlannedZip;

typedef struct PackagePlan {
    ZipPhoto *photos; /* ZIP after ZIP, in each by file name */
    size_t photo_count;
    PlannedZip *zips;
    size_t zip_count;
    const ZipPhoto **photo_of; /* per item; NULL: none */
    const PlannedZip **zip_of; /* per item; NULL: none */
} PackagePlan;

/* ERR_USAGE as package_write says. */
Err package_plan(Arena *arena, const PackageAsk *ask, PackagePlan *out);

/* "photos-001.zip", "photos-002-GROUP.zip": whether it is a plain name of that form. */
bool package_is_zip_name(const char *name);

#endif
