package dev.millrace.relay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Numbers of one source since this process began, as metrics and for {@code GET /relay}. Thread-safe. */
final class SourceCounters {
    private final Counter published;
    private final Counter duplicatesSuppressed;
    private final Counter failed;
    private final Counter captureFailures;
    private final DistributionSummary batches;
    private final Timer latency;
    private final Counter reconciled;
    private final AtomicLong waitingBeside = new AtomicLong();
    private final AtomicLong lagEvents = new AtomicLong();
    private final AtomicLong lagBytes = new AtomicLong();
    private final AtomicReference<Instant> publishedUpTo = new AtomicReference<>();

    SourceCounters(String source, SourceStatus status, MeterRegistry registry) {
        Tags tags = Tags.of("source", source);
        published = counter(registry, "published", "Rows that the broker has accepted", tags);
        duplicatesSuppressed = counter(
                registry,
                "duplicates.suppressed",
                "Rows that the database sent again after a restart and that were not sent to the broker again",
                tags);
        failed = counter(registry, "failed", "Rows that can never be sent, kept in relay_poison", tags);
        reconciled = counter(
                registry, "reconciled", "Rows that the stream left out, found in the outbox and sent after all", tags);
        captureFailures = counter(registry, "capture.failures", "Times that the capture ended with an error", tags);
        batches = DistributionSummary.builder("millrace.relay.batch.rows")
                .description("Rows in each published batch")
                .tags(tags)
                .register(registry);
        latency = Timer.builder("millrace.relay.latency")
                .description(
                        "From the beginning of the row's transaction to the broker's acceptance; last row of each batch")
                .tags(tags)
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        Gauge.builder("millrace.relay.lag.bytes", lagBytes, AtomicLong::get)
                .description("Write-ahead log that the slot holds back")
                .baseUnit("bytes")
                .tags(tags)
                .register(registry);
        Gauge.builder("millrace.relay.lag.events", lagEvents, AtomicLong::get)
                .description("Committed rows that are not accepted yet")
                .tags(tags)
                .register(registry);
        Gauge.builder("millrace.relay.resend.rows", waitingBeside, AtomicLong::get)
                .description("Rows in relay_resend: held for a destination that takes nothing, replayed or left out")
                .tags(tags)
                .register(registry);
        TimeGauge.builder("millrace.relay.behind", this, TimeUnit.SECONDS, SourceCounters::secondsBehind)
                .description(
                        "Age of the newest moment up to which all is published: the last row, or a later heartbeat")
                .tags(tags)
                .register(registry);
        Arrays.stream(RelayState.values()).forEach(state -> register(registry, tags, status, state));
    }

    private static Counter counter(MeterRegistry registry, String name, String description, Tags tags) {
        return Counter.builder("millrace.relay." + name)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private static void register(MeterRegistry registry, Tags tags, SourceStatus status, RelayState state) {
        Tags withState = tags.and("state", state.name());
        Gauge.builder("millrace.relay.state", status, s -> s.state() == state ? 1 : 0)
                .description("1 for the state that the source is in")
                .tags(withState)
                .register(registry);
        FunctionCounter.builder("millrace.relay.transitions", status, s -> s.entered(state))
                .description("Times that the state was entered")
                .tags(withState)
                .register(registry);
    }

    void batchPublished(int rows, Instant lastCreatedAt) {
        published.increment(rows);
        batches.record(rows);
        latency.record(Duration.between(lastCreatedAt, Instant.now()));
        publishedUpTo(lastCreatedAt);
    }

    /** Rows sent beside the stream. */
    void published(int rows) {
        published.increment(rows);
    }

    void reconciled(long rows) {
        reconciled.increment(rows);
    }

    void waitingBeside(long rows) {
        waitingBeside.set(rows);
    }

    long waitingBeside() {
        return waitingBeside.get();
    }

    void lagEvents(long rows) {
        lagEvents.set(rows);
    }

    long lagEvents() {
        return lagEvents.get();
    }

    /** All that was committed before this moment is published. */
    void publishedUpTo(Instant moment) {
        publishedUpTo.accumulateAndGet(moment, (old, next) -> old == null || next.isAfter(old) ? next : old);
    }

    void suppressed(int rows) {
        duplicatesSuppressed.increment(rows);
    }

    void failed(int rows) {
        failed.increment(rows);
    }

    void captureFailed() {
        captureFailures.increment();
    }

    void lagBytes(long bytes) {
        lagBytes.set(bytes);
    }

    long published() {
        return (long) published.count();
    }

    long duplicatesSuppressed() {
        return (long) duplicatesSuppressed.count();
    }

    long failed() {
        return (long) failed.count();
    }

    long lagBytes() {
        return lagBytes.get();
    }

    private double secondsBehind() {
        Instant moment = publishedUpTo.get();
        return moment == null
                ? Double.NaN
                : Math.max(0, Duration.between(moment, Instant.now()).toMillis() / 1_000.0);
    }
}
