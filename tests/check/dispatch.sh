#!/bin/sh
# SPDX-License-Identifier: MIT
# The same verdicts, and geometry within 0.05 px, whatever vector instructions the machine has: the networks'
# kernels for AVX-512, for AVX2 and for neither are forced in turn. Usage: dispatch.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
complain() {
    echo "$1"
    bad=1
}
has() {
    grep -qw "$1" /proc/cpuinfo
}
has avx2 || { echo "this machine has no AVX2: there is one way only"; exit 77; }

code=0
HEADROOM_CPU=none "$build/headroom" check "$0" >"$work/said" 2>"$work/errors" || code=$?
{ [ "$code" = 2 ] && grep -q "'none'" "$work/errors"; } || complain "kernels that there are not: exit $code"

"$build/make_samples" -n 40 --each --size small --seed 12 "$work/in"
facts() { # name: lines "file fact value" and "file verdict NAME", sorted
    sed -n 's/.*"verdict":"\([A-Z]*\)".*"path":"\([^"]*\)".*"facts":{\([^}]*\)}.*/\2\t\1\t\3/p' "$work/$1.json" |
        awk -F '\t' '{ file = $1; sub(/.*\//, "", file); gsub(/ /, "_", file); print file, "verdict", $2
               n = split($3, fact, ","); for (i = 1; i <= n; i++) { sub(/^"/, "", fact[i]); sub(/":/, " ", fact[i]); print file, fact[i] } }' |
        sort >"$work/$1.facts"
}
judge() { # name, kernels; none: the best that the machine has
    code=0
    HEADROOM_CPU=$2 "$build/headroom" check -q -j 2 "$work/in/photos" >"$work/$1.json" || code=$?
    [ "$code" -le 1 ] || complain "$1: exit $code"
    facts "$1"
}
judge as-it-is ""
judge avx2 avx2
judge base base

total=$(wc -l <"$work/as-it-is.facts")
[ "$total" -ge 1000 ] || complain "only $total facts to compare"
for other in avx2 base; do
    [ "$(wc -l <"$work/$other.facts")" = "$total" ] || complain "$other: other facts are measured"
    paste -d ' ' "$work/as-it-is.facts" "$work/$other.facts" | awk -v other="$other" '
        $1 != $4 || $2 != $5 { print other ": " $4 " " $5 " beside " $1 " " $2; bad = 1; next }
        $2 == "verdict" && $3 != $6 { print other ": " $1 " is " $6 ", not " $3; bad = 1 }
        $2 ~ /_px$|_deg$/ { d = $3 - $6; if (d < 0) d = -d; if (d > most) most = d
            if (d > 0.05) { print other ": " $1 " " $2 " " $6 ", not " $3; bad = 1 } }
        $3 != $6 { differ++ }
        END { print other ": " NR " facts, " differ + 0 " differ, geometry by at most " most + 0; exit bad }' ||
        bad=1
done
has avx512f || echo "this machine has no AVX-512: AVX2 was compared with SSE2"
exit "$bad"
