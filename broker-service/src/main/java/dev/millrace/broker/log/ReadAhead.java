package dev.millrace.broker.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads what will be asked for soon, in the background, so that it is in the page cache then: the log is written past it,
 * and who reads waits for the disk. What was asked for meanwhile is read in the order of its place, and what lies close
 * together in one go; so the more there is to read, the less it costs each. It is a favour: at the bound nothing more is
 * taken on, and what cannot be read is left to who needs it. Thread-safe; the thread is started by the first call.
 */
final class ReadAhead implements Closeable {

    /** Places that may wait. */
    static final int MAX_WAITING = 1 << 18;

    /** Places that are no further apart are read in one go, with what lies between. */
    static final int MAX_GAP_BYTES = 64 << 10;

    private static final int MAX_READ_BYTES = 1 << 20;

    private record Place(StorageFile file, long position, int length) {
        long end() {
            return position + length;
        }
    }

    private static final Comparator<Place> BY_PLACE =
            Comparator.comparing((Place place) -> place.file.name()).thenComparingLong(Place::position);

    private List<Place> waiting = new ArrayList<>();
    private Thread thread;
    private boolean closed;

    /** Has these bytes read. */
    synchronized void add(StorageFile file, long position, int length) {
        if (closed || waiting.size() >= MAX_WAITING) {
            return;
        }
        waiting.add(new Place(file, position, length));
        if (thread == null) {
            thread = Thread.ofPlatform().name("broker-read-ahead").daemon().start(this::run);
        }
        notifyAll();
    }

    /** How many places wait. */
    synchronized int waiting() {
        return waiting.size();
    }

    private void run() {
        // Not to be interrupted: that would close the file which is being read.
        ByteBuffer bytes = ByteBuffer.allocateDirect(MAX_READ_BYTES);
        for (List<Place> places = take(); places != null; places = take()) {
            readAll(places, bytes);
        }
    }

    /** Null when it is closed. */
    private synchronized List<Place> take() {
        while (waiting.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                return null;
            }
        }
        List<Place> taken = waiting;
        waiting = new ArrayList<>();
        return closed ? null : taken;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void readAll(List<Place> places, ByteBuffer bytes) {
        places.sort(BY_PLACE);
        int next = 0;
        while (next < places.size() && !isClosed()) {
            Place first = places.get(next++);
            long end = Math.min(first.end(), first.position + MAX_READ_BYTES);
            while (next < places.size() && follows(places.get(next), first, end)) {
                end = Math.max(end, places.get(next++).end());
            }
            try {
                first.file.read(bytes.clear().limit((int) (end - first.position)), first.position);
            } catch (IOException e) {
                // The file may be gone by now. Who needs the bytes will read them, or say what is wrong with them.
            }
        }
    }

    private static boolean follows(Place place, Place first, long end) {
        return place.file == first.file
                && place.position - end <= MAX_GAP_BYTES
                && place.end() - first.position <= MAX_READ_BYTES;
    }

    /** Ends the thread with what it is reading, and forgets the rest. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            waiting = new ArrayList<>();
            running = thread;
            notifyAll();
        }
        if (running != null) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
