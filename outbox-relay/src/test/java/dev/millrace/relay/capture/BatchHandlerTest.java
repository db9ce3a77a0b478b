package dev.millrace.relay.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.debezium.engine.DebeziumEngine.Offsets;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.StopEngineException;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** The order of a batch's steps, and how the steps of two batches follow one another. */
class BatchHandlerTest {
    private static final int MAX_ROWS = 40;
    private static final int BUSY_ROWS = 10;
    private static final Schema ROW = SchemaBuilder.struct()
            .optional()
            .field("id", Schema.STRING_SCHEMA)
            .field("created_at", Schema.STRING_SCHEMA)
            .field("destination", Schema.STRING_SCHEMA)
            .field("aggregate_id", Schema.STRING_SCHEMA)
            .field("event_type", Schema.STRING_SCHEMA)
            .field("source", Schema.STRING_SCHEMA)
            .field("payload", Schema.STRING_SCHEMA)
            .field("traceparent", Schema.OPTIONAL_STRING_SCHEMA)
            .field("deliver_at", Schema.OPTIONAL_STRING_SCHEMA)
            .field("priority", Schema.OPTIONAL_INT16_SCHEMA)
            .build();
    private static final Schema CHANGE =
            SchemaBuilder.struct().field("after", ROW).build();
    private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

    /** What happened, in order: {@code send n}, {@code await n}, {@code store rows@lsn}, {@code done n}, {@code slot lsn}. */
    private final List<String> steps = new ArrayList<>();

    private final Sink sink = new Sink();
    private boolean diskFails;
    private long lsn = 1_000;
    private int sent;

    private BatchHandler handler(Duration interval) {
        var settings = new SourceSettings(
                "order",
                "localhost",
                1,
                "order",
                "order",
                "order",
                "slot",
                "outbox",
                Duration.ofMillis(5),
                MAX_ROWS,
                32 << 20,
                interval,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                1_000,
                Duration.ofMillis(500));
        return new BatchHandler(
                settings,
                new Position(lsn, List.of()),
                (position, published, digest) -> {
                    if (diskFails) {
                        throw new SQLException("no room");
                    }
                    long rows = digest.values().stream()
                            .mapToLong(SecondDigest::rows)
                            .sum();
                    steps.add("store " + rows + "@" + position.position().lsn());
                },
                new LagCounter(new LagCounter.Base(Instant.EPOCH, 0)),
                sink);
    }

    private final class Sink implements BatchSink {
        boolean goesOn = true;
        boolean stopping;
        boolean smooth = true;
        boolean room = true;

        @Override
        public boolean goesOn() {
            return goesOn;
        }

        @Override
        public boolean beforeBatch() {
            return !stopping;
        }

        @Override
        public boolean takes(int rows) {
            return room;
        }

        @Override
        public Sending send(List<OutboxRow> rows) {
            int number = ++sent;
            steps.add("send " + number);
            return new Sending() {
                @Override
                public Published await() {
                    steps.add("await " + number);
                    return Published.ALL;
                }

                @Override
                public boolean isSmooth() {
                    return smooth;
                }
            };
        }

        @Override
        public void stored(Position position) {}

        @Override
        public void done(CapturedBatch batch, Published published) {
            steps.add("done");
        }
    }

    private final RecordCommitter<RecordChangeEvent<SourceRecord>> committer = new RecordCommitter<>() {
        @Override
        public void markProcessed(RecordChangeEvent<SourceRecord> event) {
            steps.add("slot " + event.record().sourceOffset().get(EnginePosition.LAST_COMMIT));
        }

        @Override
        public void markBatchFinished() {}

        @Override
        public void markProcessed(RecordChangeEvent<SourceRecord> event, Offsets offsets) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Offsets buildOffsets() {
            throw new UnsupportedOperationException();
        }
    };

    /** Rows of a transaction each; the end of one comes with the next. */
    private List<RecordChangeEvent<SourceRecord>> rows(int count) {
        return IntStream.range(0, count).mapToObj(i -> row()).toList();
    }

    private RecordChangeEvent<SourceRecord> row() {
        return row(CREATED.toString());
    }

    private RecordChangeEvent<SourceRecord> row(String createdAt) {
        Struct row = new Struct(ROW)
                .put("id", UUID.randomUUID().toString())
                .put("created_at", createdAt)
                .put("destination", "orders")
                .put("aggregate_id", "a")
                .put("event_type", "happened")
                .put("source", "/test")
                .put("payload", "{}");
        var record = new SourceRecord(
                Map.of(),
                Map.of(EnginePosition.LAST_COMMIT, lsn++),
                "order.public.outbox",
                CHANGE,
                new Struct(CHANGE).put("after", row));
        return () -> record;
    }

    private List<String> takeSteps() {
        List<String> taken = List.copyOf(steps);
        steps.clear();
        return taken;
    }

    @Test
    void aSmallBatchIsBroughtThroughAtOnce() throws Exception {
        BatchHandler handler = handler(Duration.ZERO);
        handler.handleBatch(rows(BUSY_ROWS - 1), committer);

        assertEquals(List.of("send 1", "await 1", "store 8@1008", "done", "slot 1008"), takeSteps());
    }

    @Test
    void ofABusyStreamABatchIsSentBeforeTheOneBeforeIsThrough() throws Exception {
        BatchHandler handler = handler(Duration.ZERO);
        handler.handleBatch(rows(BUSY_ROWS), committer);
        assertEquals(List.of("send 1"), takeSteps());
        handler.handleBatch(rows(MAX_ROWS), committer);
        // What is stored is of the first batch alone, though the second is read and sent already.
        assertEquals(List.of("send 2", "await 1", "store 9@1009", "done", "slot 1009"), takeSteps());
        handler.handleBatch(rows(1), committer);
        assertEquals(
                List.of(
                        "send 3",
                        "await 2",
                        "store 40@1049",
                        "done",
                        "slot 1049",
                        "await 3",
                        "store 1@1050",
                        "done",
                        "slot 1050"),
                takeSteps());
    }

    @Test
    void whileSomethingStandsInTheWayBatchesGoOneByOne() throws Exception {
        BatchHandler handler = handler(Duration.ZERO);
        handler.handleBatch(rows(BUSY_ROWS), committer);
        sink.smooth = false;
        handler.handleBatch(rows(BUSY_ROWS), committer);

        assertEquals(List.of("send 1", "send 2", "await 1"), takeSteps().subList(0, 3));
        handler.handleBatch(rows(BUSY_ROWS), committer);
        assertEquals(List.of("send 3", "await 3"), takeSteps().subList(0, 2), "the second was through");
    }

    @Test
    void beforeABatchHasToWaitForRoomTheOneBeforeIsBroughtThrough() throws Exception {
        BatchHandler handler = handler(Duration.ZERO);
        handler.handleBatch(rows(BUSY_ROWS), committer);
        sink.room = false;
        handler.handleBatch(rows(BUSY_ROWS), committer);

        assertEquals(List.of("send 1", "await 1", "store 9@1009", "done", "slot 1009", "send 2"), takeSteps());
    }

    @Test
    void aRecordThatCannotBeReadDoesNotKeepTheBatchBeforeFromBeingStored() throws Exception {
        BatchHandler handler = handler(Duration.ZERO);
        handler.handleBatch(rows(BUSY_ROWS), committer);
        takeSteps();
        assertThrows(DateTimeException.class, () -> handler.handleBatch(List.of(row("yesterday")), committer));

        assertEquals(List.of("await 1", "store 9@1009", "done", "slot 1009"), takeSteps());
    }

    @Test
    void aPauseAndAStopBringThroughWhatIsUnderWay() throws Exception {
        BatchHandler handler = handler(Duration.ZERO);
        handler.handleBatch(rows(BUSY_ROWS), committer);
        takeSteps();
        sink.goesOn = false;
        sink.stopping = true;
        assertThrows(StopEngineException.class, () -> handler.handleBatch(rows(1), committer));

        assertEquals(List.of("await 1", "store 9@1009", "done", "slot 1009"), takeSteps());
    }

    @Test
    void whatIsNotDueIsStoredWithWhatIsOrAtTheEndAndCountedOnce() throws Exception {
        BatchHandler handler = handler(Duration.ofSeconds(10));
        handler.handleBatch(rows(1), committer); // the first is due
        handler.handleBatch(rows(2), committer);
        handler.handleBatch(rows(3), committer);
        handler.handleBatch(rows(BUSY_ROWS), committer);
        takeSteps();
        handler.close();

        assertEquals(List.of("store 5@1005"), takeSteps(), "the batch under way is no part of it");
    }

    @Test
    void theSlotIsNotToldOfWhatIsNotStored() {
        BatchHandler handler = handler(Duration.ZERO);
        diskFails = true;

        assertThrows(PositionNotStoredException.class, () -> handler.handleBatch(rows(1), committer));
        assertEquals(List.of("send 1", "await 1"), takeSteps());
    }
}
