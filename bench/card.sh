#!/bin/sh
# Copies the tables of bench/results/accuracy-own.md and rules.md into models/README.md, between its marks; with
# --measure it makes both anew first (half an hour on two cores).   sh bench/card.sh [BUILD] [--measure]
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$top/build}
if [ "${2:-}" = --measure ]; then
    sh "$top/bench/accuracy.sh" "$build"
    sh "$top/bench/rules.sh" "$build"
fi
results=$top/bench/results work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
    sed -n '/^<!-- tables -->/q; p' "$top/models/README.md"
    echo "<!-- tables -->"
    echo "Made by \`sh bench/card.sh\`; a share's bounds are Wilson's of 95 %."
    echo
    echo "## Errors"
    echo
    echo "Made pictures of 60 people of other people's making, then faces and samples of our own."
    echo
    sed -n '/^## /q; /^| fact /,$p' "$results/accuracy-own.md"
    sed -n '/^## /,$p' "$results/accuracy-own.md" | sed 's/^## /### /'
    echo
    sed -n '/^## Labelled/,$p' "$results/rules.md"
} >"$work/README.md"
mv "$work/README.md" "$top/models/README.md"
