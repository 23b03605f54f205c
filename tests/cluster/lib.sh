# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# What the tests of this folder share. Before: build, photos (how many, or a folder of make_scenario)
# and work (a folder that is theirs alone).
here=$PWD/tests/cluster shards=6 bad=0
in=$work/in out=$work/out roster=$work/in/roster.csv
# The slowest kernels: a shard is to last longer than a batch of photos (half a second), so that a worker can be caught in its midst.
export HEADROOM_CPU=base
export HEADROOM="$build/headroom" TRIES=3 LC_ALL=C SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(date +%s)}" PATH="$PATH:/usr/sbin:/sbin"

complain() {
    echo "$1"
    bad=1
}
lacks() { # program...: true if one of them is not installed
    for program; do
        command -v "$program" >/dev/null || { echo "no $program here"; return 0; }
    done
    return 1
}
free_ports() { # how many: free at this moment
    perl -MIO::Socket::INET -e 'print $_->sockport, "\n" for map {
        IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or die "$!" } 1 .. shift' "$1"
}
owned() { # VARIABLE=VALUE: the processes that were started with it, but for those that look for them
    env -i PATH="$PATH" sh -c 'grep -lzxF -- "$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3' owned "$1"
}
started_with() { # process, variable: its value
    cat "/proc/$1/environ" 2>/dev/null | tr '\0' '\n' | sed -n "s/^$2=//p"
}
parent() { # process
    awk '/^PPid/ { print $2 }' "/proc/$1/status" 2>/dev/null || true
}
kill_owned() { # VARIABLE=VALUE: at once, as a power failure does, and what they started meanwhile
    while processes=$(owned "$1") && [ -n "$processes" ]; do
        # shellcheck disable=SC2086 # a list of numbers
        kill -9 $processes 2>/dev/null || true
    done
}
wait_until() { # seconds, what for, command...
    end=$(($(date +%s) + $1)) what=$2
    shift 2
    until "$@"; do
        [ "$(date +%s)" -lt "$end" ] || { complain "$what: waited in vain"; return 1; }
        sleep 0.1
    done
}

# A year at a school, with problems that only the merge can see: files of one person, the same file and the same
# picture under two numbers, who is missing and who is extra. What one run makes of it is what must come out.
prepare() {
    if [ -d "$photos" ]; then ln -s "$photos" "$in"; else "$build/make_scenario" -n "$photos" "$in" >/dev/null; fi
    find "$in/photos/" -type f -printf '%P\n' | sort >"$work/files"
    code=0
    "$build/headroom" run -q --lang en -o "$work/single" --split 100 -r "$roster" "$in/photos" || code=$?
    [ "$code" = 1 ] || complain "the single run ends with $code, not 1"
}
same() { # after what: OUT is what the single run made, and every file has one record
    diff -rq -x 'journal.db*' -x shards -x .lock "$work/single" "$out" || complain "$1: not what one run makes"
    sed -n 's,^{"type":"photo".*"source":{"path":"'"$in"'/photos/\([^"]*\)".*,\1,p' "$out/report.jsonl" | sort >"$work/reported" || true
    lost=$(comm -23 "$work/files" "$work/reported" | wc -l) doubled=$(uniq -d "$work/reported" | wc -l)
    [ "$lost,$doubled" = 0,0 ] || complain "$1: $lost lost, $doubled doubled"
    [ "$(wc -l <"$work/files")" = "$(wc -l <"$work/reported")" ] || complain "$1: other files"
}

# A worker that has made some of its shard, and a quarter not yet, stopped, so that what is then done to it cannot come too late, even if that lets
# it go on for a moment. Sets worker (the process that judges), shard (its folder's name). Its parent is the process that
# guards it.
catch_worker() { # VARIABLE=VALUE that it was started with
    end=$(($(date +%s) + 60)) few=$(($(wc -l <"$work/files") / shards * 3 / 4))
    while [ "$(date +%s)" -lt "$end" ]; do
        for worker in $(owned "$1"); do
            [ "$(readlink "/proc/$worker/exe")" = "$HEADROOM" ] || continue
            kill -STOP "$worker" 2>/dev/null || continue
            shard=$(find "/proc/$worker/fd" -lname "$out/shards/*/journal.part" -printf '%l\n' 2>/dev/null | head -1)
            shard=${shard%/journal.part}
            shard=${shard##*/}
            made=$(ls "$out/shards/$shard/.held" 2>/dev/null | wc -l)
            [ -n "$shard" ] && [ "$made" -gt 0 ] && [ "$made" -le "$few" ] && return 0
            kill -CONT "$worker" 2>/dev/null || true
        done
    done
    complain "no worker in the midst of a shard"
    return 1
}
kill_worker() { # guard|judge: one of its two processes, as the kernel does that wants memory
    if [ "$1" = guard ]; then
        kill -9 "$(parent "$worker")"
    else
        kill -9 "$worker"
    fi
}
published() { # shard's folder
    [ -e "$out/shards/$1/journal" ]
}
kill_workers() { # VARIABLE=VALUE: each of a worker's two processes once; the shard is finished all the same
    for process in guard judge; do
        catch_worker "$1" || return 1
        kill_worker "$process" || { complain "no $process to kill"; return 1; }
        wait_until 60 "shard $shard, $process killed" published "$shard" || return 1
    done
}
