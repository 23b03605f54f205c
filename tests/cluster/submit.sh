#!/bin/sh
# SPDX-License-Identifier: MIT
# N shards as a Slurm array, and the merge when all of them are published. The same command again submits
# only what is not published: that is what to do after any failure.
# Usage: submit.sh N OUT [OPTION...] -- PHOTOS... [-- OPTION of merge alone...]; paths are absolute and the same on every node
# SBATCH_OPTIONS: for both, such as "--partition=short --time=60 --cpus-per-task=4". AT_ONCE: tasks at a time.
# HEADROOM, TRIES, LANES, MERGED: see task.sh.
set -eu
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(date +%s)}" # one day for all shards
[ "$#" -ge 4 ] || { sed -n '/^# Usage/,/^set/s/^# //p' "$0" >&2; exit 2; }
task=$(cd "$(dirname "$0")" && pwd)/task.sh
shards=$1 out=$2
mkdir -p "$out-log" # what the tasks say: OUT holds nothing but headroom's own

missing=
for shard in $(seq "$shards"); do
    [ -e "$out/shards/$(printf '%05d-of-%05d' "$shard" "$shards")/journal" ] || missing=$missing,$shard
done
# --requeue (task.sh asks for it) is for lost nodes. Not RequeueExit: a task that it requeues has failed for
# afterok, and the merge is cancelled though every task ends well.
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086 # a list of options
    array=$(sbatch --parsable ${SBATCH_OPTIONS:-} --array="${missing#,}${AT_ONCE:+%$AT_ONCE}" -o "$out-log/%a" "$task" auto "$@")
    array=${array%%;*}
    echo "array $array: shards ${missing#,}"
fi
# shellcheck disable=SC2086
merge=$(sbatch --parsable ${SBATCH_OPTIONS:-} ${missing:+--dependency=afterok:$array} --kill-on-invalid-dep=yes \
    -o "$out-log/merge" "$task" merge "$@")
echo "merge ${merge%%;*}"
