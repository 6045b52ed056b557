# shellcheck shell=bash
# A rule on the rate of a counter of processes, while processes begin and end at
# every tick: live with pmbalance and pmie side by side, and an archive of it.
# Used: $qa, $build, `lab`, the words of qa/lab for a lab with node1 up. The
# files are in the working folder.
. "$qa/lib/live.sh"

# churn_run SECONDS: `shares` on node1, the engines and a logger in the hub.
churn_run() {
  local lives logger
  cat > rules <<'R'
delta = 1 sec;
// A hot process has 0.1 of a CPU, or less on a busy machine; a cold one none.
hot = some_inst proc.psinfo.utime :node1 > 0.005 -> print "[%i|%v]";
R
  echo "log mandatory on 1 sec { proc.psinfo.utime }" > config
  "${lab[@]}" run node1 nice -n -10 "$build/bin/shares" $(($1 + 2)) "$PWD/lives" &
  lives=$!
  sleep 1
  "${lab[@]}" run hub pmlogger -h node1 -c "$PWD/config" -l "$PWD/logger.log" -U root \
    -T "${1}sec" "$PWD/archive" &
  logger=$!
  start_engine pmbalance "${lab[@]}" run hub pmbalance -f -c "$PWD/rules"
  start_engine pmie "${lab[@]}" run hub pmie -f -v -c "$PWD/rules"
  sleep "$1"
  stop_engines
  wait "$logger"
  wait "$lives"
}

# churn_live: figures of the live run, "NAME VALUE" a line.
churn_live() { awk -f "$qa/lib/churn-live.awk" lives pmbalance.said; }

# churn_replayed: the same of the archive.
churn_replayed() {
  pmbalance --exact -q -a archive -c rules > replayed
  pmdumplog archive | awk -v above=0.005 -f "$qa/lib/churn-records.awk" > expected
  awk -f "$qa/lib/churn-compare.awk" expected replayed
}

# known_to_pmie FILE: at how many of its evaluations its rule had a value.
known_to_pmie() {
  awk '/hot.*: (true|false)$/ { ++known }
    /hot.*: (true|false|unknown)$/ { ++all }
    END { print known + 0, "of", all + 0 }' "$1"
}
