#!/bin/bash
# What qa/bare runs in a bare Debian: bare-inside.sh CLONE
set -euo pipefail
cd "$1"
qa=$PWD/qa
. "$qa/lib/common.sh"
. "$qa/lib/stages.sh"
logs=$PWD/build/check
jobs=$(nproc)
export MOSIX_BUILD=$PWD/build/dev
mkdir -p "$logs"

# build: as far as it goes, and then all that is wrong.
build() {
  timeout 5400 cmake --build --preset dev -j "$jobs" -- -k 0 > "$logs/ninja.log" 2>&1 &&
    return
  grep -E 'error: |^FAILED: |^ninja: ' "$logs/ninja.log"
  return 1
}

stage install timeout 1800 "$qa/install"
((failed == 0)) || finish
stage configure timeout 300 cmake --preset dev
((failed == 0)) || finish
stage build build
((failed == 0)) || finish
stage criu timeout 600 "$qa/criu-get"
MOSIX_CRIU=$(tail -n 1 "$logs/criu.log")
export MOSIX_CRIU
ctests unit dev
blackbox
finish
