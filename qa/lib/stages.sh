# shellcheck shell=bash
# The stages of qa/check: each runs, is counted, and says how it went.
# Used: $logs, $jobs, $qa.
passed=0 failed=0 skipped=0

# report WORDS…: with the time since the start.
report() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }

# stage NAME COMMAND…: one check, passed if the command succeeds.
stage() {
  local name=$1 log=$logs/$1.log start=$SECONDS
  shift
  report "$name …"
  if ("$@") < /dev/null >> "$log" 2>&1; then
    report "$name passed in $((SECONDS - start)) s"
    passed=$((passed + 1))
  else
    tail -n 40 "$log" | sed 's/^/    /'
    report "$name FAILED ($log)"
    failed=$((failed + 1))
  fi
}

# skip NAME REASON
skip() {
  report "$1 skipped: $2"
  skipped=$((skipped + 1))
}

# ctests NAME PRESET: a preset's tests, each counted.
ctests() {
  local name=$1 log=$logs/$1.log junit=$logs/$1.xml counts
  report "$name tests …"
  ctest --preset "$2" -j "$jobs" --output-junit "$junit" < /dev/null > "$log" 2>&1 ||
    sed -n '/^The following tests FAILED/,$p' "$log" | sed 's/^/    /'
  # <testsuite … tests="12" failures="1" disabled="0" skipped="2" …>
  counts=$(tr '\n\t' '  ' < "$junit" 2>/dev/null | sed -nE \
    's/.*<testsuite[^>]* tests="([0-9]+)"[^>]* failures="([0-9]+)"[^>]* skipped="([0-9]+)".*/\1 \2 \3/p')
  if [[ -z $counts ]]; then
    tail -n 20 "$log" | sed 's/^/    /'
    counts="1 1 0"
  fi
  read -r tests failures skips <<< "$counts"
  report "$name tests: $((tests - failures - skips)) passed, $failures failed," \
    "$skips skipped"
  grep -E '\*\*\*(Skipped|Not Run)' "$log" | sed 's/^/    /' || :
  passed=$((passed + tests - failures - skips))
  failed=$((failed + failures))
  skipped=$((skipped + skips))
}

# blackbox: the numbered tests, each counted.
blackbox() {
  local log=$logs/black-box.log last
  report "black-box tests …"
  "$qa/run" < /dev/null 2>&1 | tee "$log" | sed '/^[0-9]* passed, /d; s/^/    /' || :
  last=$(tail -n 1 "$log")
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
    skipped=$((skipped + BASH_REMATCH[3]))
  else
    report "black-box tests FAILED: $last"
    failed=$((failed + 1))
  fi
}

# finish: the end of it all.
finish() {
  report "done"
  echo "$passed passed, $failed failed, $skipped skipped"
  ((failed == 0)) && exit 0
  exit 1
}
