#!/bin/sh
# SPDX-License-Identifier: MIT
# COUNT small photos in one run: a few portraits over and over, each under another valid number. While photos are judged, memory and
# descriptors of the second half are those of the first, but for its first tenth; every record is that of its portrait but for the number, every
# made file has its bytes, and the package holds them all. Not part of tests/run.sh: 100,000 take hours.
# Usage: soak.sh BUILD [COUNT [LOG]]: LOG gets a line every 2 s: photos done, KiB, descriptors.
set -eu
build=$(cd "$1" && pwd)
count=${2:-2000}
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=${3:-$work/log}
out=$work/out bad=0 slack_kib=2048
complain() {
    echo "$1"
    bad=1
}

# Whose bytes and whose picture is not asked: they are the same on purpose (and so each names a twin).
sed '/^same_bytes/d; /^same_picture/d' models/profiles/college-light-blue.ini >"$work/profile.ini"
"$build/make_samples" -n 12 --faults 0.4 --seed 9 --size small "$work/made" >/dev/null
"$build/make_samples" --corpus d -n 4 --seed 7 "$work/done" >/dev/null
mkdir "$work/base" "$work/one" "$work/in"
for file in "$work"/made/photos/* "$work"/done/photos/*; do cp "$file" "$work/base"; done
portraits=$(ls "$work/base" | wc -l)
names() { # folder, how many: links to the portraits in turn, a thousand to a folder
    perl -e '
        my ($base, $in, $count) = @ARGV;
        opendir(my $folder, $base);
        my @files = sort grep { /^[^.]/ } readdir($folder);
        my @w = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2);
        for my $i (0 .. $count - 1) {
            my $id = sprintf("1101011%03d%02d%02d%03d", 950 + $i / 336000, $i / 28000 % 12 + 1, $i / 1000 % 28 + 1, $i % 1000);
            my $sum = 0;
            $sum += $w[$_] * substr($id, $_, 1) for 0 .. 16;
            my $to = sprintf("%s/%03d", $in, $i / 1000);
            mkdir $to if $i % 1000 == 0;
            link("$base/$files[$i % @files]", "$to/$id" . substr("10X98765432", $sum % 11, 1) . ".jpg") or die "link: $!";
        }' "$work/base" "$1" "$2"
}
names "$work/one" "$portraits"
names "$work/in" "$count"
code=0
"$build/headroom" run -q -j 2 -p "$work/profile.ini" -o "$work/alone" "$work/one" || code=$?
[ "$code" -le 1 ] || { echo "the portraits alone: exit $code"; exit 1; }

"$build/headroom" run -j 2 --lang en --progress json -p "$work/profile.ini" -o "$out" "$work/in" 2>"$work/errors" &
pid=$!
: >"$log"
while kill -0 "$pid" 2>/dev/null; do
    child=$(pgrep -P "$pid" || true)
    done=$(tail -n 2 "$work/errors" | grep -o '"done":[0-9]*' | tail -1 | cut -d: -f2)
    kib=$(awk '/^VmRSS/ { print $2 }' "/proc/$child/status" 2>/dev/null || true)
    [ -z "$kib" ] || echo "${done:-0} $kib $(ls "/proc/$child/fd" 2>/dev/null | wc -l)" >>"$log"
    sleep 2
done
code=0
wait "$pid" || code=$?
[ "$code" = 1 ] || { tail -3 "$work/errors"; complain "exit $code, not 1"; }
grep -v '^{' "$work/errors" || true

awk -v count="$count" -v slack="$slack_kib" '
    function median(half,   i, j, t) { # of what that half saw
        for (i = 2; i <= n[half]; i++)
            for (j = i; j > 1 && kib[half, j - 1] > kib[half, j]; j--) { t = kib[half, j]; kib[half, j] = kib[half, j - 1]; kib[half, j - 1] = t }
        return kib[half, int((n[half] + 1) / 2)]
    }
    $1 < count / 10 { next }
    $1 < count { half = 1 + ($1 >= count * 0.55); kib[half, ++n[half]] = $2; if ($3 > fds[half]) fds[half] = $3; next }
    $2 > after { after = $2 }
    END {
        if (n[1] < 5 || n[2] < 5) { print "too few photos to say anything"; exit 1 }
        early = median(1); late = median(2)
        printf "memory, median (most): %.1f (%.1f) MiB up to half of the photos, %.1f (%.1f) from there on; %.1f for lists and package\n",
            early / 1024, kib[1, n[1]] / 1024, late / 1024, kib[2, n[2]] / 1024, after / 1024
        printf "descriptors: at most %d up to half, %d from there on; %d looks\n", fds[1], fds[2], n[1] + n[2]
        exit late > early + slack || fds[2] > fds[1] + 2
    }' "$log" || complain "memory or descriptors grow"

strip() { sed 's/"id":"[^"]*"/"id":""/; s/"path":"[^"]*"/"path":""/g; s/"same_bytes":[0-9]*,//; s/"same_picture":[0-9]*,//; s/,"twin":{[^}]*}//' "$1"; }
strip "$work/alone/report.jsonl" >"$work/a"
strip "$out/report.jsonl" >"$work/b"
lines=$(wc -l <"$out/report.jsonl")
[ "$lines" = "$count" ] || complain "$lines records of $count photos"
awk -v portraits="$portraits" 'FNR == NR { known[$0]; next } !($0 in known) { wrong++ } { seen[$0]++ }
    END { for (record in seen) n++; printf "%d different records of %d portraits, %d unlike any\n", n, portraits, wrong; exit wrong > 0 || n > portraits }' "$work/a" "$work/b" ||
    complain "records are not those of the portraits"
for verdict in PASS REVIEW REJECT; do # the portraits take turns
    each=$(grep -c "\"verdict\":\"$verdict\"" "$work/a" || true)
    all=$(grep -c "\"verdict\":\"$verdict\"" "$work/b" || true)
    [ $((all / (count / portraits + 1))) -le "$each" ] && [ "$all" -ge $((count / portraits * each)) ] || complain "$verdict: $all of $count, but $each of $portraits"
    echo "$verdict: $all"
done
sed -n 's,.*"output":{"path":"\([^"]*\)".*"sha256":"\([0-9a-f]*\)".*,\2  \1,p' "$out/report.jsonl" >"$work/sums"
(cd "$out" && sha256sum --quiet -c "$work/sums") >"$work/differ" 2>&1 || { head -3 "$work/differ"; complain "a made file has other bytes than its record"; }
made=$(find "$out/photos" "$out/review" -type f | wc -l)
[ "$made" = "$(wc -l <"$work/sums")" ] && [ "$made" -gt 0 ] || complain "$made files, $(wc -l <"$work/sums") records of files"
packed=$(tail -n +2 "$out/package/manifest.csv" | wc -l)
[ "$packed" = "$(find "$out/photos" -type f | wc -l)" ] || complain "the package holds $packed"
(cd "$out/package" && sha256sum --quiet -c SHA256SUMS) || complain "the package's sums are wrong"
echo "$count photos, $made files, $packed in the package"
exit "$bad"
