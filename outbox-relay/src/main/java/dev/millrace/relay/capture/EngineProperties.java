package dev.millrace.relay.capture;

import java.util.Properties;
import java.util.UUID;

/** Debezium's configuration for one run. Each setting that durability or latency rests on is written out. */
final class EngineProperties {
    /** Time that Debezium's own threads get to end. */
    static final int STOP_MILLIS = 2_000;

    private EngineProperties() {}

    static Properties of(SourceSettings source, long startLsn) {
        var properties = new Properties();
        properties.setProperty("name", source.name());
        properties.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        properties.setProperty("topic.prefix", source.name());
        // Its MBeans are named by this. Of the same name as those of a run before, they make the start wait for
        // minutes.
        properties.setProperty("custom.metric.tags", "run=" + UUID.randomUUID());
        connection(properties, source);
        capture(properties, source);
        failures(properties);
        properties.setProperty("offset.storage", EnginePosition.class.getName());
        properties.setProperty(EnginePosition.START_LSN, Long.toString(startLsn));
        // After each batch: the slot is told as soon as the position is stored.
        properties.setProperty("offset.flush.interval.ms", "0");
        return properties;
    }

    private static void connection(Properties properties, SourceSettings source) {
        properties.setProperty("database.hostname", source.host());
        properties.setProperty("database.port", Integer.toString(source.port()));
        properties.setProperty("database.dbname", source.database());
        properties.setProperty("database.user", source.user());
        properties.setProperty("database.password", source.password());
        properties.setProperty("database.tcpKeepAlive", "true");
        // Seconds. A query that the streaming thread asks every 5 s finds out when the server cannot be reached any
        // more.
        properties.setProperty("database.connectTimeout", "5");
        properties.setProperty("database.socketTimeout", "20");
        // Sends a status even while a batch waits for the broker, so that the server does not drop us.
        properties.setProperty("status.update.interval.ms", "5000");
    }

    private static void capture(Properties properties, SourceSettings source) {
        properties.setProperty("plugin.name", "pgoutput");
        properties.setProperty("publication.name", source.publication());
        properties.setProperty("publication.autocreate.mode", "disabled"); // the service's migration makes it
        properties.setProperty("slot.name", source.slot());
        properties.setProperty("slot.drop.on.stop", "false");
        properties.setProperty("publish.via.partition.root", "true");
        properties.setProperty("table.include.list", "public.outbox");
        // Nobody reads the records' keys, but each is built, and printed for a metric. The primary key's created_at
        // took
        // a sixth of the time of the thread that reads the log.
        properties.setProperty("message.key.columns", "public.outbox:id");
        // The slot exists since before the first row, so the log holds them all; a snapshot would publish them again.
        properties.setProperty("snapshot.mode", "no_data");
        properties.setProperty("skipped.operations", "u,d,t");
        properties.setProperty("tombstones.on.delete", "false");
        properties.setProperty("provide.transaction.metadata", "false");
        // Quantiles of its own latencies, which nobody reads: each event woke the thread that reckons them. The thread
        // that reads the log was found at that in a third of its dumps.
        properties.setProperty("statistics.metrics.enabled", "false");
        // Only what we mark as processed is confirmed to the slot (RELAY-2), never the driver by itself.
        properties.setProperty("lsn.flush.mode", "connector");
        // The end of the last transaction comes with the next record; on a quiet stream, with this one.
        properties.setProperty("heartbeat.interval.ms", "1000");
        // Debezium's default lingers half a second for a fuller batch.
        properties.setProperty(
                "poll.interval.ms", Long.toString(source.pollInterval().toMillis()));
        properties.setProperty("queue.provider.type", PatientQueue.NAME);
        properties.setProperty("max.batch.size", Integer.toString(source.maxBatchRows()));
        properties.setProperty("max.queue.size", Integer.toString(source.maxBatchRows() * 2));
        properties.setProperty("max.queue.size.in.bytes", Long.toString(source.maxQueueBytes()));
    }

    /** The engine ends at the first failure; SourceRelay starts it again, says so, and knows the state. */
    private static void failures(Properties properties) {
        properties.setProperty("errors.max.retries", "0");
        properties.setProperty("slot.max.retries", "0");
        properties.setProperty("slot.retry.delay.ms", "200");
        properties.setProperty("event.processing.failure.handling.mode", "fail");
        properties.setProperty("executor.shutdown.timeout.ms", Integer.toString(STOP_MILLIS));
        properties.setProperty("task.management.timeout.ms", Integer.toString(60_000));
        properties.setProperty("record.processing.shutdown.timeout.ms", "500");
    }
}
