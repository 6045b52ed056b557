# shellcheck shell=bash
# Starts a lab.
# Used: $lab, $build, $qa.

lab_up() {
  local count=$1 i
  [[ $count =~ ^[1-9][0-9]?$ ]] || die "up N: a number of nodes from 1 to 99"
  require_programs
  lock_lab
  [[ ! -e $lab/ready ]] || ! init_pid hub >/dev/null ||
    die "a lab is up in $lab already (qa/lab down ends it)"
  is_lab || die "$lab is no folder of a lab"
  if [[ -n $(ls -A "$lab") ]]; then      # what was cut off half-way
    clean_lab
    lock_lab
  fi

  trap 'failed_up $?' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  od -An -N3 -tx1 /dev/urandom | tr -d ' ' > "$lab/id"
  chmod 755 "$lab"
  write_lab_files "$count"
  start_first_process hub "$(cpus | paste -sd,)"
  for ((i = 1; i <= count; i++)); do
    start_first_process "node$i" "$(node_cpu "$i")"
    limit_cpu "$i" "$count" "$(init_pid "node$i")"
  done
  connect "$count"
  start_daemons "$count"
  touch "$lab/ready"
  trap - EXIT INT TERM
  how_to_use "$count"
}

require_programs() {
  local program
  for program in ip unshare nsenter setpriv ssh-keygen pmprobe \
      "$PCP_BINADM_DIR/pmcd" /usr/sbin/sshd; do
    [[ -n $(command -v "$program") ]] ||
      die "$program is missing (qa/install installs what is needed)"
  done
}

# failed_up STATUS: nothing of a failed start stays.
failed_up() {
  local node
  trap '' INT TERM
  if (($1 != 130 && $1 != 143)); then
    for node in "$lab"/node[0-9]*; do
      [[ ! -d $node ]] || log_tails "$(basename "$node")" 15 >&2 || :
    done
  fi
  say "the lab did not start; it is removed"
  clean_lab || :
  exit "$1"
}

# start_first_process NODE CPUS
start_first_process() {
  local dir=$lab/$1
  mkdir -p "$dir/log"
  echo "$2" > "$dir/cpu"
  write_node_env "$1"
  setsid -f env -i PATH="$PATH" taskset -c "$2" \
    unshare --net --pid --fork --kill-child --mount --uts --ipc \
    --propagation private -- "$qa/lib/lab-init" "$lab" "$1" "$(<"$lab/id")" \
    </dev/null >> "$dir/log/init.log" 2>&1 {lock}<&-
  for _ in {1..500}; do
    [[ ! -e $dir/born ]] || return 0
    sleep 0.01
  done
  die "$1 does not start"
}

# connect COUNT: a bridge in the hub, and a wire from it to each node.
connect() {
  local hub i init
  hub=$(init_pid hub)
  {
    echo "link add br0 type bridge"
    echo "addr add 10.77.0.254/24 dev br0"
    echo "link set br0 up"
    for ((i = 1; i <= $1; i++)); do
      init=$(init_pid "node$i")
      echo "link add v$i type veth peer name eth0 netns $init"
      echo "link set v$i master br0 up"
    done
  } | nsenter -t "$hub" --net -- ip -batch -
  for ((i = 1; i <= $1; i++)); do
    printf '%s\n' "addr add 10.77.0.$i/24 dev eth0" "link set eth0 up" |
      nsenter -t "$(init_pid "node$i")" --net -- ip -batch -
  done
}

# start_daemons COUNT
start_daemons() {
  local i criu='' daemon skip=''
  if built mosixd; then
    criu=$("$qa/criu-get" | tail -n 1) || die "no criu that works"
  else
    skip=mosixd
    say "mosixd is not built in $build: left out"
  fi
  for name in mosix netstat; do
    built "pmda$name" || say "pmda$name is not built in $build: left out"
  done
  for ((i = 1; i <= $1; i++)); do
    write_pmcd_conf "node$i"
    write_sshd_conf "node$i"
    write_mosixd_conf "node$i" "$criu"
  done
  write_keys "$1"
  # mosixd first asks the other nodes' sshd, pmcd's agent asks mosixd: the order
  # spares them their first waits, and no more.
  for daemon in sshd mosixd pmcd; do
    [[ $daemon != "$skip" ]] || continue
    for ((i = 1; i <= $1; i++)); do start_daemon "node$i" "$daemon"; done
  done
  for daemon in sshd mosixd pmcd; do
    [[ $daemon != "$skip" ]] || continue
    for ((i = 1; i <= $1; i++)); do
      await_daemon "node$i" "$daemon" || die "$daemon of node$i does not start"
    done
  done
  [[ -n $skip ]] || ! built pmmosix || await_cluster ||
    die "the nodes do not see each other"
}

# how_to_use COUNT
how_to_use() {
  local me="qa/lab"
  [[ $lab == "$(realpath -m "$qa/../build/lab")" ]] || me+=" --dir $lab"
  cat <<T
$1 nodes are up: node1 to node$1.
  $me run node1 pminfo -f kernel.uname.nodename   a command on a node
  $me run hub pminfo -h node1 mosix               a client that sees all nodes
  $me status                                      what runs
  $me down                                        the end
T
}
