package dev.millrace.relay.capture;

import java.time.Duration;

/** One source database and how it is read; see RelayConfig.Source for units and ranges. */
public record SourceSettings(
        String name,
        String host,
        int port,
        String database,
        String user,
        String password,
        String slot,
        String publication,
        Duration pollInterval,
        int maxBatchRows,
        long maxQueueBytes,
        Duration positionInterval,
        Duration heartbeat,
        Duration holdAfter,
        int maxHeldRows,
        Duration reconcileInterval) {

    public SourceSettings {
        inRange(name, "port", port, 1, 65_535);
        inRange(name, "poll-interval in ms", pollInterval.toMillis(), 1, 1_000);
        inRange(name, "max-batch-rows", maxBatchRows, 1, 100_000);
        inRange(name, "max-queue-bytes", maxQueueBytes, 1 << 20, Long.MAX_VALUE);
        inRange(name, "position-interval in ms", positionInterval.toMillis(), 0, 10_000);
        inRange(name, "heartbeat in ms", heartbeat.toMillis(), 1_000, 60_000);
        inRange(name, "hold-after in ms", holdAfter.toMillis(), 100, 600_000);
        inRange(name, "max-held-rows", maxHeldRows, 0, 10_000_000);
        inRange(name, "reconcile-interval in ms", reconcileInterval.toMillis(), 100, 600_000);
    }

    private static void inRange(String source, String key, long value, long lowest, long highest) {
        if (value < lowest || value > highest) {
            throw new IllegalArgumentException(
                    "relay.sources.%s: %s is %d, expected %d to %d".formatted(source, key, value, lowest, highest));
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "postgresql://%s@%s:%d/%s".formatted(user, host, port, database);
    }
}
