package dev.millrace.relay;

import dev.millrace.relay.capture.Capture;
import dev.millrace.relay.capture.CaptureFailedException;
import dev.millrace.relay.capture.DigestTable;
import dev.millrace.relay.capture.LagCounter;
import dev.millrace.relay.capture.PoisonTable;
import dev.millrace.relay.capture.Position;
import dev.millrace.relay.capture.ResendTable;
import dev.millrace.relay.capture.SlotState;
import dev.millrace.relay.capture.SourceDatabase;
import dev.millrace.relay.capture.SourceDatabase.StoredPosition;
import dev.millrace.relay.capture.SourceSettings;
import dev.millrace.relay.publish.Backoff;
import dev.millrace.relay.publish.BatchPublisher;
import dev.millrace.relay.publish.BrokerSettings;
import dev.millrace.relay.publish.PublisherHealth;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Relays one source: waits for database, slot and broker, runs the capture, and starts it again for ever when it ends.
 *
 * <p>One thread of its own does all that; while the capture runs, this thread lends itself to Debezium and the batches
 * come on Debezium's thread. So at any time one thread alone moves the state on, except for pause and resume.
 */
public final class SourceRelay {
    private static final Logger LOG = Logger.getLogger(SourceRelay.class);
    private static final long SLOT_MISSING_MILLIS = 250;
    private static final long SLOT_TAKEN_MILLIS = 1_000;
    private static final long BROKER_POLL_MILLIS = 20;
    /** A capture that lived that long has worked; the next failure starts with the shortest pause again. */
    private static final long PROVEN_MILLIS = 10_000;

    private final SourceSettings settings;
    private final SourceStatus status;
    private final SourceCounters counters;
    private final SourceDatabase database;
    private final BatchPublisher publisher;
    private final BatchPublisher besidePublisher;
    private final HeldDestinations held;
    private final BesideTheStream beside;
    private final PoisonTable poison;
    private final SourceMonitor monitor;
    private final Thread thread;
    private final CountDownLatch stopSignal = new CountDownLatch(1);
    private final Backoff backoff = new Backoff();
    private volatile RowPublisher rows;
    private volatile Capture capture;
    private volatile boolean slotTaken;

    public SourceRelay(SourceSettings settings, BrokerSettings broker, Vertx vertx, MeterRegistry registry)
            throws SQLException {
        this.settings = settings;
        this.status = new SourceStatus(settings.name());
        this.counters = new SourceCounters(settings.name(), status, registry);
        this.database = new SourceDatabase(settings);
        this.publisher = new BatchPublisher(vertx, broker);
        this.besidePublisher = new BatchPublisher(vertx, broker.named("beside"));
        var resend = new ResendTable(database);
        this.held = new HeldDestinations(resend, settings.maxHeldRows());
        this.poison = new PoisonTable(database);
        this.beside = new BesideTheStream(
                settings,
                new Resender(settings.name(), resend, besidePublisher, held, status, counters),
                new Reconciler(settings.name(), new DigestTable(database, settings), counters),
                status);
        this.monitor = new SourceMonitor(settings, database, counters, status);
        this.thread = Thread.ofPlatform().name("relay-" + settings.name()).unstarted(this::run);
    }

    public String name() {
        return settings.name();
    }

    public void start() {
        publisher.start();
        monitor.start();
        beside.start();
        thread.start();
    }

    private void run() {
        try {
            while (stopSignal.getCount() > 0) {
                status.awaitNotPaused();
                long pause = attempt();
                if (stopSignal.await(pause, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            LOG.debugf("%s: interrupted, which only a stop does", settings.name());
        } finally {
            status.transition(RelayState.STOPPED, "stopped");
        }
    }

    /** One look at what is there, and one run of the capture if all is; returns the pause before the next, in ms. */
    private long attempt() throws InterruptedException {
        try {
            SlotState slot = database.slotState();
            slotTaken = slot.prepared() && slot.active();
            if (!slot.free()) {
                status.transition(RelayState.WAITING_FOR_SLOT, whyNotFree(slot));
                return slot.active() ? SLOT_TAKEN_MILLIS : SLOT_MISSING_MILLIS;
            }
            if (database.paused()) {
                status.pause("paused by request");
                return 0;
            }
            PublisherHealth health = publisher.health();
            if (health.kind() == PublisherHealth.Kind.NO_BROKER) {
                status.transition(RelayState.WAITING_FOR_BROKER, health.detail());
                return BROKER_POLL_MILLIS;
            }
            status.transition(RelayState.STARTING, "slot " + settings.slot() + " is free, streaming from it");
            capture(slot);
            if (stopSignal.getCount() == 0) {
                return 0;
            }
            status.fail(RelayState.RETRYING, "the capture ended without an error");
            return backoff.nextMillis();
        } catch (SQLException e) {
            status.fail(RelayState.WAITING_FOR_DATABASE, firstLine(e));
            return backoff.nextMillis();
        } catch (CaptureFailedException e) {
            return failed(e);
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s: the relay failed", settings.name());
            status.fail(RelayState.RETRYING, e.toString());
            return backoff.nextMillis();
        }
    }

    private String whyNotFree(SlotState slot) {
        if (slot.lost()) {
            return "PostgreSQL has given up slot " + settings.slot()
                    + " (max_slot_wal_keep_size): events are lost; make the slot anew and send the gap again";
        }
        return slot.active()
                ? "slot " + settings.slot() + " is held by another relay"
                : "the service's migration has not made slot " + settings.slot() + " yet";
    }

    private void capture(SlotState slot) throws SQLException, CaptureFailedException {
        StoredPosition start = startPosition(slot);
        var lag = new LagCounter(start.base());
        monitor.lag(lag);
        held.load();
        monitor.position(start.position());
        rows = new RowPublisher(settings.name(), status, counters, publisher, monitor, held, settings.holdAfter());
        capture = new Capture(settings, start.position(), database, lag, rows, this::streamingStarted);
        long startedNanos = System.nanoTime();
        try {
            if (stopSignal.getCount() > 0) {
                capture.run();
            }
        } finally {
            monitor.streamingEnded();
            beside.streaming(false);
            if (stopSignal.getCount() > 0) {
                rows.giveUp();
            }
            if (System.nanoTime() - startedNanos > PROVEN_MILLIS * 1_000_000) {
                backoff.reset();
            }
        }
    }

    private void streamingStarted() {
        monitor.streamingStarted();
        beside.streaming(true);
    }

    private StoredPosition startPosition(SlotState slot) throws SQLException {
        StoredPosition stored = database.load();
        if (stored == null) {
            return new StoredPosition(
                    new Position(slot.flushedLsn(), List.of()), new LagCounter.Base(Instant.EPOCH, 0));
        }
        long lsn = stored.position().lsn();
        if (lsn > slot.currentLsn()) {
            // Streaming from there would skip all that is written until the log gets there.
            LOG.warnf(
                    "%s: the stored position %s lies beyond the log's end %s, so it is of another cluster; "
                            + "starting where the slot does, %s",
                    settings.name(),
                    Position.format(lsn),
                    Position.format(slot.currentLsn()),
                    Position.format(slot.flushedLsn()));
            return new StoredPosition(new Position(slot.flushedLsn(), List.of()), stored.base());
        }
        if (slot.flushedLsn() > lsn) {
            // Never our own doing: the slot is told after the position is stored.
            LOG.warnf(
                    "%s: the slot starts at %s, after the stored position %s: it was made anew or moved by hand, "
                            + "and events between the two are not published",
                    settings.name(), Position.format(slot.flushedLsn()), Position.format(lsn));
        }
        return stored;
    }

    private long failed(CaptureFailedException e) {
        if (e.slotTaken()) {
            slotTaken = true;
            status.transition(RelayState.WAITING_FOR_SLOT, "slot " + settings.slot() + " is held by another relay");
            return SLOT_TAKEN_MILLIS;
        }
        counters.captureFailed();
        if (e.databaseLost()) {
            status.fail(RelayState.WAITING_FOR_DATABASE, e.getMessage());
        } else {
            LOG.errorf(e.getCause(), "%s: the capture failed", settings.name());
            status.fail(RelayState.RETRYING, "the capture failed: " + e.getMessage());
        }
        return backoff.nextMillis();
    }

    private static String firstLine(Exception e) {
        return e.getMessage() == null
                ? e.toString()
                : e.getMessage().lines().findFirst().orElse("");
    }

    /**
     * Pauses it until it is resumed, also across restarts and for a relay that stands by.
     *
     * @throws SQLException if the database, which keeps the wish, is away; nothing has changed then
     */
    public void pause() throws SQLException {
        database.setPaused(true);
        status.pause("paused by request");
    }

    /**
     * Ends the pause.
     *
     * @throws SQLException if the database, which keeps the wish, is away; nothing has changed then
     */
    public void resume() throws SQLException {
        database.setPaused(false);
        status.resume("resumed by request");
    }

    /**
     * Rows that were given up on, oldest first.
     *
     * @param after those that failed after this one; null from the first on
     */
    public List<DeadLetter> deadLetters(UUID after, int limit) throws SQLException {
        return poison.list(after, limit).stream().map(DeadLetter::of).toList();
    }

    /** Has a row that was given up on sent again; false if there is none of this id. */
    public boolean replay(UUID id) throws SQLException {
        return poison.replay(id);
    }

    /** How it stands, for {@code GET /relay}. Asks the database, and answers what was known last if that is away. */
    public SourceReport report() {
        return monitor.report();
    }

    /** True while another relay holds the slot: this one takes over when that one ends. */
    public boolean standsBy() {
        return slotTaken && status.state() == RelayState.WAITING_FOR_SLOT;
    }

    public SourceStatus status() {
        return status;
    }

    /** The connection to the broker. */
    public PublisherHealth brokerHealth() {
        return publisher.health();
    }

    /**
     * Stops it: the batch under way gets two thirds of the limit to be finished, then it is given up.
     *
     * @return false if something still ran at the limit
     */
    public boolean stop(long limitMillis) throws InterruptedException {
        long deadline = System.nanoTime() + limitMillis * 1_000_000;
        stopSignal.countDown();
        monitor.stop();
        RowPublisher running = rows;
        if (running != null) {
            running.finish(limitMillis * 2 / 3);
        }
        if (capture != null) {
            capture.storePosition();
        }
        boolean ended = capture == null || capture.stop(Math.max(100, (deadline - System.nanoTime()) / 1_000_000));
        beside.stop(Math.max(100, (deadline - System.nanoTime()) / 1_000_000));
        thread.interrupt(); // out of a wait for the pause to end
        thread.join(Math.max(100, (deadline - System.nanoTime()) / 1_000_000));
        publisher.close().join();
        besidePublisher.close().join();
        database.close();
        return ended && !thread.isAlive();
    }
}
