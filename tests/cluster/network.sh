#!/bin/sh
# SPDX-License-Identifier: MIT
# Three clients of one network file system (GlusterFS: its server and clients are ordinary programs) as three machines, 6 shards: OUT is reached
# through the network by each alone, locks are the server's. Whoever is killed, the merge makes what one run makes. As root, with FUSE.
# Usage: network.sh BUILD [PHOTOS [SCENARIO...]]: how many, or a folder of make_scenario; plain worker machine twice
set -eu
build=$(cd "$1" && pwd) photos=${2:-240}
[ ! -d "$photos" ] || photos=$(cd "$photos" && pwd)
[ "$#" -le 2 ] && shift "$#" || shift 2
[ "$#" -gt 0 ] || set -- plain worker machine twice
cd "$(dirname "$0")/../.."
work=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
. tests/cluster/lib.sh
! lacks glusterfsd glusterfs unshare nsenter perl || exit 77
[ -c /dev/fuse ] && unshare -m true 2>/dev/null || { echo 'no FUSE or no mount namespaces here'; exit 77; }
net=$work/net out=$work/net/out machines='1 2 3' mark=NETWORK_TEST=$work
stop() {
    for machine in $machines; do machine_kill "$machine"; done
    kill_owned "$mark"
    wait 2>/dev/null || true
    umount -l "$net" 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

server_up() {
    mkdir -p "$work/disk" "$net"
    port=$(free_ports 1)
    cat >"$work/server.vol" <<END
volume disk
  type storage/posix
  option directory $work/disk
end-volume
volume shared
  type features/locks
  subvolumes disk
end-volume
volume server
  type protocol/server
  option transport-type tcp
  option transport.socket.bind-address 127.0.0.1
  option transport.socket.listen-port $port
  option auth.addr.shared.allow 127.0.0.1
  subvolumes shared
end-volume
END
    cat >"$work/client.vol" <<END
volume remote
  type protocol/client
  option transport-type tcp
  option remote-host 127.0.0.1
  option remote-port $port
  option remote-subvolume shared
end-volume
volume later
  type performance/write-behind
  subvolumes remote
end-volume
END
    env "$mark" glusterfsd -N -f "$work/server.vol" -l "$work/server.log" &
    wait_until 10 'the server of the network file system' listens || return 1
    # This machine looks on.
    env "$mark" glusterfs -f "$work/client.vol" -l "$work/client.log" --entry-timeout=0 --attribute-timeout=1 "$net"
    grep -q " $net fuse.glusterfs " /proc/self/mounts
}
listens() {
    perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => shift)' "$port"
}
machine_start() { # its own mount namespace, its own client
    env "$mark" MACHINE="$1" unshare -m --propagation private sleep 100000 &
    echo $! >"$work/machine$1"
    wait_until 10 "machine $1" has_own_mounts "$!" || return 1
    on "$1" umount -l "$net" # that of who looks on
    on "$1" glusterfs -f "$work/client.vol" -l "$work/client$1.log" --entry-timeout=0 --attribute-timeout=1 "$net"
    on "$1" grep -q " $net fuse.glusterfs " /proc/self/mounts || complain "machine $1 has no network file system"
}
has_own_mounts() { # process
    [ "$(readlink "/proc/$1/ns/mnt")" != "$(readlink /proc/$$/ns/mnt)" ]
}
on() { # machine, command...
    machine=$1
    shift
    env "$mark" MACHINE="$machine" nsenter -t "$(cat "$work/machine$machine")" -m "$@"
}
machine_kill() { # all that runs there at once, its client of the network file system, too
    [ -e "$work/machine$1" ] || return 0
    for process in $(owned "MACHINE=$1"); do
        [ "$mark" != "NETWORK_TEST=$(started_with "$process" NETWORK_TEST)" ] || kill -9 "$process" 2>/dev/null || true
    done
    rm "$work/machine$1"
}
work_off() { # machine, shards...: one after the other, as an engine would give them to it
    machine=$1
    shift
    for index; do
        on "$machine" sh "$here/task.sh" "$index" "$shards" "$out" -q --lang en -r "$roster" -- "$in/photos" || return 1
    done
}
begin() { # the shards of three machines
    work_off 1 1 4 >"$work/said1" 2>&1 &
    first=$!
    work_off 2 2 5 >"$work/said2" 2>&1 &
    second=$!
    work_off 3 3 6 >"$work/said3" 2>&1 &
    third=$!
}
finish() { # after what
    for job in $first $second $third; do wait "$job" || complain "$1: a machine's work failed"; done
    code=0
    # shellcheck disable=SC2016 # for the inner shell
    on 3 sh -c '"$HEADROOM" merge -q --lang en --split 100 -o "$1" -r "$2" "$1"/shards/*-of-*' sh "$out" "$roster" 2>"$work/said" || code=$?
    [ "$code" = 1 ] || { cat "$work/said" "$work"/said[123]; complain "$1: the merge ends with $code"; }
    same "$1"
}

plain() {
    begin
    finish plain
}
worker() {
    begin
    kill_workers "$mark" || return 0
    finish 'workers killed'
}
machine() { # its locks go with it; what it had is done by others
    begin
    catch_worker "$mark" || return 0
    name=$(started_with "$worker" MACHINE)
    machine_kill "$name"
    ! published "$shard" || complain 'the machine was killed too late'
    for other in $machines; do [ "$other" = "$name" ] || break; done
    for job in $first $second $third; do wait "$job" || true; done
    work_off "$other" $(seq "$shards") >"$work/said$other" 2>&1 || complain 'the other machine cannot go on'
    machine_start "$name"
    begin
    finish 'a machine killed'
}
twice() { # the same shard on all three, the other two wait for its lock
    begin
    catch_worker "$mark" || return 0
    held=$shard stopped=$worker name=$(started_with "$worker" MACHINE)
    for other in $machines; do
        [ "$other" != "$name" ] || continue
        code=0
        on "$other" "$HEADROOM" run -q --lang en -o "$out" --shard "$(echo "$held" | sed 's/-.*//; s/^0*//')/$shards" -r "$roster" "$in/photos" 2>"$work/said" || code=$?
        [ "$code" = 4 ] || { cat "$work/said"; complain "a worker on another machine ends with $code, not 4"; }
    done
    kill -CONT "$stopped"
    for job in $first $second $third; do wait "$job" || complain 'a machine has failed'; done
    begin # all is published
    finish 'every shard begun twice'
}

started=$(date +%s)
prepare
echo "$(wc -l <"$work/files") photos; ready and run once in $(($(date +%s) - started)) s"
server_up || { tail -n 5 "$work"/*.log; exit 1; }
for machine in $machines; do machine_start "$machine"; done
for scenario; do
    rm -rf "$out"
    started=$(date +%s)
    "$scenario"
    echo "$scenario: $(($(date +%s) - started)) s"
done
for machine in $machines; do machine_kill "$machine"; done
umount -l "$net"
kill_owned "$mark"
exit "$bad"
