#!/bin/sh
# SPDX-License-Identifier: MIT
# An OUT copied to another disk, where files have other times: what was made stands where its bytes do, is read once to know so,
# and what is really gone or changed says so. Usage: copied.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
bad=0
complain() {
    echo "$1"
    bad=1
}
run() { # exit code, OUT, arguments...
    wanted=$1 out=$2 code=0
    shift 2
    "$build/headroom" run --lang en -j 1 -o "$out" "$@" >"$work/said" 2>"$work/errors" </dev/null || code=$?
    [ "$code" = "$wanted" ] || { cat "$work/errors"; complain "run $*: exit $code, not $wanted"; }
}
photos() { # how many lie in photos/ and in the package
    [ "$(find "$1/photos" -name '*.JPG' | wc -l)" = "$2" ] || complain "$1: not $2 in photos/"
    [ "$(unzip -Z1 "$1"/package/photos-001.zip 2>/dev/null | grep -c JPG)" = "$2" ] || complain "$1: not $2 in the package"
}
copy() { # from, to: with other times
    cp -r "$1" "$2"
    find "$2" -type f -exec touch -d '2026-01-02 03:04:05' {} +
}
for take in 0 1; do "$build/make_samples" -n 6 --faults 0 --size small --take "$take" "$work/take$take" >/dev/null; done
"$build/make_samples" -n 6 --fault tilt_strong --size small --take 2 "$work/bad" >/dev/null
(echo 姓名,身份证号; find "$work/take0/photos" -type f | grep -oE '[0-9]{17}[0-9X]' | sort | sed 's/^/某,/') >"$work/roster.csv"
id=$(sed -n '2s/.*,//p' "$work/roster.csv") other=$(sed -n '3s/.*,//p' "$work/roster.csv")

# A pass that is kept, and whose original is gone.
mkdir "$work/cards"
cp "$(find "$work/take0/photos" -name "*$id*")" "$work/cards/$id.JPG"
run 0 "$work/kept" "$work/cards"
cp "$(find "$work/bad/photos" -name "*$id*")" "$work/cards/$id.JPG"
run 0 "$work/kept" "$work/cards"
copy "$work/kept" "$work/kept2"
run 0 "$work/kept2" "$work/cards"
photos "$work/kept2" 1

# Retakes alone.
run 0 "$work/first" -r "$work/roster.csv" "$work/take0/photos"
mkdir "$work/retakes"
cp "$(find "$work/take1/photos" -name "*$id*")" "$work/retakes"
copy "$work/first" "$work/moved"
"$build/headroom" run -n -q --lang en -o "$work/moved" -r "$work/roster.csv" "$work/retakes" >/dev/null 2>&1 || complain "-n fails"
run 0 "$work/moved" -r "$work/roster.csv" "$work/retakes"
photos "$work/moved" 6

# Read once: the journal knows the new times.
opened() { strace -f -e trace=openat -o "$work/calls" "$build/headroom" run -q --no-sandbox -j 1 -o "$work/moved" -r "$work/roster.csv" "$1" >/dev/null 2>&1 || :; grep -c '"photos/' "$work/calls" || :; }
find "$work/moved/photos" -exec touch -d '2026-01-03 03:04:05' {} +
[ "$(opened "$work/retakes")" -ge 6 ] || complain "what has another time is not read"
[ "$(opened "$work/retakes")" = 0 ] || complain "what has been read is read again"

# Other bytes, and gone.
copy "$work/first" "$work/broken"
printf x | dd of="$work/broken/photos/$other.JPG" bs=1 seek=9000 conv=notrunc 2>/dev/null
rm "$work/broken/photos/$(sed -n '4s/.*,//p' "$work/roster.csv").JPG"
run 1 "$work/broken" -r "$work/roster.csv" "$work/retakes"
[ "$(grep -c '"verdict":"REVIEW".*"check":"photo_gone".*give the file again' "$work/broken/report.jsonl")" = 2 ] || complain "what is gone does not say so"
[ "$(unzip -Z1 "$work/broken/package/photos-001.zip" | grep -c JPG)" = 4 ] || complain "the package is not of the four that stand"
rm "$(find "$work/take0/photos" -name "*$id*")"
run 0 "$work/broken" -r "$work/roster.csv" "$work/take0/photos" "$work/retakes"
photos "$work/broken" 6
exit "$bad"
