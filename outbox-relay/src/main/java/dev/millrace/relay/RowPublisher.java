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
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Brings captured batches to the broker, one at a time, and tells the state while they wait. Of a large one the first part is
 * on its way while the rest is made into messages. Runs on the capture's thread.
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
    private boolean busy;
    private boolean finishing;
    private volatile boolean sending;

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
    public boolean beforeBatch() throws InterruptedException {
        status.awaitNotPaused();
        lock.lock();
        try {
            if (finishing) {
                return false;
            }
            busy = true;
        } finally {
            lock.unlock();
        }
        show(publisher.health());
        return true;
    }

    @Override
    public Published publish(List<OutboxRow> rows) throws InterruptedException {
        awaitRoomFor(rows.size());
        var poison = new ArrayList<PoisonRow>();
        var later = new ArrayList<OutboxRow>();
        var parts = new ArrayList<Part>();
        for (int from = 0; from < rows.size(); from += PART) {
            start(rows.subList(from, Math.min(rows.size(), from + PART)), poison, later)
                    .ifPresent(parts::add);
        }
        for (Part part : parts) {
            await(part.batch(), rows.size());
            for (Refusal refusal : part.batch().refusals()) {
                poison.add(new PoisonRow(part.rows().get(refusal.index()), refusal.condition(), refusal.description()));
            }
            part.batch().withdrawn().stream().sorted().map(part.rows()::get).forEach(row -> {
                held.hold(row.destination());
                later.add(row);
            });
        }
        sending = false;
        show(PublisherHealth.ok());
        return new Published(poison, later);
    }

    /** Rows on their way, in the order of their messages. */
    private record Part(List<OutboxRow> rows, Batch batch) {}

    /** Sends those that can be sent now; there may be none. */
    private Optional<Part> start(List<OutboxRow> rows, List<PoisonRow> poison, List<OutboxRow> later) {
        var sendable = new ArrayList<OutboxRow>(rows.size());
        var messages = new ArrayList<Outgoing>(rows.size());
        for (OutboxRow row : rows) {
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
        if (messages.isEmpty()) {
            return Optional.empty();
        }
        sending = true;
        return Optional.of(new Part(sendable, publisher.publish(messages)));
    }

    /** At the bound of held rows the whole source waits for the destination, as it would without holding. */
    private void awaitRoomFor(int rows) throws InterruptedException {
        while (!held.destinations().isEmpty() && !held.hasRoomFor(rows)) {
            status.transition(RelayState.WAITING_FOR_CREDIT, "no more rows can be held for " + held.destinations());
            Thread.sleep(LOOK);
        }
    }

    private void await(Batch batch, int rows) throws InterruptedException {
        while (!batch.await(LOOK)) {
            show(publisher.health());
            if (held.hasRoomFor(rows)) {
                publisher.withdrawStuck(holdAfter);
            }
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
        idle();
    }

    static void failed(String source, SourceStatus status, PoisonRow row) {
        LOG.errorf(
                "%s: outbox row %s (%s to %s) can never be sent and is kept in relay_poison: %s: %s",
                source, row.row().id(), row.row().eventType(), row.row().destination(), row.condition(), row.error());
        status.note("row %s: %s".formatted(row.row().id(), row.error()));
    }

    private void idle() {
        lock.lock();
        try {
            busy = false;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets the batch under way finish and takes no further one; waits at most so long. */
    void finish(long limitMillis) throws InterruptedException {
        long left = Duration.ofMillis(limitMillis).toNanos();
        lock.lock();
        try {
            finishing = true;
            while (busy && left > 0) {
                left = idle.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The capture has ended: what is still on its way is not waited for. */
    void giveUp() {
        if (sending) {
            publisher.abandon();
            sending = false;
        }
        idle();
    }
}
