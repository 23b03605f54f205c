#!/bin/sh
# SPDX-License-Identifier: MIT
# How often printed slips are read when somebody holds them before the camera: the slips of report.html as Chromium prints
# them, at 300 dpi, in scenes that bench/held.c draws. Prints a Markdown table. Usage: slips.sh [BUILD] [SCENES]
set -eu
build=$(cd "${1:-build}" && pwd)
scenes=${2:-40}
cd "$(dirname "$0")/.."
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$browser" ] && command -v pdftoppm >/dev/null && [ -f "$build/codes.so" ] || {
    echo "slips: needs chromium, pdftoppm (poppler-utils) and a build with ZXing" >&2
    exit 3
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work"
mkdir "$work/none"
"$build/make_samples" -n 16 --size small --seed 12 "$work/made" >/dev/null
{
    echo 姓名,身份证号,班级
    ls "$work/made/photos" | grep -oE '[0-9]{17}[0-9X]' | sort -u | head -12 | sed 's/.*/某某人,&,2026级机电1班/'
} >"$work/roster.csv"
"$build/headroom" run -q --lang zh -r "$work/roster.csv" -o "$work/out" "$work/none" || [ $? = 1 ]
print() { # name, style: pages of slips
    sed -e 's,<input id="with-codes" type="checkbox">,<input id="with-codes" type="checkbox" checked>,' \
        -e "s,<meta http-equiv=\"Content-Security-Policy\"[^>]*>,,; s,</style>,.notice { display: none; } @media print { $2 }</style>," \
        "$work/out/report.html" >"$work/out/$1.html"
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --no-first-run --no-pdf-header-footer --user-data-dir="$work/profile" \
        --print-to-pdf="$work/$1.pdf" "file://$work/out/$1.html" >/dev/null 2>&1
    pdftoppm -gray -r 300 "$work/$1.pdf" "$work/$1"
}
print sheet ''
print cut '@page { size: 91mm 92mm; margin: 0; } .slips { display: block; } .slip { break-after: page; width: 91mm; height: 91mm; }'
set --
for page in "$work"/cut-*.pgm; do
    text=$("$build/read_codes" "$page")
    grep -q ",$text," "$work/roster.csv" || { echo "slips: a printed page says '$text'" >&2; exit 1; }
    set -- "$@" "$text" "$page"
done
"$build/read_codes" --held "$scenes" 11.811 "$(ls "$work"/sheet-*.pgm | head -1)" "$@"
