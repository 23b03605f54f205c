#!/bin/sh
# SPDX-License-Identifier: MIT
# Every test: units, fuzz corpora, sanitizers, golden, properties, rooms, sizes, documents.
# Installs what is missing (Debian 12, as root), builds, and ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/.."
out=tests/out
jobs=$(nproc 2>/dev/null || echo 2)
counts=$out/counts # "passed 1" and the like, a line each, since some steps run beside others
started=$(date +%s)
export G_SLICE=always-malloc SOURCE_DATE_EPOCH=1796083200 # 2026-12-01: the photos that are made are of that year
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
export LSAN_OPTIONS="suppressions=$PWD/tests/leaks.supp:print_suppressions=0"
export TSAN_OPTIONS="suppressions=$PWD/tests/threads.supp:halt_on_error=1"

sh samples/install.sh test || exit 3
mkdir -p "$out"
: >"$counts"

count() { # passed, failed or skipped, how many
    echo "$1 $2" >>"$counts"
}

step() { # name, command...: one test; exit 77 means skipped
    name=$1 code=0 since=$(date +%s)
    shift
    "$@" >"$out/$name.log" 2>&1 || code=$?
    took=$(($(date +%s) - since))
    case $code in
    0) count passed 1; echo "ok    $name (${took} s)" ;;
    77) count skipped 1; echo "skip  $name: $(tail -1 "$out/$name.log")" ;;
    *) count failed 1; echo "FAIL  $name (${took} s), see $out/$name.log"; tail -25 "$out/$name.log" ;;
    esac
    return "$code"
}

configure() { # build folder, "" or what of it, options...
    folder=$1 targets=$2
    shift 2
    # shellcheck disable=SC2086 # a list of targets
    cmake -S . -B "$folder" -G Ninja "$@" && cmake --build "$folder" -j "$jobs" ${targets:+--target $targets}
}

units() { # build folder: each ctest counts as one
    name=units-$1
    ctest --test-dir "$1" -j "$jobs" --timeout 300 --output-on-failure >"$out/$name.log" 2>&1
    total=$(sed -n 's/.*tests failed out of \([0-9]*\)$/\1/p' "$out/$name.log")
    broken=$(sed -n 's/.* \([0-9]*\) tests failed out of .*/\1/p' "$out/$name.log")
    if [ -z "$total" ]; then
        count failed 1
        echo "FAIL  $name: ctest did not run"
        tail -5 "$out/$name.log"
        return
    fi
    count passed $((total - broken))
    count failed "$broken"
    echo "$([ "$broken" = 0 ] && echo ok || echo FAIL)    $name: $((total - broken)) of $total"
    [ "$broken" = 0 ] || grep -E '^[ \t]*[0-9]+ - |Failed|\*\*\*' "$out/$name.log" | tail -20
}

clang_accepts() {
    command -v clang >/dev/null || { echo "no clang here"; return 77; }
    flags=$(pkg-config --cflags glib-2.0 libuv sqlite3 jansson libxxhash libcrypto libjpeg libzip zlib lcms2 libseccomp xlsxwriter)
    for file in pipeline/*.c stages/*.c samples/*.c; do
        # shellcheck disable=SC2086 # a list of flags
        clang -std=gnu2x -Wall -Wextra -Wshadow -Wconversion -Werror -fsyntax-only $flags \
            -DHEADROOM_VERSION='"0"' -DSOURCE_DIR='"."' -DINSTALLED_MODELS='"."' "$file" || return 1
    done
}

short_run() { # build folder, lanes, photos: a whole run under a sanitizer, which uses ptrace and processes
    rm -rf "$out/short-$1"
    build/make_samples --each -n "$3" --seed 3 --size small "$out/short-$1"
    ended=0
    "$1/headroom" run --no-sandbox -j "$2" -o "$out/short-$1/out" "$out/short-$1/photos" || ended=$?
    [ "$ended" -le 1 ] || return "$ended"
    lines=$(grep -c '"type":"photo"' "$out/short-$1/out/report.jsonl")
    files=$(find "$out/short-$1/photos" -type f | wc -l)
    [ "$lines" = "$files" ] || { echo "$lines records of $files photos"; return 1; }
    rm -rf "$out/short-$1"
}

# Every second of the checks that may share the machine with another: which second, 0 or 1. What runs beside others begins with
# interrupts ignored: not so its programs.
checks() {
    nth=0
    for check in tests/check/*.sh; do
        name=$(basename "$check" .sh)
        case " $alone $early attempts " in *" $name "*) continue ;; esac
        nth=$((nth + 1))
        [ $((nth % 2)) != "$1" ] || step "$name" env --default-signal sh "$check" build
    done
}

# Cluster engines and a network file system on this machine; the same photos for all of them, so many that a shard lasts longer
# than a cancellation; and runs whose files must grow old.
waiting() {
    rm -rf "$out/cluster"
    build/make_scenario -n 480 "$out/cluster" >"$out/cluster.log" 2>&1
    step slurm env --default-signal sh tests/cluster/slurm.sh build "$out/cluster" plain worker task both controller twice
    step ssh env --default-signal sh tests/cluster/ssh.sh build "$out/cluster" plain both master
    step network env --default-signal sh tests/cluster/network.sh build "$out/cluster" machine twice
    step kubernetes env --default-signal sh tests/cluster/kubernetes.sh build "$out/cluster"
    step attempts env --default-signal sh tests/check/attempts.sh build
    rm -rf "$out/cluster"
}

if step build configure build ""; then
    units build
    early="rooms sizes" alone="budget kill page page_clicks roster_speed" # the latter hold the clock against something
    for check in $early; do
        step "$check" sh "tests/check/$check.sh"
    done
    { step clang clang_accepts; step scenario env --default-signal sh tests/golden/scenario.sh build; } &
    trap 'kill $!; exit 130' INT TERM
    step golden sh tests/golden/run.sh build
    wait
    checks 1 &
    trap 'kill $!; exit 130' INT TERM
    checks 0
    wait
    waiting & # these mostly wait: the browser does not, nor the compiler
    trap 'kill $!; exit 130' INT TERM
    for check in $alone; do
        step "$check" sh "tests/check/$check.sh" build
    done
fi
if step build-asan configure build-asan "" -DSANITIZE=address,undefined; then
    units build-asan
    { step short-run-asan short_run build-asan 2 25; step mutants-asan env --default-signal sh tests/check/mutants.sh build-asan 60; } &
fi
if step build-tsan configure build-tsan "headroom test_run" -DSANITIZE=thread; then
    step belt-tsan ./build-tsan/test_run
    step short-run-tsan short_run build-tsan 4 20
fi
wait

total() {
    awk -v kind="$1" '$1 == kind { sum += $2 } END { print sum + 0 }' "$counts"
}
failed=$(total failed) skipped=$(total skipped)
echo "took $((($(date +%s) - started) / 60)) min $((($(date +%s) - started) % 60)) s"
echo "$(total passed) passed, $failed failed$([ "$skipped" = 0 ] || echo ", $skipped skipped")"
[ "$failed" = 0 ]
