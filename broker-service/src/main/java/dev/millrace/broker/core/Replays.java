package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** All replays that are remembered: those that run, and the last that have ended. */
final class Replays {

    /** Replays that have ended and are remembered. */
    private static final int MAX_ENDED = 1_000;

    private final Map<Integer, Replay> byNumber = new LinkedHashMap<>();
    private int nextNumber = 1;

    int nextNumber() {
        return nextNumber;
    }

    /** Oldest first. */
    Collection<Replay> all() {
        return byNumber.values();
    }

    /** Null if there is none, or it ended long ago. */
    Replay find(UUID id) {
        return byNumber.values().stream()
                .filter(replay -> replay.id.equals(id))
                .findFirst()
                .orElse(null);
    }

    /** The one with that key; null if there is none. */
    Replay find(String source, String idempotencyKey) {
        return byNumber.values().stream()
                .filter(replay -> replay.request.source().equals(source)
                        && Objects.equals(replay.request.idempotencyKey(), idempotencyKey))
                .findFirst()
                .orElse(null);
    }

    /** The one of a source that has not ended; null if there is none. */
    Replay active(String source) {
        return byNumber.values().stream()
                .filter(replay ->
                        !replay.state().isEnd() && replay.request.source().equals(source))
                .findFirst()
                .orElse(null);
    }

    void apply(ReplayFact fact) {
        switch (fact) {
            case ReplayFact.Started started -> {
                add(new Replay(started.number(), started.id(), started.request(), started.at(), started.end()));
                forgetOldest();
            }
            case ReplayFact.Progressed progressed ->
                byNumber.get(progressed.number()).apply(progressed);
            case ReplayFact.Steered steered -> byNumber.get(steered.number()).apply(steered);
        }
    }

    void apply(StoredMessage.Replayed message) {
        byNumber.get(message.replay()).apply(message);
    }

    /** Notes that a message died: perhaps one that was sent on to see how it fares. */
    void died(String source, long offset, Death death) {
        for (Replay replay : byNumber.values()) {
            if (!replay.state().isEnd() && target(replay.request).equals(source)) {
                replay.died(offset, death);
            }
        }
    }

    /** Name of the queue or subscription that a careful replay sends on to. */
    static String target(ReplayRequest request) {
        return request.target() == null ? request.source() : request.target();
    }

    private void add(Replay replay) {
        byNumber.put(replay.number, replay);
        nextNumber = Math.max(nextNumber, replay.number + 1);
    }

    private void forgetOldest() {
        List<Replay> ended = new ArrayList<>();
        for (Replay replay : byNumber.values()) {
            if (replay.state().isEnd()) {
                ended.add(replay);
            }
        }
        for (int i = 0; i < ended.size() - MAX_ENDED; i++) {
            byNumber.remove(ended.get(i).number);
        }
    }

    /** The replays as they are now, to be written by another thread. */
    Image capture() {
        return new Image(
                nextNumber, byNumber.values().stream().map(Replay::capture).toList());
    }

    /** What a snapshot holds of them: the next number and how many there are (4 bytes each), then each. */
    record Image(int nextNumber, List<Replay.Image> replays) {

        void writeTo(SnapshotOutput output) {
            output.entry(2 * Integer.BYTES).putInt(nextNumber).putInt(replays.size());
            replays.forEach(replay -> replay.writeTo(output));
        }
    }

    /** Takes what {@link Image#writeTo} wrote; there is nothing here yet. */
    void restore(SnapshotInput input) {
        var source = input.entry();
        int next = source.getInt();
        for (int left = source.getInt(); left > 0; left--) {
            add(Replay.read(input));
        }
        nextNumber = next;
    }
}
