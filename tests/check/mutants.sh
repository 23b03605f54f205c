#!/bin/sh
# SPDX-License-Identifier: MIT
# Damaged copies of good portraits (bits, splices, holes, truncations) through the whole program: none ends
# it, none takes long, and what libjpeg itself complains of, or what was cut short, never passes. Then MANY of them
# (COUNT times ten by default) through the decoder, the inspection and the judge alone, which is cheap: tests/faults/storm.c.
# Usage: mutants.sh BUILD [COUNT [SEED [MANY]]]
set -eu
build=$(cd "$1" && pwd)
count=${2:-300} seed=${3:-1}
many=${4:-$((count * 10))}
command -v djpeg >/dev/null || { echo "no djpeg here (libjpeg-turbo-progs), which says what is damaged"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$(dirname "$0")/../.."
bad=0 slowest_ms=1000
complain() {
    echo "$1"
    bad=1
}
if grep -q '^SANITIZE:.*=.' "$build/CMakeCache.txt"; then slowest_ms=10000; fi
judge() { # what for, arguments...: records in $work/lines
    to=$1 code=0
    shift
    timeout $((280 + count)) "$build/headroom" "$@" --lang en --timing -q -j 2 -p "$work/profile.ini" >"$work/lines" 2>"$work/errors" </dev/null || code=$?
    [ "$to" = check ] || cp "$to/report.jsonl" "$work/lines"
    [ "$code" -le 1 ] || { cat "$work/errors"; complain "$*: exit $code, seed $seed"; }
}
passed() { # PATH and milliseconds of what passed, or with "all" of every photo, but for those told again
    awk -v all="${1:-}" '
        /"corrected":true/ { next }
        all || /"verdict":"PASS"/ {
            match($0, /"path":"[^"]*"/); path = substr($0, RSTART + 8, RLENGTH - 9)
            ms = 0
            if (match($0, /"ms":[{][^}]*/)) {
                n = split(substr($0, RSTART + 6, RLENGTH - 6), parts, ",")
                for (i = 1; i <= n; i++) { sub(/.*:/, "", parts[i]); ms += parts[i] }
            }
            print path, int(ms)
        }' "$work/lines"
}

# Every mutant is another picture of somebody, so alike they may be.
sed '/^same_picture/d' models/profiles/college-light-blue.ini >"$work/profile.ini"
mkdir "$work/good" "$work/mutants"
"$build/make_samples" -n 4 --faults 0 --seed 4 --received "$work/received"
"$build/make_samples" -n 4 --faults 0 --seed 4 --size small "$work/small"
for file in "$work"/received/photos/*; do cp "$file" "$work/good/a$(basename "$file" | tr -d ' ()')"; done
for file in "$work"/small/photos/*; do cp "$file" "$work/good/b$(basename "$file" | tr -d ' ()')"; done
judge check check "$work"/good/a*
[ "$(passed | wc -l)" -ge 3 ] || complain "the portraits themselves do not pass"
"$build/mutate" "$seed" "$count" "$work/mutants" "$work"/good/*

look() { # how it was judged
    [ "$(passed all | wc -l)" = "$count" ] || complain "$1: $(passed all | wc -l) records of $count mutants"
    passed all | while read -r path ms; do
        [ "$ms" -le "$slowest_ms" ] || echo "$1: ${path##*/} took $ms ms"
    done >"$work/slow"
    [ ! -s "$work/slow" ] || { cat "$work/slow"; complain "$1: mutants that take long, seed $seed"; }
    passed | while read -r path ms; do
        case $path in */truncated_*) echo "$1: ${path##*/} passes" ;; esac
        said=$(djpeg "$path" 2>&1 >/dev/null) || said="$said, and gives up"
        case $1:$said in run:*'unknown JFIF revision'*) # a header that run replaces: what of the picture behind it?
            cp "$path" "$work/first_version.jpg"
            printf '\001' | dd of="$work/first_version.jpg" bs=1 seek=11 conv=notrunc 2>/dev/null
            said=$(djpeg "$work/first_version.jpg" 2>&1 >/dev/null) || said="$said, and gives up" ;;
        esac
        [ -z "$said" ] || echo "$1: ${path##*/} passes, and libjpeg says '$said'"
    done >"$work/wrong"
    [ ! -s "$work/wrong" ] || { cat "$work/wrong"; complain "$1: damage passes, seed $seed"; }
    echo "$1: $count mutants, $(passed | wc -l) harmless ones pass, the slowest takes $(passed all | awk '$2 > m { m = $2 } END { print m }') ms"
}
# Also other ways to write a JPEG: an upright 480x640 portrait each.
for variant in progressive optimised 444 422 restart p3 adobergb o6; do
    "$build/make_samples" --corpus d --variant "$variant" -n 1 --seed 7 "$work/$variant" >/dev/null
    cp "$work/$variant"/photos/* "$work/good/c$variant.jpg"
done
"$build/storm" college-light-blue "$seed" 0 "$many" "$work"/good/[ac]* >"$work/storm" || complain "storm, seed $seed: $(head -5 "$work/storm")"
tail -1 "$work/storm"
grep -qE ' mutants: [1-9][0-9]* pass' "$work/storm" || complain "storm: not one harmless mutant passes: is anything judged?"

[ "$count" -gt 0 ] || exit "$bad"
judge check check "$work/mutants"
look check
judge "$work/out" run -o "$work/out" "$work/mutants"
look run
exit "$bad"
