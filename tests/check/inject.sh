#!/bin/sh
# SPDX-License-Identifier: MIT
# Every system call of a whole run on OUT, one after another, is the last one (kill -9 before it, in the middle
# of it, or with everything lost that was not fsynced, renames as well), or fails; and those on PHOTOS fail. What then
# must hold: a documented exit code and a plain sentence, no hang, and the next run ends like an
# undisturbed one. Usage: inject.sh BUILD [STEP [PHOTOS [WHAT...]]]: every STEPth call, from $FROM on, 0 for a few of each;
# of those alone that $ONLY, an expression, finds in the log;
# WHAT as in tests/faults/inject.c, with + for "from then on"; before it in: or zip: for the calls on PHOTOS, again:
# for a later run with retakes, decisions and a shorter roster, where photos move and the package shrinks.
set -eu
build=$(cd "$1" && pwd)
step=${2:-0} photos=${3:-5}
[ "$#" -le 3 ] && shift "$#" || shift 3
[ "$#" -gt 0 ] || set -- kill half lose EIO EIO+ ENOSPC ENOSPC+ EINTR EMFILE EMFILE+ short \
    stat again:stat in:stat in:EIO in:EINTR in:EMFILE in:short zip:EIO zip:EMFILE zip:short again:kill again:lose again:EIO again:EIO+ again:EINTR again:EMFILE again:short
[ -e "$build/libinject.so" ] || { echo "no libinject.so in $build"; exit 1; }
work=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
in=$work/in out=$work/out bad=0 end=0
complain() {
    echo "$1"
    bad=1
}
headroom() {
    code=0
    # shellcheck disable=SC2086 # a list of arguments
    "$@" "$build/headroom" run -q --lang en -j 1 -o "$out" $arguments >"$work/said" 2>"$work/errors" </dev/null || code=$?
}
disturbed() { # folder, what, at: sets code; the log has one line per call
    rm -f "$work/log"
    headroom timeout 60 env HEADROOM_INJECT_DIR="$1" HEADROOM_INJECT_WHAT="$2" HEADROOM_INJECT_AT="$3" \
        HEADROOM_INJECT_LOG="$work/log" LD_PRELOAD="$build/libinject.so"
}
sound() { # after what: the journal is whole; looked at in a copy, since looking repairs
    [ -e "$out/journal.db" ] || return 0
    rm -rf "$work/look"
    mkdir "$work/look"
    cp "$out"/journal.db* "$work/look"
    said=$(sqlite3 "$work/look/journal.db" 'PRAGMA integrity_check' 2>&1)
    [ "$said" = ok ] || complain "$1: the journal says '$said'"
}
repaired() { # after what, parts that must be the same
    headroom timeout 60
    [ "$code" = "$end" ] || { cat "$work/errors"; complain "$1: the next run ends with $code, not $end"; }
    for part in $2; do
        diff -rq -x journal.db "$work/$whole/$part" "$out/$part" || complain "$1: the next run does not repair it"
    done
    [ -z "$(ls -A "$out/.tmp")" ] || complain "$1: temporary files stayed"
    sound "$1"
}

# One person without a photo, and the same file under two numbers: what was made of both has to move.
ids() { grep -ohE '[0-9]{17}[0-9X]' "$@" | sort -u; }
"$build/make_samples" -n "$photos" --faults 0.4 --seed 5 --size small "$work/made"
"$build/make_samples" -n "$photos" --faults 0 --take 1 --seed 5 --size small "$work/anew"
mv "$work/made/photos" "$in"
cp "$(find "$in" -type f | sort | head -1)" "$in/11010519491231002X.JPG"
(echo '姓名,身份证号'; find "$in" -type f | ids | sed 's/^/某,/'; echo 某,440524198001010013) >"$work/roster.csv"
sed '3d' "$work/roster.csv" >"$work/shorter.csv"
first="--split 2 -r $work/roster.csv $in" again="--split 3 -r $work/shorter.csv -d $work/decisions.csv $work/retakes"
arguments=$first
headroom timeout 60
[ "$code" = 1 ] || { cat "$work/errors"; complain "the undisturbed run ended with $code, not 1"; }
cp -a "$out" "$work/first"
(echo id,check,decision,by,reason,date; ids "$out/lists/review.csv" | sed 's/$/,,accept,王老师,看过,2026-06-01/') >"$work/decisions.csv"
mkdir "$work/retakes"
for id in $(ids "$out/lists/retake.csv"); do find "$work/anew/photos" -name "*$id*" -exec cp {} "$work/retakes" \;; done
arguments=$again
headroom timeout 60
[ "$code" = 1 ] || { cat "$work/errors"; complain "the undisturbed later run ended with $code, not 1"; }
mv "$out" "$work/again"
end=1
mkdir "$work/zip"
7z a -tzip -mx=0 "$work/zip/photos.zip" "$in"/* >/dev/null
zip="-r $work/roster.csv $work/zip/photos.zip"
arguments=$zip
headroom timeout 60
[ "$code" = 1 ] || { cat "$work/errors"; complain "the undisturbed run on a ZIP ended with $code, not 1"; }
mv "$out" "$work/zipped"

begin() { # kind: OUT as it is before, and what the run is given
    rm -rf "$out"
    case $1 in
    again:*) cp -a "$work/first" "$out"; whole=again arguments=$again ;;
    zip:*) whole=zipped arguments=$zip ;;
    *) whole=first arguments=$first ;;
    esac
}
killed() { # what, at
    [ "$code" = 137 ] || { [ "$code" = "$end" ] && return 0; complain "$1: exit $code"; }
    sound "$1"
    repaired "$1" .
}
failed() { # what, at
    case $code in
    "$end") # it was borne: what is there is right already, but for what could not be tidied
        diff -rq -x journal.db -x 'journal.db-*' -x .tmp -x .lock "$work/$whole" "$out" || complain "$1: ends with $code, and the result is wrong" ;;
    2 | 3)
        grep -q '[a-zA-Z] [a-zA-Z]' "$work/errors" || { cat "$work/errors"; complain "$1: exit $code without a sentence"; }
        grep -qE 'crashed|: Success$' "$work/errors" && { cat "$work/errors"; complain "$1: it crashed, or has no reason"; }
        grep -qE '[0-9]{14}' "$work/errors" && { cat "$work/errors"; complain "$1: an error says a full ID"; }
        refused=$((refused + 1)) ;;
    *) cat "$work/errors"; complain "$1: exit $code" ;;
    esac
    repaired "$1" .
}
failed_in() { # an input that cannot be read is a photo that cannot: listed, and only its history remembers
    case $code in
    1) [ "$what" != EMFILE ] || complain "$1: the process's own want is put down to a photo"
        grep -q cannot "$out/lists/unreadable.csv" || diff -rq -x journal.db "$work/$whole" "$out" || complain "$1: exit 1, and nothing is listed" ;;
    2 | 3) grep -q '[a-zA-Z] [a-zA-Z]' "$work/errors" || { cat "$work/errors"; complain "$1: exit $code without a sentence"; }
        refused=$((refused + 1)) ;;
    *) cat "$work/errors"; complain "$1: exit $code" ;;
    esac
    repaired "$1" 'photos review lists package'
}

total=0
for kind; do
    what=${kind#*:} folder=$out later= hits=0 refused=0 undone=0
    case $kind in in:*) folder=$in ;; zip:*) folder=$work/zip ;; esac
    case $what in *+) later=+ what=${what%+} ;; esac
    begin "$kind"
    disturbed "$folder" "$what" 0
    [ "$code" != 99 ] || { cat "$work/errors"; exit 77; }
    [ "$code" = "$end" ] || { cat "$work/errors"; complain "$kind: counting ends with $code, not $end"; }
    mv "$work/log" "$work/counted"
    calls=$(wc -l <"$work/counted")
    case $kind in *kill | *half | *lose) few=4 ;; *) few=2 ;; esac
    stride=$step at=${FROM:-1}
    [ "$step" -gt 0 ] || { stride=$(((calls + few - 1) / few)) at=$(((total * 7) % stride + 1)); }
    case $step$kind in 0in:EINTR | 0in:EMFILE | 0zip:EMFILE) stride=1 at=1 ;; esac # each opens PHOTOS otherwise
    while [ "$at" -le "$calls" ]; do
        sed -n "${at}p" "$work/counted" | grep -qE "${ONLY:-.}" || { at=$((at + stride)) && continue; }
        begin "$kind"
        disturbed "$folder" "$what" "$at$later"
        undone=$((undone + $(sed -n 's/^undone //p' "$work/log" | grep . || echo 0)))
        name="$kind at $at, '$(sed -n "${at}p" "$work/log" | sed 's/[0-9]\{14,\}/ID/')'"
        case $kind in
        *kill | *half | *lose) killed "$name" ;;
        *short | in:EINTR) # nothing that anybody may notice
            [ "$code" = "$end" ] || { cat "$work/errors"; complain "$name: exit $code"; }
            diff -rq -x journal.db "$work/$whole" "$out" || complain "$name: another result" ;;
        in:* | zip:*) failed_in "$name" ;;
        *) failed "$name" ;;
        esac
        [ "$hits" -ge "$few" ] || total=$((total + 1)) # elsewhere the same calls, however many are asked here
        hits=$((hits + 1)) at=$((at + stride))
    done
    [ "$hits" -ge 1 ] || complain "$kind: only $hits calls were hit"
    case $kind in
    *lose) echo "$kind: killed at $hits of $calls calls, $undone renames undone"
        [ "$step" != 1 ] || [ "$undone" -gt 0 ] || complain "$kind: no rename was undone" ;;
    *kill | *half) echo "$kind: killed at $hits of $calls calls" ;;
    *) echo "$kind: $hits of $calls calls, $refused runs ended with an error" ;;
    esac
done
exit "$bad"
