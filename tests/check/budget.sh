#!/bin/sh
# SPDX-License-Identifier: MIT
# What one photo may cost: bombs are refused by their header, in 5 ms and no memory to speak of; where only the
# scans tell, within the time limit, and the photos beside them are judged all the same. Usage: budget.sh [BUILD]
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:-$top/build}
shared=${HEADROOM_SHARED:-$top/../shared}/bad
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
complain() {
    echo "$1"
    bad=1
}

bytes() { # numbers
    for byte; do printf "\\$(printf %03o "$byte")"; done
}
zeros() { head -c "$1" /dev/zero; }
side() { bytes $(($1 / 256)) $(($1 % 256)); }

# A progressive JPEG, 4:2:0, whose data are zeros: a code of one bit for "no change", then, in every scan behind
# the first, runs of 16,384 blocks without a change: 66 bytes of a file make libjpeg walk 562,500 blocks.
bomb() { # side in pixels, scans behind the first, bytes of the first, bytes of each behind
    bytes 255 216 255 219 0 67 0
    for i in $(seq 64); do bytes 1; done
    bytes 255 194 0 17 8
    side "$1"
    side "$1"
    bytes 3 1 34 0 2 17 0 3 17 0
    bytes 255 196 0 20 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
    bytes 255 196 0 20 16 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 224
    bytes 255 218 0 12 3 1 0 2 0 3 0 0 0 0
    zeros "$3"
    bytes 255 218 0 8 1 1 0 1 63 1
    zeros "$4"
    for i in $(seq 2 "$2"); do
        bytes 255 218 0 8 1 1 0 1 63 16
        zeros "$4"
    done
    bytes 255 217
}
bomb 8000 99 187500 117 >"$work/slow.jpg"
bomb 30000 2 100 66 >"$work/wide.jpg"
bomb 9000 2 237304 149 >"$work/large.jpg"
printf 'no picture' >"$work/text.jpg"
profile() { # changes of the shipped one, by sed
    sed "$1" "$top/models/profiles/white.ini" >"$work/own.ini"
}
line_of() { grep -F "$1" "$2" | grep '"type":"photo"'; }
fact() { printf '%s' "$line" | grep -o "\"$1\":[0-9.]*" | head -1 | cut -d: -f2; }
at_most() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && a + 0 <= b) }'; }
rejected_for() { printf '%s' "$line" | grep -q "\"check\":\"$1\",\"level\":\"REJECT\""; }
clauseless() { printf '%s' "$line" | grep -o '"findings":.*"not_checked"'; }

# Time: one second, in the middle of a run. The photos beside the bomb are made, the next run does nothing anew.
"$build/make_samples" -n 3 --faults 0 --seed 5 --size small "$work/made"
profile 's/^time_max = .*/time_max = 1 s/; s/^cpu_seconds = .*/cpu_seconds = at most 1 s/'
victim=$(find "$work/made/photos" -type f | sort | sed -n 2p)
id=$(printf '%s' "$victim" | grep -oE '[0-9]{17}[0-9X]')
cp "$work/slow.jpg" "$victim"
code=0
"$build/headroom" run -q -j 1 --timing -p "$work/own.ini" -o "$work/out" "$work/made/photos" || code=$?
[ "$code" = 1 ] || complain "the run with a bomb ends with $code, not 1"
line=$(line_of "\"id\":\"$id\"" "$work/out/report.jsonl")
rejected_for cpu_seconds || complain "the bomb is not given up: $(clauseless)"
printf '%s' "$line" | grep -q '"check":"cpu_seconds","level":"REJECT","value":2,"hi":1,' ||
    complain "not stopped at once behind its second: $(clauseless)"
printf '%s' "$line" | grep -q '"damage"' && ! printf '%s' "$line" | grep -q '"not_checked":\["damage"' &&
    complain "a bomb that was given up is called damaged"
grep -q "$id" "$work/out/lists/unreadable.csv" || complain "the bomb is not in lists/unreadable.csv"
[ ! -e "$work/out/photos/$id.JPG" ] || complain "a photo was made of the bomb"
[ "$(grep '"type":"photo"' "$work/out/report.jsonl" | grep -v "$id" | grep -c '"action":"made"')" = 2 ] ||
    complain "the photos beside the bomb were not made"
[ "$(grep -c '"check":"cpu_seconds"' "$work/out/report.jsonl")" = 1 ] || complain "an honest photo is given up"
"$build/headroom" run --lang en -j 1 -p "$work/own.ini" -o "$work/out" "$work/made/photos" 2>"$work/said" || true
grep -q '0 judged' "$work/said" || { cat "$work/said"; complain "the next run tries the bomb again"; }

# What the header tells: 5 ms. Pixels by the shipped profile, memory by one of 256 MB.
refused() { # file, check, profile
    "$build/headroom" check -q -j 1 --timing -p "$3" "$1" >"$work/line" 2>"$work/said" || true
    line=$(cat "$work/line")
    rejected_for "$2" || complain "$1 is not refused by $2: $(clauseless)"
    at_most "$(fact decode)" 5 || complain "$1 cost $(fact decode) ms, at most 5"
}
profile 's/^memory_max = .*/memory_max = 256 MB/; s/^decode_megabytes = .*/decode_megabytes = at most 256 MB/'
refused "$work/wide.jpg" megapixels white
refused "$work/wide.jpg" decode_megabytes white
refused "$work/large.jpg" decode_megabytes "$work/own.ini"
[ "$(fact decode_megabytes)" = 339 ] || complain "81 megapixels in scans need $(fact decode_megabytes) MB, not 339"

# And no memory: against a file that is no picture at all.
peak() { # file
    "$build/headroom" bench -q -j 1 --json -p white "$1" 2>"$work/said" | grep -o '"peak_mib":[0-9.]*' | cut -d: -f2
}
least=$(peak "$work/text.jpg")
set -- "$work/wide.jpg"
[ ! -d "$shared" ] || { set -- "$@" "$shared"/hand_bomb*; }
for file; do
    more=$(awk -v a="$(peak "$file")" -v b="$least" 'BEGIN { print a - b }')
    at_most "$more" 32 || complain "$file took $more more memory than a file that is no picture"
    [ "$file" = "$work/wide.jpg" ] || refused "$file" megapixels white
done
exit "$bad"
