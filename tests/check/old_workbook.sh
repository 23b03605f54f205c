#!/bin/sh
# SPDX-License-Identifier: MIT
# A roster that LibreOffice saves as XLS gives the same run as the XLSX it was, and a part of that file none. Usage: old_workbook.sh BUILD
set -eu
build=$(cd "$1" && pwd)
command -v soffice >/dev/null || { echo "no LibreOffice here to save an old workbook with"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work"
bad=0
complain() {
    echo "$1"
    bad=1
}
"$build/make_scenario" -n 60 "$work/in" >/dev/null
timeout 300 soffice --headless --convert-to 'xls:MS Excel 97' --outdir "$work" "$work/in/roster.xlsx" >"$work/said" 2>&1 || { cat "$work/said"; complain "LibreOffice does not save it"; }
for roster in "$work/in/roster.xlsx" "$work/roster.xls"; do
    code=0
    "$build/headroom" run --lang zh -r "$roster" -o "$work/out${roster##*.}" "$work/in/photos" >"$work/said" 2>&1 || code=$?
    [ "$code" = 1 ] || { cat "$work/said"; complain "${roster##*.}: exit $code, not 1"; }
done
grep -q "名单: XLS 工作表 '.*', 第 [0-9]* 行为表头; id=" "$work/said" || { cat "$work/said"; complain "it does not say how the roster was read"; }
diff -rq -x journal.db "$work/outxlsx" "$work/outxls" || complain "the XLS gives another result than the XLSX"
bytes=$(stat -c %s "$work/roster.xls")
for part in 1 2 3; do
    head -c $((bytes * part / 4)) "$work/roster.xls" >"$work/part.xls"
    code=0
    "$build/headroom" run --lang en -r "$work/part.xls" -o "$work/none" "$work/in/photos" >"$work/said" 2>&1 || code=$?
    [ "$code" = 2 ] || { cat "$work/said"; complain "$part quarters of the XLS: exit $code, not 2"; }
done
exit "$bad"
