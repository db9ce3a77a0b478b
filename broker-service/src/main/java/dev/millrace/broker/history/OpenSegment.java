package dev.millrace.broker.history;

import dev.millrace.broker.core.History.Texts;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * A file that is written to through memory: a {@link SegmentHeader}, {@linkplain EntryBlocks entries} from there on, and
 * {@linkplain TextBlock texts} from its end backwards, until the two meet. One thread adds, any thread finds: an entry is
 * seen when the count says so, and everything that it needs is written before.
 *
 * <p>The file is filled with zeros before it is used, so that adding never needs space that the disk may not have. A
 * process that is killed leaves in it what was added; after a power loss it ends at the first entry that is not there.
 */
final class OpenSegment implements AutoCloseable {

    private static final int PAGE_BYTES = 4_096;

    /** Texts of which the place is remembered; beyond that they are written again. */
    private static final int MAX_PLACES = 4_096;

    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(OpenSegment.class, "count", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Path file;
    private final SegmentHeader header;
    private final Arena arena;
    private final MemorySegment memory;
    private final long bytes;
    private final Map<Texts, Integer> places = new HashMap<>();
    private int count;
    private long back;
    private long firstMillis = Long.MAX_VALUE;
    private long lastMillis = Long.MIN_VALUE;

    private OpenSegment(Path file, SegmentHeader header, Arena arena, MemorySegment memory) {
        this.file = file;
        this.header = header;
        this.arena = arena;
        this.memory = memory;
        bytes = memory.byteSize();
        back = bytes;
    }

    /** Makes a new file. Its pages are in memory afterwards. */
    static OpenSegment create(Path file, int bytes, long seed, long baseMillis) throws IOException {
        SegmentHeader header = SegmentHeader.open(seed, baseMillis);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(Math.min(bytes, 1 << 18));
            header.writeTo(block);
            block.clear();
            for (long at = 0; at < bytes; at += block.position()) {
                block.rewind().limit((int) Math.min(block.capacity(), bytes - at));
                channel.write(block, at);
                if (at == 0) {
                    block.put(0, new byte[SegmentHeader.BYTES]);
                }
            }
            Arena arena = Arena.ofShared();
            MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
            for (long page = SegmentHeader.BYTES; page < bytes; page += PAGE_BYTES) {
                memory.set(ValueLayout.JAVA_BYTE, page, (byte) 0);
            }
            return new OpenSegment(file, header, arena, memory);
        }
    }

    /** The place of texts, which are written if they are not there yet; -1 if there is no room for them. */
    int placeOf(Texts texts) {
        Integer known = places.get(texts);
        if (known != null) {
            return known;
        }
        byte[] block = TextBlock.encode(texts);
        long start = back - (block.length + Entry.TEXT_UNIT - 1) / Entry.TEXT_UNIT * Entry.TEXT_UNIT;
        long place = (bytes - start) / Entry.TEXT_UNIT;
        if (start < EntryBlocks.endOf(count) || place > Entry.MAX_TEXT_PLACE) {
            return -1;
        }
        MemorySegment.copy(block, 0, memory, ValueLayout.JAVA_BYTE, start, block.length);
        back = start;
        if (places.size() == MAX_PLACES) {
            places.clear();
        }
        places.put(texts, (int) place);
        return (int) place;
    }

    /** Adds an entry, and if {@code dueAt} is not 0 the one that belongs to it; answers false if there is no room. */
    boolean add(long key, int code, long at, int attempt, int textPlace, long dueAt) {
        // The one behind the last stays empty and has its block for itself, so that the end is found again.
        int next = count;
        if (EntryBlocks.endOf(next + 2) > back) {
            return false;
        }
        firstMillis = Math.min(firstMillis, at);
        lastMillis = Math.max(lastMillis, at);
        put(next++, key, Entry.pack(code, at - header.baseMillis(), attempt, textPlace));
        if (dueAt != 0) {
            put(next++, key, Entry.packDue(dueAt));
        }
        COUNT.setRelease(this, next);
        return true;
    }

    private void put(int entry, long key, long word) {
        memory.set(EntryBlocks.WORD, EntryBlocks.keyAt(entry), key);
        memory.set(EntryBlocks.WORD, EntryBlocks.wordAt(entry), word);
    }

    /** Whether a time is that much later than the first one that was added. */
    boolean isOlderThan(long spanMillis, long at) {
        return at - firstMillis > spanMillis && firstMillis != Long.MAX_VALUE;
    }

    void find(long key, Findings findings) throws IOException {
        EntryBlocks.find(key, memory, (int) COUNT.getAcquire(this), header.baseMillis(), findings);
    }

    /** Ends adding: what only that needs goes. */
    void end() {
        places.clear();
    }

    Path file() {
        return file;
    }

    SegmentHeader header() {
        return header;
    }

    /** Lets go of the memory, once nothing is added any more; the file stays. */
    FullSegment full(long nowMillis) {
        int entries = (int) COUNT.getAcquire(this);
        KeyFilter filter = KeyFilter.of(memory, entries);
        arena.close();
        return new FullSegment(file, header, entries, lastMillis, bytes, nowMillis, filter);
    }

    @Override
    public void close() {
        arena.close();
    }
}
