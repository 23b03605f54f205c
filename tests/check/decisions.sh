#!/bin/sh
# SPDX-License-Identifier: MIT
# What people decide, who is missing, what is handed in: on photos, through the program. Usage: decisions.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
in=$work/in out=$work/out rulings=$work/rulings.csv bad=0
complain() {
    echo "$1"
    bad=1
}
run() { # code, arguments...
    wanted=$1 code=0
    shift
    LANG=en_GB.UTF-8 LC_ALL="" "$build/headroom" run "$@" >"$work/said" 2>"$work/errors" </dev/null || code=$?
    [ "$code" = "$wanted" ] || { cat "$work/errors"; complain "run $*: exit $code, not $wanted"; }
}
says() {
    grep -q "$1" "$work/errors" || { cat "$work/errors"; complain "nobody says '$1'"; }
}
line() { # the report's line of an ID
    grep "\"id\":\"$1\"" "$out/report.jsonl"
}
has() { # ID, pattern of its line
    line "$1" | grep -qE "$2" || { line "$1"; complain "the line of $1 is without $2"; }
}
packed() { # the names in all ZIPs whose name matches
    for zip in "$out"/package/$1; do
        python3 -m zipfile -l "$zip" | sed -n 's/^\([^ ]*\.JPG\) .*/\1/p'
    done | sort
}
alone() { # verdict, check: an ID of which nothing else is wrong
    grep "\"verdict\":\"$1\"" "$out/report.jsonl" | grep "\"check\":\"$2\"" | grep -v '"check":.*"check":' |
        sed -n 's/.*"id":"\([0-9]*X\{0,1\}\)","id_kind".*/\1/p;q'
}
everywhere() { # ID: in photos/, in the package and in the manifest
    [ -e "$out/photos/$1.JPG" ] && packed '*.zip' | grep -q "$1" && grep -q "$1" "$out/package/manifest.csv"
}
nowhere() {
    [ ! -e "$out/photos/$1.JPG" ] && ! packed '*.zip' | grep -q "$1" && ! grep -q "$1" "$out/package/manifest.csv"
}
count() {
    wc -l | tr -d ' '
}

mkdir "$in"
photos() { # fault, count, seed
    if [ "$1" = none ]; then set -- "$1" "$2" "$3" --faults 0; else set -- "$1" "$2" "$3" --fault "$1"; fi
    name=$1 number=$2 seed=$3
    shift 3
    "$build/make_samples" "$@" -n "$number" --seed "$seed" --size small "$work/$name"
    for photo in "$work/$name/photos"/*; do # a name that is the number alone
        cp "$photo" "$in/$(basename "$photo" | sed 's/.*\([0-9]\{17\}[0-9X]\).*/\1/').jpg"
    done
}
photos none 5 31
photos blue_shirt 2 310
photos tilt_mild 2 39
photos tilt_strong 2 311

# Nobody has decided anything.
run 1 -o "$out" "$in"
passes=$(packed '*.zip' | count)
good=$(sed -n 's/.*"id":"\([0-9X]*\)".*"verdict":"PASS".*/\1/p' "$out/report.jsonl")
first=$(echo "$good" | sed -n 1p) second=$(echo "$good" | sed -n 2p)
mild=$(alone REVIEW tilt_deg) shirt=$(alone REVIEW white_top) strong=$(alone REJECT tilt_deg)
for id in "$first" "$second" "$mild" "$shirt" "$strong"; do
    [ -n "$id" ] || { complain "the samples do not hold what is to be decided"; exit 1; }
done
[ -e "$out/review/$mild.JPG" ] && nowhere "$mild" || complain "a photo in REVIEW is handed in"

# Accepted, rejected, two checks waived.
head='id,check,decision,by,reason,date'
cat >"$rulings" <<EOF
$head
$mild,,accept,Li,looked at it,2026-05-01
$first,,reject,Li,another person,2026-05-01
$shirt,white_top,accept,Li,a white uniform,2026-05-01
$strong,tilt_deg,waive,Wang,medical reason,2026-05-02
EOF
run 1 -o "$out" -d "$rulings" "$in"
says 'this run: 0 judged'
for id in "$mild" "$shirt" "$strong"; do
    everywhere "$id" || complain "$id was decided for and is not handed in"
    [ ! -e "$out/review/$id.JPG" ] || complain "$id lies in review/ as well"
    has "$id" '"decision":\{.*"state":"applied"'
    grep "$id" "$out/package/manifest.csv" | grep -qE 'Li|Wang' || complain "the manifest does not say who decided on $id"
done
has "$strong" '"waived":true'
has "$mild" '"reason":"looked at it"'
grep -q "$mild.*accept: looked at it (Li, 2026-05-01) applied" "$out/report.csv" || complain "report.csv does not show a decision"
nowhere "$first" || complain "a rejected photo is handed in"
has "$first" '"verdict":"REJECT".*"decision":\{"decision":"reject".*"state":"applied"'
[ "$(packed '*.zip' | count)" = $((passes + 2)) ] || complain "the package holds other photos than decided"

# Who is called back by a person's word is told it, in every list.
grep -q "$first.*rejected by Li: another person" "$out/lists/retake.csv" || { cat "$out/lists/retake.csv"; complain "retake.csv does not say why a person rejected"; }
grep -q "\"id\":\"$first\".*\"rejected\":\[\"rejected by Li: another person\"\]" "$out/report.html" || complain "the page does not say why a person rejected"
python3 -c 'import sys, zipfile
assert "rejected by Li: another person" in zipfile.ZipFile(sys.argv[1]).read("xl/worksheets/sheet2.xml").decode()' "$out/report.xlsx" || complain "the sheet of retakes does not say why a person rejected"

# Several on one photo: each stands in manifest and report, and the package is verified with them.
{ cat "$rulings"; echo "$strong,tilt_deg,reject,Wang,once more,2026-05-02"; echo "$strong,,accept,Wang,seen,2026-05-03"; echo "$strong,tilt_deg,accept,Li,agreed,2026-05-03"; echo "$strong,lip_gap,waive,Wang,a scar,2026-05-03"; } >"$work/several.csv"
run 1 -o "$out" -d "$work/several.csv" "$in"
grep "$strong" "$out/package/manifest.csv" | grep -q '"waive tilt_deg: medical reason (Wang, 2026-05-02); waive tilt_deg: agreed (Li, 2026-05-03)"' ||
    { grep "$strong" "$out/package/manifest.csv"; complain "the manifest does not show all decisions on a photo"; }
grep -q "$strong.*waive head tilt: .* applied; .*accept: seen (Wang, 2026-05-03) without effect; .*waive .*: a scar (Wang, 2026-05-03) without effect" "$out/report.csv" ||
    complain "report.csv does not show all decisions on a photo"
LANG=en_GB.UTF-8 "$build/headroom" verify "$out" >"$work/said" 2>&1 || { cat "$work/said"; complain "verify refuses what was decided"; }
run 1 -o "$out" -d "$rulings" "$in"

# Other bytes: nobody has judged them.
printf x >>"$in/$first.jpg"
run 1 -o "$out" -d "$rulings" "$in"
has "$first" '"state":"lapsed"'
grep -q "$first.*lapsed" "$out/report.csv" || complain "report.csv does not say that a decision lapsed"
everywhere "$first" || complain "a lapsed rejection still counts"
sed 's,2026-05-0,2026/5/,; s/another person/somebody else/; s/Li/李/' "$rulings" >"$work/again.csv" # as a spreadsheet saves it, and put better
run 1 -o "$out" -d "$work/again.csv" "$in"
has "$first" '"state":"lapsed"'
everywhere "$first" || complain "a rejection that is dated in another way judges a photo that nobody has seen"
{ echo "$head,sha256"; printf '%s,,accept,Li,seen,2026-05-01,%064d\n' "$mild" 0; } >"$work/lapsed.csv"
run 1 -o "$out" -d "$work/lapsed.csv" "$in"
has "$mild" '"verdict":"REVIEW".*"state":"lapsed"'
nowhere "$mild" || complain "a decision on other bytes counts"

# Nobody's photo: told, also when quiet, and in a list.
printf '%s\n11010519491231002X,,accept,Li,seen,2026-05-01\n%s,,accept,Li,seen,2026-05-01\n' "$head" "$mild" >"$work/nobody.csv"
run 1 -o "$out" -d "$work/nobody.csv" "$in"
says 'decisions: 2, of which 1 met their photo, 0 lapsed (another file is there, or several), 1 met no photo'
says 'warning: 1 decision met no photo, .*: 110105\*\*\*\*\*\*\*\*002X'
grep -q '11010519491231002X.*nobody.csv:2.*no photo is filed.*accept: seen (Li, 2026-05-01)' "$out/lists/invalid.csv" ||
    { cat "$out/lists/invalid.csv"; complain "no list shows the decision that met no photo"; }
run 1 -q -o "$out" -d "$work/nobody.csv" "$in"
says '1 decision met no photo'
run 1 --json -o "$out" -d "$work/nobody.csv" "$in"
grep -q '"decisions":{"met":1,"lapsed":0,"no_photo":1}' "$work/said" || complain "--json does not count decisions"

# As offices save it where ',' parts numbers, with rows that were used once.
printf '%s;;reject;Li;another person;2026-05-01\n;;;;;\n;;;;;\n' "$second" | sed "1i$(echo "$head" | tr , ';')" >"$work/semicolons.csv"
run 1 -o "$out" -d "$work/semicolons.csv" "$in"
says 'decisions: 1, of which 1 met their photo'
nowhere "$second" || complain "a rejection in a file with semicolons does not count"

# Met, and without effect: told, in words of the language.
printf '%s\n%s,,accept,Li,seen,2026-05-01\n%s,,accept,Li,seen,2026-05-01\n' "$head" "$strong" "$mild" >"$work/idle.csv"
run 1 -o "$out" -d "$work/idle.csv" "$in"
says 'decisions: 2, of which 2 met their photo, 0 lapsed (another file is there, or several), 0 met no photo'
says '1 of these had no effect'
has "$strong" '"verdict":"REJECT".*"state":"no_effect"'
grep -q "$strong.*accept: seen (Li, 2026-05-01) without effect" "$out/report.csv" || complain "report.csv does not say that accept is without effect"
run 1 --json --lang zh -o "$out" -d "$work/idle.csv" "$in"
grep -q '"decisions":{"met":2,"lapsed":0,"no_photo":0,"no_effect":1}' "$work/said" || complain "--json does not count decisions without effect"
grep -q "$strong.*接受: seen (Li, 2026-05-01) 不起作用" "$out/report.csv" || complain "report.csv does not say in Chinese that accept is without effect"

# Forgotten: said once, also when quiet.
printf '姓名,身份证号,班级\nA,%s,1\n' "$mild" >"$work/roster.csv"
run 0 -q -o "$out" -r "$work/roster.csv" -d "$work/nobody.csv" "$in"
run 1 -q -o "$out" "$in"
says 'warning: earlier runs had a roster'
says 'warning: earlier runs had decisions'
run 1 -q -o "$out" "$in"
[ ! -s "$work/errors" ] || { cat "$work/errors"; complain "what was forgotten is said again"; }

# Refused: with file and line, and nothing done.
refused() { # what is said, row
    printf '%s\n%s\n%s\n' "$head" "$second,,accept,Li,seen,2026-05-01" "$2" >"$work/wrong.csv"
    run 2 -o "$work/no" -d "$work/wrong.csv" "$in"
    says "wrong.csv:3: .*$1"
    [ ! -e "$work/no" ] || complain "a refused decision left a folder"
}
refused 'files_for_id' "$second,files_for_id,accept,Li,mine,2026-05-01"
refused 'files_for_id' "$second,files_for_id,waive,Li,mine,2026-05-01"
refused 'maybe' "$second,,maybe,Li,seen,2026-05-01"
refused 'by' "$second,,accept,,seen,2026-05-01"
refused 'cells' "$second,accept,Li"
refused 'date' "$second,,accept,Li,seen,yesterday"
refused 'no ID' "110105194913310020,,accept,Li,seen,2026-05-01"
refused 'a spreadsheet turned into a number' "$(echo "$first" | sed 's/^\(.\)\(.....\).*/\1.\2E+17/'),,reject,Li,another person,2026-05-01"
refused 'quote' "$second,,accept,\"Li,seen,2026-05-01"
refused "did you mean 'tilt_deg'" "$second,tilt_dg,waive,Li,seen,2026-05-01"
refused 'unknown check' "$second,smile,waive,Li,seen,2026-05-01"

# What no earlier package held.
rm -rf "$out"
mkdir "$work/some"
for id in $(echo "$good" | sed 1d); do cp "$in/$id.jpg" "$work/some/"; done
some=$(echo "$good" | sed 1d | count)
run 0 -o "$out" --new-only "$work/some"
[ "$(packed 'photos-*.zip' | count)" = "$some" ] || complain "the first delivery is not whole"
cp "$in/$first.jpg" "$work/some/"
run 0 -o "$out" --new-only "$work/some"
[ "$(packed 'photos2-*.zip')" = "$first.JPG" ] || { packed 'photos2-*.zip'; complain "the second delivery is not the new photo alone"; }
run 0 -o "$out" --new-only "$work/some"
says 'nothing to pack'

# Two photos a ZIP.
rm -rf "$out"
run 0 -o "$out" --split 2 "$work/some"
[ "$(find "$out/package" -name '*.zip' | count)" = $(((some + 2) / 2)) ] || complain "--split 2 makes another number of ZIPs"
[ "$(packed '*.zip' | count)" = $((some + 1)) ] || complain "--split 2 loses photos"

# A later file that fails takes nothing away.
cp "$out/photos/$second.JPG" "$work/before.JPG"
cp "$in/$strong.jpg" "$work/some/$second.jpg"
run 0 -o "$out" "$work/some"
cmp "$work/before.JPG" "$out/photos/$second.JPG" || complain "a failing retake took the photo that had passed"
has "$second" '"attempt":2.*"kept":\{"attempt":1'
packed '*.zip' | grep -q "$second" || complain "a kept photo is not handed in"

# That earlier photo is rejected by its own bytes: shown so everywhere, and exported, so that it stays away.
exported() { # the rows that report.html exports
    python3 -c 'import json, re, sys
for row in json.loads(re.search(r"\"decided\":(\[.*?\]),\"slips\"", open(sys.argv[1], encoding="utf-8").read()).group(1)): print(",".join(row))' "$out/report.html"
}
earlier=$(sha256sum "$in/$second.jpg" | cut -d' ' -f1)
{ echo "$head,sha256"; echo "$second,,reject,Li,another person,2026-05-01,$earlier"; } >"$work/earlier.csv"
run 1 -o "$out" -d "$work/earlier.csv" "$work/some"
says '1 met their photo, 0 lapsed'
packed '*.zip' | grep -q "$second" && complain "an earlier photo that was rejected is handed in"
has "$second" '"state":"other_photo","sha256":"'"$earlier"
grep -q "$second.*reject: another person (Li, 2026-05-01) on another photo" "$out/report.csv" || complain "report.csv does not say that the earlier photo was rejected"
exported >"$work/exported"
sed 1d "$work/earlier.csv" | cmp -s - "$work/exported" || { cat "$work/exported"; complain "the rejection of an earlier photo is not exported"; }
printf '身份证号,姓名\n%s,A\n' "$second" >"$work/roster.csv"
run 1 -o "$out" -r "$work/roster.csv" -d "$work/earlier.csv" "$work/some"
grep -q "$second.*reject: another person (Li, 2026-05-01)" "$out/package/manifest.csv" || complain "the manifest does not say that the earlier photo was rejected"

# Somebody of the roster is missing.
roster=$work/roster.csv absent=11010519491231002X
{
    printf '身份证号,姓名,班级,毕业状态\n'
    for id in $good; do echo "$id,张三,会计,毕业"; done
    echo "$absent,李四,会计,毕业"
} >"$roster"
rm -rf "$out"
run 1 -o "$out" -r "$roster" --complete "$work/some"
says 'no package: '
[ ! -e "$out/package" ] || [ -z "$(find "$out/package" -name '*.zip')" ] || complain "--complete makes a package without everybody"
grep -q "$absent" "$out/lists/missing.csv" || complain "the missing person stands in no list"
grep -qE '[0-9]{14}' "$work/said" "$work/errors" && complain "--complete prints a full ID"
run 1 -o "$out" -r "$roster" "$work/some"
grep -q "$absent" "$out/package/manifest.csv" || complain "the manifest does not name who is missing"

# What is wrong with names and roster, before anything is judged: each by itself, without a full ID.
mild_copy="$work/some/$mild.jpg" other=$(echo "$good" | sed -n 3p)
cp "$in/$mild.jpg" "$mild_copy"
cp "$in/$other.jpg" "$work/some/$other (1).jpg"
cp "$in/$first.jpg" "$work/some/$first (1).jpg"
cp "$in/$other.jpg" "$work/some/nobody.jpg"
sed "s/^$first,.*/$first,张三,会计,退学/" "$roster" >"$work/plan.csv"
echo "$second,张三,会计,毕业" >>"$work/plan.csv"
masked() { # an ID as it is shown
    echo "$1" | sed 's/^\(.\{6\}\).*\(.\{4\}\)$/\1********\2/'
}
foresees() { # how often, line
    [ "$(grep -cF "$2" "$work/said")" = "$1" ] || { cat "$work/said"; complain "--dry-run does not say '$2' $1 times"; }
}
run 0 --dry-run -o "$work/no" -r "$work/plan.csv" "$work/some"
foresees 1 "missing: $(masked $absent) 李四 会计"
foresees 1 "extra: $(masked "$mild") "
foresees 2 "not-eligible: $(masked "$first") "
foresees 0 "duplicate: $(masked "$first") " # one list for each file, the one of the report
foresees 2 "duplicate: $(masked "$other") "
foresees 1 "duplicate: $(masked "$second") 2 rows of the roster are one person: "
foresees 1 "invalid: - $work/some/nobody.jpg"
grep -qE '[0-9]{14}' "$work/said" "$work/errors" && complain "--dry-run prints a full ID"
run 0 --dry-run --lang zh -o "$work/no" -r "$work/plan.csv" "$work/some"
for word in 缺照片 名单外 不在注册范围 重复 无有效号码; do
    grep -q "^$word: " "$work/said" || complain "--dry-run does not say $word"
done
run 0 --dry-run --json -o "$work/no" -r "$work/plan.csv" "$work/some"
foresees 8 '"type":"problem"'

# Rows of the roster that are one person.
last=$(wc -l <"$work/plan.csv" | tr -d ' ') row=$(grep -n "^$second," "$work/plan.csv" | sed -n '1s/:.*//p')
run 1 -o "$out" -r "$work/plan.csv" "$work/some"
grep -q "$second.*2 rows of the roster are one person: $row, $last" "$out/lists/duplicate.csv" ||
    { cat "$out/lists/duplicate.csv"; complain "duplicate.csv does not name the rows of one person"; }
[ "$(grep -c "$first" "$out/lists/not-eligible.csv")" = 2 ] || complain "not-eligible.csv does not name both files of a person"
[ "$(grep -c "$other" "$out/lists/duplicate.csv")" = 2 ] || complain "duplicate.csv does not name both files of a person"
exit "$bad"
