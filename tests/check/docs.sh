#!/bin/sh
# SPDX-License-Identifier: MIT
# Documents against the program: table of checks, both languages in step, every check with a sample.
# Usage: docs.sh BUILD
set -eu
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
bad=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

table() { # the lines between the marks of a README
    sed -n '/<!-- checks -->/,/<!-- end of checks -->/p' "$1" | sed '1d;$d'
}
"$build/headroom" list checks --markdown --lang en >"$work/en"
"$build/headroom" list checks --markdown --lang zh >"$work/zh"
table README.md | diff -u - "$work/en" || { echo "README.md: table of checks is not list checks --markdown --lang en"; bad=1; }
table README.zh.md | diff -u - "$work/zh" || { echo "README.zh.md: table of checks is not list checks --markdown --lang zh"; bad=1; }

headings() {
    awk '/^```/ { code = !code } !code && /^#/ { print $1 }' "$1"
}
blocks() { # commands shown are the same in both
    awk '/^```/ { code = !code; next } code { sub(/ +#.*/, ""); print }' "$1"
}
headings README.md >"$work/a"
headings README.zh.md | diff "$work/a" - || { echo "the READMEs have other headings"; bad=1; }
blocks README.md >"$work/a"
blocks README.zh.md | diff "$work/a" - || { echo "the READMEs show other commands"; bad=1; }

# Files that a README names exist.
for file in $(grep -ohE '\]\([A-Za-z0-9_./-]+\)' README.md README.zh.md | tr -d '])(' | sort -u); do
    [ -e "$file" ] || { echo "a README names '$file', which is not there"; bad=1; }
done

# Every check has a sample that breaks it, or a reason why not.
"$build/make_samples" --fault list | cut -d, -f4 | tr '|' '\n' | sort -u >"$work/sampled"
grep -v '^#' tests/check/unsampled.txt | awk 'NF { print $1 }' | sort -u >"$work/exempt"
for check in $(sed -n 's/^ *X(\([a-z_]*\),.*/\1/p' pipeline/checks.h); do
    sampled=$(grep -cx "$check" "$work/sampled" || true)
    exempt=$(grep -cx "$check" "$work/exempt" || true)
    [ $((sampled + exempt)) = 1 ] ||
        { echo "$check: $sampled samples, $exempt reasons in tests/check/unsampled.txt: exactly one is right"; bad=1; }
done
exit "$bad"
