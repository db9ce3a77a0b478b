package dev.millrace.broker.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SnapshotStoreTest {

    private static final int ENTRIES = 100_000;
    private static final long POSITION = 4_096;

    private final SimulatedStorage storage = new SimulatedStorage();
    private final SnapshotStore snapshots = new SnapshotStore(storage);

    private boolean write(long position, int entries) {
        return snapshots.write(position, output -> {
            output.entry(Integer.BYTES).putInt(entries);
            for (int i = 0; i < entries; i++) {
                output.entry(Long.BYTES).putLong(i);
            }
        });
    }

    private List<Long> read(long position) {
        List<Long> entries = new ArrayList<>();
        snapshots.read(position, input -> {
            int count = input.entry().getInt();
            for (int i = 0; i < count; i++) {
                entries.add(input.entry().getLong());
            }
        });
        return entries;
    }

    @Test
    void entriesComeBackInOrderAcrossManyBlocks() {
        assertTrue(write(POSITION, ENTRIES));
        List<Long> entries = read(POSITION);
        assertEquals(ENTRIES, entries.size());
        assertEquals(ENTRIES - 1L, entries.getLast());
    }

    @Test
    void snapshotThatWasWrittenSurvivesAPowerLossAndAnUnfinishedOneLeavesTheOldOne() {
        write(POSITION, 10);
        for (long call = 1; call < 12; call++) {
            for (long seed = 0; seed < 20; seed++) {
                SimulatedStorage disk = storage.copy();
                disk.losePowerAt(call);
                SnapshotStore store = new SnapshotStore(disk);
                try {
                    store.write(2 * POSITION, output -> output.entry(4).putInt(7));
                } catch (PowerLoss expected) {
                    // Some calls are the last.
                }
                boolean written = !disk.isDead();
                disk.crash(new SplittableRandom(seed));
                List<Long> positions = store.positions();
                assertTrue(positions.contains(POSITION));
                assertTrue(!written || positions.contains(2 * POSITION), "lost after call " + call);
                if (positions.contains(2 * POSITION)) {
                    store.read(
                            2 * POSITION, input -> assertEquals(7, input.entry().getInt()));
                }
            }
        }
    }

    @Test
    void everyFlippedBitIsNoticed() {
        write(POSITION, 50);
        String name = FileNames.snapshot(POSITION);
        int size = 28 + 8 + 4 + 50 * 8 + 8;
        for (int at = 0; at < size; at++) {
            storage.flipBit(name, at);
            assertThrows(SnapshotInvalidException.class, () -> read(POSITION), "byte " + at);
            storage.flipBit(name, at);
        }
        assertEquals(50, read(POSITION).size());
    }

    @Test
    void snapshotThatIsCutOffAnywhereIsNotUsed() {
        write(POSITION, 50);
        for (int at = 0; at < 440; at++) {
            SimulatedStorage cut = storage.copy();
            cut.zeroFrom(FileNames.snapshot(POSITION), at);
            assertThrows(
                    SnapshotInvalidException.class,
                    () -> new SnapshotStore(cut).read(POSITION, input -> {
                        int count = input.entry().getInt();
                        for (int i = 0; i < count; i++) {
                            input.entry().getLong();
                        }
                    }),
                    "cut at " + at);
        }
    }

    @Test
    void twoNewestAreKept() {
        for (int i = 1; i <= 5; i++) {
            write(i * POSITION, 10);
        }
        assertEquals(List.of(5 * POSITION, 4 * POSITION), snapshots.positions());
    }

    @Test
    void withoutSpaceNothingChanges() {
        write(POSITION, 10);
        storage.capacity(storage.usedBytes() + 1_000);

        assertFalse(write(2 * POSITION, ENTRIES));
        assertEquals(List.of(POSITION), snapshots.positions());
        assertEquals(1, storage.usedFiles());
    }

    @Test
    void failedSyncIsNotTakenForDurable() {
        storage.failSyncs();
        assertThrows(LogFailedException.class, () -> write(POSITION, 10));
        assertEquals(List.of(), snapshots.positions());
    }

    @Test
    void fileThatOnlyLooksLikeASnapshotIsRefused() throws Exception {
        storage.create("holiday.snapshot");
        assertThrows(LogCorruptException.class, snapshots::positions);
    }
}
