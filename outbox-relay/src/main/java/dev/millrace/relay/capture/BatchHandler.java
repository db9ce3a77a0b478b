package dev.millrace.relay.capture;

import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.StopEngineException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Takes each batch from Debezium through its three steps, in this order: accepted by the broker, position stored, slot
 * told. So a crash between any two leads to a repetition, never to a loss (RELAY-1, RELAY-2).
 *
 * <p>The last two steps are due a moment after the ones before at the earliest: a batch may be a single row, and storing
 * a position is a transaction with a sync. What a batch leaves behind in the database (poison, held rows) is stored at
 * once. On a quiet stream Debezium's heartbeat brings what is left within a second, and a stop stores it.
 */
final class BatchHandler implements ChangeConsumer<RecordChangeEvent<SourceRecord>> {
    private final SourceDatabase database;
    private final BatchSink sink;
    private final LagCounter lag;
    private final PositionTracker tracker;
    private final StreamDigest digest = new StreamDigest();
    private final RecordReader reader;
    private final long intervalNanos;
    private long storedNanos;
    private volatile Progress unstored;
    private boolean closed;

    /** What is to be stored of all batches since the last time; the batch under way is no part of it. */
    private record Progress(SourceDatabase.StoredPosition position, Map<Long, SecondDigest> digest) {}

    BatchHandler(SourceSettings source, Position start, SourceDatabase database, LagCounter lag, BatchSink sink) {
        this.database = database;
        this.sink = sink;
        this.lag = lag;
        this.tracker = new PositionTracker(start);
        this.reader = new RecordReader(source.name(), tracker, digest);
        this.intervalNanos = source.positionInterval().toNanos();
        this.storedNanos = System.nanoTime() - intervalNanos;
    }

    @Override
    public void handleBatch(
            List<RecordChangeEvent<SourceRecord>> events, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        if (!sink.beforeBatch()) {
            throw new StopEngineException("stopping");
        }
        Position before = tracker.position();
        CapturedBatch batch =
                reader.read(events.stream().map(RecordChangeEvent::record).toList());
        Published published = batch.rows().isEmpty() ? Published.ALL : sink.publish(batch.rows());
        batch.rows().forEach(row -> lag.published(row.createdAt()));
        batch.marks().forEach(lag::markReturned);
        Position position = tracker.position();
        if (!batch.rows().isEmpty() || position.lsn() != before.lsn()) {
            unstored =
                    new Progress(new SourceDatabase.StoredPosition(position, lag.base()), Map.copyOf(digest.changes()));
        }
        boolean due = System.nanoTime() - storedNanos >= intervalNanos || !published.isAll();
        if (due) {
            store(published);
            digest.stored();
            storedNanos = System.nanoTime();
            sink.stored(position);
        }
        sink.done(batch, published);
        if (due) {
            // The offset of a source is one value: marking the last record marks those before it.
            committer.markProcessed(events.getLast());
            committer.markBatchFinished();
        }
    }

    /**
     * Stores what the last batches have left to be stored, and no more from then on. From any thread; the slot must be
     * held still, or another relay could have begun to send, and to count, the same rows.
     */
    synchronized void close() {
        if (!closed) {
            store(Published.ALL);
            closed = true;
        }
    }

    private synchronized void store(Published published) {
        if (closed) {
            throw new StopEngineException("stopping");
        }
        Progress progress = unstored;
        if (progress == null) {
            return;
        }
        try {
            database.save(progress.position(), published, progress.digest());
            unstored = null;
        } catch (SQLException e) {
            throw new PositionNotStoredException(progress.position().position(), e);
        }
    }

    @Override
    public boolean supportsTombstoneEvents() {
        return false;
    }
}
