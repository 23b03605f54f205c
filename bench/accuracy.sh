#!/bin/sh
# Writes bench/results/accuracy-*.md: facts against truth and verdicts per fault on ../shared/faces, for the
# detector that ships and for YuNet; for ours also on labelled faces that trained nothing and on generated samples.
#   sh bench/accuracy.sh [BUILD]
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$top/build}
shared=${HEADROOM_SHARED:-$top/../shared}
faces=$shared/faces pack=$shared/landmarks/pack
[ -d "$faces" ] || { echo "accuracy: no truth at '$faces'" >&2; exit 2; }
mkdir -p "$top/bench/results"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

measure() { # name, further arguments
    out=$top/bench/results/accuracy-$1.md
    shift
    {
        echo "Made by \`sh bench/accuracy.sh\` on $(date +%F), $(git -C "$top" rev-parse --short HEAD),"
        echo "profile college-light-blue, 60 pictures of other people's making with truth."
        echo
        "$build/accuracy" "$@" "$faces/composite" "$faces/truth_composite.csv" \
            "$faces/synthetic" "$faces/truth_synthetic.csv" "$faces/real" "$faces/truth_real.csv"
    } >"$out"
    tail -n 1 "$out"
}

labelled() { # title, table, group
    python3 "$top/bench/pack_truth.py" "$pack/$2" "$3" >"$work/truth.csv"
    echo
    echo "## $1"
    "$build/accuracy" --summary "$pack/img" "$work/truth.csv"
}
measure own
if [ -d "$pack" ]; then
    "$build/make_samples" --faults 0 -n 300 --seed 22 --size small "$work/none" >/dev/null
    {
        labelled "Public faces that trained nothing; truth: labels of a mesh model" points_public.csv val
        labelled "Generated faces (sfhq), frontal; the same labels" points.csv sfhq
        labelled "Generated faces (t2i), many turned or covered; the same labels" points.csv t2i
        labelled "Heads turned by 13 to 32 degrees; sides by eye, the rest labels" points.csv turned
        labelled "Heads that face the camera; sides by eye, the rest labels" points.csv facing
        echo
        echo "## Generated samples without a fault; exact truth"
        "$build/accuracy" --summary "$work/none/photos" "$work/none/manifest.csv"
    } >>"$top/bench/results/accuracy-own.md"
fi
yunet=$shared/models/yunet_n_640_640.onnx
[ -f "$yunet" ] && measure yunet --detector "$yunet"
