package dev.millrace.relay;

import dev.millrace.relay.capture.LagCounter;
import dev.millrace.relay.capture.Position;
import dev.millrace.relay.capture.ResendTable;
import dev.millrace.relay.capture.SlotState;
import dev.millrace.relay.capture.SourceDatabase;
import dev.millrace.relay.capture.SourceSettings;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Looks at one source from beside the stream: measures the lag, writes the heartbeat's marks and follows the operator's
 * wish for a pause, which is kept in the database. Its failures change
 * nothing and are not logged louder than debug: the capture meets the same database and says so.
 */
final class SourceMonitor {
    private static final Logger LOG = Logger.getLogger(SourceMonitor.class);
    private static final long LOOK_MILLIS = 1_000;

    private final SourceSettings settings;
    private final SourceDatabase database;
    private final ResendTable resend;
    private final SourceCounters counters;
    private final SourceStatus status;
    private final Thread thread;
    private final CountDownLatch stopSignal = new CountDownLatch(1);
    private volatile boolean streaming;
    private volatile Position position;
    private volatile LagCounter lag = new LagCounter(new LagCounter.Base(Instant.EPOCH, 0));
    private long nextMarkNanos;

    SourceMonitor(SourceSettings settings, SourceDatabase database, SourceCounters counters, SourceStatus status) {
        this.settings = settings;
        this.database = database;
        this.resend = new ResendTable(database);
        this.counters = counters;
        this.status = status;
        this.thread =
                Thread.ofPlatform().name("monitor-" + settings.name()).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void stop() {
        stopSignal.countDown();
    }

    /** The capture has been set up: writes the first mark, whose return shows that the stream flows. */
    void streamingStarted() {
        streaming = true;
        try {
            database.writeMark();
        } catch (SQLException e) {
            LOG.debugf("%s: %s", settings.name(), e.getMessage());
        }
    }

    void streamingEnded() {
        streaming = false;
    }

    void position(Position stored) {
        position = stored;
    }

    private void run() {
        try {
            do {
                look();
            } while (!stopSignal.await(LOOK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            LOG.debugf("%s: monitor interrupted", settings.name());
        }
    }

    private void look() {
        try {
            measure();
            // A standby writes none: whoever holds the slot does.
            if (streaming && System.nanoTime() >= nextMarkNanos) {
                nextMarkNanos = System.nanoTime() + settings.heartbeat().toNanos();
                database.writeMark();
            }
        } catch (SQLException e) {
            LOG.debugf("%s: %s", settings.name(), e.getMessage());
        }
    }

    /** The counter of the capture that runs now. */
    void lag(LagCounter counter) {
        lag = counter;
    }

    private void measure() throws SQLException {
        // The base first: a row published in between is counted as left for a moment, and never as gone too early.
        LagCounter.Base base = lag.base();
        SlotState slot = database.slotState();
        counters.lagBytes(slot.lagBytes());
        if (!slot.prepared()) {
            counters.lagEvents(0);
            return;
        }
        if (database.paused()) {
            status.pause("paused by request");
        } else {
            status.resume("resumed by request");
        }
        long waiting = resend.size();
        counters.waitingBeside(waiting);
        counters.lagEvents(waiting + Math.max(0, database.rowsCreatedAfter(base.from()) - base.published()));
    }

    SourceReport report() {
        try {
            measure();
        } catch (SQLException e) {
            LOG.debugf("%s: %s", settings.name(), e.getMessage());
        }
        Position last = position;
        return new SourceReport(
                settings.name(),
                status.state(),
                last == null ? null : Position.format(last.lsn()),
                counters.lagBytes(),
                counters.lagEvents(),
                counters.published(),
                counters.duplicatesSuppressed(),
                counters.failed(),
                status.lastError());
    }
}
