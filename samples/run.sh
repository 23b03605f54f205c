#!/bin/sh
# SPDX-License-Identifier: MIT
# From a fresh Debian 12 to a first result: installs what is missing, builds, makes sample photos with
# known faults, runs headroom on them and compares its verdicts with what the manifest expects.
set -eu
cd "$(dirname "$0")/.."
out=samples/out

sh samples/install.sh build
echo "building (the first time takes a minute or two)"
cmake -S . -B build -G Ninja >build.log 2>&1 || { cat build.log >&2; exit 1; }
cmake --build build --target headroom make_samples compare_samples >build.log 2>&1 ||
    { cat build.log >&2; exit 1; }
rm -f build.log

rm -rf "$out"
mkdir -p "$out"
build/make_samples -n 65 --each --size mixed "$out"
echo "made $(ls "$out/photos" | wc -l) photos in $out/photos; what each must get: $out/manifest.csv"

code=0
build/headroom run -o "$out/result" "$out/photos" || code=$?
# 1: finished, and somebody needs a retake: most samples have a fault
[ "$code" -le 1 ] || { echo "headroom ended with $code" >&2; exit 1; }

echo
build/compare_samples "$out/manifest.csv" "$out/result/report.jsonl" || true
echo "report: $PWD/$out/result/report.csv (and report.jsonl, lists/)"
