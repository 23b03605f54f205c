#!/bin/sh
# SPDX-License-Identifier: MIT
# report.xlsx as LibreOffice opens it: every sheet, the rows of report.csv, numbers of persons whole, a sheet
# to a printed page's width. Usage: book.sh BUILD
set -eu
build=$(cd "$1" && pwd)
command -v soffice >/dev/null || { echo "no LibreOffice here to open the workbook with"; exit 77; }
command -v python3 >/dev/null || { echo "no python3 here"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work"
bad=0
complain() {
    echo "$1"
    bad=1
}
run() {
    code=0
    "$build/headroom" "$@" >"$work/said" 2>&1 || code=$?
    [ "$code" -le 1 ] || { cat "$work/said"; complain "headroom $1: exit $code"; }
}
"$build/make_scenario" -n 60 "$work/in" >/dev/null
echo GIF89a >"$(find "$work/in/photos" -name "$(grep -m 1 '^retake,' "$work/in/expected.csv" | cut -d, -f4)")" # unreadable
run run --lang en -j 1 -r "$work/in/roster.csv" -o "$work/out" "$work/in/photos"
[ "$(stat -c %a "$work/out/report.xlsx")" = 600 ] || complain "report.xlsx is not private"
mkdir "$work/csv"
timeout 300 soffice --headless --convert-to 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1' \
    --outdir "$work/csv" "$work/out/report.xlsx" >"$work/said" 2>&1 || { cat "$work/said"; complain "LibreOffice does not open it"; }
python3 - "$work" <<'P' || complain "the workbook is not the report"
import csv, sys
work = sys.argv[1]
def rows(path):
    return list(csv.reader(open(path, encoding='utf-8-sig', newline='')))
def sheet(name):
    return rows(f'{work}/csv/report-{name}.csv')
ours = rows(work + '/out/report.csv')
plain = [[cell[2:-1] if cell.startswith('="') else cell[1:] if cell.startswith("'") else cell for cell in row] for row in ours]
theirs = sheet('all')
assert len(theirs) == len(plain) == 61, (len(theirs), len(plain))
for one, other in zip(plain, theirs):
    for a, b in zip(one[:11], other[:11]):
        assert a == b, (a, b)
    for a, b in zip(one[11:], other[11:]):
        assert a == b or abs(float(a) - float(b)) < 1e-4 * abs(float(a)) + 1e-9, (a, b)
assert any(len(row[0]) == 18 and row[0][:17].isdigit() for row in theirs), 'no number of a person'
counted = dict(row[:2] for row in sheet('summary'))
for name in ('missing', 'extra', 'duplicate', 'review', 'unreadable', 'retake'):
    listed = rows(f'{work}/out/lists/{name}.csv')
    at = 2 if name == 'retake' else 1 # behind the picture
    assert sorted(row[at] for row in sheet(name)[1:]) == sorted(row[1][2:-1] for row in listed[1:]), name
    assert name not in ('missing', 'extra', 'duplicate') or counted[name] == str(len(listed) - 1), name
assert len(sheet('retake')) > 2 and len(sheet('unreadable')) > 1 and len(sheet('missing')) > 10
P
python3 - "$work/out/report.xlsx" <<'P' || complain "a text lies over the next row"
import re, sys, zipfile
book = zipfile.ZipFile(sys.argv[1])
texts = [''.join(re.findall(r'<t[^>]*>([^<]*)', item)) for item in re.findall(r'<si>(.*?)</si>', book.read('xl/sharedStrings.xml').decode(), re.S)] if 'xl/sharedStrings.xml' in book.namelist() else []
checked = 0
for sheet in range(2, 9): # all but the summary
    xml = book.read(f'xl/worksheets/sheet{sheet}.xml').decode()
    usual = float(re.search(r'defaultRowHeight="([\d.]+)"', xml).group(1))
    widths = {}
    for low, high, width in re.findall(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"', xml):
        widths.update({column: float(width) for column in range(int(low), int(high) + 1)})
    for head, body in re.findall(r'<row ([^>]*)>(.*?)</row>', xml, re.S)[1:]:
        height = float((re.search(r' ht="([\d.]+)"', ' ' + head) or [0, usual])[1])
        for letters, attributes, cell in re.findall(r'<c r="([A-Z]+)\d+"([^>]*)>(.*?)</c>', body, re.S):
            if 't="s"' in attributes: text = texts[int(re.search(r'<v>(\d+)', cell).group(1))]
            elif 't="inlineStr"' in attributes: text = re.search(r'<t[^>]*>([^<]*)', cell).group(1)
            else: continue
            column = 0
            for letter in letters: column = column * 26 + ord(letter) - 64
            lines = sum(2 if ord(c) >= 0x1100 else 1 for c in text) / widths.get(column, 9)
            checked += lines > 1
            assert height >= min(400, 15 * lines), (sheet, letters, height, text)
assert checked > 10, checked
P
timeout 300 soffice --headless --convert-to pdf --outdir "$work" "$work/out/report.xlsx" >"$work/said" 2>&1 || complain "LibreOffice does not print it"
if command -v pdfinfo >/dev/null; then
    pages=$(pdfinfo "$work/report.pdf" | awk '/^Pages/ { print $2 }')
    [ "$pages" -ge 8 ] && [ "$pages" -le 16 ] || complain "eight short sheets print on $pages pages"
fi
exit "$bad"
