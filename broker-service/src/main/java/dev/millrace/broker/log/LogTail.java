package dev.millrace.broker.log;

import java.nio.ByteBuffer;

/**
 * The newest bytes of the log in memory. What is appended gathers here until it is flushed, and stays readable until as
 * much has come after it as the tail holds: most messages are delivered right after they came. Pages outside of the
 * heap, taken when they are first needed and then used in turn, so that what passes through leaves nothing to collect.
 * Each byte lies at the same place of a block in memory as in the log, for writes past the page cache want that
 * ({@link FileStorage}). Writer only.
 */
final class LogTail {

    private static final int PAGE_BYTES = 1 << 20;
    private static final long NOWHERE = Long.MAX_VALUE;

    private final class Page {
        ByteBuffer bytes = ByteBuffer.allocateDirect(0);
        /** Position of its first byte in the log. */
        long first = NOWHERE;
        /** Position that the buffer's index 0 stands for. */
        long origin = NOWHERE;

        long end() {
            return origin + bytes.position();
        }

        void begin(long position) {
            int lead = (int) (position & blockBytes - 1);
            bytes.clear().position(lead);
            first = position;
            origin = position - lead;
        }

        void resize(int capacity) {
            bytes = ByteBuffer.allocateDirect(capacity + blockBytes)
                    .alignedSlice(blockBytes)
                    .slice(0, capacity);
            first = NOWHERE;
        }
    }

    private final Page[] pages;
    private final int blockBytes;
    private final boolean keepsFlushed;
    private final long limit;
    private long held;
    private int current;
    private long flushed;

    /**
     * @param bytes how much to keep readable behind what is not flushed, about; 0 for nothing
     * @param blockBytes a power of two, at most 4 KiB
     */
    LogTail(long bytes, int blockBytes) {
        this.blockBytes = blockBytes;
        pages = new Page[(int) Math.max(1, bytes / PAGE_BYTES)];
        keepsFlushed = bytes > 0;
        limit = bytes;
        for (int i = 0; i < pages.length; i++) {
            pages[i] = new Page();
        }
    }

    /** Goes on at this position. Everything must be flushed. */
    void begin(long position) {
        turn(position, 0);
    }

    /** Sees to it that {@code length} bytes fit behind the end. If they do not already, everything must be flushed. */
    void makeRoom(int length) {
        if (remaining() < length) {
            turn(end(), length);
        }
    }

    private void turn(long position, int capacity) {
        current = (current + 1) % pages.length;
        int needed = Math.max(roundUp(capacity + blockBytes), PAGE_BYTES);
        if (pages[current].bytes.capacity() != needed) {
            resize(current, 0);
            // A page for a large record takes the place of several: the oldest go.
            for (int i = 1; i < pages.length && held + needed > limit; i++) {
                resize((current + i) % pages.length, 0);
            }
            resize(current, needed);
        }
        pages[current].begin(position);
        flushed = position;
    }

    private int roundUp(int length) {
        return (length + blockBytes - 1) & -blockBytes;
    }

    private void resize(int page, int capacity) {
        held += capacity - pages[page].bytes.capacity();
        pages[page].resize(capacity);
    }

    /** Bytes of memory that it holds now: never more than it is to keep, or than its largest record needs. */
    long held() {
        return held;
    }

    /** How many bytes can be appended without a {@link #makeRoom}. */
    int remaining() {
        return pages[current].bytes.remaining();
    }

    /** Where to append: the buffer's position is the log's end. */
    ByteBuffer buffer() {
        return pages[current].bytes;
    }

    /** Position behind the last byte. */
    long end() {
        return pages[current].end();
    }

    /** Position of the first byte that is not flushed. */
    long flushed() {
        return flushed;
    }

    /** What is not flushed; a view. */
    ByteBuffer unflushed() {
        Page page = pages[current];
        int from = (int) (flushed - page.origin);
        return page.bytes.slice(from, page.bytes.position() - from);
    }

    /** Everything has been flushed. */
    void markFlushed() {
        flushed = end();
        if (!keepsFlushed) {
            pages[current].begin(flushed);
        }
    }

    /** A view of these bytes, valid until something is appended; null if the tail does not hold them. */
    ByteBuffer find(long position, int length) {
        for (int i = 0; i < pages.length; i++) {
            Page page = pages[Math.floorMod(current - i, pages.length)];
            if (page.first <= position) {
                return position + length <= page.end()
                        ? page.bytes.slice((int) (position - page.origin), length)
                        : null;
            }
        }
        return null;
    }
}
