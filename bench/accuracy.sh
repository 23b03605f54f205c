#!/bin/sh
# Writes bench/results/accuracy-*.md: facts against truth and verdicts per fault on ../shared/faces, for the
# detector that ships and for YuNet.   sh bench/accuracy.sh [BUILD]
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$top/build}
shared=${HEADROOM_SHARED:-$top/../shared}
faces=$shared/faces
[ -d "$faces" ] || { echo "accuracy: no truth at '$faces'" >&2; exit 2; }
mkdir -p "$top/bench/results"

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
measure own
yunet=$shared/models/yunet_n_640_640.onnx
[ -f "$yunet" ] && measure yunet --detector "$yunet"
