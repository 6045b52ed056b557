# shellcheck shell=bash
# Programs that run on a node of the lab in the background. Used: lab().

# start_in NODE PID_FILE COMMAND…: its pid there goes to the file; its pid here
# is in `started`.
start_in() {
  local node=$1 pid_file=$2
  shift 2
  # shellcheck disable=SC2016 # the node's shell expands it
  lab run "$node" sh -c 'echo $$ > "$1"; shift; exec "$@"' sh "$pid_file" "$@" \
    < /dev/null &
  # shellcheck disable=SC2034 # for the caller
  started=$!
}

# signal_in NODE PID_FILE SIGNAL: from inside its node, for one from here would
# end its starter alone.
signal_in() { lab run "$1" kill -s "$3" "$(<"$2")"; }

# stop_in NODE PID_FILE STARTED: waits until it has ended.
stop_in() {
  signal_in "$1" "$2" TERM || :
  wait "$3" || :
  rm -f "$2"
}
