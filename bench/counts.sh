#!/bin/sh
# Writes bench/results/counts.md: how often exactly as many faces are found as there are, on made scenes of faces that
# trained neither finder, points nor verifier (face_scenes.py) and on the generated portraits of ../shared/landmarks/pack.
#   sh bench/counts.sh [BUILD]     COUNT: pictures of a kind; HALF: of the generated faces; 1 judged, 0 chose the limits
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$top/build}
pack=${HEADROOM_SHARED:-$top/../shared}/landmarks/pack
[ -d "$pack" ] || { echo "counts: no faces at '$pack'" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
${PYTHON:-/usr/bin/python3} "$top/bench/face_scenes.py" "$pack" "$work" --count "${COUNT:-300}" --half "${HALF:-1}"
row() { # name, folder, truth
    "$build/accuracy" --summary "$2" "$3" | awk -v name="$1" '/files, faces counted right/ {
        n = $1; k = $7 + 0; z = 1.96; p = k / n; all = 1 + z * z / n
        middle = p + z * z / (2 * n); half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        high = (middle + half) / all
        printf "| %s | %d of %d | %.1f %% (%.1f to %.1f) |\n", name, k, n, 100 * p, 100 * (middle - half) / all, 100 * (high > 1 ? 1 : high) }'
}
{
    echo "# Faces counted right"
    echo
    echo "Made by \`sh bench/counts.sh\` with ${COUNT:-300} pictures of a kind and half ${HALF:-1} of the generated faces; a share's"
    echo "bounds are Wilson's of 95 %."
    echo
    echo "| pictures | counted right | |"
    echo "|---|---|---|"
    for kind in "$work"/*/; do
        row "$(basename "$kind" | tr _ ' ')" "$kind" "$kind/truth.csv"
    done
    for group in t2i sfhq; do
        python3 "$top/bench/pack_truth.py" "$pack/points.csv" $group >"$work/truth.csv"
        row "$group, as they are (of t2i 8 show several people)" "$pack/img" "$work/truth.csv"
    done
} >"$work/counts.md"
mkdir -p "$top/bench/results"
mv "$work/counts.md" "$top/bench/results/counts.md"
cat "$top/bench/results/counts.md"
