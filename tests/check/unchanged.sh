#!/bin/sh
# SPDX-License-Identifier: MIT
# A run that would make what stands there already makes nothing and says the same; and whatever else the files in
# OUT depend on, a change of it has them made anew, as a fresh OUT would have them. Usage: unchanged.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
in=$work/in out=$work/out bad=0
complain() {
    echo "$1"
    bad=1
}
run() { # sets code; the summary, without times, in $work/said
    code=0
    "$build/headroom" run --json -j 1 -o "$out" "$@" >"$work/all" 2>"$work/errors" </dev/null || code=$?
    [ "$code" -le 1 ] || { cat "$work/errors" >&2; complain "exit $code: $*"; }
    grep '"type":"summary"' "$work/all" | sed 's/"seconds":[^,]*,"per_second":[^,]*,//; s/"judged":[0-9]*,"unchanged":[0-9]*,//' >"$work/said" || true
}
aside() { stat -c %y "$out/.tmp"; } # everything is written there first
made() { # what, arguments...: makes something, then nothing, and says the same
    what=$1
    shift
    before=$(aside)
    run "$@"
    [ "$before" != "$(aside)" ] || complain "$what: nothing was made"
    cp "$work/said" "$work/first"
    again "$what" "$@"
}
again() { # what, arguments...
    what=$1
    shift
    before=$(aside)
    run "$@"
    [ "$before" = "$(aside)" ] || complain "$what: made again though nothing changed"
    cmp -s "$work/said" "$work/first" || { diff "$work/said" "$work/first"; complain "$what: another summary"; }
}
fresh() { # what, arguments...: OUT is as if it had never been another way
    what=$1
    shift
    rm -rf "$work/other"
    code=0
    "$build/headroom" run -q -j 1 -o "$work/other" "$@" </dev/null 2>"$work/errors" || code=$?
    [ "$code" -le 1 ] || { cat "$work/errors"; complain "$what: a fresh run ends with $code"; }
    diff -rq -x journal.db "$work/other" "$out" >"$work/differ" || { head -3 "$work/differ"; complain "$what: unlike a fresh OUT"; }
}

"$build/make_samples" --corpus d -n 8 --seed 5 "$work/d"
mv "$work/d/photos" "$in"
ids=$(find "$in" -type f | grep -ohE '[0-9]{17}[0-9X]' | sort)
first=$(echo "$ids" | head -1)
(echo '姓名,身份证号,班级'; for id in $ids; do echo "某人,$id,甲"; done; echo 无照,440524198001010013,乙) >"$work/roster.csv"
echo "id,check,decision,by,reason,date
$first,,reject,王老师,看过,2026-06-01
11010519491231002X,,accept,王老师,看过,2026-06-01" >"$work/decisions.csv"
sed 's/^file_name = .*/file_name = p{id}.JPG/' "$(dirname "$0")/../../models/profiles/college-light-blue.ini" >"$work/profile.ini"
sleep 2.1 # so that stamps are trusted
set -- -r "$work/roster.csv" -d "$work/decisions.csv" "$in"
run "$@"
cp "$work/said" "$work/first"
grep -q '"missing":1,' "$work/said" || complain "nobody is missing in '$(cat "$work/said")'"
grep -q '"decisions":{"met":1,"lapsed":0,"no_photo":1}' "$work/said" || complain "the decisions are not told in '$(cat "$work/said")'"
again "the same" "$@"
again "the same folder by another name" -r "$work/./roster.csv" -d "$work/decisions.csv" "$work/./in/"

# What lies in OUT.
for name in report.html report.csv report.jsonl report.xlsx lists/missing.csv lists/summary.csv .package package/SHA256SUMS \
    package/manifest.csv package/photos-001.zip; do
    [ -f "$out/$name" ] || complain "no $name"
    cp -p "$out/$name" "$work/kept"
    rm "$out/$name"
    made "$name removed" "$@"
    cmp -s "$work/kept" "$out/$name" || complain "$name: not as before"
    printf '#' | dd of="$out/$name" bs=1 seek=20 conv=notrunc 2>/dev/null # the same size
    touch -r "$work/kept" "$out/$name"                                    # and the same time
    made "$name altered" "$@"
    cmp -s "$work/kept" "$out/$name" || complain "$name: altered and not made again"
done
photo=$(find "$out/photos" -type f | sort | tail -1)
rm "$photo"
made "a photo removed" "$@"
[ -f "$photo" ] || complain "a photo was not made again"
printf '#' >>"$photo"
made "a photo altered" "$@"
cp -p "$photo" "$work/kept"
printf '#' | dd of="$photo" bs=1 seek=200 conv=notrunc 2>/dev/null
touch -r "$work/kept" "$photo" # which only packing anew finds out
code=0
"$build/headroom" run -q --lang en -j 1 -o "$out" --split 1 "$@" 2>"$work/errors" || code=$?
[ "$code" = 3 ] && grep -q 'delete that file in photos/' "$work/errors" || { cat "$work/errors"; complain "an altered photo is packed: $code"; }
rm "$photo"
made "a photo deleted as it was said" "$@"
cmp -s "$work/kept" "$photo" || complain "a photo that was deleted is another one"
mkdir "$out/thumbs" # where a long report keeps its pictures
echo >"$out/thumbs/11010519491231002X.JPG"
made "a picture beside the report" "$@"
rm -r "$out/thumbs"
made "no pictures beside the report" "$@"
fresh "at first" "$@"

# What it is made from.
sed -i 's/^某人,'"$first"'/别人,'"$first"'/' "$work/roster.csv"
made "another name in the roster" "$@"
fresh "another name in the roster" "$@"
(sed 2d "$work/roster.csv"; sed -n 2p "$work/roster.csv") >"$work/turned.csv"
made "the roster in another order" -r "$work/turned.csv" -d "$work/decisions.csv" "$in"
(cat "$work/turned.csv"; tail -1 "$work/turned.csv") >"$work/roster.csv"
made "somebody twice in the roster" "$@"
fresh "somebody twice in the roster" "$@"
sed -i 's/看过/再看/' "$work/decisions.csv"
made "another reason of a decision" "$@"
fresh "another reason of a decision" "$@"
sed -i '$d' "$work/decisions.csv"
made "a decision less" "$@"
fresh "a decision less" "$@"
made "no roster" -d "$work/decisions.csv" "$in"
made "no decisions" -r "$work/roster.csv" "$in"
made "in English" --lang en "$@"
fresh "in English" --lang en "$@"
made "in Chinese" --lang zh "$@"
made "split" --lang zh --split 3 "$@"
fresh "split" --lang zh --split 3 "$@"
made "with times" --timing --lang zh "$@"
grep -q '"ms":' "$out/report.jsonl" || complain "no times"
made "a profile of another file name" --lang en -p "$work/profile.ini" "$@"
sed -i 's/^title_en.*/title_en = Another title/' "$work/profile.ini"
grep -q 'Another title' "$work/profile.ini" || complain "the profile has no title"
made "another title of the profile" --lang en -p "$work/profile.ini" "$@"
grep -q 'Another title' "$out/report.html" || complain "the page has the old title"

# Rows of the journal.
set -- --lang en -r "$work/roster.csv" "$in"
run "$@"
extra=$in/$(echo "$ids" | sed -n 2p)
mkdir "$work/retakes" "$work/copies"
find "$in" -name "$(basename "$extra")*" -exec cp -p {} "$work/retakes" \;
retake=$(find "$work/retakes" -type f)
printf 'x' >>"$retake"
touch -d '2026-01-01' "$retake"
sleep 2.1
made "a retake" --lang en -r "$work/roster.csv" "$work/retakes"
grep -q '"attempt":2' "$out/report.jsonl" || complain "no second attempt"
rm "$retake"
made "the first attempt again" "$@"
touch "$(find "$in" -type f | head -1)"
before=$(aside)
run "$@"
[ "$before" != "$(aside)" ] || complain "a photo of another time: not looked at"
sleep 2.1
run "$@" # what was touched is old enough by now
cp "$work/said" "$work/first"
again "its time is trusted" "$@"

# Bytes that two persons share: whether both files are there counts, also where only one is listed.
cp "$in/$first"* "$work/copies/11010519491231002X.jpg"
sleep 2.1
made "shared bytes" --lang en "$in" "$work/copies"
grep -q '"same_bytes":1' "$out/report.jsonl" || complain "shared bytes are not told"
run --lang en "$in"
cp "$work/said" "$work/first"
again "shared bytes, one of them listed" --lang en "$in"
rm "$work/copies/"*
run --lang en "$in"
fixed=$(cat "$work/said")
[ "$fixed" != "$(cat "$work/first")" ] || complain "a file that is gone still shares its bytes"

# What depends on more than what stands there.
run --lang en --complete -r "$work/roster.csv" "$in"
for round in 1 2; do
    run --lang en --complete -r "$work/roster.csv" "$in"
    grep -q 'no package: ' "$work/errors" || complain "--complete, round $round: nobody says who is missing"
done
rm -rf "$out"
run --lang en --new-only "$in"
grep -q '"package"' "$work/said" || complain "--new-only packs nothing at first"
for round in 1 2; do
    run --lang en --new-only "$in"
    ! grep -q '"package"' "$work/said" || complain "--new-only, round $round: packed again"
done

# What shards were merged into is as one run leaves it: that has nothing to make.
rm -rf "$out"
for shard in 1/2 2/2; do "$build/headroom" run -q -j 1 --shard "$shard" -r "$work/roster.csv" -o "$out" "$in" || complain "shard $shard: exit $?"; done
code=0
"$build/headroom" merge -q --lang en -r "$work/roster.csv" -o "$out" "$out"/shards/* || code=$?
[ "$code" -le 1 ] || complain "merge: exit $code"
before=$(aside)
run --lang en -r "$work/roster.csv" "$in"
[ "$before" = "$(aside)" ] || complain "made again after a merge"
grep -q '"missing":1,' "$work/said" || complain "after a merge nobody is missing in '$(cat "$work/said")'"
made "another language after a merge" --lang zh -r "$work/roster.csv" "$in"

# Killed at any moment while it makes something else: what stood before is made again.
[ -e "$build/libinject.so" ] || exit "$bad"
rm -rf "$out"
sed 3d "$work/roster.csv" >"$work/shorter.csv"
run --lang en -r "$work/roster.csv" "$in"
cp "$work/said" "$work/first"
cp -r "$out" "$work/whole"
killed() { # at: sets code
    rm -f "$work/log"
    code=0
    HEADROOM_INJECT_DIR="$out" HEADROOM_INJECT_WHAT=kill HEADROOM_INJECT_AT="$1" HEADROOM_INJECT_LOG="$work/log" \
        LD_PRELOAD="$build/libinject.so" "$build/headroom" run -q -j 1 --lang en -o "$out" -r "$work/shorter.csv" "$in" \
        >/dev/null 2>"$work/errors" </dev/null || code=$?
}
killed 0 # only counts
[ "$code" != 99 ] || { cat "$work/errors"; exit 77; }
calls=$(wc -l <"$work/log") hits=0
run --lang en -r "$work/roster.csv" "$in"
[ "$calls" -ge 20 ] || complain "only $calls calls"
at=1
while [ "$at" -le "$calls" ]; do
    again "before the kill at $at" --lang en -r "$work/roster.csv" "$in" # and there is a seal
    killed "$at"
    [ "$code" = 137 ] && hits=$((hits + 1))
    run --lang en -r "$work/roster.csv" "$in"
    diff -rq -x journal.db -x .lock "$work/whole" "$out" || complain "killed at $at, '$(sed -n "${at}p" "$work/log")': not made again"
    at=$((at + 1 + calls / 40))
done
[ "$hits" -ge 20 ] || complain "only $hits runs were killed"
exit "$bad"
