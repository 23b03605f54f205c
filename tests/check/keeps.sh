#!/bin/sh
# SPDX-License-Identifier: MIT
# What passed once stays while it may count, and goes from the package when it may not: another profile, roster, decision
# or program comes between two rounds. Usage: keeps.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
bad=0
complain() {
    echo "$name: $1"
    bad=1
}
begin() { # name
    name=$1 out=$work/$1
}
run() { # exit code, arguments...
    wanted=$1 code=0
    shift
    "$build/headroom" run --lang en -j 1 -o "$out" "$@" >"$work/said" 2>"$work/errors" </dev/null || code=$?
    [ "$code" = "$wanted" ] || { cat "$work/errors"; complain "run $*: exit $code, not $wanted"; }
}
says() {
    grep -q "$1" "$work/errors" || { cat "$work/errors"; complain "nobody says '$1'"; }
}
has() { # ID, pattern of its line
    grep "\"id\":\"$1\"" "$out/report.jsonl" | grep -qE "$2" ||
        { grep "\"id\":\"$1\"" "$out/report.jsonl"; complain "the line of $1 is without $2"; }
}
counts() { # IDs: the package and photos/ hold these and nothing else
    : >"$work/wanted"
    for id in "$@"; do echo "$id.JPG"; done | sort >"$work/wanted"
    for zip in "$out"/package/*.zip; do [ ! -e "$zip" ] || unzip -Z1 "$zip" 2>/dev/null | grep JPG || :; done | sort | diff "$work/wanted" - || complain "the package is not that"
    (cd "$out/photos" && ls) | sort | diff "$work/wanted" - || complain "photos/ is not that"
}
packed() { # IDs: the package holds these and nothing else
    for id in "$@"; do echo "$id.JPG"; done | sort >"$work/wanted"
    for zip in "$out"/package/*.zip; do unzip -Z1 "$zip" 2>/dev/null || :; done | grep JPG | sort | diff "$work/wanted" - || complain "the package is not that"
}
no_package() {
    [ ! -e "$out/package" ] && [ ! -e "$out/.package" ] || { ls -A "$out" "$out/package"; complain "a package is there"; }
}
made_of() { # ID, attempt: whose photo lies in photos/
    cmp -s "$out/photos/$1.JPG" "$work/made$2/photos/$1.JPG" || complain "$1: not the photo of attempt $2"
}
roster() { # file, then ID=status...
    echo '身份证号,姓名,毕业状态' >"$work/$1"
    file=$work/$1
    shift
    for one; do echo "${one%=*},某,${one#*=}"; done >>"$file"
}

# Two good takes of the same people, the same people on red paper, and one whose head is tilted a little.
for take in 1 2 red; do
    fault='--faults 0'
    [ "$take" != red ] || fault='--fault bg_red'
    # shellcheck disable=SC2086 # options
    "$build/make_samples" -n 9 --seed 31 --size small $fault --take "$(echo "$take" | tr -d a-z | grep . || echo 0)" "$work/samples$take"
    mkdir "$work/take$take"
    for photo in "$work/samples$take/photos"/*; do
        cp "$photo" "$work/take$take/$(basename "$photo" | grep -oE '[0-9]{17}[0-9X]').jpg"
    done
done
name=samples
for take in 1 2; do "$build/headroom" run -q -o "$work/made$take" "$work/take$take" || [ $? = 1 ]; done
(cd "$work/made1/photos" && ls "$work/made2/photos" | xargs ls 2>/dev/null) | sed 's/\.JPG//' >"$work/sure" || true
x=$(sed -n 1p "$work/sure") b=$(sed -n 2p "$work/sure") d=$(sed -n 3p "$work/sure")
[ -n "$d" ] || { complain "the samples do not hold three good persons"; exit 1; }
give() { # folder, take, IDs...
    mkdir -p "$work/$1"
    folder=$work/$1 take=$2
    shift 2
    for id in "$@"; do cp "$work/take$take/$id.jpg" "$folder/"; done
}
give one 1 "$x" "$b"
give two 2 "$x"
give bad red "$x"
give all 1 "$x" "$b" "$d"
mkdir "$work/none"
roster b.csv "$b=毕业"
roster bx.csv "$b=毕业" "$x=毕业"
roster bxd.csv "$b=毕业" "$x=毕业" "$d=毕业"
roster out.csv "$b=毕业" "$x=退学" "$d=毕业"
roster later.csv "$b=毕业" "$x=结业"

# A profile judges what it is given; what another one judged does not count until it is given again.
begin profile
run 0 "$work/one"
run 1 -p white "$work/none"
counts
has "$b" '"verdict":"REVIEW".*"check":"other_profile".*give the file again'
grep -q "$b" "$out/lists/review.csv" || complain "no list says whose file is to be given again"
"$build/headroom" verify -q "$out" -p white || complain "verify: $?"
run 1 -r "$work/bx.csv" -p white "$work/none"
counts
run 1 -r "$work/bx.csv" -p white --complete "$work/none"
no_package
echo "id,check,decision,by,reason,date
$b,,accept,Li,seen,2026-05-01" >"$work/rulings.csv"
run 1 -d "$work/rulings.csv" -p white "$work/none" # what was accepted is not this profile's
counts
run 0 "$work/none" # the first profile again
counts "$x" "$b"
made_of "$x" 1
run 1 "$work/one" -p white
has "$b" '"verdict":"REJECT"'
grep -q other_profile "$out/report.jsonl" && complain "a file that was given again is asked for"
run 0 "$work/one"
counts "$x" "$b"

# So it is with what is kept: its file is gone, and it comes back with its profile.
begin kept-profile
run 0 "$work/one"
run 0 "$work/bad"
has "$x" '"kept":\{"attempt":1'
run 1 -p national "$work/bad"
[ ! -e "$out/photos/$x.JPG" ] || complain "what was kept counts by another profile"
run 0 "$work/bad"
counts "$x" "$b"
made_of "$x" 1
run 1 -p national "$work/two" # a retake under another profile
run 0 "$work/bad"             # that was a mistake
counts "$x" "$b"

# Refused: what was there before is no package of this roster either.
begin complete
run 0 -r "$work/bxd.csv" "$work/all"
counts "$x" "$b" "$d"
run 0 -r "$work/out.csv" --complete "$work/all"
counts "$b" "$d"
rm -rf "$out"
run 0 -r "$work/bx.csv" "$work/one"
counts "$x" "$b"
echo theirs >"$out/package/notes.txt"
run 1 -r "$work/out.csv" --complete "$work/one"
says 'no package: '
says 'taken away'
[ "$(ls -A "$out/package")" = notes.txt ] || complain "a refused package leaves the one of before, or takes what is not ours"
rm "$out/package/notes.txt"
run 1 -r "$work/out.csv" --complete "$work/one"
grep -q 'taken away' "$work/errors" && complain "what is not there is taken away"
no_package

# One person's number with 18 digits and with 15: the photo that counts has one name, and is handed in once.
long=11010519491231002X short=110105491231002
for names in $long=$short $short=$long; do
    begin "spelling-$names"
    rm -rf "$work/spelled-first" "$work/spelled-next"
    mkdir "$work/spelled-first" "$work/spelled-next"
    cp "$work/take1/$x.jpg" "$work/spelled-first/${names%=*}.jpg"
    cp "$work/takered/$x.jpg" "$work/spelled-next/${names#*=}.jpg"
    run 0 "$work/spelled-first"
    run 0 "$work/spelled-next"
    counts "${names%=*}"
    "$build/headroom" verify -q "$out" || complain "verify: $?"
    run 0 --new-only "$work/spelled-next"
    says 'nothing to pack'
    counts "${names%=*}"
    run 0 "$work/spelled-first"
    counts "${names%=*}"
done

# Nothing new to pack: what was packed last waits there as long as all of it counts, and else who still does is packed again.
begin new-only
run 0 -r "$work/bx.csv" --new-only "$work/one"
counts "$x" "$b"
run 0 -r "$work/bx.csv" --new-only "$work/one"
counts "$x" "$b"
run 1 -r "$work/out.csv" --new-only "$work/one"
counts "$b"
begin new-only-rejected
run 0 --new-only "$work/one"
echo "id,check,decision,by,reason,date
$x,,reject,Li,another person,2026-05-01" >"$work/rejected.csv"
run 1 -d "$work/rejected.csv" --new-only "$work/one"
says 'taken away'
says 'packed again'
counts "$b"
run 1 -d "$work/rejected.csv" "$work/one"
counts "$b"
give lone 1 "$x"
begin new-only-alone # nobody is left of it
run 0 --new-only "$work/lone"
run 1 -d "$work/rejected.csv" --new-only "$work/lone"
says 'taken away'
says 'nothing to pack'
no_package
run 0 --new-only "$work/lone" # and comes back
packed "$x"

# Nobody ends in no package: not who was packed with somebody who counts no more, nor that one, nor who was in a refused one.
give first-b 1 "$b"
give xd 1 "$x" "$d"
second() { # of two deliveries
    run 1 -r "$work/bxd.csv" "$work/first-b"
    run 0 -r "$work/bxd.csv" --new-only "$work/xd"
    packed "$x" "$d"
}
begin new-only-others
second
run 0 -r "$work/out.csv" --new-only "$work/xd"
says 'taken away'
says 'packed again'
packed "$d"
run 0 -r "$work/out.csv" --new-only "$work/xd"
says 'nothing to pack'
packed "$d"
run 0 -r "$work/bxd.csv" --new-only "$work/xd"
packed "$x"
[ -e "$out/package/photos4-001.zip" ] || complain "a delivery has the name of an earlier one"
begin new-only-after-all # the package of all took the place of both
second
run 0 -r "$work/bxd.csv" "$work/xd"
run 0 -r "$work/out.csv" --new-only "$work/xd"
packed "$b" "$d"
[ -e "$out/package/photos3-001.zip" ] || complain "a delivery has the name of an earlier one"
begin refused
run 0 -r "$work/bx.csv" "$work/one"
run 1 -r "$work/bxd.csv" --complete "$work/one"
says 'taken away'
run 1 -r "$work/bxd.csv" --new-only "$work/one"
packed "$x" "$b"
run 0 -r "$work/bxd.csv" --new-only "$work/all"
packed "$d"
run 1 -r "$work/bxd.csv" -d "$work/rejected.csv" --complete --new-only "$work/all"
no_package
run 1 -r "$work/bxd.csv" -d "$work/rejected.csv" --new-only "$work/all"
packed "$d"
begin handed-in # by hand: it was held
run 0 -r "$work/bx.csv" "$work/one"
mv "$out/package" "$work/handed-in-package"
run 1 -r "$work/bxd.csv" --complete "$work/one"
run 1 -r "$work/bxd.csv" --new-only "$work/one"
says 'nothing to pack'
no_package

# Handed in, another under that number handed in after it, and the first one again: the registry is to get it again.
begin corrected-back
run 0 -r "$work/bx.csv" "$work/one"
rm "$out/package/"*
run 0 -r "$work/bx.csv" --new-only "$work/two"
packed "$x"
rm "$out/package/"*
echo "id,check,decision,by,reason,date,sha256
$x,,reject,Li,another person,2026-05-01,$(sha256sum "$work/two/$x.jpg" | cut -d' ' -f1)" >"$work/back.csv"
run 0 -r "$work/bx.csv" -d "$work/back.csv" --new-only "$work/one"
made_of "$x" 1
packed "$x"
run 0 -r "$work/bx.csv" -d "$work/back.csv" --new-only "$work/one"
says 'nothing to pack'

# Who was in a package that another of all took the place of, before anybody took it away, was handed in to nobody.
begin overwritten
run 0 -r "$work/bx.csv" "$work/one"
run 1 -r "$work/out.csv" "$work/first-b"
packed "$b"
rm "$out/package/"*
run 0 -r "$work/bx.csv" --new-only "$work/one"
packed "$x"
begin not-moved # before another of new photos
run 0 -r "$work/bxd.csv" --new-only "$work/all"
run 0 -r "$work/bxd.csv" --new-only "$work/two"
says 'photos was not moved away from package/'
packed "$x"

begin handed-in-files # its files alone were moved away
run 0 -r "$work/bx.csv" "$work/one"
mkdir "$work/handed-over"
mv "$out"/package/* "$work/handed-over"
run 0 -r "$work/bx.csv" --new-only "$work/one"
says 'nothing to pack'
ls -A "$out/package" | grep . && complain "what was handed in is packed again"
run 1 -r "$work/bxd.csv" --complete "$work/one"
run 1 -r "$work/bxd.csv" --new-only "$work/one"
says 'nothing to pack'

# Judged while nobody asked for it: by the roster of then, X was nobody.
for objects in '' --json; do
    begin "roster$objects"
    run 0 $objects -r "$work/b.csv" "$work/one"
    run 0 $objects -r "$work/bx.csv" "$work/bad"
    counts "$b" "$x"
    made_of "$x" 1
    has "$x" '"attempt":2.*"kept":\{"attempt":1'

    begin "beside$objects" # both are there for a while
    run 0 $objects -r "$work/b.csv" "$work/one"
    run 1 $objects -r "$work/bx.csv" "$work/one" "$work/bad"
    counts "$b"
    run 0 $objects -r "$work/bx.csv" "$work/bad"
    counts "$b" "$x"
    made_of "$x" 1

    begin "same-name$objects" # the bad one lies where the good one lay
    cp -r "$work/one" "$work/place$objects"
    run 0 $objects -r "$work/b.csv" "$work/place$objects"
    cp "$work/bad/$x.jpg" "$work/place$objects/"
    run 0 $objects -r "$work/bx.csv" "$work/place$objects"
    counts "$b" "$x"
    made_of "$x" 1

    begin "eligible$objects" # the newest that passed, though nobody asked for one then
    run 0 $objects -r "$work/bx.csv" "$work/one"
    run 0 $objects -r "$work/later.csv" "$work/two"
    counts "$b"
    run 0 $objects -r "$work/bx.csv" "$work/bad"
    counts "$b" "$x"
    made_of "$x" 2

    begin "not-yet$objects" # the same, and it is asked for only later
    run 0 $objects -r "$work/bx.csv" "$work/one"
    run 0 $objects -r "$work/later.csv" "$work/two"
    run 0 $objects -r "$work/later.csv" "$work/bad"
    run 0 $objects -r "$work/later.csv" "$work/one" # the first again is no newer one
    run 0 $objects -r "$work/bx.csv" "$work/bad"
    counts "$b" "$x"
    made_of "$x" 2
done

# What was named after one who is not to graduate never counted for that one.
begin misnamed
give astray 1 "$d"
mv "$work/astray/$d.jpg" "$work/astray/$x.jpg"
run 1 -r "$work/out.csv" "$work/astray"
mv "$work/astray/$x.jpg" "$work/astray/$d.jpg"
run 1 -r "$work/out.csv" "$work/astray"
counts "$d"

# The same where the second round comes in shards.
for place in "$work/bad" "$work/place-shards"; do
    begin "shards$(basename "$place")"
    rm -rf "$work/place-shards"
    cp -r "$work/one" "$work/place-shards"
    if [ "$place" = "$work/bad" ]; then run 0 -r "$work/b.csv" "$work/one"; else run 0 -r "$work/b.csv" "$place"; fi
    cp "$work/bad/$x.jpg" "$work/place-shards/"
    for shard in 1/2 2/2; do "$build/headroom" run -q --shard "$shard" -o "$out" -r "$work/bx.csv" "$place" || complain "shard $shard: $?"; done
    code=0
    "$build/headroom" merge -q -o "$out" -r "$work/bx.csv" "$out"/shards/* || code=$?
    [ "$code" = 0 ] || complain "merge: exit $code"
    counts "$b" "$x"
    made_of "$x" 1
done

# A certificate that no roster of then listed: its name was nobody's.
begin certificate
officer=南字第012345号
mkdir "$work/officer" "$work/officer-bad"
cp "$work/take1/$d.jpg" "$work/officer/$officer.jpg"
cp "$work/takered/$d.jpg" "$work/officer-bad/$officer.jpg"
echo "证件号码,姓名
$officer,某" >"$work/officer.csv"
run 0 -r "$work/b.csv" "$work/one"
run 0 -r "$work/b.csv" "$work/officer"
run 0 -r "$work/officer.csv" "$work/officer-bad"
cmp "$out/photos/$officer.JPG" "$work/made1/photos/$d.JPG" || complain "the photo of a certificate is lost"

# One that the rosters of some rounds do not list, while another file takes its place: what passed waits for its person.
"$build/make_samples" -n 2 --seed 39 --size small --fault tilt_mild "$work/mild"
mild=$(ls "$work/mild/photos" | grep -oE '[0-9]{17}[0-9X]' | head -1)
wrong=$(echo "$b" | sed 's/.$//')$(echo "$b" | grep -q '0$' && echo 1 || echo 0) # its check digit is wrong: it needs a roster, too
unlisted() { # ID, decision or "", place of the other file, arguments of the rounds between
    id=$1 ruling=$2 place=$work/$3 given=
    shift 3
    rm -rf "$out" "$work/first-place" "$work/other-place"
    mkdir "$work/first-place" "$work/other-place"
    cp "$work/take1/$b.jpg" "$work/first-place/"
    cp "$work/take1/$d.jpg" "$work/first-place/$id.jpg"
    if [ "$ruling" ]; then
        find "$work/mild/photos" -name "*$mild*" -exec cp {} "$work/first-place/$id.jpg" \;
        check=$([ "$ruling" = accept ] || echo tilt_deg)
        printf 'id,check,decision,by,reason,date\n%s,%s,%s,Li,seen,2026-05-01\n' "$id" "$check" "$ruling" >"$work/rulings.csv"
        given="-d $work/rulings.csv"
    fi
    printf '证件号码,姓名\n%s,某\n%s,某\n' "$b" "$id" >"$work/listed.csv"
    # shellcheck disable=SC2086 # words
    run 0 -r "$work/listed.csv" $given "$work/first-place"
    counts "$b" "$id"
    cp "$out/photos/$id.JPG" "$work/passed.JPG"
    for round in same changed touched; do
        [ "$round" != changed ] || cp "$work/takered/$x.jpg" "$place/$id.jpg"
        [ "$round" != touched ] || touch "$place/$id.jpg"
        code=0
        "$build/headroom" run -q -j 1 -o "$out" "$@" "$place" 2>/dev/null || code=$?
        [ "$code" -le 1 ] || complain "$id: exit $code while nobody lists it"
        counts "$b"
    done
    # shellcheck disable=SC2086
    run 0 -r "$work/listed.csv" $given "$place"
    counts "$b" "$id"
    cmp "$out/photos/$id.JPG" "$work/passed.JPG" || complain "$id: not the photo that passed"
    has "$id" '"kept":\{"attempt":1'
    [ "$(grep -c "$id" "$out/report.jsonl")" = 1 ] || complain "$id: more lines than files"
}
begin unlisted
unlisted "$officer" '' first-place -r "$work/b.csv"
unlisted "$officer" '' first-place
unlisted "$officer" accept first-place -r "$work/b.csv"
unlisted "$officer" waive first-place -r "$work/b.csv"
unlisted "$officer" accept other-place -r "$work/b.csv"
unlisted "$wrong" waive first-place -r "$work/b.csv"
unlisted "$wrong" '' other-place

# What waits for a look waits on where its file is gone and the rosters of some rounds do not list its person, also beside what is kept.
for kept in '' kept; do
    begin "looked-at$kept"
    rm -rf "$work/to-look"
    mkdir "$work/to-look"
    printf '证件号码,姓名\n%s,某\n' "$officer" >"$work/listed.csv"
    echo "id,check,decision,by,reason,date
$officer,,accept,Li,seen,2026-05-01" >"$work/rulings.csv"
    [ ! "$kept" ] || run 0 -r "$work/listed.csv" "$work/officer"
    find "$work/mild/photos" -name "*$mild*" -exec cp {} "$work/to-look/$officer.jpg" \;
    "$build/headroom" run -q -j 1 -o "$out" -r "$work/listed.csv" "$work/to-look" || [ $? = 1 ] || complain "exit $?"
    has "$officer" '"verdict":"REVIEW"'
    cp "$out/review/$officer.JPG" "$work/looked-at.JPG"
    rm "$work/to-look/$officer.jpg"
    for round in 1 2; do
        run 1 -r "$work/b.csv" "$work/to-look"
        cat "$out/report.jsonl" "$out"/lists/*.csv >"$work/round$round"
    done
    cmp "$work/round1" "$work/round2" || complain "the same once more is otherwise"
    run 0 -r "$work/listed.csv" -d "$work/rulings.csv" "$work/to-look"
    counts "$officer"
    cmp "$out/photos/$officer.JPG" "$work/looked-at.JPG" || complain "not the photo that was looked at"
done

# Where nothing is made, nothing is kept: a file that is replaced by a bad one has no photo that counts.
begin judged-only
rm -rf "$work/judged"
mkdir "$work/judged"
judge() { # wanted, arguments
    wanted=$1 code=0
    shift
    "$build/headroom" check -q -o "$out" "$@" "$work/judged" >/dev/null 2>&1 || code=$?
    [ "$code" = "$wanted" ] || complain "check $*: exit $code, not $wanted"
}
printf '证件号码,姓名\n%s,某\n' "$officer" >"$work/listed.csv"
cp "$work/made1/photos/$d.JPG" "$work/judged/$officer.jpg"
judge 0 -r "$work/listed.csv"
judge 1 -r "$work/b.csv"
cp "$work/takered/$x.jpg" "$work/judged/$officer.jpg"
judge 1 -r "$work/listed.csv"
grep -q '"kept"' "$out/report.jsonl" && complain "an earlier photo counts where none was made"

# Two that nobody chose of are not chosen of by a third.
begin several
mkdir "$work/copies"
cp "$work/take2/$x.jpg" "$work/copies/$x (1).jpg"
run 1 "$work/one" "$work/copies"
run 1 "$work/bad"
counts "$b"

# A decision that comes with the retake that makes it needed.
mkdir "$work/first" "$work/worse"
find "$work/mild/photos" -name "*$mild*" -exec cp {} "$work/first/$mild.jpg" \;
cp "$work/takered/$x.jpg" "$work/worse/$mild.jpg"
for objects in '' --json; do
    begin "decision$objects"
    run 1 $objects "$work/first"
    has "$mild" '"verdict":"REVIEW"'
    cp "$out/review/$mild.JPG" "$work/looked-at.JPG"
    echo "id,check,decision,by,reason,date
$mild,,accept,Li,seen,2026-05-01" >"$work/rulings.csv"
    run 0 $objects -d "$work/rulings.csv" "$work/worse"
    counts "$mild"
    cmp "$out/photos/$mild.JPG" "$work/looked-at.JPG" || complain "not the photo that was accepted"
    run 1 $objects "$work/worse" # and without it nobody has accepted
    counts
    run 0 $objects -d "$work/rulings.csv" "$work/worse"
    counts "$mild"
done

# Another version of the program judges what is there anew, and takes nothing away.
begin program
run 0 "$work/one"
run 0 "$work/bad"
sqlite3 "$out/journal.db" "UPDATE photo SET program='make 0.0.0 other'"
run 0 "$work/bad"
counts "$x" "$b"
made_of "$x" 1
begin program-retake
run 0 "$work/one"
sqlite3 "$out/journal.db" "UPDATE photo SET program='make 0.0.0 other'"
run 0 "$work/bad"
counts "$x" "$b"
made_of "$x" 1

# Killed at any moment, the next run ends the same.
[ -e "$build/libinject.so" ] || exit "$bad"
killed() { # at, arguments...: sets code
    at=$1 code=0
    shift
    rm -f "$work/log"
    HEADROOM_INJECT_DIR="$out" HEADROOM_INJECT_WHAT=kill HEADROOM_INJECT_AT="$at" HEADROOM_INJECT_LOG="$work/log" \
        LD_PRELOAD="$build/libinject.so" "$build/headroom" run -q -j 1 --lang en -o "$out" "$@" \
        >/dev/null 2>"$work/errors" </dev/null || code=$?
    [ "$code" != 99 ] || { cat "$work/errors"; exit 77; }
}
whole() { # a package is there whole, or is not said to be
    [ ! -e "$out/package/SHA256SUMS" ] || (cd "$out/package" && sha256sum --quiet --strict -c SHA256SUMS) || complain "killed at $at: a broken package is said to be whole"
}
# What was handed in and counts no more is told for as long as that is so; what was not taken away is not.
begin recall
recalled() { # IDs
    for id in "$@"; do echo "$id"; done | sort >"$work/wanted"
    { [ ! -e "$out/lists/recall.csv" ] || sed 1d "$out/lists/recall.csv" | grep -oE '[0-9]{17}[0-9X]'; } | sort | diff "$work/wanted" - || complain 'recall.csv is not that'
}
echo "id,check,decision,by,reason,date
$x,,reject,Li,another person,2026-05-01" >"$work/wrong.csv"
run 0 -r "$work/bxd.csv" "$work/all"
run 1 -r "$work/bxd.csv" -d "$work/wrong.csv" "$work/all" # the package was not taken away
recalled
run 0 -r "$work/bxd.csv" "$work/all"
mv "$out/package" "$work/handed-in"
recalled
run 1 -r "$work/bxd.csv" -d "$work/wrong.csv" "$work/all"
recalled "$x"
says '1 photo handed in earlier counts no more, see .*lists/recall.csv'
grep -q "$x.*某.*has no photo that counts now.*tell who received it" "$out/lists/recall.csv" || { cat "$out/lists/recall.csv"; complain 'no reason'; }
for time in first again; do
    [ "$time" = first ] || sleep 2.1 # so that stamps are trusted, and the seal holds
    run 1 --json -r "$work/bxd.csv" -d "$work/wrong.csv" "$work/all"
    grep -q '"recalled":1' "$work/said" || complain '--json does not say how many are recalled'
    recalled "$x"
done
run 0 -r "$work/out.csv" --new-only "$work/all"
grep -q "$x.*not to be registered" "$out/lists/recall.csv" || complain 'not eligible is no reason'
recalled "$x"
run 0 -r "$work/b.csv" --new-only "$work/one" # of the others one is not given, but there
grep -q "$d.*does not list it" "$out/lists/recall.csv" || complain 'not in the roster is no reason'
recalled "$x" "$d"
cp -r "$work/all" "$work/place-recall"
cp "$work/take2/$x.jpg" "$work/place-recall/"
run 0 -r "$work/bxd.csv" -d "$work/wrong.csv" --new-only "$work/place-recall" # another photo of theirs counts
packed "$x" "$d"
recalled
grep -q recalled "$out/report.jsonl" && complain 'a line says recalled'
run 1 -r "$work/bxd.csv" -d "$work/wrong.csv" -p white "$work/none"
recalled "$x" "$b" "$d" # the first photo of the first was taken away, the other one not
"$build/headroom" purge -q "$out" || complain "purge: $?"
[ ! -e "$out" ] || { find "$out"; complain 'purge leaves something'; }

# Also where a newer photo was packed that nobody took away and that does not count either, or where photos of --new-only lay there
# when all were packed; and who was recalled is packed again once that is taken back.
begin recall-newer
run 0 -r "$work/bxd.csv" "$work/all"
mv "$out/package" "$work/handed-newer"
cp -r "$work/all" "$work/place-newer"
cp "$work/take2/$x.jpg" "$work/place-newer/"
run 0 -r "$work/bxd.csv" --new-only "$work/place-newer"
packed "$x"
run 1 -r "$work/bxd.csv" -d "$work/wrong.csv" "$work/place-newer"
recalled "$x"
begin recall-all
run 0 -r "$work/bx.csv" "$work/one"
mv "$out/package" "$work/handed-all"
run 0 -r "$work/bxd.csv" --new-only "$work/all"
packed "$d"
run 0 -r "$work/bxd.csv" "$work/all"
run 1 -r "$work/bxd.csv" -d "$work/wrong.csv" "$work/all"
recalled "$x"
begin recall-back
run 0 -r "$work/bxd.csv" "$work/all"
mv "$out/package" "$work/handed-back"
run 1 -r "$work/bxd.csv" -d "$work/wrong.csv" --new-only "$work/all"
recalled "$x"
run 0 -r "$work/bxd.csv" --new-only "$work/all"
packed "$x"
recalled

# Two names under one number: whose photo it is somebody has to say, and the list names both.
begin names
roster names.csv "$x=毕业" "$b=毕业"
sed "s/$x,某/$x,张/" "$work/names.csv" >"$work/names1.csv"
{ cat "$work/names1.csv"; echo "$x,李,毕业"; } >"$work/names2.csv"
run 0 -r "$work/names1.csv" "$work/one"
run 1 -r "$work/names2.csv" --complete "$work/one"
no_package
has "$x" '"verdict":"REVIEW".*"check":"roster_names","level":"REVIEW","value":2'
grep -q "$x.*张, 李.*with another name or status: 2, 4" "$out/lists/duplicate.csv" || complain 'no list has both names'
grep -q "$x.*2 different names" "$out/lists/review.csv" || complain 'no list asks whose photo it is'
echo "id,check,decision,by,reason,date
$x,,accept,Li,it is 张,2026-05-01" >"$work/named.csv"
run 0 -r "$work/names2.csv" -d "$work/named.csv" "$work/one"
counts "$x" "$b"
run 0 -r "$work/names1.csv" "$work/one"
counts "$x" "$b"
begin names-later # accepted before there was a second one
run 0 -r "$work/names1.csv" "$work/one"
run 0 -r "$work/names1.csv" -d "$work/named.csv" "$work/one"
run 1 -r "$work/names2.csv" -d "$work/named.csv" "$work/one"
counts "$b"
has "$x" '"state":"outgrown"'
echo "$x,roster_names,waive,Li,it is 张,2026-05-01" >>"$work/named.csv"
run 0 -r "$work/names2.csv" -d "$work/named.csv" "$work/one"
counts "$x" "$b"

# The file of what counts is gone, whether an earlier one of its person is there or none: that is said, also by a run that finds all as it was.
begin gone
mkdir -p "$work/place-gone/again"
cp "$work/take1/$x.jpg" "$work/take1/$d.jpg" "$work/place-gone/"
run 0 "$work/place-gone"
cp "$work/take2/$x.jpg" "$work/place-gone/"
cp "$work/takered/$d.jpg" "$work/place-gone/"
run 0 "$work/place-gone" # an earlier one counts for the second
says '1 keeps a photo that passed in an earlier run'
! grep -q 'file is gone' "$work/errors" || complain 'files are said to be gone that were written over'
has "$d" '"verdict":"REJECT"'
rm "$work/place-gone/$x.jpg" "$work/place-gone/$d.jpg"
cp "$work/take1/$x.jpg" "$work/place-gone/again/"
for time in first again; do
    [ "$time" = first ] || sleep 2.1 # so that stamps are trusted, and the seal holds
    run 0 "$work/place-gone"
    counts "$x" "$d"
    made_of "$x" 2
    says '2 photos whose file is gone still count'
    grep "again/$x" "$out/report.csv" | grep -q 'a newer photo that passed still counts, whose file is gone or was not given' || complain 'nobody says that the file that is there is the older one'
done
run 0 "$work/place-gone"
says '2 photos whose file is gone still count'
begin gone-not # the newer one is there, only not given
mkdir "$work/given1" "$work/given2"
cp "$work/take1/$x.jpg" "$work/given1/"
cp "$work/take2/$x.jpg" "$work/given2/"
run 0 "$work/given1"
run 0 "$work/given2"
for time in first again; do
    [ "$time" = first ] || sleep 2.1
    run 0 "$work/given1"
    made_of "$x" 2
    ! grep -q 'file is gone' "$work/errors" || complain 'a file is said to be gone that was not given'
done

every() { # name, then what is to hold, arguments...: kills at some forty calls
    begin "$1"
    then=$2 hits=0
    shift 2
    rm -rf "$work/base"
    cp -a "$out" "$work/base"
    killed 0 "$@"
    calls=$(wc -l <"$work/log") place=1
    [ "$calls" -ge 20 ] || complain "only $calls calls"
    while [ "$place" -le "$calls" ]; do
        rm -rf "$out"
        cp -a "$work/base" "$out"
        killed "$place" "$@"
        [ "$code" != 137 ] || hits=$((hits + 1))
        whole
        run "$ends" "$@"
        name="$name at $place, '$(sed -n "${place}p" "$work/log")'"
        $then
        name=$(basename "$out")
        place=$((place + 1 + calls / 40))
    done
    [ "$hits" -ge 15 ] || complain "only $hits runs were killed"
}
begin killed-away
run 0 -r "$work/bx.csv" --split 1 "$work/one"
ends=1
every killed-away no_package -r "$work/out.csv" --split 1 --complete "$work/one"

attempt_one() {
    counts "$b" "$x"
    made_of "$x" 1
}
begin killed-aside
cp -r "$work/one" "$work/place-killed"
run 0 -r "$work/b.csv" "$work/place-killed"
cp "$work/bad/$x.jpg" "$work/place-killed/"
ends=0
every killed-aside attempt_one -r "$work/bx.csv" "$work/place-killed"
begin killed-apart
run 0 -r "$work/b.csv" "$work/one"
every killed-apart attempt_one -r "$work/bx.csv" "$work/bad"

packed_again() {
    packed "$d"
}
begin killed-withdrawn
second
ends=0
every killed-withdrawn packed_again -r "$work/out.csv" --new-only "$work/xd"

refused_then_packed() {
    no_package
    run 1 -r "$work/bxd.csv" --new-only "$work/one"
    packed "$x" "$b"
}
begin killed-refused
run 0 -r "$work/bx.csv" "$work/one"
ends=1
every killed-refused refused_then_packed -r "$work/bxd.csv" --complete "$work/one"
exit "$bad"
