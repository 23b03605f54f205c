#!/bin/sh
# SPDX-License-Identifier: MIT
# A package as other programs read it: unzip, 7z, Python's zipfile, Java's ZipInputStream, sha256sum.
# Usage: zip_readers.sh BUILD
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0 readers=0
complain() {
    echo "$1"
    bad=1
}
has() {
    command -v "$1" >/dev/null && { readers=$((readers + 1)); return 0; }
    echo "no $1 here: not tried"
    return 1
}

# Made-up photos, one of an officer's certificate, whose name is no ASCII.
mkdir -p "$work/out/photos"
for id in 11010519491231002X 34052419800101001X 440308199901101512 南字第012345号; do
    head -c $((20000 + ${#id} * 100)) /dev/urandom >"$work/out/photos/$id.JPG"
done
"$build/pack" "$work/out"
zip=$work/out/package/photos-001.zip
(cd "$work/out/photos" && LC_ALL=C ls) >"$work/names"
same() { # folder: what was unpacked is what was packed
    diff -r "$work/out/photos" "$1" || complain "$2 unpacks other bytes"
}

(cd "$work/out/package" && sha256sum --quiet --strict -c SHA256SUMS) || complain "sha256sum -c"
if has unzip; then
    unzip -tqq "$zip" || complain "unzip -t"
    LC_ALL=C.UTF-8 unzip -qq -d "$work/unzip" "$zip" && same "$work/unzip" unzip
    unzip -Z "$zip" | grep -c '^-.* stor ' | grep -qx 4 || complain "unzip does not see four stored entries"
fi
if has 7z; then
    7z t "$zip" >"$work/7z.log" || { cat "$work/7z.log"; complain "7z t"; }
    LC_ALL=C.UTF-8 7z x -o"$work/7z" "$zip" >/dev/null && same "$work/7z" 7z
fi
if has python3; then
    python3 - "$zip" "$work/python" <<'P' >"$work/python.names" || complain "zipfile"
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    for i in z.infolist():
        assert i.compress_type == 0 and not i.extra and not i.comment, i
        assert i.date_time == (1980, 1, 1, 0, 0, 0), i
        assert i.flag_bits == (0 if i.filename.isascii() else 0x800), i
        print(i.filename)
    z.extractall(sys.argv[2])
P
    cmp "$work/names" "$work/python.names" || complain "zipfile lists other names"
    same "$work/python" zipfile
fi
if has java; then
    java "$here/ZipReader.java" "$zip" >"$work/java.list" || complain "ZipInputStream"
    cut -d' ' -f2 "$work/java.list" >"$work/java.sizes"
    while read -r name; do stat -c %s "$work/out/photos/$name"; done <"$work/names" >"$work/sizes"
    cmp "$work/sizes" "$work/java.sizes" || complain "ZipInputStream reads other sizes"
fi
[ "$readers" -gt 0 ] || { echo "no program here that reads a ZIP"; exit 77; }
echo "$readers readers"
exit "$bad"
