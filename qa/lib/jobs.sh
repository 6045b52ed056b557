# shellcheck shell=bash
# Jobs of node1 and what becomes of them; the lab of common.rc has two nodes.

# run_job NAME PROGRAM [ARGUMENT…]: a client on node1, of which the test sees
# $tmp/NAME.pid and $tmp/NAME.end (see job-client). Streams are the caller's.
run_job() {
  local name=$1
  shift
  lab run node1 "$qa/lib/job-client" "$tmp/$name" pmmosix run -- "$@"
}

# tell NAME SIGNAL: to the client.
tell() { lab run node1 kill -s "$2" "$(<"$tmp/$1.pid")"; }

# ended NAME: says how; 1 if it has not.
ended() { [[ -e $tmp/$1.end ]]; }
end_of() {
  _within 20 ended "$1" || echo "$1 does not end"
  echo "$1: $(<"$tmp/$1.end")"
}

# job_row COMMAND [NODE]: of `pmmosix ps` there.
job_row() {
  lab run "${2:-node1}" pmmosix ps | awk -v name="$1" '$NF == name && !n++'
}
job_pid() { job_row "$@" | awk '{ print $1 }'; }
job_runs() { [[ -n $(job_pid "$@") ]]; }

# move COMMAND NODE: says what became of it, without the times.
move() {
  lab run node1 pmmosix migrate "$(job_pid "$1")" "$2" 2>&1 |
    sed -E 's/(moved to node [0-9]+):.*/\1/' || :
}

# process_state NODE COMMAND: T if it is stopped.
process_state() { lab run "$1" ps -C "$2" -o stat= | cut -c 1 | sort -u | paste -sd ''; }
is_stopped() { [[ $(process_state "$@") == T ]]; }
is_not_stopped() { [[ $(process_state "$@") == [DRS]* ]]; }

# line_in FILE TEXT [COUNT]: the file has this line (so many times).
line_in() { (($(tr -d '\r' < "$1" | grep -cxF -- "$2") >= ${3:-1})); }
