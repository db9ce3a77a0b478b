package dev.millrace.relay.capture;

import io.debezium.data.Envelope;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Reads Debezium's records: outbox rows, our marks, and the rest, which only moves the position. */
final class RecordReader {
    private static final long MICROS = 1_000_000;

    private final PositionTracker position;
    private final StreamDigest digest;
    private final String rowTopic;
    private final String markTopic;

    RecordReader(String source, PositionTracker position, StreamDigest digest) {
        this.position = position;
        this.digest = digest;
        this.rowTopic = source + ".public.outbox";
        this.markTopic = source + ".message";
    }

    CapturedBatch read(List<SourceRecord> records) {
        var rows = new ArrayList<OutboxRow>(records.size());
        var marks = new ArrayList<Instant>(1);
        int sentBefore = 0;
        for (SourceRecord record : records) {
            if (position.transactionsEndedAt((Long) record.sourceOffset().get(EnginePosition.LAST_COMMIT))) {
                digest.transactionsEnded();
            }
            if (record.topic().equals(rowTopic)) {
                OutboxRow row = OutboxRow.from(((Struct) record.value()).getStruct(Envelope.FieldName.AFTER));
                if (position.sentBefore(row.id())) {
                    sentBefore++;
                } else {
                    rows.add(row);
                }
                position.sent(row.id());
                digest.seen(row);
            } else if (record.topic().equals(markTopic)) {
                readMark((Struct) record.value(), marks);
            }
        }
        return new CapturedBatch(rows, sentBefore, marks);
    }

    /** Anybody who may connect can write messages into the log; only ours are of interest. */
    private static void readMark(Struct value, List<Instant> marks) {
        Struct message = value.getStruct("message");
        if (SourceDatabase.MARK_PREFIX.equals(message.getString("prefix"))) {
            ByteBuffer content = ByteBuffer.wrap(message.getBytes("content"));
            long micros =
                    Long.parseLong(StandardCharsets.US_ASCII.decode(content).toString());
            marks.add(Instant.ofEpochSecond(micros / MICROS, (micros % MICROS) * 1_000));
        }
    }
}
