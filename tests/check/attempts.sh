#!/bin/sh
# SPDX-License-Identifier: MIT
# Which photo of a person counts after any sequence of runs: the latest that passed in a run where it was alone, also when
# two files were there in between, which count as none. Usage: attempts.sh BUILD [WAYS]
set -eu
build=$(cd "$1" && pwd)
if [ "$#" = 1 ]; then # all of them, side by side: they mostly wait for stamps to grow old
    pids='' bad=0
    for way in old young shards certificate bare; do
        sh "$0" "$build" "$way" &
        pids="$pids $!"
    done
    for pid in $pids; do wait "$pid" || bad=1; done
    exit "$bad"
fi
work=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
bad=0

# A run, and what counts after it. 1a+2x: the files 1 and 2 are given, 1 of good photo a, 2 of bad photo x; -: nobody's file.
# @national, @white: by that profile, which rejects all of them; !a: a decision rejects photo a; ~: the person is not to graduate.
# ?: the roster lists somebody else, or there is none (way bare); that run is given twice. 1o: file 1 is removed before.
# Good photos are a, b and c. What counts is a photo, or 0.
cat >"$work/table" <<'TABLE'
a pass stays a pass|1a=a 2x=a 1a=a -=a 2x=a
the latest pass wins|1a=a 2b=b 1a=b 2b=b 3x=b 1a=b
two files count as none|1a+2b=0 1a+2b=0 -=0
one of two that never counted goes|1a+2b=0 1a=a
neither of two that never counted is chosen by a third|1a+2b=0 3x=0
a bad one stays of two|1a+2x=0 2x=0
an earlier pass is given beside a later one|1a=a 2b=b 1a+2b=0 1a=b 1a=b
and the later one stays|1a=a 2b=b 1a+2b=0 2b=b 1a=b
and a third one comes|1a=a 2b=b 1a+2b=0 3x=b 3c=c 1a=c
and a bad one comes in its place|1a=a 2b=b 1a+2b=0 1x=b
a bad one comes beside a pass, which goes|1a=a 1a+2x=0 2x=a 2x=a 1a=a
and goes itself|1a=a 1a+2x=0 1a=a 2x=a
and nothing more comes for a while|1a=a 1a+2x=0 -=0 2x=a
and the pass is changed for another|1a=a 1a+2x=0 1c+2x=0 2x=a
and the pass is changed for another that stays|1a=a 1a+2x=0 1c+2x=0 1c=c 2x=c
and a third one comes first|1a=a 1a+2x=0 2x+3x=0 3x=a
a good one comes beside a pass, and is chosen|1a=a 1a+2b=0 2b=b 1a=b
and is not chosen|1a=a 1a+2b=0 1a=a 2b=b
and neither is|1a=a 1a+2b=0 3x=a
and both are changed|1a=a 1a+2b=0 1x+2c=0 1x=a
a retake beside the bad one of before|1x=0 2b=b 1x+2b=0 1x=b -=b 2b=b 1x=b
two files while an earlier one is kept|1a=a 2x=a 2x+3b=0 2x=a
two files while an earlier one is kept, and the new one is chosen|1a=a 2x=a 2x+3b=0 3b=b
the one that is kept comes back beside another|1a=a 2b=b 3x=b 2b+3x=0 3x=b
an older one than is kept comes back beside another|1a=a 2b=b 3x=b 1a+3x=0 3x=b 1a=b
the same bytes twice|1a=a 1a+2a=0 2a=a 3x=a
the same bytes twice, and neither stays|1a=a 1a+2a=0 3x=a
the same bytes under another path beside an earlier pass|1a=a 2b=b 1a+3b=0 1a=b
the same, in the other order|1a=a 3b=b 1b+2a=0 2a=b
another profile between|1a=a 1a+2x=0 2x@white=0 2x=a
another profile judges both|1a=a 1a+2x@white=0 2x@white=0
another profile judges both, and they pass|1a=a 2b=b 1a+2b@national=0 1a@national=b
two files under another profile, while one of this is kept|1a=a 2x=a 2x+3b@national=0 2x@national=0 2x=a
an earlier pass of another profile is kept|1a=a 1a+2b=0 2b@white=0 2b=b
who was rejected does not come back|1a=a 1a+2x=0 2x!a=0
nor beside another|1a=a 1a+2x!a=0 2x!a=0
the later pass is rejected|1a=a 2b=b 1a+2b=0 1a!b=a
the later pass is rejected beside the earlier one|1a=a 2b=b 1a+2b!b=0 1a!b=a
the earlier pass is rejected|1a=a 2b=b 1a+2b=0 1a!a=b
not to graduate for a while|1a=a 1a+2x~=0 2x=a
not to graduate when one of them goes|1a=a 1a+2x=0 2x~=0 2x=a
not to graduate when it passed, before a bad one comes beside it|1a~=0 1a+2x=0 2x=a
and while two are there|1a=a 1a+2x~=0 1a+2x=0 2x=a
not to graduate when it passed, and is not chosen|1a~=0 1a+2b=0 2b=b
not listed for a while|1a=a -?=0 -=a 2x=a
not listed when the file goes|1a=a 1o?=0 -=a -=a 2x=a 2b=b
and again|1a=a 1o?=0 -?=0 -=a 1o?=0 -=a
not listed, and the file goes afterwards|1a=a -?=0 1o=a 2x=a
not listed, and the file goes while that is so|1a=a -?=0 1o?=0 -=a
not listed when the file goes and another one comes|1a=a 1o+2b?=0 -=b 2x=b
not listed when the file goes and a bad one comes|1a=a 1o+2x?=0 -=a 2x=a
not listed when the file goes, before another one comes|1a=a 1o?=0 2b?=0 -=b 1a=b
not listed when the file goes, before a bad one comes|1a=a 1o?=0 2x?=0 -=a 3b=b
not listed when the file goes, and it comes back|1a=a 1o?=0 1a=a 2b=b 1a=b
not listed when the latest file goes, before another one comes|1a=a 2b=b 2o?=0 3c?=0 -=c
not listed when the file goes, and the first one comes back|1a=a 2b=b 2o?=0 1a?=0 -=b 2x=b
not listed when a bad file goes|1a=a 2x=a 2o?=0 -=a 2x=a
not listed when a bad file alone goes|1x=0 1o?=0 -=0 1a=a
not listed when what was rejected goes|1a=a 1a!a=0 1o?=0 -!a=0
not listed when the later of two profiles' photos goes|1a=a 2b@national=b 2o?=0 -@national=b -=a
not listed when the file goes, under another profile|1a=a 1o@national?=0 -=a
TABLE

for take in a:0 b:1 c:2 x:0; do
    letter=${take%:*} fault='--faults 0'
    [ "$letter" != x ] || fault='--fault bg_red'
    # shellcheck disable=SC2086 # options
    "$build/make_samples" -n 1 --seed 31 --size small $fault --take "${take#*:}" "$work/samples$letter"
    photo=$(find "$work/samples$letter/photos" -type f)
    number=$(basename "$photo" | grep -oE '[0-9]{17}[0-9X]')
    cp "$photo" "$work/$letter.jpg"
done
for profile in college-light-blue national white; do
    for letter in a b c x; do
        mkdir -p "$work/alone/$letter"
        cp "$work/$letter.jpg" "$work/alone/$letter/$number.jpg"
        "$build/headroom" run -q -p "$profile" -o "$work/made/$profile/$letter" "$work/alone/$letter" || [ $? = 1 ]
        [ -e "$work/made/$profile/$letter/photos/$number.JPG" ] || rm -rf "$work/made/$profile/$letter"
    done
done
[ "$(cd "$work/made" && echo college-light-blue/* national/* white/*)" = 'college-light-blue/a college-light-blue/b college-light-blue/c national/a national/b national/c white/*' ] ||
    { (cd "$work/made" && echo ./*/*); echo "the samples do not pass where they should"; exit 1; }

printf '身份证号,姓名\n440524188001010014,某\n' >"$work/other.csv"

complain() {
    echo "$name, $way, step $at '$step': $1"
    bad=1
}
files_of() { # step: sets files, those of the table's words
    files=${1%%[!-0-9a-z+]*}
    case $files in *+*) files="${files%+*} ${files#*+}" ;; esac
}
place() { # folder, step: sets places; touched if they are to be read again, else old enough to be trusted
    folder=$1 places='' fresh=
    files_of "$2"
    for file in $files; do
        [ "$file" != - ] || { places=$work/none; continue; }
        one=$folder/${file%?} letter=${file#?}
        places="$places $one"
        case $has in
        *" $file "*) ;;
        *" ${file%?}"*)
            has="${has% "${file%?}"? *} $file ${has#* "${file%?}"? }"
            if [ "$letter" = o ]; then rm "$one/$id.jpg"; else cp "$work/$letter.jpg" "$one/$id.jpg"; fresh=1; fi
            ;;
        *) has="$has$file " ;; # it lies there
        esac
        [ "$way,$letter" = young,o ] || [ "$way" != young ] || touch "$one/$id.jpg"
    done
    [ -z "$fresh" ] || [ "$way" = young ] || sleep 2.1
}
mkdir "$work/none"

give() { # arguments of a run, folders: by shards or at once
    code=0
    if [ "$way" = shards ]; then
        rm -rf "$out/shards"
        for shard in 1/2 2/2; do
            # shellcheck disable=SC2086 # folders
            "$build/headroom" run -q --lang en -o "$out" --shard $shard -p "$profile" $listed $places >"$work/said" 2>&1 || code=$?
            [ "$code" -le 1 ] || { cat "$work/said"; complain "shard $shard: exit $code"; }
        done
        set -- merge "$@" "$out"/shards/*
    else
        # shellcheck disable=SC2086 # folders
        set -- run -j 1 "$@" $places
    fi
    code=0
    command=$1
    shift
    # shellcheck disable=SC2086 # words
    "$build/headroom" "$command" -q --lang en -o "$out" -p "$profile" $listed "$@" >"$work/said" 2>&1 || code=$?
}
give_twice() { # the second time, nothing is otherwise
    [ "$way" != bare ] || listed=
    give "$@"
    cat "$out/report.jsonl" "$out"/lists/*.csv >"$work/first"
    once=$code
    give "$@"
    cat "$out/report.jsonl" "$out"/lists/*.csv | cmp -s "$work/first" || complain "the same once more is otherwise"
    [ "$code" = "$once" ] || complain "the same once more: exit $code, was $once"
}
counts() { # a letter or 0
    found=0
    if [ -e "$out/photos/$id.JPG" ]; then
        found=another
        for letter in $1 a b c; do
            ! cmp -s "$out/photos/$id.JPG" "$work/made/$profile/$letter/photos/$number.JPG" || { found=$letter; break; }
        done
    fi
    [ "$found" = "$1" ] || complain "$found counts, not $1"
    packed=0
    if [ -e "$out/package/photos-001.zip" ]; then
        unzip -p "$out/package/photos-001.zip" "$id.JPG" >"$work/packed.JPG"
        packed=other
        ! cmp -s "$work/packed.JPG" "$out/photos/$id.JPG" || packed=$found
    fi
    [ "$packed" = "$found" ] || complain "$packed is packed, and $found counts"
}
follow() { # name, steps
    name=$1 at=0 out=$work/$way/$row/out has=' '
    for step in $2; do
        at=$((at + 1)) given=${step%=*} profile=college-light-blue roster=$work/roster.csv
        place "$work/$way/$row" "$given"
        case $given in *@*) profile=${given#*@} profile=${profile%%[!a-z]*} ;; esac
        case $given in *~*) roster=$work/out.csv ;; *\?*) roster=$work/other.csv ;; esac
        listed="-r $roster"
        set --
        case $given in
        *!*)
            letter=${given#*!}
            echo "id,check,decision,by,reason,date,sha256
$id,,reject,Li,seen,2026-05-01,$(sha256sum "$work/$letter.jpg" | cut -d' ' -f1)" >"$work/decisions.csv"
            set -- -d "$work/decisions.csv"
            ;;
        esac
        case $roster in
        */other.csv) give_twice "$@" ;;
        *) give "$@" ;;
        esac
        want=1
        [ "${step#*=}" = 0 ] || want=0
        [ "$roster" = "$work/roster.csv" ] || want=0
        [ "$code" -le 1 ] || cat "$work/said"
        [ "$want" = 1 ] || [ "$code" = 0 ] || [ "$code" = 1 ] || complain "exit $code"
        [ "$want" = 0 ] || [ "$code" = 1 ] || complain "exit $code, and nobody's photo counts"
        counts "${step#*=}"
    done
}

officer=南字第012345号
for way in $2; do # stamps that are trusted, those that are not, a run in two shards, and twice a number that only a roster vouches for
    id=$number
    case $way in certificate | bare) id=$officer ;; esac
    for status in roster=毕业 out=退学; do printf '证件号码,姓名,毕业状态\n%s,某,%s\n' "$id" "${status#*=}" >"$work/${status%=*}.csv"; done
    row=0
    [ "$way" != bare ] || sed -i '/|.*?/!d' "$work/table" # the rest is as a certificate's
    while IFS='|' read -r title steps; do # all files as they come first, so that they grow old together
        row=$((row + 1)) has=
        for step in $steps; do
            files_of "$step"
            for file in $files; do
                case $file,$has in -,* | ?o,* | *,*"${file%?}"*) continue ;; esac
                has=$has${file%?}
                mkdir -p "$work/$way/$row/${file%?}"
                cp "$work/${file#?}.jpg" "$work/$way/$row/${file%?}/$id.jpg"
            done
        done
    done <"$work/table"
    sleep 2.1
    row=0
    while IFS='|' read -r title steps; do
        row=$((row + 1))
        follow "$title" "$steps"
    done <"$work/table"
done
exit "$bad"
