#!/bin/sh
# SPDX-License-Identifier: MIT
# headroom verify on a real package: well, measured wrong, damaged, absent. Usage: verify.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/out bad=0
complain() {
    echo "$1"
    bad=1
}
expect() { # code, pattern on stdout, arguments...
    wanted=$1 pattern=$2 code=0
    shift 2
    "$build/headroom" verify "$@" >"$work/said" 2>"$work/errors" </dev/null || code=$?
    [ "$code" = "$wanted" ] || { cat "$work/said" "$work/errors"; complain "verify $*: exit $code, not $wanted"; }
    grep -q "$pattern" "$work/said" "$work/errors" || { cat "$work/said"; complain "verify $*: nobody says '$pattern'"; }
}

# Photos from a folder and from a ZIP of it are the same photos.
"$build/make_samples" --corpus d -n 8 --seed 21 "$work/d"
"$build/headroom" run -q -o "$out" "$work/d/photos" || [ $? = 1 ]
(cd "$work/d" && python3 -m zipfile -c ../in.zip photos)
"$build/headroom" run -q -o "$work/out2" "$work/in.zip" || [ $? = 1 ]
diff -r "$out/photos" "$work/out2/photos" || complain "a ZIP of the photos gives other photos"
code=0
"$build/headroom" run --lang en -o "$work/out2" "$work/in.zip" 2>"$work/errors" || code=$?
grep -q 'this run: 0 judged' "$work/errors" || { cat "$work/errors"; complain "photos in a ZIP are judged twice"; }

# Well.
"$build/pack" "$out" 4
expect 0 'all is well' --lang en "$out"
expect 0 'all is well' --lang en "$out/package"
expect 0 'all is well' --lang en "$out/package/photos-001.zip"
expect 0 '"problems":0,.*"exit":0,"exit_code":0' --json "$out"
grep -qE '[0-9]{14}' "$work/said" && complain "a package that is well prints a full ID"

# The file is whole, but not what the profile asks.
expect 1 'photos-001.zip//' --lang en -p white "$out"
expect 1 '"kind":"judged"' --json -p white "$out"

# The same lines in the same order at any number of lanes.
"$build/headroom" verify --lang en -j 1 -p white "$out" >"$work/lane" || [ $? = 1 ]
"$build/headroom" verify --lang en -j 8 -p white "$out" | cmp - "$work/lane" || complain "eight lanes say something else than one"
[ "$(wc -l <"$work/lane")" -ge 8 ] || complain "too few lines to tell lanes apart"

# The roster: everyone of it, nobody else.
roster() { # photos, then lines to add
    printf '身份证号,姓名,班级,毕业状态\n'
    (cd "$1" && ls) | sed 's/\..*//; s/$/,,会计,毕业/'
}
roster "$out/photos" >"$work/all.csv"
expect 0 'all is well' --lang en -r "$work/all.csv" "$out"
expect 0 'all is well' --lang en -r "$work/all.csv" "$out/package/photos-001.zip"
{ cat "$work/all.csv"; echo '11010519491231002X,张三,会计,毕业'; } >"$work/more.csv"
expect 1 'person: .*张三' --lang en -r "$work/more.csv" "$out"
sed 3d "$work/all.csv" >"$work/less.csv"
expect 1 'stranger: ' --lang en -r "$work/less.csv" "$out"
sed '3s/毕业$/退学/' "$work/all.csv" >"$work/left.csv"
expect 1 '"kind":"not-eligible"' --json -r "$work/left.csv" "$out"
expect 2 'nowhere' --lang en -r "$work/nowhere.csv" "$out"

# Who is missing by the manifest and by the roster is one problem.
code=0
"$build/headroom" run -q -r "$work/more.csv" -o "$work/one" "$work/d/photos" || code=$?
[ "$code" = 1 ] || complain "run with a missing person: $code"
expect 1 '"problems":1,' --json -r "$work/more.csv" "$work/one"
grep -c '"type":"problem"' "$work/said" | grep -qx 1 || complain "one missing person is named twice"

# What lies within its error is no bad photo: where no manifest says what was decided, somebody must look.
least=$(grep -o '"hair_top_px":[0-9.]*' "$out/report.jsonl" | cut -d: -f2 | sort -n | head -1)
sed "s/^hair_top_px = .*/hair_top_px = $least to 110 px/" "$(dirname "$0")/../../models/profiles/college-light-blue.ini" >"$work/near.ini"
mkdir "$work/alone"
cp "$out/package/photos-001.zip" "$out/package/photos-002.zip" "$work/alone"
for n in 1 2; do
    code=0
    "$build/headroom" verify --lang zh -p "$work/near.ini" "$work/alone/photos-00$n.zip" >>"$work/near" 2>&1 || code=$?
done
grep -q '^需人工查看: ' "$work/near" || { cat "$work/near"; complain "what lies within its error asks for no look"; }
grep '^照片不符合要求: ' "$work/near" && complain "what lies within its error is called wrong"

# As a profile may name them, too.
sed 's/^file_name = .*/file_name = {id}.jpeg/' "$(dirname "$0")/../../models/profiles/college-light-blue.ini" >"$work/jpeg.ini"
code=0
"$build/headroom" run -q -p "$work/jpeg.ini" -o "$work/jpeg" "$work/d/photos" || code=$?
[ "$code" -le 1 ] || complain "photos that are called .jpeg: $code"
expect 0 'all is well' --lang en -p "$work/jpeg.ini" "$work/jpeg"

# A ZIP alone: what is no photo by its name, what no number names, and nothing at all.
for odd in readme.txt zhangsan.JPG 110105194912310021.JPG ''; do
    python3 - "$out/package/photos-001.zip" "$work/alone/odd.zip" "$odd" <<'P'
import sys, zipfile
source, to, odd = sys.argv[1:]
with zipfile.ZipFile(source) as z, zipfile.ZipFile(to, 'w') as made:
    photos = [(i.filename, z.read(i)) for i in z.infolist()]
    for name, data in sorted(photos + [(odd, photos[0][1])]) if odd else []:
        made.writestr(zipfile.ZipInfo(name), data)
P
    case $odd in
    *.txt) expect 1 'readme.txt","reason":"is no photo by its name' --json "$work/alone/odd.zip" ;;
    '') expect 1 '"reason":"holds no photo"' --json "$work/alone/odd.zip" ;;
    *) expect 1 "\"kind\":\"number\",\"file\":\"odd.zip//$odd" --json "$work/alone/odd.zip" ;;
    esac
done

# A ZIP alone, whose entries hold the number and are called otherwise than the profile says: with a roster and without one.
called() { # what the photos of photos-001.zip are called
    python3 - "$out/package/photos-001.zip" "$work/alone/called.zip" "$1" <<'P'
import sys, zipfile
source, to, template = sys.argv[1:]
with zipfile.ZipFile(source) as z, zipfile.ZipFile(to, 'w') as made:
    photos = {template.replace('{id}', i.filename[:-4]): z.read(i) for i in z.infolist()}
    for name, data in sorted(photos.items()):
        made.writestr(zipfile.ZipInfo(name), data)
P
}
head -5 "$work/all.csv" >"$work/four.csv"
for template in '张三_{id}.JPG' '{id}_13812345678.JPG' '{id} (1).JPG' '{id}.jpeg' '{id}.jpg' '{id}.JPG.JPG'; do
    called "$template"
    for roster in '' "$work/four.csv"; do
        set -- ${roster:+-r "$roster"} "$work/alone/called.zip"
        expect 1 '"kind":"file-name","file":"called.zip//[^"]*","reason":"must be called '"'[0-9X]*.JPG'" --json "$@"
        [ "$(grep -c '"type":"problem"' "$work/said")" = 4 ] || { cat "$work/said"; complain "$template, roster '$roster': not one problem a photo"; }
        expect 1 "^file name: called.zip//.*: must be called '[0-9]*[*]*[0-9X]*.JPG'" --lang en "$@"
        grep -qE '[0-9]{14}' "$work/said" && complain "$template: verify prints a full ID"
        expect 1 "^文件名不符: called.zip//.*'[0-9]*[*]*[0-9X]*.JPG'" --lang zh "$@"
    done
done
called '{id}.JPG'
expect 0 'all is well' --lang en "$work/alone/called.zip"
expect 0 'all is well' --lang en -r "$work/four.csv" "$work/alone/called.zip"
expect 1 '"kind":"file-name"' --json -p "$work/jpeg.ini" "$work/alone/called.zip"
called '{id}.jpeg'
expect 0 'all is well' --lang en -p "$work/jpeg.ini" "$work/alone/called.zip"
expect 0 'all is well' --lang en "$work/jpeg" # a manifest knows them by any name

# The package is well, and photos/ is not what was packed: a byte, a photo that is gone, a link. Without photos/ nothing is compared.
for how in "printf x | dd of=\$photo bs=1 seek=5000 conv=notrunc" "rm \$photo" "mv \$photo \$photo.x; ln -s \$photo.x \$photo"; do
    rm -rf "$work/beside"
    cp -r "$out" "$work/beside"
    photo=$(find "$work/beside/photos" -type f | sort | head -1)
    eval "$how" 2>/dev/null
    kind=changed
    [ -e "$photo" ] || kind=missing
    expect 1 "\"kind\":\"$kind\",\"file\":\"photos/$(basename "$photo")\"" --json "$work/beside"
    expect 1 ': photos/[0-9]*\*.*JPG: is ' --lang en "$work/beside"
    grep -qE '[0-9]{14}' "$work/said" && complain "verify prints a full ID of photos/"
    expect 0 'all is well' --lang en "$work/beside/package"
done
rm -r "$work/beside/photos"
expect 0 'all is well' --lang en "$work/beside"

# One that cannot be opened or read is told like any other, and the rest too; so is a ZIP.
fresh() { # the last photo stands for the rest: it is gone
    rm -rf "$work/beside"
    cp -r "$out" "$work/beside"
    photo=$(find "$work/beside/photos" -type f | sort | head -1)
    rm "$(find "$work/beside/photos" -type f | sort | tail -1)"
}
for how in "rm \$photo; mkdir \$photo" "rm \$photo; cd \$work/beside/photos; python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' \${photo##*/}"; do
    fresh
    (eval "$how")
    expect 1 "\"kind\":\"changed\",\"file\":\"photos/$(basename "$photo")\",\"reason\":\"is not the file" --json "$work/beside"
    expect 1 'missing: photos/' --lang en "$work/beside"
done
unread() { # folder, call from which on it cannot be read, then as expect
    code=0 folder=$1 at=$2 pattern=$3
    shift 3
    HEADROOM_INJECT_DIR=$folder HEADROOM_INJECT_WHAT=EIO HEADROOM_INJECT_AT=$at LD_PRELOAD="$build/libinject.so" \
        "$build/headroom" verify "$@" "$work/beside" >"$work/said" 2>"$work/errors" </dev/null || code=$?
    [ "$code" = 1 ] || { cat "$work/said" "$work/errors"; complain "what cannot be read, $folder: exit $code, not 1"; }
    grep -q "$pattern" "$work/said" || { cat "$work/said"; complain "what cannot be read, $folder: nobody says '$pattern'"; }
}
if [ -e "$build/libinject.so" ]; then
    for at in 1 2; do # to be opened, to be read
        fresh
        unread "$work/beside/photos" $at '^unreadable: photos/[0-9]*\*.*JPG: cannot be read: Input/output error: if that stays so, delete that file' --lang en
        grep -q '^missing: photos/' "$work/said" || { cat "$work/said"; complain "what cannot be read ends it"; }
        unread "$work/beside/photos" $at '^无法检查: photos/[0-9]*\*.*JPG: 无法读取: ' --lang zh
        unread "$work/beside/package/photos-001.zip" $at+ '"kind":"unreadable","file":"photos-001.zip","reason":"cannot [or][^"]*"' --json
        grep -q '"kind":"missing","file":"photos/' "$work/said" || { cat "$work/said"; complain "a ZIP that cannot be read ends it"; }
        unread "$work/beside/package/photos-001.zip" $at+ '^unreadable: photos-001.zip: ' --lang en -r "$work/all.csv"
        grep -q 'has no photo here' "$work/said" && { cat "$work/said"; complain "persons of a ZIP that cannot be read are accused"; }
    done
    for at in 8 11 15; do # once hashed, it is read again
        fresh
        unread "$work/beside/package/photos-001.zip" $at+ '^unreadable: photos-001.zip: cannot read ' --lang en -j 1
        grep -q '^problem: photos-001.zip' "$work/said" && { cat "$work/said"; complain "a ZIP that cannot be read is accused"; }
    done
fi

# Damaged: one byte, whole again; cut; gone.
cp -r "$out" "$work/damaged"
printf 'x' | dd of="$work/damaged/package/photos-001.zip" bs=1 seek=5000 conv=notrunc 2>/dev/null
expect 1 'photos-001.zip//.*was changed' --lang en "$work/damaged"
grep -qE '[0-9]{14}' "$work/said" && complain "verify prints a full ID"
expect 1 '"kind":"zip","file":"photos-001.zip//[0-9]*X*.JPG"' --json "$work/damaged"
"$build/pack" "$work/damaged" 4
expect 0 'all is well' --lang en "$work/damaged"
truncate -s 20000 "$work/damaged/package/photos-002.zip"
expect 1 'cut off' --lang en "$work/damaged"
rm "$work/damaged/package/photos-002.zip"
expect 1 'photos-002.zip: is missing' --lang en "$work/damaged"

# Each kind of tampering, whole as a ZIP and signed again: only the manifest knows.
tamper() { # how, kind
    rm -rf "$work/tampered"
    cp -r "$out" "$work/tampered"
    python3 - "$1" "$work/tampered/package/photos-001.zip" <<'P'
import hashlib, os, subprocess, sys, zipfile
how, name = sys.argv[1:]
with zipfile.ZipFile(name) as z:
    photos = [[i.filename, z.read(i)] for i in z.infolist()]
if how == 'byte':
    photos[1][1] = photos[1][1][:9000] + bytes([photos[1][1][9000] ^ 1]) + photos[1][1][9001:]
if how == 'missing':
    del photos[1]
if how == 'extra':
    photos.append(['zz.JPG', photos[0][1] + b'x'])
if how == 'swapped':
    photos[0][1], photos[1][1] = photos[1][1], photos[0][1]
if how == 'renamed':
    photos[1][0] = photos[1][0].replace('.JPG', 'X.JPG')
if how == 'size': # the manifest lies too: only measuring finds it
    old = photos[1][1]
    photos[1][1] = new = subprocess.run(['jpegtran', '-copy', 'all', '-crop', '480x632+0+0'], input=old, stdout=subprocess.PIPE, check=True).stdout
    path = os.path.join(os.path.dirname(name), 'manifest.csv')
    text = open(path, encoding='utf-8-sig').read()
    text = text.replace(hashlib.sha256(old).hexdigest(), hashlib.sha256(new).hexdigest()).replace(f',{len(old)},', f',{len(new)},')
    open(path, 'w', encoding='utf-8-sig', newline='').write(text)
with zipfile.ZipFile(name, 'w') as z:
    for name_in, data in photos:
        z.writestr(zipfile.ZipInfo(name_in), data)
P
    (cd "$work/tampered/package" && sha256sum -- *.zip manifest.csv >SHA256SUMS)
    expect 1 "\"kind\":\"$2\",\"file\":\"photos-001.zip//" --json "$work/tampered"
}
tamper byte changed
tamper missing missing
tamper extra extra
tamper swapped swapped
tamper renamed renamed
# The manifest is the one that lies: two rows exchange their numbers, one is of nobody.
for how in exchanged nobody; do
    rm -rf "$work/tampered"
    cp -r "$out" "$work/tampered"
    python3 - "$how" "$work/tampered/package/manifest.csv" <<'P'
import csv, sys
how, path = sys.argv[1:]
with open(path, encoding='utf-8-sig', newline='') as file:
    rows = list(csv.reader(file))
first, second = [row for row in rows[1:] if row[3]][:2]
if how == 'exchanged':
    first[:3], second[:3] = second[:3], first[:3]
else:
    first[0] = ''
with open(path, 'w', encoding='utf-8-sig', newline='') as file:
    csv.writer(file).writerows(rows)
P
    (cd "$work/tampered/package" && sha256sum -- *.zip manifest.csv >SHA256SUMS)
    expect 1 '"kind":"number","file":"photos-001.zip//[0-9X]*.JPG","reason":"is of another number' --json "$work/tampered"
done
tamper size judged
grep -q '"kind":"judged".*632 px high' "$work/said" || { cat "$work/said"; complain "verify does not say that the height is wrong"; }

# The same bytes under two numbers, and manifest and sums agree: in one ZIP, in two, in three entries, of one received file; each
# photo that is not the first is one problem, at any number of lanes. Not where it is one person twice, or nobody knows of what it was made.
same() { # how, kind or nothing, how many
    rm -rf "$work/same"
    cp -r "$out/package" "$work/same"
    python3 - "$1" "$work/same" <<'P'
import csv, sys, zipfile
how, package = sys.argv[1:]
path = f'{package}/manifest.csv'
with open(path, encoding='utf-8-sig', newline='') as file:
    rows = list(csv.DictReader(file))
packed = [row for row in rows if row['file']]
zips = {}
for name in ('photos-001.zip', 'photos-002.zip'):
    with zipfile.ZipFile(f'{package}/{name}') as z:
        zips[name] = {i.filename: z.read(i) for i in z.infolist()}
def copy(source, to, *keys):
    if not keys:
        zips[to['package']][to['file']] = zips[source['package']][source['file']]
    for key in keys or ('sha256', 'bytes', 'quality', 'source_sha256'):
        to[key] = source[key]
if how in ('one', 'three', 'alone'):
    copy(packed[1], packed[0])
if how in ('across', 'three', 'unsaid'):
    copy(packed[0], packed[4])
if how == 'source':
    packed[0]['source_sha256'] = packed[5]['source_sha256'] = 'ab' * 32
if how == 'unknown':
    for row in packed:
        row['source_sha256'] = 'not known'
if how == 'unsaid':
    for row in rows:
        del row['source_sha256']
if how == 'person': # of two rows one number, which the second one's name shows, too
    copy(packed[0], packed[5])
    photo = zips[packed[5]['package']].pop(packed[5]['file'])
    packed[5]['file'] = packed[0]['file'].replace('.JPG', '-1.JPG')
    packed[5]['id'] = packed[0]['id']
    zips[packed[5]['package']][packed[5]['file']] = photo
for name, photos in zips.items():
    with zipfile.ZipFile(f'{package}/{name}', 'w') as z:
        for entry, data in sorted(photos.items()):
            z.writestr(zipfile.ZipInfo(entry), data)
with open(path, 'w', encoding='utf-8-sig', newline='') as file:
    made = csv.DictWriter(file, list(rows[0]))
    made.writeheader()
    made.writerows(rows)
P
    (cd "$work/same" && sha256sum -- *.zip manifest.csv >SHA256SUMS)
    package=$work/same
    if [ "$1" = alone ]; then
        package=$work/alone/same.zip
        mv "$work/same/photos-001.zip" "$package"
    fi
    if [ -z "$2" ]; then
        "$build/headroom" verify --json "$package" >"$work/said" || [ $? = 1 ]
        grep '"kind":"same' "$work/said" && complain "the same bytes, $1: are told"
        return 0
    fi
    expect 1 "\"kind\":\"$2\",\"file\":\"[a-z0-9.-]*//[0-9X]*.JPG\",\"reason\":\"[a-z ]* the same [a-z]* as '[a-z0-9.-]*//[0-9X]*.JPG'\"" --json "$package"
    [ "$(grep -c '"type":"problem"' "$work/said")" = "$3" ] || { cat "$work/said"; complain "the same bytes, $1: not $3 problems"; }
    [ "$(grep '"type":"problem"' "$work/said" | grep -oE '[0-9]{17}[0-9X]' | sort -u | wc -l)" = $(($3 + 1)) ] || { cat "$work/said"; complain "the same bytes, $1: not every number is named"; }
    expect 1 "^同一.*: .*//[0-9]*[*]*[0-9X]*.JPG: 与 '.*//[0-9]*[*]*[0-9X]*.JPG' " --lang zh "$package"
    expect 1 "^same [a-z]*: .*//[0-9]*[*]*[0-9X]*.JPG: [a-z ]* the same [a-z]* as '.*//[0-9]*[*]*[0-9X]*.JPG'$" --lang en -j 8 "$package"
    grep -qE '[0-9]{14}' "$work/said" && complain "the same bytes, $1: verify prints a full ID"
    mv "$work/said" "$work/lane"
    expect 1 '' --lang en -j 1 "$package"
    cmp "$work/said" "$work/lane" || complain "the same bytes, $1: eight lanes say something else than one"
}
same one same-bytes 1
same across same-bytes 1
same three same-bytes 2
same alone same-bytes 1
same unsaid same-bytes 1
same source same-source 1
same person ''
same unknown ''

# Who accepted both pictures has seen that they are the same: it is told, and no problem.
rm -rf "$work/twins"
mkdir "$work/twins" "$work/twins/in"
one=$(cd "$out/photos" && ls | head -1) two=$(cd "$out/photos" && ls | tail -1)
photo=$(find "$work/d/photos" -name "*${one%.JPG}*" | head -1)
cp "$photo" "$work/twins/in/$one"
{ cat "$photo"; echo; } >"$work/twins/in/$two"
code=0
"$build/headroom" run -q -o "$work/twins/out" "$work/twins/in" || code=$?
[ "$code" = 1 ] || complain "one picture of two persons: $code"
{
    echo id,check,decision,by,reason,date
    for id in "${one%.JPG}" "${two%.JPG}"; do echo "$id,,accept,王老师,看过,2026-06-01"; done
} >"$work/twins/decisions.csv"
"$build/headroom" run -q -d "$work/twins/decisions.csv" -o "$work/twins/out" "$work/twins/in" || complain "two that were accepted: $?"
expect 0 '^note: .*JPG: holds the same bytes as ' --lang en "$work/twins/out"
expect 0 '"problems":0,' --json "$work/twins/out"
grep -q '"type":"note","kind":"accepted"' "$work/said" || { cat "$work/said"; complain "what was accepted is not told"; }

# What the manifest says of the quality. Not where nothing is said: it may have no such column.
quality() { # what is written instead
    rm -rf "$work/quality"
    cp -r "$out" "$work/quality"
    python3 - "$work/quality/package" "$1" <<'P'
import csv, io, sys
folder, said = sys.argv[1:]
rows = list(csv.reader(io.open(folder + '/manifest.csv', encoding='utf-8-sig', newline='')))
at = rows[0].index('quality')
packed = next(row for row in rows[1:] if row[at])
packed[at] = said.replace('{}', packed[at])
if said == 'no column':
    rows = [row[:at] + row[at + 1:] for row in rows]
with io.open(folder + '/manifest.csv', 'w', encoding='utf-8-sig', newline='') as made:
    csv.writer(made).writerows(rows)
P
    (cd "$work/quality/package" && sha256sum -- *.zip manifest.csv >SHA256SUMS)
}
for said in 1 '{}x' '' -; do
    quality "$said"
    expect 1 '"kind":"quality","file":"photos-00[0-9]*.zip//[^"]*","reason":"has quality [0-9]*, manifest.csv says ' --json "$work/quality"
    [ "$(grep -c '"type":"problem"' "$work/said")" = 1 ] || complain "quality '$said': more than one problem"
done
expect 1 '^压缩品质不符: .*: 压缩品质为 [0-9]*, manifest.csv 中为 -$' --lang zh "$work/quality"
for said in '{}' '{}.0' 'no column'; do
    quality "$said"
    expect 0 'all is well' --lang en "$work/quality"
done

# A number without a form, an officer's, is nowhere shown to people: of a row, and of an entry that no row names.
officer() { # where its photo is, what is said
    rm -rf "$work/officer"
    cp -r "$out" "$work/officer"
    python3 - "$1" "$work/officer/package" <<'P'
import sys, zipfile
how, package = sys.argv[1:]
zips = {}
for n in ('photos-001.zip', 'photos-002.zip'):
    with zipfile.ZipFile(f'{package}/{n}') as z:
        zips[n] = {i.filename: z.read(i) for i in z.infolist()}
first, second = zips.values()
old = min(first).replace('.JPG', '')
photo = first.pop(old + '.JPG')
(second if how in ('moved', 'copied') else first)['KZ-WANGLI.JPEG' if how == 'renamed' else 'KZ-WANGLI.JPG'] = photo
if how == 'copied':
    first['KZ-WANGLI.JPG'] = photo
if how == 'swapped':
    first['KZ-WANGLI.JPG'], first[min(first)] = first[min(first)], photo
text = open(f'{package}/manifest.csv', encoding='utf-8-sig').read()
assert old in text
open(f'{package}/manifest.csv', 'w', encoding='utf-8-sig', newline='').write(text.replace(old, 'KZ-WANGLI'))
for n, photos in zips.items():
    with zipfile.ZipFile(f'{package}/{n}', 'w') as z:
        for name, data in sorted(photos.items()):
            z.writestr(zipfile.ZipInfo(name), data)
P
    (cd "$work/officer/package" && sha256sum -- *.zip manifest.csv >SHA256SUMS)
    expect 1 "$2" --lang en -p white "$work/officer"
    grep -q '^photo at fault: .*//K[*]\{8\}\.JP' "$work/said" || { cat "$work/said"; complain "$1: no photo of an officer is measured"; }
    grep 'KZ-WANGLI' "$work/said" "$work/errors" && complain "$1: verify prints an officer's number"
    expect 1 'KZ-WANGLI' --json -p white "$work/officer" # for programs it is there
}
officer there 'photos-001.zip//K[*]\{8\}\.JPG'
officer copied 'extra: photos-002.zip//K[*]\{8\}\.JPG'
officer moved "renamed to 'photos-002.zip//K[*]\{8\}\.JPG'"
officer renamed "renamed to 'photos-001.zip//K[*]\{8\}\.JPEG'"
officer swapped "holds the photo of 'K[*]\{8\}\.JPG'"

# ^C while the last photos of a part are measured, of which all are at once: no other part is begun.
cp -r "$out" "$work/parts"
awk 'BEGIN {
    for (i = 0; i < 32800; i++)
        printf "%06d,,,%06d.JPG,%s,%064d,1,84,,,\r\n", i, i, i < 32768 ? "photos-100.zip" : "photos-900.zip", i
}' >>"$work/parts/package/manifest.csv"
(cd "$work/parts/package" && sha256sum -- *.zip manifest.csv >SHA256SUMS)
python3 - "$build/headroom" "$work/parts" >"$work/said" <<'P' || { cat "$work/said"; complain "verify goes on after ^C"; }
import signal, subprocess, sys, time
command = [sys.argv[1], 'verify', '-j', '8', '--lang', 'en', sys.argv[2]]
began = time.monotonic()
subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
whole, heard = time.monotonic() - began, 0
for i in range(60):
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    time.sleep(whole * (i % 20 + 1) / 20)
    run.send_signal(signal.SIGINT)
    text = run.communicate()[0]
    if 'stopping' in text:
        heard += 1
        print(run.returncode, text)
        if run.returncode != 130 or 'photos-900.zip' in text or 'not in order' in text:
            sys.exit(1)
    if heard == 3:
        sys.exit(0)
sys.exit(1) # nobody heard it
P

# A manifest of a nation: of 1.2 million rows all but 8 are of ZIPs that are not there. In memory of a part, not of all.
cp -r "$out" "$work/nation"
awk 'BEGIN {
    for (i = 0; i < 1200000; i++)
        printf "\"=\"\"%018d\"\"\",\"name %d\",\"class %d of a college with a long name\",\"%018d.JPG\",\"photos-%03d.zip\",%064d,21234,84,%064d,,\r\n", i, i, i / 40, i, 100 + i / 65000, i, i
}' >>"$work/nation/package/manifest.csv"
[ "$(wc -c <"$work/nation/package/manifest.csv")" -gt 300000000 ] || complain "the manifest of a nation is too small"
(cd "$work/nation/package" && sha256sum -- *.zip manifest.csv >SHA256SUMS)
python3 - "$build/headroom" "$work/nation" >"$work/said" <<'P' || { cat "$work/said"; complain "a manifest of 1.2 million rows"; }
import resource, subprocess, sys
done = subprocess.run([sys.argv[1], 'verify', '-j', '1', '--lang', 'en', sys.argv[2]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
lines = done.stdout.splitlines()
print(done.returncode, round(peak), 'MB', *lines[:30], done.stderr, sep='\n')
wanted = [f'missing: photos-{n}.zip: is missing' for n in range(100, 119)]
sys.exit(done.returncode != 1 or lines != wanted or peak > 200)
P

# Nothing to verify.
expect 2 'no package' --lang en "$work/d/photos"
expect 2 'cannot open' --lang en "$work/nowhere"
expect 2 'package' --lang en
exit "$bad"
