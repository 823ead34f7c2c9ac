#!/bin/bash
# Instructions per operation on SQLite in memory, all threads of the process, as a Markdown table. On a server
# (DB=postgresql) they are those of the client: what a library adds, however busy the machine is.
# The difference of a short and a long run, so that seeding and start-up cancel out.
#
# Usage: scripts/callgrind.sh [WORKLOAD...]      needs valgrind and a release build
#        DB=postgresql scripts/callgrind.sh
#        PEERS="raw ours" SHORT=200 LONG=1200 scripts/callgrind.sh lookup_by_key
set -euo pipefail
cd "$(dirname "$0")/.."
db=${DB:-sqlite-memory}
bench=${CARGO_TARGET_DIR:-target}/release/toasty-benches
short=${SHORT:-200}
long=${LONG:-1200}
mapfile -t peers < <(tr ' ' '\n' <<<"${PEERS:-$("$bench" --list "$db-peers")}")
workloads=("$@")
[ $# -gt 0 ] || workloads=(lookup_by_key lookup_by_unique list_100 insert_one update_one delete_one)

instructions() { # workload peer operations
  valgrind --tool=callgrind --callgrind-out-file=/dev/null \
    "$bench" --db "$db" --users 200 --bulk 100 --rounds 1 \
    --work "$1" --peer "$2" --operations "$3" --report /dev/null 2>&1 |
    sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

grouped() { sed ':again; s/\([0-9]\)\([0-9]\{3\}\)\($\|,\)/\1,\2\3/; t again' <<<"$1"; }

printf '| |'; printf ' %s |' "${peers[@]}"; printf '\n|---|'; printf -- '--:|%.0s' "${peers[@]}"; echo
for workload in "${workloads[@]}"; do
  printf '| %s |' "$workload"
  first=
  for peer in "${peers[@]}"; do
    each=$((($(instructions "$workload" "$peer" "$long") - $(instructions "$workload" "$peer" "$short")) / (long - short)))
    if [ -z "$first" ]; then
      first=$each
      printf ' %s |' "$(grouped "$each")"
    else
      printf ' %s (**%s**) |' "$(grouped "$each")" "$(awk "BEGIN { printf \"%.2f\", $each / $first }")"
    fi
  done
  echo
done
