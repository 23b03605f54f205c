#!/bin/sh
# SPDX-License-Identifier: MIT
# A whole year: every kind of problem planted in known numbers must come out in exactly these, with the
# roster as GB18030 CSV, as XLSX and as DBF. Usage: scenario.sh BUILD [PHOTOS]
set -eu
export SOURCE_DATE_EPOCH=1796083200 # 2026-12-01: the photos that are made are of that year
build=$(cd "$1" && pwd)
photos=${2:-200}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
in=$work/in out=$work/csv bad=0
complain() {
    echo "$1"
    bad=1
}
since=$(date +%s)
"$build/make_scenario" -n "$photos" "$in"
made=$(($(date +%s) - since))
since=$(date +%s)
for kind in csv xlsx dbf; do
    code=0
    "$build/headroom" run --lang en --json -r "$in/roster.$kind" -o "$work/$kind" "$in/photos" >"$work/$kind.said" || code=$?
    [ "$code" = 1 ] || { tail -3 "$work/$kind.said"; complain "roster.$kind: exit $code, not 1"; }
done
took=$(($(date +%s) - since))
# Rows of the roster that name one person twice are told with their row numbers, which differ by format.
for kind in csv xlsx dbf; do
    grep -q 'rows of the roster' "$work/$kind/lists/duplicate.csv" || complain "roster.$kind: no repeated row told"
    grep -v 'rows of the roster' "$work/$kind/lists/duplicate.csv" >"$work/duplicate"
    cat "$work/duplicate" >"$work/$kind/lists/duplicate.csv"
done
for kind in xlsx dbf; do # the workbook tells rows, too; the header of the CSV and of the XLSX is in the same one
    [ "$kind" = dbf ] || cmp "$out/report.xlsx" "$work/$kind/report.xlsx" || complain "report.xlsx: $kind differs"
    diff -rq -x journal.db -x report.xlsx "$out" "$work/$kind" || complain "roster.$kind gives another result than roster.csv"
done

expected() { # list: its lines of expected.csv
    grep "^$1," "$in/expected.csv"
}
# Every list holds exactly what was planted: the number, and each by name.
for list in retake review missing extra duplicate invalid not-eligible unreadable; do
    expected "$list" >"$work/wanted" || true
    rows=$(($(wc -l <"$out/lists/$list.csv") - 1))
    [ "$rows" = "$(wc -l <"$work/wanted")" ] || complain "$list.csv: $rows, not $(wc -l <"$work/wanted")"
    while IFS=, read -r _ kind id file maybe; do
        key=${file:+/$file\"}
        grep -F "${key:-$id}" "$out/lists/$list.csv" >"$work/line" || complain "$list.csv: no '$id' '$file' ($kind)"
        [ -z "$maybe" ] || grep -qF "$maybe" "$work/line" || complain "$list.csv: '$file' does not suggest '$maybe'"
    done <"$work/wanted"
done
# What passed, and nothing else, is in photos/, in the manifest and in the package, under the roster's number.
expected pass | cut -d, -f3 | sort >"$work/passed"
(cd "$out/photos" && ls | sed 's/\.JPG$//' | sort) | diff "$work/passed" - || complain "photos/ is not who passed"
for zip in "$out"/package/*.zip; do
    unzip -Z1 "$zip"
done | sed 's/\.JPG$//' | sort | diff "$work/passed" - || complain "the package is not who passed"
[ "$(wc -l <"$out/package/manifest.csv")" = "$((1 + $(awk -F, '$1 != "extra" && $1 != "invalid" && $1 != "not-eligible" && NR > 1 { print $3 }' "$in/expected.csv" | sort -u | wc -l)))" ] ||
    complain "manifest.csv: $(wc -l <"$out/package/manifest.csv") lines"
while read -r id; do
    grep -F "$id" "$out/package/manifest.csv" | grep -q '\.JPG' || complain "manifest.csv: no photo of '$id'"
done <"$work/passed"
(cd "$out/package" && sha256sum --quiet -c SHA256SUMS) || complain "SHA256SUMS does not hold"
# Another look with other eyes, and again: nothing to do.
code=0
"$build/headroom" verify -q "$out" -r "$in/roster.csv" >"$work/said" 2>&1 || code=$?
[ "$code" = 1 ] || { tail -5 "$work/said"; complain "verify: exit $code, not 1: some have no photo"; }
"$build/headroom" run --json -r "$in/roster.xlsx" -o "$out" "$in/photos" >"$work/said" || true
grep -q '"judged":0,' "$work/said" || complain "a second run judges photos again"
echo "$photos photos made in $made s, run three times in $took s: $(wc -l <"$work/passed") passed"
exit "$bad"
