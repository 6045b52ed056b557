# shellcheck shell=bash disable=SC2034  # those who source it use what it sets
# What the live tests of the agents share: a private pmcd with the agent below
# it, and checks of what PCP's programs say. Touches nothing of the machine's
# own PCP. Source it, then: need_pcp, begin ROOT; at the end
# stop_pmcd, and $work is to be removed.
#   $work          a folder for the test, with the file `access` of the agent
#   $unix $port    where pmcd answers
[[ -r /etc/pcp.env ]] && . /etc/pcp.env
set -u
pmcd=${PCP_BINADM_DIR:-/none}/pmcd
pmcd_pid='' work=''
failed=0 passed=0 skipped=0

# need_pcp [PROGRAM…]: ends the test as skipped if they are not there.
need_pcp() {
  local tool
  for tool in "$pmcd" pminfo pmstore dbpmda "$@"; do
    [[ -x $(command -v "$tool") ]] || { echo "skipped: $tool is not installed"; exit 77; }
  done
}

# begin ROOT: ROOT is the file root_NAME of the agent.
begin() {
  work=$(mktemp -d)
  chmod 755 "$work"
  unix=unix:$work/pmcd.socket
  : > "$work/access"
  "$PCP_BINADM_DIR/pmnsmerge" -f /usr/lib/pcp/pmns/root_{root,pmcd} "$1" \
    "$work/root" > /dev/null || exit 1
}

stop() { # PID: also one that is stopped
  [[ -z $1 ]] && return
  kill "$1" 2>/dev/null
  kill -CONT "$1" 2>/dev/null
  wait "$1" 2>/dev/null
}
stop_pmcd() { stop "$pmcd_pid"; pmcd_pid=; }

# until_true COMMAND…: waits, at most 20 s.
until_true() {
  local i
  for ((i = 0; i < 200; i++)); do
    "$@" > /dev/null 2>&1 && return 0
    sleep 0.1
  done
  return 1
}

# start_private_pmcd NAME DOMAIN COMMAND…: with that agent.
start_private_pmcd() {
  local i name=$1 domain=$2
  shift 2
  for ((i = 0; i < 20; i++)); do
    port=$((20000 + RANDOM % 20000))
    cat > "$work/pmcd.conf" <<C
pmcd 2 dso pmcd_init $PCP_PMDAS_DIR/pmcd/pmda_pmcd.so
$name $domain pipe binary $* -d $domain -l $work/$name.log -a $work/access
[access]
allow hosts "*" : all;
C
    PCP_RUN_DIR=$work PCP_TMP_DIR=$work PCP_LOG_DIR=$work "$pmcd" -f -A -i 127.0.0.1 \
      -p "$port" -s "$work/pmcd.socket" -c "$work/pmcd.conf" -n "$work/root" \
      -l "$work/pmcd.log" -U "$(id -un)" 2>/dev/null &
    pmcd_pid=$!
    until_true ended_or_ready
    ready && return 0
    stop_pmcd
  done
  echo "pmcd does not start"; cat "$work/pmcd.log"; exit 1
}
ready() { pminfo -h "$unix" -f pmcd.version > /dev/null 2>&1; }
ended_or_ready() { ! kill -0 "$pmcd_pid" 2>/dev/null || ready; }

# check WHAT PATTERN COMMAND…: all the command says must match the pattern
# (extended, over lines joined by blanks; "!" before it: must not match).
check() {
  local what=$1 pattern=$2 said right
  shift 2
  said=$("$@" 2>&1 | tr -s '\n ' ' ')
  if [[ $pattern == '!'* ]]; then
    right=$([[ $said =~ ${pattern#!} ]] && echo no || echo yes)
  else
    right=$([[ $said =~ $pattern ]] && echo yes || echo no)
  fi
  if [[ $right == yes ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n  command: %s\n  said:    %s\n  wanted:  %s\n' \
      "$what" "$*" "${said:0:2000}" "$pattern"
  fi
}
info() { pminfo -h "$unix" -f "$@"; }
store() { pmstore -h "$unix" "$@"; }

# verdict NAME: the end of it all; NAME is the agent's, for its log.
verdict() {
  echo "$passed passed, $failed failed, $skipped skipped"
  if ((failed > 0)); then sed 's/^/  log: /' "$work/$1.log" "$work/pmcd.log"; fi
  exit $((failed > 0))
}
