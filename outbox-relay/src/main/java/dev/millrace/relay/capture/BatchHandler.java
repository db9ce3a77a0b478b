package dev.millrace.relay.capture;

import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.StopEngineException;
import java.sql.SQLException;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Takes each batch from Debezium through its three steps, in this order: accepted by the broker, position stored, slot
 * told. So a crash between any two leads to a repetition, never to a loss (RELAY-1, RELAY-2).
 */
final class BatchHandler implements ChangeConsumer<RecordChangeEvent<SourceRecord>> {
    private final SourceDatabase database;
    private final BatchSink sink;
    private final LagCounter lag;
    private final PositionTracker tracker;
    private final RecordReader reader;
    private long storedLsn;

    BatchHandler(String source, Position start, SourceDatabase database, LagCounter lag, BatchSink sink) {
        this.database = database;
        this.sink = sink;
        this.lag = lag;
        this.tracker = new PositionTracker(start);
        this.reader = new RecordReader(source, tracker);
        this.storedLsn = start.lsn();
    }

    @Override
    public void handleBatch(
            List<RecordChangeEvent<SourceRecord>> events, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        if (!sink.beforeBatch()) {
            throw new StopEngineException("stopping");
        }
        CapturedBatch batch =
                reader.read(events.stream().map(RecordChangeEvent::record).toList());
        List<PoisonRow> poison = batch.rows().isEmpty() ? List.of() : sink.publish(batch.rows());
        batch.rows().forEach(row -> lag.published(row.createdAt()));
        batch.marks().forEach(lag::markReturned);
        Position position = tracker.position();
        if (!batch.rows().isEmpty() || position.lsn() != storedLsn) {
            store(position, poison);
        }
        sink.stored(batch, poison, position);
        // The offset of a source is one value: marking the last record marks those before it.
        committer.markProcessed(events.getLast());
        committer.markBatchFinished();
    }

    private void store(Position position, List<PoisonRow> poison) {
        try {
            database.save(new SourceDatabase.StoredPosition(position, lag.base()), poison);
            storedLsn = position.lsn();
        } catch (SQLException e) {
            throw new PositionNotStoredException(position, e);
        }
    }

    @Override
    public boolean supportsTombstoneEvents() {
        return false;
    }
}
