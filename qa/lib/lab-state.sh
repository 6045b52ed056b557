# shellcheck shell=bash
# The lab's state folder, and what is known of its processes. A lab consists of
# nodes' first processes, whose end is the end of all in their namespaces (so
# also of networks and mounts), and of control groups named by the lab's id.
# Both are known from the folder at any time: the id is written before anything
# is made, and a first process writes its own record before it does anything.
#   id                  while the lab may grow; `ending` while it is removed
#   ready  hosts  nodes  known_hosts  pmns
#   NODE/init           pid and start time of its first process
#   NODE/DAEMON.pid     the same of a daemon, the pid as seen inside the node
#   NODE/{env,cpu,*.conf,log/}
# Used: $lab, $build, $qa.

# start_time PID: in clock ticks since boot; with the pid it names a process for
# good. 1 if there is none (a zombie is none).
start_time() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -ra fields <<< "${stat##*) }"
  [[ ${fields[0]} != Z ]] && echo "${fields[19]}"
}

# same_process PID START: it still runs.
same_process() {
  local now
  now=$(start_time "$1") && [[ $now == "$2" ]]
}

# node_dir NODE: its folder; ends the program where there is no such node.
node_dir() {
  [[ -f $lab/ready ]] || die "no lab is up in $lab (qa/lab up N)"
  [[ $1 =~ ^(hub|node[0-9]+)$ && -d $lab/$1 ]] || die "no node $1 in $lab"
  echo "$lab/$1"
}

node_names() { (cd "$lab" && printf '%s\n' hub node[0-9]* | sort -V); }

# init_pid NODE: of its first process, if that runs.
init_pid() {
  local pid start
  read -r pid start 2>/dev/null < "$lab/$1/init" && same_process "$pid" "$start" &&
    echo "$pid"
}

# daemon_pid NODE DAEMON: as seen from outside.
daemon_pid() {
  local dir init inner start pid
  dir=$(node_dir "$1") || exit
  init=$(init_pid "$1") || die "$1 is down"
  read -r inner start 2>/dev/null < "$dir/$2.pid" || die "$1 has no $2"
  if ! pid=$(outer_pid "$init" "$inner") || ! same_process "$pid" "$start"; then
    die "$2 of $1 does not run"
  fi
  echo "$pid"
}

# outer_pid INIT INNER: the process that INIT's pid namespace knows as INNER.
outer_pid() {
  local space file pid
  space=$(readlink "/proc/$1/ns/pid") || return 1
  while read -r file; do
    pid=${file//[^0-9]/}
    if [[ $(readlink "/proc/$pid/ns/pid") == "$space" ]]; then
      echo "$pid"
      return
    fi
  done < <(grep -slE "^NSpid:.*[[:space:]]$2\$" /proc/[0-9]*/status)
  return 1
}

# lock_lab: no two commands build up or tear down this lab at once. The lock is
# on the folder itself, which `down` removes: so look whether it is still it.
# `lock` is its descriptor.
lock_lab() {
  while :; do
    mkdir -p "$lab"
    exec {lock}< "$lab"
    flock -w 60 "$lock" || die "$lab is in use by another qa/lab"
    [[ ! $lab -ef /proc/$$/fd/$lock ]] || return 0
    exec {lock}<&-
  done
}

# end_processes: kills the nodes, and waits until they are gone.
end_processes() {
  local record pid start
  for record in "$lab"/*/init; do
    read -r pid start 2>/dev/null < "$record" || continue
    ! same_process "$pid" "$start" || kill -KILL "$pid" 2>/dev/null || :
  done
  for record in "$lab"/*/init; do
    read -r pid start 2>/dev/null < "$record" || continue
    for _ in {1..500}; do
      same_process "$pid" "$start" || break
      sleep 0.02
    done
    ! same_process "$pid" "$start" || die "process $pid of $record does not end"
  done
}

# is_lab: the folder is a lab's, or empty.
is_lab() {
  [[ -e $lab/id || -e $lab/ending || -z $(ls -A "$lab") ]]
}

# clean_lab: ends whatever there is of this lab, finished or not.
clean_lab() {
  # A first process that is just being born writes its record and then looks for
  # the id: either it finds none and ends, or we find its record.
  [[ ! -e $lab/id ]] || mv "$lab/id" "$lab/ending"
  end_processes
  [[ ! -s $lab/ending ]] || remove_cgroups "$(<"$lab/ending")"
  for _ in {1..50}; do
    # `ending` last: without it this would be no lab's folder. The process that
    # is just being born may still write.
    find "$lab" -mindepth 1 ! -path "$lab/ending" -delete 2>/dev/null &&
      rm -rf "$lab" && return
    sleep 0.02
  done
  die "$lab cannot be removed"
}

lab_down() {
  [[ -d $lab ]] || return 0
  # Whatever else is in a folder that is no lab's must stay.
  is_lab || die "$lab is no folder of a lab"
  lock_lab
  clean_lab
}

lab_status() {
  local node daemon pid
  [[ -f $lab/ready ]] || die "no lab is up in $lab"
  echo "lab $(<"$lab/id") in $lab"
  for node in $(node_names); do
    pid=$(init_pid "$node") || pid=down
    echo "$node  $(awk -v n="$node" '$2 == n { print $1 }' "$lab/hosts")" \
      " cpu $(<"$lab/$node/cpu")  first process $pid"
    [[ $node != hub ]] || continue
    for daemon in "${daemons[@]}"; do
      pid=$(daemon_pid "$node" "$daemon" 2>&1) || :
      echo "  $daemon  ${pid#lab: }"
    done
  done
}
