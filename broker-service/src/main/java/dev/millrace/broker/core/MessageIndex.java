package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.nio.ByteBuffer;
import java.util.function.LongPredicate;

/**
 * Where the messages of one stream lie in the log, by offset; 16 bytes of heap for each, 8 more for those in a chunk
 * with scheduled ones, 1 more for those in a chunk with several priorities, and 1 for dead letters. It is kept in chunks, which go as a whole when the last of their messages is no longer needed.
 *
 * <p>A snapshot shares the chunks with the thread that writes it: entries are added behind the ones that it reads, and
 * a chunk whose entries have to change is copied first.
 */
final class MessageIndex {

    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK_SIZE = 1 << CHUNK_SHIFT;
    private static final int CHUNK_MASK = CHUNK_SIZE - 1;

    private static final Death.Reason[] REASONS = Death.Reason.values();

    private static final class Chunk {
        /** How many snapshots there were when it was made: only those that came later share it. */
        private final int generation;

        private final long[] positions;
        private final int[] lengths;
        private final int[] keys;
        /** Epoch milliseconds, 0 for at once; null while no message of the chunk is scheduled. */
        private long[] deliverAt;
        /** Differences (exclusive or) from the normal priority; null while all messages of the chunk have that one. */
        private byte[] priorities;
        /** A bit for each priority other than the normal one that is there. */
        private int prioritiesPresent;
        /** Why a message is a dead letter, as ordinal and one; null while none is. */
        private byte[] reasons;

        private Chunk(int generation) {
            this.generation = generation;
            positions = new long[CHUNK_SIZE];
            lengths = new int[CHUNK_SIZE];
            keys = new int[CHUNK_SIZE];
        }

        private Chunk(int generation, Chunk original) {
            this.generation = generation;
            positions = original.positions.clone();
            lengths = original.lengths.clone();
            keys = original.keys;
            deliverAt = original.deliverAt;
            priorities = original.priorities;
            prioritiesPresent = original.prioritiesPresent;
            reasons = original.reasons;
        }

        private int priority(int slot) {
            return priorities == null ? Message.NORMAL_PRIORITY : priorities[slot] ^ Message.NORMAL_PRIORITY;
        }

        private boolean mayHave(int priority) {
            return priority == Message.NORMAL_PRIORITY || (prioritiesPresent & 1 << priority) != 0;
        }
    }

    private final Long2ObjectOpenHashMap<Chunk> chunks = new Long2ObjectOpenHashMap<>();
    private long first;
    private long next;
    private int generation;
    /** Chunks with messages of several priorities. */
    private int chunksWithPriorities;

    /** The chunk that was asked for last: mostly it is asked for again. */
    private Chunk lastChunk;

    private long lastNumber = -1;

    /** Offset of the oldest message that is kept. */
    long first() {
        return first;
    }

    /** Offset that the next message will get. */
    long next() {
        return next;
    }

    /** Adds the message at {@link #next}. */
    void add(long position, int bodyLength, int key, long deliverAt, int priority) {
        if (((int) next & CHUNK_MASK) == 0 || chunk(next) == null) {
            put(next >>> CHUNK_SHIFT, new Chunk(generation));
        }
        Chunk chunk = chunk(next);
        int slot = (int) next & CHUNK_MASK;
        chunk.positions[slot] = position;
        chunk.lengths[slot] = bodyLength;
        chunk.keys[slot] = key;
        if (deliverAt != 0) {
            if (chunk.deliverAt == null) {
                chunk.deliverAt = new long[CHUNK_SIZE];
            }
            chunk.deliverAt[slot] = deliverAt;
        }
        if (priority != Message.NORMAL_PRIORITY) {
            setPriority(chunk, slot, Math.clamp(priority, 0, Message.PRIORITIES - 1));
        }
        next++;
    }

    private void setPriority(Chunk chunk, int slot, int priority) {
        if (chunk.priorities == null) {
            chunk.priorities = new byte[CHUNK_SIZE];
            chunksWithPriorities++;
        }
        chunk.priorities[slot] = (byte) (priority ^ Message.NORMAL_PRIORITY);
        chunk.prioritiesPresent |= 1 << priority;
    }

    /** Notes why the message that was added last is a dead letter. */
    void reason(Death.Reason reason) {
        Chunk chunk = chunk(next - 1);
        if (chunk.reasons == null) {
            chunk.reasons = new byte[CHUNK_SIZE];
        }
        chunk.reasons[(int) (next - 1) & CHUNK_MASK] = (byte) (reason.ordinal() + 1);
    }

    /** Why a message is a dead letter; null if it is none. */
    Death.Reason reason(long offset) {
        byte[] reasons = chunk(offset).reasons;
        int reason = reasons == null ? 0 : reasons[(int) offset & CHUNK_MASK];
        return reason == 0 ? null : REASONS[reason - 1];
    }

    /** Whether there are messages of other priorities than the normal one, or were close by. */
    boolean hasPriorities() {
        return chunksWithPriorities > 0;
    }

    /** 0 (lowest) to 9. */
    int priority(long offset) {
        return chunk(offset).priority((int) offset & CHUNK_MASK);
    }

    /** The first message from an offset on that has this priority and no key; {@code end} if there is none before it. */
    long nextUnkeyed(int priority, long from, long end) {
        long offset = from;
        while (offset < end) {
            Chunk chunk = chunk(offset);
            long chunkEnd = endOfChunk(offset, end);
            if (!chunk.mayHave(priority)) {
                offset = chunkEnd;
            }
            for (; offset < chunkEnd; offset++) {
                int slot = (int) offset & CHUNK_MASK;
                if (chunk.keys[slot] == 0 && chunk.priority(slot) == priority) {
                    return offset;
                }
            }
        }
        return end;
    }

    /** The first message from an offset on that has a key; {@code end} if there is none before it. */
    long nextKeyed(long from, long end) {
        for (long offset = from; offset < end; offset++) {
            if (chunk(offset).keys[(int) offset & CHUNK_MASK] != 0) {
                return offset;
            }
        }
        return end;
    }

    private static long endOfChunk(long offset, long end) {
        return Math.min(end, (offset >>> CHUNK_SHIFT) + 1 << CHUNK_SHIFT);
    }

    /** Notes that a message was copied to another place in the log. */
    void move(long offset, long position, int bodyLength) {
        Chunk chunk = chunk(offset);
        if (chunk.generation != generation) {
            chunk = new Chunk(generation, chunk);
            put(offset >>> CHUNK_SHIFT, chunk);
        }
        int slot = (int) offset & CHUNK_MASK;
        chunk.positions[slot] = position;
        chunk.lengths[slot] = bodyLength;
    }

    long position(long offset) {
        return chunk(offset).positions[(int) offset & CHUNK_MASK];
    }

    int bodyLength(long offset) {
        return chunk(offset).lengths[(int) offset & CHUNK_MASK];
    }

    /** Hash of the ordering key; 0 if it has none. */
    int key(long offset) {
        return chunk(offset).keys[(int) offset & CHUNK_MASK];
    }

    /** Epoch milliseconds before which the message must not be delivered; 0 for none. */
    long deliverAt(long offset) {
        long[] deliverAt = chunk(offset).deliverAt;
        return deliverAt == null ? 0 : deliverAt[(int) offset & CHUNK_MASK];
    }

    /**
     * How many messages from an offset on must not be delivered at this time yet, of those that count. Looks only at
     * chunks that have such.
     */
    long countScheduled(long from, long now, LongPredicate counts) {
        long count = 0;
        for (long offset = Math.max(from, first); offset < next; offset = (offset >>> CHUNK_SHIFT) + 1 << CHUNK_SHIFT) {
            long[] deliverAt = chunk(offset).deliverAt;
            if (deliverAt != null) {
                long base = offset & ~(long) CHUNK_MASK;
                int end = (int) Math.min(CHUNK_SIZE, next - base);
                for (int slot = (int) offset & CHUNK_MASK; slot < end; slot++) {
                    count += deliverAt[slot] > now && counts.test(base + slot) ? 1 : 0;
                }
            }
        }
        return count;
    }

    /** Forgets everything before an offset. */
    void trimTo(long offset) {
        while (first < offset) {
            long chunkEnd = (first >>> CHUNK_SHIFT) + 1 << CHUNK_SHIFT;
            if (chunkEnd > offset) {
                first = offset;
            } else {
                Chunk removed = chunks.remove(first >>> CHUNK_SHIFT);
                chunksWithPriorities -= removed != null && removed.priorities != null ? 1 : 0;
                lastNumber = -1;
                first = chunkEnd;
            }
        }
    }

    private Chunk chunk(long offset) {
        long number = offset >>> CHUNK_SHIFT;
        if (number != lastNumber) {
            lastChunk = chunks.get(number);
            lastNumber = number;
        }
        return lastChunk;
    }

    private void put(long number, Chunk chunk) {
        chunks.put(number, chunk);
        lastChunk = chunk;
        lastNumber = number;
    }

    /** The index as it is now, to be written by another thread. */
    Image capture() {
        generation++;
        long firstNumber = first >>> CHUNK_SHIFT;
        int count = first == next ? 0 : (int) ((next - 1 >>> CHUNK_SHIFT) - firstNumber + 1);
        Chunk[] shared = new Chunk[count];
        for (int i = 0; i < count; i++) {
            shared[i] = chunks.get(firstNumber + i);
        }
        return new Image(first, next, shared);
    }

    /**
     * What a snapshot holds of an index: first and next offset (8 bytes each), then for each chunk its entries in
     * columns: whether there are delivery times (1), priorities (2) and reasons (4, together 1 byte), positions (8 bytes
     * each), body lengths (4), keys (4), delivery times (8), priorities (1), reasons of dead letters (1).
     */
    static final class Image {
        private static final int SCHEDULED = 1;
        private static final int PRIORITIES = 2;
        private static final int REASONS = 4;

        private final long first;
        private final long next;
        private final Chunk[] chunks;

        private Image(long first, long next, Chunk[] chunks) {
            this.first = first;
            this.next = next;
            this.chunks = chunks;
        }

        void writeTo(SnapshotOutput output) {
            output.entry(2 * Long.BYTES).putLong(first).putLong(next);
            long offset = first;
            for (Chunk chunk : chunks) {
                int slot = (int) offset & CHUNK_MASK;
                int count = (int) Math.min(CHUNK_SIZE - slot, next - offset);
                write(output, chunk, slot, count);
                offset += count;
            }
        }

        private static void write(SnapshotOutput output, Chunk chunk, int slot, int count) {
            long[] deliverAt = chunk.deliverAt;
            byte[] priorities = chunk.priorities;
            byte[] reasons = chunk.reasons;
            int bytes = Long.BYTES
                    + 2 * Integer.BYTES
                    + (deliverAt == null ? 0 : Long.BYTES)
                    + (priorities == null ? 0 : 1)
                    + (reasons == null ? 0 : 1);
            ByteBuffer target = output.entry(1 + count * bytes);
            target.put((byte) ((deliverAt == null ? 0 : SCHEDULED)
                    | (priorities == null ? 0 : PRIORITIES)
                    | (reasons == null ? 0 : REASONS)));
            Columns.put(target, chunk.positions, slot, count);
            Columns.put(target, chunk.lengths, slot, count);
            Columns.put(target, chunk.keys, slot, count);
            if (deliverAt != null) {
                Columns.put(target, deliverAt, slot, count);
            }
            if (priorities != null) {
                target.put(priorities, slot, count);
            }
            if (reasons != null) {
                target.put(reasons, slot, count);
            }
        }
    }

    /** Takes what {@link Image#writeTo} wrote, in place of what it has. */
    void restore(SnapshotInput input) {
        ByteBuffer source = input.entry();
        first = source.getLong();
        next = source.getLong();
        for (long offset = first; offset < next; ) {
            int slot = (int) offset & CHUNK_MASK;
            int count = (int) Math.min(CHUNK_SIZE - slot, next - offset);
            put(offset >>> CHUNK_SHIFT, read(input.entry(), slot, count));
            chunksWithPriorities += lastChunk.priorities == null ? 0 : 1;
            offset += count;
        }
    }

    private static Chunk read(ByteBuffer source, int slot, int count) {
        Chunk chunk = new Chunk(0);
        int has = source.get();
        Columns.get(source, chunk.positions, slot, count);
        Columns.get(source, chunk.lengths, slot, count);
        Columns.get(source, chunk.keys, slot, count);
        if ((has & Image.SCHEDULED) != 0) {
            chunk.deliverAt = new long[CHUNK_SIZE];
            Columns.get(source, chunk.deliverAt, slot, count);
        }
        if ((has & Image.PRIORITIES) != 0) {
            chunk.priorities = new byte[CHUNK_SIZE];
            source.get(chunk.priorities, slot, count);
            for (int i = slot; i < slot + count; i++) {
                chunk.prioritiesPresent |= 1 << chunk.priority(i);
            }
        }
        if ((has & Image.REASONS) != 0) {
            chunk.reasons = new byte[CHUNK_SIZE];
            source.get(chunk.reasons, slot, count);
        }
        return chunk;
    }
}
