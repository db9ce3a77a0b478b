package dev.millrace.relay.capture;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Digest of the rows that came through the stream, by the second of their creation. Confined to the capture's thread.
 *
 * <p>Only finished transactions count: after a restart the stream begins with the first unfinished one, so each row is
 * counted once however often it comes.
 */
final class StreamDigest {
    private final Map<Long, SecondDigest> unfinished = new TreeMap<>();
    private final SortedMap<Long, SecondDigest> changes = new TreeMap<>();

    void seen(OutboxRow row) {
        unfinished.merge(row.createdAt().getEpochSecond(), SecondDigest.of(row.id()), SecondDigest::plus);
    }

    void transactionsEnded() {
        unfinished.forEach((second, digest) -> changes.merge(second, digest, SecondDigest::plus));
        unfinished.clear();
    }

    /** What is to be added to what is stored, since the last call. */
    Map<Long, SecondDigest> takeChanges() {
        Map<Long, SecondDigest> taken = Map.copyOf(changes);
        changes.clear();
        return taken;
    }
}
