# shellcheck shell=bash
# What the demo says about its runs.
# Used: $out, $qa, $runs, lab().

# results RUN: NAME STATUS START END CHECKSUM of each job that ended.
results() {
  local name
  while read -r name _; do
    [[ -s $out/$1/$name.end ]] || continue
    echo "$name $(<"$out/$1/$name.end") $(head -n 1 "$out/$1/$name.out")"
  done < "$out/jobs"
}

# verdict RUN: its line of the table.
verdict() {
  results "$1" > "$out/$1.results"
  awk -v run="$1" -v first="$(awk '$1 == "none" { print $3 }' \
    "$out/table" 2>/dev/null)" -f "$qa/lib/demo-verdict.awk" \
    "$out/jobs" "$out/$1.results" "$out/$1.log"
}

# Another python first in the path has not PCP's modules.
pmrep_command() {
  pmrep --version > /dev/null 2>&1 && echo pmrep || echo "PATH=/usr/bin:/bin pmrep"
}

# collect_load: TIME LOAD of each node, from its archive.
collect_load() {
  local node
  for node in node1 node2; do
    PATH=/usr/bin:/bin pmrep -a "$out/$node" -t 1 -Z UTC -f %s -o csv -p mosix.self.load 2>/dev/null |
      awk -F, 'NR > 1 && $2 != "" { gsub(/"/, ""); print $1, $2 }' \
      > "$out/$node.load" || :
    [[ -s $out/$node.load ]] || say "no mosix.self.load in the archive of $node"
  done
}

# draw: the pictures.
draw() {
  local run
  for run in "${runs[@]}"; do
    # CPU-SECONDS EXECUTION-TIME, by size.
    join -1 1 -2 1 <(sort "$out/jobs") <(sort "$out/$run.results") |
      awk '{ print $3, $8 - $7 }' | sort -n > "$out/$run.times"
    # ROW NODE FROM TO: where each job was, in seconds since the start.
    awk -f "$qa/lib/demo-places.awk" "$out/jobs" "$out/$run.log" \
      > "$out/$run.places"
  done
  (cd "$out" && gnuplot "$qa/lib/demo-times.gp" "$qa/lib/demo-places.gp" 2> gnuplot.log)
}

# show: the end of the demo, and its exit status.
show() {
  local status=0
  echo
  cat "$out/table"
  cat <<T

Pictures:  $out/times.png   execution time over size, without and with balancing
           $out/places.png  load, and the place of every job, over time
Archives:  $out/node1 $out/node2; to look at them:
  $(pmrep_command) -a $out/node1 -t 5 -p mosix.self.load mosix.self.guests
  pmval -a $out/node2 -t 5 mosix.self.load
  pmchart -a $out/node1   (package pcp-gui)
Rules:     rules/algorithm1.rules rules/algorithm2.rules
T
  # RUN makespan 1.0 s speedup 1.00 migrations 0 finished 8/8 wrong 0 …
  awk '
    { split($10, n, "/") }
    n[1] != n[2] || $12 || $14 || $16 { bad = 1 }
    $1 != "none" && !$8 { bad = 1 }
    END { exit bad || NR != 3 }' "$out/table" || status=1
  [[ -s $out/node1.load && -s $out/node2.load ]] || status=1
  ((status == 0)) || say "not every job did what it should, or none moved"
  return "$status"
}
