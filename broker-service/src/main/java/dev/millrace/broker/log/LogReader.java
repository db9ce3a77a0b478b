package dev.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads what is no longer in memory. Whoever works off a backlog asks for one record after the other, so a read that
 * follows an earlier one brings a whole window of what comes next; a few windows, since several may do so side by side,
 * each at a place of its own. A read out of any order brings one record only. Writer only.
 */
final class LogReader {

    private static final int WINDOWS = 8;
    private static final int WINDOW_BYTES = 256 << 10;
    /** Not every record is asked for: others lie in between. */
    private static final int MAX_GAP_BYTES = WINDOW_BYTES;

    private static final class Window {
        private ByteBuffer bytes = ByteBuffer.allocateDirect(0);
        private long start;
        private long lastUse;

        private long end() {
            return start + bytes.limit();
        }

        private boolean holds(long position, int length) {
            return position >= start && position + length <= end();
        }

        private boolean isFollowedBy(long position) {
            return position >= start && position <= end() + MAX_GAP_BYTES;
        }

        private void fill(Segment segment, long position, int length) throws IOException {
            if (bytes.capacity() < length) {
                bytes = ByteBuffer.allocateDirect(length);
            }
            start = position;
            bytes.clear().limit(length);
            segment.file().read(bytes, position - segment.base());
            bytes.flip();
        }
    }

    private final Window[] windows = new Window[WINDOWS];
    private long uses;

    LogReader() {
        for (int i = 0; i < WINDOWS; i++) {
            windows[i] = new Window();
        }
    }

    /**
     * Bytes of a segment; a view, valid until the next read.
     *
     * @param written where the bytes end that will not change any more
     */
    ByteBuffer read(Segment segment, long position, int length, long written) throws IOException {
        for (Window window : windows) {
            if (window.holds(position, length)) {
                return use(window, position, length);
            }
        }
        Window oldest = windows[0];
        for (Window window : windows) {
            if (window.isFollowedBy(position)) {
                long readable = Math.min(written, segment.end()) - position;
                window.fill(segment, position, (int) Math.max(length, Math.min(WINDOW_BYTES, readable)));
                return use(window, position, length);
            }
            oldest = window.lastUse < oldest.lastUse ? window : oldest;
        }
        oldest.fill(segment, position, length);
        return use(oldest, position, length);
    }

    private ByteBuffer use(Window window, long position, int length) {
        window.lastUse = ++uses;
        // Less than was asked for only if the file is shorter than it should be.
        int at = (int) (position - window.start);
        return window.bytes.slice(at, Math.min(length, window.bytes.limit() - at));
    }
}
