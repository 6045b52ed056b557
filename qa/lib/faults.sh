# shellcheck shell=bash
# Moves that stumble: a job moves from node1 to node2, something is killed in the
# midst of it, and afterwards the job must have run once, whole, and left nothing
# behind. Used by tests, with jobs.sh; the lab of common.rc has two nodes.
units=3000

# job_cgroups NODE: folders of the copies there.
job_cgroups() {
  find /sys/fs/cgroup -mindepth 2 -maxdepth 3 -type d \
    -path "*/mosix-$(<"$tmp/lab/id")-$1/*" 2>/dev/null
}

# criu_of NODE dump|restore: pid of criu there, as seen from outside.
criu_of() {
  local cgroup pid words
  for cgroup in $(job_cgroups "$1"); do
    while read -r pid; do
      words=$(tr '\0' ' ' 2>/dev/null < "/proc/$pid/cmdline") || continue
      # A criu unpacked from a package runs under a loader, as criu.bin.
      [[ $words == *criu*" $2 --images-dir"* ]] || continue
      echo "$pid"
      return
    done < <(cat "$cgroup"/*/cgroup.procs 2>/dev/null)
  done
  return 1
}

kill_criu() {
  local pid
  for _ in {1..2000}; do
    if pid=$(criu_of "$1" "$2"); then
      kill -9 "$pid" && return
    fi
  done
  echo "there was no criu $2 on $1"
}

# kill_channel FROM: the ssh that FROM's mosixd holds to the other node.
kill_channel() { lab run "$1" pkill -9 -f -- '-oControlMaster=yes'; }

kill_agent() { lab run "$1" pkill -9 -x pmdamosix; }

# point NODE POINT: mosixd of NODE will stop at POINT; reached; go_on.
stop_at() { echo "$2 wait" > "$tmp/lab/$1/faults"; }
reached() { [[ ! -s $tmp/lab/$1/faults ]]; }
go_on() { touch "$tmp/lab/$1/faults.$2.go"; }
clear_points() { rm -f "$tmp"/lab/node*/faults*; }

both_up() {
  local node
  for node in node1 node2; do
    (($(lab run "$node" pmmosix nodes --json | grep -c '"up": true') == 2)) ||
      return 1
  done
}

# request_state: of the last request, as node1 knows it.
request_state() {
  lab run node1 pmmosix requests 2>/dev/null | awk 'NR > 1 { s = $5 } END { print s }'
}
request_is_over() { [[ $(request_state) =~ ^(done|failed|refused)$ ]]; }

start_job() {
  log=$tmp/$1.log
  lab run node1 pmmosix run -- burn "$1" "$units" "$log" \
    > "$tmp/out" 2> "$tmp/err" < /dev/null &
  client=$!
  _within 20 test -s "$log" || echo "the job does not start"
}

# verdict NAME: of the job and of what is left.
verdict() {
  local status=0 expected
  wait "$client" || status=$?
  ((status == 0)) || echo "exit status $status: $(<"$tmp/err")"
  expected=$(lab run node1 burn --expect "$1" "$units")
  [[ $(<"$tmp/out") == "$expected" ]] || echo "wrong result: $(<"$tmp/out")"
  awk '{ print $3 }' "$log" | cmp -s - <(seq 0 $((units / 200))) ||
    echo "lines lost or twice: $(awk '{ print $2, $3 }' "$log" | tr '\n' ',')"
  nothing_left() {
    [[ -z $(job_cgroups node1)$(job_cgroups node2) ]] &&
      [[ -z $(lab run node1 find /run/mosix/img /run/mosix/capsules -mindepth 1) ]] &&
      [[ -z $(lab run node2 find /run/mosix/img /run/mosix/capsules -mindepth 1) ]] &&
      [[ -z $(find "$tmp"/lab/node*/state/jobs -type f) ]]
  }
  _within 15 nothing_left || {
    echo "left behind: $(job_cgroups node1) $(job_cgroups node2)" \
      "$(find "$tmp"/lab/node*/state/jobs -type f)"
  }
}

# stumble NAME NODE POINT OUTCOMES COMMAND…: at POINT of the mosixd of NODE, runs
# COMMAND; afterwards the request must be in one of the OUTCOMES (a regular
# expression).
stumble() {
  local name=$1 node=$2 point=$3 outcomes=$4
  shift 4
  clear_points
  _within 20 both_up || echo "the nodes do not see each other"
  start_job "$name"
  stop_at "$node" "$point"
  lab run node1 pmmosix migrate --no-wait "$(job_pid burn)" node2 >> "$seq_full" 2>&1
  _within 20 reached "$node" || echo "$point is not reached"
  "$@" >> "$seq_full" 2>&1
  go_on "$node" "$point"
  for daemon in node1 node2; do
    lab pid "$daemon" mosixd > /dev/null 2>&1 ||
      lab restart "$daemon" mosixd >> "$seq_full" 2>&1
  done
  _within 30 request_is_over || echo "the request is $(request_state)"
  [[ $(request_state) =~ ^($outcomes)$ ]] ||
    echo "the request is $(request_state), not $outcomes"
  verdict "$name"
  echo "$name: once, whole, nothing left ($outcomes)"
}
