# shellcheck shell=bash
# The files that a lab and its nodes are made from.
# Used: $lab, $build, $qa.

# Plain assignments: PCP_BINADM_DIR, PCP_PMDAS_DIR, PCP_VAR_DIR …
if [[ -r /etc/pcp.conf ]]; then
  # shellcheck source=/dev/null
  . /etc/pcp.conf
fi

# write_lab_files COUNT: what the nodes have in common.
write_lab_files() {
  local i
  {
    # pmlogger wants to find the machine's own name.
    echo "127.0.0.1 localhost $(hostname)"
    echo "10.77.0.254 hub"
    for ((i = 1; i <= $1; i++)); do echo "10.77.0.$i node$i"; done
  } > "$lab/hosts"
  for ((i = 1; i <= $1; i++)); do echo "$i node$i 1"; done > "$lab/nodes"
  # sshd takes no user whose password is locked, as root's may be; here nobody
  # has one, and no other way in than a key.
  (umask 077; cut -d: -f1 /etc/passwd | sed 's/$/:*:20000:0:99999:7:::/' \
    > "$lab/shadow")
  # The channel's commands go through root's shell, which must not read what the
  # machine's root has in his files.
  sed -E 's,^(root:.*:)[^:]*$,\1/bin/sh,' /etc/passwd > "$lab/passwd"
  write_pmns
}

# write_pmns: the names of all metrics that the nodes' agents may have.
write_pmns() {
  local name files=()
  for name in root pmcd linux proc mmv; do
    files+=("/usr/lib/pcp/pmns/root_$name")
  done
  for name in mosix netstat; do
    [[ ! -r $build/share/root_$name ]] || files+=("$build/share/root_$name")
  done
  "$PCP_BINADM_DIR/pmnsmerge" -f "${files[@]}" "$lab/pmns"
}

# write_node_env NODE: one assignment a line.
write_node_env() {
  cat > "$lab/$1/env" <<T
PATH=$build/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
PCP_RUN_DIR=/run/pcp
PCP_TMP_DIR=/run/pcp/tmp
PCP_LOG_DIR=$lab/$1/log
PCP_DERIVED_CONFIG=
MOSIX_SOCKET=/run/mosix/mosixd.sock
MOSIX_LAB=$lab
T
}

# write_pmcd_conf NODE
write_pmcd_conf() {
  local logs=$lab/$1/log name
  {
    echo "pmcd 2 dso pmcd_init $PCP_PMDAS_DIR/pmcd/pmda_pmcd.so"
    echo "linux 60 pipe binary $PCP_PMDAS_DIR/linux/pmdalinux -l $logs/linux.log"
    echo "proc 3 pipe binary $PCP_PMDAS_DIR/proc/pmdaproc -A -d 3 -l $logs/proc.log"
    echo "mmv 70 pipe binary $PCP_PMDAS_DIR/mmv/pmdammv -d 70 -l $logs/mmv.log"
    for name in netstat:400 mosix:401; do
      built "pmda${name%:*}" || continue
      echo "${name%:*} ${name#*:} pipe binary $build/bin/pmda${name%:*} -A" \
        "-d ${name#*:} -l $logs/${name%:*}.log" \
        "$([[ $name == netstat* ]] || echo --unsafe-remote-stores)"
    done
    # The lab opens what a real node does not: anybody on this closed network
    # may store.
    echo '[access]'
    echo 'allow hosts "*" : all;'
  } > "$lab/$1/pmcd.conf"
}

# write_sshd_conf NODE
write_sshd_conf() {
  local dir=$lab/$1
  ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$dir/host_key"
  ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$dir/key"
  cat > "$dir/sshd.conf" <<T
Port 22
HostKey $dir/host_key
PidFile none
AuthorizedKeysFile $dir/authorized_keys
StrictModes no
UsePAM no
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin forced-commands-only
AllowUsers root
PermitUserRC no
DisableForwarding yes
UseDNS no
PrintMotd no
T
}

# write_keys COUNT: whom each node lets in, and knows.
write_keys() {
  local i j key
  for ((i = 1; i <= $1; i++)); do
    read -r _ key _ < "$lab/node$i/host_key.pub"
    echo "node$i,10.77.0.$i ssh-ed25519 $key" >> "$lab/known_hosts"
    for ((j = 1; j <= $1; j++)); do
      ((i != j)) || continue
      read -r _ key _ < "$lab/node$j/key.pub"
      echo "restrict,command=\"$build/bin/mosix-peer --node $j" \
        "--socket /run/mosix/mosixd.sock\" ssh-ed25519 $key"
    done > "$lab/node$i/authorized_keys"
  done
}

# write_mosixd_conf NODE CRIU
write_mosixd_conf() {
  local dir=$lab/$1
  mkdir -m 700 "$dir/state"
  cat > "$dir/mosixd.conf" <<T
node = ${1#node}
nodes = $lab/nodes
state_dir = $dir/state
run_dir = /run/mosix
criu = $2
cgroup = mosix-$(<"$lab/id")-$1
agents = pcp
faults = $dir/faults
ssh_key = $dir/key
known_hosts = $lab/known_hosts
T
}
