package dev.millrace.relay.capture;

import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.StopEngineException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Takes each batch from Debezium through its three steps, in this order: accepted by the broker, position stored, slot
 * told. So a crash between any two leads to a repetition, never to a loss (RELAY-1, RELAY-2).
 *
 * <p>Batches are pipelined: of a busy stream the next one is read and sent while the one before is on its way. Each is
 * brought through its steps in turn, so the position is always that of a batch before which all are accepted.
 *
 * <p>The last two steps are due a moment after the ones before at the earliest: a batch may be a single row, and storing
 * a position is a transaction with a sync. What a batch leaves behind in the database (poison, held rows) is stored at
 * once. On a quiet stream Debezium's heartbeat brings what is left within a second, and a stop stores it.
 */
final class BatchHandler implements ChangeConsumer<RecordChangeEvent<SourceRecord>> {
    /** A batch with at least this part of the rows that one may have is followed by another at once, as a rule. */
    private static final int BUSY_PART = 4;

    private final PositionStore store;
    private final BatchSink sink;
    private final LagCounter lag;
    private final PositionTracker tracker;
    private final StreamDigest digest = new StreamDigest();
    private final RecordReader reader;
    private final long intervalNanos;
    private final int busyRows;
    private long storedNanos;
    /** Sent, and not through; null if there is none. */
    private UnderWay underWay;

    private volatile Progress unstored;
    private boolean closed;

    /** Where the position is kept: {@link SourceDatabase#save}. */
    interface PositionStore {
        void save(SourceDatabase.StoredPosition position, Published published, Map<Long, SecondDigest> digest)
                throws SQLException;
    }

    /** A batch on its way, and what is to be stored when it is through; that is null if the batch moves nothing on. */
    private record UnderWay(
            CapturedBatch batch, BatchSink.Sending sending, Progress progress, RecordChangeEvent<SourceRecord> last) {}

    /** What is to be stored of all batches since the last time. */
    private record Progress(Position position, Map<Long, SecondDigest> digest) {
        Progress after(Progress earlier) {
            if (earlier == null) {
                return this;
            }
            var both = new TreeMap<>(earlier.digest);
            digest.forEach((second, more) -> both.merge(second, more, SecondDigest::plus));
            return new Progress(position, both);
        }
    }

    BatchHandler(SourceSettings source, Position start, PositionStore store, LagCounter lag, BatchSink sink) {
        this.store = store;
        this.sink = sink;
        this.lag = lag;
        this.tracker = new PositionTracker(start);
        this.reader = new RecordReader(source.name(), tracker, digest);
        this.intervalNanos = source.positionInterval().toNanos();
        this.busyRows = Math.max(2, source.maxBatchRows() / BUSY_PART);
        this.storedNanos = System.nanoTime() - intervalNanos;
    }

    @Override
    public void handleBatch(
            List<RecordChangeEvent<SourceRecord>> events, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        if (!sink.goesOn()) {
            finish(committer);
        }
        if (!sink.beforeBatch()) {
            finish(committer);
            throw new StopEngineException("stopping");
        }
        UnderWay next = begin(events, committer);
        boolean smooth = finish(committer);
        underWay = next;
        if (events.size() < busyRows || !smooth || !next.sending.isSmooth()) {
            finish(committer);
        }
    }

    private UnderWay begin(
            List<RecordChangeEvent<SourceRecord>> events, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        long before = tracker.position().lsn();
        CapturedBatch batch;
        try {
            batch = reader.read(events.stream().map(RecordChangeEvent::record).toList());
        } catch (RuntimeException e) {
            // It will fail again; what was accepted is not to be sent again each time.
            finish(committer);
            throw e;
        }
        if (!sink.takes(batch.rows().size())) {
            finish(committer);
        }
        Position position = tracker.position();
        Progress progress = batch.rows().isEmpty() && position.lsn() == before
                ? null
                : new Progress(position, digest.takeChanges());
        return new UnderWay(batch, sink.send(batch.rows()), progress, events.getLast());
    }

    /** Brings the batch under way through, if there is one; answers whether nothing stood in its way. */
    private boolean finish(RecordCommitter<RecordChangeEvent<SourceRecord>> committer) throws InterruptedException {
        if (underWay == null) {
            return true;
        }
        CapturedBatch batch = underWay.batch;
        Published published = underWay.sending.await();
        batch.rows().forEach(row -> lag.published(row.createdAt()));
        batch.marks().forEach(lag::markReturned);
        if (underWay.progress != null) {
            unstored = underWay.progress.after(unstored);
        }
        boolean due = System.nanoTime() - storedNanos >= intervalNanos || !published.isAll();
        if (due) {
            Progress progress = unstored;
            store(published);
            storedNanos = System.nanoTime();
            if (progress != null) {
                sink.stored(progress.position);
            }
        }
        sink.done(batch, published);
        if (due) {
            // The offset of a source is one value: marking the last record marks those before it.
            committer.markProcessed(underWay.last);
            committer.markBatchFinished();
        }
        boolean smooth = underWay.sending.isSmooth();
        underWay = null;
        return smooth;
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
            store.save(new SourceDatabase.StoredPosition(progress.position, lag.base()), published, progress.digest);
            unstored = null;
        } catch (SQLException e) {
            throw new PositionNotStoredException(progress.position, e);
        }
    }

    @Override
    public boolean supportsTombstoneEvents() {
        return false;
    }
}
