#!/bin/sh
# SPDX-License-Identifier: MIT
# Names that were wrong and are put right, and old files that are listed again: nobody gets another's
# photo in silence, and nobody is stuck. Usage: mixups.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
complain() {
    echo "$name: $1"
    bad=1
}
run() { # exit code, arguments...
    wanted=$1 code=0
    shift
    "$build/headroom" run -q --lang en -o "$out" -r "$work/roster.csv" "$@" 2>"$work/errors" || code=$?
    [ "$code" = "$wanted" ] || { cat "$work/errors"; complain "run $*: exit $code, not $wanted"; }
}
packed() { # IDs: the package, photos/ and nothing else
    for id in "$@"; do echo "$id.JPG"; done | sort >"$work/wanted"
    unzip -Z1 "$out/package/photos-001.zip" | sort | diff "$work/wanted" - || complain "the package is not that"
    (cd "$out/photos" && ls) | sort | diff "$work/wanted" - || complain "photos/ is not that"
}
has() { # ID, pattern of its line
    grep "\"id\":\"$1\"" "$out/report.jsonl" | grep -q "$2" ||
        { grep "\"id\":\"$1\"" "$out/report.jsonl"; complain "the line of $1 is without $2"; }
}
begin() { # name
    name=$1 in=$work/$1/in out=$work/$1/out
    mkdir -p "$in"
}
decide() { # ID, decision
    echo "$1,,$2,Li,looked at it,2026-05-01" >>"$work/$name/decisions.csv"
}

for take in 0 1; do
    "$build/make_samples" -n 9 --seed 31 --size small --faults 0 --take "$take" "$work/take$take"
    mkdir "$work/good$take"
    for photo in "$work/take$take/photos"/*; do
        cp "$photo" "$work/good$take/$(basename "$photo" | grep -oE '[0-9]{17}[0-9X]').jpg"
    done
done
name=samples
"$build/headroom" run -q -o "$work/all0" "$work/good0" || [ $? = 1 ]
"$build/headroom" run -q -o "$work/all1" "$work/good1" || [ $? = 1 ]
(cd "$work/all0/photos" && ls "$work/all1/photos/"*.JPG | xargs -n1 basename | xargs ls 2>/dev/null) | sed 's/\.JPG//' >"$work/sure" || true
a=$(sed -n 1p "$work/sure") b=$(sed -n 2p "$work/sure") c=$(sed -n 3p "$work/sure")
[ -n "$c" ] || { complain "the samples do not hold three good persons"; exit 1; }
printf '身份证号,姓名\n%s,a\n%s,b\n%s,c\n' "$a" "$b" "$c" >"$work/roster.csv"
head='id,check,decision,by,reason,date'
good=$work/good0 later=$work/good1


# Two names were exchanged, and are put right: somebody says so, and until then neither is packed.
begin exchanged
cp "$good/$a.jpg" "$in/$b.jpg"
cp "$good/$b.jpg" "$in/$a.jpg"
cp "$good/$c.jpg" "$in/"
run 0 "$in"
mv "$in/$a.jpg" "$work/aside"
mv "$in/$b.jpg" "$in/$a.jpg"
mv "$work/aside" "$in/$b.jpg"
run 1 "$in"
packed "$c"
has "$a" '"verdict":"REVIEW".*"same_picture"'
has "$b" '"verdict":"REVIEW".*"same_picture"'
[ "$(grep -c 'counted for another ID number before' "$out/lists/review.csv")" = 2 ] || { cat "$out/lists/review.csv"; complain "nobody says why they must be looked at"; }
! grep -q 'bits differ' "$out/lists/review.csv" || complain "pictures are said to be alike that are not"
run 1 "$in"
packed "$c"
echo "$head" >"$work/$name/decisions.csv"
decide "$a" accept
decide "$b" accept
run 0 -d "$work/$name/decisions.csv" "$in"
packed "$a" "$b" "$c"
"$build/headroom" run -q -o "$work/fresh" "$good/$a.jpg" "$good/$b.jpg"
cmp "$work/fresh/photos/$a.JPG" "$out/photos/$a.JPG" || complain "$a has not the own photo"
cmp "$work/fresh/photos/$b.JPG" "$out/photos/$b.JPG" || complain "$b has not the own photo"

# The same, and somebody rejects what is there of one: the other one's face is not packed for them because of that.
begin exchanged-rejected
cp "$good/$a.jpg" "$in/$b.jpg"
cp "$good/$b.jpg" "$in/$a.jpg"
cp "$good/$c.jpg" "$in/"
run 0 "$in"
cp "$good/$a.jpg" "$good/$b.jpg" "$in/"
run 1 "$in"
packed "$c"
echo "$head" >"$work/$name/decisions.csv"
decide "$a" reject
run 1 -d "$work/$name/decisions.csv" "$in"
packed "$c"
run 1 -d "$work/$name/decisions.csv" "$in"
packed "$c"

# A file had the wrong name: neither is packed until somebody says whose photo it is.
begin renamed
cp "$good/$a.jpg" "$in/$c.jpg"
cp "$good/$b.jpg" "$in/"
run 1 "$in"
packed "$b" "$c"
mv "$in/$c.jpg" "$in/$a.jpg"
run 1 "$in"
packed "$b"
has "$a" '"verdict":"REVIEW"'
grep -q "$c" "$out/lists/duplicate.csv" || complain "$c stands not in duplicate.csv"
echo "$head" >"$work/$name/decisions.csv"
cp -a "$out" "$work/$name/taken-back"
decide "$a" accept
run 1 -d "$work/$name/decisions.csv" "$in"
packed "$a" "$b"
has "$c" '"type":"missing"'
grep -q "$c" "$out/lists/missing.csv" || complain "$c is not missing"
out=$work/$name/taken-back # a person says that the old name was right
sed -i 's/accept/reject/' "$work/$name/decisions.csv"
run 1 -d "$work/$name/decisions.csv" "$in"
packed "$b" "$c"

# One file under two names: the wrong one is removed, or rejected.
begin copied
cp "$good/$a.jpg" "$in/"
cp "$good/$a.jpg" "$in/$c.jpg"
cp "$good/$b.jpg" "$in/"
run 1 "$in"
packed "$b"
cp -a "$out" "$work/copied/again"
rm "$in/$c.jpg"
run 1 "$in"
packed "$a" "$b"
cp "$good/$a.jpg" "$in/$c.jpg"
out=$work/copied/again
echo "$head" >"$work/$name/decisions.csv"
decide "$c" reject
run 1 -d "$work/$name/decisions.csv" "$in"
packed "$a" "$b"
has "$c" '"verdict":"REJECT"'

# The same in a ZIP that is removed.
begin zipped
cp "$good/$a.jpg" "$work/$c.jpg"
(cd "$work" && python3 -m zipfile -c more.zip "$c.jpg")
cp "$good/$a.jpg" "$good/$b.jpg" "$in/"
run 1 "$in" "$work/more.zip"
packed "$b"
rm "$work/more.zip"
run 1 "$in"
packed "$a" "$b"

# Somebody's old photo turns up as another's, after the first one got a newer photo: to be looked at.
begin passed-on
cp "$good/$a.jpg" "$good/$b.jpg" "$in/"
run 1 "$in"
cp "$later/$a.jpg" "$in/"
run 1 "$in"
cp "$good/$a.jpg" "$in/$c.jpg"
run 1 "$in"
has "$c" '"verdict":"REVIEW".*"same_picture"'
[ ! -e "$out/photos/$c.JPG" ] || complain "$c has the photo of $a"

# Accepted first, then the same picture comes under another number: whose it is was not known to who accepted it.
begin accepted-before
cp "$good/$a.jpg" "$good/$b.jpg" "$in/"
echo "$head" >"$work/$name/decisions.csv"
decide "$b" accept
run 1 -d "$work/$name/decisions.csv" "$in"
packed "$a" "$b"
{ head -c 2 "$good/$b.jpg"; printf '\377\376\000\004xx'; tail -c +3 "$good/$b.jpg"; } >"$in/$c.jpg" # with a comment
run 1 -d "$work/$name/decisions.csv" "$in"
packed "$a"
has "$b" '"verdict":"REVIEW".*"same_picture".*"state":"outgrown"'
grep -q '"outgrown":true' "$out/report.html" || complain 'the page offers to accept it once more'
run 1 -d "$work/$name/decisions.csv" "$in"
packed "$a"
cp -a "$out" "$work/$name/late" # who accepts now knows of both
echo "$b,same_picture,waive,Li,it is hers,2026-05-02" >>"$work/$name/decisions.csv"
run 1 -d "$work/$name/decisions.csv" "$in"
packed "$a" "$b"
out=$work/$name/late
echo "$head" >"$work/$name/decisions.csv"
echo "$b,,accept,Li,it is hers,2026-05-02" >>"$work/$name/decisions.csv"
run 1 -d "$work/$name/decisions.csv" "$in"
packed "$a" "$b"

# The command of the first round again, after the retakes: the newer photos stay.
begin old-again
mkdir "$work/$name/retakes"
cp "$good/$a.jpg" "$good/$b.jpg" "$good/$c.jpg" "$in/"
cp "$later/$a.jpg" "$work/$name/retakes/"
run 0 "$in"
run 0 "$work/$name/retakes"
cp "$out/photos/$a.JPG" "$work/newer.JPG"
has "$a" '"attempt":2'
run 0 "$in"
packed "$a" "$b" "$c"
cmp "$work/newer.JPG" "$out/photos/$a.JPG" || complain "the first photo came back in place of the retake"
has "$a" '"attempt":1,.*"kept":{"attempt":2'
run 1 "$in" "$work/$name/retakes" # both at once: nobody chooses
packed "$b" "$c"
run 0 "$work/$name/retakes"
packed "$a" "$b" "$c"
cmp "$work/newer.JPG" "$out/photos/$a.JPG" || complain "the retake is not what was packed"

# The photo of c came as a's, and is named rightly then, while a gets a new one and b another: y and z are good, n is nearly
# the same picture as y, s its very bytes, m nearly the same as that of c; x is rejected, r needs a look. Then all files go.
# Who counts: while the files are there; when they are gone; when c is accepted then; when c is rejected then. Ways: with a
# roster, without one (bare), and with one that did not let a graduate when the photo came as a's (sound). What settles twice says the same twice.
cat >"$work/table" <<'TABLE'
y z|roster bare|a b|a b|a b c|a b
y z|sound|a b c|a b c|a b c|a b
y n|roster bare|||c|a
y s|roster bare|||c|a
m z|roster bare|b|b|b c|a b
m z|sound|b|b|b c|a b
x z|roster bare sound|b|b|b|a b
r z|roster bare sound|b|b|b|a b
TABLE
for fault in x:bg_red r:bg_pale; do
    "$build/make_samples" -n 1 --seed 31 --size small --fault "${fault#*:}" "$work/fault"
    mv "$work/fault/photos"/* "$work/${fault%:*}.jpg"
    rm -r "$work/fault"
done
cp "$later/$a.jpg" "$work/y.jpg"
cp "$work/y.jpg" "$work/s.jpg"
cp "$good/$b.jpg" "$work/z.jpg"
{ cat "$work/y.jpg"; echo; } >"$work/n.jpg"
{ cat "$good/$c.jpg"; echo; } >"$work/m.jpg"
sed 's/$/,毕业/; 1s/毕业/毕业状态/' "$work/roster.csv" >"$work/roster-now.csv"
sed "/^$a/s/毕业/退学/" "$work/roster-now.csv" >"$work/roster-then.csv"
twice() { # who counts, arguments...
    wanted=$1
    shift
    for split in 8 9; do # another option: settled again
        "$build/headroom" run -q --lang en -o "$out" --split $split "$@" "$in" >/dev/null 2>"$work/errors" || [ $? = 1 ] ||
            { cat "$work/errors"; complain "run $*"; }
        [ $split = 9 ] || cat "$out/report.jsonl" "$out"/lists/*.csv >"$work/said"
    done
    cat "$out/report.jsonl" "$out"/lists/*.csv | diff "$work/said" - || complain "run $*: settled once more it says otherwise"
    found=$( (cd "$out/photos" && ls) | sed "s/$a.JPG/a/; s/$b.JPG/b/; s/$c.JPG/c/" | sort | tr '\n' ' ')
    [ "${found% }" = "$wanted" ] || complain "run $*: '$found' count, not '$wanted'"
    case $found in *a*) cmp -s "$out/photos/$a.JPG" "$work/all0/photos/$c.JPG" && [ "$rejected" = 0 ] && complain "run $*: a has the photo of c" ;; esac
    [ -z "$wanted" ] || packed $(echo "$wanted" | sed "s/a/$a/; s/b/$b/; s/c/$c/")
}
while IFS='|' read -r photos ways there gone accepted rejection; do
    for way in $ways; do
        begin "$(echo "$photos-$way" | tr ' ' -)"
        rejected=1 # the first time it does count
        listed="-r $work/roster-now.csv" before="-r $work/roster-now.csv"
        [ "$way" != bare ] || listed='' before=''
        [ "$way" != sound ] || before="-r $work/roster-then.csv"
        cp "$good/$c.jpg" "$in/$a.jpg"
        [ "$way" = sound ] && first='' || first=a
        twice "$first" $before
        rejected=0
        mv "$in/$a.jpg" "$in/$c.jpg"
        cp "$work/${photos% *}.jpg" "$in/$a.jpg"
        cp "$work/${photos#* }.jpg" "$in/$b.jpg"
        twice "$there" $listed
        rm "$in"/*
        twice "$gone" $listed
        for word in accept reject; do
            cp -a "$out" "$out-$word"
        done
        for word in accept reject; do
            echo "$head" >"$work/$name/decisions.csv"
            decide "$c" $word
            out=$work/$name/out-$word
            [ $word = accept ] && wanted=$accepted || { wanted=$rejection rejected=1; }
            twice "$wanted" $listed -d "$work/$name/decisions.csv"
        done
    done
done <"$work/table"
exit "$bad"
