#!/bin/sh
# SPDX-License-Identifier: MIT
#SBATCH --job-name=headroom
#SBATCH --requeue
#SBATCH --open-mode=append
# One task of an engine: one shard, or the merge. It tries again on the spot, so that the engine seldom has to; photos
# that fail their rules are no failed task. Slurm's job script as well as what GNU parallel starts.
# Usage: task.sh auto|I|merge N OUT [OPTION...] -- PHOTOS... [-- OPTION of merge alone...]
# HEADROOM: the program (default headroom, from PATH). TRIES: how often what could not finish is begun (default 3).
# LANES: photos at a time (default as many as Slurm gave cores, else as there are). MERGED: where merge writes (default OUT).
set -eu
what=$1 shards=$2 out=$3
shift 3
headroom=${HEADROOM:-headroom} tries=${TRIES:-3} lanes=${LANES:-${SLURM_CPUS_PER_TASK:-}}
trap 'exit 143' TERM # the engine wants the task to end: no other try
trap 'exit 130' INT

part=options left=$#
while [ "$left" -gt 0 ]; do # those that this task wants, in their order
    word=$1 left=$((left - 1))
    shift
    case $part,$word in
    options,--) part=photos ;;
    photos,--) part=merge ;;
    options,* | photos,*) [ "$part,$what" = photos,merge ] || set -- "$@" "$word" ;;
    merge,*) [ "$what" != merge ] || set -- "$@" "$word" ;;
    esac
done
if [ "$what" = merge ]; then
    set -- merge -o "${MERGED:-$out}" "$@" "$out"/shards/*-of-*
else
    set -- run -o "$out" --shard "$what/$shards" ${lanes:+-j "$lanes"} "$@"
fi

try=1
while :; do
    code=0
    "$headroom" "$@" || code=$?
    case $code in
    0) exit 0 ;;
    1) [ "$what" != merge ] || exit 0 ;; # somebody needs a retake
    2) exit 2 ;;                         # refused: another try would be, too
    4)                                   # another worker has it: wait for that one, whatever becomes of it
        echo "task.sh: another worker has it ($what)" >&2
        sleep 5
        continue
        ;;
    esac
    [ "$try" -lt "$tries" ] || exit "$code"
    try=$((try + 1))
    echo "task.sh: $what ended with $code, try $try of $tries" >&2
    sleep 1
done
