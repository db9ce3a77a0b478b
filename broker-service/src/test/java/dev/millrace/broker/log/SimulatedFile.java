package dev.millrace.broker.log;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The content of a file: what processes read, and what the disk holds. Of each sector that was written and not synced,
 * a power loss leaves the old, the new, or noise. A sync that fails leaves the sectors clean, as Linux does: a later
 * sync passes them over.
 */
final class SimulatedFile {

    private static final int SECTOR = 512;

    private byte[] written = new byte[0];
    private byte[] synced = new byte[0];
    /** Sectors to be written by the next sync. */
    private BitSet dirty = new BitSet();

    int size() {
        return written.length;
    }

    int read(ByteBuffer target, long position) {
        int count = (int) Math.min(target.remaining(), Math.max(0, written.length - position));
        target.put(written, (int) position, count);
        return count;
    }

    void write(ByteBuffer source, long position, int count) {
        int from = (int) position;
        if (from + count > written.length) {
            written = Arrays.copyOf(written, from + count);
        }
        source.get(written, from, count);
        if (count > 0) {
            dirty.set(from / SECTOR, (from + count - 1) / SECTOR + 1);
        }
    }

    void sync() {
        synced = Arrays.copyOf(synced, written.length);
        dirty.stream().forEach(this::syncSector);
        dirty.clear();
    }

    /** Some sectors reach the disk, none of the others ever will. */
    void failSync(RandomGenerator random) {
        synced = Arrays.copyOf(synced, written.length);
        dirty.stream().filter(sector -> random.nextBoolean()).forEach(this::syncSector);
        dirty.clear();
    }

    private void syncSector(int sector) {
        int from = sector * SECTOR;
        System.arraycopy(written, from, synced, from, Math.min(SECTOR, written.length - from));
    }

    void crash(RandomGenerator random) {
        if (!dirty.isEmpty()) {
            synced = Arrays.copyOf(synced, random.nextBoolean() ? written.length : synced.length);
            dirty.stream().filter(sector -> sector * SECTOR < synced.length).forEach(sector -> tear(sector, random));
            dirty.clear();
        }
        written = synced.clone();
    }

    private void tear(int sector, RandomGenerator random) {
        int from = sector * SECTOR;
        int length = Math.min(SECTOR, synced.length - from);
        switch (random.nextInt(3)) {
            case 0 -> {}
            case 1 -> System.arraycopy(written, from, synced, from, length);
            default -> {
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, synced, from, length);
            }
        }
    }

    /** Changes bytes on disk and off. */
    void damage(int from, int to, IntUnaryOperator change) {
        for (int i = from; i < to; i++) {
            written[i] = (byte) change.applyAsInt(written[i]);
        }
        synced = written.clone();
        dirty.clear();
    }

    SimulatedFile copy() {
        SimulatedFile copy = new SimulatedFile();
        copy.written = written.clone();
        copy.synced = synced.clone();
        copy.dirty = (BitSet) dirty.clone();
        return copy;
    }
}
