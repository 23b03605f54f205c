#!/bin/sh
# SPDX-License-Identifier: MIT
# How long whoever stands at the camera waits: from a closed frame of 12 MP to its verdict on stdout, by `headroom watch`
# with file names and with --bind qr, in turn. Writes bench/results/watch.md. Usage: watch.sh [BUILD] [PHOTOS]
set -eu
build=$(cd "${1:-build}" && pwd)
count=${2:-40}
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 - "$build" "$work" "$count" >"$work/table" <<'P'
import json, os, signal, statistics, subprocess, sys, time
build, work, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
shots = [('code', '11010519491231002X')] + [(f'large {at}', '-') for at in range(count)]
shots = [(f'IMG_{at + 1:04d}.JPG', kind, text) for at, (kind, text) in enumerate(shots)]
clock = lambda at: f'2026:06:01 {9 + at // 1800:02d}:{at // 30 % 60:02d}:{at * 2 % 60:02d}'
subprocess.run([build + '/make_session', work + '/card'], text=True, check=True, input=''.join(
    f'100CANON/{name}\t{clock(at)}\t-\t1\t{kind}\t{text}\t-\n' for at, (name, kind, text) in enumerate(shots)))
class Watch:
    def __init__(self, name, *more):
        self.folder, self.waits, self.cpu = f'{work}/{name}/100CANON', [], []
        os.makedirs(self.folder)
        self.process = subprocess.Popen([build + '/headroom', 'watch', '--json', *more, '-o', f'{work}/{name}-out', f'{work}/{name}'],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    def used(self): # ms, by the supervisor's child, which does the work
        child = open(f'/proc/{self.process.pid}/task/{self.process.pid}/children').read().split()[0]
        fields = open(f'/proc/{child}/stat').read().rsplit(')', 1)[1].split()
        return sum(map(int, fields[11:13])) * 1000 / os.sysconf('SC_CLK_TCK')
    def shoot(self, name, kind):
        data = open(f'{work}/card/100CANON/{name}', 'rb').read()
        before = self.used()
        with open(f'{self.folder}/{name}', 'wb') as file: file.write(data)
        closed = time.monotonic()
        while json.loads(self.process.stdout.readline())['type'] not in ('photo', 'slip'): pass
        wait = (time.monotonic() - closed) * 1000
        time.sleep(0.3) # until it waits for the next one
        if kind != 'code':
            self.waits.append(wait)
            self.cpu.append(self.used() - before)
load = lambda: open('/proc/loadavg').read().split()[0]
first, named, coded = load(), Watch('named'), Watch('coded', '--bind', 'qr')
time.sleep(1.5)
for name, kind, text in shots:
    for watch in (named, coded):
        if kind != 'code' or watch is coded: watch.shoot(name, kind)
last = load()
for watch in (named, coded):
    watch.process.send_signal(signal.SIGINT)
    watch.process.communicate()
size = sum(os.path.getsize(f'{work}/card/100CANON/{name}') for name, kind, text in shots if kind != 'code') // count // 1000
print(f'''
{count} frames of 3000x4000, {size} kB each, written and closed one after the other, in turn for both. {os.cpu_count()} cores, load (1 min) {first} before and
{last} after: the waits grow with it. CPU is that of the whole process for one frame, listing, journal and page included.

| | wait, median ms (least to most) | 9 in 10 | CPU ms a frame, mean |
|---|---|---|---|''')
for name, watch in (('file names', named), ('`--bind qr`', coded)):
    waits = sorted(watch.waits)
    print(f'| {name} | {statistics.median(waits):.0f} ({waits[0]:.0f} to {waits[-1]:.0f}) | {waits[len(waits) * 9 // 10]:.0f} | {statistics.mean(watch.cpu):.0f} |')
print(f'''
With `--bind qr` a frame is read and decoded twice, once to look for codes and once to be judged: {statistics.median(coded.waits) / statistics.median(named.waits):.2f} times the wait,
{statistics.mean(coded.cpu) / statistics.mean(named.cpu):.2f} times the CPU. The target is 300 ms.''')
P
{
    echo "# From a closed frame to its verdict"
    echo
    echo "Made by \`sh bench/watch.sh\` on $(date +%F), commit $(git describe --always --dirty --exclude '*')."
    cat "$work/table"
} >bench/results/watch.md
cat bench/results/watch.md
