#!/bin/sh
# SPDX-License-Identifier: MIT
# 100,000 rows as CSV, XLSX and DBF: in under 2 s of CPU and 60 MB each, and the same persons. Usage: roster_speed.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
"$build/make_scenario" -n 100000 -j 0 "$work"
for kind in csv xlsx dbf; do
    "$build/roster_speed" "$work/roster.$kind" >"$work/said"
    sed 's/.*roster\.//' "$work/said"
    sed 's/.* of \([0-9]*\) rows.* hash \([0-9a-f]*\), .* \([0-9]*\) ms cpu, peak \([0-9]*\) KiB/\1 \2 \3 \4/' "$work/said" >"$work/numbers"
    read -r rows hash cpu_ms peak_kib <"$work/numbers"
    [ "$rows" -ge 100000 ] || { echo "$kind: $rows rows"; bad=1; }
    [ "$cpu_ms" -lt 2000 ] || { echo "$kind: $cpu_ms ms of CPU, not under 2000"; bad=1; }
    [ "$peak_kib" -lt 58593 ] || { echo "$kind: $peak_kib KiB, not under 60 MB"; bad=1; }
    echo "$hash" >>"$work/hashes"
done
[ "$(sort -u "$work/hashes" | wc -l)" = 1 ] || { echo "the three formats give other persons"; bad=1; }
exit "$bad"
