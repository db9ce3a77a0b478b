package dev.millrace.relay;

import dev.millrace.relay.capture.BatchSink;
import dev.millrace.relay.capture.CapturedBatch;
import dev.millrace.relay.capture.OutboxRow;
import dev.millrace.relay.capture.PoisonRow;
import dev.millrace.relay.capture.Position;
import dev.millrace.relay.capture.Published;
import dev.millrace.relay.publish.Batch;
import dev.millrace.relay.publish.BatchPublisher;
import dev.millrace.relay.publish.Outgoing;
import dev.millrace.relay.publish.PublisherHealth;
import dev.millrace.relay.publish.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Brings captured batches to the broker, and tells the state while they wait. Of a large one the first part is on its
 * way while the rest is made into messages. Runs on the capture's thread.
 */
final class RowPublisher implements BatchSink {
    private static final Logger LOG = Logger.getLogger(RowPublisher.class);
    private static final Duration LOOK = Duration.ofMillis(100);

    /** Rows made into messages before they are given on; more, and the broker waits; fewer, and threads wake for little. */
    private static final int PART = 64;

    private final String source;
    private final SourceStatus status;
    private final SourceCounters counters;
    private final BatchPublisher publisher;
    private final SourceMonitor monitor;
    private final HeldDestinations held;
    private final Duration holdAfter;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    /** Batches begun and not through. */
    private int begun;

    private volatile boolean finishing;
    /** Batches with messages on their way; changed by the capture's thread alone. */
    private volatile int sending;

    RowPublisher(
            String source,
            SourceStatus status,
            SourceCounters counters,
            BatchPublisher publisher,
            SourceMonitor monitor,
            HeldDestinations held,
            Duration holdAfter) {
        this.source = source;
        this.status = status;
        this.counters = counters;
        this.publisher = publisher;
        this.monitor = monitor;
        this.held = held;
        this.holdAfter = holdAfter;
    }

    @Override
    public boolean goesOn() {
        return !finishing && status.state() != RelayState.PAUSED;
    }

    @Override
    public boolean beforeBatch() throws InterruptedException {
        status.awaitNotPaused();
        lock.lock();
        try {
            if (finishing) {
                return false;
            }
            begun++;
        } finally {
            lock.unlock();
        }
        show(publisher.health());
        return true;
    }

    @Override
    public boolean takes(int rows) {
        return held.destinations().isEmpty() || held.hasRoomFor(rows);
    }

    @Override
    public Sending send(List<OutboxRow> rows) throws InterruptedException {
        if (rows.isEmpty()) {
            return new RowsOnTheirWay(0);
        }
        awaitRoomFor(rows.size());
        var onTheirWay = new RowsOnTheirWay(rows.size());
        sending++;
        for (int from = 0; from < rows.size(); from += PART) {
            onTheirWay.start(rows.subList(from, Math.min(rows.size(), from + PART)));
        }
        return onTheirWay;
    }

    /** The rows of one batch. */
    private final class RowsOnTheirWay implements Sending {
        private final int rows;
        private final List<PoisonRow> poison = new ArrayList<>();
        private final List<OutboxRow> later = new ArrayList<>();
        private final List<Part> parts = new ArrayList<>();
        private boolean smooth = true;

        RowsOnTheirWay(int rows) {
            this.rows = rows;
        }

        /** Sends those that can be sent now. */
        void start(List<OutboxRow> some) {
            var sendable = new ArrayList<OutboxRow>(some.size());
            var messages = new ArrayList<Outgoing>(some.size());
            for (OutboxRow row : some) {
                if (held.admits(row.destination())) {
                    later.add(row);
                    continue;
                }
                try {
                    messages.add(EventMapping.toMessage(row));
                    sendable.add(row);
                } catch (MalformedRowException e) {
                    poison.add(new PoisonRow(row, PoisonRow.MALFORMED, e.getMessage()));
                }
            }
            if (!messages.isEmpty()) {
                parts.add(new Part(sendable, publisher.publish(messages)));
            }
        }

        @Override
        public boolean isSmooth() {
            return smooth && poison.isEmpty() && later.isEmpty();
        }

        @Override
        public Published await() throws InterruptedException {
            for (Part part : parts) {
                await(part.batch());
                for (Refusal refusal : part.batch().refusals()) {
                    poison.add(new PoisonRow(
                            part.rows().get(refusal.index()), refusal.condition(), refusal.description()));
                }
                part.batch().withdrawn().stream().sorted().map(part.rows()::get).forEach(row -> {
                    held.hold(row.destination());
                    later.add(row);
                });
            }
            if (rows > 0) {
                sending--;
                show(PublisherHealth.ok());
            }
            return new Published(poison, later);
        }

        private void await(Batch batch) throws InterruptedException {
            while (!batch.await(LOOK)) {
                smooth = false;
                show(publisher.health());
                if (held.hasRoomFor(rows)) {
                    publisher.withdrawStuck(holdAfter);
                }
            }
        }
    }

    /** Rows on their way, in the order of their messages. */
    private record Part(List<OutboxRow> rows, Batch batch) {}

    /** At the bound of held rows the whole source waits for the destination, as it would without holding. */
    private void awaitRoomFor(int rows) throws InterruptedException {
        while (!takes(rows)) {
            status.transition(RelayState.WAITING_FOR_CREDIT, "no more rows can be held for " + held.destinations());
            Thread.sleep(LOOK);
        }
    }

    private void show(PublisherHealth health) {
        switch (health.kind()) {
            case OK -> status.transition(RelayState.RUNNING, health.detail());
            case NO_CREDIT -> status.transition(RelayState.WAITING_FOR_CREDIT, health.detail());
            case NO_BROKER -> status.fail(RelayState.WAITING_FOR_BROKER, "broker: " + health.detail());
            case REFUSED -> status.fail(RelayState.RETRYING, "broker: " + health.detail());
        }
    }

    @Override
    public void stored(Position position) {
        monitor.position(position);
    }

    @Override
    public void done(CapturedBatch batch, Published outcome) {
        outcome.poison().forEach(row -> failed(source, status, row));
        outcome.held().stream()
                .collect(Collectors.groupingBy(OutboxRow::destination, Collectors.counting()))
                .forEach((destination, rows) -> {
                    if (held.stored(destination, rows)) {
                        String why = destination + " takes nothing; its rows are held and follow later";
                        status.note(why);
                        LOG.infof("%s: %s", source, why);
                    }
                });
        counters.failed(outcome.poison().size());
        counters.suppressed(batch.sentBefore());
        int published =
                batch.rows().size() - outcome.poison().size() - outcome.held().size();
        if (published > 0) {
            counters.batchPublished(published, batch.rows().getLast().createdAt());
        }
        batch.marks().forEach(counters::publishedUpTo);
        through(1);
    }

    static void failed(String source, SourceStatus status, PoisonRow row) {
        LOG.errorf(
                "%s: outbox row %s (%s to %s) can never be sent and is kept in relay_poison: %s: %s",
                source, row.row().id(), row.row().eventType(), row.row().destination(), row.condition(), row.error());
        status.note("row %s: %s".formatted(row.row().id(), row.error()));
    }

    private void through(int batches) {
        lock.lock();
        try {
            begun -= batches;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets the batches under way finish and takes no further one; waits at most so long. */
    void finish(long limitMillis) throws InterruptedException {
        long left = Duration.ofMillis(limitMillis).toNanos();
        lock.lock();
        try {
            finishing = true;
            while (begun > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The capture has ended: what is still on its way is not waited for. */
    void giveUp() {
        if (sending > 0) {
            publisher.abandon();
            sending = 0;
        }
        lock.lock();
        try {
            through(begun);
        } finally {
            lock.unlock();
        }
    }
}
