#!/bin/sh
# SPDX-License-Identifier: MIT
# The machine fails, not the photo: the right exit code, a plain sentence, and the next run repairs it.
# Usage: faults.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
mounted=
trap '[ -z "$mounted" ] || umount "$mounted"; rm -rf "$work"' EXIT
in=$work/in roster=$work/roster.csv bad=0
complain() {
    echo "$1"
    bad=1
}
run() { # code, OUT, more arguments...
    wanted=$1 code=0 to=$2
    shift 2
    "$build/headroom" run --lang en -q -j 2 -r "$roster" -o "$to" "$@" >"$work/said" 2>"$work/errors" </dev/null || code=$?
    [ "$code" = "$wanted" ] || { cat "$work/errors"; complain "$to: exit $code, not $wanted"; }
}
says() { # one plain sentence with these words, without a full ID
    grep -qiE "$1" "$work/errors" || { cat "$work/errors"; complain "nobody says '$1'"; }
    grep -qE '[0-9]{14}' "$work/errors" && complain "an error says a full ID" || true
}
repaired() { # OUT: run again, the same as if nothing had been
    run "$end" "$1" "$in"
    diff -rq -x journal.db "$work/whole" "$1" || complain "$1: the next run does not repair it"
    [ -z "$(ls -A "$1/.tmp")" ] || complain "$1: temporary files stayed"
}

"$build/make_samples" --corpus d -n 24 --seed 9 "$work/d"
mv "$work/d/photos" "$in"
(echo '姓名,身份证号'; ls "$in" | grep -oE '[0-9]{17}[0-9X]' | sort -u | sed 's/^/某,/') >"$roster"
end=0
"$build/headroom" run -q -r "$roster" -o "$work/whole" "$in" || end=$?
[ "$end" -le 1 ] || complain "the undisturbed run ended with $end"

# A full disk, at several moments: photos, journal, reports, package.
mkdir "$work/small"
if mount -t tmpfs -o size=200k tmpfs "$work/small" 2>/dev/null; then
    mounted=$work/small
    full=0
    for size in 200k 600k 900k 1200k 1500k 1800k 2100k; do
        rm -rf "$work/small/out"
        mount -o remount,size=$size "$work/small"
        code=0
        "$build/headroom" run --lang en -q -j 2 -r "$roster" -o "$work/small/out" "$in" >"$work/said" 2>"$work/errors" || code=$?
        [ "$code" != 3 ] || { full=$((full + 1)); says 'space|full|disk'; }
        [ "$code" = 3 ] || [ "$code" = "$end" ] || { cat "$work/errors"; complain "a disk of $size: exit $code"; }
        mount -o remount,size=32m "$work/small"
        repaired "$work/small/out"
    done
    [ "$full" -ge 3 ] || complain "only $full disks were full"
    umount "$work/small"
    mounted=
else
    echo "no small file system can be mounted here: a full disk was not tried"
fi

# OUT that cannot be written: root may write anywhere, so a file stands in the way, and a read-only mount.
echo file >"$work/file"
run 2 "$work/file/out" "$in"
says 'file/out'
mkdir "$work/readonly"
if mount -t tmpfs -o size=8m tmpfs "$work/readonly" 2>/dev/null; then
    mounted=$work/readonly
    mount -o remount,ro "$work/readonly"
    run 3 "$work/readonly/out" "$in"
    says 'read-only'
    mount -o remount,rw "$work/readonly"
    repaired "$work/readonly/out"
    mount -o remount,ro "$work/readonly"
    touch "$in"/*
    run 3 "$work/readonly/out" "$in"
    says 'read-only'
    mount -o remount,rw "$work/readonly"
    repaired "$work/readonly/out"
    umount "$work/readonly"
    mounted=
else
    echo "nothing can be mounted here: a read-only OUT was not tried"
fi

# An input that vanishes: named in a list and not there, or gone between looking and reading. That photo
# is listed as unreadable, everybody else is done, and when it is back only its history remembers.
back() { # OUT: all but the attempts are an undisturbed run's
    run "$end" "$1" "$in"
    for part in photos review lists package; do
        diff -rq "$work/whole/$part" "$1/$part" || complain "$1/$part: not repaired when the photo was back"
    done
}
first=$(ls "$in" | head -1)
ls -d "$in"/* >"$work/list"
mv "$in/$first" "$work/$first"
run 1 "$work/gone" --files-from "$work/list"
grep -qF "$first" "$work/gone/lists/unreadable.csv" || complain "a photo that is not there is not listed"
[ "$(ls "$work/gone/photos" | wc -l)" -ge 20 ] || complain "a photo that is not there kept others from being made"
mv "$work/$first" "$in/$first"
back "$work/gone"
"$build/headroom" run --lang en -q -j 1 -r "$roster" -o "$work/vanish" "$in" >"$work/said" 2>"$work/errors" &
pid=$!
last=$(ls "$in" | tail -1)
while [ ! -e "$work/vanish/journal.db" ] && kill -0 "$pid" 2>/dev/null; do :; done
mv "$in/$last" "$work/$last"
code=0
wait "$pid" || code=$?
[ "$code" = 1 ] || complain "a vanished photo: exit $code"
grep -qF "$last" "$work/vanish/lists/unreadable.csv" || complain "a photo that vanished is not listed"
grep -qE '[0-9]{14}' "$work/errors" && complain "a full ID is said of a vanished photo" || true
mv "$work/$last" "$in/$last"
back "$work/vanish"

# A journal that cannot be read is not called damaged: a person would delete it.
unread() { # at: that read of journal.db fails
    rm -rf "$work/unread" "$work/log"
    cp -a "$work/whole" "$work/unread"
    code=0
    HEADROOM_INJECT_DIR=$work/unread/journal.db HEADROOM_INJECT_WHAT=EIO HEADROOM_INJECT_AT=$1 HEADROOM_INJECT_LOG=$work/log \
        LD_PRELOAD="$build/libinject.so" "$build/headroom" run --lang en -q -r "$roster" -o "$work/unread" "$in" >/dev/null 2>"$work/errors" || code=$?
}
if [ -e "$build/libinject.so" ]; then
    unread 0
    [ "$code" = "$end" ] || complain "a journal that can be read: exit $code"
    reads=$(grep -n ' pread ' "$work/log" | cut -d: -f1)
    [ "$(echo "$reads" | wc -l)" -ge 10 ] || complain "the journal is hardly read"
    for at in $reads; do
        unread "$at"
        [ "$code" = 3 ] || [ "$code" = "$end" ] || complain "read $at of the journal fails: exit $code"
        [ "$code" != 3 ] || says 'I/O error|Input/output error'
    done
fi

# A made photo that stays unreadable, while it is packed and while it has to move: which one, and what to do. Done, all is well.
unread_made() { # roster, what is said, call from which on it cannot be read
    rm -rf "$work/made"
    cp -a "$work/whole" "$work/made"
    rm -r "$work/made/package"
    made=$(ls "$work/made/photos" | head -1)
    code=0
    HEADROOM_INJECT_DIR=$work/made/photos/$made HEADROOM_INJECT_WHAT=EIO HEADROOM_INJECT_AT=$3+ LD_PRELOAD="$build/libinject.so" \
        "$build/headroom" run --lang en -q -r "$1" -o "$work/made" "$in" >/dev/null 2>"$work/errors" || code=$?
    [ "$code" = 3 ] || complain "a made photo that cannot be read: exit $code"
    says "$2 cannot be read: Input/output error: if that stays so, delete that file"
    rm "$work/made/photos/$made"
    repaired "$work/made"
}
if [ -e "$build/libinject.so" ]; then
    made=$(ls "$work/whole/photos" | head -1)
    grep -v "${made%.*}" "$roster" >"$work/fewer.csv"
    for at in 1 2; do # to be opened, to be read
        unread_made "$roster" "the photo of '${made%????????????????}[0-9*X]*' in photos/" "$at"
        unread_made "$work/fewer.csv" "'$work/made/photos/${made%????????????????}[0-9*X]*.JPG'" "$at"
    done
fi

# Folders where files should be: one named like a photo, in PHOTOS and in OUT.
mkdir "$in/folder.jpg"
run "$end" "$work/dir" "$in"
rmdir "$in/folder.jpg"
repaired "$work/dir"
made=$(ls "$work/dir/photos" | head -1)
rm "$work/dir/photos/$made"
mkdir "$work/dir/photos/$made"
run 3 "$work/dir" "$in"
says 'directory|folder'
rmdir "$work/dir/photos/$made"
repaired "$work/dir"

# Two at once: one works, the other one says so and touches nothing.
"$build/headroom" run -q -j 1 -r "$roster" -o "$work/two" "$in" >/dev/null 2>&1 &
pid=$!
while [ ! -e "$work/two/.lock" ] && kill -0 "$pid" 2>/dev/null; do :; done
sleep 0.1
run 4 "$work/two" "$in"
says 'in use'
wait "$pid" || true
repaired "$work/two"
exit "$bad"
