package dev.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that forgets at a crash what was not synced: of every unsynced sector the old content stays, the
 * new one does, or neither; files come and go durably only with a sync of the directory.
 */
public final class SimulatedStorage implements Storage {

    private static final int SECTOR = 512;

    /** What the process sees. */
    private final Map<String, Content> live = new TreeMap<>();
    /** What the directory on disk says. */
    private Map<String, Content> durable = new TreeMap<>();

    private int syncs;
    private boolean failSyncs;
    private volatile CountDownLatch hold = new CountDownLatch(0);

    private static final class Content {
        private byte[] written = new byte[0];
        private byte[] synced = new byte[0];
    }

    /** How many file syncs there were. */
    public synchronized int syncs() {
        return syncs;
    }

    /** Makes every sync from now on fail. */
    public synchronized void failSyncs() {
        failSyncs = true;
    }

    /** Makes every sync from now on wait until the latch is counted down. */
    public CountDownLatch holdSyncs() {
        CountDownLatch latch = new CountDownLatch(1);
        hold = latch;
        return latch;
    }

    private void awaitHold() throws IOException {
        try {
            hold.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The power goes and comes back. */
    public synchronized void crash(RandomGenerator random) {
        live.clear();
        for (Map.Entry<String, Content> file : durable.entrySet()) {
            Content content = file.getValue();
            content.synced = torn(content, random);
            content.written = content.synced.clone();
            live.put(file.getKey(), content);
        }
    }

    private static byte[] torn(Content content, RandomGenerator random) {
        byte[] result = Arrays.copyOf(content.synced, content.written.length);
        for (int at = 0; at < result.length; at += SECTOR) {
            int end = Math.min(result.length, at + SECTOR);
            if (Arrays.equals(result, at, end, content.written, at, end)) {
                continue;
            }
            switch (random.nextInt(3)) {
                case 0 -> {}
                case 1 -> System.arraycopy(content.written, at, result, at, end - at);
                default -> {
                    byte[] noise = new byte[end - at];
                    random.nextBytes(noise);
                    System.arraycopy(noise, 0, result, at, noise.length);
                }
            }
        }
        return result;
    }

    /** Flips one bit of a file, on disk as well. */
    public synchronized void flipBit(String name, int byteOffset) {
        Content content = live.get(name);
        content.written[byteOffset] ^= 1;
        content.synced = content.written.clone();
    }

    /** Overwrites a file from some point on with zeros, as if it had never been written. */
    public synchronized void zeroFrom(String name, int byteOffset) {
        Content content = live.get(name);
        Arrays.fill(content.written, byteOffset, content.written.length, (byte) 0);
        content.synced = content.written.clone();
    }

    /** A copy of what the process sees, to try several ends from one beginning. */
    public synchronized SimulatedStorage copy() {
        SimulatedStorage copy = new SimulatedStorage();
        live.forEach((name, content) -> {
            Content twin = new Content();
            twin.written = content.written.clone();
            twin.synced = content.synced.clone();
            copy.live.put(name, twin);
        });
        copy.durable = new TreeMap<>(copy.live);
        return copy;
    }

    @Override
    public synchronized List<String> list() {
        return new ArrayList<>(live.keySet());
    }

    @Override
    public synchronized StorageFile open(String name) throws IOException {
        Content content = live.get(name);
        if (content == null) {
            throw new IOException("no such file: " + name);
        }
        return new OpenFile(name, content);
    }

    @Override
    public synchronized StorageFile create(String name) {
        Content content = new Content();
        live.put(name, content);
        return new OpenFile(name, content);
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        Content content = live.remove(from);
        if (content == null) {
            throw new IOException("no such file: " + from);
        }
        live.put(to, content);
    }

    @Override
    public synchronized void delete(String name) {
        live.remove(name);
    }

    @Override
    public synchronized void syncDirectory() {
        durable = new TreeMap<>(live);
    }

    private final class OpenFile implements StorageFile {
        private final String name;
        private final Content content;

        private OpenFile(String name, Content content) {
            this.name = name;
            this.content = content;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() {
            synchronized (SimulatedStorage.this) {
                return content.written.length;
            }
        }

        @Override
        public int read(ByteBuffer target, long position) {
            synchronized (SimulatedStorage.this) {
                int count = (int) Math.min(target.remaining(), Math.max(0, content.written.length - position));
                target.put(content.written, (int) position, count);
                return count;
            }
        }

        @Override
        public void write(ByteBuffer source, long position) {
            synchronized (SimulatedStorage.this) {
                int end = (int) position + source.remaining();
                if (end > content.written.length) {
                    content.written = Arrays.copyOf(content.written, end);
                }
                source.get(content.written, (int) position, source.remaining());
            }
        }

        @Override
        public void sync() throws IOException {
            awaitHold();
            synchronized (SimulatedStorage.this) {
                if (failSyncs) {
                    throw new IOException("simulated failure of a sync");
                }
                syncs++;
                content.synced = content.written.clone();
            }
        }

        @Override
        public void close() {}
    }
}
