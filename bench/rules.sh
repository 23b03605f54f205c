#!/bin/sh
# Writes bench/results/rules.md: what the rules on pose, eyes, mouth, glasses and hair flag wrongly and miss on the
# labelled faces of ../shared/landmarks/pack and on renders with exact truth, and the findings of each fault.
#   sh bench/rules.sh [BUILD]     COUNT, RENDERS, MORE: photos of every fault, of lids and lips, of other rules
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$top/build}
faces=${HEADROOM_SHARED:-$top/../shared}/landmarks/pack/img
[ -d "$faces" ] || { echo "rules: no faces at '$faces'" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make() { "$build/make_samples" --size small "$@" >/dev/null; }
make --each -n "${COUNT:-620}" --seed 11 "$work/each"
renders=${RENDERS:-300}
make --faults 0 -n "$renders" --seed 22 "$work/none"
set -- "$work/none"
for fault in closed_eye open_mouth; do
    make --fault "$fault" -n "$renders" --seed 21 "$work/$fault"
    set -- "$@" "$work/$fault"
done
for fault in turned_head lowered_head tilt_mild eyes_aside dark_glasses lens_glare frame_over_eye red_eyes hair_over_face hat mask lost_tag shoulders; do
    make --fault "$fault" -n "${MORE:-60}" --seed 21 "$work/$fault"
    set -- "$@" "$work/$fault"
done
{
    echo "# Rules on pose, eyes, mouth, glasses and hair"
    echo
    echo "Made by \`sh bench/rules.sh\`, profile college-light-blue. What the labels mean: [README](../README.md)."
    echo
    "$build/rules" "$faces" "$top/bench/labels.csv" "$work/each" "$@"
} >"$work/rules.md"
mkdir -p "$top/bench/results"
mv "$work/rules.md" "$top/bench/results/rules.md"
sed -n '/^## Labelled/,/^## Cross/p' "$top/bench/results/rules.md"
