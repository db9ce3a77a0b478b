package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import it.unimi.dsi.fastutil.longs.Long2ObjectMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.nio.ByteBuffer;

/** The failed attempts at messages that are not settled: how many, and when the message comes back. */
final class Failures {

    private record Failure(int count, long dueAt) {}

    private final Long2ObjectOpenHashMap<Failure> failures = new Long2ObjectOpenHashMap<>();

    boolean contains(long offset) {
        return failures.containsKey(offset);
    }

    /** 0 if none failed. */
    int count(long offset) {
        Failure failure = failures.get(offset);
        return failure == null ? 0 : failure.count;
    }

    /** Epoch milliseconds; of an offset that has failed. */
    long dueAt(long offset) {
        return failures.get(offset).dueAt;
    }

    void put(long offset, int count, long dueAt) {
        failures.put(offset, new Failure(count, dueAt));
    }

    void remove(long offset) {
        failures.remove(offset);
    }

    /** The failures as they are now, to be written by another thread. */
    Image capture() {
        return new Image(failures.clone());
    }

    /** What a snapshot holds of it: their number (4 bytes), then offset (8), count (4) and due time (8) of each. */
    record Image(Long2ObjectOpenHashMap<Failure> failures) {

        void writeTo(SnapshotOutput output) {
            output.entry(Integer.BYTES).putInt(failures.size());
            for (Long2ObjectMap.Entry<Failure> entry : failures.long2ObjectEntrySet()) {
                Failure failure = entry.getValue();
                output.entry(2 * Long.BYTES + Integer.BYTES)
                        .putLong(entry.getLongKey())
                        .putInt(failure.count)
                        .putLong(failure.dueAt);
            }
        }
    }

    /** Takes what {@link Image#writeTo} wrote, in place of what it has. */
    void restore(SnapshotInput input) {
        int count = input.entry().getInt();
        for (int i = 0; i < count; i++) {
            ByteBuffer source = input.entry();
            put(source.getLong(), source.getInt(), source.getLong());
        }
    }
}
