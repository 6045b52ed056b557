# shellcheck shell=bash
# The demo's jobs, and how they are run.
# Used: $out, $qa, $scale, lab().
#   $out/jobs          a job a line: NAME locked|free CPU-SECONDS UNITS CHECKSUM
#   $out/RUN.log       what the jobs of a run wrote: NAME NODE NUMBER TIME
#   $out/RUN/NAME.end  STATUS START END; NAME.out, NAME.err its output

# shellcheck source=/dev/null
. "$qa/lib/start-in.sh"

# make_jobs: how much work each job is, and what it must come to.
make_jobs() {
  local rate name kind seconds units
  rate=$(lab run node1 burn --calibrate)
  : > "$out/jobs"
  while read -r name kind seconds; do
    units=$(awk -v s="$seconds" -v r="$rate" -v f="$scale" \
      'BEGIN { printf "%d", s * r * f }')
    seconds=$(awk -v s="$seconds" -v f="$scale" 'BEGIN { printf "%g", s * f }')
    echo "$name $kind $seconds $units $(lab run node1 burn --expect "$name" "$units")"
  done >> "$out/jobs" <<'T'
short1 locked 8
short2 locked 9
short3 locked 11
short4 locked 12
long1 free 23
long2 free 24
long3 free 26
long4 free 27
T
}

now() { date +%s.%N; }

# start_loggers: pmlogger on each node records what the agent tells.
start_loggers() {
  local node
  echo 'log mandatory on 1 sec { mosix }' > "$out/pmlogger.conf"
  loggers=()
  for node in node1 node2; do
    start_in "$node" "$out/logger-$node.pid" pmlogger -c "$out/pmlogger.conf" \
      -l "$out/$node.pmlogger.log" "$out/$node" > "$out/$node.pmlogger.out" 2>&1
    loggers+=("$started")
  done
}

stop_loggers() {
  stop_in node1 "$out/logger-node1.pid" "${loggers[0]}"
  stop_in node2 "$out/logger-node2.pid" "${loggers[1]}"
}

# settle: until the load of the last run is forgotten, but not for ever.
settle() {
  for _ in {1..20}; do
    { lab run hub pmprobe -h node1 -v mosix.self.load
      lab run hub pmprobe -h node2 -v mosix.self.load; } |
      awk '$2 != 1 || $3 > 0.3 { busy = 1 } END { exit busy }' && return
    sleep 1
  done
}

# start_job RUN NAME KIND UNITS: on node1, as its user would; records the end.
start_job() {
  local run=$1 name=$2 units=$4 options=() status=0 start
  [[ $3 == free ]] || options=(-L)
  start=$(now)
  lab run node1 pmmosix run "${options[@]}" -- \
    burn "$name" "$units" "$out/$run.log" \
    < /dev/null > "$out/$run/$name.out" 2> "$out/$run/$name.err" || status=$?
  echo "$status $start $(now)" > "$out/$run/$name.end"
}

# start_balance RUN: pmbalance on node1 with the run's rules, in `balance`.
start_balance() {
  balance=
  [[ $1 != none ]] || return 0
  start_in node1 "$out/pmbalance.pid" pmbalance "$qa/../rules/$1.rules" \
    > "$out/$1.pmbalance.log" 2>&1
  balance=$started
}

# progress RUN START: one line, that changes where there is a terminal.
progress() {
  local line finished
  finished=$(find "$out/$1" -name '*.end' | wc -l)
  line=$(awk -v run="$1" -v t=$((SECONDS - $2)) -v n="$finished" '
    { at[$1] = $2 }
    END {
      for (job in at) jobs[at[job]] = jobs[at[job]] " " job
      printf "%-10s %3d s  %d/8 finished;  node1:%s;  node2:%s", run, t, n,
        jobs["node1"], jobs["node2"]
    }' <(running "$1"))
  if [[ -t 1 ]]; then
    printf '\r%s\e[K' "$line"
  elif ((($(date +%s) - began) % 10 == 0)); then
    echo "$line"
  fi
}

# running RUN: what the jobs that have not ended have written.
running() {
  local ended
  ended=$(cd "$out/$1" && find . -name '*.end' -printf '%f\n' | sed 's/\.end//')
  grep -vwF "${ended:-no job}" "$out/$1.log" 2>/dev/null || :
}

# run_jobs RUN
run_jobs() {
  local run=$1 name kind units start=$SECONDS jobs=() balance began limit
  mkdir "$out/$run"
  : > "$out/$run.log"
  began=$(date +%s)
  limit=$(awk -v f="$scale" 'BEGIN { printf "%d", 60 + 200 * f }')
  start_balance "$run"
  while read -r name kind _ units _; do
    start_job "$run" "$name" "$kind" "$units" &
    jobs+=($!)
  done < "$out/jobs"
  until (($(find "$out/$run" -name '*.end' | wc -l) == ${#jobs[@]})); do
    if ((SECONDS - start > limit)); then
      say "$run: not done after $limit s; what still runs is ended"
      break
    fi
    progress "$run" "$start"
    sleep 1
  done
  [[ ! -t 1 ]] || printf '\r\e[K'
  end_run "${jobs[@]}"
  verdict "$run" | tee -a "$out/table"
}

# end_run PID…: the end of a run, whatever still goes on.
end_run() {
  if [[ -n $balance ]]; then
    stop_in node1 "$out/pmbalance.pid" "$balance"
  fi
  kill "$@" 2>/dev/null || :
  wait "$@" 2>/dev/null || :
}
