/* SPDX-License-Identifier: MIT */
#include "run_row.h"
#include "faults.h"

static const int64_t TRUST_NS = 2000000000; /* changed again within this, a file may keep its stamp */

static bool is_trusted(const Run *run, const Photo *photo, int64_t read_at_ns)
{
    const Source *source = &photo->source;
    bool whole = source->sha256[0] || source->bytes > (size_t)run->profile->source_bytes_max;
    return photo->task.quarantined || (whole && source->inode && source->ctime_ns + TRUST_NS < read_at_ns);
}

Err row_of(const Run *run, const Photo *photo, const Listed *file, int64_t read_at_ns, Row *out)
{
    Stamp stamp = {(int64_t)photo->source.bytes, photo->source.mtime_ns, photo->source.ctime_ns,
                   photo->source.inode};
    if (photo->task.quarantined) /* it was not opened: what the listing saw crashed */
        stamp = file->stamp;
    *out = (Row){
        .path = file->key,
        .shown = file->path,
        .slip = file->slip,
        .id = &photo->task.id,
        .files_for_id = photo->task.files_for_id,
        .attempt = photo->attempt,
        .stamp = stamp,
        .trusted = is_trusted(run, photo, read_at_ns),
        .sha256 = photo->source.sha256,
        .profile = run->profile->hash,
        .program = run->program,
        .verdict = photo->verdict,
        .action = photo->action,
        .output = photo->output_path,
        .output_sha256 = photo->output.sha256,
        .likeness = photo->likeness,
        .record = photo->record,
        .thumb = photo->thumb,
    };
    return photo->unchanged ? OK : faults_json(photo->arena, photo, run->profile, &out->faults);
}
