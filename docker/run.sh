#!/bin/bash
# Starts the application of this image; its module is $MODULE, its flags are here, and $JAVA_OPTS are added to them.
# "run.sh train" is part of the image's build: see the Dockerfile.
set -eu

# MiB of memory below which the application cannot start, and the part of the memory that its heap may take.
case $MODULE in
  broker-service) needs=192 heap=65 ;; # the index of the waiting messages and a cache; no class library to speak of
  outbox-relay) needs=224 heap=50 ;;   # three Debezium engines
  *) needs=208 heap=50 ;;              # Hibernate
esac

flags=(
  "-XX:MaxRAMPercentage=$heap" "-XX:InitialRAMPercentage=10" -XX:+UseSerialGC
  # No counters file in a file system that cannot be written to; rather restarted than half dead.
  -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError
  # Netty looks for its fast paths there; without these the JVM prints warnings.
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
  -Duser.timezone=UTC
  # A part of the ahead-of-time cache that saves little, and in JDK 25.0 writes warnings at some starts.
  -XX:+UnlockDiagnosticVMOptions -XX:-AOTAdapterCaching
)
# The quick compiler alone: see docs/benchmarks. The broker's hot path is worth the optimising one.
[ "$MODULE" = broker-service ] || flags+=(-XX:TieredStopAtLevel=1)

# Bytes of memory that the container may use; nothing if there is no limit.
limit() {
  local file
  for file in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
    if [ -r "$file" ]; then
      # "max" is version 2's word for no limit, a number of 19 digits version 1's.
      grep -E '^[0-9]{1,18}$' "$file"
      return
    fi
  done
}

if [ "${1:-}" = train ]; then
  exec java "${flags[@]}" "-XX:AOTCacheOutput=$MODULE.aot" -jar quarkus-run.jar
fi

memory=$(limit || true)
if [ -n "$memory" ] && [ "$memory" -lt $((needs << 20)) ]; then
  echo "$MODULE needs at least $needs MiB of memory and this container has $((memory >> 20)) MiB: raise its mem_limit." >&2
  exit 1
fi

[ -f "$MODULE.aot" ] && flags+=("-XX:AOTCache=$MODULE.aot")
# Not quoted: several options stand in one variable.
exec java "${flags[@]}" ${JAVA_OPTS:-} -jar quarkus-run.jar
