# shellcheck shell=bash
# What qa's commands share. Source it: . "$qa/lib/common.sh"

shopt -s inherit_errexit

say() { echo "$(basename "$0"): $*" >&2; }
die() { say "$@"; exit 1; }

# _within SECONDS COMMAND…: until it succeeds; 1 if it does not in that time.
_within() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# close_fds: closes what the caller left open above stderr. A descriptor from a
# foreign mount namespace makes criu's dump fail, and an inherited lock stays.
close_fds() {
  local fd
  for fd in "/proc/$BASHPID/fd"/*; do
    fd=${fd##*/}
    # 255 is bash's own, on the script that it reads.
    ((fd <= 2 || fd == 255)) || exec {fd}>&-
  done
}
