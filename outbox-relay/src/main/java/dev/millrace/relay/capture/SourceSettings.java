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
        Duration heartbeat) {
    /** Without the password. */
    @Override
    public String toString() {
        return "postgresql://%s@%s:%d/%s".formatted(user, host, port, database);
    }
}
