#!/bin/sh
# SPDX-License-Identifier: MIT
# report.html and live.html as a person uses them: real clicks and keys in Chromium, by playwright-core, which npm fetches
# into a cache beside no source. What page.sh asks without it, here from outside. Usage: page_clicks.sh BUILD [CARDS]
set -eu
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
cards=${2:-5000}
driver=playwright-core@1.56.1 # the last ones for Debian 12's node
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$browser" ] || { echo "no chromium here to open the page with"; exit 77; }
for tool in node npm python3; do
    command -v "$tool" >/dev/null || { echo "no $tool here"; exit 77; }
done
[ "$(node -p 'parseInt(process.versions.node)')" -ge 18 ] || { echo "node is older than 18"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cache=${XDG_CACHE_HOME:-${HOME:-$work}/.cache}/headroom-tests/$driver
if [ ! -f "$cache/node_modules/playwright-core/index.mjs" ]; then
    npm_config_cache=$work/npm timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work/driver" "$driver" >"$work/said" 2>&1 ||
        { tail -3 "$work/said"; echo "npm cannot fetch $driver"; exit 77; }
    mkdir -p "$(dirname "$cache")" && rm -rf "$cache" && mv "$work/driver" "$cache" || { echo "nowhere to keep $driver"; exit 77; }
fi
export HOME="$work" # where a browser leaves things
bad=0
complain() {
    echo "$1"
    bad=1
}
run() { # what may end with 0 or 1
    code=0
    "$build/headroom" "$@" >"$work/said" 2>&1 || code=$?
    [ "$code" -le 1 ] || { cat "$work/said"; complain "headroom $1: exit $code"; }
}
drive() { # what, arguments...
    timeout 300 node tests/check/page_clicks.mjs "$cache/node_modules/playwright-core/index.mjs" "$browser" "$@" || complain "$1: not as a person expects"
}

"$build/make_samples" --each -n 40 --seed 7 --size small "$work/year" >/dev/null
grep -v '^same_picture' models/profiles/college-light-blue.ini >"$work/rules.ini" # few faces stand behind many numbers
python3 - "$work" <<'P'
import csv, glob, re, sys
work = sys.argv[1]
names = ['</script><img src="http://127.0.0.1:9/x" onerror="document.title=1">', '买买提·阿不都热合曼·艾合买提江', 'Wolfeschlegelsteinhausenbergerdorff' * 2, '王小二']
groups = ['<b>一班', '2026级护理与老年照护服务管理（中外合作办学）专业第12班', '']
with open(work + '/roster.csv', 'w', encoding='utf-8', newline='') as file:
    table = csv.writer(file)
    table.writerow(['姓名', '身份证号', '班级'])
    for at, path in enumerate(sorted(glob.glob(work + '/year/photos/*'))):
        found = re.search(r'\d{17}[\dX]', path)
        if found: table.writerow([names[at % 4], found.group(), groups[at % 3]])
    table.writerow(['缺照片', '11010519491231002X', groups[0]])
P
for lang in zh en; do
    run run --lang $lang -p "$work/rules.ini" -r "$work/roster.csv" -o "$work/$lang" "$work/year/photos"
    drive look "$work/$lang/report.html"
done
cp "$work/zh/report.jsonl" "$work/before.jsonl"
drive decide "$work/zh/report.html" "$work/decisions.csv" "$work/print.pdf"
run run --lang zh -p "$work/rules.ini" -r "$work/roster.csv" -d "$work/decisions.csv" -o "$work/zh" "$work/year/photos"
python3 tests/check/page_decided.py "$work/before.jsonl" "$work/zh/report.jsonl" "$work/decisions.csv" 3 || complain "the decisions do not change exactly what they say"
if command -v pdftotext >/dev/null; then
    pdftotext "$work/print.pdf" "$work/print.txt"
    for wanted in 重拍通知 照片重拍单 换一件白色上衣 尚未提交照片; do
        grep -q "$wanted" "$work/print.txt" || complain "not printed: $wanted"
    done
    if grep -qE '需处理的照片|[0-9]{14}' "$work/print.txt"; then complain "the screen, or a full number, is printed"; fi
fi
mkdir "$work/empty"
run run --lang en -p "$work/rules.ini" -o "$work/none" "$work/empty"
drive empty "$work/none/report.html"
drive live "$build/headroom" "$work/live" "$work/year/photos"
python3 tests/check/page_many.py "$work/zh/journal.db" "$cards"
run run -q --lang en -p "$work/rules.ini" -r "$work/roster.csv" -o "$work/zh" "$work/year/photos"
drive many "$work/zh/report.html" "$cards"
exit "$bad"
