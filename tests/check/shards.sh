#!/bin/sh
# SPDX-License-Identifier: MIT
# Many machines: any number of shards, in any order, killed or doubled, merge to what one run leaves, byte for byte;
# what does not fit together is refused by name. Usage: shards.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
bad=0
unset SLURM_ARRAY_TASK_ID SGE_TASK_ID LSB_JOBINDEX PBS_ARRAY_INDEX JOB_COMPLETION_INDEX
complain() {
    echo "$1"
    bad=1
}
expect() { # exit codes as a pattern, then headroom's arguments
    wanted=$1 code=0
    shift
    "$build/headroom" "$@" >said 2>&1 || code=$?
    case $code in
    $wanted) ;;
    *) complain "headroom $*: ended with $code, not $wanted"; tail -3 said ;;
    esac
}
says() {
    grep -q "$1" said || { complain "is not said: $1"; tail -3 said; }
}
shards() { # OUT, numbers..., of N
    out=$1 count=$2
    shift 2
    for i in $(seq "$count" | shuf --random-source=order); do
        expect 0 run --lang en -o "$out" --shard "$i/$count" -r roster.csv "$@"
    done
}
same() { # single, merged, what
    diff -rq -x journal.db -x shards -x .lock "$1" "$2" || complain "$3: not the same"
}
would() { # how many photos of all would be brought home, how many are there, OUT, SHARD...: merge -n, which changes nothing
    new=$1 there=$2 out=$3
    shift 3
    find "$out" -exec stat -c '%n %i %s %y %z' {} + 2>/dev/null | sort >before || true
    expect 0 merge -n --lang en -o "$out" -r roster.csv "$@"
    find "$out" -exec stat -c '%n %i %s %y %z' {} + 2>/dev/null | sort | cmp - before || complain "merge -n changes $out"
    says "^would bring home $new of $total photos (there already $there, "
    [ "$(grep -cE '^(new|changed|rules|failed|output) ' said)" = "$new" ] || complain "merge -n names other photos than those $new"
    grep -qE '[0-9]{14}' said && complain "merge -n prints a full ID"
    return 0
}
seq 4000 >order
ids_in() { basename "$1" | grep -oE '^[0-9]{17}[0-9X]\.' || true; }
ids() { grep -ohE '[0-9]{17}[0-9X]' "$@" | sort -u; }

# Every fault, complying files, two files of one person, one file under two numbers, names that bind nobody.
"$build/make_samples" --each -n 60 --seed 11 --size small made
"$build/make_samples" --corpus d -n 12 --seed 5 quick
cp made/photos/* quick/photos/
mv quick/photos in
mkdir in/again
find in -maxdepth 1 -name '*.[jJ]*' | sort | head -3 | while read -r file; do cp "$file" in/again/; done
one=$(find in -maxdepth 1 -type f | sort | sed -n 5p)
cp "$one" in/11010519491231002X.jpg
cp "$one" in/again/IMG_0001.jpg
cp "$one" in/610104620927690.jpg # 15 digits, and the same person's 18
cp "$(find in -maxdepth 1 -type f | sort | sed -n 9p)" in/610104196209276908.jpg
(echo 姓名,身份证号,班级; find in -type f | grep -oE '[0-9]{17}[0-9X]' | sort -u | sed '1d; s/^/某人,/; s/$/,一班/'
    echo 缺席,440524188001010014,二班) >roster.csv
ids made/manifest.csv | sed 's/$/,,accept,王老师,看过,2026-06-01/' | head -20 | (echo id,check,decision,by,reason,date; cat) >decisions.csv
total=$(find in -type f | wc -l)
expect '[01]' run -o single -r roster.csv --split 7 in

for count in 1 3 12; do
    shards "by$count" "$count" in
    would "$total" 0 "by$count" "by$count"/shards/*
    # shellcheck disable=SC2046 # folders without spaces
    expect '[01]' merge -o "by$count" -r roster.csv --split 7 $(find "by$count/shards" -mindepth 1 -maxdepth 1 | shuf --random-source=order)
    same single "by$count" "$count shards"
done
photos=$(find by12/photos by12/review -name '*.JPG' | wc -l)
[ "$photos" -ge 10 ] || complain "only $photos photos were made: nothing was compared"
lines=$(grep -c '"type":"photo"' by12/report.jsonl)
[ "$lines" = "$total" ] || complain "$lines lines for $total photos"
[ "$(find by12/photos -name '*.JPG' -links 2 | wc -l)" = "$(find by12/photos -name '*.JPG' | wc -l)" ] ||
    complain "photos were copied, not linked, though that is possible"
for flag in '' --no-sandbox; do # shards outside of OUT: the same
    rm -rf apart
    expect '[01]' merge -o apart ${flag:+"$flag"} -r roster.csv by12/shards/*
    [ "$(find apart/photos -name '*.JPG' -links +1 | wc -l)" = "$(find apart/photos -name '*.JPG' | wc -l)" ] ||
        complain "photos of shards that lie elsewhere were copied, not linked, by merge $flag"
done
would 0 "$total" by12 by12/shards/*
would "$total" 0 nowhere by12/shards/*
expect 0 run -n --lang en -o nowhere -r roster.csv in
grep -E '^(missing|invalid|duplicate|extra|not-eligible): ' said | sort >problems
expect 0 merge -n --lang en -o nowhere -r roster.csv by12/shards/*
grep -E '^(missing|invalid|duplicate|extra|not-eligible): ' said | sort | cmp - problems || complain "merge -n finds other problems than run -n"
[ ! -e nowhere ] || complain "merge -n made an output folder"
expect 2 merge -n --lang en -o nowhere -r roster.csv by12/shards/0000[1-8]*
says 'shard 9 of 12'
made=$(find by12/photos -type f | sort | head -1)
mv "$made" made.JPG
would 1 $((total - 1)) by12 by12/shards/*
mv made.JPG "$made"
lost=$(find by12/shards/*/.held -type f | sort | head -1)
mv "$lost" lost.JPG
expect 3 merge -n --lang en -o nowhere -r roster.csv by12/shards/*
says 'is gone or other now'
mv lost.JPG "$lost"
expect '[01]' merge -o by12 -r roster.csv --split 7 by12/shards/*
same single by12 "merged again"
expect '[01]' merge -o elsewhere -r roster.csv --split 7 by3/shards/*
same single elsewhere "merged elsewhere"

# Decisions and the whole run's other wishes are merge's.
expect '[01]' run -o decided -r roster.csv -d decisions.csv --new-only in
expect '[01]' merge -o decided3 -r roster.csv -d decisions.csv --new-only by3/shards/*
same decided decided3 "with decisions"

# Retakes: a second round into the same folders.
mkdir retakes
for id in $(ids single/lists/retake.csv | head -12); do
    file=$(find in -maxdepth 1 -type f | sort | sed -n "$(($(echo "$id" | cut -c 15-17 | sed 's/^0*//;s/^$/1/') % 9 + 30))p")
    cp "$file" "retakes/$id.jpg"
done
expect '[01]' run -o single -r roster.csv retakes
shards round2 3 retakes
expect '[01]' merge -o by3 -r roster.csv round2/shards/*
same single by3 "after the retakes"
grep -q '"attempt":2' by3/report.jsonl || complain "no second attempt was merged"

# Again: nothing is done, once the stamps of files that were too young to be trusted are taken up. A changed photo: that one.
state() { stat -c '%i %Y %s' by12/shards/00003-of-00012/journal; }
sleep 2
expect 0 run -o by12 --shard 3/12 -r roster.csv in
before=$(state)
expect 0 run --lang en -o by12 --shard 3/12 -r roster.csv in
says 'published before, nothing to do'
held() {
    grep -o '"photos":[1-9][0-9]*,"pass":[0-9]*,"review":[0-9]*,"reject":[0-9]*,"error":[0-9]*\|"reasons":.*' said
}
expect 0 run --json -o fresh --shard 3/12 -r roster.csv in
held >held
expect 0 run --json -o fresh --shard 3/12 -r roster.csv in
[ "$(held)" = "$(cat held)" ] || { cat held; held; complain "a shard that stands does not say what it holds"; }
mkdir twins
for one in $(find in -iname '*.jpg' | sort | head -40); do case $(ids_in "$one") in '') ;; *) echo "$one" ;; esac; done | head -2 >two
cp "$(head -1 two)" "twins/$(basename "$(head -1 two)")"
cp "$(head -1 two)" "twins/$(basename "$(tail -1 two)")"
for flag in -q -v --json; do # -q says nothing: what stands is told of by the next
    rm -rf twinned
    for i in 1 2; do
        expect '[01]' run --lang en "$flag" -o twinned --shard 1/1 twins
        case $flag in
        --json) says '"photos":2,"pass":0,"review":0,"reject":2,' ;;
        -v) says '2 photos: 0 pass, 0 need a look, 2 rejected' ;;
        esac
    done
    expect '[01]' run --lang en -o twinned --shard 1/1 twins
    says '2 photos: 0 pass, 0 need a look, 2 rejected'
done
[ "$before" = "$(state)" ] || complain "a published shard was written again"
SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=12 expect 0 run --lang en -o by12 --shard auto -r roster.csv in
says 'shard 3 of 12 was published before'
JOB_COMPLETION_INDEX=2 expect 0 run --lang en -o by12 --shard auto/12 -r roster.csv in
says 'shard 3 of 12 was published before'
expect 2 run --lang en -o by12 --shard auto -r roster.csv in
says SLURM_ARRAY_TASK_ID
expect 2 run --lang en -o by12 --shard 13/12 in
[ ! -e by12/shards/00013-of-00012 ] || complain "an impossible shard has a folder"

# A file that was too young for its stamp to be trusted is read once more, and then no more.
mkdir young
cp "$(find in -maxdepth 1 -type f | sort | sed -n 7p)" young/
expect 0 run --lang en -o young1 --shard 1/1 young
sleep 2.5
rereads() { # how many
    LD_PRELOAD=$build/libinject.so HEADROOM_INJECT_DIR=$work/young HEADROOM_INJECT_WHAT=short HEADROOM_INJECT_AT=0 \
        HEADROOM_INJECT_LOG=$work/reads expect 0 run --lang en -o young1 --shard 1/1 young
    found=$(grep -c ' read ' reads || true)
    rm -f reads
    [ $((found > 0)) = "$1" ] || complain "a young file was read $found times"
}
if [ -e "$build/libinject.so" ]; then
    rereads 1
    rereads 0
    says 'published before'
fi

# Killed: what is done is kept, and the rest follows.
children() { cat "/proc/$1/task/$1/children" 2>/dev/null || true; }
size() { stat -c %s killed/shards/00001-of-00001/journal.part 2>/dev/null || echo 0; }
begin() { # starts a shard with one lane and waits until so many bytes of some photos more are in its journal
    enough=$(($(size) + $1))
    nice -n 19 "$build/headroom" run -q -j 1 -o killed --shard 1/1 -r roster.csv in 2>killed.said & # so that whoever waits is in time
    worker=$!
    while [ "$(size)" -lt "$enough" ]; do
        kill -0 "$worker" 2>/dev/null || break
        sleep 0.02
    done
}
begin 20000
# shellcheck disable=SC2046 # numbers
kill -9 "$worker" $(children "$worker") || true
wait "$worker" 2>/dev/null || true
[ -e killed/shards/00001-of-00001/journal.part ] || complain "the worker was not killed in time"
expect 2 merge --lang en -o killed -r roster.csv killed/shards/*
says "00001-of-00001' is not published"
[ ! -e killed/journal.db ] || complain "a refused merge began"
begin 20000 # a second worker, and it is stopped
kill -STOP "$worker" $(children "$worker")
expect 4 run --lang en -o killed --shard 1/1 -r roster.csv in
expect 4 merge --lang en -o killed -r roster.csv killed/shards/*
kill -CONT "$worker" $(children "$worker")
kill -INT "$worker"
code=0
wait "$worker" || code=$?
[ "$code" = 130 ] || complain "an interrupted shard ended with $code"
expect 0 run --json -o killed --shard 1/1 -r roster.csv in
judged=$(sed -n 's/.*"type":"summary".*"judged":\([0-9]*\).*/\1/p' said)
[ "$judged" -gt 0 ] && [ "$judged" -lt "$total" ] || complain "$judged of $total photos were judged after two interruptions"
expect '[01]' merge -o killed -r roster.csv --split 7 killed/shards/*
expect '[01]' run -o single2 -r roster.csv --split 7 in
same single2 killed "killed and stopped"

# What this machine failed on is tried again at once, three times; then it is published as it is.
mkdir weak
cp "$(find in -maxdepth 1 -type f | sort | sed -n 7p)" weak/
echo FOUL:MEMORY >>"$(find weak -type f)"
for times in 1 2 3; do
    FOUL_TIMES=$times LD_PRELOAD=$build/libfoul.so expect 0 run --json -o "weak$times" --shard 1/1 weak
    errors=$(sed -n 's/.*"type":"summary".*"error":\([0-9]*\).*/\1/p' said)
    [ "$errors" = $((times / 3)) ] || complain "$errors errors after $times failures"
    [ "$(grep -c '"type":"start"' said)" = $((times < 3 ? times + 1 : 3)) ] || complain "other than $times more tries"
done
expect 3 merge -o weak3 weak3/shards/* # as a single run ends that failed on a photo
expect 0 run --json -o weak3 --shard 1/1 weak
grep -q '"judged":1,' said || complain "a photo in error was not judged again"
expect '[01]' merge -o weak3 weak3/shards/*
! grep -q '"verdict":"ERROR"' weak3/report.jsonl || complain "a photo is still in error"

# What does not fit together.
refused() { # sentence, merge's arguments
    sentence=$1
    shift
    rm -rf refused
    expect 2 merge --lang en -o refused "$@"
    says "$sentence"
    [ ! -e refused ] || complain "a refused merge wrote: $sentence"
}
cp -a by12/shards good
copy() {
    rm -rf bent
    cp -a good bent
}
copy
rm -r bent/00007-of-00012
refused 'shard 7 of 12 is missing' -r roster.csv bent/*
refused 'is given twice' -r roster.csv good/* good/00002-of-00012
refused 'one of 3 shards, the others are of 12' -r roster.csv good/* by3/shards/00001-of-00003
refused 'the same -p' -r roster.csv -p white good/*
refused 'the same -r' good/*
sed 2d roster.csv >other.csv
refused 'the same -r' -r other.csv good/*
refused 'is no shard' -r roster.csv good/* in
copy
printf x | dd of=bent/00004-of-00012/journal bs=1 seek=500 conv=notrunc status=none
refused "00004-of-00012' is damaged" -r roster.csv bent/*
copy
truncate -s 40G bent/00004-of-00012/journal # read no further than it is whole
refused "00004-of-00012' is damaged" -r roster.csv bent/*
copy
truncate -s -1 bent/00004-of-00012/journal
refused "00004-of-00012' is damaged" -r roster.csv bent/*
mv bent good2 && mkdir bent && mv good2 bent/shards
expect 0 run --lang en -o bent --shard 4/12 -r roster.csv in # mends it
says 'shard 4 of 12 is published'
expect '[01]' merge -o bent -r roster.csv --split 7 bent/shards/*
same single2 bent "a mended shard"
copy
victim=$(find bent/00005-of-00012/.held -type f | head -1)
printf x >>"$victim"
rm -rf refused
expect 3 merge --lang en -o refused -r roster.csv bent/*
says 'is gone or other now'
cp "$(find in -maxdepth 1 -type f | sort | sed -n 20p)" in/late_640302199001011234.jpg
rm -rf bent
cp -a good bent && mkdir late && mv bent late/shards
expect 0 run --lang en -o late --shard 1/12 -r roster.csv in
refused 'saw another list of photos' -r roster.csv late/shards/*
shards late 12 in
expect '[01]' merge -o late -r roster.csv late/shards/*
expect '[01]' run -o single3 -r roster.csv in
same single3 late "a photo that came late"

# A copied shard: what it was linked from may not be on the disk yet.
if [ -e "$build/libinject.so" ]; then
    copy
    mkdir linked && mv bent linked/shards
    LD_PRELOAD=$build/libinject.so HEADROOM_INJECT_DIR=$work/linked/shards HEADROOM_INJECT_WHAT=kill HEADROOM_INJECT_AT=0 \
        HEADROOM_INJECT_LOG=$work/calls expect '[01]' merge -o linked -r roster.csv linked/shards/*
    flushed=$(grep -c ' fdatasync .*/.held/' calls || true)
    linked=$(find linked/photos linked/review -type f -links +1 | wc -l)
    [ "$linked" -gt 0 ] && [ "$flushed" -ge "$linked" ] || complain "$linked photos were linked, $flushed flushed"
fi

# A purge takes the shards along, and leaves what others put there.
echo mine >killed/shards/00001-of-00001/.held/mine.JPG
mkdir killed/shards/notes
expect 0 purge --lang en -n killed
would=$(sed -n 's/^would remove \([0-9]*\) files and leave 2 .*/\1/p' said)
expect 0 purge --lang en killed
removed=$(sed -n 's/^\([0-9]*\) files removed, 2 left .*/\1/p' said)
[ -n "$would" ] && [ "$would" = "$removed" ] || complain "a purge removed '$removed' files and would have removed '$would'"
[ "$(find killed -type f)" = killed/shards/00001-of-00001/.held/mine.JPG ] || complain "a purge left $(find killed -type f)"
expect 0 purge by1
[ ! -e by1 ] || complain "a purge left $(find by1)"

# More records than SQLite sorts in memory: its files may lie in OUT alone.
"$build/shards" many 2 60000
expect 1 merge --sandbox -o many many/shards/*
says '60000'

# Stopped in order and killed, in every part of it: nothing of ours is left behind, and the next merge makes what one
# that nobody disturbed makes. With photos, which are linked before any row is in its place.
"$build/shards" torn 3 4000 photos
cp -al torn whole
expect 1 merge -o whole whole/shards/*
fresh() {
    rm -rf begun
    cp -al torn begun
}
fresh
started=$(date +%s%N)
expect 1 merge --lang en --progress always -o begun begun/shards/*
span=$((($(date +%s%N) - started) / 1000000))
says '^comparing 4000 photos'
says '^writing the report of 4000 photos'
same whole begun "merged with a progress line"

# While somebody reads the journal that a killed merge has left, no other takes its place: rows go into that one.
fresh
"$build/headroom" merge -o begun begun/shards/* >said 2>&1 &
worker=$!
until [ -e begun/.tmp/journal.db ] || ! kill -0 "$worker" 2>/dev/null; do sleep 0.01; done
kill -KILL "$worker" 2>/dev/null || true
wait "$worker" || true
[ -e begun/.tmp/journal.db ] || complain "no merge was killed while its journal stood beside"
python3 - "$build/headroom" <<'END' || complain "a merge beside a reader: $(tail -2 said)"
import glob, sqlite3, subprocess, sys
reader = sqlite3.connect("file:begun/journal.db?mode=ro", uri=True, isolation_level=None)
reader.execute("BEGIN")
assert reader.execute("SELECT count(*) FROM photo").fetchone() == (0,)
command = [sys.argv[1], "merge", "-o", "begun", *sorted(glob.glob("begun/shards/*"))]
sys.exit(subprocess.run(command, stdout=open("said", "w"), stderr=subprocess.STDOUT).returncode != 1)
END
expect 1 merge -o begun begun/shards/* # the log of a journal that was only read goes with the next who writes
same whole begun "merged while somebody reads the journal"

stopped=0 killed=0
for moment in 1 2 3 4 5 6; do
    signal=$([ $((moment % 2)) = 0 ] && echo KILL || echo TERM)
    fresh
    "$build/headroom" merge --lang en -o begun begun/shards/* >said 2>&1 &
    worker=$! code=0
    sleep "$(awk -v n="$moment" -v ms="$span" 'BEGIN { print n * ms / 7000 }')"
    kill -$signal "$worker" 2>/dev/null || true
    wait "$worker" || code=$?
    case $signal,$code in
    TERM,130)
        says 'run the same command again'
        [ -z "$(ls -A begun/.tmp)" ] || complain "a merge that was stopped leaves $(ls -A begun/.tmp)"
        stopped=$((stopped + 1))
        ;;
    KILL,137)
        killed=$((killed + 1))
        cp -al begun purged
        expect 0 purge purged
        [ ! -e purged ] || complain "after a killed merge a purge leaves $(find purged -type f | head -3)"
        rm -rf purged
        ;;
    *,1) span=$((span / 4)) ;; # it was done: faster than when it was measured
    *) complain "a merge ended with $code after $signal"; tail -3 said ;;
    esac
    expect 1 merge -o begun begun/shards/*
    same whole begun "merged again after $signal at $moment of 7"
done
[ "$stopped" -ge 1 ] && [ "$killed" -ge 1 ] || complain "of six merges $stopped were stopped and $killed killed"
echo "$total photos, $photos made; 1, 3 and 12 shards compared; $stopped merges stopped, $killed killed"
exit "$bad"
