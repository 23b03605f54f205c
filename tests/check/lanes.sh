#!/bin/sh
# SPDX-License-Identifier: MIT
# One lane or eight: the same photos, reports and lists, byte for byte. Usage: lanes.sh BUILD [PHOTOS]
set -eu
build=$(cd "$1" && pwd)
count=${2:-40}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
complain() {
    echo "$1"
    bad=1
}
run() { # what may end with 0 or 1
    code=0
    "$build/headroom" "$@" >"$work/said" 2>&1 || code=$?
    [ "$code" -le 1 ] || { cat "$work/said"; complain "$1 ended with $code"; }
}

"$build/make_samples" --each -n "$count" --seed 11 --size small "$work/in"
"$build/make_samples" --corpus d -n 4 "$work/quick" >"$work/said"
"$build/make_samples" --corpus b -n 1 "$work/slow" >"$work/said"
mkdir "$work/in/photos/0" "$work/in/photos/1" # two photos of one person, of which the first takes longer
find "$work/quick" -iname '*.jpg' | while read -r file; do
    cp "$file" "$work/in/photos/1/"
    { find "$work/slow" -iname '*.jpg' -exec cat {} +; basename "$file"; } >"$work/in/photos/0/$(basename "$file")"
done
[ "$(find "$work/in/photos/0" -type f | wc -l)" = 4 ] || complain "no rivals were made"
run run -j 1 -o "$work/one" "$work/in/photos"
run run -j 8 -o "$work/eight" "$work/in/photos"
run run -j 8 -o "$work/again" "$work/in/photos"
run run -j 3 -o "$work/again" "$work/in/photos"
for other in eight again; do
    diff -rq -x journal.db "$work/one" "$work/$other" || complain "$other lanes differ from one"
done
photos=$(find "$work/one/photos" "$work/one/review" -name '*.JPG' | wc -l)
[ "$photos" -ge 5 ] || complain "only $photos photos were made: nothing was compared"

# Without an output folder: lines in the order asked for.
"$build/headroom" check -q -j 1 "$work/in/photos" >"$work/one.jsonl" || [ $? = 1 ]
"$build/headroom" check -q -j 8 "$work/in/photos" >"$work/eight.jsonl" || [ $? = 1 ]
cmp "$work/one.jsonl" "$work/eight.jsonl" || complain "check prints other lines with eight lanes"
[ "$(wc -l <"$work/one.jsonl")" = "$(find "$work/in/photos" -type f | wc -l)" ] ||
    complain "check does not print one line per file"
echo "$photos photos, reports and lists compared"
exit "$bad"
