package dev.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads a log after a stop or a crash and decides what to do with what it finds:
 *
 * <table>
 *   <caption>What can be found, and the decision</caption>
 *   <tr><th>found</th><th>decision</th></tr>
 *   <tr><td>no segment at all</td><td>a new log</td></tr>
 *   <tr><td>an unnamed file</td><td>deleted: a segment that was being made</td></tr>
 *   <tr><td>a segment without records behind the last one with records</td><td>used next: made ahead</td></tr>
 *   <tr><td>a bad record, and no good one behind it</td><td>torn tail: the log ends before it</td></tr>
 *   <tr><td>a bad record, and good ones behind it that were written before it was synced</td>
 *       <td>torn tail: the log ends before the bad one, what is behind it is wiped</td></tr>
 *   <tr><td>a bad record, and a good one behind it that was written after it was synced</td>
 *       <td>rot: refused with {@link LogCorruptException}</td></tr>
 *   <tr><td>a missing segment between others, a foreign file, a bad segment header</td>
 *       <td>refused with {@link LogCorruptException}</td></tr>
 * </table>
 *
 * Done twice, or broken off and done again, it comes to the same end.
 */
final class LogRecovery {

    /** Where the log ends, and the segments that it is made of, oldest first. */
    record Result(List<Segment> segments, long end) {}

    private final Storage storage;
    private final RecordVisitor visitor;
    /** One segment at a time is read into it; a log may have thousands. */
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    LogRecovery(Storage storage, RecordVisitor visitor) {
        this.storage = storage;
        this.visitor = visitor;
    }

    /**
     * @param from position of the first record to visit
     */
    Result recover(long from) throws IOException {
        List<Segment> segments = readHeaders();
        if (segments.isEmpty()) {
            if (from > 0) {
                throw new LogCorruptException(
                        "The log has no segments, but a snapshot says that it reaches to position " + from
                                + "; restore the data directory from a copy.");
            }
            return new Result(segments, 0);
        }
        checkContinuity(segments, from);
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.end() <= from) {
                continue;
            }
            ByteBuffer bytes = load(segment);
            long end = visitRecords(segment, bytes, Math.max(from, segment.start()));
            if (end < segment.end()) {
                cutTail(segments, i, hasRecords(segment, bytes, end + RecordFormat.ALIGNMENT, end), end);
                return new Result(List.copyOf(segments.subList(0, i + 1)), end);
            }
        }
        return new Result(List.copyOf(segments), segments.getLast().end());
    }

    private List<Segment> readHeaders() throws IOException {
        List<Segment> segments = new ArrayList<>();
        for (String name : storage.list()) {
            if (SegmentAllocator.isUnnamed(name)) {
                storage.delete(name);
            } else if (name.endsWith(Segment.SUFFIX)) {
                StorageFile file = storage.open(name);
                Segment segment = Segment.read(file);
                if (segment == null || !name.equals(Segment.name(segment.base())) || file.size() < segment.size()) {
                    throw new LogCorruptException("The file " + name
                            + " is not a whole log segment (expected one with that name in its header); restore the data"
                            + " directory from a copy.");
                }
                segments.add(segment);
            }
        }
        segments.sort(Comparator.comparingLong(Segment::base));
        return segments;
    }

    private static void checkContinuity(List<Segment> segments, long from) {
        long expected = segments.getFirst().base();
        if (expected > from) {
            throw new LogCorruptException("The log begins at position " + expected + ", but is needed from position "
                    + from + "; restore the data directory from a copy.");
        }
        for (Segment segment : segments) {
            if (segment.base() != expected) {
                throw new LogCorruptException(
                        "The log segment at position " + expected + " is missing (the next one is "
                                + segment.file().name() + "); restore the data directory from a copy.");
            }
            expected = segment.end();
        }
    }

    /** The segment's bytes, until the next one is loaded. */
    private ByteBuffer load(Segment segment) throws IOException {
        if (buffer.capacity() < segment.size()) {
            buffer = ByteBuffer.allocateDirect(segment.size());
        }
        buffer.clear().limit(segment.size());
        segment.file().read(buffer, 0);
        return buffer.flip();
    }

    /** Visits records until the segment's end or the first bad one; returns where it stopped. */
    private long visitRecords(Segment segment, ByteBuffer bytes, long from) {
        int at = (int) (from - segment.base());
        while (segment.size() - at >= RecordFormat.HEADER_BYTES) {
            long position = segment.base() + at;
            if (!RecordFormat.isValid(bytes, at, segment.size(), position)) {
                return position;
            }
            byte type = RecordFormat.type(bytes, at);
            if (type == RecordFormat.END_OF_SEGMENT) {
                return segment.end();
            }
            if (type != RecordFormat.PADDING) {
                visitor.visit(type, position, RecordFormat.body(bytes, at));
            }
            at += RecordFormat.align(RecordFormat.length(bytes, at));
        }
        return segment.end();
    }

    /**
     * Makes sure that the damage at {@code end} is a torn tail, and that nothing behind it can come back to life.
     *
     * @param remains whether the last segment has good records behind its end
     */
    private void cutTail(List<Segment> segments, int last, boolean remains, long end) throws IOException {
        for (int i = segments.size() - 1; i > last; i--) {
            Segment later = segments.get(i);
            hasRecords(later, load(later), later.start(), end);
            later.file().close();
            storage.delete(later.file().name());
        }
        storage.syncDirectory();
        if (remains) {
            Segment segment = segments.get(last);
            segment.file().write(ByteBuffer.allocate((int) (segment.end() - end)), end - segment.base());
            segment.file().sync();
        }
    }

    private static boolean hasRecords(Segment segment, ByteBuffer bytes, long from, long tornAt) {
        boolean found = false;
        for (long position = from; position < segment.end(); position += RecordFormat.ALIGNMENT) {
            int at = (int) (position - segment.base());
            if (RecordFormat.isValid(bytes, at, segment.size(), position)) {
                found = true;
                if (RecordFormat.syncedBefore(bytes, at) > tornAt) {
                    throw new LogCorruptException("The log is damaged at position " + tornAt
                            + ": the record there had been synced, as the good one at position " + position + " in "
                            + segment.file().name() + " shows, but cannot be read; restore the data directory from a"
                            + " copy.");
                }
            }
        }
        return found;
    }
}
