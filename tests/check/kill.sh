#!/bin/sh
# SPDX-License-Identifier: MIT
# kill -9 at any moment, then again: the end is the same as without. And signals. Usage: kill.sh BUILD [ROUNDS]
set -eu
build=$(cd "$1" && pwd)
rounds=${2:-8}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
in=$work/in out=$work/out bad=0
complain() {
    echo "$1"
    bad=1
}
run() {
    code=0
    "$build/headroom" run -q -j 2 -o "$1" "$in" >"$work/said" 2>&1 || code=$?
    [ "$code" -le 1 ] || { cat "$work/said"; complain "a run ended with $code"; }
}

"$build/make_samples" --each -n 40 --seed 13 --size small "$work/made"
mv "$work/made/photos" "$in"
started=$(date +%s%N)
run "$work/whole"
whole=$(( ($(date +%s%N) - started) / 1000000 ))

killed=0 round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    "$build/headroom" run -q -j 2 -o "$out" "$in" >/dev/null 2>&1 &
    pid=$!
    sleep "$(awk -v n="$round" -v of="$rounds" -v ms="$whole" 'BEGIN { print n / of * ms / 1000 / 2 }')"
    kill -9 "$pid" 2>/dev/null && killed=$((killed + 1))
    wait "$pid" 2>/dev/null || true
done
[ "$killed" -ge 2 ] || complain "only $killed of $rounds runs were killed in time"
run "$out"
diff -rq -x journal.db "$work/whole" "$out" || complain "after kill -9 the result differs"

# The first signal: drained, committed, 130, and the next run goes on.
for signal in INT TERM; do
    rm -rf "$out"
    # A shell starts its background jobs with SIGINT ignored: libuv's handler is set all the same.
    "$build/headroom" run --lang en -j 1 -o "$out" "$in" >/dev/null 2>"$work/errors" &
    pid=$!
    sleep "$(awk -v ms="$whole" 'BEGIN { print ms / 1000 / 3 }')"
    kill "-$signal" "$pid"
    code=0
    wait "$pid" || code=$?
    [ "$code" = 130 ] || { cat "$work/errors"; complain "SIG$signal: exit $code, not 130"; }
    grep -q 'run the same command again' "$work/errors" || complain "SIG$signal: nobody says how to go on"
    [ ! -e "$out/journal.db-wal" ] || complain "SIG$signal: the journal was not closed"
    run "$out"
    diff -rq -x journal.db "$work/whole" "$out" || complain "after SIG$signal the result differs"
done
echo "$killed runs killed"
exit "$bad"
