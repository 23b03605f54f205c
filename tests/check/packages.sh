#!/bin/sh
# SPDX-License-Identifier: MIT
# Every library that CMake asks for is in the list of Debian packages. Usage: packages.sh
set -eu
cd "$(dirname "$0")/../.."
command -v dpkg >/dev/null || { echo "not Debian"; exit 77; }
bad=0
listed=$(awk '!/^#/ { print $1 }' samples/packages.txt)
for module in $(sed -n 's/^ *pkg_check_modules([A-Z]* \(REQUIRED \)\{0,1\}IMPORTED_TARGET \([^)]*\)).*/\2/p' CMakeLists.txt); do
    folder=$(pkg-config --variable=pcfiledir "$module")
    package=$(dpkg -S "$folder/$module.pc" | cut -d: -f1)
    # libjpeg-dev and the like only name the package that has the file
    for name in $package $(dpkg-query -W -f '${Package} ${Depends}\n' | awk -v p="$package" '
            $0 ~ " " p "( |,|$)" { print $1 }'); do
        echo "$listed" | grep -qx "$name" && continue 2
    done
    echo "$module: $package is not in samples/packages.txt"
    bad=1
done
exit "$bad"
