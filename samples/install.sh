#!/bin/sh
# SPDX-License-Identifier: MIT
# install.sh build|test: installs from packages.txt what is missing. "test" includes "build".
# Needs root only when something is missing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
case ${1:-} in
build) wanted='$2 == "build"' ;;
test) wanted='$2 != "look" && $2 != "daemon"'; [ -d /run/systemd/system ] || wanted='$2 != "look"' ;;
*) echo "usage: install.sh build|test" >&2; exit 2 ;;
esac
if ! command -v dpkg-query >/dev/null; then
    echo "not Debian: install what samples/packages.txt lists by hand" >&2
    exit 0
fi
is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]
}
missing= look=
for package in $(awk '!/^#/ && NF && ('"$wanted"') { print $1 }' "$here/packages.txt"); do
    is_installed "$package" || missing="$missing $package"
done
if [ "$1" = test ] && [ "$(id -u)" = 0 ]; then
    for package in $(awk '!/^#/ && $2 == "look" { print $1 "=" $3 }' "$here/packages.txt"); do
        is_installed "${package%%=*}" || command -v "${package#*=}" >/dev/null || [ -e "${package#*=}" ] || look="$look ${package%%=*}"
    done
fi
[ -n "$missing$look" ] || exit 0
if [ "$(id -u)" != 0 ]; then
    echo "missing packages; as root: apt-get install$missing" >&2
    exit 3
fi
echo "installing:$missing$look" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
policy=/usr/sbin/policy-rc.d # no service that a package brings is started
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
# shellcheck disable=SC2086 # a list of words
if [ -n "$missing" ] && ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } </dev/null >"$log" 2>&1
then
    cat "$log" >&2
    rm -f "$log"
    echo "could not install" >&2
    exit 3
fi
# shellcheck disable=SC2086
if [ -n "$look" ] && ! { timeout 60 apt-get update -qq && timeout 300 apt-get install -y -qq -d --no-install-recommends $look &&
    apt-get install -y -qq --no-install-recommends $look; } </dev/null >"$log" 2>&1
then
    tail -3 "$log" >&2
    echo "could not install$look: some tests will be skipped" >&2
fi
rm -f "$log"
