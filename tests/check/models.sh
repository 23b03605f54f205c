#!/bin/sh
# SPDX-License-Identifier: MIT
# The model card against the files, and its table of points against the code.
set -eu
cd "$(dirname "$0")/../.."
card=models/face/README.md
bad=0
points=$(mktemp)
trap 'rm -f "$points"' EXIT
complain() {
    echo "$1"
    bad=1
}

# Every network has its row, every row its network; bytes and sha256 are true.
for file in models/face/*.onnx models/face/*.net; do
    name=$(basename "$file")
    row="| \`$name\` | $(wc -c <"$file") | \`$(sha256sum "$file" | cut -d ' ' -f 1)\` |"
    grep -qxF "$row" "$card" || complain "$card: the row of '$name' is not: $row"
done
named=$(grep -cE '^\| `[a-z_]+\.(onnx|net)` \| [0-9]+ \| `[0-9a-f]{64}` \|$' "$card" || true)
there=$(find models/face -name '*.onnx' -o -name '*.net' | wc -l)
[ "$named" = "$there" ] || complain "$card: $named networks in the table, $there in the folder"

# 68 points in order; mirrors point back at one another; face_place.h means the same points.
sed -n 's/^| \([0-9]*\) | `\([a-z0-9_]*\)` | \([0-9]*\) | .* |$/\1 \2 \3/p' "$card" >"$points"
awk '
    $1 != NR - 1 { print "point " $1 " stands in row " NR - 1; bad = 1 }
    { mirror[$1] = $3 }
    END {
        if (NR != 68) { print NR " points, 68 are right"; bad = 1 }
        for (i in mirror)
            if (mirror[mirror[i]] != i) { print "the mirror of the mirror of " i " is " mirror[mirror[i]]; bad = 1 }
        exit bad
    }' "$points" || bad=1
while read -r constant name; do
    number=$(awk -v name="$name" '$2 == name { print $1 }' "$points")
    grep -qE "^    POINT_$constant = $number," stages/face_place.h ||
        complain "stages/face_place.h: POINT_$constant is not point '$name' ($number)"
done <<'POINTS'
EYE_LEFT eye_l_out
EYE_RIGHT eye_r_out
IRIS eye_l_c
MOUTH_LEFT mouth_l
MOUTH_RIGHT mouth_r
LIP_UPPER lip_ui
LIP_LOWER lip_li
CONTOUR_FIRST side_brow_l
SIDE_LEFT side_ear_l
CHIN chin
SIDE_RIGHT side_ear_r
CONTOUR_LAST side_brow_r
POINTS

# Files of others are named, never shipped.
find . -path './build*' -prune -o \( -name '*yunet*.onnx' -o -name '*cascade*.xml' \) -print | grep . &&
    complain "a model of others must not be in the repository"
exit "$bad"
