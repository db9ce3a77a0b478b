package dev.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads a log after a stop or a crash and decides what to do with what it finds. What can be found, the decision, and
 * the test of each stand in {@code docs/recovery.md}. In short: damage that a crash can have left is cut off, all other
 * damage is refused with {@link LogCorruptException}; of the two the unsynced count of the records tells which it is
 * ({@link RecordFormat}).
 *
 * <p>Done twice, or broken off and done again, it comes to the same end.
 */
final class LogRecovery {

    private static final String RESTORE = "; restore the data directory from a copy.";

    /** Where the log ends, and the segments that it is made of, oldest first. */
    record Result(List<Segment> segments, long end) {}

    private final Storage storage;
    private final RecordVisitor visitor;
    /** One segment at a time is read into it; a log may have thousands. */
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    /** The records found so far say that everything before this position was on disk. */
    private long syncedPosition;
    /** Whether the last segment has good records behind the log's end. */
    private boolean remains;

    LogRecovery(Storage storage, RecordVisitor visitor) {
        this.storage = storage;
        this.visitor = visitor;
    }

    /**
     * @param from position of the first record to visit; segments wholly before it are taken as they are, and some of
     *     them may have been discarded
     */
    Result recover(long from) throws IOException {
        syncedPosition = from;
        List<Segment> segments = readHeaders();
        checkContinuity(segments, from);
        long end = visitSegments(segments, from);
        renewUnsynced(segments, end);
        // A file that the last process named is seen by this one, but perhaps not yet on disk.
        storage.syncDirectory();
        return new Result(List.copyOf(segments), end);
    }

    private List<Segment> readHeaders() throws IOException {
        List<Segment> segments = new ArrayList<>();
        for (String name : storage.list()) {
            if (FileNames.isUnnamed(name)) {
                storage.delete(name);
            } else if (name.endsWith(FileNames.SEGMENT_SUFFIX)) {
                StorageFile file = storage.open(name);
                Segment segment = Segment.read(file);
                if (segment == null
                        || !name.equals(FileNames.segment(segment.base()))
                        || file.size() < segment.size()) {
                    throw new LogCorruptException("The file " + name
                            + " is not a whole log segment (expected one with that name in its header)" + RESTORE);
                }
                segments.add(segment);
            }
        }
        segments.sort(Comparator.comparingLong(Segment::base));
        return segments;
    }

    /** Makes sure that every position from {@code from} to the end of the last segment is there. */
    private static void checkContinuity(List<Segment> segments, long from) {
        long reached = from;
        for (Segment segment : segments) {
            if (segment.end() <= from) {
                continue;
            }
            if (reached == from && segment.base() > from) {
                throw new LogCorruptException("The log begins at position " + segment.base()
                        + ", but is needed from position " + from + RESTORE);
            }
            if (reached > from && segment.base() != reached) {
                throw new LogCorruptException("The log segment at position " + reached + " is missing (the next one is "
                        + segment.file().name() + ")" + RESTORE);
            }
            reached = segment.end();
        }
        long end = segments.isEmpty() ? 0 : segments.getLast().end();
        if (end < from) {
            throw new LogCorruptException("The log ends at position " + end
                    + ", but a snapshot says that it reaches to position " + from + RESTORE);
        }
    }

    /** Returns where the log ends; what is behind that is no longer among the segments. */
    private long visitSegments(List<Segment> segments, long from) throws IOException {
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.end() <= from) {
                continue;
            }
            ByteBuffer bytes = load(segment);
            long end = visitRecords(segment, bytes, Math.max(from, segment.start()));
            if (end < segment.end()) {
                remains = hasRecords(segment, bytes, end + RecordFormat.ALIGNMENT, end);
                cutTail(segments, i, end);
                return end;
            }
        }
        return segments.isEmpty() ? 0 : segments.getLast().end();
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
            syncedPosition = Math.max(syncedPosition, RecordFormat.syncedBefore(bytes, at));
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

    /** Makes sure that the damage at {@code end} is a torn tail, and drops the segments behind it. */
    private void cutTail(List<Segment> segments, int last, long end) throws IOException {
        for (Segment later : segments.subList(last + 1, segments.size())) {
            hasRecords(later, load(later), later.start(), end);
        }
        while (segments.size() > last + 1) {
            StorageFile file = segments.removeLast().file();
            file.close();
            storage.delete(file.name());
            // One by one, so that a crash leaves no hole.
            storage.syncDirectory();
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
                            + segment.file().name() + " shows, but cannot be read" + RESTORE);
                }
            }
        }
        return found;
    }

    /**
     * Writes the segments once more that hold what the records do not say was on disk. It was read back from the page
     * cache perhaps: the last process may have ended before its sync, or because of one that failed, and after a failed
     * sync the system takes the pages for clean and a new sync of them for done. Never in place: a part of it may have
     * been on disk, and accepted, and a write in place that the power cuts off could take it away.
     */
    private void renewUnsynced(List<Segment> segments, long end) throws IOException {
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            boolean unsynced = syncedPosition < Math.min(end, segment.end()) && end > segment.start();
            if (unsynced || remains && segment.contains(end)) {
                segments.set(i, renew(segment, end));
            }
        }
    }

    /** A copy of the segment in its place, without what is behind the log's end. */
    private Segment renew(Segment segment, long end) throws IOException {
        ByteBuffer bytes = load(segment);
        for (long position = end; position < segment.end(); position++) {
            bytes.put((int) (position - segment.base()), (byte) 0);
        }
        String name = segment.file().name();
        String unnamed = FileNames.unnamed(name);
        try (StorageFile copy = storage.create(unnamed)) {
            copy.write(bytes, 0);
            copy.sync();
        }
        segment.file().close();
        storage.rename(unnamed, name);
        return new Segment(segment.base(), segment.size(), storage.open(name));
    }
}
