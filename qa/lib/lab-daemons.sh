# shellcheck shell=bash
# The daemons of a node, in the order of their start.
# Used: $lab, $build, $qa.
daemons=(pmcd sshd mosixd)

# built PROGRAM: it is there, in the build tree.
built() { [[ -x $build/bin/$1 ]]; }

# daemon_command NODE DAEMON: sets `command`.
daemon_command() {
  local dir=$lab/$1
  case $2 in
    pmcd)
      # -q: many nodes that start at once on few CPUs take longer than the 5 s
      # that pmcd gives its agents to say hello.
      command=("$PCP_BINADM_DIR/pmcd" -f -A -U root -H "$1" -c "$dir/pmcd.conf"
        -q 20 -n "$lab/pmns" -l "$dir/log/pmcd.log") ;;
    sshd) command=(/usr/sbin/sshd -D -e -f "$dir/sshd.conf") ;;
    mosixd) command=("$build/bin/mosixd" -c "$dir/mosixd.conf") ;;
    *) die "no daemon $2 (there are: ${daemons[*]})" ;;
  esac
}

# into NODE: the words that bring a command into its namespaces, in `into`.
into() {
  local init
  init=$(init_pid "$1") || die "$1 is down"
  # The group limits what is started from here on, this shell included.
  [[ ! -e $lab/$1/join ]] || echo "$BASHPID" > "$(<"$lab/$1/join")"
  into=(taskset -c "$(<"$lab/$1/cpu")"
    nsenter -t "$init" --net --pid --mount --uts --ipc --)
}

# enter NODE COMMAND…: becomes the command, on the node.
enter() {
  local dir into
  dir=$(node_dir "$1")
  into "$1"
  shift
  exec "${into[@]}" "$qa/lib/lab-exec" "$dir" "$PWD" "$@"
}

# start_daemon NODE DAEMON
start_daemon() {
  local command into
  daemon_command "$1" "$2"
  (into "$1"
    exec "${into[@]}" "$qa/lib/lab-daemon" "$lab/$1" "$2" "${command[@]}")
}

# stop_daemon NODE DAEMON: if it runs.
stop_daemon() {
  local pid start
  pid=$(daemon_pid "$1" "$2" 2>/dev/null) || return 0
  start=$(start_time "$pid") || return 0
  kill -TERM "$pid"
  for _ in {1..500}; do
    same_process "$pid" "$start" || return 0
    sleep 0.02
  done
  kill -KILL "$pid"
}

restart_daemon() {
  node_dir "$1" >/dev/null
  stop_daemon "$1" "$2"
  start_daemon "$1" "$2"
  await_daemon "$1" "$2" || die "$2 of $1 does not start (qa/lab logs $1)"
}

# answers NODE DAEMON: it does its work.
answers() {
  local hub
  hub=$(init_pid hub) || return 1
  case $2 in
    pmcd)
      # Each agent too: a status other than 0 is one that failed.
      PCP_DERIVED_CONFIG='' nsenter -t "$hub" --net -- \
        pmprobe -h "10.77.0.${1#node}" -v pmcd.agent.status 2>/dev/null |
        awk '$2 < 1 { bad = 1 } { for (i = 3; i <= NF; i++) if ($i) bad = 1 }
             END { exit bad || !NR }' ;;
    sshd)
      nsenter -t "$hub" --net -- \
        bash -c ": < /dev/tcp/10.77.0.${1#node}/22" 2>/dev/null ;;
    mosixd) [[ -S /proc/$(init_pid "$1")/root/run/mosix/mosixd.sock ]] ;;
  esac
}

# await_daemon NODE DAEMON: until it answers; gives up if it ended, or after 20 s.
await_daemon() {
  local inner start init
  init=$(init_pid "$1") || return 1
  for _ in {1..400}; do
    ! answers "$1" "$2" || return 0
    read -r inner start < "$lab/$1/$2.pid"
    same_process "$(outer_pid "$init" "$inner")" "$start" || return 1
    sleep 0.05
  done
  return 1
}

# await_cluster: until each node's mosixd sees all nodes up; gives up after 20 s.
await_cluster() {
  local node count into
  count=$(wc -l < "$lab/nodes")
  for _ in {1..200}; do
    for node in "$lab"/node[0-9]*; do
      (($(
        into "$(basename "$node")"
        "${into[@]}" "$qa/lib/lab-exec" "$node" / pmmosix nodes --json 2>&1 |
          grep -c '"up": true'
      ) == count)) || {
        sleep 0.1
        continue 2
      }
    done
    return 0
  done
  return 1
}

# log_tails NODE LINES
log_tails() {
  find "$lab/$1" -name '*.log' -size +0 -exec tail -v -n "$2" {} +
}
