# shellcheck shell=bash
# Engines that run live, and what they said when.
# Used: $qa. The files are in the working folder.
#   ENGINE.said   "TIME LINE" for each line, the time when it came
#   ENGINE.log    what it said to stderr
declare -A engine_pid=()

# live_build PROGRAM…: sets `build`, in which they are.
live_build() {
  local program
  if [[ -z ${MOSIX_BUILD:-} ]]; then
    (cd "$qa/.." && cmake --preset release &&
      cmake --build --preset release --target "$@") > /dev/null
  fi
  build=$(realpath -m "${MOSIX_BUILD:-$qa/../build/release}")
  for program; do
    [[ -x $build/bin/$program ]] || die "$program is not built in $build"
  done
  export MOSIX_BUILD=$build
}

# with_times: copies lines, with the time in front, seconds since the epoch.
with_times() {
  local line
  while IFS= read -r line; do echo "$EPOCHREALTIME $line"; done
}

# start_engine ENGINE COMMAND…: no function, which would be a shell of its own:
# stop_engines would end that and not the engine.
start_engine() {
  : > "$1.said"
  "${@:2}" > >(with_times > "$1.said") 2> "$1.log" < /dev/null &
  engine_pid[$1]=$!
}

stop_engines() {
  local engine
  for engine in "${!engine_pid[@]}"; do
    kill "${engine_pid[$engine]}" 2> /dev/null || :
    wait "${engine_pid[$engine]}" 2> /dev/null || :
    unset "engine_pid[$engine]"
  done
}

# said_since ENGINE TEXT TIME: a line that ends with it came after that time.
said_since() {
  awk -v text="$2" -v since="$3" '
    $1 > since && $NF == text { found = 1 } END { exit !found }' "$1.said"
}

# missed_by ENGINE: evaluations that it says it missed.
missed_by() {
  sed -n 's/.* evaluations missed, \([0-9]*\) in all$/\1/p' "$1.log" | tail -n 1 |
    grep . || echo 0
}

# machine: what the figures were measured on.
machine() {
  echo "$(grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'), $(nproc) CPUs," \
    "Linux $(uname -r), PCP $(sed -n 's/^PCP_VERSION=//p' /etc/pcp.conf)," \
    "commit $({
      git -C "$qa" rev-parse --short HEAD
      git -C "$qa" diff --quiet HEAD || echo +
    } | paste -sd '')"
}
