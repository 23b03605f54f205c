#!/bin/sh
# SPDX-License-Identifier: MIT
# A second run does what is new, changed or failed and nothing else; nothing stale stays. Usage: resume.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
in=$work/in out=$work/out bad=0
complain() {
    echo "$1"
    bad=1
}
judged() { # how many photos a run judges
    code=0
    "$build/headroom" run --json -o "$out" "$@" >"$work/said" 2>"$work/errors" || code=$?
    [ "$code" -le 1 ] || { cat "$work/said" "$work/errors" >&2; echo "exit $code"; return; }
    sed -n 's/.*"type":"summary".*"judged":\([0-9]*\).*/\1/p' "$work/said"
}
expect() { # what, number, run's arguments...
    what=$1 number=$2
    shift 2
    got=$(judged "$@")
    [ "$got" = "$number" ] || complain "$what: $got judged, not $number"
}
place() { # where the photo of an ID lies
    for folder in photos review; do
        [ -e "$out/$folder/$1.JPG" ] && echo "$folder"
    done
    return 0
}

# Finished files pass through, so they are quick and surely stored; their age makes their stamps trusted.
"$build/make_samples" --corpus d -n 12 --seed 5 "$work/d"
mv "$work/d/photos" "$in"
sleep 2.1
total=$(find "$in" -type f | wc -l)
expect "first run" "$total" "$in"
stored=$(find "$out/photos" "$out/review" -name '*.JPG' | wc -l)
[ "$stored" -ge 8 ] || complain "only $stored of $total photos were stored"
inode() { stat -c %i "$out/report.jsonl"; }
before=$(inode)
expect "second run" 0 "$in"
[ "$before" = "$(inode)" ] || complain "an unchanged report was written again"
expect "by another spelling" 0 "$work/./in/"

first=$(find "$in" -type f | sort | head -1)
second=$(find "$in" -type f | sort | sed -n 2p)
name() { basename "$1" | sed 's/\.[A-Za-z]*$//'; }
touch "$first"
expect "touched, the same bytes" 0 "$in"
sleep 2.1
cp "$second" "$work/kept"
printf 'x' >>"$second"
expect "changed" 1 "$in"
grep -q "\"id\":\"$(name "$second")\".*\"attempt\":2" "$out/report.jsonl" || complain "the changed photo is no second attempt"
cp "$work/kept" "$second"

# Bytes that are no photo: the old output goes.
[ -n "$(place "$(name "$first")")" ] || complain "the first photo was not stored"
cp "$first" "$work/unspoilt"
echo nothing >"$first"
was=$(place "$(name "$first")")
expect "spoilt and restored" 2 "$in"
if [ "$was" = photos ]; then # an earlier attempt that passed counts on
    [ "$(place "$(name "$first")")" = photos ] || complain "the passed photo of a spoilt file went"
    grep -q "\"id\":\"$(name "$first")\".*\"kept\":{\"attempt\":1" "$out/report.jsonl" || complain "the report does not say what is kept"
else
    [ -z "$(place "$(name "$first")")" ] || complain "the output of a spoilt photo stayed"
fi

# An output that was removed or exchanged by hand is made again.
third=$(find "$in" -type f | sort | sed -n 3p)
folder=$(place "$(name "$third")")
rm "$out/$folder/$(name "$third").JPG"
expect "output removed" 1 "$in"
[ "$(place "$(name "$third")")" = "$folder" ] || complain "a removed output was not made again"

# A second file of the same ID takes both out; when it goes, the first comes back.
cp "$third" "$in/$(name "$third") (1).jpg"
expect "duplicate" 1 "$in"
[ -z "$(place "$(name "$third")")" ] || complain "a photo with a duplicate stayed"
[ "$(grep -c "$(name "$third")" "$out/lists/duplicate.csv")" = 2 ] || complain "the duplicates are not both listed"
rm "$in/$(name "$third") (1).jpg"
expect "duplicate gone" 0 "$in"
[ "$(place "$(name "$third")")" = "$folder" ] || complain "the photo did not come back"

# Retakes alone, from another folder: they take the place, everybody else stays.
mkdir "$work/retakes"
cp "$third" "$work/retakes/"
lines=$(wc -l <"$out/report.jsonl")
expect "retake" 1 "$work/retakes"
[ "$lines" = "$(wc -l <"$out/report.jsonl")" ] || complain "a retake changed the number of lines"

# Another profile: everything anew; foreign files are never touched.
echo mine >"$out/photos/notes.txt"
expect "another profile" "$total" -p national "$in"
[ -z "$(place "$(name "$first")")" ] || complain "what another profile kept counts"
[ -e "$out/photos/notes.txt" ] || complain "a foreign file in photos/ was removed"
rm "$out/photos/notes.txt"

# Two histories, one state: the same as a fresh run, once nothing is kept of files that are gone.
expect "the default profile again" "$total" "$in"
[ "$was" != photos ] || [ "$(place "$(name "$first")")" = photos ] || complain "what was kept did not come back with its profile"
cp "$work/unspoilt" "$first"
expect "no longer spoilt" 1 "$in"
"$build/headroom" run -q -o "$work/fresh" "$in" || [ $? = 1 ]
sed 's/"attempt":[0-9]*/"attempt":1/; s/"fixed":\[[^]]*\],"newly_broken":\[[^]]*\],//' "$out/report.jsonl" >"$work/a"
cmp "$work/a" "$work/fresh/report.jsonl" || complain "the report differs from a fresh one"
diff -rq "$out/photos" "$work/fresh/photos" && diff -rq "$out/review" "$work/fresh/review" ||
    complain "the photos differ from fresh ones"
[ -z "$(ls -A "$out/.tmp")" ] || complain "temporary files stayed"
exit "$bad"
