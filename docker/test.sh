#!/usr/bin/env bash
# ./millrace test --compose: builds the images, brings the system up with docker-compose, runs the end-to-end tests
# against it, kills and restarts containers, scales, tries what must be refused, and takes it all down. It has a project
# name, ports, passwords and volumes of its own, and leaves a system that runs from the same files alone.
#
# Expects JAVA_HOME. Exit code 0 also if there is no Docker engine, which is then said.
set -uo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
work=$(mktemp -d)
engine=
limit=150 # seconds from up to all healthy, on a machine that does other things too; the goal is 40 on a quiet one

say() { printf 'compose: %s\n' "$*"; }

skip() {
  printf '\ncompose: SKIPPED, docker-compose up was not checked: %s\n\n' "$*"
  exit 0
}

fail() {
  printf '\ncompose: FAILED: %s\n' "$*" >&2
  compose ps >&2
  compose logs --no-color --tail=60 >"$project/target/compose.log" 2>&1
  # Where this runs on a machine of its own, nobody reads the file afterwards.
  grep -E 'ERROR|FATAL|cannot|does not|refused' "$project/target/compose.log" | tail -n 40 >&2
  printf 'compose: the containers'"'"' logs are in target/compose.log\n' >&2
  exit 1
}

compose_command=(docker-compose)
compose() {
  "${compose_command[@]}" --project-name millrace-check --project-directory "$project" --file "$project/docker-compose.yml" \
    --env-file "$work/env" "$@"
}

finish() {
  status=$?
  trap - EXIT INT TERM
  if [ -f "$work/env" ] && docker info >/dev/null 2>&1; then
    compose --profile standby down --volumes --remove-orphans >/dev/null 2>&1
  fi
  [ -z "$engine" ] || { kill "$engine" 2>/dev/null && wait "$engine"; } 2>/dev/null
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- An engine ----------------------------------------------------------------------------------------------------------

command -v docker >/dev/null || skip "docker is not installed."
if ! docker info >/dev/null 2>&1; then
  command -v dockerd >/dev/null || skip "no Docker engine answers, and dockerd is not installed."
  [ "$(id -u)" = 0 ] || skip "no Docker engine answers this user, and starting one needs root."
  say "starting dockerd for this check"
  dockerd >"$work/dockerd.log" 2>&1 &
  engine=$!
  for _ in $(seq 60); do
    docker info >/dev/null 2>&1 && break
    kill -0 "$engine" 2>/dev/null || break
    sleep 0.5
  done
  docker info >/dev/null 2>&1 || { tail -n 5 "$work/dockerd.log"; skip "dockerd does not start here, see above."; }
fi
if ! docker-compose version >/dev/null 2>&1; then
  docker compose version >/dev/null 2>&1 || skip "neither docker-compose nor the compose plugin is installed."
  compose_command=(docker compose)
fi

# --- Images -------------------------------------------------------------------------------------------------------------

mkdir -p "$project/target"
absent() { ! docker image inspect "$1" >/dev/null 2>&1; }
missing=
for image in $("$project/docker/stand-ins/build.sh" --names); do
  if [ -n "$missing" ] && absent "$image"; then
    missing="$missing $image" # the registry did not have the first, and will not have this one
  elif absent "$image"; then
    timeout 300 docker pull --quiet "$image" >/dev/null 2>&1 || missing=$image
  fi
done
if [ -n "$missing" ]; then
  say "no registry is reached for $missing: building stand-ins"
  [ "$(id -u)" = 0 ] && command -v debootstrap >/dev/null || skip "stand-ins for the base images need root and debootstrap."
  [ -d "$project/local-stack/target/lib" ] ||
    "$project/mvnw" -q -f "$project/pom.xml" -pl local-stack package -Dmaven.test.skip=true -Dspotless.check.skip=true ||
    fail "local-stack cannot be built"
  "$project/docker/stand-ins/build.sh" || fail "the stand-ins cannot be built"
fi

secret() { head -c 18 /dev/urandom | base64 | tr -d '+/='; }
ports=(ORDER_HTTP_PORT=28081 INVENTORY_HTTP_PORT=28082 NOTIFICATION_HTTP_PORT=28083 RELAY_HTTP_PORT=28084
  RELAY_STANDBY_HTTP_PORT=28085 BROKER_HTTP_PORT=28080 BROKER_AMQP_PORT=25672 POSTGRES_PORT=25433 SMTP_PORT=21025
  MAILBOX_HTTP_PORT=28025)
user=checker
password=$(secret)
{
  printf '%s\n' "${ports[@]}" "BROKER_USER=$user" "BROKER_PASSWORD=$password" ORDER_TIMEOUT=PT20S
  for name in POSTGRES_PASSWORD ORDER_DB_PASSWORD INVENTORY_DB_PASSWORD NOTIFICATION_DB_PASSWORD; do
    printf '%s=%s\n' "$name" "$(secret)"
  done
} >"$work/env"

# An earlier check that was killed has left its containers and, worse, a database with other passwords.
compose --profile standby down --volumes --remove-orphans >/dev/null 2>&1

# A value that is missing is named, and nothing is started.
for name in POSTGRES_PASSWORD ORDER_DB_PASSWORD INVENTORY_DB_PASSWORD NOTIFICATION_DB_PASSWORD BROKER_USER BROKER_PASSWORD; do
  grep -v "^$name=" "$work/env" >"$work/partial"
  "${compose_command[@]}" --project-directory "$project" --file "$project/docker-compose.yml" --env-file "$work/partial" config \
    >/dev/null 2>"$work/refusal" && fail "without $name in .env docker-compose does not refuse"
  grep -q "$name is not set" "$work/refusal" || fail "without $name in .env it is not named: $(cat "$work/refusal")"
done
say "a missing value in .env is refused by name"

say "building the images (the first time this takes some minutes; log in target/compose-build.log)"
SECONDS=0
compose build >"$project/target/compose-build.log" 2>&1 || { tail -n 40 "$project/target/compose-build.log" >&2; fail "docker-compose build"; }
say "built in $SECONDS s"

# --- Up -----------------------------------------------------------------------------------------------------------------

# Waits until as many containers as expected run and all of them are healthy.
await_healthy() {
  local expected=$1 deadline=$((SECONDS + limit)) healthy
  while :; do
    healthy=$(compose ps -q | xargs docker inspect --format '{{.State.Health.Status}}' 2>/dev/null | grep -c '^healthy$')
    [ "$healthy" = "$expected" ] && return
    [ $SECONDS -lt $deadline ] || fail "$healthy of $expected containers are healthy after $limit s"
    sleep 0.3
  done
}

resident() {
  local container
  for container in $(compose ps -q); do
    # Of a process tree; shared pages counted once per sharer's part.
    local kib=0 process
    for process in $(docker top "$container" -eo pid 2>/dev/null | tail -n +2); do
      kib=$((kib + $(awk '/^Pss:/ { print $2 }' "/proc/$process/smaps_rollup" 2>/dev/null || echo 0)))
    done
    printf '%s %d\n' "$(docker inspect --format '{{ index .Config.Labels "com.docker.compose.service" }}' "$container")" $((kib / 1024))
  done | sort
}

say "docker-compose up"
began=$(date +%s%N)
SECONDS=0
compose up -d --no-build >"$work/up.log" 2>&1 || { cat "$work/up.log" >&2; fail "docker-compose up"; }
await_healthy 8
took=$((($(date +%s%N) - began) / 100000000))
say "all 8 containers healthy after $((took / 10)).$((took % 10)) s (load $(cut -d' ' -f1 /proc/loadavg))"

# --- End to end ---------------------------------------------------------------------------------------------------------

say "end-to-end tests against the containers"
export E2E_TARGET=urls E2E_FRESH=true E2E_ORDER_TIMEOUT=PT20S E2E_BROKER_USER=$user E2E_BROKER_PASSWORD=$password \
  E2E_ORDER_URL=http://127.0.0.1:28081 E2E_INVENTORY_URL=http://127.0.0.1:28082 E2E_NOTIFICATION_URL=http://127.0.0.1:28083 \
  E2E_RELAY_URL=http://127.0.0.1:28084 E2E_BROKER_URL=http://127.0.0.1:28080 E2E_MAILBOX_URL=http://127.0.0.1:28025 \
  E2E_BROKER_AMQP=127.0.0.1:25672
call="${compose_command[*]} --project-name millrace-check --project-directory '$project' --file '$project/docker-compose.yml' --env-file '$work/env'"
export E2E_KILL="$call kill {part} >/dev/null 2>&1" E2E_STOP="$call stop {part} >/dev/null 2>&1" \
  E2E_START="$call up -d --no-build {part} >/dev/null 2>&1"
rm -rf "$project/e2e-tests/target/surefire-reports"
MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow" "$project/mvnw" -B -ntp -q -f "$project/pom.xml" \
  -pl e2e-tests -am test -Dtest='dev.millrace.e2e.**,!dev.millrace.e2e.torture.**,!dev.millrace.e2e.clients.**,!dev.millrace.e2e.saga.**' -Dsurefire.failIfNoSpecifiedTests=false -Dspotless.check.skip=true \
  -Dquarkus.build.skip=true -Dfuzz.skip=true || fail "end-to-end tests"

say "end-to-end: $(cat "$project"/e2e-tests/target/surefire-reports/*.txt | awk -F'[:,]' '/^Tests run/ { run += $2; skipped += $8 } END { printf "%d tests passed, %d skipped", run - skipped, skipped }')"

say "memory at rest, MiB:"
resident | tee "$work/resident" | sed 's/^/  /'
total=$(awk '{ sum += $2 } END { print sum }' "$work/resident")
say "$total MiB in all"
[ "$total" -le 2048 ] || fail "more than 2 GiB resident"

# --- Slow is not gone ---------------------------------------------------------------------------------------------------

say "an order-service that stands still for 5 s is waited for"
service=$(compose ps -q order-service)
docker pause "$service" >/dev/null
(sleep 5; docker unpause "$service" >/dev/null) &
pause=$!
sleep 3 # two checks of the ingress
answer=$(curl -s -o "$work/slow" -w '%{http_code}' --max-time 30 "$E2E_ORDER_URL/orders?limit=1")
wait "$pause"
[ "$answer" = 200 ] || fail "a read behind a slow container got $answer: $(cat "$work/slow")"

# --- Scale --------------------------------------------------------------------------------------------------------------

say "docker-compose up --scale notification-service=3, and a standby relay"
compose --profile standby up -d --no-build --scale notification-service=3 >"$work/up.log" 2>&1 || { cat "$work/up.log" >&2; fail "scaling"; }
await_healthy 11
consumers() { curl -sf "$E2E_BROKER_URL/api/destinations" | tr '{' '\n' | grep "\"name\":\"$1\"" | grep -o '"consumers":[0-9]*' | cut -d: -f2; }
[ "$(consumers emails)" = 3 ] || fail "the queue emails has $(consumers emails) consumers instead of 3"
for number in $(seq 90); do
  curl -sf -o /dev/null "$E2E_ORDER_URL/orders" -H 'Content-Type: application/json' -H "Idempotency-Key: share-$number" \
    -d '{"customer":{"name":"Ada","email":"ada@example.org"},"lines":[{"sku":"espresso-cup","quantity":1}]}' &
  [ $((number % 10)) != 0 ] || wait $(jobs -p | grep -vx "${engine:-none}")
done
sent() { docker exec "$1" bash -c 'exec 3<>/dev/tcp/127.0.0.1/8080; printf "GET /q/metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" >&3; cat <&3' |
  sed -nE 's/^notification_emails_total\{outcome="sent"\} ([0-9]+).*/\1/p'; }
deadline=$((SECONDS + 60))
until shares=$(for container in $(compose ps -q notification-service); do sent "$container"; done) &&
  [ "$(printf '%s\n' "$shares" | grep -cE '^[1-9]')" = 3 ]; do
  [ $SECONDS -lt $deadline ] || fail "three notification-services do not share the queue: they sent $(echo $shares) e-mails"
  sleep 0.5
done
say "the three sent $(echo $shares) e-mails"

say "the standby relay takes over from the first"
compose kill outbox-relay >/dev/null 2>&1
order=$(curl -sf "$E2E_ORDER_URL/orders" -H 'Content-Type: application/json' -H 'Idempotency-Key: takeover' \
  -d '{"customer":{"name":"Ada","email":"ada@example.org"},"lines":[{"sku":"espresso-cup","quantity":1}]}' | sed -E 's/.*"id":"([^"]+)".*/\1/')
deadline=$((SECONDS + 60))
until curl -sf "$E2E_ORDER_URL/orders/$order" | grep -q '"status":"CONFIRMED"'; do
  [ $SECONDS -lt $deadline ] || fail "order $order is not confirmed 60 s after the first relay was killed"
  sleep 0.2
done

say "docker-compose kill of everything, and up again"
compose kill >/dev/null 2>&1
compose up -d --no-build >"$work/up.log" 2>&1 || { cat "$work/up.log" >&2; fail "up after a kill"; }
await_healthy 8
curl -sf "$E2E_ORDER_URL/orders?limit=1" | grep -q '"id"' || fail "the orders are gone after a kill of all containers"

# --- What must be refused -------------------------------------------------------------------------------------------------

say "too little memory is said in one line"
docker run --rm --memory 64m millrace/order-service >"$work/little" 2>&1 && fail "64 MiB were not refused"
[ "$(wc -l <"$work/little")" = 1 ] && grep -q "order-service needs at least" "$work/little" || fail "64 MiB: $(cat "$work/little")"

say "a database that is not there ends the container with a sentence"
timeout 120 docker run --rm --network none -e POSTGRES_HOST=nowhere.invalid -e QUARKUS_FLYWAY_CONNECT_RETRIES=1 \
  -e QUARKUS_FLYWAY_CONNECT_RETRIES_INTERVAL=1S millrace/order-service >"$work/alone" 2>&1
[ $? = 1 ] && grep -q "The database does not answer" "$work/alone" || fail "order-service without a database: $(cat "$work/alone")"

say "down"
compose --profile standby down --volumes >/dev/null 2>&1 || fail "docker-compose down"
[ -z "$(docker ps -aq --filter label=com.docker.compose.project=millrace-check)" ] || fail "containers are left after down"
say "OK"
