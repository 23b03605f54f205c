#!/bin/sh
# SPDX-License-Identifier: MIT
# headroom watch: each photo is judged when its writer has closed it, told on stdout, in live.js and to --on-result;
# the end is that of a run. The live page in a browser, where there is one. Usage: watch.sh BUILD
set -eu
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
command -v python3 >/dev/null || { echo "no python3 here"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$build/make_samples" -n 6 --faults 0.5 --size large --seed 3 "$work/large" >/dev/null
"$build/make_samples" --each -n 10 --size small --seed 4 "$work/small" >/dev/null
"$build/make_samples" -n 60 --size small --seed 9 "$work/many" >/dev/null
"$build/make_samples" -n 2 --faults 0 --size small "$work/passed" >/dev/null
"$build/make_samples" -n 2 --fault tilt_strong --size small --take 2 "$work/worse" >/dev/null
python3 - "$build/headroom" "$work" <<'P'
import csv, glob, json, os, re, select, shutil, signal, subprocess, sys, time
program, work = sys.argv[1:]
folder, out = work + '/in', work + '/out'
os.makedirs(folder + '/sub')
large, small = sorted(glob.glob(work + '/large/photos/*')), sorted(glob.glob(work + '/small/photos/*'))
bad = []
def complain(text):
    bad.append(text)
    print(text)
def ids(path): return re.search(r'\d{17}[\dX]', os.path.basename(path))
hostile = '</script><img src=x onerror=alert(1)>'
with open(work + '/roster.csv', 'w', encoding='utf-8', newline='') as file:
    table = csv.writer(file)
    table.writerow(['姓名', '身份证号', '班级'])
    for path in large + small + glob.glob(work + '/passed/photos/*'):
        if ids(path): table.writerow([hostile, ids(path).group(), '一班'])
def start(*more, env=None, out=out, folder=folder):
    return subprocess.Popen([program, 'watch', '--json', '--lang', 'en', '-r', work + '/roster.csv', '-o', out, *more, folder],
                            stdout=subprocess.PIPE, stderr=open(work + '/err', 'w'), env=env)
class Lines:
    def __init__(self, process): self.fd, self.rest, self.corrected, self.summary = process.stdout.fileno(), b'', [], {}
    def next(self, seconds): # the next photo that was not told before, or None
        end = time.time() + seconds
        while True:
            while b'\n' in self.rest:
                line, self.rest = self.rest.split(b'\n', 1)
                line = json.loads(line)
                if line['type'] == 'photo' and not line.get('corrected'): return line
                if line['type'] == 'photo': self.corrected.append(line)
                if line['type'] == 'summary': self.summary = line
            if not select.select([self.fd], [], [], max(0, end - time.time()))[0]: return None
            more = os.read(self.fd, 1 << 16)
            if not more: return None
            self.rest += more
def stop(process, lines, how=signal.SIGINT):
    process.send_signal(how)
    extra = []
    while (line := lines.next(60)) is not None: extra.append(line)
    return process.wait(), extra
def live():
    text = open(out + '/live.js', encoding='utf-8').read()
    assert text.startswith('live(') and text.endswith(');\n'), text[:40]
    if '<' in text: complain('live.js: an unescaped <')
    return json.loads(text[5:-3])

# ---- what is there at first, then one after the other ----
shutil.copy(small[0], folder)
process = start('--on-result', f'cat >>{work}/hook; echo $HEADROOM_VERDICT >>{work}/verdicts')
lines = Lines(process)
if not lines.next(30): complain('the photo that lay there is not judged')
waits, told = [], 1
for path in large:
    target = folder + '/' + os.path.basename(path)
    data = open(path, 'rb').read()
    file = open(target, 'wb')
    file.write(data)
    file.close()
    closed = time.time()
    line = lines.next(30)
    waits.append(int((time.time() - closed) * 1000))
    if not line or line['source']['path'] != target: complain('not told: ' + target)
    told += 1
waits.sort()
print('from closed file to verdict, 8 to 12 MP:', waits, 'ms')

# ---- a slow writer, a renamed file, a folder that is new ----
slow = folder + '/' + os.path.basename(small[1])
data = open(small[1], 'rb').read()
with open(slow, 'wb') as file:
    for part in range(4):
        file.write(data[len(data) * part // 4:len(data) * (part + 1) // 4])
        file.flush()
        if lines.next(0.6): complain('judged while it was written')
line = lines.next(30)
if not line or line['source']['path'] != slow or any(f['check'] == 'damage' for f in line['findings']): complain('the slow one is not judged whole')
shutil.copy(small[2], folder + '/.part')
if lines.next(0.5): complain('a hidden file was judged')
os.rename(folder + '/.part', folder + '/' + os.path.basename(small[2]))
if not lines.next(30): complain('a renamed file is not judged')
os.mkdir(folder + '/later')
shutil.copy(small[3], folder + '/later')
if not lines.next(30): complain('a file in a new folder is not judged')
shutil.copy(small[4], folder + '/sub')
if not lines.next(30): complain('a file in a folder is not judged')
told += 4
state = live()
if state['judged'] != told or len(state['shots']) != min(told, 10) or state['ended']: complain(f'live.js: {state["judged"]} judged of {told}, {len(state["shots"])} shown')
if not all(shot['action'] and (shot['todo'] or shot['verdict'] == 'PASS') for shot in state['shots']): complain('live.js: no word what to do')
if any(re.search(r'\d{17}[\dX]', json.dumps(shot)) for shot in state['shots']): complain('live.js: a whole number')
if state['shots'][0]['name'] != hostile: complain('live.js: another name')
for name in ('live.html', 'live.js'):
    if os.stat(f'{out}/{name}').st_mode & 0o777 != 0o600: complain(name + ' is not private')
shutil.copy(large[0], folder + '/' + os.path.basename(small[5])) # another picture in the place of none
first = lines.next(30)
shutil.copy(small[5], folder + '/' + os.path.basename(small[5])) # and a retake under the same name
second = lines.next(30)
told += 2
if not first or not second or second['attempt'] != 2: complain('a retake is not a second attempt')
if first['verdict'] != 'REJECT' or first['facts'].get('same_bytes') != 1: complain('the bytes of another are not told at once')
code, extra = stop(process, lines)
if 'was changed' in open(work + '/err').read(): complain('the roster is said to have been changed')
if code not in (0, 1): complain(f'ended with {code}'); print(open(work + '/err').read())
if (lines.summary.get('judged'), lines.summary.get('unchanged')) != (told, 0): complain(f'the end tells of other numbers than {told}: {lines.summary}')
if extra: complain(f'told again at the end: {len(extra)}')
if [line['source']['path'] for line in lines.corrected] != 2 * [folder + '/' + os.path.basename(large[0])]: complain(f'whose bytes those were is not told twice more, but {len(lines.corrected)} times')
elif lines.corrected[0]['verdict'] != 'REJECT' or lines.corrected[1]['facts'].get('same_bytes'): complain('whose bytes those were is not told when they are his alone again')
if not live()['ended']: complain('live.js does not say that it has ended')
said = [json.loads(line) for line in open(work + '/hook', encoding='utf-8')]
told += len(lines.corrected)
verdicts = open(work + '/verdicts').read().split()
if len(said) != told or [line['verdict'] for line in said] != verdicts: complain(f'--on-result had {len(said)} of {told}')

# ---- the end is a run's ----
def run(to):
    return subprocess.run([program, 'run', '-q', '--lang', 'en', '-r', work + '/roster.csv', '-o', to, folder], stderr=subprocess.DEVNULL).returncode
before = {name: open(f'{out}/{name}', 'rb').read() for name in ('report.jsonl', 'report.csv', 'report.html')}
if run(out) != code: complain('a run after it ends otherwise')
for name, data in before.items():
    if open(f'{out}/{name}', 'rb').read() != data: complain(name + ': a run after it writes another')
run(work + '/alone')
def plain(to): # what a fresh run cannot know: how often it was tried
    lines = [json.loads(line) for line in open(to + '/report.jsonl', encoding='utf-8')]
    return [{key: value for key, value in line.items() if key not in ('attempt', 'fixed', 'newly_broken')} for line in lines]
for one, two in zip(plain(out), plain(work + '/alone'), strict=True):
    if one != two: complain('a run alone reports otherwise: ' + ', '.join(f'{key}: {one.get(key)} / {two.get(key)}' for key in one.keys() | two.keys() if one.get(key) != two.get(key)))
def untold(path):
    return re.sub(r'(; )?(fixed by|new in) the retake: [^;"]*', '', open(path, encoding='utf-8').read())
for name in sorted(os.listdir(out + '/lists')):
    if untold(f'{out}/lists/{name}') != untold(f'{work}/alone/lists/{name}'): complain(f'{name}: a run alone lists otherwise')
for part in ('photos', 'review'):
    if subprocess.run(['diff', '-rq', f'{out}/{part}', f'{work}/alone/{part}']).returncode: complain(part + ': a run alone leaves another')

# ---- a photo in a folder that was empty is not found by looking every two seconds ----
fresh = work + '/fresh'
for at in range(5): os.makedirs(f'{fresh}/{at}')
shutil.copy('models/profiles/college-light-blue.ini', work + '/own.ini')
process = start('-p', work + '/own.ini', out=work + '/fresh-out', folder=fresh)
lines = Lines(process)
time.sleep(2.5)
waits = []
for at in range(5):
    shutil.copy(small[at], f'{fresh}/{at}')
    closed = time.time()
    if not lines.next(30): complain('a photo in an empty folder is not judged')
    waits.append(int((time.time() - closed) * 1000))
with open(work + '/roster.csv', 'a', encoding='utf-8') as file: file.write('\n') # the same persons, but who can know
with open(work + '/own.ini', 'a', encoding='utf-8') as file: file.write('\n')
stop(process, lines)
for name in ('roster.csv', 'own.ini'):
    if not re.search(name + '.* was changed after the beginning', open(work + '/err').read()): complain(f'nobody says that {name} was changed meanwhile')
if sorted(waits)[2] > 1200: complain(f'photos in empty folders wait for {waits} ms')

# ---- killed, then again; OUT in use; nothing of it stays after purge ----
process = start()
lines = Lines(process)
time.sleep(1)
if subprocess.run([program, 'run', '-q', '-o', out, folder], stderr=subprocess.DEVNULL).returncode != 4: complain('OUT is not in use')
shutil.copy(small[6], folder)
lines.next(30)
process.kill()
process.wait()
time.sleep(0.5)
process = start()
lines = Lines(process)
shutil.copy(small[7], folder)
wanted = [folder + '/' + os.path.basename(small[7])] # the other one again, where it was not committed
while wanted and (line := lines.next(30)): wanted = [path for path in wanted if path != line['source']['path']]
if wanted: complain('not judged after a kill')
code, extra = stop(process, lines, signal.SIGTERM)
extra = [line for line in extra if os.path.basename(small[6]) not in line['source']['path']] # the two at once, in any order
if code not in (0, 1) or extra: complain(f'after a kill: {code}, {len(extra)} more')
if sum('"type":"photo"' in line for line in open(out + '/report.jsonl')) != len([name for _, _, names in os.walk(folder) for name in names]): complain('after a kill: not every file is in the report')
shutil.copytree(out, work + '/look')

# ---- a decoder that crashes costs its own photo; stdout and the hook go on ----
process = start('--on-result', f'cat >>{work}/hook2', env=os.environ | {'LD_PRELOAD': os.path.dirname(program) + '/libfoul.so'})
lines = Lines(process)
time.sleep(1)
crasher = folder + '/' + os.path.basename(small[8])
open(crasher, 'wb').write(open(small[8], 'rb').read() + b'FOUL:SIGSEGV')
line = lines.next(60)
if not line or line['source']['path'] != crasher or line['verdict'] != 'REJECT' or 'SIGSEGV' not in line['source'].get('problem', ''): complain('a crash is not told')
shutil.copy(small[9], folder)
line = lines.next(60)
if not line or line['source']['path'] == crasher: complain('nothing is judged after a crash')
code, extra = stop(process, lines)
if code not in (0, 1) or extra: complain(f'after a crash: {code}, {len(extra)} more')
if len(open(work + '/hook2').read().splitlines()) != 2: complain('--on-result does not outlive a crash')
subprocess.run([program, 'purge', '-q', out], check=True)
if os.path.exists(out): complain('purge leaves ' + ' '.join(os.listdir(out)))

# ---- a folder that is gone for a while is waited for, the other one followed on; any end stands on the page ----
away, near, apart = work + '/away', work + '/near', work + '/apart-out'
os.mkdir(near)
process = start(away, out=apart, folder=near)
if process.wait() != 2: complain('a folder that was never there is no usage error')
os.mkdir(away)
shutil.copy(small[1], away)
for how in ('back', 'gone', 'error', 'another'):
    process = start(away, out=apart, folder=near)
    lines = Lines(process)
    if how == 'back' and not lines.next(30): complain('nothing is judged before the folder goes')
    time.sleep(2.5)
    os.rename(away, away + '.off')
    if how == 'error': os.symlink('.', away) # OUT lies inside
    if how == 'another': os.mkdir(away) # the sandbox lets nobody in
    time.sleep(2.5)
    if how == 'back':
        shutil.copy(small[2], near)
        if not lines.next(30): complain('the other folder is not followed')
        os.rename(away + '.off', away)
        shutil.copy(small[3], away)
        if not lines.next(30): complain('a folder that is back is not followed')
    try: code = process.wait(30) if how in ('error', 'another') else stop(process, lines)[0]
    except subprocess.TimeoutExpired:
        stop(process, lines)
        if how == 'another': break # no Landlock here: it is followed like any other
        complain('OUT inside a folder does not end the watch')
        continue
    if (code in (0, 1)) != (how == 'back') or how != 'back' and code != 3: complain(f'a folder is {how}: {code}')
    if '"ended":true' not in open(apart + '/live.js').read(): complain(f'a folder is {how}: the page does not say that the watch has ended')
    said = open(work + '/err').read()
    times = said.count('could not be read') # else a look may have fallen between the two steps above
    if times > 1 or how in ('back', 'gone') and times != 1: complain(f'a folder is {how}: {said}')
    if how == 'error': os.unlink(away)
    if how in ('gone', 'error'): os.rename(away + '.off', away)

# ---- a full folder does not keep the photographer waiting, and a signal does not wait for it ----
many, full = sorted(glob.glob(work + '/many/photos/*')), work + '/full'
os.mkdir(full)
for path in many[:-1]: shutil.copy(path, full)
process = start('-j', '2', out=work + '/full-out', folder=full)
lines = Lines(process)
before = 0
if not lines.next(30): complain('a full folder is not judged')
shutil.copy(many[-1], full)
while (line := lines.next(30)) and line['source']['path'] != full + '/' + os.path.basename(many[-1]): before += 1
if not line or before > 30: complain(f'a new photo waited for {before} of {len(many)}')
code, extra = stop(process, lines)
if code != 130: complain(f'a signal before all are judged ends with {code}')
process = start('-j', '2', out=work + '/full-out', folder=full)
lines = Lines(process)
told = 2 + before + len(extra)
while told < len(many) and lines.next(30): told += 1
time.sleep(3) # what was read too young is read once more, and not told
code, extra = stop(process, lines)
if code not in (0, 1): complain(f'the watch after it ends with {code}')
if sum('"type":"photo"' in line for line in open(work + '/full-out/report.jsonl')) != len(many): complain('a full folder: not every file is in the report')

# ---- a pass that was told stays, whatever comes over its file before the end ----
card, passed, worse = work + '/card', work + '/passed', work + '/worse'
os.mkdir(card)
first = sorted(glob.glob(passed + '/photos/*'))[0]
over = [path for path in glob.glob(worse + '/photos/*') if ids(path).group() == ids(first).group()][0]
name = ids(first).group() + '.JPG'
process = start('-j', '1', out=work + '/card-out', folder=card)
lines = Lines(process)
for path, verdict in ((first, 'PASS'), (over, 'REJECT')):
    shutil.copy(path, card + '/new'), os.rename(card + '/new', card + '/' + name)
    line = lines.next(30)
    if not line or line['verdict'] != verdict: complain(f'over a pass: {line and line["verdict"]}, not {verdict}')
    if not os.path.exists(work + '/card-out/photos/' + name): complain(f'a photo that had passed is gone once the next is {verdict}')
code, extra = stop(process, lines)
if not os.path.exists(work + '/card-out/photos/' + name): complain('a photo that had passed is gone at the end')
if '"kept"' not in open(work + '/card-out/report.jsonl').read(): complain('an earlier pass is not said to be kept')
sys.exit(1 if bad else 0)
P

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$browser" ] || { echo "no chromium here for the live page"; exit 0; }
export HOME="$work"
python3 - "$work/look" <<'P'
import sys
path = sys.argv[1] + '/live.js'
text = open(path, encoding='utf-8').read()
open(path, 'w', encoding='utf-8').write(text.replace('"ended":true', '"ended":false'))
P
timeout 60 "$browser" --headless --no-sandbox --disable-gpu --no-first-run --user-data-dir="$work/profile" --enable-logging=stderr \
    --log-net-log="$work/net" --virtual-time-budget=3000 --dump-dom "file://$work/look/live.html" >"$work/dom" 2>"$work/log"
bad=0
grep -q '<main id="now" role="status" aria-live="assertive" class="[A-Z]' "$work/dom" || { echo "the live page shows no verdict"; bad=1; }
[ "$(grep -o '<li class="[A-Z]*"' "$work/dom" | wc -l)" -ge 1 ] || { echo "the live page shows no last ones"; bad=1; }
! grep -q '<img' "$work/dom" || { echo "the live page runs a name"; bad=1; }
! grep -a CONSOLE "$work/log" || { echo "the live page complains"; bad=1; }
! grep -aoE '"url":"(https?|wss?)://[^"]*' "$work/net" | grep -vE 'google|gvt1|chromium' || { echo "the live page asks the network"; bad=1; }
exit "$bad"
