#!/usr/bin/env bash
# Makes sure that the images of the test servers are there, and prints, as lines NAME=VALUE on the standard output, the
# variables under which the tests find those that do not have their official names. Everything else that it says goes
# to the standard error.
#
# Per image: present? else pulled; else built from Debian packages and an npm package by standin.sh. With
# TOASTY_TEST_POSTGRES_IMAGE or TOASTY_TEST_DYNAMODB_IMAGE set, that image is taken, and none is built for it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Seconds after which a registry counts as out of reach. A name that cannot be looked up fails at once; this is for a
# network that swallows what is sent to it.
pull_limit=${TOASTY_TEST_PULL_SECONDS:-60}

say() { echo "images: $*" >&2; }

if [ -n "${TOASTY_TEST_POSTGRESQL_URL:-}" ] && [ -n "${TOASTY_TEST_DYNAMODB_URL:-}" ]; then
  say "both servers are given by their URLs; no image is needed"
  exit 0
fi

"$here/engine.sh"

present() { docker image inspect "$1" >/dev/null 2>&1; }

# settle VARIABLE OFFICIAL STANDIN PART: the image under one of its names, as a line on the standard output.
settle() {
  local variable=$1 official=$2 standin=$3 part=$4 chosen=${!1:-} answer
  if [ -n "$chosen" ] && [ "$chosen" != "$standin" ]; then
    if present "$chosen"; then
      say "$chosen is here, named by $variable"
    else
      say "pulling $chosen, named by $variable"
      timeout "$pull_limit" docker pull --quiet "$chosen" >&2
    fi
    echo "$variable=$chosen"
    return
  fi
  if [ -z "$chosen" ] && present "$official"; then
    say "$official is here"
    return
  fi
  # A stand-in that is here shows that the registry was out of reach before; it is not asked each time.
  if ! present "$standin" && [ -z "$chosen" ]; then
    say "pulling $official"
    if answer=$(timeout "$pull_limit" docker pull --quiet "$official" 2>&1); then
      return
    fi
    say "no registry gives $official (${answer:-no answer in $pull_limit s}); a stand-in takes its place"
  fi
  "$here/standin.sh" "$part" "$standin" >&2
  echo "$variable=$standin"
}

settle TOASTY_TEST_POSTGRES_IMAGE postgres:17 toasty-standin/postgres:17 postgres &
postgres=$!
settle TOASTY_TEST_DYNAMODB_IMAGE amazon/dynamodb-local:latest toasty-standin/dynamodb-local:1.25 dynamodb &
dynamodb=$!
status=0
wait "$postgres" || status=$?
wait "$dynamodb" || status=$?
if [ "$status" != 0 ]; then
  say "an image is missing. Its reason is above; TOASTY_TEST_POSTGRESQL_URL and TOASTY_TEST_DYNAMODB_URL, both set to"
  say "servers that run, make do without images."
fi
exit "$status"
