#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What bounds a run on a machine of many cores. Measures, by corpus, the CPU of the lanes and of the one thread that
carries photos, keeps the journal and writes reports, bytes read and written, and memory traffic (cachegrind, with 2 MiB of
cache a lane); then reckons photos/s for more lanes than this machine has. Prints Markdown, kept as results/lanes.md.
Usage: python3 bench/lanes.py [BUILD]; needs valgrind, and BUILD/bench as bench/peers.sh leaves it."""
import os, re, shutil, subprocess, sys, tempfile, time

BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else 'build')
PROGRAM = BUILD + '/headroom'
LANES = (1, 2, 8, 16, 32, 64)
DISK_GB, MEMORY_GB = 3.0, 200.0  # assumed of the large machine, a second: one NVMe disk; eight channels of DDR4-3200


def folder_of(work, photos):
    folder = work + '/in'
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    for photo in photos:
        shutil.copy(photo, folder)
    return folder


def follow(work, photos):
    """Runs once; CPU ms of the carrying thread until the first photo, while there are photos, after the last; of the lanes."""
    folder = folder_of(work, photos)
    shutil.rmtree(work + '/out', ignore_errors=True)
    process = subprocess.Popen([PROGRAM, 'run', '-q', '-o', work + '/out', folder])
    seen = []
    while process.poll() is None:
        try:
            child = open(f'/proc/{process.pid}/task/{process.pid}/children').read().split()[0]
            spent = {task: int(open(f'/proc/{child}/task/{task}/schedstat').read().split()[0]) / 1e6
                     for task in os.listdir(f'/proc/{child}/task')}
            carrier = spent.pop(child)
            seen.append((carrier, sum(spent.values())))
        except (FileNotFoundError, ProcessLookupError, IndexError):
            pass
        time.sleep(0.002)
    lanes = max(lane for _, lane in seen)
    first = next(carrier for carrier, lane in seen if lane > 1)
    last = next(carrier for carrier, lane in seen if lane > lanes - 0.5)
    return first, last - first, max(carrier for carrier, _ in seen) - last, lanes


def lines_missed(work, photos):
    """Cache lines of 64 bytes that one lane of 2 MiB moves for these photos."""
    folder = folder_of(work, photos)
    out = subprocess.run(['valgrind', '--tool=cachegrind', '--cache-sim=yes', '--LL=2097152,16,64', '--cachegrind-out-file=/dev/null',
                          '--trace-children=yes', PROGRAM, 'bench', '-q', '-j', '1', folder],
                         stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, check=True).stderr
    return max(int(number.replace(',', '')) for number in re.findall(r'LL misses: +([\d,]+)', out))


def size_of(folder):
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names)


def main():
    rows, rates = [], []
    with tempfile.TemporaryDirectory() as work:
        for corpus in 'abcd':
            source = f'{BUILD}/bench/{corpus}/photos'
            photos = sorted(os.path.join(source, name) for name in os.listdir(source))
            few, many = len(photos) // 4, len(photos)
            _, _, tail_few, _ = follow(work, photos[:few])
            start, carried, tail, lanes = follow(work, photos)
            read, written = sum(map(os.path.getsize, photos)) / many / 1e6, size_of(work + '/out') / many / 1e6
            moved = (lines_missed(work, photos[:7]) - lines_missed(work, photos[:1])) / 6 * 64 / 1e6
            lane, carry, end = lanes / many, carried / many, (tail - tail_few) / (many - few)
            rows.append(f'| {corpus} | {lane:.2f} | {carry:.2f} | {end:.2f} | {start + tail - many * end:.0f} | {read:.2f} | {written:.3f} | {moved:.0f} |')
            bounds = [1000 / carry, DISK_GB * 1000 / (read + written), MEMORY_GB * 1000 / moved]
            speed = [min([count * 1000 / lane] + bounds) for count in LANES]
            whole = [1 / (1 / rate + end / 1000) for rate in speed]
            name = ('the carrying thread', 'the disk', 'memory')[bounds.index(min(bounds))]
            rates.append(f'| {corpus} | ' + ' | '.join(f'{rate:.0f} ({all_in:.0f})' for rate, all_in in zip(speed, whole))
                         + f' | {min(bounds):.0f}: {name} |')
    print('# What bounds a run on many cores\n')
    print(f'Made by `python3 bench/lanes.py`, commit {subprocess.getoutput("git describe --always --dirty --exclude x")}; {os.cpu_count()} cores, '
          f'load {open("/proc/loadavg").read().split()[0]} at the end.\n')
    print('| corpus | lanes, CPU ms a photo | one thread, meanwhile | one thread, after the last photo | start and end, ms a run | read, MB a photo | written | memory, MB a photo |')
    print('|---|---|---|---|---|---|---|---|')
    print('\n'.join(rows))
    print(f'\nReckoned from these: photos/s while there are photos, and in brackets with lists, reports and package. Assumed: lanes on whole cores,\n'
          f'{DISK_GB:g} GB/s of disk, {MEMORY_GB:g} GB/s of memory.\n')
    print('| corpus | ' + ' | '.join(f'{count} lane' + 's' * (count > 1) for count in LANES) + ' | at most |')
    print('|---|' + '---|' * (len(LANES) + 1))
    print('\n'.join(rates))


main()
