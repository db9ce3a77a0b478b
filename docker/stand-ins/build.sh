#!/usr/bin/env bash
# Where no image registry is reached: builds stand-ins for the base images, under the names that the Dockerfile and
# docker-compose.yml use, so that these very files can be tried. They are made of Debian's packages, the JDK that is
# installed here, the PostgreSQL binaries and the mail server of local-stack (built before). An image that is there
# already, real or not, is left alone. "build.sh --names" just lists them.
#
# Needs root, debootstrap, and JAVA_HOME pointing to a JDK 25.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
project=$here/../..
suite=bookworm
mirror=http://deb.debian.org/debian
base=millrace-stand-in/debian
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The legacy builder needs no plugin, and says so each time.
export DOCKER_BUILDKIT=0

present() {
  docker image inspect "$1" >/dev/null 2>&1
}

# The image of a directory with a Dockerfile, whose context is $work/context.
image() {
  local name=$1 directory=$2
  echo "stand-ins: building $name"
  cp "$here/$directory"/* "$work/context/"
  docker build --quiet --tag "$name" "$work/context" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
}

context() {
  rm -rf "$work/context"
  mkdir "$work/context"
}

debian() {
  present "$base" && return
  echo "stand-ins: building $base"
  debootstrap --variant=minbase --include=ca-certificates,curl,xz-utils "$suite" "$work/debian" "$mirror" \
    >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }
  # The same authorities as here: a network of one's own may have its own.
  cp -L /etc/ssl/certs/ca-certificates.crt "$work/debian/etc/ssl/certs/ca-certificates.crt"
  rm -rf "$work/debian"/var/cache/apt/archives/*.deb "$work/debian"/var/lib/apt/lists/*
  tar -C "$work/debian" -c . | docker import - "$base" >/dev/null
  rm -rf "$work/debian"
}

jdk() {
  present "$1" && return
  context
  cp -rL "$JAVA_HOME" "$work/context/jdk"
  # How Maven reaches its repositories from here, if that is special.
  mkdir "$work/context/m2"
  [ ! -f "$HOME/.m2/settings.xml" ] || cp "$HOME/.m2/settings.xml" "$work/context/m2/"
  image "$1" jdk
}

jre() {
  present "$1" && return
  context
  "$JAVA_HOME/bin/jlink" --output "$work/context/jre" --add-modules \
    java.se,jdk.charsets,jdk.crypto.ec,jdk.httpserver,jdk.jdwp.agent,jdk.jfr,jdk.localedata,jdk.management,jdk.management.agent,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.security.jgss,jdk.unsupported,jdk.zipfs
  "$work/context/jre/bin/java" -Xshare:dump >/dev/null 2>&1
  image "$1" jre
}

postgres() {
  present "$1" && return
  context
  unzip -p "$project"/local-stack/target/lib/embedded-postgres-binaries-linux-*.jar 'postgres-linux-*.txz' \
    >"$work/context/postgres.txz"
  image "$1" postgres
}

mailpit() {
  present "$1" && return
  context
  cp -r "$project/local-stack/target/lib" "$work/context/lib"
  rm -f "$work"/context/lib/embedded-postgres-*
  cp "$project"/local-stack/target/local-stack-*.jar "$work/context/lib/"
  image "$1" mailpit
}

haproxy() {
  present "$1" && return
  context
  image "$1" haproxy
}

# The names as the files have them.
names() {
  sed -nE 's/^FROM ([^ ]+:[^ ]+).*/\1/p' "$project/Dockerfile"
  sed -nE 's/^ +image: ([^ ]+:[^ ]+)$/\1/p' "$project/docker-compose.yml"
}

if [ "${1:-}" = --names ]; then
  names | sort -u
  exit
fi
command -v docker >/dev/null || { echo "stand-ins: docker is not installed" >&2; exit 1; }
# In reverse, because the mail server's stand-in is made from that of the Java runtime.
for name in $(names | sort -ru); do
  present "$name" && continue
  debian
  case $name in
    eclipse-temurin:*-jdk-*) jdk "$name" ;;
    eclipse-temurin:*-jre-*) jre "$name" ;;
    postgres:*) postgres "$name" ;;
    axllent/mailpit:*) mailpit "$name" ;;
    haproxy:*) haproxy "$name" ;;
    *) echo "stand-ins: nothing stands in for $name" >&2; exit 1 ;;
  esac
done
