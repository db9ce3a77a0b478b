#!/bin/bash
# Part of the images' build, see the Dockerfile: runs the system with some orders and lets each JVM leave a cache of what
# it loaded in its application's directory.
set -euo pipefail

export POSTGRES_HOST=127.0.0.1 POSTGRES_PORT=5432 HTTP_HOST=127.0.0.1 BROKER_DATA_DIR=/tmp/broker
# The databases of this stage are gone with it.
export POSTGRES_PASSWORD=training ORDER_DB_PASSWORD=order INVENTORY_DB_PASSWORD=inventory NOTIFICATION_DB_PASSWORD=notification

fail() {
  echo "train.sh: $1" >&2
  tail -n 40 /tmp/*.log >&2
  exit 1
}

# Tries a command until it succeeds, for at most two minutes.
await() {
  local deadline=$((SECONDS + 120))
  until "$@" 2>/dev/null; do
    [ $SECONDS -lt $deadline ] || fail "gave up waiting for: $*"
    sleep 0.2
  done
}

declare -A processes
train() {
  cd "/app/$1"
  MODULE=$1 run.sh train >"/tmp/$1.log" 2>&1 &
  processes[$1]=$!
}

# HTTP without a client in the image: request METHOD PORT PATH [BODY].
request() {
  exec 3<>"/dev/tcp/127.0.0.1/$2"
  printf '%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\nIdempotency-Key: %s\r\n\r\n%s' \
    "$1" "$3" "${#4}" "$RANDOM-$RANDOM-$RANDOM" "$4" >&3
  cat <&3
}

confirmed() {
  [ "$(request GET 8081 '/orders?limit=100&status=CONFIRMED' '' | grep -o '"status":"CONFIRMED"' | wc -l)" -ge "$1" ]
}

docker-entrypoint.sh postgres -cwal_level=logical -cfsync=off >/tmp/postgres.log 2>&1 &
postgres=$!
await pg_isready --quiet --host=127.0.0.1
train broker-service
await ready.sh 8080
train order-service
train inventory-service
train notification-service
train outbox-relay
for port in 8081 8082 8083 8084; do
  await ready.sh "$port"
done

orders=50
for _ in $(seq "$orders"); do
  request POST 8081 /orders \
    '{"customer":{"name":"Ada","email":"ada@example.org"},"lines":[{"sku":"espresso-cup","quantity":1}]}' >/dev/null
done
await confirmed "$orders"

for module in outbox-relay order-service inventory-service notification-service broker-service; do
  kill "${processes[$module]}"
  wait "${processes[$module]}" || true # 143: ended by a signal
  [ -s "/app/$module/$module.aot" ] || fail "$module left no cache"
done
kill -INT "$postgres"
wait "$postgres" || true
