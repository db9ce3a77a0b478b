package dev.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Makes the next segment ready while the present one is filled, so that no publisher waits for it. A segment is
 * filled with zeros and synced before it gets its name: from then on a sync of it has no metadata to write, and a file
 * with a segment's name always has a whole header. Freed segments are taken again; they need a new header only.
 *
 * <p>One more is held in reserve. When it cannot be made, the disk is full and the core is told while there is still a
 * segment to go on with.
 */
final class SegmentAllocator {

    private static final int CHUNK_BYTES = 1 << 20;
    private static final int RESERVE = 1;
    /** More freed segments than these are deleted instead of kept. */
    private static final int MAX_FREE = 4;

    private final Storage storage;
    private final LogSettings settings;
    private final DiskWatch disk;
    /** Files as large as a segment, of no use as they are; guarded by itself. */
    private final Deque<StorageFile> free = new ArrayDeque<>();
    /** Whether a file among the free ones may still have a segment's name after a crash; guarded by {@link #free}. */
    private boolean renamed;

    private CompletableFuture<Segment> prepared;
    private long preparedBase;
    private int created;

    SegmentAllocator(Storage storage, LogSettings settings, DiskWatch disk) {
        this.storage = storage;
        this.settings = settings;
        this.disk = disk;
    }

    /** Starts to make the segment with that base ready. */
    void prepare(long base) {
        preparedBase = base;
        CompletableFuture<Segment> next = new CompletableFuture<>();
        prepared = next;
        settings.background().execute(() -> {
            try {
                next.complete(make(base));
                replenish();
            } catch (StorageFullException e) {
                disk.full(true);
                next.completeExceptionally(e);
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
        for (int attempt = 1; true; attempt++) {
            try {
                Segment segment = prepared.join();
                prepare(segment.end());
                return segment;
            } catch (CompletionException e) {
                if (e.getCause() instanceof StorageFullException) {
                    if (attempt > 1) {
                        settings.whileFull().run();
                    }
                    prepare(base);
                } else if (e.getCause() instanceof IOException cause) {
                    throw cause;
                } else {
                    throw e;
                }
            }
        }
    }

    /** Makes what is held in reserve, if it is not there. Background only. */
    void replenish() throws IOException {
        try {
            while (freeCount() < RESERVE) {
                StorageFile file = create();
                synchronized (free) {
                    free.add(file);
                }
            }
            disk.full(false);
        } catch (StorageFullException e) {
            disk.full(true);
        }
    }

    private int freeCount() {
        synchronized (free) {
            return free.size();
        }
    }

    /** Takes back a segment that holds nothing of use any more. Background only. */
    void recycle(Segment segment) throws IOException {
        String name = segment.file().name();
        segment.file().close();
        if (freeCount() >= MAX_FREE || segment.size() != settings.segmentBytes()) {
            storage.delete(name);
            return;
        }
        storage.rename(name, FileNames.unnamed(name));
        StorageFile file = storage.open(FileNames.unnamed(name));
        synchronized (free) {
            free.add(file);
            renamed = true;
        }
    }

    private Segment make(long base) throws IOException {
        StorageFile file = takeFree();
        if (file == null) {
            file = create();
        }
        new Segment(base, settings.segmentBytes(), file).writeHeader();
        file.sync();
        String name = FileNames.segment(base);
        storage.rename(file.name(), name);
        storage.syncDirectory();
        file.close();
        return new Segment(base, settings.segmentBytes(), storage.open(name));
    }

    private StorageFile takeFree() throws IOException {
        StorageFile file;
        boolean mayHaveItsName;
        synchronized (free) {
            file = free.poll();
            mayHaveItsName = renamed;
            renamed = false;
        }
        if (mayHaveItsName) {
            // Else a crash could bring the old name back, with the new header under it.
            storage.syncDirectory();
        }
        return file;
    }

    private StorageFile create() throws IOException {
        disk.measure();
        String name = FileNames.unnamed("new-" + created++);
        StorageFile file = storage.create(name);
        try {
            fillWithZeros(file);
            return file;
        } catch (StorageFullException e) {
            file.close();
            storage.delete(name);
            throw e;
        }
    }

    private void fillWithZeros(StorageFile file) throws IOException {
        int size = settings.segmentBytes();
        ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(CHUNK_BYTES, size) + FileStorage.BLOCK_BYTES)
                .alignedSlice(FileStorage.BLOCK_BYTES);
        for (long at = 0; at < size; at += zeros.capacity()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
            file.write(zeros, at);
        }
    }

    /** Closes what was made ready. The background work has ended. */
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
