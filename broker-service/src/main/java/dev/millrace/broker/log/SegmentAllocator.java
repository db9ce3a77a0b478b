package dev.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Makes the next segment ready while the present one is filled, so that no publisher waits for it. A segment is
 * filled with zeros and synced before it gets its name: from then on a sync of it has no metadata to write, and a file
 * with a segment's name always has a whole header. Freed segments are taken again; they need a new header only.
 */
final class SegmentAllocator {

    private static final int CHUNK_BYTES = 1 << 20;
    private static final String UNNAMED = "unnamed-";
    /** More freed segments than these are deleted instead of kept. */
    private static final int MAX_FREE = 4;

    private final Storage storage;
    private final int segmentSize;
    private final Executor background;
    private final Deque<StorageFile> free = new ArrayDeque<>();

    private CompletableFuture<Segment> prepared;
    private long preparedBase;

    SegmentAllocator(Storage storage, int segmentSize, Executor background) {
        this.storage = storage;
        this.segmentSize = segmentSize;
        this.background = background;
    }

    /** Removes what an earlier run had not finished. */
    static boolean isUnnamed(String fileName) {
        return fileName.startsWith(UNNAMED);
    }

    /** Starts to make the segment with that base ready. */
    void prepare(long base) {
        preparedBase = base;
        CompletableFuture<Segment> next = new CompletableFuture<>();
        prepared = next;
        background.execute(() -> {
            try {
                next.complete(make(base));
            } catch (IOException | RuntimeException | Error e) {
                next.completeExceptionally(e);
            }
        });
    }

    /** Gives the segment with that base, waiting for it if it is not ready yet, and starts on the one after it. */
    Segment take(long base) throws IOException {
        if (prepared == null || preparedBase != base) {
            prepare(base);
        }
        try {
            Segment segment = prepared.join();
            prepare(segment.end());
            return segment;
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Takes back a segment that holds nothing of use any more. */
    void recycle(Segment segment) throws IOException {
        String name = UNNAMED + segment.file().name();
        storage.rename(segment.file().name(), name);
        segment.file().close();
        synchronized (free) {
            if (free.size() < MAX_FREE) {
                free.add(storage.open(name));
                return;
            }
        }
        storage.delete(name);
    }

    private Segment make(long base) throws IOException {
        StorageFile file;
        synchronized (free) {
            file = free.poll();
        }
        if (file == null) {
            file = storage.create(UNNAMED + "%016x".formatted(base));
            fillWithZeros(file);
        }
        new Segment(base, segmentSize, file).writeHeader();
        file.sync();
        String name = Segment.name(base);
        storage.rename(file.name(), name);
        storage.syncDirectory();
        file.close();
        return new Segment(base, segmentSize, storage.open(name));
    }

    private void fillWithZeros(StorageFile file) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(CHUNK_BYTES, segmentSize));
        for (long at = 0; at < segmentSize; at += zeros.capacity()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), segmentSize - at));
            file.write(zeros, at);
        }
    }

    /** Waits for the background work and closes what was made ready. */
    void close() throws IOException {
        if (prepared != null) {
            Segment segment = prepared.handle((made, failure) -> made).join();
            if (segment != null) {
                segment.file().close();
            }
        }
        synchronized (free) {
            for (StorageFile file : free) {
                file.close();
            }
        }
    }
}
