#!/bin/sh
# SPDX-License-Identifier: MIT
# One photo of ours by independent readers (exiftool, djpeg, file): reader.sh FILE
set -eu
file=$1
bad=0
want() { # what, value, wanted
    [ "$2" = "$3" ] || { echo "$file: $1 is '$2', should be '$3'"; bad=1; }
}
field() {
    exiftool -s3 "-$1" "$file"
}
want size "$(field ImageSize)" 480x640
want "encoding" "$(field EncodingProcess)" "Baseline DCT, Huffman coding"
want "bits" "$(field BitsPerSample)" 8
want "components" "$(field ColorComponents)" 3
want "density unit" "$(field JFIF:ResolutionUnit)" inches
want "density x" "$(field JFIF:XResolution)" 300
want "density y" "$(field JFIF:YResolution)" 300
case $(field YCbCrSubSampling) in
*4:2:0* | *4:4:4*) ;;
*) want sampling "$(field YCbCrSubSampling)" "4:2:0 or 4:4:4" ;;
esac
# no other group than what every JPEG has: no EXIF, ICC, XMP, comment, thumbnail, trailer
want "groups" "$(exiftool -a -G1 -s "$file" | sed 's/^\[\([A-Za-z0-9_-]*\)\].*/\1/' | sort -u |
    grep -vxE 'ExifTool|System|File|JFIF|Composite')" ""
want "comment" "$(field File:Comment)" ""
want "warnings" "$(field Warning)$(field Error)" ""
bytes=$(wc -c <"$file")
[ "$bytes" -ge 20480 ] && [ "$bytes" -le 40000 ] || { echo "$file: $bytes bytes"; bad=1; }
# the last two bytes end the picture, and the decoder has nothing to say of the rest
want "last bytes" "$(tail -c 2 "$file" | od -An -tx1 | tr -d ' ')" ffd9
want "djpeg's words" "$(djpeg -fast -outfile /dev/null "$file" 2>&1)" ""
want "djpeg's size" "$(djpeg "$file" | head -c 15 | tr '\n' ' ' | cut -d' ' -f1-3)" "P6 480 640"
exit "$bad"
