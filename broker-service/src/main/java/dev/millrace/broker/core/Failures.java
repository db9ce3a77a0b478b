package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import it.unimi.dsi.fastutil.longs.Long2ObjectMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/** The failed attempts at messages that are not settled: how many, which, and when the message comes back. */
final class Failures {

    /** The last attempts of a message that are told of one by one; of older ones the number is kept. */
    static final int MAX_ATTEMPTS_KEPT = 16;

    /** Messages whose attempts are told of one by one; of others the number is kept. */
    private static final int MAX_MESSAGES_WITH_ATTEMPTS = 100_000;

    private record Failure(int count, long dueAt, List<FailedAttempt> attempts) {}

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

    /** The last of them, oldest first. */
    List<FailedAttempt> attempts(long offset) {
        Failure failure = failures.get(offset);
        return failure == null ? List.of() : failure.attempts;
    }

    /** How many do not come back before this time, of those that count. */
    long countDelayed(long now, LongPredicate counts) {
        long count = 0;
        for (Long2ObjectMap.Entry<Failure> entry : failures.long2ObjectEntrySet()) {
            count += entry.getValue().dueAt > now && counts.test(entry.getLongKey()) ? 1 : 0;
        }
        return count;
    }

    void put(long offset, int count, long dueAt, FailedAttempt attempt) {
        failures.put(offset, new Failure(count, dueAt, with(attempt, offset)));
    }

    private List<FailedAttempt> with(FailedAttempt attempt, long offset) {
        Failure known = failures.get(offset);
        if (known == null) {
            return failures.size() < MAX_MESSAGES_WITH_ATTEMPTS ? List.of(attempt) : List.of();
        }
        List<FailedAttempt> attempts = new ArrayList<>(known.attempts);
        attempts.add(attempt);
        return List.copyOf(attempts.subList(Math.max(0, attempts.size() - MAX_ATTEMPTS_KEPT), attempts.size()));
    }

    void remove(long offset) {
        failures.remove(offset);
    }

    void clear() {
        failures.clear();
    }

    /** The failures as they are now, to be written by another thread. */
    Image capture() {
        return new Image(failures.clone());
    }

    /**
     * What a snapshot holds of it: their number (4 bytes), then offset (8), count (4) and due time (8) of each, the
     * number of its attempts (4) and these.
     */
    record Image(Long2ObjectOpenHashMap<Failure> failures) {

        void writeTo(SnapshotOutput output) {
            output.entry(Integer.BYTES).putInt(failures.size());
            for (Long2ObjectMap.Entry<Failure> entry : failures.long2ObjectEntrySet()) {
                Failure failure = entry.getValue();
                int length = failure.attempts.stream()
                        .mapToInt(FailedAttempt::length)
                        .sum();
                ByteBuffer target = output.entry(2 * Long.BYTES + 2 * Integer.BYTES + length);
                target.putLong(entry.getLongKey()).putInt(failure.count).putLong(failure.dueAt);
                target.putInt(failure.attempts.size());
                failure.attempts.forEach(attempt -> attempt.writeTo(target));
            }
        }
    }

    /** Takes what {@link Image#writeTo} wrote, in place of what it has. */
    void restore(SnapshotInput input) {
        int count = input.entry().getInt();
        for (int i = 0; i < count; i++) {
            ByteBuffer source = input.entry();
            long offset = source.getLong();
            int failed = source.getInt();
            long dueAt = source.getLong();
            List<FailedAttempt> attempts = new ArrayList<>();
            for (int left = source.getInt(); left > 0; left--) {
                attempts.add(FailedAttempt.readFrom(source));
            }
            failures.put(offset, new Failure(failed, dueAt, List.copyOf(attempts)));
        }
    }
}
