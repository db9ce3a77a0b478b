package dev.millrace.relay;

import dev.millrace.relay.capture.BatchSink;
import dev.millrace.relay.capture.CapturedBatch;
import dev.millrace.relay.capture.OutboxRow;
import dev.millrace.relay.capture.PoisonRow;
import dev.millrace.relay.capture.Position;
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
import org.jboss.logging.Logger;

/** Brings captured batches to the broker, one at a time, and tells the state while they wait. Runs on the capture's thread. */
final class RowPublisher implements BatchSink {
    private static final Logger LOG = Logger.getLogger(RowPublisher.class);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final String source;
    private final SourceStatus status;
    private final SourceCounters counters;
    private final BatchPublisher publisher;
    private final SourceMonitor monitor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private boolean busy;
    private boolean finishing;
    private volatile Batch underWay;

    RowPublisher(
            String source,
            SourceStatus status,
            SourceCounters counters,
            BatchPublisher publisher,
            SourceMonitor monitor) {
        this.source = source;
        this.status = status;
        this.counters = counters;
        this.publisher = publisher;
        this.monitor = monitor;
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
    public List<PoisonRow> publish(List<OutboxRow> rows) throws InterruptedException {
        var poison = new ArrayList<PoisonRow>();
        var sendable = new ArrayList<OutboxRow>(rows.size());
        var messages = new ArrayList<Outgoing>(rows.size());
        for (OutboxRow row : rows) {
            try {
                messages.add(EventMapping.toMessage(row));
                sendable.add(row);
            } catch (MalformedRowException e) {
                poison.add(new PoisonRow(row, PoisonRow.MALFORMED, e.getMessage()));
            }
        }
        if (!messages.isEmpty()) {
            for (Refusal refusal : send(messages)) {
                poison.add(new PoisonRow(sendable.get(refusal.index()), refusal.condition(), refusal.description()));
            }
        }
        return poison;
    }

    private List<Refusal> send(List<Outgoing> messages) throws InterruptedException {
        Batch batch = publisher.publish(messages);
        underWay = batch;
        while (!batch.await(LOOK)) {
            show(publisher.health());
        }
        underWay = null;
        show(PublisherHealth.ok());
        return batch.refusals();
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
    public void stored(CapturedBatch batch, List<PoisonRow> poison, Position position) {
        for (PoisonRow row : poison) {
            LOG.errorf(
                    "%s: outbox row %s (%s to %s) can never be sent and is kept in relay_poison: %s: %s",
                    source,
                    row.row().id(),
                    row.row().eventType(),
                    row.row().destination(),
                    row.condition(),
                    row.error());
            status.fail(RelayState.RUNNING, "row %s: %s".formatted(row.row().id(), row.error()));
        }
        counters.failed(poison.size());
        counters.suppressed(batch.sentBefore());
        int published = batch.rows().size() - poison.size();
        if (published > 0) {
            counters.batchPublished(published, batch.rows().getLast().createdAt());
        }
        batch.marks().forEach(counters::publishedUpTo);
        monitor.position(position);
        idle();
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
        Batch left = underWay;
        if (left != null) {
            publisher.abandon(left);
            underWay = null;
        }
        idle();
    }
}
