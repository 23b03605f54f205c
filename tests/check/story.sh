#!/bin/sh
# SPDX-License-Identifier: MIT
# The year that the README tells, command by command as it stands there. Usage: story.sh BUILD
set -eu
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
complain() {
    echo "$1"
    bad=1
}
# Its block, each run with --json and its end noted.
awk '/^## A year on the samples/ { here = 1 } here && /^```/ { code = !code; if (!code) exit; next } code' README.md |
    sed 's/ *#.*//; s/headroom run/& --json --lang en/; /headroom/s/$/ >>said 2>\&1 || echo "ended with $?" >>said; echo >>said/' >"$work/story"
[ "$(grep -c 'headroom run' "$work/story")" = 3 ] || complain "the README tells another story"
ln -s "$build" "$work/build"
(cd "$work" && sh -eu story) >"$work/shown" 2>"$work/errors" || { cat "$work/errors"; complain "a command of the README fails"; }
number() { # round, key
    grep '"type":"summary"' "$work/said" | sed -n "$1p" | grep -o "\"$2\":[0-9]*" | head -1 | cut -d: -f2
}
retakes=$(find "$work/year/retakes" -type f | wc -l)
[ "$retakes" -gt 0 ] || complain "nobody needs a retake"
grep -q '机电1班' "$work/shown" || complain "the lists show no class"
[ "$(number 1 judged)" = 40 ] || complain "round 1 judges $(number 1 judged)"
[ "$(number 1 exit)" = 1 ] || complain "round 1 ends with $(number 1 exit)"
[ "$(number 2 judged)" = "$retakes" ] || complain "round 2 judges $(number 2 judged) of $retakes"
[ "$(number 2 ready)" -gt "$(number 1 ready)" ] || complain "round 2 makes nobody ready"
grep '"type":"summary"' "$work/said" | sed -n 2p | grep -q "\"zips\":1,\"photos\":$(($(number 2 ready) - $(number 1 ready)))}" ||
    complain "--new-only packs other photos than the new ones"
[ "$(number 3 judged)" = 0 ] || complain "decisions judge photos again"
[ "$(number 3 review)" = 0 ] || complain "somebody needs a look after all decisions"
[ "$(number 3 exit)" = 0 ] || [ "$(number 3 reject)" -gt 0 ] || complain "the end is $(number 3 exit)"
grep -q 'all is well\|全部正确\|has no photo' "$work/said" || complain "verify says nothing"
exit "$bad"
