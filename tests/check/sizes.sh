#!/bin/sh
# SPDX-License-Identifier: MIT
# What of the style can be counted: files, functions, parameters, forbidden words.
set -eu
cd "$(dirname "$0")/../.."
bad=0
sources=$(ls pipeline/*.[ch] stages/*.[ch] stages/*.cc samples/*.[ch] tests/unit/*.c tests/fuzz/*.c tests/faults/*.c bench/*.[ch] 2>/dev/null || true)

for file in $sources; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 400 ] || { echo "$file: $lines lines, at most 400"; bad=1; }
    head -1 "$file" | grep -q 'SPDX-License-Identifier: MIT' || { echo "$file: no SPDX line"; bad=1; }
done

# A function's body lies between braces in the first column; its head is the lines before. Tables and
# types end in "};" or "} name;" and are none.
# shellcheck disable=SC2086 # a list of files
awk '
    FNR == 1 { head = ""; inside = 0 }
    /^[{]/ && head ~ /\(/ { inside = FNR; name = head; head = ""; next }
    inside && /^[}]/ {
        if (FNR - inside - 1 > 60) {
            printf "%s:%d: function of %d lines, at most 60\n", FILENAME, inside, FNR - inside - 1
            bad = 1
        }
        sub(/^[^(]*\(/, "", name)
        sub(/^Arena \*arena, /, "", name) # where memory comes from is not counted
        commas = gsub(/,/, ",", name)
        if (commas + 1 > 5) {
            printf "%s:%d: function of %d parameters, at most 5\n", FILENAME, inside, commas + 1
            bad = 1
        }
        inside = 0; next
    }
    inside { next }
    /^[A-Za-z_].*[^;]$/ && !/^(typedef|enum|struct|extern|static const .*=)/ { head = $0; next }
    /^[ \t]+/ && head != "" { head = head $0; next }
    { head = "" }
    END { exit bad }
' $sources || bad=1

forbid() { # pattern, why, files...
    pattern=$1 why=$2
    shift 2
    if grep -nE "$pattern" "$@"; then
        echo "  $why"
        bad=1
    fi
}
code=$(ls pipeline/*.[ch] stages/*.[ch] stages/*.cc samples/*.[ch])
# shellcheck disable=SC2086
{
    forbid '(^|[^a-z_"])goto [a-z]' 'no goto' $code
    forbid '\b(TODO|FIXME|XXX)\b' 'nothing unfinished' $code
    forbid '\b(mutex|rwlock|_Thread_local|thread_local)\b' 'no locks, no thread-locals' $code
    forbid '^[^/]*	' 'no tabs' $code
}
exit "$bad"
