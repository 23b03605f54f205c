#!/bin/sh
# SPDX-License-Identifier: MIT
# The manifests for Kubernetes, without a cluster: they say what they must, and what their containers are told to run, run
# here as that user, with nothing writable but the claim, without capabilities, makes what one run makes.
# Usage: kubernetes.sh BUILD [PHOTOS]: how many, or a folder of make_scenario
set -eu
build=$(cd "$1" && pwd) photos=${2:-60}
[ ! -d "$photos" ] || photos=$(cd "$photos" && pwd)
cd "$(dirname "$0")/../.."
work=$(cd "$(mktemp -d)" && pwd -P)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
. tests/cluster/lib.sh
perl -MYAML::XS -MJSON::PP -e 1 2>/dev/null || { echo 'no YAML::XS for perl here'; exit 77; }

asked() { # shards|merge: UID GID COMPLETIONS of that manifest
    perl tests/cluster/kubernetes.pl "tests/cluster/kubernetes-$1.yaml" "$1" "$work/$1"
}
facts=$(asked shards) && merge=$(asked merge) || exit 1
read -r uid gid shards <<END
$facts
END
[ "$merge" = "$uid $gid 1" ] || { echo 'the two Jobs run as different users'; exit 1; }
unshare -m true 2>/dev/null || { echo 'the manifests hold; no mount namespaces here, so what they run was not run'; exit 77; }

image() { # what the container's image would hold: Debian's libraries, and the program as it is installed
    DESTDIR=$work/image cmake --install "$build" --prefix /usr/local >/dev/null
    mkdir -p "$work/root/photos" "$work/root/out" "$work/root/proc" "$work/root/dev"
    for folder in bin etc lib lib64 sbin usr; do
        if [ -L "/$folder" ]; then cp -P "/$folder" "$work/root"; elif [ -d "/$folder" ]; then mkdir "$work/root/$folder"; fi
    done
}
container() { # what is mounted at /out, file of words: as the kubelet runs it
    set -- "$1" "$work/root" "$in" "$2" "$uid" "$gid" "$work/image/usr/local"
    # shellcheck disable=SC2016 # for the inner shell
    unshare -m sh -euc '
        root=$2
        mount --bind "$root" "$root"
        for folder in etc usr bin lib lib64 sbin; do
            [ ! -d "/$folder" ] || [ -L "/$folder" ] || { mount --bind "/$folder" "$root/$folder" && mount -o remount,ro,bind "$root/$folder"; }
        done
        mount --bind "$7" "$root/usr/local"
        mount -o remount,ro,bind "$root/usr/local"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount --bind "$(readlink -f "$3")" "$root/photos"
        mount -o remount,ro,bind "$root/photos"
        mount --bind "$1" "$root/out"
        uid=$5 gid=$6 index=${JOB_COMPLETION_INDEX:-}
        exec 3<"$4"
        mount -o remount,ro,bind "$root"
        set --
        while IFS= read -r word <&3; do set -- "$@" "$word"; done
        exec 3<&-
        exec chroot "$root" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" HEADROOM_CPU="$HEADROOM_CPU" ${index:+JOB_COMPLETION_INDEX=$index} \
            setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
            "$@"' container "$@"
}
pod() { # folder of the claim, file of words, index if it has one, exit code that is right
    code=0
    JOB_COMPLETION_INDEX=$3 container "$1" "$2" >"$work/said" 2>&1 || code=$?
    [ "$code" = "$4" ] || { cat "$work/said"; complain "$(basename "$2") $3: exit $code, not $4"; }
}

prepare
image
for claim in out whole; do
    mkdir "$work/$claim"
    chown "$uid:$gid" "$work/$claim"
done
for folder in /photos /usr/local /; do # the container is as strict as its manifest says
    printf '%s\n' /bin/touch "$folder/written" >"$work/touch"
    pod "$work/out" "$work/touch" '' 1
    grep -qi 'read-only file system' "$work/said" || { cat "$work/said"; complain "$folder can be written to"; }
done
printf '%s\n' headroom run -q -o /out/2026 -r /photos/roster.csv /photos/photos >"$work/single-run"
pod "$work/whole" "$work/single-run" '' 1 # what they make is compared with
rm -rf "$work/single"
mv "$work/whole/2026" "$work/single"

pod "$work/out" "$work/merge" '' 2 # too early
for index in $(seq 0 $((shards - 1))) 5; do # and a pod that a drained node's came before
    pod "$work/out" "$work/shards" "$index" 0
done
pod "$work/out" "$work/merge" '' 0
out=$work/out/2026 in=/photos
same 'the two Jobs'
echo "$shards pods and the merge, as user $uid: $(wc -l <"$work/reported") photos"
exit "$bad"
