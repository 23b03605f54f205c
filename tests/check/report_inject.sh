#!/bin/sh
# SPDX-License-Identifier: MIT
# inject.sh, at each system call on what the report is put together from: the temporary files of report.xlsx, of which
# libxlsxwriter does not notice that one fails, and made photos that small pictures are made of. Usage: report_inject.sh BUILD
ONLY='tmp\.|(openat|read) /\.held' exec sh "$(dirname "$0")/inject.sh" "$1" 1 3 again:EIO
