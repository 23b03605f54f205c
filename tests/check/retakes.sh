#!/bin/sh
# SPDX-License-Identifier: MIT
# Retakes: a second round does only what came in, says what was fixed and what newly broke, keeps who
# passed before, and packs only what no earlier package held. Usage: retakes.sh BUILD [PHOTOS]
set -eu
build=$(cd "$1" && pwd)
count=${2:-60}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/out bad=0
complain() {
    echo "$1"
    bad=1
}
run() { # exit code, arguments...
    wanted=$1 code=0
    shift
    "$build/headroom" run --lang en --json -o "$out" -r "$work/roster.csv" "$@" >"$work/said" 2>"$work/errors" || code=$?
    [ "$code" = "$wanted" ] || { cat "$work/errors"; complain "run $*: exit $code, not $wanted"; }
}
number() { # a key of the summary
    grep '"type":"summary"' "$work/said" | grep -o "\"$1\":[0-9]*" | head -1 | cut -d: -f2
}
same() { # what, number, wanted
    [ "$2" = "$3" ] || complain "$1: $2, not $3"
}
id_of() {
    basename "$1" | grep -oE '[0-9]{17}[0-9X]'
}
packed() {
    for zip in "$out/package/$1"-*.zip; do
        unzip -Z1 "$zip"
    done | sed 's/\.JPG//' | sort
}
record() { # the line of an ID
    grep "\"type\":\"photo\"" "$out/report.jsonl" | grep "\"id\":\"$1\""
}

# The same people three times: red paper, good, good again. Who passes when all is well is counted first.
options="-n $count --seed 31 --size small --faults 0"
"$build/make_samples" $options --fault bg_red "$work/red"
"$build/make_samples" $options --take 1 "$work/good"
"$build/headroom" run -q -o "$work/all" "$work/good/photos" || [ $? = 1 ]
ls "$work/all/photos" | sed 's/\.JPG//' | sort >"$work/sure"
(echo '姓名,身份证号'; sed 's/^/某,/' "$work/sure") >"$work/roster.csv"
sure=$(wc -l <"$work/sure")
[ "$sure" -ge $((count * 8 / 10)) ] || complain "only $sure of $count good photos pass"
faulty=$((sure / 10)) later=$((sure / 20))

# Round 1: one in ten on red paper, one of them without a photo at all.
mkdir "$work/one" "$work/two" "$work/three"
file_of() { # take, ID
    find "$work/$1/photos" -name "*$2*" | head -1
}
n=0
while read -r id; do
    n=$((n + 1)) take=good
    [ "$n" -gt "$faulty" ] || take=red
    cp "$(file_of "$take" "$id")" "$work/one/$id.jpg"
done <"$work/sure"
sleep 2.1 # old enough for their stamps to be trusted
run 1 "$work/one"
same "round 1, judged" "$(number judged)" "$sure"
same "round 1, ready" "$(number ready)" $((sure - faulty))
same "round 1, retakes" "$(number retake)" "$faulty"
packed photos >"$work/first"
tail -n +$((faulty + 1)) "$work/sure" | diff - "$work/first" || complain "round 1 packs others than who passed"
cp -r "$out" "$work/after-one"

# Nothing new: nothing judged, nothing packed.
run 1 --new-only "$work/one"
same "once more, judged" "$(number judged)" 0
[ -z "$(ls "$out/package" | grep photos2)" ] || complain "--new-only made a package of nothing"

# Round 2: corrected photos for half of the faulty, and one who passed sends a bad one.
head -n "$later" "$work/sure" >"$work/fixed"
while read -r id; do
    cp "$(file_of good "$id")" "$work/two/$id.jpg"
done <"$work/fixed"
broken=$(tail -1 "$work/sure")
cp "$(file_of red "$broken")" "$work/two/$broken.jpg"
run 1 --new-only "$work/two"
same "round 2, judged" "$(number judged)" $((later + 1))
same "round 2, ready" "$(number ready)" $((sure - faulty + later))
same "round 2, kept" "$(number kept)" 1
packed photos2 | diff "$work/fixed" - || complain "--new-only packs others than who was fixed"
while read -r id; do
    record "$id" | grep -q '"attempt":2.*"fixed":\[[^]]*"background_delta_e"' || complain "$id: nobody says that the paper was fixed"
    [ -e "$out/photos/$id.JPG" ] || complain "$id: no photo"
done <"$work/fixed"
record "$broken" | grep -q '"newly_broken":\[[^]]*"background_delta_e"' || complain "$broken: nobody says what newly broke"
record "$broken" | grep -q '"kept":{"attempt":1' || complain "$broken: the first attempt is not kept"
cmp "$out/photos/$broken.JPG" "$work/after-one/photos/$broken.JPG" || complain "the photo that passed before is gone"
grep "$broken" "$out/report.csv" | grep -q "still counts.*\"photos/$broken.JPG\",.*,$(stat -c %s "$out/photos/$broken.JPG")" || complain "$broken: report.csv does not tell of the photo that counts"
grep -q "$broken" "$out"/lists/retake.csv "$out"/lists/unreadable.csv && complain "$broken is called back"
still=$(sed -n "$((later + 1))p" "$work/sure")
[ ! -e "$out/photos/$still.JPG" ] || complain "$still has a photo without having passed"

# Round 3: everything in one package, complete or not at all.
run 1 --complete "$work/two"
[ "$(number judged)" = 0 ] || complain "--complete judges again"
rm -rf "$work/three"
mkdir "$work/three"
head -n "$faulty" "$work/sure" | tail -n +$((later + 1)) | while read -r id; do
    cp "$(file_of good "$id")" "$work/three/$id.jpg"
done
cp "$(file_of good "$broken")" "$work/three/$broken.jpg"
run 0 --complete "$work/three"
same "round 3, ready" "$(number ready)" "$sure"
packed photos | diff "$work/sure" - || complain "the complete package is not the roster"
"$build/headroom" verify -q "$out" -r "$work/roster.csv" || complain "verify: $?"

# Another profile judges everybody anew.
code=0
"$build/headroom" run --json -o "$out" -r "$work/roster.csv" -p national "$work/one" "$work/two" >"$work/said" 2>&1 || code=$?
[ "$code" -le 1 ] || complain "another profile: exit $code"
same "another profile, judged" "$(number judged)" $((sure + later + 1))
echo "$sure persons, $faulty faulty, $later corrected"
exit "$bad"
