package dev.millrace.broker.history;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Segments with a budget of their own: one that is written to, one in reserve, the full ones, and the sealed ones. The
 * oldest go when the bytes or the time are used up. A segment is sealed half a minute after it was full: where so much
 * happens that it would be gone soon after, sealing it would be for nothing.
 *
 * <p>One thread adds and never waits: without a segment in reserve it counts what it could not keep. Another one
 * {@linkplain #maintain maintains}. Anybody finds, under the lock that keeps files from going meanwhile.
 */
final class Tier implements AutoCloseable {

    /** How many there are. */
    static final int COUNT = 2;

    private static final Logger LOG = Logger.getLogger(Tier.class);

    private static final int MAX_SEGMENT_BYTES = 4 << 20;
    private static final int SEGMENTS_IN_BUDGET = 16;

    /** Beside the others: written to, in reserve, two just full, and the copy of one that is being sealed. */
    private static final int OPEN_SEGMENTS = 5;

    /** A segment is sealed after this part of the retention, so that it can go in time. */
    private static final int RETENTION_PART = 8;

    private static final long SEAL_AFTER_MILLIS = 30_000;

    private final int number;
    private final TierFiles files;
    private final long maxBytes;
    private final int segmentBytes;
    private final long seed;
    private final long retentionMillis;
    private final long lowWaterBytes;
    private final LongSupplier clock;
    private final Runnable wakeMaintenance;

    private final Object lock = new Object();
    private final AtomicReference<OpenSegment> reserve = new AtomicReference<>();
    /** What is full since the last maintenance. */
    private final ConcurrentLinkedQueue<OpenSegment> ended = new ConcurrentLinkedQueue<>();
    /** Oldest first; under the lock. */
    private final Deque<FullSegment> full = new ArrayDeque<>();
    /** Oldest first, all older than the full ones; under the lock. */
    private final Deque<SealedSegment> sealed = new ArrayDeque<>();

    private volatile OpenSegment current;
    private volatile long missed;
    private volatile long bytes;
    private boolean failing;

    /**
     * Takes over what is in a directory.
     *
     * @param number 0 to {@link #COUNT} - 1
     * @param maxBytes of all its files
     * @param seed of the keys that will be added
     * @param wakeMaintenance lets {@link #maintain} be called soon; must not block
     */
    Tier(
            int number,
            Path directory,
            HistorySettings settings,
            long maxBytes,
            long seed,
            LongSupplier clock,
            Runnable wakeMaintenance)
            throws IOException {
        this.number = number;
        this.maxBytes = maxBytes;
        this.seed = seed;
        this.clock = clock;
        this.wakeMaintenance = wakeMaintenance;
        retentionMillis = settings.retention().toMillis();
        lowWaterBytes = settings.lowWaterBytes();
        segmentBytes =
                (int) Math.min(MAX_SEGMENT_BYTES, maxBytes / SEGMENTS_IN_BUDGET / Entry.TEXT_UNIT * Entry.TEXT_UNIT);
        files = TierFiles.takeOver(directory, sealed, full);
        try {
            sealSmallOnes();
            prepare();
        } catch (IOException e) {
            failed(e);
        }
        current = reserve.getAndSet(null);
    }

    // ---- the core's thread

    void add(int code, long key, long at, int attempt, TextContext context, long dueAt) {
        OpenSegment segment = current;
        if (segment != null && segment.isOlderThan(retentionMillis / RETENTION_PART, at)) {
            OpenSegment next = next();
            segment = next == null ? segment : next;
        }
        if (segment != null && add(segment, code, key, at, attempt, context, dueAt)) {
            return;
        }
        segment = next();
        if (segment == null || !add(segment, code, key, at, attempt, context, dueAt)) {
            missed++;
        }
    }

    private boolean add(
            OpenSegment segment, int code, long key, long at, int attempt, TextContext context, long dueAt) {
        int place = context.placeIn(segment, number);
        return place >= 0 && segment.add(key, code, at, attempt, place, dueAt);
    }

    /** Goes on to the segment in reserve; null if there is none. */
    private OpenSegment next() {
        OpenSegment next = reserve.getAndSet(null);
        if (next != null) {
            OpenSegment old = current;
            if (old != null) {
                old.end();
                ended.add(old); // before it is current no more, so that who looks sees it in one place at least
            }
            current = next;
            wakeMaintenance.run();
        }
        return next;
    }

    // ---- maintenance

    /** Seals what has been full for long, lets go of what is old or too much, and puts a segment in reserve. */
    void maintain() {
        try {
            letGoOfMemory();
            discardOld();
            if (reserve.get() == null) {
                prepare();
            }
            for (FullSegment segment = oldestFull();
                    segment != null && segment.since() <= clock.getAsLong() - SEAL_AFTER_MILLIS;
                    segment = oldestFull()) {
                seal(segment);
            }
            failing = false;
        } catch (IOException e) {
            failed(e);
        }
    }

    private void letGoOfMemory() {
        synchronized (lock) {
            // The core's thread makes it the current one no more right after it has put it here.
            for (OpenSegment segment = ended.peek(); segment != null && segment != current; segment = ended.peek()) {
                full.addLast(segment.full(clock.getAsLong()));
                ended.remove();
            }
        }
    }

    /** A process that ran for a short time leaves files with little in them, which must not push others out. */
    private void sealSmallOnes() throws IOException {
        while (oldestFull() != null && oldestFull().entries() < segmentBytes / Entry.BYTES / 2) {
            seal(oldestFull());
        }
    }

    private FullSegment oldestFull() {
        synchronized (lock) {
            return full.peekFirst();
        }
    }

    /** It is tried again and again, and said once. */
    private void failed(IOException e) {
        if (!failing) {
            LOG.warnf("Histories of messages have gaps from now on: %s", e);
        }
        failing = true;
    }

    private void prepare() throws IOException {
        makeRoom();
        if (files.usableBytes() < lowWaterBytes + segmentBytes) {
            throw new IOException("the disk of " + files.directory() + " is nearly full");
        }
        reserve.set(OpenSegment.create(files.nextOpen(), segmentBytes, seed, clock.getAsLong()));
        measure();
    }

    private void seal(FullSegment segment) throws IOException {
        SealedSegment copy = null;
        if (segment.entries() > 0) {
            try {
                copy = files.seal(segment);
            } catch (UnreadableFileException e) {
                setAside(segment.file(), e);
                return;
            }
        }
        synchronized (lock) {
            if (copy != null) {
                sealed.addLast(copy);
            }
            full.remove(segment);
        }
        Files.deleteIfExists(segment.file());
        measure();
    }

    private void makeRoom() throws IOException {
        long room = maxBytes - (long) OPEN_SEGMENTS * segmentBytes - files.asideBytes();
        synchronized (lock) {
            while (finishedBytes() > room && discardOldest()) {
                // until there is
            }
        }
    }

    /** Under the lock. */
    private long finishedBytes() {
        return sealed.stream().mapToLong(SealedSegment::bytes).sum()
                + full.stream().mapToLong(FullSegment::bytes).sum();
    }

    private void discardOld() throws IOException {
        long oldest = clock.getAsLong() - retentionMillis;
        synchronized (lock) {
            while (!sealed.isEmpty() && sealed.peekFirst().header().lastMillis() < oldest) {
                discardOldest();
            }
        }
        files.discardAside(oldest);
        measure();
    }

    /** Under the lock. Answers false if nothing is left. */
    private boolean discardOldest() throws IOException {
        if (sealed.isEmpty() && full.isEmpty()) {
            return false;
        }
        Files.deleteIfExists(
                sealed.isEmpty()
                        ? full.removeFirst().file()
                        : sealed.removeFirst().file());
        return true;
    }

    private void measure() {
        long open = ended.size() + (current == null ? 0 : 1) + (reserve.get() == null ? 0 : 1);
        synchronized (lock) {
            bytes = open * segmentBytes + finishedBytes() + files.asideBytes();
        }
    }

    // ---- anybody

    /** Takes the newest events of a message-id, oldest first. */
    List<HistoryItem> find(String text, MessageKey keys) {
        byte[] messageId = text.getBytes(StandardCharsets.UTF_8);
        Deque<HistoryItem> found = new ArrayDeque<>();
        synchronized (lock) {
            // In this order: what is full meanwhile is in both then, and not in none.
            OpenSegment last = current;
            Set<OpenSegment> open = new LinkedHashSet<>(ended);
            if (last != null) {
                open.add(last);
            }
            for (OpenSegment segment : new ArrayList<>(open).reversed()) {
                prepend(segment.file(), segment.header(), segment::find, messageId, keys, found);
            }
            for (FullSegment segment : List.copyOf(full).reversed()) {
                prepend(segment.file(), segment.header(), segment::find, messageId, keys, found);
            }
            for (SealedSegment segment : List.copyOf(sealed).reversed()) {
                prepend(segment.file(), segment.header(), segment::find, messageId, keys, found);
            }
        }
        return List.copyOf(found);
    }

    private interface Search {
        void of(long key, Findings findings) throws IOException;
    }

    /** A file that cannot be read is no reason to show nothing. */
    private void prepend(
            Path file,
            SegmentHeader header,
            Search search,
            byte[] messageId,
            MessageKey keys,
            Deque<HistoryItem> found) {
        if (found.size() >= HistoryReader.MAX_ITEMS) {
            return;
        }
        Findings findings = new Findings();
        try {
            search.of(keys.of(messageId, header.seed()), findings);
        } catch (UnreadableFileException e) {
            setAside(file, e);
        } catch (IOException e) {
            LOG.warnf("Histories are passed over: %s cannot be read (%s)", file, e);
        }
        for (HistoryItem item : new ArrayList<>(findings.items()).reversed()) {
            if (found.size() < HistoryReader.MAX_ITEMS) {
                found.addFirst(item);
            }
        }
    }

    private void setAside(Path file, UnreadableFileException why) {
        synchronized (lock) {
            sealed.removeIf(segment -> segment.file().equals(file));
            full.removeIf(segment -> segment.file().equals(file));
        }
        files.setAside(file, why);
    }

    /** Events that were not kept because no segment was there in time. */
    long missed() {
        return missed;
    }

    /** Of all files, as of the last maintenance. */
    long bytes() {
        return bytes;
    }

    /** Files stay as they are; the next start seals what is open. Nothing may be added or found afterwards. */
    @Override
    public void close() {
        synchronized (lock) {
            ended.forEach(OpenSegment::close);
            ended.clear();
            close(current);
            close(reserve.getAndSet(null));
            current = null;
        }
    }

    private static void close(OpenSegment segment) {
        if (segment != null) {
            segment.close();
        }
    }
}
