#!/bin/bash
# As much of what the real image's entrypoint promises as our files rely on: not as root, data made at the first start
# with the password of the superuser, then the scripts of /docker-entrypoint-initdb.d against a server on its socket only.
set -euo pipefail

if [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -z "${POSTGRES_PASSWORD:-}" ]; then
    echo "Error: the database is not initialised and POSTGRES_PASSWORD is not set." >&2
    exit 1
  fi
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA"
  initdb --username=postgres --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") --pgdata="$PGDATA" --auth-host=scram-sha-256 \
    --auth-local=trust >/dev/null
  printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
  pg_ctl --pgdata="$PGDATA" --wait --silent --options="-c listen_addresses='' -c unix_socket_directories=/var/run/postgresql" start
  for script in /docker-entrypoint-initdb.d/*.sh; do
    "$script"
  done
  pg_ctl --pgdata="$PGDATA" --wait --silent --mode=fast stop
fi

exec "$@" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql
