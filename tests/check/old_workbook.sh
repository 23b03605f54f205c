#!/bin/sh
# SPDX-License-Identifier: MIT
# A roster that LibreOffice saves as XLS, as XML of Excel 2003 or as a web page gives the same run as the XLSX it was, and a part of
# such a file none; so does a web page of 5,000 rows beside its CSV. Usage: old_workbook.sh BUILD
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
save() { # as what, of what, options
    what=$1 of=$2
    shift 2
    timeout 300 soffice --headless "$@" --convert-to "$what" --outdir "$work" "$work/in/$of" >"$work/said" 2>&1 || { cat "$work/said"; complain "LibreOffice does not save it as $what"; }
}
run() { # roster, photos, wanted code
    code=0
    "$build/headroom" run --lang zh -r "$1" -o "$work/out${1##*.}" "$2" >"$work/said" 2>&1 || code=$?
    [ "$code" = "$3" ] || { cat "$work/said"; complain "${1##*.}: exit $code, not $3"; }
}
"$build/make_scenario" -n 60 "$work/in" >/dev/null
save 'xls:MS Excel 97' roster.xlsx
save html roster.xlsx
save 'xml:MS Excel 2003 XML' roster.csv --infilter='CSV:44,34,85,1,1/2/2/2/3/2/4/2/5/2/6/2' # of a workbook it writes none: it gives up at its 16,384 columns
run "$work/in/roster.xlsx" "$work/in/photos" 1
for kind in xls html xml; do
    run "$work/roster.$kind" "$work/in/photos" 1
    case $kind in xls) told="XLS 工作表 '.*', " ;; html) told="HTML, " ;; xml) told="XML 工作表 '.*', " ;; esac
    grep -q "名单: ${told}第 [0-9]* 行为表头.*; id=" "$work/said" || { cat "$work/said"; complain "it does not say how the roster was read"; }
    diff -rq -x journal.db "$work/outxlsx" "$work/out$kind" || complain "the $kind gives another result than the XLSX"
    bytes=$(stat -c %s "$work/roster.$kind")
    for part in 1 2 3; do
        head -c $((bytes * part / 4)) "$work/roster.$kind" >"$work/part.none"
        run "$work/part.none" "$work/in/photos" 2
        [ ! -e "$work/outnone" ] || complain "$part quarters of the $kind begin a run"
    done
done

"$build/make_scenario" -n 5000 -j 0 "$work/many" >/dev/null
mkdir "$work/nothing"
{
    echo '<meta http-equiv=Content-Type content="text/html; charset=gb2312"><table border=1>'
    LC_ALL=C awk -F, '{ gsub(/&/, "\\&amp;"); gsub(/,/, "</td><td>"); print "<tr><td>" $0 "</td></tr>" }' "$work/many/roster.csv"
    echo '</table>'
} >"$work/many/page.htm"
run "$work/many/roster.csv" "$work/nothing" 1
run "$work/many/page.htm" "$work/nothing" 1
[ "$(wc -l <"$work/outcsv/lists/missing.csv")" -gt 1000 ] || complain "5,000 rows: few are missing"
diff -rq -x journal.db "$work/outcsv" "$work/outhtm" || complain "5,000 rows: the page gives another result than the CSV"
exit "$bad"
