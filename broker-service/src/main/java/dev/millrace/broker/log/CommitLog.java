package dev.millrace.broker.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * An append-only log of records. A record is durable once {@link #syncedPosition} has passed it.
 *
 * <p>Two threads use it: the writer appends, flushes and reads; the other calls {@link #sync} only, so that the next
 * batch is written while the last one syncs. After a {@link LogFailedException} the log must not be used again.
 */
public final class CommitLog implements Closeable {

    private final LogSettings settings;
    private final DiskWatch disk;
    private final SegmentAllocator allocator;
    private final NavigableMap<Long, Segment> segments = new TreeMap<>();
    /** Segments written to since their last sync, oldest first; guarded by itself. */
    private final List<Segment> dirty = new ArrayList<>();

    private final LogTail tail;
    private final LogReader reader = new LogReader();
    private Segment current;

    private volatile long writtenPosition;
    private volatile long syncedPosition;
    private volatile long syncs;
    private volatile long sizeBytes;

    private CommitLog(Storage storage, LogSettings settings) {
        this.settings = settings;
        this.tail = new LogTail(settings.tailBytes(), settings.blockBytes());
        this.disk = new DiskWatch(storage, settings.lowWaterBytes());
        this.allocator = new SegmentAllocator(storage, settings, disk);
    }

    /**
     * Opens the log of a storage, or starts a new one, and shows the records that it holds.
     *
     * @param from position of the first record to visit: 0, or where a snapshot ends
     * @throws LogCorruptException if the log is damaged
     * @throws LogFailedException if the storage fails
     * @throws StorageUnavailableException if there is no space for a segment that it needs
     */
    public static CommitLog open(Storage storage, LogSettings settings, long from, RecordVisitor visitor) {
        try {
            LogRecovery.Result recovered = new LogRecovery(storage, visitor).recover(from);
            CommitLog log = new CommitLog(storage, settings);
            log.begin(recovered);
            return log;
        } catch (StorageFullException e) {
            throw new StorageUnavailableException("The disk of the data directory is full: the start needs space for a"
                    + " segment of the log (" + settings.segmentBytes() + " bytes); free some and start again.");
        } catch (IOException e) {
            throw new LogFailedException("Reading the log", e);
        }
    }

    private void begin(LogRecovery.Result recovered) throws IOException {
        recovered.segments().forEach(segment -> segments.put(segment.base(), segment));
        long end = recovered.end();
        disk.measure();
        if (segments.isEmpty() || end == segments.lastEntry().getValue().end()) {
            current = allocator.take(end);
            segments.put(current.base(), current);
            end = current.start();
        } else {
            current = segments.lastEntry().getValue();
            allocator.prepare(current.end());
        }
        sizeBytes = segments.values().stream().mapToLong(Segment::size).sum();
        tail.begin(end);
        writtenPosition = end;
        syncedPosition = end;
        dirty.add(current);
        // A torn tail ends anywhere in a sector; nobody has been told yet of what is in it.
        flush();
        sync();
    }

    /** The largest body that fits into a segment. */
    public int maxBodyLength() {
        return settings.segmentBytes() - Segment.HEADER_BYTES - 2 * RecordFormat.HEADER_BYTES - RecordFormat.ALIGNMENT;
    }

    /**
     * Adds a record at the end. Writer only.
     *
     * @return its position
     */
    public long append(RecordBody body) {
        int length = RecordFormat.align(RecordFormat.HEADER_BYTES + body.length());
        if (length > maxBodyLength() + RecordFormat.HEADER_BYTES + RecordFormat.ALIGNMENT) {
            throw new IllegalArgumentException("a record of " + length + " bytes does not fit into a segment of "
                    + settings.segmentBytes() + " bytes");
        }
        makeRoom(length);
        if (endPosition() + length + RecordFormat.HEADER_BYTES > current.end()) {
            roll();
        }
        return write(body.type(), body);
    }

    /** Makes the tail take a record of that length, and the padding behind it. */
    private void makeRoom(int length) {
        int withPadding = length + 2 * settings.blockBytes();
        if (tail.remaining() < withPadding) {
            flush();
            tail.makeRoom(withPadding);
        }
    }

    private long write(byte type, RecordBody body) {
        long position = endPosition();
        RecordFormat.write(tail.buffer(), type, body, position, syncedPosition);
        return position;
    }

    private void roll() {
        if (current.end() - endPosition() >= RecordFormat.HEADER_BYTES) {
            write(RecordFormat.END_OF_SEGMENT, null);
        }
        flush();
        try {
            current = allocator.take(current.end());
        } catch (IOException e) {
            throw new LogFailedException("Making a new log segment", e);
        }
        segments.put(current.base(), current);
        sizeBytes += current.size();
        synchronized (dirty) {
            dirty.add(current);
        }
        tail.begin(current.start());
    }

    /** Position behind the last record. Writer only. */
    public long endPosition() {
        return tail.end();
    }

    /** Hands what was appended to the operating system; {@link #sync} can then make it durable. Writer only. */
    public void flush() {
        pad();
        if (tail.flushed() == tail.end()) {
            return;
        }
        try {
            current.file().write(tail.unflushed(), tail.flushed() - current.base());
        } catch (IOException e) {
            throw new LogFailedException("Writing to the log", e);
        }
        tail.markFlushed();
        writtenPosition = tail.end();
    }

    private void pad() {
        long position = endPosition();
        int gap = (int) (-position & settings.blockBytes() - 1);
        if (gap > 0 && gap < RecordFormat.HEADER_BYTES) {
            gap += settings.blockBytes();
        }
        // Less than a header at the segment's end is left as it is: nothing more will be written there.
        if (gap > 0 && position + gap <= current.end()) {
            write(RecordFormat.PADDING, new RecordFormat.Padding(gap - RecordFormat.HEADER_BYTES));
        }
    }

    /** Everything before this position was flushed. Any thread. */
    public long writtenPosition() {
        return writtenPosition;
    }

    /** Everything before this position is durable. Any thread. */
    public long syncedPosition() {
        return syncedPosition;
    }

    /** How many times a sync was done since the start. Any thread. */
    public long syncs() {
        return syncs;
    }

    /** Makes everything durable that was flushed before the call. One thread at a time, which need not be the writer. */
    public void sync() {
        long target = writtenPosition;
        if (target == syncedPosition) {
            return;
        }
        List<Segment> written;
        synchronized (dirty) {
            written = List.copyOf(dirty);
        }
        try {
            for (Segment segment : written) {
                segment.file().sync();
            }
        } catch (IOException e) {
            throw new LogFailedException("Syncing the log", e);
        }
        synchronized (dirty) {
            // A segment that the target is past, or at the end of, gets no more writes.
            dirty.removeIf(segment -> segment.end() <= target && dirty.size() > 1);
        }
        syncs++;
        syncedPosition = target;
    }

    /**
     * Reads one record. Writer only.
     *
     * @return the record; its body is a view, valid until the next read or append
     * @throws LogCorruptException if it is damaged
     */
    public LogRecord read(long position, int bodyLength) {
        int length = RecordFormat.HEADER_BYTES + bodyLength;
        ByteBuffer inMemory = tail.find(position, length);
        return inMemory != null
                ? new LogRecord(RecordFormat.type(inMemory, 0), RecordFormat.body(inMemory, 0))
                : readFile(position, length);
    }

    /** Says that a record will be read soon, if it is in a file only. Writer only. */
    public void expect(long position, int bodyLength) {
        int length = RecordFormat.HEADER_BYTES + bodyLength;
        if (tail.find(position, length) == null) {
            Segment segment = segments.floorEntry(position).getValue();
            segment.file().expect(position - segment.base(), length);
        }
    }

    private LogRecord readFile(long position, int length) {
        ByteBuffer bytes;
        try {
            bytes = reader.read(segments.floorEntry(position).getValue(), position, length, writtenPosition);
        } catch (IOException e) {
            throw new LogFailedException("Reading the log", e);
        }
        if (!RecordFormat.isValid(bytes, 0, bytes.remaining(), position)) {
            throw new LogCorruptException("The log is damaged at position " + position
                    + ": the record there cannot be read; restore the data directory from a copy.");
        }
        return new LogRecord(RecordFormat.type(bytes, 0), RecordFormat.body(bytes, 0));
    }

    /** Bytes of all segments. Any thread. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Bases of the segments, in order; the last one is being written to. Writer only. */
    public long[] segmentBases() {
        return segments.keySet().stream().mapToLong(Long::longValue).toArray();
    }

    /** Base of the segment that holds a position; -1 if there is none (any more). Writer only. */
    public long segmentBase(long position) {
        Map.Entry<Long, Segment> entry = segments.floorEntry(position);
        return entry != null && entry.getValue().contains(position) ? entry.getKey() : -1;
    }

    /** First position behind the segment with that base. Writer only. */
    public long segmentEnd(long base) {
        return segments.get(base).end();
    }

    /**
     * Gives back a segment. The caller has made sure, by a durable snapshot at or behind the segment's end, that no
     * recovery and no reader needs it. It is used again, or deleted, in the background. Writer only.
     */
    public void discard(long base) {
        if (base == current.base()) {
            throw new IllegalArgumentException("the segment at position " + base + " is being written to");
        }
        Segment segment = segments.remove(base);
        sizeBytes -= segment.size();
        settings.background().execute(() -> {
            try {
                allocator.recycle(segment);
            } catch (IOException e) {
                throw new LogFailedException("Recycling a log segment", e);
            }
        });
    }

    /** How much room the disk had when it was looked at last. Any thread. */
    public DiskState disk() {
        return disk.state();
    }

    /** Looks how much room the disk has now, and makes up for a segment that could not be made. Background only. */
    public void checkDisk() {
        try {
            disk.measure();
            allocator.replenish();
        } catch (IOException e) {
            throw new LogFailedException("Looking for space on the disk", e);
        }
    }

    /** Flushes, syncs and closes. No other thread may be using the log, and its background work has ended. */
    @Override
    public void close() {
        flush();
        sync();
        try {
            allocator.close();
            for (Segment segment : segments.values()) {
                segment.file().close();
            }
        } catch (IOException e) {
            throw new LogFailedException("Closing the log", e);
        }
    }
}
