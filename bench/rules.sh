#!/bin/sh
# Writes bench/results/rules.md: what the rules on pose, eyes and glasses flag wrongly and miss on the
# labelled faces of ../shared/landmarks/pack, and on generated samples.   sh bench/rules.sh [BUILD]
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$top/build}
faces=${HEADROOM_SHARED:-$top/../shared}/landmarks/pack/img
[ -d "$faces" ] || { echo "rules: no faces at '$faces'" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$build/make_samples" --each -n "${COUNT:-620}" --seed 11 --size small "$work/samples" >/dev/null
{
    echo "# Rules on pose, eyes and glasses"
    echo
    echo "Made by \`sh bench/rules.sh\`, profile college-light-blue. What the labels mean: [README](../README.md)."
    echo
    "$build/rules" "$faces" "$top/bench/labels.csv" "$work/samples"
} >"$work/rules.md"
mkdir -p "$top/bench/results"
mv "$work/rules.md" "$top/bench/results/rules.md"
sed -n '/^## Labelled/,/^## Cross/p' "$top/bench/results/rules.md"
