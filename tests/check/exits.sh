#!/bin/sh
# SPDX-License-Identifier: MIT
# Exit codes, locks, what is refused, what is never written or said. Usage: exits.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
in=$work/in bad=0
complain() {
    echo "$1"
    bad=1
}
expect() { # code, arguments...
    wanted=$1 code=0
    shift
    "$build/headroom" "$@" >"$work/said" 2>"$work/errors" </dev/null || code=$?
    [ "$code" = "$wanted" ] || { cat "$work/errors"; complain "headroom $*: exit $code, not $wanted"; }
}
says() {
    grep -q "$1" "$work/errors" || { cat "$work/errors"; complain "nobody says '$1'"; }
}

"$build/make_samples" --corpus d -n 4 --seed 21 "$work/d"
"$build/make_samples" --each -n 10 --seed 21 --size small "$work/mixed"
mv "$work/d/photos" "$in"

# 2: nothing done.
expect 2 run "$in"
expect 2 run -o "$work/no" "$work/nowhere"
expect 2 run -o "$work/no" -p no-such-profile "$in"
expect 2 run -o "$in/out" "$in"
expect 2 run -o "$in" "$in"
expect 2 run -o "$work/no" --files-from "$work/nowhere"
code=0 # a list on stdin that is too long is not kept in memory for the next child either
yes in | head -c 700000000 | "$build/headroom" check --lang en --files-from - >"$work/said" 2>"$work/errors" || code=$?
[ "$code" = 2 ] && grep -q 'holds more than' "$work/errors" || complain "a list without an end: exit $code"
mkfifo "$work/pipe"
for flag in -p -d -r --detector; do # nobody writes into it
    code=0
    timeout 20 "$build/headroom" run --lang en -o "$work/no" "$flag" "$work/pipe" "$in" >"$work/said" 2>"$work/errors" </dev/null || code=$?
    [ "$code" = 2 ] || complain "$flag: a pipe: exit $code"
    says 'is not a file'
done
expect 2 check --lang en "$in/$(ls "$in" | head -1)/"
says 'Not a directory'
expect 2 run -o "$work/no" --detector "$work/nowhere" "$in"
expect 2 run -o "$work/no" --no-such-flag "$in"
echo x >"$work/file"
ln -s nothing "$work/dangling"
ln -s file "$work/linked"
for out in file file/x dangling dangling/x linked; do # no folder, and none can be made
    expect 2 run --lang en -o "$work/$out" "$in"
    says "$out"
    grep -q 'is kept' "$work/errors" && complain "-o $out: nothing was done, and something is said to be kept"
    for shard in '' '--shard 1/2'; do
        # shellcheck disable=SC2086 # words
        expect 2 run $shard --lang en -o "$work/$out" "$in"
        cp "$work/errors" "$work/really"
        # shellcheck disable=SC2086
        expect 2 run $shard --lang en --dry-run -o "$work/$out" "$in"
        diff "$work/really" "$work/errors" || complain "-o $out: --dry-run says otherwise"
    done
done
[ "$(cat "$work/file")" = x ] && [ ! -e "$work/nothing" ] || complain "a file given as OUT was changed"
chinese() { # words, then arguments: in Chinese, whole
    words=$1
    shift
    expect 2 "$@" --lang zh
    says "^错误: .*$words"
    grep -E '[a-z]+ [a-z]+ [a-z]+' "$work/errors" && complain "half of it is English: $*"
    return 0
}
printf '身份证号,姓名\n1.10105E+17,张三\n' >"$work/damaged.csv"
printf '[profile]\nsizes = 3x4\n' >"$work/odd.ini"
chinese '单元格 A2.*文本格式' run -o "$work/no" -r "$work/damaged.csv" "$in"
chinese '第 2 行: 不认识的项目' run -o "$work/no" -p "$work/odd.ini" "$in"
chinese '文件或文件夹不存在' run -o "$work/no" "$work/nowhere"
chinese '输出文件夹位于' run -o "$in/out" "$in"
chinese '没有照片包' verify "$in"
chinese '没有 journal.db' purge "$in"
expect 2 run -o "$work/no/../yes" "$in" # up from what is not there
[ ! -e "$work/no" ] || complain "a run that was refused left a folder"
[ -z "$(find "$in" -type d -name out)" ] || complain "OUT inside PHOTOS was made"

# Slashes more than needed are none.
for command in run 'run -n' check 'check -n'; do
    expect 0 $command -o "//$work/slashes/${command%% *}" "$in"
done
expect 0 purge "//$work/slashes/run"
[ ! -e "$work/slashes/run" ] || complain "purge of a path with slashes leaves something"

# --dry-run writes nothing, and says nothing in full.
expect 0 run --dry-run -o "$work/no" "$in"
mkdir -p "$work/here/new" "$work/nobody"
for folder in ../new new/../a..b; do
    (cd "$work/here" && "$build/headroom" run -q -o "$folder" "$work/nobody") || complain "-o $folder is refused"
done
[ -e "$work/new/journal.db" ] && [ -e "$work/here/a..b/journal.db" ] || complain "OUT is not where it was asked for"
[ ! -e "$work/no" ] || complain "--dry-run wrote something"
[ "$(grep -c '^new' "$work/said")" = 4 ] || complain "--dry-run does not list every photo"
grep -qE '[0-9]{14}' "$work/said" && complain "--dry-run prints a full ID"

# 0, 1, and nothing to do; private files.
expect 1 run -v -o "$work/mixed/out" "$work/mixed/photos"
grep -qE '[0-9]{14}' "$work/said" "$work/errors" && complain "-v prints a full ID"
cp -a "$work/mixed/photos" "$work/mixed/before"
touch -d '1 hour ago' "$work/mixed/photos"/* # the same bytes, and of one more
more=$(ls "$work/mixed/photos" | head -1)
echo >>"$work/mixed/photos/$more"
expect 0 run --dry-run --lang en -o "$work/mixed/out" "$work/mixed/photos"
[ "$(grep -c '^changed' "$work/said")" = 1 ] && [ "$(grep -c '^look' "$work/said")" -ge 5 ] || { cat "$work/said"; complain "--dry-run calls changed what it has not read"; }
says 'only to be looked at'
rm -r "$work/mixed/photos"
mv "$work/mixed/before" "$work/mixed/photos"
open=$(find "$work/mixed/out" -perm /077 | head -3)
[ -z "$open" ] || complain "not private: $open"
expect 2 check -o "$work/mixed/out" "$work/mixed/photos"
says 'another output folder'
mkdir "$work/empty"
mkfifo "$work/empty/21010220000707156X.jpg"
for time in once again; do
    expect 0 run --lang en -o "$work/out0" "$work/empty"
    says 'no photos'
    says '^this run: 0 judged'
    says '1 other file was left out'
done

# Links are not followed, and not passed over in silence.
mkdir "$work/links"
ln -s "$in" "$work/links/folder"
for photo in "$in"/*; do ln -s "$photo" "$work/links/"; done
expect 0 check --lang en "$work/links"
says '5 symbolic links were left out'
expect 0 check -q --json "$work/links"
grep -q '"links_left_out":5' "$work/said" || complain "--json: nobody counts the links"

# Hidden photos are not judged, and not passed over in silence.
mkdir -p "$work/hidden/.class"
cp "$(find "$in" -type f | head -1)" "$work/hidden/.class"
touch "$work/hidden/.class/._a.jpg" "$work/hidden/.DS_Store"
expect 0 check --lang en "$work/hidden"
says '1 other file was left out'
expect 0 check -q --json "$work/hidden"
grep -q '"files_left_out":1' "$work/said" || complain "--json: nobody counts hidden photos"

# The private folder of `bench` goes.
mkdir "$work/tmp"
code=0
TMPDIR="$work/tmp" "$build/headroom" bench "$in" >"$work/said" 2>&1 || code=$?
[ "$code" = 0 ] || { cat "$work/said"; complain "bench: exit $code"; }
[ -z "$(ls -A "$work/tmp")" ] || complain "bench leaves a folder behind"

# 3: a disk that is full (a small file system needs root), a journal that is none.
mkdir -p "$work/broken"
echo 'this is no database, and long enough to be looked at' >"$work/broken/journal.db"
expect 3 run -o "$work/broken" "$in"
says 'journal'
mkdir "$work/small"
if mount -t tmpfs -o size=300k tmpfs "$work/small" 2>/dev/null; then
    expect 3 run -o "$work/small/out" "$in"
    umount "$work/small"
else
    echo "no small file system can be mounted here: a full disk was not tried"
fi
{ "$build/headroom" check -q -j 1 "$work/mixed/photos" 2>"$work/errors" || echo $? >"$work/code"; } | head -1 >/dev/null
[ "$(cat "$work/code")" = 3 ] || complain "a reader that left: exit $(cat "$work/code"), not 3"

# Files that may not grow beyond a limit are an error as others are, and the next run goes on.
for command in "run -o $work/limited" "check -o $work/limited2" "run --shard 1/2 -o $work/limited3" check bench; do
    code=0
    (ulimit -f 4 && exec "$build/headroom" $command --lang en "$in" >"$work/said" 2>"$work/errors") || code=$?
    [ "$code" = 3 ] || complain "$command where files may have 2 kB: exit $code, not 3"
    says '^error: '
done
expect 0 run -o "$work/limited" "$in"

# Little address space, as a scheduler may give: fewer lanes, the same bytes; too little is told as such.
expect 0 run -o "$work/one" "$in"
for space in 2000000 4000000; do
    for command in --version "run -o $work/space $in" "check $in" "verify $work/space"; do
        (
            bad=0
            ulimit -v "$space"
            expect 0 $command
            exit "$bad"
        ) || complain "$command in $space kB"
    done
    cmp "$work/space/report.jsonl" "$work/one/report.jsonl" || complain "in $space kB another report"
    rm -rf "$work/space"
done
code=0
(ulimit -v 500000 && exec "$build/headroom" run --lang en -q -j 1 -o "$work/space" "$in" >"$work/said" 2>"$work/errors") || code=$?
[ "$code" = 3 ] || complain "in 500000 kB: exit $code, not 3"
says 'no memory for 1 lanes'

# 4: one run at a time.
exec 9>"$work/mixed/out/.lock"
flock 9
expect 4 run -o "$work/mixed/out" "$work/mixed/photos"
says 'in use'
exec 9>&-
# A killed run that holds its lock a moment longer is waited for: whom it names has ended, be it reaped or not.
locked() { # code, the process that the lock names
    echo "$2" >"$work/mixed/out/.lock"
    flock "$work/mixed/out/.lock" sleep 1 &
    holder=$!
    sleep 0.3
    expect "$1" run -q -o "$work/mixed/out" "$work/mixed/photos"
    wait "$holder"
}
true &
ended=$!
wait "$ended"
locked 1 "$ended"
python3 -c 'import os, sys, time
child = os.fork() or os._exit(0)
print(child, flush=True)
time.sleep(60)' >"$work/child" &
parent=$!
while [ ! -s "$work/child" ]; do sleep 0.05; done
locked 1 "$(cat "$work/child")"
kill "$parent"
locked 4 $$

# stdout of --json is nothing but objects.
expect 1 run --json -o "$work/json" "$work/mixed/photos"
for type in start photo summary; do
    grep -q "^{\"type\":\"$type\"" "$work/said" || complain "--json: no $type"
done
grep -v '^{.*}$' "$work/said" && complain "--json: a line that is no object"
expect 2 check --json "$work/nowhere"
grep -q '^{"type":"error","code":"usage"' "$work/said" || complain "--json: no error object"

# Lists of paths.
find "$in" -type f | sort >"$work/list"
"$build/headroom" check -q --files-from - <"$work/list" >"$work/a" || [ $? = 1 ]
find "$in" -type f -print0 | sort -z | "$build/headroom" check -q -0 --files-from - >"$work/b" || [ $? = 1 ]
cmp "$work/a" "$work/b" || complain "-0 differs"
[ "$(wc -l <"$work/a")" = 4 ] || complain "--files-from: not every photo"

# A list that could not be kept whole is no shorter list. (The list is kept in memory, under the limit for files.)
for copy in $(seq 40); do cat "$work/list"; done >"$work/long"
code=0
cat "$work/long" | (
    trap '' XFSZ
    ulimit -f 1
    exec "$build/headroom" check -q --lang en --files-from - 2>&1
) | cat >"$work/errors"
says "^error: cannot read '-'"

# What the caller ignores or blocks: children are waited for all the same, and signals are heard.
set -- timeout -s KILL 60 env --ignore-signal=CHLD "$build/headroom"
for command in check "run -o $work/ignored" "check -o $work/ignored2"; do
    code=0
    "$@" $command "$in" >"$work/said" 2>&1 || code=$?
    [ "$code" = 0 ] || complain "$command with SIGCHLD ignored: exit $code, not 0"
done
code=0
"$@" verify "$work/ignored" >"$work/said" 2>&1 || code=$?
[ "$code" = 0 ] || complain "verify with SIGCHLD ignored: exit $code, not 0"
mkfifo "$work/fifo"
heard() { # signal, sent while the list of photos is waited for; arguments before the program
    signal=$1 code=0
    shift
    "$@" "$build/headroom" run --lang en -o "$work/stopped" --files-from "$work/fifo" >"$work/said" 2>"$work/errors" &
    pid=$!
    while ! child=$(pgrep -P "$pid"); do sleep 0.02; done
    sleep 0.3
    kill "-$signal" "$pid"
    for tries in $(seq 100); do
        grep -qs '^State:.[^ZX]' "/proc/$pid/status" || break
        sleep 0.1
    done
    grep -qs '^State:.[^ZX]' "/proc/$pid/status" && complain "SIG$signal under '$*' does not end a run" && kill -9 "$pid"
    wait "$pid" 2>/dev/null || code=$?
    [ "$code" = 130 ] || complain "SIG$signal under '$*' before the first photo: exit $code, not 130"
    says 'run the same command again'
}
for signal in INT TERM HUP; do
    heard "$signal" env --default-signal=INT,HUP
    heard "$signal" env --default-signal=INT,HUP --block-signal=USR1,USR2
done
exit "$bad"
