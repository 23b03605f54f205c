#!/bin/sh
# SPDX-License-Identifier: MIT
# What cannot be looked at, read or written is told, and nothing is taken for gone or for done: photos, shards, what purge leaves,
# a package's folder, stdout; and no message shows a number, whatever document's it is. Usage: unseen.sh BUILD
set -eu
build=$(cd "$1" && pwd)
[ -e "$build/libinject.so" ] || { echo "no libinject.so in $build"; exit 1; }
work=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
in=$work/made/photos bad=0
complain() {
    echo "$1"
    bad=1
}
ends() { # exit code, pattern of what is said, command...
    wanted=$1 pattern=$2 code=0
    shift 2
    "$@" >"$work/said" 2>&1 </dev/null || code=$?
    [ "$code" = "$wanted" ] || { cat "$work/said"; complain "$*: exit $code, not $wanted"; }
    [ -z "$pattern" ] || grep -q "$pattern" "$work/said" || { cat "$work/said"; complain "$*: nobody says '$pattern'"; }
}
faulty() { # folder, what, at, arguments of headroom...
    folder=$1 what=$2 at=$3
    shift 3
    env HEADROOM_INJECT_DIR="$folder" HEADROOM_INJECT_WHAT="$what" HEADROOM_INJECT_AT="$at" HEADROOM_INJECT_LOG="$work/log" \
        LD_PRELOAD="$build/libinject.so" "$build/headroom" "$@"
}
calls() { # pattern: the numbers of the logged calls that have it
    sed -n "s/^\([0-9]*\) $1.*/\1/p" "$work/log"
}
"$build/make_samples" -n 4 --faults 0 --size small "$work/made" >/dev/null
in=$(cd "$in" && pwd -P)

# A photo that is there and cannot be looked at.
rm -f "$work/log"
ends 0 '' faulty "$in" stat 0 run -q -j 1 -o "$work/whole" "$in"
at=$(calls 'newfstatat \/.*\.[jJ]' | head -1)
[ -n "$at" ] || complain "no photo was looked at"
ends 3 '1 folder or file could not be read' faulty "$in" stat "$at" run -q --lang en -j 1 -o "$work/out" "$in"
ends 3 '1 folder or file could not be read' faulty "$in" stat "$at" run -q --lang en -j 1 --shard 1/1 -o "$work/merged" "$in"
[ ! -e "$work/merged/shards/00001-of-00001/journal" ] || complain "a shard is published without a photo"

# purge: the journal stays as long as a photo may.
cp -a "$work/whole" "$work/purged"
rm -f "$work/log"
ends 0 '' faulty "$work/purged" stat 0 purge -q "$work/purged"
cp -a "$work/whole" "$work/purged"
for at in $(calls 'newfstatat \/photos\/'); do
    ends 3 'cannot look at' faulty "$work/purged" stat "$at" purge -q --lang en "$work/purged"
    [ -e "$work/purged/journal.db" ] || complain "purge took the journal, and a photo stays"
    rm -rf "$work/purged"
    cp -a "$work/whole" "$work/purged"
done

# A package's folder that breaks off is not at its end.
cp "$work/whole/package/photos-001.zip" "$work/whole/package/zz-002.zip"
ends 1 'zz-002.zip' "$build/headroom" verify -q --lang en "$work/whole"
rm -f "$work/log"
ends 1 '' faulty "$work/whole" EIO 0 verify -q --lang en "$work/whole"
for at in $(calls 'getdents \/package'); do ends 3 'cannot read the folder' faulty "$work/whole" EIO "$at" verify -q --lang en "$work/whole"; done
for at in $(calls 'read \/package\/manifest.csv'); do ends 3 'cannot read' faulty "$work/whole" EIO "$at" verify -q --lang en "$work/whole"; done
rm "$work/whole/package/zz-002.zip"

# What was printed did not arrive.
full() { # arguments
    code=0
    "$build/headroom" "$@" --lang en >/dev/full 2>"$work/said" </dev/null || code=$?
    [ "$code" = 3 ] || complain "$*: exit $code, though nobody got what was said"
    grep -q 'cannot write to stdout: No space left' "$work/said" || { cat "$work/said"; complain "$*: nobody says so"; }
}
full verify --json "$work/whole"
full run -n -o "$work/fresh" "$in"
full run -q -j 1 --json -o "$work/whole" "$in"
full purge -n --json "$work/whole"
ends 0 'all is well' "$build/headroom" verify --lang en "$work/whole"

# Passports and the like are no digits that any reader knows.
mkdir "$work/abroad"
cp "$(find "$in" -type f | head -1)" "$work/abroad/H03012345.JPG"
printf '姓名,证件号码,证件类型\n某,H03012345,港澳居民来往内地通行证\n' >"$work/abroad.csv"
rm -f "$work/log"
ends 0 '' faulty "$work/passes" EIO 0 run -q -j 1 -o "$work/passes" -r "$work/abroad.csv" "$work/abroad"
for at in $(calls '[a-z0-9]* \/[^ ]*H03012345'); do
    rm -rf "$work/passes"
    code=0
    faulty "$work/passes" EIO "$at" run -v -j 1 --lang en -o "$work/passes" -r "$work/abroad.csv" "$work/abroad" >"$work/said" 2>&1 || code=$?
    [ "$code" = 3 ] || complain "call $at of the traveller's run: exit $code"
    ! grep -q H03012345 "$work/said" || { cat "$work/said"; complain "a message shows a number"; }
done

# A path of any length leaves room for the reason.
ends 2 "File name too long" "$build/headroom" check --lang en "$(printf '%01100d' 0)"
exit "$bad"
