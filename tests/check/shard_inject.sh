#!/bin/sh
# SPDX-License-Identifier: MIT
# Every system call of a shard on its folder, and of a merge on OUT, is the last one or fails (tests/faults/inject.c): the
# same command given again ends as if nothing had been, and OUT is that of a single run.
# Usage: shard_inject.sh BUILD [STEP [WHAT...]]: every STEPth call, 0 for a few of each
set -eu
build=$(cd "$1" && pwd)
step=${2:-0}
[ "$#" -le 2 ] && shift "$#" || shift 2
[ "$#" -gt 0 ] || set -- kill half lose EIO EIO+ ENOSPC EINTR EMFILE short
[ -e "$build/libinject.so" ] || { echo "no libinject.so in $build"; exit 1; }
work=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
in=$work/in out=$work/out bad=0
complain() {
    echo "$1"
    bad=1
}
command() { # command before it...: sets code; $subject is shard or merge
    code=0
    case $subject in
    shard) set -- "$@" "$build/headroom" run -q --lang en -j 1 -o "$out" --shard 1/2 "$in" ;;
    merge) set -- "$@" "$build/headroom" merge -q --lang en -o "$out" "$out/shards/00001-of-00002" "$out/shards/00002-of-00002" ;;
    esac
    "$@" >"$work/said" 2>"$work/errors" </dev/null || code=$?
}
disturbed() { # what, at: the log has one line per call
    rm -f "$work/log"
    command timeout 60 env HEADROOM_INJECT_DIR="$folder" HEADROOM_INJECT_WHAT="$1" HEADROOM_INJECT_AT="$2" \
        HEADROOM_INJECT_LOG="$work/log" LD_PRELOAD="$build/libinject.so"
}
same() { # after what
    diff -rq -x journal.db -x 'journal.db-*' -x shards -x .lock "$work/single" "$out" || complain "$1: not what a single run leaves"
}
begin() {
    rm -rf "$out"
    cp -a "$work/before-$subject" "$out"
}
ends() { # after what: the command again, and the merge
    case $code in
    "$end" | 3 | 137) ;;
    2) [ "$subject" = shard ] || complain "$1: exit 2" ;; # its folder could not be looked at
    *) cat "$work/errors"; complain "$1: exit $code" ;;
    esac
    case $code in 2 | 3) grep -q '[a-zA-Z] [a-zA-Z]' "$work/errors" || complain "$1: exit $code without a sentence" ;; esac
    command timeout 60
    [ "$code" = "$end" ] || { cat "$work/errors"; complain "$1: the next one ends with $code, not $end"; }
    if [ "$subject" = shard ]; then
        [ "$(find "$out/shards/00001-of-00002/.held" -type f | wc -l)" = "$held" ] || complain "$1: other than $held made photos"
        subject=merge
        command timeout 60
        subject=shard
    fi
    same "$1"
    [ -z "$(ls -A "$out/.tmp")" ] || complain "$1: temporary files stayed"
}

"$build/make_samples" -n 8 --faults 0.4 --seed 5 --size small "$work/made"
mv "$work/made/photos" "$in"
cp "$(find "$in" -type f | sort | head -1)" "$in/11010519491231002X.JPG"
"$build/headroom" run -q -j 1 -o "$work/single" "$in" || [ $? = 1 ]
"$build/headroom" run -q -o "$work/before-shard" --shard 2/2 "$in"
cp -a "$work/before-shard" "$work/before-merge"
"$build/headroom" run -q -o "$work/before-merge" --shard 1/2 "$in"
held=$(find "$work/before-merge/shards/00001-of-00002/.held" -type f | wc -l)
[ "$held" -ge 2 ] || complain "only $held photos were made"

total=0
for subject in shard merge; do
    end=0 folder=$out/shards
    [ "$subject" = shard ] || end=1 folder=$out
    for kind; do
        what=${kind%+} later= hits=0
        [ "$kind" = "$what" ] || later=+
        begin
        disturbed "$what" 0
        [ "$code" != 99 ] || { cat "$work/errors"; exit 77; }
        [ "$code" = "$end" ] || { cat "$work/errors"; complain "$subject, $kind: counting ends with $code, not $end"; }
        calls=$(wc -l <"$work/log")
        stride=$step at=1
        [ "$step" -gt 0 ] || { stride=$(((calls + 2) / 3)) at=$(((total * 7) % stride + 1)); }
        while [ "$at" -le "$calls" ]; do
            begin
            disturbed "$what" "$at$later"
            ends "$subject, $kind at $at, '$(sed -n "${at}p" "$work/log" | sed 's/[0-9]\{14,\}/ID/')'"
            hits=$((hits + 1)) total=$((total + 1)) at=$((at + stride))
        done
        [ "$hits" -ge 1 ] || complain "$subject, $kind: no call was hit"
        echo "$subject, $kind: $hits of $calls calls"
    done
done
exit "$bad"
