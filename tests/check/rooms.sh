#!/bin/sh
# SPDX-License-Identifier: MIT
# Who may include whom, and one door per library. Usage: rooms.sh (in any folder); exit 0: all well.
set -eu
cd "$(dirname "$0")/../.."
bad=0
complain() {
    echo "$1"
    bad=1
}

# The belt knows no stage; main.c, confine.c, bench.c, verify_run.c, work_out.c, work_package, work_recall.c, purge.c, live.c and tell.c know both rooms.
for file in pipeline/*.[ch]; do
    case $file in pipeline/main.c | pipeline/confine.c | pipeline/bench.c | pipeline/verify_run.c | pipeline/work_out.c | pipeline/work_package.[ch] | pipeline/work_recall.c | pipeline/purge.c | pipeline/purge_names.c | pipeline/live.c | pipeline/tell.c) continue ;; esac
    if grep -Hn '#include ".*stages/' "$file"; then
        complain "  the belt must not include a stage"
    fi
done

# A stage knows of the belt only the contract.
contract='err|arena|budget|checks|profile|photo|stage|idnum|text|text_page|text_errors|tally|digest|archive_photo|home|json_out|paths|plain|spool|xml'
if grep -Hn '#include ".*pipeline/' stages/*.[ch]* | grep -vE "pipeline/($contract)\.h\""; then
    complain "  a stage may include these of the belt only: $contract"
fi

# Stages never include one another: a stage's header is for itself and for the map.
for stage in read decode detect background normalize encode inspect judge store record; do
    if grep -Hn "#include \"$stage\.h\"" stages/*.[ch]* |
        grep -vE "^stages/($stage(_[a-z]+)?|flow)\.(c|h|cc):"; then
        complain "  only '$stage' itself and flow.c may include $stage.h"
    fi
done

# One door per library: header, then the files that may include it.
while read -r header files; do
    if grep -nE "#include <$header" pipeline/* stages/*.[ch]* samples/*.[ch] | grep -vE "^($files):"; then
        complain "  <$header> is behind the door $files"
    fi
done <<'DOORS'
uv\.h            pipeline/(run|arrivals)\.c
sqlite3\.h       pipeline/journal[a-z_]*\.[ch]
jpeglib\.h       stages/jpeg(_plan)?\.c|samples/jpegout\.c
setjmp\.h        stages/jpeg\.c
lcms2\.h         stages/icc\.c
opencv2/         stages/yunet_module\.cc
ZXing/           stages/codes_module\.cc
openssl/         pipeline/digest\.c
xxhash\.h        pipeline/(digest|profile_keys|roster|main)\.c
zip\.h           stages/package_zip\.c|pipeline/archive\.c|samples/roster_file\.c
seccomp\.h       pipeline/sandbox\.c
gio/             no file
xlsxwriter\.h    stages/book\.c
expat\.h         pipeline/xml\.c
csv\.h           pipeline/table_csv\.c
shapefil\.h      pipeline/table_dbf\.c|samples/roster_file\.c
(pthread|threads)\.h  no file
DOORS

# OpenCV's image files and windows are never linked, and the umbrella package is not used.
if grep -nE 'imgcodecs|highgui|find_package\(OpenCV' CMakeLists.txt; then
    complain "  OpenCV only by core, imgproc, dnn"
fi
exit "$bad"
