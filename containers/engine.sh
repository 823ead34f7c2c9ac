#!/usr/bin/env bash
# Makes sure that a Docker engine answers. One that runs is used as it is; on Debian, and as root, one is installed and
# started. It is never stopped again: whoever uses the machine next is glad of it.
#
# A second engine in the same network namespace would delete the first one's bridge. So the start is under a lock, and
# the question whether an engine answers is asked again when the lock is held.
set -euo pipefail

say() { echo "engine: $*" >&2; }
answers() { docker info >/dev/null 2>&1; }

if answers; then
  say "a Docker engine answers; it is used"
  exit 0
fi

# With an address of its own, DOCKER_HOST, the engine is another machine's matter.
if [ -n "${DOCKER_HOST:-}" ] || [ "$(id -u)" != 0 ] || ! [ -e /etc/debian_version ]; then
  say "no Docker engine answers, and only root on Debian can have one installed here."
  say "Start Docker (or install it, see the manual of your system), or set TOASTY_TEST_POSTGRESQL_URL and"
  say "TOASTY_TEST_DYNAMODB_URL to servers that run; with both, no Docker is needed."
  exit 1
fi

exec 9>/var/lock/toasty-docker-engine.lock
flock 9
if answers; then exit 0; fi

if ! command -v dockerd >/dev/null; then
  say "installing docker.io"
  log=$(mktemp)
  if ! { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends docker.io iptables; } >"$log" 2>&1; then
    cat "$log" >&2
    say "apt-get could not install docker.io; its words are above"
    exit 1
  fi
  rm -f "$log"
fi

if [ -d /run/systemd/system ]; then
  say "starting the service docker"
  systemctl start docker
else
  say "starting dockerd, with its log in /var/log/dockerd.log"
  setsid nohup dockerd >>/var/log/dockerd.log 2>&1 9>&- </dev/null &
fi
for _ in $(seq 300); do
  if answers; then
    say "the Docker engine answers"
    exit 0
  fi
  sleep 0.1
done
tail -n 20 /var/log/dockerd.log >&2 || true
say "the Docker engine did not answer within 30 s; the end of its log is above"
exit 1
