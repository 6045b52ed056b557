# shellcheck shell=bash
# Each node gets one CPU by affinity; where there are more nodes than CPUs, those
# that share one get equal parts of it by a control group, if the kernel's cpu
# controller is to be had.
# Used: $lab.

# cpus: those that we may use, one a line.
cpus() {
  local list range
  list=$(awk '/^Cpus_allowed_list/ { print $2 }' /proc/self/status)
  for range in ${list//,/ }; do
    seq "${range%-*}" "${range#*-}"
  done
}

# node_cpu NUMBER
node_cpu() {
  local all
  mapfile -t all < <(cpus)
  echo "${all[($1 - 1) % ${#all[@]}]}"
}

# percent NUMBER COUNT: of its CPU that node NUMBER of COUNT gets.
percent() {
  local cpus same
  cpus=$(cpus | wc -l)
  same=$((($2 - 1 - ($1 - 1) % cpus) / cpus + 1))
  echo $((100 / same))
}

# cgroup_root TYPE [OPTION]: where that hierarchy is mounted, "" if it is not.
cgroup_root() {
  awk -v type="$1" -v want="${2:-}" '
    $3 == type && (want == "" || ("," $4 ",") ~ ("," want ",")) && !done {
      print $2; done = 1
    }' /proc/self/mounts
}

# limit_cpu NUMBER COUNT INIT: gives node NUMBER its part. With cgroup v1 that is
# all of the node's processes; with v2 mosixd's jobs, whose group this makes.
limit_cpu() {
  local share name root
  share=$(percent "$1" "$2")
  ((share < 100)) || return 0
  name=mosix-$(<"$lab/id")-node$1
  root=$(cgroup_root cgroup cpu)
  if [[ -n $root ]]; then
    mkdir -p "$root/$name"
    echo 100000 > "$root/$name/cpu.cfs_period_us"
    echo $((share * 1000)) > "$root/$name/cpu.cfs_quota_us"
    echo "$3" > "$root/$name/cgroup.procs"
    echo "$root/$name/cgroup.procs" > "$lab/node$1/join"
    return
  fi
  root=$(cgroup_root cgroup2)
  if [[ -n $root ]] && grep -qw cpu "$root/cgroup.subtree_control"; then
    mkdir -p "$root/$name"
    echo "$((share * 1000)) 100000" > "$root/$name/cpu.max"
    return
  fi
  say "node$1 shares its CPU without a limit: no cpu controller"
}

# remove_cgroups ID: all that the lab of that id has, its jobs' too.
remove_cgroups() {
  local root
  for root in "$(cgroup_root cgroup2)" "$(cgroup_root cgroup cpu)"; do
    [[ -n $root ]] || continue
    for _ in {1..250}; do
      # Processes that were just killed may still leave.
      find "$root" -mindepth 1 -depth -type d -path "$root/mosix-$1-*" \
        -exec rmdir {} + 2>/dev/null && break
      sleep 0.02
    done
    [[ -z $(find "$root" -maxdepth 1 -name "mosix-$1-*") ]] ||
      say "control groups stay: $root/mosix-$1-*"
  done
}
