package dev.millrace.relay.capture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;

/**
 * Debezium's view of the position: where it starts, and what it may confirm to the replication slot.
 *
 * <p>It gives {@code lsn} and {@code lsn_commit} and never {@code lsn_proc}: so Debezium streams from the end of that
 * transaction and does not search the log for the last row that it has seen (WalPositionLocator), which is where events
 * were lost.
 *
 * <p>It keeps nothing itself: {@link BatchHandler} has stored the position in the database, in one transaction with the
 * poison rows, before it tells Debezium that a batch is finished. Debezium asks here for what it then confirms to the
 * slot, so the slot never passes the stored position (RELAY-2).
 */
public final class EnginePosition implements OffsetBackingStore {
    /** Engine property that holds the start position, a decimal number. */
    static final String START_LSN = "relay.start.lsn";

    /** Key of the end of the last transaction in Debezium's offsets. */
    static final String LAST_COMMIT = "lsn_commit";

    private static final ObjectMapper JSON = new ObjectMapper();

    private volatile long lsn;

    @Override
    public void configure(WorkerConfig config) {
        lsn = Long.parseLong(config.originalsStrings().get(START_LSN));
    }

    @Override
    public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
        byte[] offset = "{\"lsn\":%1$d,\"lsn_commit\":%1$d}".formatted(lsn).getBytes(StandardCharsets.UTF_8);
        var offsets = new HashMap<ByteBuffer, ByteBuffer>();
        keys.forEach(key -> offsets.put(key, ByteBuffer.wrap(offset)));
        return CompletableFuture.completedFuture(offsets);
    }

    @Override
    public Future<Void> set(Map<ByteBuffer, ByteBuffer> offsets, Callback<Void> callback) {
        for (ByteBuffer offset : offsets.values()) {
            JsonNode lastCommit = read(offset).path(LAST_COMMIT);
            if (lastCommit.isIntegralNumber()) {
                lsn = lastCommit.longValue();
            }
        }
        callback.onCompletion(null, null);
        return CompletableFuture.completedFuture(null);
    }

    private static JsonNode read(ByteBuffer offset) {
        byte[] bytes = new byte[offset.remaining()];
        offset.duplicate().get(bytes);
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("Debezium's offset is not JSON", e);
        }
    }

    @Override
    public void start() {
        // nothing to open
    }

    @Override
    public void stop() {
        // nothing to close
    }

    @Override
    public Set<Map<String, Object>> connectorPartitions(String connectorName) {
        return Set.of();
    }
}
