#!/bin/sh
# SPDX-License-Identifier: MIT
# --bind qr: a card of frames with slips between them, every problem planted, comes out exactly as planned; a second
# run looks at nothing anew; any lanes, check, watch and a ZIP say the same; killed at any time it goes on.
# Usage: qr.sh BUILD
set -eu
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
command -v python3 >/dev/null || { echo "no python3 here"; exit 77; }
[ -f "$build/codes.so" ] || { echo "built without ZXing"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 - "$build" "$work" <<'P'
import csv, filecmp, json, os, re, shutil, signal, subprocess, sys, time, zipfile
build, work = sys.argv[1:]
program, card = build + '/headroom', work + '/card'
bad = []
def complain(text):
    bad.append(text)
    print(text)
def number(i): # a valid one
    head = f'1101051990010{i % 9 + 1}{100 + i:03d}'[:17].ljust(17, '0')
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return head + '10X98765432'[sum(int(d) * w for d, w in zip(head, weights)) % 11]
ids = [number(i) for i in range(12)]
assert len(set(ids)) == 12
OFFICER = '南字第012345号'
rows = [(f'学生{i}', ids[i], '一班', f'K{i:04d}') for i in range(8)] + [('双一', ids[8], '二班', 'SAME'), ('双二', ids[9], '二班', 'SAME'),
        ('军官', OFFICER, '二班', ''), ('没来', ids[10], '二班', 'K9999')]
with open(work + '/roster.csv', 'w', encoding='utf-8', newline='') as file:
    csv.writer(file).writerows([('姓名', '身份证号', '班级', '采集码')] + rows)

# ---- the card: kind, text, and what must become of it: an ID, or the problem's name ----
def slip(text, problem=None, second='-'): return ('codes' if second != '-' else 'code', text, second, problem)
def photo(owner): return ('photo', None, None, owner)
plan = [photo('before_code'), slip('K0000'), photo(ids[0]),
        slip('K0001'), slip('K0001'), photo(ids[1]),                     # the slip twice in a row
        slip(ids[2]), photo(ids[2]), photo(ids[2]),                      # by the number itself; two frames: choose one
        slip(OFFICER), photo(OFFICER),
        slip('K0003', 'no_frames'), slip('K0004'), photo(ids[4]),
        slip('nobody', 'unknown'), photo('bad_code'),
        slip('SAME', 'shared'), photo('bad_code'),
        slip('K0005', 'several', 'K0006'), photo('bad_code'),
        ('thumb', 'K0006', '-', 'unread_code'), photo('bad_code'),
        ('broken', 'K0006', '-', 'unread_code'), photo('bad_code'),
        slip('K0006', 'twice'), photo('bad_code'), slip('K0007'), photo(ids[7]), slip('K0006', 'twice'), photo('bad_code')]
frames, expected, clock = [], {}, 9 * 3600
for at, (kind, text, second, result) in enumerate(plan):
    counter = 9980 + at # over the end of a folder
    name = f'{100 + counter // 10000 }CANON/IMG_{counter % 10000 + (counter >= 10000):04d}.JPG'
    clock += 2
    frames.append([name, f'2026:06:01 {clock // 3600:02d}:{clock // 60 % 60:02d}:{clock % 60:02d}', '25', '4711', f'photo {at}' if kind == 'photo' else kind, text or '-', second or '-'])
    expected[name] = ('photo', result) if kind in ('photo', 'thumb', 'broken') else ('slip', result)
def make(to, list):
    subprocess.run([build + '/make_session', to], input=''.join('\t'.join(frame) + '\n' for frame in list), text=True, check=True)
make(card, frames)
def run(*words, out=None, photos=card, command='run', code=(0, 1), more=('--bind', 'qr')):
    done = subprocess.run([program, command, '--lang', 'en', *more, '-r', work + '/roster.csv', *(['-o', out] if out else []), *words, photos],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode not in code: complain(f'{command} {words}: exit {done.returncode}\n{done.stderr}')
    return done
def lines(text): return [json.loads(line) for line in text.splitlines()]
def outcome(all, photos=card): # file to what became of it
    found = {}
    for line in all:
        if line['type'] == 'photo': found[line['source']['path'].replace('//', '/')[len(photos) + 1:]] = ('photo', line['id'] or line['id_problem'])
        if line['type'] == 'slip': found[line['source']['path'].replace('//', '/')[len(photos) + 1:]] = ('slip', line.get('problem'))
    return found
def compare(name, found, wanted=expected):
    for file in sorted(found.keys() | wanted.keys()):
        if found.get(file) != wanted.get(file): complain(f'{name}: {file}: {found.get(file)}, not {wanted.get(file)}')
def report(out): return lines(open(out + '/report.jsonl', encoding='utf-8').read())

# ---- one lane, sixteen, again, check, a ZIP ----
one, many = work + '/one', work + '/many'
run('-j', '1', out=one)
run('-j', '16', out=many)
compare('run', outcome(report(one)))
for name in ('report.jsonl', 'report.csv', 'report.html', 'report.xlsx', 'lists/invalid.csv', 'lists/duplicate.csv', 'lists/missing.csv'):
    if not filecmp.cmp(f'{one}/{name}', f'{many}/{name}', False): complain(name + ': 1 and 16 lanes write others')
for line in report(one):
    if line['type'] == 'photo' and line['id'] and not line.get('bound_by', '').startswith(card): complain('nobody says by which frame ' + line['source']['path'] + ' is bound')
listed = list(csv.reader(open(one + '/lists/invalid.csv', encoding='utf-8-sig')))[1:]
wanted = sorted(name for name, (kind, result) in expected.items() if result and result not in ids and result != OFFICER)
if sorted(row[3][len(card) + 1:] for row in listed) != wanted: complain('lists/invalid.csv is not what is wrong')
if not all(row[4] for row in listed): complain('lists/invalid.csv without a reason')
duplicate = sorted(row[3][len(card) + 1:] for row in list(csv.reader(open(one + '/lists/duplicate.csv', encoding='utf-8-sig')))[1:])
if duplicate != sorted(name for name, (kind, result) in expected.items() if result == ids[2]): complain('two frames behind one code are not told as duplicates')
packed = [name for part in sorted(os.listdir(one + '/package')) if part.endswith('.zip') for name in zipfile.ZipFile(f'{one}/package/{part}').namelist()]
ready = sorted(f'{line["id"]}.JPG' for line in report(one) if line['type'] == 'photo' and line['verdict'] == 'PASS')
if packed != ready or not ready: complain(f'the package holds {packed}, not {ready}')
page = open(one + '/report.html', encoding='utf-8').read()
if page.count('"several codes in one photo"') != 1: complain('report.html does not tell of the slip with two codes')
time.sleep(2.1) # what was younger than that is looked at once more
run(out=one)
before = {name: open(f'{one}/{name}', 'rb').read() for name in ('report.jsonl', 'report.html', 'report.csv')}
again = run(out=one)
if '; 0 looked at anew' not in again.stderr or 'nothing to do' not in again.stderr: complain('a second run looks at frames anew: ' + again.stderr)
for name, data in before.items():
    if open(f'{one}/{name}', 'rb').read() != data: complain(name + ': a second run writes another')
compare('check', outcome(lines(run(command='check').stdout)))
run(out=work + '/checked', command='check')
compare('check -o', outcome(report(work + '/checked')))
with zipfile.ZipFile(work + '/card.zip', 'w') as file:
    for name in expected: file.write(f'{card}/{name}', name)
run(out=work + '/zipped', photos=work + '/card.zip')
compare('ZIP', outcome(report(work + '/zipped'), work + '/card.zip'))

# ---- by names again, then by codes again: nothing is measured anew, and what was bound is bound ----
done = run(out=one, more=())
found = outcome(report(one))
if any(kind == 'photo' and result != 'no_number' for kind, result in found.values()): complain('by their names, somebody is bound')
if os.listdir(one + '/photos'): complain('photos/ is not empty though nobody is bound')
run(out=one)
compare('codes again', outcome(report(one)))

# ---- a slip more changes whom earlier frames belong to ----
later = frames + [['101CANON/IMG_0200.JPG', '2026:06:01 12:00:00', '25', '4711', 'code', 'K0000', '-'], ['101CANON/IMG_0201.JPG', '2026:06:01 12:00:05', '25', '4711', 'photo 77', '-', '-']]
make(card, later[len(frames):])
run(out=one)
changed = expected | {frames[1][0]: ('slip', 'twice'), frames[2][0]: ('photo', 'bad_code'), later[-2][0]: ('slip', 'twice'), later[-1][0]: ('photo', 'bad_code')}
compare('a code shown again', outcome(report(one)), changed)
if os.path.exists(f'{one}/photos/{ids[0]}.JPG'): complain('a photo stays though its code was shown again')
for frame in later[-2:]: os.remove(f'{card}/{frame[0]}')
run(out=one)
compare('that slip is gone', outcome(report(one)))

# ---- no order: another camera, a code without a time, a clock that went back ----
def small(name, list, wanted):
    make(f'{work}/{name}', list)
    run(out=f'{work}/{name}-out', photos=f'{work}/{name}')
    compare(name, outcome(report(f'{work}/{name}-out'), f'{work}/{name}'), wanted)
def frame(file, second, kind, text='-', serial='1'): return [file, f'2026:06:01 10:00:{second:02d}' if second is not None else '-', '-', serial, kind, text, '-']
small('cameras', [frame('d/A1.JPG', 1, 'code', 'K0000'), frame('d/A2.JPG', 2, 'photo 1'), frame('d/A3.JPG', 3, 'photo 2', serial='2')],
      {'d/A1.JPG': ('slip', 'cameras'), 'd/A2.JPG': ('photo', 'no_order'), 'd/A3.JPG': ('photo', 'no_order')})
small('unknown', [frame('d/20260601_100001.JPG', 1, 'code', 'K0000', '-'), frame('d/20260601_100002.JPG', 2, 'photo 1', serial='-')],
      {'d/20260601_100001.JPG': ('slip', 'cameras'), 'd/20260601_100002.JPG': ('photo', 'no_order')})
small('timeless', [['d/A1.JPG', '-', '-', '-', 'code', 'K0000', '-'], ['d/A2.JPG', '-', '-', '-', 'photo 1', '-', '-']],
      {'d/A1.JPG': ('slip', 'no_time'), 'd/A2.JPG': ('photo', 'no_order')})
small('clock', [frame('d/A1.JPG', 10, 'code', 'K0000'), frame('d/A2.JPG', 20, 'photo 1'), frame('d/A3.JPG', 30, 'code', 'K0001'), frame('d/A4.JPG', 15, 'photo 2')],
      {'d/A1.JPG': ('slip', 'order'), 'd/A2.JPG': ('photo', 'no_order'), 'd/A3.JPG': ('slip', 'order'), 'd/A4.JPG': ('photo', 'no_order')})
small('tie', [frame('d/A1.JPG', 1, 'code', 'K0000'), frame('d/A2.JPG', 1, 'photo 1'), frame('d/A3.JPG', 1, 'code', 'K0001'), frame('d/A4.JPG', 1, 'photo 2')],
      {'d/A1.JPG': ('slip', None), 'd/A2.JPG': ('photo', ids[0]), 'd/A3.JPG': ('slip', None), 'd/A4.JPG': ('photo', ids[1])})

# ---- a slip that nobody sees costs two persons their photo, and gives neither another's ----
make(work + '/hidden', [frames[1], frames[2], frames[5]]) # the slips of the second are missing
run(out=work + '/hidden-out', photos=work + '/hidden')
if any(line['verdict'] == 'PASS' for line in report(work + '/hidden-out') if line['type'] == 'photo'): complain('two frames behind one code, and one passes')

# ---- a code that is missing between others: the counter tells, and somebody looks ----
def people(out): # who has what: number to the verdicts of their photos; who is told as missing
    told = report(out)
    return {id: sorted(line['verdict'] for line in told if line['type'] == 'photo' and line['id'] == id) for id in ids}, {line['id'] for line in told if line['type'] == 'missing'}
def there(out): return sorted(name[:-4] for name in os.listdir(out + '/photos'))
def shoot(folder, list, day=2): # frames one after the other, numbers from 1; what is None has a number and no frame
    make(folder, [[f'100CANON/IMG_{at + 1:04d}.JPG', f'2026:06:{day:02d} 10:00:{at * 2:02d}', '-', '9', kind, text, '-'] for at, (kind, text) in enumerate(list) if kind])
good = [line['source']['path'] for line in report(one) if line['type'] == 'photo' and line['verdict'] == 'PASS']
good = [int(frames[[frame[0] for frame in frames].index(path[len(card) + 1:])][4].split()[1]) for path in good] # whose portraits pass
assert len(good) >= 4, good
shoot(work + '/gap', [('code', 'K0000'), (f'photo {good[0]}', '-'), ('code', 'K0001'), (None, None), (f'photo {good[1]}', '-')])
run(out=work + '/gap-out', photos=work + '/gap')
had, missing = people(work + '/gap-out')
if had[ids[0]] != ['PASS'] or had[ids[1]] != ['REVIEW']: complain(f'a number without a frame behind a code: {had}')
if not any(finding['check'] == 'code_gap' and finding['value'] == 1 for line in report(work + '/gap-out') for finding in line.get('findings', [])): complain('nobody says which number is missing')
if there(work + '/gap-out') != [ids[0]]: complain('a photo behind a number without a frame lies in photos/')
line = next(line for line in report(work + '/gap-out') if line.get('id') == ids[1])
open(work + '/accept.csv', 'w', encoding='utf-8').write(f'id,check,decision,by,reason,date,sha256\n{ids[1]},,accept,t,it is this person,2026-06-02,{line["source"]["sha256"]}\n')
run('-d', work + '/accept.csv', out=work + '/gap-out', photos=work + '/gap')
if people(work + '/gap-out')[0][ids[1]] != ['PASS']: complain('who was looked at does not count')

# ---- another card over the first one: who was on it stays, whatever comes under the same names ----
reuse, out = work + '/reuse', work + '/reuse-out'
shoot(reuse, [('code', 'K0000'), (f'photo {good[0]}', '-'), ('code', 'K0001'), (f'photo {good[1]}', '-'), ('code', ids[2]), ('red 40', '-')], 2)
run(out=out, photos=reuse)
before = report(out)
had, missing = people(out)
if [had[id] for id in ids[:3]] != [['PASS'], ['PASS'], ['REJECT']]: complain(f'the first card: {had}')
shutil.rmtree(reuse)
shutil.copytree(out, work + '/reuse-first')
shoot(reuse, [('code', 'K0004'), (f'photo {good[2]}', '-'), (None, None), ('code', 'K0005'), (f'photo {good[3]}', '-')], 3) # 2 and 5 are other people's photos, 4 a code
run(out=out, photos=reuse)
after, (had, missing) = report(out), people(out)
if [had[id] for id in ids[:6]] != [['PASS'], ['PASS'], ['REJECT'], [], ['PASS'], ['PASS']] : complain(f'another card over the first one: {had}')
if missing & set(ids[:3]): complain('who was on the first card is told as missing')
if there(out) != sorted([ids[0], ids[1], ids[4], ids[5]]): complain(f'another card over the first one: photos/ holds {there(out)}')
for line in before:
    if line['type'] == 'photo' and sum(line['source']['sha256'] == other['source'].get('sha256') and line['verdict'] == other['verdict'] and line['id'] == other['id'] for other in after if other['type'] == 'photo') != 1: complain('not as before: ' + line['source']['path'])
if sorted(line['id'] for line in after if line.get('replaced')) != [ids[0], ids[1]]: complain('nobody says whose files others have replaced')
with zipfile.ZipFile(out + '/package/photos-001.zip') as file:
    if sorted(file.namelist()) != sorted(id + '.JPG' for id in (ids[0], ids[1], ids[4], ids[5])): complain('another card over the first one: not everybody is packed')
shutil.copytree(work + '/reuse-first', work + '/reuse-timed')
start, killed = time.monotonic(), 0
run(out=work + '/reuse-timed', photos=reuse)
whole = time.monotonic() - start
for at in range(6): # killed at any time it takes nobody away either
    again = f'{work}/reuse-{at}'
    shutil.copytree(work + '/reuse-first', again)
    process = subprocess.Popen([program, 'run', '-q', '--bind', 'qr', '-r', work + '/roster.csv', '-o', again, reuse], stderr=subprocess.DEVNULL)
    time.sleep(whole * (at + 1) / 8)
    process.kill()
    killed += process.wait() == -signal.SIGKILL
    time.sleep(0.3)
    run(out=again, photos=reuse)
    if people(again) != (had, missing) or there(again) != there(out): complain(f'another card over the first one, killed: {people(again)} {there(again)}')
if not killed: complain('another card over the first one: no run was killed in time')
text = open(out + '/report.jsonl', encoding='utf-8').read()
run(out=out, photos=reuse)
if open(out + '/report.jsonl', encoding='utf-8').read() != text: complain('another card over the first one: a run again writes another report')
shutil.rmtree(reuse)
shoot(reuse, [('code', 'K0000'), ('red 41', '-')], 4) # a worse retake: the earlier one is kept; and number 2 was K0004's
run(out=out, photos=reuse)
had, missing = people(out)
if had[ids[0]] != ['REJECT'] or had[ids[4]] != ['PASS'] or not {ids[0], ids[4]} <= set(there(out)): complain(f'a retake after that: {had} {there(out)}')
shutil.rmtree(reuse)
shoot(reuse, [('code', 'K0000'), (f'photo {good[3]}', '-')], 5)
run(out=out, photos=reuse)
if sum(line['type'] == 'photo' and line['id'] == ids[0] for line in report(out)) != 1: complain('a better retake leaves an earlier one')

# ---- a shorter card copied over the first one: what it left of that stays, too ----
over, out = work + '/over', work + '/over-out'
shoot(over, [('code', 'K0000'), (f'photo {good[0]}', '-'), ('code', 'K0001'), (f'photo {good[1]}', '-'), ('code', 'K0002'), (f'photo {good[2]}', '-')], 2)
run(out=out, photos=over)
if people(out)[0] != {id: ['PASS'] if id in ids[:3] else [] for id in ids}: complain(f'the longer card: {people(out)}')
shoot(over, [('code', 'K0003'), (f'photo {good[3]}', '-')], 3) # 3 to 6 are the first card's
run(out=out, photos=over)
had, missing = people(out)
if had != {id: ['PASS'] if id in ids[:3] else [] for id in ids} or missing & set(ids[:3]) or there(out) != sorted(ids[:3]): complain(f'a shorter card over the first one: {had} {there(out)}')
if sorted(line['id'] for line in report(out) if line.get('replaced')) != sorted(ids[:3]): complain('a shorter card over the first one: nobody says whose it lies over')
text = open(out + '/report.jsonl', encoding='utf-8').read()
run(out=out, photos=over)
if open(out + '/report.jsonl', encoding='utf-8').read() != text: complain('a shorter card over the first one: a run again writes another report')

# ---- a copy without its code says nothing against whom the code had bound ----
apart, out = work + '/apart', work + '/apart-out'
os.makedirs(apart)
shoot(apart + '/1', [('code', 'K0000'), (f'photo {good[0]}', '-')], 2)
run(out=out, photos=apart + '/1')
os.makedirs(apart + '/2/100CANON')
shutil.move(apart + '/1/100CANON/IMG_0002.JPG', apart + '/2/100CANON/IMG_0002.JPG')
shutil.rmtree(apart + '/1')
shoot(apart + '/1', [('code', 'K0001'), (f'photo {good[1]}', '-')], 3)
run(out=out, photos=apart + '/1')
if there(out) != sorted(ids[:2]): complain(f'before a copy without its code: {there(out)}')
run(out=out, photos=apart)
if there(out) != sorted(ids[:2]) or people(out)[0][ids[0]] != ['PASS']: complain(f'a copy without its code: {there(out)} {people(out)}')

# ---- a code that comes late leaves nothing of whom the photo was said to be ----
late, out = work + '/behind', work + '/behind-out'
make(late, [frame('d/A1.JPG', 1, 'code', 'K0000'), frame('d/A3.JPG', 3, f'photo {good[1]}')])
run(out=out, photos=late)
if people(out)[0][ids[0]] != ['PASS']: complain(f'before a late code: {people(out)}')
make(late, [frame('d/A2.JPG', 2, 'code', 'K0001')])
run(out=out, photos=late)
run(out=out + '-fresh', photos=late)
if people(out)[0][ids[1]] != ['PASS']: complain(f'behind a late code: {people(out)}')
if open(out + '/report.jsonl').read() != open(out + '-fresh/report.jsonl').read(): complain('behind a late code: not what a fresh run says')

# ---- a kept photo is no better than the code that bound it ----
wrong, out = work + '/wrong', work + '/wrong-out' # the second code is forgotten: the wrong face passes
os.makedirs(wrong)
shoot(wrong + '/1', [('code', 'K0000'), (f'photo {good[1]}', '-')], 2)
run(out=out, photos=wrong + '/1')
shoot(wrong + '/2', [('code', 'K0000'), ('red 40', '-')], 3)
run(out=out, photos=wrong + '/2')
had, _ = people(out)
if had[ids[0]] != ['REJECT'] or there(out) != [ids[0]]: complain(f'an earlier photo is not kept: {had} {there(out)}')
os.remove(wrong + '/1/100CANON/IMG_0001.JPG') # it was seen: the code was not this photo's
run(out=out, photos=wrong)
had, _ = people(out)
if had[ids[0]] != ['REJECT'] or there(out): complain(f'a kept photo outlives the code that bound it: {had} {there(out)}')
shoot(work + '/undone', [('code', 'K0000'), (f'photo {good[1]}', '-')], 2)
run(out=work + '/undone-out', photos=work + '/undone')
os.remove(work + '/undone/100CANON/IMG_0001.JPG')
run(out=work + '/undone-out', photos=work + '/undone')
if there(work + '/undone-out') or people(work + '/undone-out')[0][ids[0]]: complain('a photo stays though its code was deleted')
os.makedirs(work + '/table')
shoot(work + '/table/1', [('code', 'K0001'), (f'photo {good[1]}', '-')], 2) # the roster's codes were mixed up, and the first photo is replaced
run(out=work + '/table-out', photos=work + '/table/1')
os.remove(work + '/table/1/100CANON/IMG_0002.JPG')
shoot(work + '/table/2', [(None, None), ('red 40', '-')], 3)
os.rename(work + '/table/2/100CANON/IMG_0002.JPG', work + '/table/1/100CANON/IMG_0002.JPG')
run(out=work + '/table-out', photos=work + '/table/1')
if there(work + '/table-out') != [ids[1]]: complain('an earlier photo of a code is not kept')
shoot(work + '/swap', [('code', 'K0001'), (f'photo {good[2]}', '-')], 2)
run(out=work + '/swap-out', photos=work + '/swap')
if there(work + '/swap-out') != [ids[1]]: complain('before the roster changes')
whole = open(work + '/roster.csv', encoding='utf-8').read()
open(work + '/roster.csv', 'w', encoding='utf-8').write(whole.replace('K0001', 'K0003x').replace('K0003\n', 'K0001\n'))
run(out=work + '/table-out', photos=work + '/table/1')
if there(work + '/table-out'): complain('a kept photo outlives a code that is another person\'s now')
run(out=work + '/swap-out', photos=work + '/swap')
if people(work + '/swap-out')[0][ids[3]] != ['REVIEW']: complain(f'the same code means another person, and nobody is asked: {people(work + "/swap-out")}')
open(work + '/roster.csv', 'w', encoding='utf-8').write(whole)

# ---- killed, then again ----
killed, times = work + '/killed', 0
for i in range(8):
    process = subprocess.Popen([program, 'run', '-q', '--bind', 'qr', '-r', work + '/roster.csv', '-o', killed, card], stderr=subprocess.DEVNULL)
    time.sleep(0.02 + i * 0.03)
    process.kill()
    times += process.wait() == -signal.SIGKILL
    time.sleep(0.3)
if not times: complain('no run was killed in time')
run(out=killed)
compare('after kills', outcome(report(killed)))

# ---- watch: frames that arrive in order ----
live = work + '/live'
os.makedirs(live + '/100CANON')
os.makedirs(live + '/101CANON')
process = subprocess.Popen([program, 'watch', '--json', '--lang', 'en', '--bind', 'qr', '-r', work + '/roster.csv', '-o', work + '/live-out', live], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
signal.signal(signal.SIGALRM, lambda *_: process.kill()) # then there are no more lines
for name in [frame[0] for frame in frames[:14]]:
    shutil.copyfile(f'{card}/{name}', f'{live}/{name}')
    signal.alarm(60)
    told = (json.loads(text) for text in iter(process.stdout.readline, ""))
    # a file that was a second in the writing is told of before and after
    line = next((line for line in told if line['type'] in ('photo', 'slip') and line['source']['path'] == f'{live}/{name}'), None)
    signal.alarm(0)
    if not line:
        complain('watch says nothing of ' + name)
        break
    if line['type'] == 'photo' and (line['id'] or line['id_problem']) != expected[name][1]: complain(f'watch: {name} is {line["id"]}')
process.send_signal(signal.SIGINT)
process.wait()
compare('watch', outcome(report(work + '/live-out'), live), {name: expected[name] for name in [frame[0] for frame in frames[:14]]})

# ---- watch: a code that comes late: what was told is corrected at once ----
shoot(work + '/late', [('code', 'K0000'), (f'photo {good[0]}', '-'), ('code', 'K0001'), (f'photo {good[1]}', '-'), ('code', ids[2])])
live, out = work + '/late-live', work + '/late-out'
os.makedirs(live + '/100CANON')
process = subprocess.Popen([program, 'watch', '--json', '--lang', 'en', '--bind', 'qr', '-r', work + '/roster.csv', '-o', out, live], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
def arrive(number, most): # the lines that tell of it, at most so many
    shutil.copyfile(f'{work}/late/100CANON/IMG_{number:04d}.JPG', f'{live}/100CANON/IMG_{number:04d}.JPG')
    return hear(most)
def hear(most):
    told = []
    signal.alarm(60)
    while len(told) < most and (text := process.stdout.readline()):
        line = json.loads(text)
        if line['type'] in ('photo', 'slip'): told.append((int(line['source']['path'][-8:-4]), line['id'], line.get('verdict', 'slip'), line.get('corrected', False)))
    signal.alarm(0)
    return sorted(told)
def expect(number, wanted):
    found = arrive(number, len(wanted))
    if found != wanted: complain(f'watch, frame {number}: {found}, not {wanted}')
expect(2, [(2, None, 'REJECT', False)])
expect(1, [(1, ids[0], 'slip', False), (2, ids[0], 'PASS', True)])
os.remove(live + '/100CANON/IMG_0002.JPG') # else it stands beside the next one
expect(4, [(4, ids[0], 'REVIEW', False)])
if 'provisional' not in open(out + '/live.js', encoding='utf-8').read(): complain('live.js does not say that frames may still come')
expect(3, [(3, ids[1], 'slip', False), (4, ids[1], 'PASS', True)])
shown = json.loads(open(out + '/live.js', encoding='utf-8').read()[5:-3])
if [(shot['name'], shot.get('note', '')[:9]) for shot in shown['shots']] != [('学生1', 'corrected'), ('学生0', 'corrected')] or shown['judged'] != 2: complain(f'live.js after corrections: {shown}')
expect(5, [(5, ids[2], 'slip', False)])
shown = json.loads(open(out + '/live.js', encoding='utf-8').read()[5:-3])
if '学生2' not in shown.get('code', {}).get('text', ''): complain(f'live.js does not show the code that was read: {shown}')
os.remove(live + '/100CANON/IMG_0003.JPG') # a code that is gone is noticed without another frame
if (found := hear(1)) != [(4, ids[0], 'REVIEW', True)]: complain(f'watch, a deleted code: {found}')
expect(3, [(3, ids[1], 'slip', False), (4, ids[1], 'PASS', True)])
process.send_signal(signal.SIGINT)
if [text for text in process.stdout.read().splitlines() if '"type":"photo"' in text]: complain('watch tells again at its end what stands')
process.wait()
had, _ = people(out)
if had[ids[1]] != ['PASS']: complain(f'watch, a late code: {had}')
live, out = work + '/last-live', work + '/last-out' # the same, and nothing is deleted: it leaves what run leaves
os.makedirs(live + '/100CANON')
process = subprocess.Popen([program, 'watch', '--json', '--lang', 'en', '--bind', 'qr', '-r', work + '/roster.csv', '-o', out, live], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
for number, most in ((1, 1), (2, 1), (4, 1)): arrive(number, most)
expect(3, [(3, ids[1], 'slip', False), (4, ids[1], 'PASS', True)])
process.send_signal(signal.SIGINT)
process.stdout.read()
process.wait()
run(out=out + '-fresh', photos=live)
for one_line, other in zip(report(out), report(out + '-fresh'), strict=True):
    if one_line != other: complain(f'watch leaves {one_line}, run {other}')

# ---- a decoder that dies on a slip: nobody behind it is bound ----
make(work + '/foul', frames[1:6])
with open(f'{work}/foul/{frames[3][0]}', 'ab') as file: file.write(b'FOUL:SIGSEGV')
with open(f'{work}/foul/{frames[4][0]}', 'ab') as file: file.write(b'FOUL:SIGSEGV')
done = subprocess.run([program, 'run', '--lang', 'en', '--bind', 'qr', '-r', work + '/roster.csv', '-o', work + '/foul-out', work + '/foul'], stderr=subprocess.PIPE, text=True, env=os.environ | {'LD_PRELOAD': build + '/libfoul.so'})
if done.returncode != 1: complain(f'a decoder that dies: exit {done.returncode}\n{done.stderr}')
compare('a decoder that dies', outcome(report(work + '/foul-out'), work + '/foul'),
        {frames[1][0]: ('slip', None), frames[2][0]: ('photo', ids[0]), frames[3][0]: ('photo', 'unread_code'), frames[4][0]: ('photo', 'unread_code'), frames[5][0]: ('photo', 'bad_code')})

# ---- refusals ----
subprocess.run([program, 'run', '-q', '--shard', '1/1', '-r', work + '/roster.csv', '-o', work + '/shard', card], check=True)
done = subprocess.run([program, 'merge', '--lang', 'en', '-r', work + '/roster.csv', '-o', one, work + '/shard/shards/00001-of-00001'], capture_output=True, text=True)
if done.returncode != 2 or 'codes bind' not in done.stderr: complain(f'merge into what codes bind: exit {done.returncode} {done.stderr}')
os.makedirs(work + '/alone')
shutil.copy(program, work + '/alone')
done = subprocess.run([work + '/alone/headroom', 'check', '--lang', 'en', '--bind', 'qr', card], capture_output=True, text=True)
if done.returncode != 3 or 'codes.so' not in done.stderr: complain('without its module: ' + done.stderr)
if run('-n', out=work + '/dry', code=(2,)).stdout: complain('a dry run with codes says something')
run(command='check', more=('--bind', 'face'), code=(2,))
sys.exit(1 if bad else 0)
P
