#!/bin/sh
# SPDX-License-Identifier: MIT
# GNU parallel over three sshd on loopback, 6 shards: whatever is killed, the merge makes what one run makes.
# Usage: ssh.sh BUILD [PHOTOS [SCENARIO...]]: how many, or a folder of make_scenario; plain worker host both master
set -eu
build=$(cd "$1" && pwd) photos=${2:-240}
[ ! -d "$photos" ] || photos=$(cd "$photos" && pwd)
[ "$#" -le 2 ] && shift "$#" || shift 2
[ "$#" -gt 0 ] || set -- plain worker host both master
cd "$(dirname "$0")/../.."
work=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
. tests/cluster/lib.sh
sshd=$(command -v sshd) || { echo 'no sshd here'; exit 77; }
! lacks parallel ssh ssh-keygen perl || exit 77
hosts='h1 h2 h3'
mark=LOOPBACK_SSH=$work # of the work and of who gives it; sshd itself writes over its environment
stop() {
    for host in $hosts; do host_kill "$host"; done
    kill_owned "$mark"
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

hosts_up() {
    mkdir -p "$work/ssh" /run/sshd # where Debian's sshd wants to be locked up
    ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/host"
    ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/user"
    cat >"$work/ssh/config" <<END
Host *
  HostName 127.0.0.1
  User $(id -un)
  IdentityFile $work/ssh/user
  IdentitiesOnly yes
  BatchMode yes
  UserKnownHostsFile $work/ssh/known_hosts
  GlobalKnownHostsFile none
  StrictHostKeyChecking yes
  ServerAliveInterval 2
END
    # shellcheck disable=SC2046
    set -- $(free_ports 3)
    for host in $hosts; do
        echo "$1" >"$work/ssh/$host.port"
        printf 'Host %s\n  Port %s\n' "$host" "$1" >>"$work/ssh/config"
        echo "[127.0.0.1]:$1 $(cut -d' ' -f1,2 "$work/ssh/host.pub")" >>"$work/ssh/known_hosts"
        echo "1/ssh -F $work/ssh/config $host" >>"$work/ssh/hosts"
        shift
        host_start "$host" || return 1
    done
}
answers() { # host
    ssh -F "$work/ssh/config" "$1" true 2>"$work/said"
}
host_start() { # host
    "$sshd" -D -e -f /dev/null -p "$(cat "$work/ssh/$1.port")" -o ListenAddress=127.0.0.1 -o HostKey="$work/ssh/host" \
        -o AuthorizedKeysFile="$work/ssh/user.pub" -o StrictModes=no -o PasswordAuthentication=no -o UsePAM=no -o PidFile=none \
        -o MaxStartups=100 -o SetEnv="$mark LOOPBACK_HOST=$1 HEADROOM_CPU=$HEADROOM_CPU" >>"$work/ssh/log" 2>&1 &
    echo $! >"$work/ssh/$1.pid"
    wait_until 10 "sshd of $1" answers "$1" || { cat "$work/said"; return 1; }
}
below() { # process: it and all that it started
    echo "$1"
    for child in $(pgrep -P "$1"); do below "$child"; done
}
host_kill() { # host: sshd, its connections and its work
    [ -e "$work/ssh/$1.pid" ] || return 0
    # shellcheck disable=SC2046 # lists of numbers
    kill -9 $(below "$(cat "$work/ssh/$1.pid")") 2>/dev/null || true
    rm "$work/ssh/$1.pid"
    for process in $(owned "LOOPBACK_HOST=$1"); do # of the jobs, what lost its parent
        [ "$mark" != "LOOPBACK_SSH=$(started_with "$process" LOOPBACK_SSH)" ] || kill -9 "$process" 2>/dev/null || true
    done
}

begin() { # in the background; sets master
    env "$mark" JOBS=1 sh tests/cluster/parallel.sh "$work/ssh/hosts" "$shards" "$out" -r "$roster" -- "$in/photos" -- -q --lang en --split 100 \
        >"$work/said" 2>&1 &
    master=$!
}
finish() { # after what
    code=0
    wait "$master" || code=$?
    [ "$code" = 0 ] || { cat "$work/said"; complain "$1: parallel.sh ends with $code"; return 0; }
    same "$1"
}
catch() {
    catch_worker "$mark" || return 1
    name=$(started_with "$worker" LOOPBACK_HOST)
    [ -n "$name" ] || complain 'a worker on no host'
}

plain() {
    begin
    finish plain
    [ "$(awk -F'\t' 'NR > 1 { print $2 }' "$out-log/joblog" | sort -u | wc -l)" = 3 ] || { cat "$out-log/joblog"; complain 'not all hosts have worked'; }
    begin
    finish again
    [ "$(wc -l <"$out-log/joblog")" = "$((shards + 1))" ] || complain 'what has ended well is begun again'
    rm -r "$out/shards/00003-of-00006"
    begin
    finish 'shard 3 made anew'
    published 00003-of-00006 || complain 'a deleted shard is not made anew'
}
worker() {
    begin
    for process in guard judge; do
        catch || return 0
        kill_worker "$process"
        wait_until 60 "shard $shard, $process killed" published "$shard" || return 0
    done
    finish 'workers killed'
}
host() {
    begin
    catch || return 0
    host_kill "$name"
    ! published "$shard" || complain 'the host was killed too late'
    if [ "${1:-}" = both ]; then
        lost=$name
        catch || return 0
        [ "$name" != "$lost" ] || complain 'a dead host works'
        kill_worker guard
        name=$lost
    fi
    finish "a host killed${1:+, and a worker}"
    host_start "$name"
}
both() {
    host both
}
master() { # the machine that started it all goes; the same command again
    begin
    catch || return 0
    for process in $(owned "$mark"); do
        [ -n "$(started_with "$process" LOOPBACK_HOST)" ] || kill -9 "$process" 2>/dev/null || true
    done
    wait "$master" 2>/dev/null || true
    ! published "$shard" || complain 'killed too late'
    kill -CONT "$worker" 2>/dev/null || true # unless GNU parallel's end on the host has seen it and ended the work
    begin
    finish 'begun again'
}

started=$(date +%s)
prepare
echo "$(wc -l <"$work/files") photos; ready and run once in $(($(date +%s) - started)) s"
hosts_up || exit 1
for scenario; do
    rm -rf "$out" "$out-log"
    started=$(date +%s)
    "$scenario"
    echo "$scenario: $(($(date +%s) - started)) s"
done
for host in $hosts; do host_kill "$host"; done
left=$(owned "$mark")
[ -z "$left" ] || complain "processes are left: $left"
exit "$bad"
