#!/bin/sh
# SPDX-License-Identifier: MIT
# inject.sh, at each system call on the temporary files that report.xlsx is put together from: libxlsxwriter does not
# notice where one of them fails. Usage: book_inject.sh BUILD
ONLY='tmp\.' exec sh "$(dirname "$0")/inject.sh" "$1" 1 3 again:EIO
