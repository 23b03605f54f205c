#!/bin/sh
# SPDX-License-Identifier: MIT
# Photos and numbers stay where they belong: no full number is said, what is written is the owner's alone, nothing is
# left aside, no camera's data goes on, no network, and purge takes all of ours and nothing else. Usage: privacy.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
mkdir "$work/tmp"
export TMPDIR=$work/tmp
in=$work/in/photos roster=$work/in/roster.csv out=$work/out said=$work/said
complain() {
    echo "$1"
    bad=1
}
run() { # codes that are right, arguments...: everything it says is kept
    wanted=$1 code=0
    shift
    "$build/headroom" "$@" >"$work/one" 2>&1 </dev/null || code=$?
    cat "$work/one" >>"$said"
    case " $wanted " in
    *" $code "*) ;;
    *) cat "$work/one"; complain "headroom $*: exit $code, not $wanted" ;;
    esac
}
private() { # folder
    open=$(find "$1" \( -type f ! -perm 600 \) -o \( -type d ! -perm 700 \) | head -3)
    [ -z "$open" ] || complain "not private: $open"
}
tidy() { # after what
    [ -z "$(ls -A "$out/.tmp" 2>/dev/null)" ] || complain "$1: $(ls -A "$out/.tmp" | head -3) stayed in .tmp"
    [ -z "$(ls -A "$TMPDIR")" ] || complain "$1: $(ls -A "$TMPDIR" | head -3) stayed in TMPDIR"
}

"$build/make_scenario" -n 60 "$work/in" >/dev/null
find "$in" -iname '[0-9]*[0-9].jpg' | sort | awk 'NR % 5' | tr '\n' '\0' | xargs -0 rm # a few of each kind are enough
first=$(ls "$in" | head -1) # a class
one=$(find "$in" -name '[0-9]*X.jpg' | sort | head -1)
id=$(basename "$one" .jpg)
# Names that are bound though the number does not stand in them as it is, and one that is not.
mkdir "$work/odd"
wide() { echo "$1" | sed 's/0/０/g;s/1/１/g;s/2/２/g;s/3/３/g;s/4/４/g;s/5/５/g;s/6/６/g;s/7/７/g;s/8/８/g;s/9/９/g'; }
cut() { echo "$1" | sed "s/^\(.\{6\}\)\(.\{8\}\)/\1$2\2$2/"; }
cp "$one" "$work/odd/$(wide "$id").jpg"
cp "$one" "$work/odd/$(cut "$id" "$(printf '\342\200\213')").jpg"
cp "$one" "$work/odd/$(cut "$id" -).jpg"
cp "$one" "$work/odd/$(cut "$id" ' ').jpg"
{
    find "$in" "$work/odd" -type f | sed 's,.*/,,; s/\.[A-Za-z]*$//' | grep -E '[0-9]{6}|０|１' | grep -v '^IMG'
    grep -ohE '[0-9]{17}[0-9X]' "$work/in/expected.csv"
    echo "${id%????????????}$(cut "$id" '' | tail -c 13)"
} | sort -u >"$work/ids"
grep -q 号 "$work/ids" || complain "no officer among the samples"

# ---- everything that is said ----
umask 000
run 1 run -v --lang en --progress always -j 2 -r "$roster" -o "$out" "$in"
umask 077
private "$out"
tidy "a run"
run 1 run -v --lang zh -r "$roster" -o "$out" "$in"
run 1 verify --lang en -r "$roster" "$out"
run 0 run --dry-run -r "$roster" -o "$work/no" "$in"
run 0 run --dry-run --lang en -r "$roster" -o "$out" "$work/odd"
run "0 1" run -v -o "$work/odd_out" "$work/odd"
run 0 bench -v -j 2 "$in/$first"
tidy "bench"
umask 000
run 1 check -v -o "$work/checked" "$in/$first"
umask 077
private "$work/checked"
run 1 run --json -r "$roster" -o "$work/json" "$in/$first"
sed -i '/^{"type":"photo"/d' "$said" # the product
# errors: what is missing, misspelt, damaged
run 2 run -o "$work/no" "$in/$id.missing.jpg"
run 2 check --json "$work/$id"
run 2 check "$work/南字第012345号.jpg"
grep -q '南字第\*' "$work/one" || complain "an officer's number that no roster knows is not masked"
run 2 check "--$id" "$in"
run 2 "$id"
run 2 run -o "$work/no" -p "$id" "$in"
run 2 run -o "$work/no" -r "$work/$id.csv" "$in"
run 2 run -o "$work/no" -r "$roster" --column "id=$id" "$in"
run 2 run -o "$work/no" -r "$roster" --sheet "$id" "$in"
run 2 run -o "$work/no" --split "$id" "$in"
run 2 run -o "$in/$id" "$in"
run 2 verify "$work/$id"
run 2 purge "$work/$id"
run 2 purge "$in"
for cell in "${id%X}Y" "1.1E+17" "1.10105194912310E+17" "１.１０１０５１９４９１２３１０E+17" "${id%?}" "$id $id" "${id%????????????}99999999${id#??????????????}"; do
    printf '姓名,身份证号\n张三,%s\n李四,%s\n' "$id" "$cell" >"$work/broken.csv"
    run "2" run -o "$work/no" -r "$work/broken.csv" "$in"
done
printf '姓名,身份证号\n张三,%s,%s\n' "$id" "$id" >"$work/broken.csv"
run 2 run -o "$work/no" -r "$work/broken.csv" "$in"
printf 'id,check,decision,by,reason,date\n%s,%s,%s,a,b,%s\n' "$id" "$id" "$id" "$id" >"$work/decided.csv"
run 2 run -o "$work/no" -d "$work/decided.csv" "$in"
printf 'id,check,decision,by,reason,date\n21010220000707156X,,accept,a,b,2026-06-01\n%s,,accept,a,b,2026-06-01\n' "$id" >"$work/decided.csv"
run "0 1" run -o "$work/odd_out" -d "$work/decided.csv" "$work/odd"
echo "$in/$first/$id.gone.jpg" >"$work/list"
run "0 1 3" run -v -o "$work/list_out" --files-from "$work/list"
cp -r "$out" "$work/bent"
zip=$(ls "$work"/bent/package/*.zip | head -1)
cp "$one" "$work/bent/package/$id.zip"
printf X | dd of="$zip" bs=1 seek=3000 conv=notrunc 2>/dev/null
sed -i '2d' "$work/bent/package/manifest.csv"
run "1 2 3" verify -r "$roster" "$work/bent"
run "1 2 3" verify "$work/bent"
rm "$work"/bent/package/*.zip
run "1 2 3" verify -r "$roster" "$work/bent"
printf '姓名,身份证号\n张三,%s\n' "$id" >"$work/short.csv"
run 1 verify -r "$work/short.csv" "$out"
cp -r "$out" "$work/stuck"
made=$(ls "$work/stuck/photos" | head -1)
rm "$work/stuck/photos/$made"
mkdir "$work/stuck/photos/$made"
run 3 run -v -r "$roster" -o "$work/stuck" "$in"
[ -z "$(ls -A "$work/stuck/.tmp")" ] || complain "a failed run leaves files in .tmp"
private "$work/stuck"
if grep -aFn -f "$work/ids" "$said" | head -5 | grep .; then complain "a full number is said"; fi
if grep -anE '[0-9]{14}' "$said" | head -5 | grep .; then complain "so many digits in a row are said"; fi
[ "$(grep -ac '\*\*\*\*' "$said")" -ge 150 ] || complain "hardly anything is masked: is anything said?"
[ ! -e "$work/no" ] || complain "a refused run left a folder"
tidy "all of it"

# ---- killed, and again ----
"$build/headroom" run -q -j 2 -r "$roster" -o "$work/killed" "$in" >/dev/null 2>&1 &
pid=$!
while [ -z "$(ls -A "$work/killed/photos" 2>/dev/null)" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
kill -9 "$pid" || complain "the run was over before it could be killed"
wait "$pid" 2>/dev/null || true
cp -r "$work/killed" "$work/wreck" && echo torn >"$work/wreck/.tmp/photos-001.zip.aB3xYz" &&
    echo torn >"$work/wreck/.tmp/tmp.oNkBjEXwsF"
private "$work/killed"
run 1 run -q --lang zh -r "$roster" -o "$work/killed" "$in"
[ -z "$(ls -A "$work/killed/.tmp")" ] || complain "temporary files stayed after a kill and another run"
diff -rq -x journal.db "$out" "$work/killed" || complain "after a kill something else lies there"
run 0 purge "$work/wreck"
[ ! -e "$work/wreck" ] || complain "of a killed run purge leaves $(find "$work/wreck" | tail -3)"

"$build/headroom" bench -q -j 2 "$in" >/dev/null 2>&1 &
pid=$!
while [ -z "$(find "$TMPDIR" -name '*.JPG' 2>/dev/null)" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
kill -9 "$pid" || complain "bench was over before it could be killed"
wait "$pid" 2>/dev/null || true
[ -n "$(ls -A "$TMPDIR")" ] || complain "a killed bench left nothing: the next line shows nothing"
run "0 1" bench -q "$work/odd"
tidy "a killed bench and another one"

# ---- what cameras and people write into files ----
if command -v exiftool >/dev/null; then
    "$build/make_samples" --corpus d -n 3 --seed 4 "$work/plain" >/dev/null
    "$build/make_samples" -n 3 --faults 0 --seed 5 --size small "$work/shot" >/dev/null
    mkdir "$work/planted"
    cp "$work"/plain/photos/* "$work"/shot/photos/* "$work/planted"
    cp "$one" "$work/thumb.jpg"
    exiftool -q -overwrite_original -all= -Comment=PLANTED_THUMB "$work/thumb.jpg"
    head -c 9000 "$work/thumb.jpg" >"$work/thumb"
    exiftool -q -overwrite_original -GPSLatitude=39.9 -GPSLatitudeRef=N -GPSMapDatum=PLANTED_GPS -Artist=PLANTED_ARTIST \
        -SerialNumber=PLANTED_SERIAL -UserComment=PLANTED_USER -Comment=PLANTED_COMMENT -XMP:Creator=PLANTED_XMP \
        -IPTC:Caption-Abstract=PLANTED_IPTC "-ThumbnailImage<=$work/thumb" "$work"/planted/*
    for file in "$work"/planted/*; do
        echo PLANTED_TRAILER >>"$file"
        [ "$(grep -aoE 'PLANTED_(GPS|THUMB|ARTIST|SERIAL|USER|COMMENT|XMP|IPTC|TRAILER)' "$file" | sort -u | wc -l)" = 9 ] ||
            complain "not everything was planted into $file"
    done
    run "0 1" run -q -o "$work/clean" "$work/planted"
    [ "$(find "$work/clean" -name '*.JPG' | wc -l)" = 6 ] || complain "not every planted photo was made"
    for file in $(find "$work/clean" -name '*.JPG' -o -name '*.zip'); do
        if grep -aqE 'PLANTED|Exif|GPS' "$file"; then complain "$file: still holds what was planted"; fi
    done
else
    echo "no exiftool here: nothing was planted"
fi

# ---- no network ----
if strace -o "$work/trace" true 2>/dev/null; then
    traced() { strace -f --seccomp-bpf -qq -e trace=network -o "$work/trace" "$@" >/dev/null 2>&1 </dev/null || true; }
    inet() { grep -qE 'AF_INET6?|AF_NETLINK' "$work/trace"; }
    if command -v bash >/dev/null; then
        traced bash -c 'exec 3<>/dev/tcp/127.0.0.1/9'
        inet || complain "a socket would not have been seen"
    fi
    for words in "run -j 2 -r $roster -o $work/net $in/$first" "verify $work/net" "check $work/odd" "bench $work/odd" \
        "purge $work/net"; do
        # shellcheck disable=SC2086 # a command line
        traced "$build/headroom" $words
        inet && complain "headroom ${words%% *}: $(grep -m1 AF_INET "$work/trace")"
    done
    [ ! -e "$work/net" ] || complain "under strace nothing was done"
else
    echo "no strace here, or it may not trace: sockets were not watched"
fi

# ---- purge ----
cp -r "$out" "$work/locked"
foreign() { # everything that purge must leave, under names as near to ours as can be
    mkdir "$1/mine" "$1/mine/photos" "$1/photos/folder.JPG"
    for file in note.txt mine/photos/a.JPG "photos/$id (1).JPG" photos/note.txt review/x.JPG lists/mine.csv .held/a.JPG \
        .tmp/mine.txt package/photos-009.zip package/readme.txt journal.db.bak report.csv.bak; do
        echo foreign >"$1/$file"
    done
    rm "$1/report.csv"
    ln -s "$work/elsewhere" "$1/report.csv"
    ln -s "$work/in" "$1/link"
}
echo elsewhere >"$work/elsewhere"
mkdir "$work/empty" && (cd "$work/empty" && mkdir photos review lists .held .tmp package)
foreign "$out"
cp -r "$work/empty" "$work/wanted"
touch "$work/wanted/report.csv"
foreign "$work/wanted"
mkdir "$out/thumbs" "$work/wanted/thumbs"
touch "$out/thumbs/0123456789abcdef0123456789abcdef.JPG"
for file in 0123456789abcdef.JPG mine.JPG; do
    touch "$out/thumbs/$file" "$work/wanted/thumbs/$file"
done
cp -a "$out" "$work/before"
run 0 purge -n --lang en "$out"
diff -r --no-dereference "$work/before" "$out" || complain "purge --dry-run changes something"
would=$(sed -n 's/^would remove \([0-9]* files and leave [0-9]*\).*/\1/p; s/^left alone, .*: /left /p' "$work/one")
run 0 purge --lang en "$out"
did=$(sed -n 's/^\([0-9]* files\) removed, \([0-9]*\) left.*/\1 and leave \2/p; s/^left alone, .*: /left /p' "$work/one")
[ -n "$did" ] && [ "$would" = "$did" ] || complain "purge --dry-run says '$would', and purge does '$did'"
diff -r --no-dereference "$work/wanted" "$out" || complain "purge does not leave exactly what is not ours"
[ "$(cat "$work/elsewhere")" = elsewhere ] && [ -d "$in" ] || complain "purge followed a link"
[ "$(grep -c 'left alone' "$work/one")" = 17 ] || { cat "$work/one"; complain "purge does not name all it leaves"; }
run 2 purge "$out"
diff -r --no-dereference "$work/wanted" "$out" || complain "a purge that was refused did something"
run 0 purge -q "$work/checked"
run 0 purge --json "$work/killed/"
grep -q '^{"type":"summary","removed":[1-9][0-9]*,"left":0,"exit":0}' "$work/one" || complain "purge --json: no summary"
for gone in checked killed; do
    [ ! -e "$work/$gone" ] || complain "purge leaves $(find "$work/$gone" | tail -3)"
done
# a folder of links, a link to an OUT, another program's database, an OUT in use
mkdir "$work/theirs" && sqlite3 "$work/theirs/journal.db" 'PRAGMA user_version=3; CREATE TABLE photo(output TEXT)'
cp -r "$work/theirs" "$work/theirs.before"
run 2 purge "$work/theirs"
diff -r "$work/theirs" "$work/theirs.before" || complain "purge touched what is not ours"
ln -s "$work/locked" "$work/alias"
run 2 purge "$work/alias/"
mv "$work/locked/photos" "$work/moved" && ln -s "$work/moved" "$work/locked/photos"
before=$(ls "$work/moved" | wc -l)
exec 9>"$work/locked/.lock"
flock 9
run 4 purge --lang en "$work/locked"
grep -q 'in use' "$work/one" || complain "a locked OUT: nobody says so"
[ -e "$work/locked/report.csv" ] || complain "a locked OUT was purged"
exec 9>&-
run 0 purge "$work/locked"
[ "$(ls "$work/moved" | wc -l)" = "$before" ] || complain "purge went through a link"
[ "$(ls -A "$work/locked")" = photos ] || complain "purge leaves $(ls -A "$work/locked")"

# ---- a folder that never held more than shards, one of them killed; and one shard alone ----
mkdir "$work/few"
find "$in" -iname '*.jpg' | sort | head -8 | xargs -I{} cp {} "$work/few/"
run 0 run -q -o "$work/shared" --shard 1/2 "$work/few"
run 0 run -q -o "$work/shared" --shard 2/2 "$work/few"
one=shards/00001-of-00002 two=shards/00002-of-00002
mv "$work/shared/$two/journal" "$work/shared/$two/journal.part"
truncate -s -9 "$work/shared/$two/journal.part"
for copy in mixed single foreign half; do cp -a "$work/shared" "$work/$copy"; done
run 0 purge -n "$work/shared"
diff -r "$work/shared" "$work/mixed" || complain "purge -n of shards changes something"
run 0 purge "$work/shared"
[ ! -e "$work/shared" ] || complain "purge leaves of shards $(find "$work/shared")"
mkdir "$work/mixed/photos" "$work/mixed/$one/mine"
for file in report.csv "photos/$id.JPG" "$one/mine/x" "$two/x.JPG"; do echo mine >"$work/mixed/$file"; done
run 0 purge "$work/mixed"
[ "$(cd "$work/mixed" && find . -type f | wc -l)" = 4 ] || complain "purge leaves of shards among others' files $(find "$work/mixed")"
run 2 purge "$work/mixed"
run 0 purge "$work/single/$one/"
[ "$(cd "$work/single/shards" && echo *)" = 00002-of-00002 ] && [ -e "$work/single/$two/.lock" ] || complain "purge of one shard leaves $(find "$work/single")"
(cd "$work/single/shards" && run 0 purge 00002-of-00002 && [ ! -e 00002-of-00002 ]) || complain "purge of a killed shard leaves $(find "$work/single")"
for shard in "$one" "$two"; do for file in journal journal.part; do echo mine >"$work/foreign/$shard/$file"; done; done
cp -a "$work/foreign" "$work/foreign.before"
run 2 purge "$work/foreign"
run 2 purge "$work/foreign/$one"
for file in journal journal.part; do echo mine >"$work/half/$two/$file"; done
run 0 purge "$work/half"
[ ! -e "$work/half/$one" ] && [ "$(cat "$work/half/$two/"journal*)" = "mine
mine" ] || complain "purge beside a shard leaves $(find "$work/half")"
diff -r "$work/foreign" "$work/foreign.before" || complain "purge touched what is no shard"
exit "$bad"
