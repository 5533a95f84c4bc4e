#!/usr/bin/env bash
# A Slurm of one node for tests, on loopback, without systemd, cgroups or accounting; as root.
#   slurm.sh install        installs Debian's packages where they are missing
#   slurm.sh up FOLDER      starts it; everything that it makes lies in FOLDER (a short path: a socket's has 107 letters)
#   slurm.sh down FOLDER    cancels its jobs, stops it, and deletes FOLDER
# Its clients need SLURM_CONF=FOLDER/slurm.conf and FOLDER/bin first in PATH. It has ports, a munge socket and a key of its own, so
# a real Slurm on the same machine is left alone.
set -euo pipefail

PACKAGES=(munge slurmctld slurmd slurm-client)
PROGRAMS=(munged slurmctld slurmd sbatch)
DAEMONS=(slurmd slurmctld munged) # in the order in which they are stopped
PATH=$PATH:/usr/sbin

fail() {
    echo "slurm.sh: $*" >&2
    exit 1
}

installed() {
    command -v "${PROGRAMS[@]}" | wc -l | grep -qx "${#PROGRAMS[@]}"
}

install_packages() {
    if installed; then return; fi
    command -v apt-get >/dev/null || fail "Slurm is not installed, and there is no apt-get to install it with"
    [ "$(id -u)" = 0 ] || fail "Slurm is not installed, and only root can install it"
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${PACKAGES[@]}" >/dev/null
}

# Two ports that nobody uses.
free_ports() {
    python3 - <<'PYTHON'
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*[server.getsockname()[1] for server in held])
PYTHON
}

# The node's size is made up. Devices that are there anyway stand in for GPUs: without cgroups nobody opens them, but with files
# Slurm sets CUDA_VISIBLE_DEVICES as it does for real ones. The prolog writes it into the log of each job.
write_configuration() {
    local host control_port node_port
    host=$(hostname -s)
    read -r control_port node_port < <(free_ports)
    echo "NodeName=$host Name=gpu File=/dev/zero,/dev/full Flags=nvidia_gpu_env" >"$FOLDER/gres.conf"
    cat >"$FOLDER/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$control_port
SlurmdPort=$node_port
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$FOLDER/munge.socket
CredType=cred/munge

StateSaveLocation=$FOLDER/state
SlurmdSpoolDir=$FOLDER/spool
SlurmctldPidFile=$FOLDER/slurmctld.pid
SlurmdPidFile=$FOLDER/slurmd.pid
SlurmctldLogFile=$FOLDER/slurmctld.log
SlurmdLogFile=$FOLDER/slurmd.log

ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
TaskProlog=$FOLDER/bin/prolog
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none

SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=bf_interval=1,sched_min_interval=0,batch_sched_delay=0
EnforcePartLimits=ALL
KillWait=2
# squeue tells of finished jobs for as long as a test may take
MinJobAge=3600
ReturnToService=2

SlurmdParameters=config_overrides
GresTypes=gpu
NodeName=$host NodeAddr=127.0.0.1 CPUs=8 RealMemory=64000 Gres=gpu:2
PartitionName=cpu Nodes=$host Default=YES
PartitionName=gpu Nodes=$host
CONF
}

# A zombie is not alive: where there is no init, nobody waits for a daemon.
alive() {
    local process
    process=$(cat "$FOLDER/$1.pid" 2>/dev/null) && grep -qs '^State:.[^Z]' "/proc/$process/status"
}

# Wait up to 15 seconds for a command to succeed.
wait_for() {
    local end=$((SECONDS + 15))
    until "$@" 2>/dev/null; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

node_is_idle() {
    timeout 5 sinfo --noheader --format=%t | grep -qx idle
}

# Snakemake's plugin takes SLURM_CONF away from srun, so srun is told again.
write_programs() {
    mkdir -p "$FOLDER/bin"
    printf '#!/bin/sh\nSLURM_CONF=%s exec %s "$@"\n' "$SLURM_CONF" "$(command -v srun)" >"$FOLDER/bin/srun"
    printf '#!/bin/sh\necho print CUDA_VISIBLE_DEVICES=$CUDA_VISIBLE_DEVICES\n' >"$FOLDER/bin/prolog"
    chmod +x "$FOLDER"/bin/*
}

start_munge() {
    dd if=/dev/urandom of="$FOLDER/munge.key" bs=128 count=1 status=none
    chmod 400 "$FOLDER/munge.key"
    # --force: a folder of tests need not be open to other users
    munged --force --socket="$FOLDER/munge.socket" --key-file="$FOLDER/munge.key" --pid-file="$FOLDER/munged.pid" \
        --log-file="$FOLDER/munged.log" --seed-file="$FOLDER/munge.seed" 2>/dev/null
}

up() {
    installed || fail "Slurm is not installed; see: $0 install"
    [ "$(id -u)" = 0 ] || fail "only root can start Slurm"
    [ ! -e "$FOLDER/slurm.conf" ] || fail "$FOLDER is in use; see: $0 down $FOLDER"
    mkdir -p "$FOLDER/state" "$FOLDER/spool"
    write_configuration
    write_programs
    start_munge
    slurmctld
    slurmd
    if ! wait_for node_is_idle; then
        tail -n 20 "$FOLDER"/*.log >&2
        down
        fail "the node did not come up"
    fi
}

no_jobs() {
    [ -z "$(timeout 5 squeue --noheader)" ]
}

stopped() {
    ! alive "$1"
}

down() {
    if [ ! -e "$FOLDER" ]; then return; fi
    [ -e "$FOLDER/slurm.conf" ] || fail "$FOLDER is not a folder of this script"
    if alive slurmctld; then
        squeue --noheader --format=%A | xargs --no-run-if-empty scancel || true
        wait_for no_jobs || echo "slurm.sh: some jobs do not end" >&2
    fi
    for daemon in "${DAEMONS[@]}"; do
        if alive "$daemon"; then
            kill "$(cat "$FOLDER/$daemon.pid")"
            wait_for stopped "$daemon" || fail "$daemon does not stop"
        fi
    done
    rm -r "$FOLDER"
}

ACTION=${1:-} FOLDER=${2:-}
export SLURM_CONF=$FOLDER/slurm.conf
case $ACTION-${FOLDER:+folder} in
    install-) install_packages ;;
    up-folder) up ;;
    down-folder) down ;;
    *) fail "say: $0 install, $0 up FOLDER or $0 down FOLDER" ;;
esac
