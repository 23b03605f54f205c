#!/bin/sh
# SPDX-License-Identifier: MIT
# purge is killed before each of its system calls on OUT, and each of them fails in turn: given again, it removes the
# rest of ours and nothing else. Usage: purge.sh BUILD [STEP]: every STEPth call, 7 by default
set -eu
build=$(cd "$1" && pwd)
step=${2:-7}
[ -e "$build/libinject.so" ] || { echo "no libinject.so in $build"; exit 1; }
work=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
out=$work/out bad=0
complain() {
    echo "$1"
    bad=1
}
purge() { # command before it...: sets code
    code=0
    "$@" "$build/headroom" purge --lang en "$out" >"$work/said" 2>"$work/errors" </dev/null || code=$?
}
"$build/make_samples" -n 5 --faults 0.4 --seed 5 --size small "$work/made" >/dev/null
"$build/headroom" run -q -j 2 -o "$work/first" "$work/made/photos" || [ $? = 1 ]
mkdir "$work/first/mine"
for name in note.txt mine/a.JPG photos/a.JPG package/photos-077.zip .tmp/mine; do echo mine >"$work/first/$name"; done
cp -a "$work/first" "$out"
purge
[ "$code" = 0 ] || { cat "$work/errors"; complain "an undisturbed purge: exit $code"; }
mv "$out" "$work/left"
[ "$(find "$work/left" -type f | wc -l)" = 5 ] || complain "an undisturbed purge leaves $(find "$work/left" -type f)"

# A run that was killed when its journal was no more than a file: none of it stands in the way, and all of it is ours.
mkdir "$work/none"
"$build/headroom" run -q -o "$out" "$work/none" || complain "a run of nothing: $?"
rm "$out"/report.* "$out"/journal.db* && rm -r "$out/lists"
: >"$out/journal.db"
"$build/headroom" run -n -q -o "$out" "$work/made/photos" >/dev/null 2>"$work/errors" || [ $? = 1 ] || { cat "$work/errors"; complain "a dry run beside an empty journal"; }
purge
[ "$code" = 0 ] && [ ! -e "$out" ] || { cat "$work/errors"; complain "an empty journal: exit $code"; }
mkdir "$out"
: >"$out/journal.db" # of somebody else
purge
[ "$code" = 2 ] && [ -e "$out/journal.db" ] || complain "somebody's empty journal.db: exit $code"
sqlite3 "$out/journal.db" 'CREATE TABLE theirs(a)'
mkdir "$out/.held" "$out/.tmp" && : >"$out/.lock"
purge
[ "$code" = 2 ] && [ -e "$out/journal.db" ] || complain "somebody's own journal.db: exit $code"
rm -r "$out"

again() { # after what
    purge
    case $code in
    0) diff -r "$work/left" "$out" || complain "$1: the next purge does not leave what one alone leaves" ;;
    2) # the journal had gone already: what is left of ours is the lock, and empty folders
        rm -f "$out/.lock"
        find "$out" -depth -type d -empty -delete
        diff -r "$work/left" "$out" || complain "$1: without a journal something of ours is left" ;;
    *) cat "$work/errors"; complain "$1: the next purge ends with $code" ;;
    esac
}
for what in kill EIO EINTR EMFILE; do
    at=1 calls=1 hits=0
    while [ "$at" -le "$calls" ]; do
        rm -rf "$out" "$work/log"
        cp -a "$work/first" "$out"
        [ "$hits" = 0 ] || aim=$at
        purge timeout 60 env HEADROOM_INJECT_DIR="$out" HEADROOM_INJECT_WHAT=$what HEADROOM_INJECT_AT="${aim:-0}" \
            HEADROOM_INJECT_LOG="$work/log" LD_PRELOAD="$build/libinject.so"
        case $hits:$what:$code in
        0:*:99) cat "$work/errors"; exit 77 ;;
        0:*:0) calls=$(wc -l <"$work/log") ;; # the first one counts
        *:kill:137 | *:[EI]*:[03]) again "$what at $at, $(tail -1 "$work/log" | cut -d' ' -f2-)" ;;
        *:[EI]*:2) again "$what at $at" ;; # nothing was begun
        *) cat "$work/errors"; complain "$what at $at: exit $code" ;;
        esac
        [ "$hits" = 0 ] || at=$((at + step))
        hits=$((hits + 1))
    done
    unset aim
    echo "$what: $((hits - 1)) of $calls calls"
    [ "$hits" -gt 1 ] || complain "$what: nothing was hit"
done
exit "$bad"
