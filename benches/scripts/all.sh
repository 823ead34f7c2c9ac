#!/bin/bash
# Everything that the project's README shows, measured anew, into results/; then into that README.
#
# Usage: scripts/all.sh                      about ten minutes once built
#        scripts/all.sh --rounds 31          with options for the run; see --help of the binary
#        COMPILE_COST=1 scripts/all.sh       the compile cost too, which takes as long again
#        CORE=1 scripts/all.sh               on another core than the first
set -euo pipefail
cd "$(dirname "$0")/.."
bench=${CARGO_TARGET_DIR:-target}/release/toasty-benches
cargo build --release
mkdir -p results

# One core for all threads: waking an idle one costs tens of microseconds, which would drown every
# library that hands a statement to another thread, and swing from run to run.
taskset -c "${CORE:-0}" "$bench" --report results/report.md "$@"
scripts/callgrind.sh >results/instructions.md
[ -z "${COMPILE_COST:-}" ] || compile-cost/run.sh >results/compile-cost.md
scripts/readme.py
