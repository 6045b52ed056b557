# shellcheck shell=bash
# Pmcds on this machine without namespaces and without root: number N listens at
# 127.77.0.N. Used: $tmp, where they live.
# shellcheck source=/dev/null
. /etc/pcp.conf
declare -A pmcd_pid=()

# start_pmcd N
start_pmcd() {
  local dir=$tmp/pmcd$1 user
  user=$(id -un)
  mkdir -p "$dir"
  [[ -e $tmp/pmns ]] || "$PCP_BINADM_DIR/pmnsmerge" -f \
    /usr/lib/pcp/pmns/root_{root,pmcd,linux,proc} "$tmp/pmns" > /dev/null
  cat > "$dir/pmcd.conf" <<C
pmcd 2 dso pmcd_init $PCP_PMDAS_DIR/pmcd/pmda_pmcd.so
linux 60 pipe binary $PCP_PMDAS_DIR/linux/pmdalinux -U $user -l $dir/linux.log
proc 3 pipe binary $PCP_PMDAS_DIR/proc/pmdaproc -A -d 3 -U $user -l $dir/proc.log
[access]
allow hosts "*" : all;
C
  PCP_RUN_DIR=$dir PCP_TMP_DIR=$dir PCP_LOG_DIR=$dir "$PCP_BINADM_DIR/pmcd" \
    -f -A -i "127.77.0.$1" -p 44321 -s "$dir/pmcd.socket" -c "$dir/pmcd.conf" \
    -n "$tmp/pmns" -l "$dir/pmcd.log" -U "$user" -H "host$1" \
    < /dev/null > "$dir/out" 2>&1 &
  pmcd_pid[$1]=$!
}

# end_pmcd N SIGNAL
end_pmcd() {
  kill -s CONT "${pmcd_pid[$1]}" 2> /dev/null || :
  kill -s "$2" "${pmcd_pid[$1]}" 2> /dev/null || :
  wait "${pmcd_pid[$1]}" 2> /dev/null || :
  unset "pmcd_pid[$1]"
}

end_pmcds() {
  local n
  for n in "${!pmcd_pid[@]}"; do end_pmcd "$n" TERM; done
}

# pmcd_answers N
pmcd_answers() { pmprobe -h "127.77.0.$1" hinv.ncpu 2> /dev/null | grep -q ' 1$'; }
