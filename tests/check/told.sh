#!/bin/sh
# SPDX-License-Identifier: MIT
# What is told while photos come home is what the end says, or is told again: whose bytes stand under two numbers, and who
# of a roster has no photo. Usage: told.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
complain() {
    echo "$1"
    bad=1
}
call() { # exit code, arguments...
    wanted=$1 code=0
    shift
    "$build/headroom" "$@" >"$work/said" 2>"$work/errors" </dev/null || code=$?
    [ "$code" = "$wanted" ] || { cat "$work/errors"; complain "headroom $*: exit $code, not $wanted"; }
}
last() { # path: what was said of it last
    grep "\"type\":\"photo\".*\"path\":\"[^\"]*$1\"" "$work/said" | tail -1
}
is() { # path, pattern
    last "$1" | grep -q "$2" || { last "$1"; complain "$1 is not $2"; }
}
count() { # pattern, how often
    [ "$(grep -c "$1" "$work/said")" = "$2" ] || { cat "$work/said"; complain "$1: $(grep -c "$1" "$work/said") times, not $2"; }
}

# Good photos of three people, as made: check and run both let them pass.
"$build/make_samples" -n 9 --seed 31 --size small --faults 0 "$work/samples" >/dev/null
"$build/headroom" run -q -o "$work/made" "$work/samples/photos" || [ $? = 1 ]
ls "$work/made/photos" | sed 's/\.JPG//' >"$work/ids"
a=$(sed -n 1p "$work/ids") b=$(sed -n 2p "$work/ids") c=$(sed -n 3p "$work/ids")
[ -n "$c" ] || { complain "the samples do not hold three good persons"; exit 1; }
good=$work/made/photos
printf '身份证号,姓名\n%s,a\n%s,b\n%s,c\n' "$a" "$b" "$c" >"$work/roster.csv"

# ---- a roster, and no output folder: the missing are named, counted and decide how it ends ----
mkdir "$work/one"
cp "$good/$a.JPG" "$work/one/"
call 1 check --lang en -r "$work/roster.csv" "$work/one"
is "$a.JPG" '"verdict":"PASS"'
count '^{"type":"missing"' 2
grep -q "^{\"type\":\"missing\",\"id\":\"$b\"" "$work/said" || complain "$b is not said to be missing"
grep -q 'roster: 3 eligible, 1 has a photo that counts, 2 have no file' "$work/errors" || { cat "$work/errors"; complain "nobody counts the missing"; }
call 1 check -q --json -r "$work/roster.csv" "$work/one"
grep '"type":"summary"' "$work/said" | grep -q '"eligible":3,"missing":2,"not_ready":2' || { tail -1 "$work/said"; complain "the summary counts nobody of the roster"; }
call 0 check -q -r "$work/roster.csv" "$good/$a.JPG" "$good/$b.JPG" "$good/$c.JPG"
count '"type":"missing"' 0
near=$(printf %s "$b" | sed 's/^\(.\{10\}\)\(.\)\(.\)/\1\3\2/')
cp "$good/$b.JPG" "$work/one/$near.JPG" # two digits exchanged
call 1 check -q -r "$work/roster.csv" "$work/one"
[ "$near" = "$b" ] || grep "\"missing\",\"id\":\"$b\"" "$work/said" | grep -q "\"maybe\":\"[^\"]*$near" || { cat "$work/said"; complain "a typo is not said beside who is missing"; }

# ---- the same bytes under two numbers ----
mkdir "$work/two"
cp "$good/$a.JPG" "$work/two/$a.JPG"
cp "$good/$a.JPG" "$work/two/$b.JPG"
cp "$good/$c.JPG" "$work/two/$c.JPG"
for lanes in 1 8; do
    call 1 check -q -j "$lanes" "$work/two"
    cp "$work/said" "$work/lanes$lanes"
done
cmp "$work/lanes1" "$work/lanes8" || complain "check tells otherwise with eight lanes"
for id in "$a" "$b"; do
    is "$id.JPG" '"verdict":"REJECT".*"same_bytes":1.*"check":"same_bytes","level":"REJECT"'
done
is "$a.JPG" '"corrected":true'
is "$c.JPG" '"verdict":"PASS"'
count '"corrected":true' 1
count '"same_bytes":0' 0
call 1 check -q --json -r "$work/roster.csv" "$work/two"
grep '"type":"summary"' "$work/said" | grep -q '"photos":3,"pass":1,"review":0,"reject":2,.*"same_bytes":2.*"not_ready":2' || { tail -1 "$work/said"; complain "the summary of check"; }
cp "$good/$a.JPG" "$work/two/$a (2).JPG" # two files of one person are no two persons
rm "$work/two/$b.JPG"
call 1 check -q "$work/two"
count '"check":"same_bytes"' 0
rm "$work/two/$a (2).JPG"
cp "$good/$a.JPG" "$work/two/$b.JPG"

for lanes in 1 8; do
    call 1 run -q --json -j "$lanes" -o "$work/out$lanes" "$work/two"
    grep '"type":"photo"' "$work/said" >"$work/lanes$lanes"
done
cmp "$work/lanes1" "$work/lanes8" || complain "run tells otherwise with eight lanes"
for id in "$a" "$b"; do
    is "$id.JPG" '"verdict":"REJECT".*"same_bytes":1'
    last "$id.JPG" | grep -q '"output"' && complain "$id has an output and none exists"
done
is "$a.JPG" '"corrected":true'
count '"corrected":true' 1
for verdict in PASS REVIEW REJECT; do # what was said last of each is what the summary counts
    name=$(echo "$verdict" | tr A-Z a-z)
    lasts=$(for id in "$a" "$b" "$c"; do last "$id.JPG"; done | grep -c "^{.*\"verdict\":\"$verdict\"" || true)
    grep -q "\"type\":\"summary\".*\"$name\":$lasts," "$work/said" || complain "the summary counts not $lasts $name"
done

# In a later run: the journal knows whose bytes they are. Who gives his name to another's file is told at once.
mkdir "$work/three"
cp "$good/$a.JPG" "$work/three/"
call 0 run -q -o "$work/later" "$work/three"
cp "$good/$a.JPG" "$work/three/$b.JPG"
call 1 run -q --json -o "$work/later" "$work/three"
is "$b.JPG" '"verdict":"REJECT".*"same_bytes":1'
count '"corrected":true' 0

# Who took the wrong name away, or whom a person rejected, stands in nobody's way.
mkdir "$work/named"
cp "$good/$a.JPG" "$work/named/$b.JPG"
call 0 run -q -o "$work/named-out" "$work/named"
mv "$work/named/$b.JPG" "$work/named/$a.JPG"
call 1 run -q --json -o "$work/named-out" "$work/named"
count '"check":"same_bytes"' 0
count '"file_gone"' 0
is "$a.JPG" '"verdict":"REVIEW".*"same_picture":0'
printf 'id,check,decision,by,reason,date\n%s,,reject,Li,not hers,2026-05-01\n' "$b" >"$work/decisions.csv"
call 1 run -q --json -d "$work/decisions.csv" -o "$work/decided" "$work/two"
is "$a.JPG" '"verdict":"PASS"'
is "$b.JPG" '"verdict":"REJECT"'
call 1 run -q --json -p national -d "$work/decisions.csv" -o "$work/decided" "$work/two" # all judged again
last "$a.JPG" | grep -q '"check":"same_bytes"' && complain "$a is told of bytes that a person took from $b"

# Nearly the same picture is known only in the end, and is told again then.
mkdir "$work/near"
cp "$good/$a.JPG" "$work/near/$a.JPG"
{ cat "$good/$a.JPG"; echo; } >"$work/near/$b.JPG"
call 1 run -q --json -o "$work/near-out" "$work/near"
for id in "$a" "$b"; do
    is "$id.JPG" '"verdict":"REVIEW".*"same_picture".*"corrected":true'
done

# And where the verdict stays, since somebody has to look anyway; so is how many share the same bytes.
grep -v '^background_delta_e' models/profiles/college-light-blue.ini >"$work/asks.ini"
echo 'background_delta_e = at most 0.01 dE review at most 16 dE' >>"$work/asks.ini"
call 1 run -q --json -p "$work/asks.ini" -o "$work/near-asks" "$work/near"
for id in "$a" "$b"; do
    first=$(grep "$id.JPG" "$work/said" | head -1)
    echo "$first" | grep -q '"verdict":"REVIEW"' || { echo "$first"; complain "$id is not asked about at once"; }
    is "$id.JPG" '"verdict":"REVIEW".*"same_picture".*"corrected":true'
done
mkdir "$work/all"
for id in "$a" "$b" "$c"; do cp "$good/$a.JPG" "$work/all/$id.JPG"; done
call 1 run -q --json -o "$work/all-out" "$work/all"
for id in "$a" "$b" "$c"; do is "$id.JPG" '"same_bytes":2'; done

# ---- interrupted: what was judged is what is counted ----
"$build/make_samples" -n 60 --seed 5 --size small "$work/many" >/dev/null
: >"$work/said" # what the run before said is not waited for
"$build/headroom" run -q --json -j 1 -o "$work/cut" "$work/many/photos" >"$work/said" 2>"$work/errors" &
runner=$!
for _ in $(seq 200); do
    grep -q '"type":"photo"' "$work/said" && break
    sleep 0.1
done
kill -TERM "$runner"
code=0
wait "$runner" || code=$?
[ "$code" = 130 ] || complain "interrupted: exit $code, not 130"
told=$(grep -c '"type":"photo"' "$work/said")
grep -q "\"type\":\"summary\",\"photos\":$told,.*\"judged\":$told,.*\"interrupted\":true" "$work/said" || { tail -1 "$work/said"; complain "an interrupted summary does not count the $told that were told"; }

# ---- a file that is gone: its person stays, and that is said ----
mkdir "$work/gone"
cp "$good/$a.JPG" "$good/$b.JPG" "$good/$c.JPG" "$work/gone/"
call 0 run -q -r "$work/roster.csv" --split 1 -o "$work/gone-out" "$work/gone"
sleep 2.1 # so that stamps are trusted, and the seal holds
call 0 run -q -r "$work/roster.csv" --split 1 -o "$work/gone-out" "$work/gone"
call 0 run -q --json -r "$work/roster.csv" --split 1 -o "$work/gone-out" "$work/gone"
count '"file_gone"' 0
rm "$work/gone/$a.JPG"
call 0 run -q --json -r "$work/roster.csv" --split 1 -o "$work/gone-out" "$work/gone"
count '"file_gone":1' 1
mv "$work/gone/$b.JPG" "$work/gone/holiday.JPG"
call 0 run --lang en -r "$work/roster.csv" --split 1 -o "$work/gone-out" "$work/gone"
grep -q '2 photos whose file is gone still count' "$work/errors" || { cat "$work/errors"; complain "nobody says that files are gone"; }
call 0 run -q --json -r "$work/roster.csv" --split 1 -o "$work/gone-out" "$work/gone"
grep -q '"file_gone":2' "$work/said" || complain "--json does not say that files are gone"
mkdir "$work/retakes"
cp "$good/$c.JPG" "$work/retakes/"
call 0 run --lang en -r "$work/roster.csv" --split 1 -o "$work/gone-out" "$work/retakes" # the others are not looked for
! grep -q 'file is gone' "$work/errors" || complain "files are said to be gone that nobody looked for"

# ---- parts: who is elsewhere is not missing ----
call 0 verify --lang en -r "$work/roster.csv" "$work/gone-out/package/photos-001.zip"
grep -q 'one ZIP of several' "$work/errors" || { cat "$work/errors"; complain "verify does not say that one ZIP is not all of it"; }
call 0 verify --lang en -r "$work/roster.csv" "$work/gone-out"
! grep -q 'one ZIP of several' "$work/errors" || complain "verify takes all ZIPs for one of several"
call 0 run -n -q --json -r "$work/roster.csv" -o "$work/none" "$work/one"
grep '"kind":"missing"' "$work/said" | sort >"$work/alone"
for shard in 1 2 3; do
    call 0 run -n -q --json --shard "$shard/3" -r "$work/roster.csv" -o "$work/none" "$work/one"
    grep '"kind":"missing"' "$work/said" || true
done | sort | cmp - "$work/alone" || complain "shards would miss others than one run"

# ---- watch ----
call_watch() { # arguments: starts it on the desk
    "$build/headroom" watch "$@" "$work/desk" >"$work/said" 2>"$work/errors" &
    watcher=$!
}
mkdir "$work/desk"
cp "$good/$a.JPG" "$work/desk/"
call_watch --lang en -o "$work/desk-out"
wait_for() { # pattern
    for _ in $(seq 150); do
        grep -q "$1" "$work/said" && return
        sleep 0.2
    done
    cat "$work/said" "$work/errors"
    complain "watch does not say '$1'"
}
mask() {
    echo "$1" | sed 's/^\(.\{6\}\).\{8\}/\1\\*\\*\\*\\*\\*\\*\\*\\*/'
}
wait_for "^PASS.*$(mask "$a")"
cp "$good/$a.JPG" "$work/desk/$b.JPG"
wait_for "^REJECT.*$(mask "$b")"
wait_for "^REJECT.*$(mask "$a").*(corrected"
grep -q '"verdict":"PASS"' "$work/desk-out/live.js" && complain "the live page shows what was corrected"
kill -INT "$watcher"
code=0
wait "$watcher" || code=$?
[ "$code" = 1 ] || complain "watch ends with $code, not 1"
[ "$(wc -l <"$work/said")" = 3 ] || { cat "$work/said"; complain "watch tells more than that"; }
rm "$work/desk/$b.JPG"
call_watch -q -o "$work/quiet-out"
for _ in $(seq 150); do
    grep -qs '"verdict":"PASS"' "$work/quiet-out/live.js" && break
    sleep 0.2
done
kill -INT "$watcher"
wait "$watcher" || complain "watch -q ends with $?"
[ ! -s "$work/said" ] || { cat "$work/said"; complain "watch -q says more than errors"; }
exit "$bad"
