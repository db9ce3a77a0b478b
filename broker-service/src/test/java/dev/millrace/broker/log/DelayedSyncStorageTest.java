package dev.millrace.broker.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DelayedSyncStorageTest {

    private static final Duration DELAY = Duration.ofMillis(5);

    @Test
    void everySyncTakesAtLeastTheDelayAndNothingElseIsChanged(@TempDir Path directory) throws Exception {
        try (FileStorage disk = FileStorage.open(directory)) {
            Storage storage = new DelayedSyncStorage(disk, DELAY);
            StorageFile file = storage.create("a");
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
            long before = System.nanoTime();
            file.sync();
            storage.syncDirectory();
            assertTrue(System.nanoTime() - before >= 2 * DELAY.toNanos());
            file.close();
            storage.rename("a", "b");
            assertEquals(List.of("b"), storage.list());
            StorageFile again = storage.open("b");
            assertEquals(3, again.size());
            assertEquals(3, again.read(ByteBuffer.allocate(8), 0));
            again.close();
            storage.delete("b");
            assertEquals(List.of(), storage.list());
        }
    }
}
