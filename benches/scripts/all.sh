#!/bin/bash
# Everything that the project's README shows, measured anew, into results/; then into that README.
#
# Usage: scripts/all.sh                      about twenty minutes once built
#        scripts/all.sh --rounds 31          with options for the runs; see --help of the binary
#        PARTS="sqlite" scripts/all.sh       only one part, or two: sqlite, postgresql, dynamodb
#        COMPILE_COST=1 scripts/all.sh       the compile cost too, which takes long
#        CORE=1 scripts/all.sh               on another core than the first
#
# PostgreSQL and DynamoDB Local are those of TOASTY_TEST_POSTGRESQL_URL and TOASTY_TEST_DYNAMODB_URL; where these are not
# set, the project's containers are started, and stay (`cargo xtask servers --stop` removes them).
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${CARGO_TARGET_DIR:-target}/release
parts=${PARTS:-sqlite postgresql dynamodb}
mkdir -p results

# One core for all threads: waking an idle one costs tens of microseconds, which would drown every
# library that hands a statement to another thread, and swing from run to run.
on_one_core() { taskset -c "${CORE:-0}" "$@"; }

part() { [[ " $parts " == *" $1 "* ]]; }

if part sqlite; then
  # Without the servers' backends, as who uses SQLite has it.
  cargo build --release
  on_one_core "$folder/toasty-benches" --report results/sqlite.md "$@"
  scripts/callgrind.sh >results/instructions.md
fi

if part postgresql || part dynamodb; then
  if [ -z "${TOASTY_TEST_POSTGRESQL_URL:-}" ] || [ -z "${TOASTY_TEST_DYNAMODB_URL:-}" ]; then
    servers=$(cd .. && cargo xtask servers)
    eval "$servers"
  fi
  cargo build --release --features postgresql,dynamodb
fi

if part postgresql; then
  on_one_core "$folder/toasty-benches" --db postgresql --report results/postgresql.md "$@"
  DB=postgresql scripts/callgrind.sh lookup_by_key lookup_by_unique update_one >results/instructions-postgresql.md
fi

if part dynamodb; then
  on_one_core "$folder/toasty-benches-dynamodb" --report results/dynamodb.md
fi

[ -z "${COMPILE_COST:-}" ] || compile-cost/run.sh >results/compile-cost.md
scripts/readme.py
