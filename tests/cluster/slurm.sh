#!/bin/sh
# SPDX-License-Identifier: MIT
# Three Slurm nodes on this machine, 6 shards: whatever is killed, the merge makes what one run makes.
# Usage: slurm.sh BUILD [PHOTOS [SCENARIO...]]: how many, or a folder of make_scenario; plain worker task node both controller twice
set -eu
build=$(cd "$1" && pwd) photos=${2:-240}
[ ! -d "$photos" ] || photos=$(cd "$photos" && pwd)
[ "$#" -le 2 ] && shift "$#" || shift 2
[ "$#" -gt 0 ] || set -- plain worker task node both controller twice
cd "$(dirname "$0")/../.."
work=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work" # munge's clients come through it
. tests/cluster/lib.sh
. tests/cluster/slurm_daemons.sh
! lacks munged slurmctld slurmd sbatch perl || exit 77
stop() {
    slurm_down
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP
export SBATCH_OPTIONS=

number() { # shard's folder
    echo "$1" | sed 's/-.*//; s/^0*//'
}
submit() { # sets merge: the job to wait for
    sh tests/cluster/submit.sh "$shards" "$out" -r "$roster" -- "$in/photos" -- -q --lang en --split 100 >"$work/submitted" ||
        complain "submit.sh ends with $?"
    merge=$(sed -n 's/^merge //p' "$work/submitted")
    merge=${merge:-none} # of an empty name, scontrol would tell all jobs
}
state() { # job
    scontrol show job "$1" 2>/dev/null | sed -n 's/.*JobState=\([A-Z_]*\).*/\1/p' | head -1
}
ended() {
    release
    case $(state "$merge") in PENDING | RUNNING | COMPLETING | CONFIGURING | '') return 1 ;; esac
}
release() { # a node knows a forgotten job of the same number
    for held in $(squeue -h -t PD -o '%i %r' | sed -n 's/ launch failed requeued held$//p'); do
        [ "$scenario" = controller ] || complain "$scenario: job $held is held"
        scontrol release "$held"
        released=$((released + 1))
    done
}
finish() { # after what: the merge ends well, in time, and the result is the single run's
    wait_until "$limit" "$1" ended || { squeue; tail -n 3 "$out"-log/*; return 0; }
    [ "$(state "$merge")" = COMPLETED ] || { complain "$1: the merge is $(state "$merge")"; tail -n 3 "$out"-log/*; }
    same "$1"
}
requeued() { # at least this often, after what
    times=$(grep -ciE 'requeue job' "$slurm/log/slurmctld" || true)
    [ "$times" -ge "$1" ] || complain "$2: no task was requeued"
}

plain() {
    submit
    finish plain
    submit
    ! grep -q array "$work/submitted" || complain 'what is published is submitted again'
    finish 'merged again'

    rm -r "$out/shards/00003-of-00006"
    cp -a "$out" "$work/before"
    code=0
    "$HEADROOM" merge -q --lang en -o "$out" --split 100 -r "$roster" "$out"/shards/*-of-* 2>"$work/said" || code=$?
    [ "$code" = 2 ] || complain "merge without shard 3 ends with $code, not 2"
    diff -r "$work/before" "$out" || complain 'a refused merge changes OUT'
    submit
    grep -q ': shards 3$' "$work/submitted" || complain "not shard 3 alone: $(cat "$work/submitted")"
    finish 'shard 3 made anew'
}
worker() {
    submit
    kill_workers "$slurm_mark" || return 0
    finish 'workers killed'
    [ "$(cat "$out"-log/* | grep -c '^task.sh: .* try 2')" -ge 1 ] || complain 'no task began again'
}
task() { # all of a task, as by a time limit: it has failed, the merge cannot come, the same command again does what is left
    submit
    catch_worker "$slurm_mark" || return 0
    scancel "$(started_with "$worker" SLURM_ARRAY_JOB_ID)_$(number "$shard")"
    wait_until "$limit" 'the merge of a failed array' ended || return 0
    [ "$(state "$merge")" = CANCELLED ] || complain "a task cancelled: the merge is $(state "$merge")"
    ! published "$shard" || complain 'the task was cancelled too late'
    submit
    grep -q "array.*: shards $(number "$shard")$" "$work/submitted" || complain "not shard $shard alone: $(cat "$work/submitted")"
    finish 'a task cancelled'
}
node() {
    submit
    catch_worker "$slurm_mark" || return 0
    name=$(started_with "$worker" SLURMD_NODENAME)
    node_kill "$name"
    ! published "$shard" || complain 'the node was killed too late'
    if [ "${1:-}" = both ]; then
        catch_worker "$slurm_mark" || return 0
        kill_worker guard
    fi
    finish "a node killed${1:+, and a worker}"
    requeued 1 'a node killed'
    node_start "$name"
    wait_until 60 "$name again" nodes_idle 3
}
both() {
    node both
}
newer() { # file, than
    [ -n "$(find "$1" -newer "$2")" ]
}
again() {
    repeated=$((repeated + 1))
    submit
}
quiet() { # nothing in the queue, nor held
    release
    queue_empty
}
controller() {
    submit
    controller_kill # with what it has not yet written down: jobs that it accepted, or that it started
    controller_start
    sleep 3
    scancel -f -u "$(id -un)" # what it does remember: then the same command
    wait_until 60 'an empty queue after the controller was lost' queue_empty || return 0
    sleep 6 # the nodes' memory of the forgotten jobs: cred_expire
    again
    catch_worker "$slurm_mark" || return 0
    wait_until 20 'the controller writes down' newer "$slurm/state/job_state" "$work/submitted" || return 0
    controller_kill # now it knows
    kill -CONT "$worker"
    sleep 2
    controller_start
    ! queue_empty || complain 'the controller forgot what it had written down'
    # A number that it forgot it gives to another job, and takes the end of the one for that of the other.
    until wait_until "$limit" 'an empty queue' quiet && [ -e "$out/report.jsonl" ]; do
        squeue
        sinfo -R
        [ "$repeated" -lt 4 ] || { complain 'submitted 4 times again, and no result'; return 0; }
        again
    done
    same 'the controller killed twice'
    echo "controller: submitted again $repeated times, released $released held jobs"
}
twice() {
    SBATCH_OPTIONS=--nice=100 submit
    first=$merge
    catch_worker "$slurm_mark" || return 0
    held=$shard stopped=$worker code=0
    "$HEADROOM" run -q --lang en -o "$out" --shard "$(number "$held")/$shards" -r "$roster" "$in/photos" 2>"$work/said" || code=$?
    [ "$code" = 4 ] || complain "a second worker on shard $held ends with $code, not 4"
    submit # comes before what is left of the first array
    wait_until "$limit" "a second worker on shard $held" grep -q 'another worker' "$out-log/$(number "$held")" || return 0
    kill -CONT "$stopped"
    finish 'every shard submitted twice'
    merge=$first
    finish 'the first merge of two'
}

queue_empty() {
    [ -z "$(squeue -h)" ]
}

started=$(date +%s)
prepare
limit=$((120 + $(wc -l <"$work/files") / 5))
echo "$(wc -l <"$work/files") photos; ready and run once in $(($(date +%s) - started)) s"
slurm_up || { tail -n 5 "$slurm"/log/*; exit 1; }
for scenario; do
    released=0 repeated=0
    scancel -f -u "$(id -un)" # what a scenario that went wrong has left
    wait_until 60 'an empty queue' queue_empty || break
    rm -rf "$out" "$out-log" "$work/before"
    started=$(date +%s)
    "$scenario"
    echo "$scenario: $(($(date +%s) - started)) s"
done
slurm_down
left=$(owned "$slurm_mark")
[ -z "$left" ] || complain "processes are left: $left"
exit "$bad"
