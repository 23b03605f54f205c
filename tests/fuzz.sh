#!/bin/sh
# SPDX-License-Identifier: MIT
# Fuzzes one door after another with libFuzzer, clang, and the address and undefined sanitizers. Prints a row
# for each: CPU seconds, runs, runs a second, edges of our code and of the door that were reached, findings. What is found lies,
# made as small as a minute allows, in BUILD/found/TARGET-*; inputs that reach something new in BUILD/found/TARGET.
# Usage: fuzz.sh SECONDS [TARGET...]; the build folder is $BUILD, build-fuzz by default. 1: something was found.
set -eu
cd "$(dirname "$0")/.."
case ${1:-} in '' | *[!0-9]*) echo "usage: sh tests/fuzz.sh SECONDS [TARGET...]" >&2; exit 2 ;; esac
seconds=$1
shift
command -v clang >/dev/null || { echo "no clang here" >&2; exit 77; }
[ "$#" -gt 0 ] || set -- $(sed -n '/^set(FUZZ_DOORS/,/)/p' CMakeLists.txt | tr -d '()' | sed 's/^set//; s/FUZZ_DOORS//')
build=${BUILD:-build-fuzz} found=${BUILD:-build-fuzz}/found bad=0
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 G_SLICE=always-malloc
export LSAN_OPTIONS="suppressions=$PWD/tests/leaks.supp:print_suppressions=0"

mkdir -p "$found"
CC=clang CXX=clang++ cmake -S . -B "$build" -G Ninja -DFUZZ=ON -DSANITIZE=address,undefined >"$build/fuzz.log" 2>&1 &&
    cmake --build "$build" --target $(printf 'fuzz_%s ' "$@") >>"$build/fuzz.log" 2>&1 || { tail -20 "$build/fuzz.log"; exit 3; }

cpu_ms() { # of all children that have ended
    awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); sum += t[1] * 60 + t[2] } printf "%d", sum * 1000 }' "$found/times"
}
stat() { # name, log
    sed -n "s/^stat::$1: *//p" "$2"
}

echo "| target | CPU s | runs | runs/s | edges | slowest s | findings |"
echo "|---|---|---|---|---|---|---|"
for target; do
    log=$found/$target.log code=0
    mkdir -p "$found/$target"
    times >"$found/times"
    before=$(cpu_ms)
    "$build/fuzz_$target" -max_total_time="$seconds" -timeout=30 -report_slow_units=5 -rss_limit_mb=3000 -print_final_stats=1 \
        -artifact_prefix="$found/$target-" "$found/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1 || code=$?
    hits=$(find "$found" -maxdepth 1 -type f -newer "$found/times" -name "$target-*" ! -name '*.small' ! -name '*.log' ! -name "$target-slow-unit-*" | sort)
    times >"$found/times"
    spent=$(($(cpu_ms) - before))
    for hit in $hits; do
        "$build/fuzz_$target" -minimize_crash=1 -max_total_time=60 -timeout=30 -exact_artifact_path="$hit.small" "$hit" >"$hit.log" 2>&1 || true
    done
    runs=$(stat number_of_executed_units "$log")
    edges=$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)
    count=$(printf '%s' "$hits" | grep -c . || true)
    [ "$code" = 0 ] && [ "$count" = 0 ] || bad=1
    [ "$code" = 0 ] || [ "$count" != 0 ] || tail -5 "$log"
    echo "| \`$target\` | $((spent / 1000)) | ${runs:-0} | $((spent > 0 ? ${runs:-0} * 1000 / spent : 0)) | ${edges:-0} | $(stat slowest_unit_time_sec "$log") | $count |"
done
rm -f "$found/times"
exit "$bad"
