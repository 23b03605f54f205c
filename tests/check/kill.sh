#!/bin/sh
# SPDX-License-Identifier: MIT
# kill -9 at any moment of a whole run (roster, stages, journal, reports, package), then again: the end
# is the same as without. And signals. Usage: kill.sh BUILD [MOMENTS]
set -eu
build=$(cd "$1" && pwd)
moments=${2:-20}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
in=$work/in/photos roster=$work/in/roster.csv out=$work/out bad=0
complain() {
    echo "$1"
    bad=1
}
run() {
    code=0
    "$build/headroom" run -q --lang en -j 2 -r "$roster" -o "$1" "$in" >"$work/said" 2>&1 || code=$?
    [ "$code" = 1 ] || { cat "$work/said"; complain "a run ended with $code, not 1"; }
}
sound() { # after what: the journal is whole
    said=$(sqlite3 "$out/journal.db" 'PRAGMA integrity_check' 2>&1)
    [ "$said" = ok ] || complain "$1: the journal says '$said'"
}
same() { # after what
    run "$out"
    diff -rq -x journal.db "$work/whole" "$out" || complain "$1: the result differs from an undisturbed run's"
    sound "$1"
    [ -z "$(ls -A "$out/.tmp")" ] || complain "$1: temporary files stayed"
    lines=$(sqlite3 "$out/journal.db" 'SELECT count(*) FROM photo')
    [ "$lines" = "$photos" ] || complain "$1: $lines photos in the journal, not $photos"
}

"$build/make_scenario" -n 60 "$work/in"
photos=$(find "$in" -type f | wc -l)
started=$(date +%s%N)
run "$work/whole"
whole=$((($(date +%s%N) - started) / 1000000))
# What comes after the photos takes a moment only: under another roster everything is settled, reported
# and packed anew without a photo judged, and killed in there too.
sed '$d' "$roster" >"$work/shorter.csv"
cp -r "$work/whole" "$out"
run "$out"
started=$(date +%s%N)
"$build/headroom" run -q -j 2 -r "$work/shorter.csv" -o "$out" "$in" || [ $? = 1 ]
tail=$((($(date +%s%N) - started) / 1000000))

killed=0 moment=0
while [ "$moment" -lt "$moments" ]; do
    moment=$((moment + 1))
    if [ $((moment % 2)) = 1 ]; then
        list=$roster span=$whole
        rm -rf "$out"
    else
        list=$work/shorter.csv span=$tail
    fi
    "$build/headroom" run -q -j 2 -r "$list" -o "$out" "$in" >/dev/null 2>&1 &
    pid=$!
    sleep "$(awk -v n="$moment" -v of="$moments" -v ms="$span" 'BEGIN { print (n - 0.5) / of * ms / 1000 }')"
    if kill -9 "$pid" 2>/dev/null; then
        killed=$((killed + 1))
    elif [ "$span" = "$whole" ]; then # the machine is faster than when it was measured
        whole=$((whole * 9 / 10))
    else
        tail=$((tail * 9 / 10))
    fi
    wait "$pid" 2>/dev/null || true
    while pgrep -f -- "-o $out " >/dev/null; do sleep 0.02; done # the worker dies with its guard, a moment later
    [ ! -e "$out/journal.db" ] || sound "moment $moment"
    same "moment $moment" # the next run goes on from the wreck
done
[ "$killed" -ge $((moments * 2 / 3)) ] || complain "only $killed of $moments runs were killed in time"
same "the last moment"

# As started from a terminal, wherever this runs.
cat >"$work/heard" <<'EOF'
#!/usr/bin/env python3
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
EOF
chmod +x "$work/heard"

# The first photo has been made, so its handlers are set: a slow machine may take longer for that than the whole run did.
begun() {
    for _ in $(seq 500); do
        if find "$out/.tmp" "$out/photos" "$out/review" "$out/.held" -name '*.JPG' 2>/dev/null | grep -q .; then return 0; fi
        sleep 0.01
    done
    complain "it does not begin"
}

# The first signal: drained, committed, 130, and the next run goes on.
for signal in INT TERM HUP; do
    rm -rf "$out"
    # A shell starts its background jobs with SIGINT ignored: libuv's handler is set all the same.
    "$work/heard" "$build/headroom" run --lang en -j 1 -r "$roster" -o "$out" "$in" >/dev/null 2>"$work/errors" &
    pid=$!
    begun
    kill "-$signal" "$pid"
    code=0
    wait "$pid" || code=$?
    [ "$code" = 130 ] || { cat "$work/errors"; complain "SIG$signal: exit $code, not 130"; }
    grep -q 'run the same command again' "$work/errors" || complain "SIG$signal: nobody says how to go on"
    [ ! -e "$out/journal.db-wal" ] || complain "SIG$signal: the journal was not closed"
    same "SIG$signal"
done
# While all is settled, reported and packed, too.
moment=0 stopped=0
while [ "$moment" -lt 8 ]; do
    moment=$((moment + 1))
    "$work/heard" "$build/headroom" run --lang en -j 2 -r "$work/shorter.csv" -o "$out" "$in" >/dev/null 2>"$work/errors" &
    pid=$!
    while ! pgrep -P "$pid" headroom >/dev/null && grep -qs '^State:.[^ZX]' "/proc/$pid/status"; do sleep 0.01; done
    sleep "$(awk -v n="$moment" -v ms="$tail" 'BEGIN { print (n - 1) / 12 * ms / 1000 }')"
    kill -TERM "$pid" 2>/dev/null || true
    code=0
    wait "$pid" || code=$?
    case $code in
    130)
        stopped=$((stopped + 1))
        grep -q 'run the same command again' "$work/errors" || complain "SIGTERM at the end: nobody says how to go on"
        ;;
    1) ;;
    *) cat "$work/errors"; complain "SIGTERM at the end: exit $code, not 130" ;;
    esac
    same "SIGTERM at the end, $moment"
done
[ "$stopped" -gt 0 ] || complain "every run was over before SIGTERM"
# A terminal that closes tells twice, and that is no second signal; with nohup it is none at all.
rm -rf "$out"
"$work/heard" "$build/headroom" run --lang en -j 1 -r "$roster" -o "$out" "$in" >/dev/null 2>"$work/errors" &
pid=$!
begun
kill -HUP "$pid"
kill -HUP "$pid"
code=0
wait "$pid" || code=$?
[ "$code" = 130 ] || { cat "$work/errors"; complain "SIGHUP twice: exit $code, not 130"; }
grep -q 'run the same command again' "$work/errors" || complain "SIGHUP twice: it was not waited for"
rm -rf "$out"
nohup "$build/headroom" run -q --lang en -j 1 -r "$roster" -o "$out" "$in" >/dev/null 2>"$work/errors" &
pid=$!
begun
kill -HUP "$pid"
code=0
wait "$pid" || code=$?
[ "$code" = 1 ] || { cat "$work/errors"; complain "nohup: exit $code, not 1"; }
same "nohup"
echo "$killed of $moments killed in a run of $whole ms and an end of $tail ms"
exit "$bad"
