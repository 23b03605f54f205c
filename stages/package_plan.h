/* SPDX-License-Identifier: MIT */
/* Which photo goes into which ZIP, and under which name. */
#ifndef PACKAGE_PLAN_H
#define PACKAGE_PLAN_H

#include "package.h"
#include "package_zip.h"

/* One ZIP at a time. */
typedef struct PlannedZip {
    const char *name;       /* in the plan's arena */
    const ZipPhoto *photos; /* by file name; in the arena that package_plan_next is given */
    size_t count;
} PlannedZip;

/* A row of the manifest, as texts. */
typedef enum PlanText { PLAN_id, PLAN_name, PLAN_group, PLAN_file, PLAN_zip, PLAN_sha256, PLAN_bytes, PLAN_quality, PLAN_source_sha256, PLAN_crop, PLAN_decision, PLAN_TEXTS } PlanText;

typedef struct PackagePlan PackagePlan;

/* Takes all items. ERR_USAGE as package_write says, but for a photo over the limit. */
Err package_plan_open(Arena *arena, const PackageAsk *ask, PackagePlan **out);
void package_plan_close(PackagePlan *plan); /* NULL: nothing to do */

/* `out->name` NULL: there is none any more. */
Err package_plan_next(PackagePlan *plan, Arena *arena, PlannedZip *out);

/* After the last ZIP: the rows, one for each item, in the order of items. NULL behind the last. PLAN_file "": without a photo. */
Err package_plan_row(PackagePlan *plan, const char *const **row);

/* "photos-001.zip", "photos-002-GROUP.zip": whether it is a plain name of that form. */
bool package_is_zip_name(const char *name);

#endif
