package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongLinkedOpenHashSet;
import java.util.function.LongConsumer;

/**
 * The ordering keys of one subscription. Of each key one message, the owner of its {@link KeyLane}, may go; the others
 * wait behind it. A key that is parked has a message among the dead letters: its lane has no owner until that one comes
 * back, or is gone for good.
 */
final class KeyLanes {

    /**
     * Bound on the messages that wait behind another one of their key. At the bound no more are looked at until some have
     * gone: a backlog of few keys is left in the log, not gathered on the heap.
     */
    static final int MAX_WAITING = 100_000;

    private final MessageIndex index;
    private final SettledOffsets settled;
    /** Takes a message that may go now because the one before it is gone. */
    private final LongConsumer heirs;

    private final Int2ObjectOpenHashMap<KeyLane> lanes = new Int2ObjectOpenHashMap<>();
    /** Without those in lanes that are parked: these may wait for long, and for eight bytes each. */
    private int waiting;

    /** How many messages of a key are among the dead letters. */
    private final Int2IntOpenHashMap parked = new Int2IntOpenHashMap();

    /** Where keys can be parked: messages that were replayed, which go before those that waited. */
    private final LongLinkedOpenHashSet replayed = new LongLinkedOpenHashSet();

    KeyLanes(MessageIndex index, SettledOffsets settled, LongConsumer heirs) {
        this.index = index;
        this.settled = settled;
        this.heirs = heirs;
    }

    boolean hasRoom() {
        return waiting < MAX_WAITING;
    }

    /** Whether no other message of the same key is before this one; if one is, this one waits behind it. */
    boolean enter(long offset) {
        int key = index.key(offset);
        if (key == 0) {
            return true;
        }
        KeyLane lane = lanes.get(key);
        if (lane == null) {
            boolean isParked = isParked(key);
            lane = new KeyLane(isParked ? KeyLane.NOBODY : offset);
            lanes.put(key, lane);
            if (!isParked) {
                return true;
            }
        }
        if (lane.owner == offset) {
            return true;
        }
        lane.await(offset);
        waiting += isParked(key) ? 0 : 1;
        return false;
    }

    /** Lets the next of its key go, after a message was settled. */
    void leave(long offset) {
        if (!replayed.isEmpty()) {
            replayed.remove(offset);
        }
        int key = index.key(offset);
        KeyLane lane = key == 0 ? null : lanes.get(key);
        if (lane != null && lane.owner == offset) {
            handOver(key, lane);
        }
    }

    private void handOver(int key, KeyLane lane) {
        while (lane.isAwaitedByReplayed()) {
            long heir = lane.handOverToReplayed();
            if (!settled.contains(heir)) {
                heirs.accept(heir);
                return;
            }
        }
        if (isParked(key)) {
            lane.owner = KeyLane.NOBODY;
            return;
        }
        while (lane.isAwaited()) {
            long heir = lane.handOver();
            waiting--;
            if (!settled.contains(heir)) {
                heirs.accept(heir);
                return;
            }
        }
        lanes.remove(key);
    }

    /** Forgets all messages; which keys are parked stays. */
    void clear() {
        lanes.clear();
        waiting = 0;
        replayed.clear();
    }

    private boolean isParked(int key) {
        return !parked.isEmpty() && parked.containsKey(key);
    }

    /** Whether a message waits for a dead letter of its key. */
    boolean waitsForDeadLetter(long offset) {
        return isParked(index.key(offset)) && !replayed.contains(offset);
    }

    /** Notes that a message of this key (0 for none) is among the dead letters. */
    void park(int key) {
        if (key != 0 && parked.addTo(key, 1) == 0 && lanes.get(key) instanceof KeyLane lane) {
            waiting -= lane.size();
        }
    }

    /**
     * Notes that a message of this key is no longer among the dead letters: the others go on if it was the last. Answers
     * whether there are others.
     */
    boolean unpark(int key) {
        if (!isParked(key) || parked.addTo(key, -1) > 1) {
            return false;
        }
        parked.remove(key);
        if (!(lanes.get(key) instanceof KeyLane lane)) {
            return false;
        }
        waiting += lane.size();
        if (lane.owner == KeyLane.NOBODY) {
            handOver(key, lane);
        }
        return true;
    }

    /** Forgets what is among the dead letters; answers whether others go on. */
    boolean unparkAll() {
        boolean others = false;
        for (int key : parked.keySet().toIntArray()) {
            parked.put(key, 1);
            others |= unpark(key);
        }
        return others;
    }

    /**
     * Notes that a message was replayed: it goes before those of its key that waited for it.
     *
     * @param now false during recovery: {@link #placeReplayed} follows
     */
    void cameBack(long offset, boolean now) {
        if (index.key(offset) != 0) {
            replayed.add(offset);
            if (now) {
                place(offset);
            }
        }
    }

    /** Whether a message was replayed, and so is not to be found in its place. */
    boolean isReplayed(long offset) {
        return !replayed.isEmpty() && replayed.contains(offset);
    }

    /** After a restart: those that were replayed go first again, in their order. */
    void placeReplayed() {
        replayed.forEach(this::place);
    }

    private void place(long offset) {
        KeyLane lane = lanes.computeIfAbsent(index.key(offset), key -> new KeyLane(KeyLane.NOBODY));
        if (lane.owner == KeyLane.NOBODY) {
            lane.owner = offset;
            heirs.accept(offset);
        } else {
            lane.awaitFirst(offset);
        }
    }

    /** What has to be remembered of it, to be written by another thread. */
    Image capture() {
        return new Image(replayed.toLongArray());
    }

    /** What a snapshot holds of it: the number (4 bytes) and the offsets (8 each) of what was replayed, in its order. */
    record Image(long[] replayed) {

        void writeTo(SnapshotOutput output) {
            output.entry(Integer.BYTES).putInt(replayed.length);
            for (long offset : replayed) {
                output.entry(Long.BYTES).putLong(offset);
            }
        }
    }

    /** Takes what {@link Image#writeTo} wrote; there is nothing here yet. */
    void restore(SnapshotInput input) {
        for (int left = input.entry().getInt(); left > 0; left--) {
            replayed.add(input.entry().getLong());
        }
    }
}
