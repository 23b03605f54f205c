# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# munge, slurmctld and three slurmd on this machine, all files below $work/slurm; no systemd, no cgroups.
# Their processes, and those of the jobs, are known by SLURM_CONF in their environment.
slurm=$work/slurm nodes='n1 n2 n3'
slurm_mark=SLURM_CONF=$slurm/slurm.conf
export "${slurm_mark?}"

slurm_configure() {
    mkdir -p "$slurm/state" "$slurm/log"
    host=$(hostname -s) user=$(id -un) number=0
    # shellcheck disable=SC2046
    set -- $(free_ports 4)
    cat >"$slurm/slurm.conf" <<END
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$1
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
CredType=cred/munge
# A requeued task waits until its first start can no longer be valid: 120 s by default.
AuthInfo=socket=$slurm/munge.socket,cred_expire=5
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool-%n
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/%n.pid
SlurmctldLogFile=$slurm/log/slurmctld
SlurmdLogFile=$slurm/log/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=1,bf_interval=2,sched_interval=2
SlurmdParameters=config_overrides
SlurmdTimeout=6
SlurmctldTimeout=6
MessageTimeout=4
KillWait=2
ReturnToService=2
END
    for node in $nodes; do
        shift
        number=$((number + 1))
        echo "NodeName=$node NodeHostname=$host NodeAddr=127.0.0.1 Port=$1 CPUs=1"
    done >>"$slurm/slurm.conf"
    echo "PartitionName=all Nodes=n[1-$number] Default=YES MaxTime=INFINITE State=UP" >>"$slurm/slurm.conf"
    echo CgroupPlugin=cgroup/v1 >"$slurm/cgroup.conf" # which nothing uses: where it has to find out, slurmd does not start without any
    (umask 077 && head -c 1024 /dev/urandom >"$slurm/munge.key")
}
munge_start() {
    munged -F --force --socket="$slurm/munge.socket" --key-file="$slurm/munge.key" --pid-file="$slurm/munge.pid" \
        --log-file="$slurm/log/munged" --seed-file="$slurm/munge.seed" >"$slurm/log/munged.said" 2>&1 &
}
controller_start() {
    slurmctld -D >"$slurm/log/slurmctld.said" 2>&1 &
    controller=$!
    wait_until 20 'the controller' sh -c 'scontrol ping | grep -q "is UP"'
}
controller_kill() {
    kill -9 "$controller"
    wait "$controller" 2>/dev/null || true
}
node_start() { # node
    LOOPBACK_NODE=$1 slurmd -D -N "$1" >"$slurm/log/$1.said" 2>&1 &
}
node_kill() { # node: slurmd, slurmstepd and its job at once, as when the machine loses its power
    job= stepd=
    for process in $(owned "SLURMD_NODENAME=$1"); do # whose environment is its own
        [ "$(started_with "$process" SLURM_CONF)" = "$slurm/slurm.conf" ] || continue
        job="$job $process" above=$(parent "$process")
        case $(readlink "/proc/$above/exe") in */slurmstepd*) stepd="$stepd $above" ;; esac
    done
    # shellcheck disable=SC2046,SC2086 # lists of numbers; who would report the job's death goes first
    kill -9 $(owned "LOOPBACK_NODE=$1") $stepd $job 2>/dev/null || true
}
nodes_idle() { # how many
    [ "$(sinfo -h -N -t idle -o %N | wc -l)" = "$1" ]
}
slurm_up() {
    slurm_configure
    munge_start
    controller_start || return 1
    for node in $nodes; do node_start "$node"; done
    wait_until 30 'three nodes' nodes_idle 3
}
slurm_down() {
    kill_owned "$slurm_mark"
    wait 2>/dev/null || true
}
