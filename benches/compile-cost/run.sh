#!/bin/bash
# What 50 models of 12 columns cost to compile, library by library, as a Markdown table: seconds,
# median [least .. most]. Dependencies are built beforehand and not timed; the libraries take turns.
#
# Usage: compile-cost/run.sh
#        LIBRARIES="plain ours" ROUNDS=5 OUT=/some/folder compile-cost/run.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${OUT:-${CARGO_TARGET_DIR:-$here/../target}/compile-cost}
mkdir -p "$out"
out=$(cd "$out" && pwd)
rounds=${ROUNDS:-3}
read -ra libraries <<<"${LIBRARIES:-plain diesel sea-orm toasty-published ours}"

rm -rf "$out/crates" "$out/times"
mkdir -p "$out/times"
python3 "$here/generate.py" "$out/crates" "${libraries[@]}"

enter() { # library
  cd "$out/crates/$1"
  export CARGO_TARGET_DIR=$out/target-$1
}

check() { # library kind: how long `cargo check` takes now
  local begin=$EPOCHREALTIME
  cargo check --quiet 2>"$out/errors" || { echo "$1 does not compile:" >&2; head -40 "$out/errors" >&2; exit 1; }
  awk "BEGIN { print $EPOCHREALTIME - $begin }" >>"$out/times/$1.$2"
}

summary() { # library kind
  sort -n "$out/times/$1.$2" | awk '
    { seconds[NR] = $1 }
    END {
      middle = NR % 2 ? seconds[(NR + 1) / 2] : (seconds[NR / 2] + seconds[NR / 2 + 1]) / 2
      printf "%.2f [%.2f .. %.2f]", middle, seconds[1], seconds[NR]
    }'
}

for library in "${libraries[@]}"; do
  enter "$library"
  check "$library" first
done
for round in $(seq "$rounds"); do
  for library in "${libraries[@]}"; do
    enter "$library"
    cargo clean --quiet --package "models-$library"
    check "$library" clean
    echo "// $round" >>src/models.rs
    check "$library" models
    echo "// $round" >>src/other.rs
    sed -i "s/^    [0-9]*$/    $((42 + round))/" src/other.rs
    check "$library" elsewhere
  done
done

echo "50 models of 12 columns, $rounds rounds, $(date -u +%F), $(rustc --version)."
echo
echo "| \`cargo check\`, seconds | clean | after an edit in the models | after an edit elsewhere in the crate |"
echo "|---|--:|--:|--:|"
for library in "${libraries[@]}"; do
  echo "| $library | $(summary "$library" clean) | $(summary "$library" models) | $(summary "$library" elsewhere) |"
done
