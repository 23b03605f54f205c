#!/bin/sh
# SPDX-License-Identifier: MIT
# Hostile file names, names in the roster and decisions: tables keep their columns and start no formula, JSON stays
# JSON, a terminal is given no control character, and nothing is lost. Usage: injection.sh BUILD
set -eu
build=$(cd "$1" && pwd)
command -v python3 >/dev/null || { echo "no python3 here to read the tables with"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
complain() {
    echo "$1"
    bad=1
}
"$build/make_samples" --corpus d -n 40 --seed 31 "$work/d" >/dev/null
cat >"$work/hostile.py" <<'P'
import csv, glob, json, os, re, sys, unicodedata
work = sys.argv[2].encode()
TEXTS = [b"=cmd|' /C calc'!A0", b'+1+1', b'-2+3', b'@SUM(1)', b'\t=1', b'\r=1', b'\n=1', b' =1', '＝1'.encode(), '＠1'.encode(),
         b'"', b'a","b', b"'; x", b'a,b,,c', b'line\nbreak\r\n', b'tab\tbed', b'\x1b[31mred\x1b]0;t\x07', b'\x08\x7f', '\x9b31m'.encode(),
         '\u202egnp\u202c'.encode(), '\u2066a\u2069\u200f'.encode(), 'z\u200bw\u200d\ufeff'.encode(), '\u2028\u2029'.encode(),
         '\U000e0041'.encode(), b'x</script><script>alert(1)', b'<!--', b'%s%n%d', b'\\u0000\\x41', b'$(id)`id`', ('張' * 70).encode()]
RAW = [b'\xff\xfe', b'\xd5\xc5\xc8\xfd', b'\x9b31m', b'\xed\xa0\x80', b'back\\slash\xff', b'y' * 230]  # only file names are bytes
def ids():
    return sorted({re.search(rb'\d{17}[\dX]', name).group() for name in os.listdir(work + b'/d/photos')})
def files():
    found = []
    for folder, _, names in os.walk(work + b'/in'):
        found += [os.path.relpath(os.path.join(folder, name), work + b'/in') for name in names]
    return found

def make():
    photos = sorted(os.listdir(work + b'/d/photos'))
    number = dict((re.search(rb'\d{17}[\dX]', name).group(), work + b'/d/photos/' + name) for name in photos)
    for i, text in enumerate(TEXTS + RAW):
        id = ids()[i]
        path = work + b'/in/' + text + b'_' + id + b'.jpg'
        os.makedirs(os.path.dirname(path), exist_ok=True)
        data = open(number[id], 'rb').read()
        open(path, 'wb').write(data)
        if i % 2 == 0: # and one that binds nobody
            open(work + b'/in/' + text.replace(b'/', b'') + b'.jpg', 'wb').write(data[:-40])
    os.rename(max(glob.glob(work + b'/in/y*_*'), key=len), work + b'/in/' + b'y' * (251 - 18) + ids()[len(TEXTS) + len(RAW) - 1] + b'.jpg')
    with open(work + b'/roster.csv', 'w', newline='', encoding='utf-8') as file:
        table = csv.writer(file, quoting=csv.QUOTE_ALL)
        table.writerow(['姓名', '身份证号', '班级'])
        for i, text in enumerate(TEXTS):
            text = text.decode()
            table.writerow([text, ids()[i].decode(), text])
        table.writerow(['=missing', ids()[-1].decode(), '=class'])
        table.writerow(['@again', ids()[-1].decode(), '@class'])
    with open(work + b'/decisions.csv', 'w', newline='', encoding='utf-8') as file:
        table = csv.writer(file, quoting=csv.QUOTE_ALL)
        table.writerow(['id', 'check', 'decision', 'by', 'reason', 'date'])
        for i in (0, 4, 10, 14, 19, len(ids()) - 2):
            text = re.sub('[\r\n]', ' ', TEXTS[i].decode()) if i < len(TEXTS) else '=1'
            table.writerow([ids()[i].decode(), '', 'accept', text, text, '2026-06-01'])

def hidden(char):
    return char != '\n' and (ord(char) < 32 or unicodedata.category(char) in ('Cc', 'Cf', 'Zl', 'Zp'))
def show(text):
    return ascii(text)[:120]
def table(path):
    bytes = open(path, 'rb').read()
    if not bytes.startswith(b'\xef\xbb\xbf'): print(path, 'has no mark')
    text = bytes.decode('utf-8-sig')
    rows = list(csv.reader(text.splitlines(keepends=True), strict=True))
    if text.count('\n') != len(rows) or text.count('\r\n') != len(rows): print(path, 'has broken lines')
    for row in rows:
        if len(row) != len(rows[0]): print(path, len(row), 'cells under', len(rows[0]), show(row))
        for cell in row:
            plain = cell.lstrip()
            fine = re.fullmatch(r'="[^"]*"|-?\d+(\.\d+)?(e-?\d+)?', cell)
            if plain[:1] in ('=', '+', '-', '@', '＝', '＋', '－', '＠') and plain and not fine: print(path, 'a formula:', show(cell))
            if any(hidden(c) or c == '\n' for c in cell): print(path, 'a hidden letter:', show(cell))
    return rows
def objects(path):
    found = []
    for line in open(path, 'rb').read().split(b'\n')[:-1]:
        text = line.decode()
        if any(hidden(c) for c in text): print(path, 'a hidden letter:', show(text))
        found.append(json.loads(text))
    return found
def raw(source):
    text = source['path'].encode('utf-8', 'surrogatepass')
    if not source.get('path_escaped'): return text
    return re.sub(rb'\\x([0-9A-F]{2})|\\\\', lambda m: bytes([int(m.group(1), 16)]) if m.group(1) else b'\\', text)

def judge():
    out = work + b'/out'
    lines = objects(out + b'/report.jsonl')
    seen = sorted(raw(line['source']) for line in lines if line.get('type') == 'photo')
    if seen != sorted(files()): print('report.jsonl has not every path:', show(set(seen) ^ set(files())))
    sheets = {path: table(path) for path in glob.glob(out + b'/*.csv') + glob.glob(out + b'/lists/*.csv') + glob.glob(out + b'/package/*.csv')}
    if len(sheets) != 11: print(len(sheets), 'tables')
    if len(sheets[out + b'/report.csv']) != 1 + len(seen): print('report.csv:', len(sheets[out + b'/report.csv']), 'rows of', len(seen))
    listed = sum(len(sheets[path]) - 1 for path in sheets if b'/lists/' in path and b'summary' not in path)
    if listed < 20: print('only', listed, 'in the lists')
    page = open(out + b'/report.html', 'rb').read().decode()
    if any(hidden(c) for c in page): print('report.html has a hidden letter')
    data = re.findall(r'<script id="(\w+)" type="application/json">(.*?)</script>', page, re.S)
    if [name for name, _ in data] != ['cards', 'rest', 'thumbs']: print('report.html: another element:', [name for name, _ in data])
    if len(re.findall(r'</script', page, re.I)) != 4 or re.search(r'<!--|alert\(1\)<', page): print('report.html: a name is an element')
    cards = json.loads(data[0][1])
    failed = [line for line in lines if line.get('type') == 'photo' and line['verdict'] != 'PASS']
    if len(cards) != len(failed): print('report.html:', len(cards), 'cards of', len(failed))
    for card in cards:
        if any(hidden(c) for c in card.get('name', '') + card.get('path', '') + card.get('group', '')): print('a card with a hidden letter:', show(str(card)))
    for path in glob.glob(work + b'/*.json'):
        objects(path)
    for path in glob.glob(work + b'/*.said'):
        text = open(path, 'rb').read().decode()
        for line in text.split('\n'):
            if any(hidden(c) for c in line): print(path, 'a control character:', show(line))
            if re.search(r'\d{14}', line): print(path, 'a full number:', show(line))
    for path in glob.glob(out + b'/package/*.zip'):
        if any(hidden(c) for c in os.path.basename(path).decode()): print('a hidden letter in', show(path))
{'make': make, 'judge': judge}[sys.argv[1]]()
P
python3 "$work/hostile.py" make "$work"
cd "$work/in" # so that a path starts with what is hostile
run() { # name, arguments...
    name=$1 code=0
    shift
    "$build/headroom" "$@" >"$work/$name.said" 2>&1 </dev/null || code=$?
    [ "$code" -le 1 ] || { cat "$work/$name.said"; complain "headroom $1: exit $code"; }
}
run dry run -n -r ../roster.csv -o "$work"/out .
run first run -v --lang en --split group -r ../roster.csv -d ../decisions.csv -o "$work"/out .
run second run -v --lang zh -r ../roster.csv -o "$work"/again .
run verify verify --lang en -r ../roster.csv "$work/out"
if grep -aE '^(name|renamed|extra|stranger|manifest|checksum)' "$work/verify.said"; then complain "verify does not read what run wrote"; fi
"$build/headroom" check --json . >"$work/check.json" 2>"$work/check.said" || true
"$build/headroom" run --json -n -r ../roster.csv -o "$work"/none . >"$work/dry.json" 2>"$work/dry2.said" || true
for path in "$(printf 'no\033[31m\n\302\233')" "$(printf '\377\n')" "$(printf '\342\200\256x')"; do
    "$build/headroom" check "$path" >"$work/error.said" 2>&1 && complain "a missing file is none"
    cat "$work/error.said" >>"$work/errors.said"
    "$build/headroom" check --json "$path" 2>/dev/null >>"$work/error.json" || true
    "$build/headroom" run -o "$work"/none -p "$path" . >>"$work/errors.said" 2>&1 || true
    "$build/headroom" run -o "$work"/none -r ../roster.csv --sheet "$path" . >>"$work/errors.said" 2>&1 || true
    "$build/headroom" run -o "$work"/none --"$path" . >>"$work/errors.said" 2>&1 || true
    "$build/headroom" "$path" >>"$work/errors.said" 2>&1 || true
done
python3 "$work/hostile.py" judge "$work" >"$work/wrong" || { tail -3 "$work/wrong"; complain "the tables cannot be judged"; }
[ ! -s "$work/wrong" ] || { head -40 "$work/wrong"; complain "$(wc -l <"$work/wrong") things are wrong"; }
printf '\033[2J' >"$work/out/$(printf 'x\033[31m')"
run purge purge "$work/out"
if tr -d '\n' <"$work/purge.said" | LC_ALL=C grep -q '[[:cntrl:]]'; then complain "purge says a control character"; fi
[ "$(find "$work/out" -type f | wc -l)" = 1 ] || complain "purge leaves $(find "$work/out" | tail -3)"
exit "$bad"
