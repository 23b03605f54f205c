#!/bin/sh
# SPDX-License-Identifier: MIT
# --decoder system and --decoder fast leave the same bytes: photos, reports, lists, small pictures, packages; with the
# best vector instructions and with SSE2 alone; on faults of every kind, on every kind of JPEG, and on damaged
# ones. Usage: decoders.sh BUILD [PHOTOS]
set -eu
build=$(cd "$1" && pwd)
count=${2:-50}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
complain() {
    echo "$1"
    bad=1
}
[ "$(uname -m)" = x86_64 ] || { echo "one decoder only on this processor"; exit 77; }

"$build/make_samples" --each -n "$count" --seed 21 --size small "$work/in" >"$work/said"
for variant in optimised 422 444 restart progressive p3 o6; do
    "$build/make_samples" --corpus c --variant "$variant" -n 2 "$work/$variant" >"$work/said"
    mkdir "$work/in/photos/$variant"
    mv "$work/$variant/photos/"* "$work/in/photos/$variant/"
done
for corpus in a b d; do
    "$build/make_samples" --corpus "$corpus" -n 2 "$work/$corpus" >"$work/said"
    mkdir "$work/in/photos/$corpus"
    mv "$work/$corpus/photos/"* "$work/in/photos/$corpus/"
done
mkdir "$work/in/photos/damaged" # one byte of the picture data each
i=0
for file in "$work/in/photos/optimised/"* "$work/in/photos/restart/"* "$work/in/photos/d/"*; do
    size=$(wc -c <"$file")
    for part in 3 5 8; do
        i=$((i + 1))
        damaged=$work/in/photos/damaged/$i-$(basename "$file")
        cp "$file" "$damaged"
        printf '\252' | dd of="$damaged" bs=1 seek=$((size * part / 9)) conv=notrunc 2>/dev/null
    done
done

run() { # name, decoder, kernels
    code=0
    HEADROOM_CPU=$3 "$build/headroom" run -q -j 2 --decoder "$2" -o "$work/$1" "$work/in/photos" >"$work/said" 2>&1 || code=$?
    [ "$code" -le 1 ] || { cat "$work/said"; complain "$1 ended with $code"; }
}
run system system ""
run fast fast ""
run base fast base # the networks' kernels too: facts differ in their last digits, the photos do not
run system-base system base
for pair in "system fast" "system-base base"; do
    # shellcheck disable=SC2086 # two names
    set -- $pair
    diff -rq -x journal.db "$work/$1" "$work/$2" || complain "'$1' and '$2' differ"
done
photos=$(find "$work/fast/photos" "$work/fast/review" -name '*.JPG' | wc -l)
records=$(grep -c '"type":"photo"' "$work/fast/report.jsonl")
files=$(find "$work/in/photos" -type f | wc -l)
[ "$photos" -ge 15 ] && [ "$records" = "$files" ] || complain "$photos photos, $records records of $files files: too little was compared"
grep -q '"damage":[1-9]' "$work/fast/report.jsonl" || complain "no file was damaged: nothing was left to libjpeg"
exit "$bad"
