#!/bin/sh
# SPDX-License-Identifier: MIT
# What a decoder that was taken over can do: nothing but its work. Usage: sandbox.sh BUILD
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
complain() {
    echo "$1"
    bad=1
}
try() { # OUT, flags...: what the foul decoder could do, one line each
    out=$1
    shift
    code=0
    FOUL_OUTSIDE=$work/outside FOUL_INSIDE=$out/inside FOUL_SECRET=$work/secret FOUL_PHOTO=$photo LD_PRELOAD=$build/libfoul.so \
        timeout 60 "$build/headroom" run -q --lang en -j 1 -o "$out" "$@" "$work/in" 2>"$work/errors" || code=$?
    [ "$code" = "$whole" ] || { cat "$work/errors"; complain "run $*: exit $code, not $whole"; }
    grep '^TRIED' "$work/errors" | sort -u >"$work/tried"
}
tried() { # what, errno (a pattern)
    grep -qE "^TRIED $1 ($2)\$" "$work/tried" || complain "$1: $(grep " $1 " "$work/tried"), not $2"
}

"$build/make_samples" --each -n 3 --seed 8 --size small "$work/made"
mv "$work/made/photos" "$work/in"
echo secret >"$work/secret"
(echo 身份证号; cd "$work/in" && ls | grep -oE '[0-9]{17}[0-9X]') >"$work/roster.csv"
for file in "$work/in"/*; do printf 'FOUL:TRY' >>"$file"; done
photo=$(find "$work/in" -type f | head -1)
chmod 600 "$photo"
whole=0
"$build/headroom" run -q --no-sandbox -j 1 -o "$work/plain" "$work/in" || whole=$?

# Without a sandbox everything works: the test can fail.
try "$work/open" --no-sandbox
for what in socket unix_socket fork kill outside inside secret chmod fchmod fchown utime futime; do tried "$what" 0; done
tried execve 2
tried ptrace 3
rm -f "$work/outside"
chmod 600 "$photo"
looked=$(stat -c '%a %Y %U' "$photo")

# With it: EPERM 1, EACCES 13. `--sandbox` says where a kernel cannot.
if ! "$build/headroom" run -q --sandbox -o "$work/probe" "$work/in" 2>"$work/errors" && [ $? = 3 ]; then
    cat "$work/errors"
    exit 77
fi
for flag in --sandbox ''; do # '': the default
    rm -rf "$work/shut"
    try "$work/shut" ${flag:+"$flag"}
    for what in socket unix_socket fork execve ptrace kill chmod fchmod fchown utime futime; do tried "$what" 1; done
    [ "$(stat -c '%a %Y %U' "$photo")" = "$looked" ] || complain "sandbox $flag: mode or time of a photo was changed"
    for what in outside secret; do tried "$what" '1|13'; done
    tried inside 0
    [ ! -e "$work/outside" ] || complain "sandbox $flag: a file was made outside OUT"
    cmp "$work/plain/report.jsonl" "$work/shut/report.jsonl" || complain "sandbox $flag: another report"
    for folder in photos review package; do
        diff -r "$work/plain/$folder" "$work/shut/$folder" || complain "sandbox $flag: other $folder"
    done
done

# A package of somebody else's is opened with no more.
mkdir "$work/pack" "$work/scratch" "$work/elsewhere"
(cd "$work/in" && python3 -m zipfile -c "$work/elsewhere/photos-001.zip" ./*)
ln -s "$work/elsewhere" "$work/pack/package"
for flag in --no-sandbox --sandbox ''; do
    code=0
    FOUL_OUTSIDE=$work/outside FOUL_SECRET=$work/secret FOUL_PHOTO=$photo LD_PRELOAD=$build/libfoul.so TMPDIR=$work/scratch \
        timeout 60 "$build/headroom" verify ${flag:+"$flag"} --lang en -r "$work/roster.csv" "$work/pack" >"$work/said$flag" 2>"$work/errors" || code=$?
    [ "$code" = 1 ] || { cat "$work/errors"; complain "verify $flag: exit $code, not 1"; }
    cmp "$work/said--no-sandbox" "$work/said$flag" || complain "verify $flag says something else"
    grep '^TRIED' "$work/errors" | sort -u >"$work/tried"
    no='1|13'
    [ "$flag" != --no-sandbox ] || no=0
    for what in socket fork kill chmod utime outside secret; do tried "$what" "$no"; done
    rm -f "$work/outside"
    chmod 600 "$photo"
done
exit "$bad"
