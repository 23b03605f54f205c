#!/bin/sh
# SPDX-License-Identifier: MIT
# OpenCV is loaded for --detector alone, by a module that is found beside the program or where it is installed.
# Usage: detector.sh BUILD
set -eu
build=$(cd "$1" && pwd)
top=$(cd "$(dirname "$0")/../.." && pwd)
yunet=${HEADROOM_SHARED:-$top/../shared}/models/yunet_n_640_640.onnx
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
complain() {
    echo "$1"
    bad=1
}
expect() { # code, program, arguments...
    wanted=$1 code=0 program=$2
    shift 2
    "$program" check --lang en "$@" "$work/in" >"$work/said" 2>"$work/errors" || code=$?
    [ "$code" = "$wanted" ] || { cat "$work/errors"; complain "check $*: exit $code, not $wanted"; }
}
says() {
    grep -qF "$1" "$work/errors" || { cat "$work/errors"; complain "nobody says '$1'"; }
}

"$build/make_samples" --corpus d -n 2 --seed 5 "$work/made"
mv "$work/made/photos" "$work/in"
mkdir -p "$work/alone" "$work/installed/bin" "$work/installed/lib/headroom"
cp "$build/headroom" "$work/alone"
cp "$build/headroom" "$work/installed/bin"
cp "$build/yunet.so" "$work/installed/lib/headroom"
echo "no network" >"$work/broken.onnx"

# Without --detector: not linked, not loaded, not needed.
ldd "$build/headroom" | grep -i opencv && complain "the program is linked with OpenCV"
LD_DEBUG=files "$build/headroom" check -q "$work/in" >"$work/said" 2>"$work/loaded"
grep -q 'file=libjpeg' "$work/loaded" || complain "it is not seen what is loaded"
grep -i 'file=.*opencv' "$work/loaded" && complain "OpenCV is loaded without --detector"
expect 0 "$work/alone/headroom"

# With it: the module in both places, and what is said where it is missing or the file is none.
expect 3 "$work/alone/headroom" --detector "$work/broken.onnx"
says yunet.so
for program in "$build/headroom" "$work/installed/bin/headroom"; do
    expect 3 "$program" --detector "$work/broken.onnx"
    says "$work/broken.onnx"
done
echo "no library" >"$work/alone/yunet.so"
expect 3 "$work/alone/headroom" --detector "$work/broken.onnx"
says yunet.so

# YuNet itself is never shipped.
[ -f "$yunet" ] || { echo "no YuNet at '$yunet'"; [ "$bad" = 0 ] && exit 77; exit 1; }
for program in "$build/headroom" "$work/installed/bin/headroom"; do
    expect 0 "$program" --sandbox --detector "$yunet"
    [ "$(grep -c '"faces":1' "$work/said")" = 2 ] || complain "YuNet does not find the two faces"
done
exit "$bad"
