#!/bin/sh
# SPDX-License-Identifier: MIT
# A library that crashes takes no photo with it but its own, and that one has its record.
# Usage: crash.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
in=$work/in bad=0
foul=$build/libfoul.so
complain() {
    echo "$1"
    bad=1
}
headroom() { # wanted code, arguments...
    wanted=$1 code=0
    shift
    LD_PRELOAD=$foul timeout 120 "$build/headroom" "$@" --lang en >"$work/said" 2>"$work/errors" || code=$?
    [ "$code" = "$wanted" ] || { cat "$work/errors"; complain "headroom $*: exit $code, not $wanted"; }
}
starts() { # how often a child was started again
    grep -c 'a library crashed' "$work/errors" || true
}
photos() { # the made photos of OUT, without the crashers
    (cd "$1" && find photos review -type f -exec sha256sum {} + | grep -vF "$crashers" | sort -k 2)
}

"$build/make_samples" --each -n 10 --seed 8 --size small "$work/made"
mv "$work/made/photos" "$in"
headroom 1 run -j 2 -o "$work/whole" "$in"
[ "$(starts)" = 0 ] || complain "a run without a crash was started again"
headroom 1 check -j 2 "$in"
cp "$work/said" "$work/lines"

# Two crashers among them, in the middle of the order; one dies by a signal of the kernel, one by abort().
first=$(find "$in" -type f | sort | sed -n 4p)
second=$(find "$in" -type f | sort | sed -n 7p)
printf 'FOUL:SIGSEGV' >>"$first"
printf 'FOUL:SIGABRT' >>"$second"
crashers=$(for file in "$first" "$second"; do basename "$file" | grep -oE '[0-9]{17}[0-9X]'; done)

headroom 1 run -j 2 -o "$work/out" "$in"
[ "$(starts)" = 4 ] || complain "$(starts) crashes were survived, not two for each of two photos"
grep 'a library crashed' "$work/errors" | grep -qE '[0-9]{15}' && complain "a crash is told with a full number"
photos "$work/whole" >"$work/a"
photos "$work/out" | diff "$work/a" - || complain "a crash changed another photo"
grep -vF "$crashers" "$work/whole/report.jsonl" >"$work/a"
grep -vF "$crashers" "$work/out/report.jsonl" | diff "$work/a" - || complain "a crash changed another record"
for crash in "SIGSEGV $first" "SIGABRT $second"; do
    path=${crash#* }
    line=$(grep -F "\"path\":\"$path\"" "$work/out/report.jsonl" || true)
    case $line in
    *'"verdict":"REJECT"'*"crashed a library twice (${crash% *})"*) ;;
    *) complain "no record of the crash of $path: $line" ;;
    esac
    grep -qF "$(basename "$path")" "$work/out/lists/unreadable.csv" || complain "$path is not in unreadable.csv"
    [ -z "$(find "$work/out/photos" "$work/out/review" -name "$(basename "$path" .jpg)*")" ] ||
        complain "something was made of $path"
done
[ "$(sqlite3 "$work/out/journal.db" 'PRAGMA integrity_check')" = ok ] || complain "the journal is broken"
[ -z "$(ls -A "$work/out/.tmp")" ] || complain "temporary files stayed"

# The second run opens neither; another lane count, the same bytes.
cp "$work/out/report.jsonl" "$work/report"
headroom 1 run -j 2 -o "$work/out" "$in"
[ "$(starts)" = 0 ] || complain "the second run crashed again"
cmp "$work/report" "$work/out/report.jsonl" || complain "the second run changed the report"
headroom 1 run -j 5 -o "$work/five" "$in"
cmp "$work/report" "$work/five/report.jsonl" || complain "with five lanes another report"

# Without OUT, from a list that can be read only once: every line once, in order.
find "$in" -type f | sort >"$work/list"
for way in pipe file; do
    code=0
    set -- check -q -j 2 --lang en --files-from -
    if [ "$way" = pipe ]; then
        cat "$work/list" | LD_PRELOAD=$foul "$build/headroom" "$@" >"$work/said" || code=$?
    else
        LD_PRELOAD=$foul "$build/headroom" "$@" <"$work/list" >"$work/said" || code=$?
    fi
    [ "$code" = 1 ] || complain "check from a $way: exit $code, not 1"
    grep -vF "$crashers" "$work/lines" >"$work/a"
    grep -vF "$crashers" "$work/said" | diff "$work/a" - || complain "check from a $way: other lines"
    [ "$(wc -l <"$work/said")" = "$(wc -l <"$work/list")" ] || complain "check from a $way: not one line for each"
done

# A package of somebody else's: every line once, the photo is named, and the others are measured.
mkdir -p "$work/pack/photos"
find "$work/whole/photos" "$work/whole/review" -type f -exec cp {} "$work/pack/photos" ';'
(cd "$work/pack" && python3 -m zipfile -c photos-001.zip photos/*)
code=0
"$build/headroom" verify -j 1 -p white --lang en "$work/pack/photos-001.zip" >"$work/lines" 2>/dev/null || code=$?
[ "$code" = 1 ] && [ "$(wc -l <"$work/lines")" -gt 5 ] || { cat "$work/lines"; complain "the package to crash on: exit $code"; }
printf 'FOUL:SIGSEGV' >>"$(find "$work/pack/photos" -type f | sort | sed -n 3p)"
rm "$work/pack/photos-001.zip"
(cd "$work/pack" && python3 -m zipfile -c photos-001.zip photos/*)
for lanes in 1 5; do
    headroom 1 verify -j "$lanes" -p white "$work/pack/photos-001.zip"
    [ "$(starts)" = 2 ] || complain "verify with $lanes lanes: $(starts) crashes were survived, not two"
    grep -c 'crashed a library twice (SIGSEGV)' "$work/said" | grep -qx 1 || { cat "$work/said"; complain "verify with $lanes lanes does not name what crashes"; }
    diff "$work/lines" "$work/said" >"$work/a" || [ $? = 1 ]
    [ "$(grep -c '^[<>]' "$work/a")" -le 2 ] || { cat "$work/a"; complain "verify with $lanes lanes: a crash changed other lines"; }
done

# A file that is replaced is opened again.
sleep 0.1
sed -i 's/FOUL:SIGSEGV//' "$first"
headroom 1 run -j 2 -o "$work/out" "$in"
[ "$(starts)" = 0 ] || complain "a replaced file crashed"
grep -F "\"path\":\"$first\"" "$work/out/report.jsonl" | grep -q 'crashed a library' && complain "a replaced file stays quarantined"

# Every photo crashes: bounded, and told.
mkdir "$work/all"
for signal in SIGBUS SIGFPE SIGILL; do
    cp "$second" "$work/all/$signal.jpg"
    sed -i "s/FOUL:SIGABRT/FOUL:$signal/" "$work/all/$signal.jpg"
done
headroom 1 run -j 3 -o "$work/none" "$work/all"
for signal in SIGBUS SIGFPE SIGILL; do
    grep -q "crashed a library twice ($signal)" "$work/none/report.jsonl" || complain "no record of $signal"
done

# A crash while no photo is at work is not tried again.
cat >"$work/early.c" <<'C'
#include <signal.h>
int uv_loop_init(void *loop) { (void)loop; raise(SIGSEGV); return 0; }
C
cc -shared -fPIC -o "$work/libearly.so" "$work/early.c"
code=0
LD_PRELOAD=$work/libearly.so timeout 20 "$build/headroom" run -q --lang en -o "$work/early" "$in" 2>"$work/errors" || code=$?
[ "$code" = 3 ] || complain "a crash outside the photos: exit $code, not 3"
grep -q 'not started again' "$work/errors" || complain "a crash outside the photos is not told"

# What kills the supervisor kills the run, and what kills the run is seen from outside.
"$build/headroom" run -q -j 1 -o "$work/killed" "$in" &
pid=$!
while ! child=$(pgrep -P "$pid"); do sleep 0.02; done
sleep 0.1
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
sleep 0.5 # nobody may have reaped it yet: a zombie is dead
grep -qE '^State:.[^ZX]' "/proc/$child/status" 2>/dev/null && complain "the run outlives its supervisor"
"$build/headroom" run -q -j 1 -o "$work/hit" "$in" &
pid=$!
while ! child=$(pgrep -P "$pid"); do sleep 0.02; done
kill -9 "$child"
code=0
wait "$pid" 2>/dev/null || code=$?
[ "$code" = 137 ] || complain "the run was killed: exit $code, not 137"

# A terminal's ^C goes to both processes and counts once. So many photos that it comes before the end.
mkdir "$work/many"
for round in $(seq 100); do
    for file in "$in"/*; do ln "$file" "$work/many/$round-$(basename "$file")"; done
done
code=0
setsid "$build/headroom" run --lang en -j 1 -o "$work/group" "$work/many" 2>"$work/errors" &
pid=$!
while [ -z "$(find "$work/group/.tmp" "$work/group/photos" "$work/group/review" -type f 2>/dev/null)" ]; do sleep 0.02; done # the belt listens
kill -s INT -- "-$pid"
wait "$pid" || code=$?
[ "$code" = 130 ] || complain "SIGINT to the group: exit $code, not 130"
grep -q 'run the same command again' "$work/errors" || complain "SIGINT to the group counted twice"
exit "$bad"
