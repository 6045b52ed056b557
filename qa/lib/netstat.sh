# shellcheck shell=bash
# A pmcd of a test's own with pmdanetstat, the traffic of known bytes that the
# agent shall see, and the comparison of both.
# Used: $qa, $seq, $build, $tmp, $seq_full.

# need_bpf: ends the test as skipped where no source by BPF can be.
need_bpf() {
  local rights
  rights=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
  # CAP_PERFMON and CAP_BPF.
  (((0x$rights >> 38 & 3) == 3)) || _notrun "needs CAP_BPF and CAP_PERFMON"
  [[ -r /sys/kernel/btf/vmlinux ]] || _notrun "the kernel does not describe itself (BTF)"
  printf '6.4\n%s\n' "$(uname -r)" | sort -VC || _notrun "needs Linux 6.4"
}

# own_network "$@": starts the test anew in a network namespace of its own; to
# be called after _isolate. No other traffic is to be seen there.
own_network() {
  [[ ${QA_NETWORK:-} == "$seq" ]] ||
    exec env QA_NETWORK="$seq" unshare --net -- bash "$qa/$seq" "$@"
  ip link set lo up
}

# add_network NAME: a process that holds a network namespace; sets $NAME to its
# pid, by which `traffic --server-net` and nsenter find it.
add_network() {
  local -n holder=$1
  unshare --net -- sleep infinity &
  holder=$!
  disown "$holder"
  moved() { ! [[ /proc/$holder/ns/net -ef /proc/self/ns/net ]]; }
  _within 10 moved
  nsenter -t "$holder" --net -- ip link set lo up
}

# wire PID ADDRESS PID ADDRESS: connects two network namespaces.
wire() {
  ip link add eth0 netns "$1" type veth peer name eth0 netns "$3"
  nsenter -t "$1" --net -- ip addr add "$2/24" dev eth0
  nsenter -t "$3" --net -- ip addr add "$4/24" dev eth0
  nsenter -t "$1" --net -- ip link set eth0 up
  nsenter -t "$3" --net -- ip link set eth0 up
}

agent_wrapper=() more_agents=() more_names=()
# agents_below [WORD…]: from now on the agent is started by this command.
agents_below() { agent_wrapper=("$@"); }
# add_agent NAMES WORD…: a further agent's names, and its line of pmcd.conf.
add_agent() {
  more_names+=("$1")
  shift
  more_agents+=("$*")
}

# agent_start [OPTION…]: pmcd and the agent, with these options of it. Its log
# goes to $seq_full when it stops.
agent_dir=$tmp/pmcd
agent_host=unix://$agent_dir/socket
agent_start() {
  # shellcheck source=/dev/null
  . /etc/pcp.conf
  export PCP_RUN_DIR=$agent_dir/run PCP_TMP_DIR=$agent_dir/run/tmp \
    PCP_LOG_DIR=$agent_dir PCP_DERIVED_CONFIG=
  rm -rf "$agent_dir"
  mkdir -p "$PCP_TMP_DIR"
  # Agents give up root's rights.
  chmod 755 "$tmp" "$agent_dir" "$PCP_RUN_DIR"
  chmod 1777 "$PCP_TMP_DIR"
  "$PCP_BINADM_DIR/pmnsmerge" -f /usr/lib/pcp/pmns/root_{root,pmcd} \
    "$build/share/root_netstat" "${more_names[@]}" "$agent_dir/pmns"
  {
    echo "pmcd 2 dso pmcd_init $PCP_PMDAS_DIR/pmcd/pmda_pmcd.so"
    echo "netstat 400 pipe binary ${agent_wrapper[*]}" \
      "$build/bin/pmdanetstat -d 400 -l $agent_dir/netstat.log $*"
    ((${#more_agents[@]} == 0)) || printf '%s\n' "${more_agents[@]}"
    echo '[access]'
    echo 'allow hosts "*" : all;'
  } > "$agent_dir/pmcd.conf"
  echo "== agent ${agent_wrapper[*]} $*" >> "$seq_full"
  "$PCP_BINADM_DIR/pmcd" -f -A -U root -H node -c "$agent_dir/pmcd.conf" \
    -n "$agent_dir/pmns" -l "$agent_dir/pmcd.log" -s "$agent_dir/socket" \
    >> "$seq_full" 2>&1 < /dev/null &
  pmcd=$!
  _within 30 sampled 0 && return
  echo "the agent does not start: $*"
  agent_stop
  return 1
}

agent_stop() {
  kill "$pmcd" 2>/dev/null || :
  wait "$pmcd" 2>/dev/null || :
  tail -n 50 "$agent_dir"/*.log >> "$seq_full" 2>&1 || :
}

agent_pid() { pgrep -P "$pmcd" -x pmdanetstat; }

# get METRIC…: the lines of pminfo.
get() { pminfo -h "$agent_host" -f "$@" 2>&1; }
# value METRIC: of a metric without instances; nothing if there is none.
value() { get "$1" | sed -nE 's/^    value "?([^"]*)"?$/\1/p'; }
# values METRIC: for each instance its id, a blank and the value.
values() {
  get "$1" | sed -nE 's/^    inst \[([0-9]+) or .*\] value "?([^"]*)"?$/\1 \2/p'
}
# named_values METRIC: the same with the instance's name, up to a blank.
named_values() {
  get "$1" |
    sed -nE 's/^    inst \[[0-9]+ or "([^ "]*).*"\] value "?([^"]*)"?$/\1 \2/p'
}
set_value() { pmstore -h "$agent_host" "$@" >> "$seq_full"; }

# sampled COUNT: the agent has made more samples than that.
sampled() {
  local now
  now=$(value netstat.agent.sample.count)
  ((${now:-0} > $1))
}

# settle [COUNT]: waits for so many samples that began after now; one may be
# under way. What is known of an end is settled after kPatience of them.
settle() {
  _within 60 sampled $(($(value netstat.agent.sample.count) + ${1:-1})) ||
    echo "no sample in a minute"
}

# start_traffic NAME OPTION…: traffic in the background, that stays; what it
# says is in $tmp/NAME.said.
declare -A traffic_pids=()
start_traffic() {
  local name=$1
  shift
  # A pipe that nobody ever writes to.
  [[ -p $tmp/gate ]] || mkfifo "$tmp/gate"
  : > "$tmp/$name.said"
  "$build/bin/traffic" "$@" <> "$tmp/gate" > "$tmp/$name.said" 2>> "$seq_full" &
  traffic_pids[$name]=$!
}

# await_traffic SECONDS NAME…: until it has all been sent.
await_traffic() {
  local time=$1 name
  shift
  for name; do
    _within "$time" grep -q '^ready$' "$tmp/$name.said" ||
      echo "$name: not done after $time s"
  done
}

end_traffic() {
  local name
  for name; do
    kill "${traffic_pids[$name]}" 2>/dev/null || :
    wait "${traffic_pids[$name]}" || echo "$name: failed"
    unset "traffic_pids[$name]"
  done
}

# pid_of NAME ROLE: the first one.
pid_of() { awk -v role="role=$2" '$6 == role { print $1; exit }' "$tmp/$1.said"; }
# sum_of in|out NAME: of all its processes.
sum_of() {
  sed -nE "s/.* $1=([0-9]+) .*/\1/p" "$tmp/$2.said" |
    awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

# snapshot PROTO…: what the agent says of all processes now.
snapshot() {
  local proto direction
  for proto; do
    for direction in in out; do
      values "netstat.proc.$proto.$direction.bytes" > "$tmp/agent.$proto.$direction"
    done
  done
}

# compare NAME…: the snapshot with what the processes did; prints differences
# only. "gone" is the account of processes that are gone.
compare() {
  local name
  for name; do
    awk -v name="$name" -v tmp="$tmp" '
      $1 !~ /^[0-9]+$/ || $6 == "role=gone" { next }
      function check(file, did,  line, word, says) {
        says = "nothing"
        while ((getline line < file) > 0)
          if (split(line, word, " ") == 2 && word[1] == $1) says = word[2]
        close(file)
        # A process that never had a socket has no row.
        if (says == "nothing" && did ~ /=0$/) return
        if (did !~ "=" says "$")
          print name ": " $6 " " did ", the agent says " says
      }
      {
        check(tmp "/agent." $2 ".in", $3)
        check(tmp "/agent." $2 ".out", $4)
      }' "$tmp/$name.said"
  done
}
