package dev.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that forgets at a power loss what was not synced: file contents by the sector
 * ({@link SimulatedFile}), and of the directory's creations, renames and deletions any. It can lose power or fail at any
 * call, and it has a size.
 */
public final class SimulatedStorage implements Storage {

    private static final long NEVER = Long.MAX_VALUE;

    /** What the process sees. */
    private final Map<String, SimulatedFile> live = new TreeMap<>();
    /** What the directory on disk says. */
    private Map<String, SimulatedFile> durable = new TreeMap<>();
    /** What was done to the directory since its last sync. */
    private final List<Consumer<Map<String, SimulatedFile>>> unsynced = new ArrayList<>();

    private RandomGenerator random = new SplittableRandom(0);
    private long capacity = NEVER;
    private long calls;
    private long expected;
    private long powerLossAt = NEVER;
    private long errorFrom = NEVER;
    private long errorUntil = NEVER;
    private boolean dead;

    private int syncs;
    private boolean failSyncs;
    private volatile CountDownLatch hold = new CountDownLatch(0);

    /** Where the randomness of faults comes from. */
    public synchronized void random(RandomGenerator generator) {
        random = generator;
    }

    /** How many calls there were. */
    public synchronized long calls() {
        return calls;
    }

    /** Takes the power at the n-th call from now on, 1 for the next. */
    public synchronized void losePowerAt(long call) {
        powerLossAt = calls + call;
    }

    /** Lets that many calls fail, from the n-th from now on, 1 for the next. */
    public synchronized void failAt(long call, long count) {
        errorFrom = calls + call;
        errorUntil = count == NEVER ? NEVER : errorFrom + count;
    }

    /** No more faults. */
    public synchronized void heal() {
        powerLossAt = NEVER;
        errorFrom = NEVER;
        failSyncs = false;
    }

    /** Whether the power is gone. */
    public synchronized boolean isDead() {
        return dead;
    }

    /** Sets the size of the disk; {@link Long#MAX_VALUE} for no bound. */
    public synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    /** Bytes of all files. */
    public synchronized long usedBytes() {
        return live.values().stream().mapToLong(SimulatedFile::size).sum();
    }

    /** How many files there are. */
    public synchronized int usedFiles() {
        return live.size();
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

    /** The power goes, if it has not gone yet, and comes back. */
    public synchronized void crash(RandomGenerator generator) {
        for (Consumer<Map<String, SimulatedFile>> change : unsynced) {
            if (generator.nextBoolean()) {
                change.accept(durable);
            }
        }
        unsynced.clear();
        durable.values().forEach(file -> file.crash(generator));
        live.clear();
        live.putAll(durable);
        dead = false;
        heal();
    }

    /** The process ends, but the machine goes on: what was written can be read, what was not synced still is not. */
    public synchronized void kill() {
        dead = false;
        heal();
    }

    /** Flips one bit of a file, on disk as well. */
    public synchronized void flipBit(String name, int byteOffset) {
        live.get(name).damage(byteOffset, byteOffset + 1, value -> value ^ 1);
    }

    /** Overwrites a file from some point on with zeros, as if it had never been written. */
    public synchronized void zeroFrom(String name, int byteOffset) {
        SimulatedFile file = live.get(name);
        file.damage(byteOffset, file.size(), value -> 0);
    }

    /** A copy of what the process sees, to try several ends from one beginning. */
    public synchronized SimulatedStorage copy() {
        SimulatedStorage copy = new SimulatedStorage();
        live.forEach((name, file) -> copy.live.put(name, file.copy()));
        copy.durable = new TreeMap<>(copy.live);
        return copy;
    }

    /** Counts a call; true if it is to fail. */
    private boolean fails() {
        if (dead) {
            throw new PowerLoss();
        }
        calls++;
        return calls >= errorFrom && calls < errorUntil;
    }

    private void losePowerIfDue() {
        if (calls >= powerLossAt) {
            dead = true;
            throw new PowerLoss();
        }
    }

    private void call(String what) throws IOException {
        boolean fails = fails();
        losePowerIfDue();
        if (fails) {
            throw new IOException("simulated failure of " + what);
        }
    }

    private void change(Consumer<Map<String, SimulatedFile>> change) {
        change.accept(live);
        unsynced.add(change);
    }

    @Override
    public synchronized List<String> list() throws IOException {
        call("list");
        return new ArrayList<>(live.keySet());
    }

    @Override
    public synchronized StorageFile open(String name) throws IOException {
        call("open");
        SimulatedFile file = live.get(name);
        if (file == null) {
            throw new IOException("no such file: " + name);
        }
        return new OpenFile(name, file);
    }

    @Override
    public synchronized StorageFile create(String name) throws IOException {
        call("create");
        SimulatedFile file = new SimulatedFile();
        change(files -> files.put(name, file));
        return new OpenFile(name, file);
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        call("rename");
        SimulatedFile file = live.get(from);
        if (file == null) {
            throw new IOException("no such file: " + from);
        }
        change(files -> {
            if (files.remove(from, file)) {
                files.put(to, file);
            }
        });
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        call("delete");
        SimulatedFile file = live.get(name);
        change(files -> files.remove(name, file));
    }

    @Override
    public synchronized void syncDirectory() throws IOException {
        call("syncDirectory");
        durable = new TreeMap<>(live);
        unsynced.clear();
    }

    @Override
    public synchronized long usableBytes() throws IOException {
        call("usableBytes");
        return capacity == NEVER ? NEVER : Math.max(0, capacity - usedBytes());
    }

    private void awaitHold() throws IOException {
        try {
            hold.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** How often it was said that something will be read soon. */
    public synchronized long expected() {
        return expected;
    }

    private final class OpenFile implements StorageFile {
        private final String name;
        private final SimulatedFile file;

        private OpenFile(String name, SimulatedFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() {
            synchronized (SimulatedStorage.this) {
                return file.size();
            }
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            synchronized (SimulatedStorage.this) {
                call("read");
                return file.read(target, position);
            }
        }

        @Override
        public void expect(long position, int length) {
            synchronized (SimulatedStorage.this) {
                expected++;
            }
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            synchronized (SimulatedStorage.this) {
                boolean fails = fails();
                int count = source.remaining();
                long growth = Math.max(0, position + count - file.size());
                boolean full = capacity != NEVER && growth > capacity - usedBytes();
                if (fails || full || calls >= powerLossAt) {
                    // What ends a write has let a part of it through.
                    int part = full ? 0 : random.nextInt(count + 1);
                    file.write(source, position, part);
                    losePowerIfDue();
                    IOException failure = new IOException("simulated failure of write");
                    throw fails ? failure : new StorageFullException("the simulated disk is full", failure);
                }
                file.write(source, position, count);
            }
        }

        @Override
        public void sync() throws IOException {
            awaitHold();
            synchronized (SimulatedStorage.this) {
                boolean fails = fails();
                losePowerIfDue();
                if (fails || failSyncs) {
                    file.failSync(random);
                    throw new IOException("simulated failure of sync");
                }
                syncs++;
                file.sync();
            }
        }

        @Override
        public void close() {}
    }
}
