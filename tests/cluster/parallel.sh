#!/bin/sh
# SPDX-License-Identifier: MIT
# N shards by GNU parallel over machines that ssh reaches, then the merge here. The same command again does
# only what has not ended well: that is what to do after any failure.
# Usage: parallel.sh HOSTS N OUT [OPTION...] -- PHOTOS... [-- OPTION of merge alone...]; paths are absolute and the same on every machine
# HOSTS: a file of GNU parallel's --sshloginfile, one machine a line. JOBS: shards at a time on each (default 1).
# HEADROOM, TRIES, LANES, MERGED: see task.sh.
set -eu
[ "$#" -ge 5 ] || { sed -n '/^# Usage/,/^set/s/^# //p' "$0" >&2; exit 2; }
task=$(cd "$(dirname "$0")" && pwd)/task.sh
hosts=$1
shift
shards=$1 out=$2
mkdir -p "$out-log"
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(date +%s)}" # one day for all shards

# Its log tells it what has ended well. Where that is not there any more, or N was another one, all are begun:
# what is published ends at once.
for shard in $(seq "$shards"); do
    [ ! -e "$out/shards/$(printf '%05d-of-%05d' "$shard" "$shards")/journal" ] || continue
    ! awk -F '\t' -v shard="$shard" '$1 == shard && $7 == 0 && $8 == 0 { well = 1 } END { exit !well }' "$out-log/joblog" 2>/dev/null ||
        rm "$out-log/joblog"
done
# A shard whose machine is lost is begun on another one; if the lost one still works at it, the other waits for its lock.
parallel --will-cite --quote --sshloginfile "$hosts" --jobs "${JOBS:-1}" --joblog "$out-log/joblog" --retries 3 --resume-failed \
    env SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" HEADROOM="${HEADROOM:-headroom}" TRIES="${TRIES:-3}" ${LANES:+LANES="$LANES"} sh "$task" {} "$@" ::: $(seq "$shards")
sh "$task" merge "$@"
