#!/bin/sh
# SPDX-License-Identifier: MIT
# CPU of a whole run next to tools that only resize, on the corpora a to d, interleaved: every round runs
# every tool once, and ratios are taken within a round. Writes bench/results/speed.md and speed.svg.
#   sh bench/peers.sh [BUILD]
#   COUNT=5         photos of each corpus, for a quick try (the result then stays in BUILD/bench)
#   ROUNDS=3        at least 3 for figures that are kept
#   CORPORA="a b"   of a b c d
set -eu
cd "$(dirname "$0")/.."
build=$(cd "${1:-build}" && pwd)
work=$build/bench
rounds=${ROUNDS:-3}
corpora=${CORPORA:-a b c d}
yunet=${HEADROOM_SHARED:-../shared}/models/yunet_n_640_640.onnx
lanes=$(getconf _NPROCESSORS_ONLN)
results=bench/results
[ -z "${COUNT:-}${CORPORA:-}" ] || results=$work
export VIPS_CONCURRENCY=1 MAGICK_THREAD_LIMIT=1 OMP_NUM_THREADS=1 LANG=C.UTF-8
for tool in /usr/bin/time vipsthumbnail mogrify gm gnuplot c++ "$build/headroom" "$build/make_samples" "$build/floor"; do
    command -v "$tool" >/dev/null || {
        echo "peers: '$tool' is missing (packages time, libvips-tools, imagemagick, graphicsmagick, gnuplot-nox)" >&2
        exit 3
    }
done
mkdir -p "$work" bench/results
naive=$work/naive_opencv
c++ -O2 -o "$naive" bench/naive.cc -I/usr/include/opencv4 -lopencv_core -lopencv_imgproc -lopencv_dnn \
    -lopencv_imgcodecs || { echo "peers: package libopencv-imgcodecs-dev" >&2; exit 3; }

count_of() {
    case $1 in a) n=60 ;; b) n=100 ;; c) n=120 ;; *) n=200 ;; esac
    echo "${COUNT:-$n}"
}

corpus() { # name: makes it once
    folder=$work/$1 wanted="$1 $(count_of "$1")"
    [ "$(cat "$folder/made" 2>/dev/null || true)" = "$wanted" ] && return
    rm -rf "$folder"
    "$build/make_samples" --corpus "$1" -n "$(count_of "$1")" --faults 0 "$folder"
    echo "$wanted" >"$folder/made"
}

# name|command: $in is the corpus, $out a fresh folder. headroom ends with 1 where a photo needs a look.
tools() {
    hint=960x1280
    echo "vipsthumbnail|vipsthumbnail --size 480x640 -o \"\$out/%s.jpg[Q=85]\" \$in/*"
    echo "ImageMagick|mogrify -path \$out -resize 480x640 -quality 85 \$in/*"
    echo "ImageMagick, jpeg:size|mogrify -define jpeg:size=$hint -path \$out -resize 480x640 -quality 85 \$in/*"
    here="cd \"\$in\" && exec gm mogrify -output-directory \"\$out\" -resize 480x640 -quality 85"
    echo "GraphicsMagick|sh -c '$here *'"
    echo "GraphicsMagick, -size|sh -c '$here -size $hint *'"
    [ ! -f "$yunet" ] || echo "naive OpenCV loop|$naive $yunet \$out \$in/*"
    echo "headroom|$build/headroom run -q -j 1 -o \$out \$in"
    [ "$lanes" = 1 ] || echo "headroom, $lanes lanes|$build/headroom run -q -j $lanes -o \$out \$in"
    [ ! -f "$yunet" ] || echo "headroom, YuNet|$build/headroom run -q -j 1 --detector $yunet -o \$out \$in"
}

measure() { # corpus, round: appends "corpus|round|tool|CPU ms per photo|peak MiB|photos/s"
    export in="$work/$1/photos" out="$work/out"
    photos=$(find "$in" -type f | wc -l)
    tools | while IFS='|' read -r name command; do
        rm -rf "$out"
        mkdir "$out"
        code=0
        /usr/bin/time -q -f '%U %S %M %e' -o "$work/time" sh -c "exec $command" </dev/null >"$work/log" 2>&1 || code=$?
        [ "$code" = 0 ] || { [ "$code" = 1 ] && [ "${name#headroom}" != "$name" ]; } ||
            { echo "peers: $name ended with $code" >&2; cat "$work/log" >&2; exit 3; }
        awk -v head="$1|$2|$name|" -v photos="$photos" \
            '{ printf "%s%.3f|%.1f|%.1f\n", head, 1000 * ($1 + $2) / photos, $3 / 1024, photos / ($4 > 0 ? $4 : 0.01) }' \
            "$work/time" >>"$work/figures"
    done
    "$build/floor" "$in"/* >"$work/floor"
    sed "s/^/$1|$2|/" "$work/floor" >>"$work/floors"
}

floor() { # corpus: headroom against what nobody gets round, within each round
    awk -F '|' -v corpus="$1" '
        FNR == NR { if ($1 == corpus && $3 == "headroom") own[$2] = $4; next }
        $1 == corpus { split($3, part, " "); n++; ratio[n] = own[$2] / part[8]; last = $3 }
        END {
            for (i = 2; i <= n; i++)
                for (k = i; k > 1 && ratio[k] < ratio[k - 1]; k--) { t = ratio[k]; ratio[k] = ratio[k - 1]; ratio[k - 1] = t }
            split(last, part, " ")
            printf "headroom / (1/8 grey decode %.1f + one encode %.1f + one forward of the finder %.1f ms): %.2f (%.2f to %.2f).\n",
                part[2], part[4], part[6], n % 2 ? ratio[(n + 1) / 2] : (ratio[n / 2] + ratio[n / 2 + 1]) / 2, ratio[1], ratio[n]
        }' "$work/figures" "$work/floors"
}

start() { # CPU ms of a whole run of one small photo
    rm -rf "$work/one"
    mkdir "$work/one"
    cp "$(find "$work/$1/photos" -type f | sort | head -1)" "$work/one"
    /usr/bin/time -f '%U %S' -o "$work/time" sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do
        rm -rf "$3"; "$1" run -q -j 1 -o "$3" "$2" || [ $? = 1 ]; done' sh "$build/headroom" "$work/one" "$work/out" </dev/null
    awk '{ printf "%.0f\n", 100 * ($1 + $2) }' "$work/time"
}

table() { # corpus: one row per tool, in the order they ran
    echo "| tool | CPU ms/photo, median (min to max) | against vipsthumbnail, median (min to max) | photos/s | peak MiB |"
    echo "|---|---|---|---|---|"
    grep "^$1|" "$work/figures" | awk -F '|' '
        function median(name, kind,    i, k, n, t, s) { # sorts into s, prints median and range
            n = rounds[name]
            for (i = 1; i <= n; i++) s[i] = value[name, kind, i]
            for (i = 2; i <= n; i++)
                for (k = i; k > 1 && s[k] < s[k - 1]; k--) { t = s[k]; s[k] = s[k - 1]; s[k - 1] = t }
            t = n % 2 ? s[(n + 1) / 2] : (s[n / 2] + s[n / 2 + 1]) / 2
            if (kind == "speed") return sprintf("%.0f", t)
            return sprintf(kind == "ms" ? "%.1f (%.1f to %.1f)" : "%.2f (%.2f to %.2f)", t, s[1], s[n])
        }
        $3 == "vipsthumbnail" { base[$2] = $4 }
        {
            if (!rounds[$3]++) order[++tools] = $3
            value[$3, "ms", rounds[$3]] = $4
            value[$3, "ratio", rounds[$3]] = $4 / base[$2]
            value[$3, "speed", rounds[$3]] = $6
            if ($5 > peak[$3]) peak[$3] = $5
        }
        END {
            for (i = 1; i <= tools; i++)
                printf "| %s | %s | %s | %s | %.0f |\n", order[i], median(order[i], "ms"),
                    median(order[i], "ratio"), median(order[i], "speed"), peak[order[i]]
        }'
}

# Columns: the corpora; rows: the tools; the median ratio to vipsthumbnail.
plot() {
    awk -F '|' '
        function median(key,    i, k, t, n) {
            n = count[key]
            for (i = 2; i <= n; i++)
                for (k = i; k > 1 && v[key, k] < v[key, k - 1]; k--) { t = v[key, k]; v[key, k] = v[key, k - 1]; v[key, k - 1] = t }
            return n % 2 ? v[key, (n + 1) / 2] : (v[key, n / 2] + v[key, n / 2 + 1]) / 2
        }
        $3 == "vipsthumbnail" { base[$1, $2] = $4 }
        !($3 in tool) { tool[$3]; tools[++m] = $3 }
        !($1 in corpus) { corpus[$1]; corpora[++c] = $1 }
        { v[$1 "|" $3, ++count[$1 "|" $3]] = $4 / base[$1, $2] }
        END {
            printf "tool"
            for (k = 1; k <= c; k++) printf "\t%s", corpora[k]
            for (i = 1; i <= m; i++) {
                printf "\n%s", tools[i]
                for (k = 1; k <= c; k++) printf "\t%.3f", median(corpora[k] "|" tools[i])
            }
            print ""
        }' "$work/figures" >"$work/ratios"
    columns=$(awk -F '\t' 'NR == 1 { print NF }' "$work/ratios")
    gnuplot <<PLOT
set terminal svg size 900,420 font "sans-serif,12" background "white"
set output "$results/speed.svg"
set datafile separator "\t"
set style data histograms
set style fill solid 0.8
set logscale y
set ylabel "CPU of the whole run / vipsthumbnail's"
set grid y
set xtics rotate by -20
set key outside top center horizontal
plot for [i=2:$columns] "$work/ratios" using i:xtic(1) title columnheader(i), 1 with lines lt -1 notitle
PLOT
}

heading() {
    version() { dpkg-query -W -f '${Version}' "$1" 2>/dev/null || echo unknown; }
    echo "# Speed next to tools that only resize"
    echo
    echo "Made by \`sh bench/peers.sh\` on $(date +%F), commit $commit."
    echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(getconf _NPROCESSORS_ONLN) cores, $(uname -sr)."
    echo "libvips $(version libvips42), ImageMagick $(version imagemagick), GraphicsMagick $(version graphicsmagick), libjpeg-turbo $(version libjpeg62-turbo), OpenCV $(version libopencv-dnn406)."
    echo "Load (1, 5, 15 min) before: $load_before; after: $(cut -d ' ' -f 1-3 /proc/loadavg)."
    echo
    echo "CPU is user + system of the whole process, start-up included, one lane where nothing else is said; $rounds rounds,"
    echo "interleaved. The machine is shared: compare ratios, not milliseconds, and photos/s least of all. The peers only decode,"
    echo "resize and encode at quality 85 (the naive loop also looks for a face); headroom also measures, judges, searches the"
    echo "byte window, reads its file back, packs and reports."
    echo
    echo "![ratios](speed.svg)"
}

commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
load_before=$(cut -d ' ' -f 1-3 /proc/loadavg)
rm -f "$work/figures" "$work/floors"
for name in $corpora; do
    corpus "$name"
    cat "$work/$name"/photos/* >/dev/null # into the page cache
    for round in $(seq "$rounds"); do
        echo "corpus $name, round $round" >&2
        measure "$name" "$round"
    done
    "$build/headroom" bench -q -j 1 "$work/$name/photos" >"$work/bench-$name"
done
{
    heading
    for name in $corpora; do
        size=$(cat "$work/$name"/photos/* | wc -c)
        photos=$(find "$work/$name/photos" -type f | wc -l)
        echo
        echo "## Corpus $name: $photos photos of $(sed -n '2s/^[^,]*,\([0-9]*\),\([0-9]*\),.*/\1x\2/p' "$work/$name/manifest.csv"), $((size / photos / 1000)) kB each"
        echo
        table "$name"
        echo
        floor "$name"
        [ "$name" != d ] || echo "A whole run of one of these photos, start-up, report and package included: $(start d) ms of CPU (mean of 10)."
        echo
        echo "\`headroom bench -j 1\`, wall time of each stage:"
        echo
        echo '```'
        cat "$work/bench-$name"
        echo '```'
    done
} >"$results/speed.md"
plot
rm -rf "$work/out"
echo "$results/speed.md"
