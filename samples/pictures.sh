#!/bin/sh
# SPDX-License-Identifier: MIT
# The README's pictures, by a browser from a run on invented people: samples/pictures/. Usage: pictures.sh BUILD
set -eu
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$browser" ] || { echo "no chromium here to take pictures with" >&2; exit 77; }
work=$(mktemp -d)
watch=
trap '[ -z "$watch" ] || kill "$watch" 2>/dev/null; rm -rf "$work"' EXIT
export HOME="$work"
pictures=$PWD/samples/pictures
mkdir -p "$pictures"
picture() { # page, name, width, height
    timeout 60 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --user-data-dir="$work/profile" \
        --window-size="$3,$4" --virtual-time-budget=3000 --screenshot="$work/$2.png" "file://$1" 2>/dev/null
    if command -v convert >/dev/null; then # 256 colours are enough, and a third of the bytes
        convert "$work/$2.png" -strip -colors 256 "PNG8:$work/$2.png"
    fi
    mv "$work/$2.png" "$pictures/$2.png"
}

told() { # how many
    until [ "$(wc -l <said)" -ge "$1" ]; do sleep 0.3; kill -0 "$watch"; done
}

"$build/make_samples" -n 60 --faults 0.35 --size small --seed 12 "$work/made"
find "$work/made/photos" -type f | sort >"$work/photos.txt"
{
    echo 姓名,身份证号,班级
    grep -oE '[0-9]{17}[0-9X]' "$work/photos.txt" | sort -u | awk '
        BEGIN { split("张 王 李 赵 陈 杨 黄 周 吴 徐", family, " "); split("晓 明 建 国 文 静 志 强 丽 华", given, " ") }
        { printf "%s%s%s,%s,2026级%s班\n", family[NR % 10 + 1], given[NR % 9 + 1], given[NR % 7 + 2], $0,
                 NR % 3 ? (NR % 2 ? "机电1" : "机电2") : "护理1" }'
} >"$work/roster.csv"
many=$(wc -l <"$work/photos.txt")
cd "$work" # paths in the pictures are short
mkdir photos
for lang in en zh; do
    "$build/headroom" watch --lang "$lang" -r roster.csv -o "$lang" photos >said 2>/dev/null &
    watch=$!
    count=0
    while read -r photo; do
        cp "$photo" photos
        count=$((count + 1))
        [ $count -lt $((many - 10)) ] || told "$count" # the last ten one after the other, as somebody shoots them
    done <"$work/photos.txt"
    picture "$work/$lang/live.html" "live-$lang" 1200 760
    kill -INT "$watch"
    wait "$watch" || [ $? = 1 ]
    watch=
    picture "$work/$lang/report.html" "report-$lang" 1200 1900
    rm -f photos/*
done
ls -l "$pictures"
