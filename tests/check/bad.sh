#!/bin/sh
# Broken, odd and hostile files through the whole program: a record for each, none slower than a second, none
# that is known to be damaged passes, bombs are refused from the header.   sh tests/check/bad.sh [BUILD]
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:-$top/build}
bad=${HEADROOM_SHARED:-$top/../shared}/bad
[ -d "$bad" ] || { echo "bad: skipped, no '$bad'"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/in"

# Each file under a valid number, so that only its content decides.
awk -F, 'NR > 1 { print $1 }' "$bad/ORIGINS.csv" | awk '{
    split("7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2", w, " "); digits = "10X98765432"
    id = "11010119990101" sprintf("%03d", NR); s = 0
    for (i = 1; i <= 17; i++) s += w[i] * substr(id, i, 1)
    print id substr(digits, s % 11 + 1, 1), $1 }' >"$work/names"
while read -r id file; do cp "$bad/$file" "$work/in/$id.jpg"; done <"$work/names"

start=$(date +%s)
code=0
"$build/headroom" run -q -j 2 --timing -o "$work/out" "$work/in" || code=$?
took=$(($(date +%s) - start))

passed=0 failed=0
expect() { # description, condition's exit status
    if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}
check() { description=$1; shift; if "$@"; then expect "$description" 0; else expect "$description" 1; fi; }

check "the run ends with 1, not $code" [ "$code" = 1 ]
files=$(wc -l <"$work/names")
check "every one of $files files has a record" [ "$(wc -l <"$work/out/report.jsonl")" = "$files" ]
check "the whole took $took s" [ "$took" -lt 60 ]
while read -r id file; do
    line=$(grep -F "\"id\":\"$id\"" "$work/out/report.jsonl" || true)
    verdict=$(printf '%s' "$line" | sed 's/.*"verdict":"\([A-Z]*\)".*/\1/')
    want=$(awk -F, -v f="$file" '$1 == f { print $3 " " $4 }' "$bad/ORIGINS.csv")
    slow=$(printf '%s' "$line" | sed 's/.*"ms":{\([^}]*\)}.*/\1/' | tr ',' '\n' | awk -F: '{ s += $2 } END { print (s > 1000) }')
    check "$file took over a second" [ "$slow" = 0 ]
    case $want in
    *reject* | *damaged* | *warn* | *fault*) check "$file passes, though: $want" [ "$verdict" != PASS ] ;;
    esac
    case $file in
    hand_bomb* | hand_real_108MP*)
        ms=$(printf '%s' "$line" | sed 's/.*"decode":\([0-9.]*\).*/\1/')
        check "$file is refused, not $verdict" [ "$verdict" = REJECT ]
        check "$file cost $ms ms" awk -v ms="$ms" 'BEGIN { exit !(ms < 5) }' ;;
    hand_is_* | hand_heic* | hand_html* | hand_random* | hand_zero* | hand_leading* | hand_utf8bom*)
        check "$file is refused, not $verdict" [ "$verdict" = REJECT ] ;;
    esac
done <"$work/names"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
