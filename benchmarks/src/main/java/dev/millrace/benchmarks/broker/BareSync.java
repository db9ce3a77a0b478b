package dev.millrace.benchmarks.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * What the disk alone takes: 4 KiB written one after the other into a file that is zero-filled ahead, each synced
 * (fdatasync), as a commit log does it. No acknowledgement that waits for the disk can be faster.
 */
final class BareSync {
    static final String NAME = "fdatasync of 4 KiB";

    private static final int BLOCK_BYTES = 4_096;
    private static final int FILE_BYTES = 16 << 20;

    private BareSync() {}

    /** Writes and syncs for this long; adds each time in ns. */
    static void measure(Path directory, Duration length, Histogram latencies) throws IOException {
        Path file = Files.createTempFile(directory, "sync-", ".tmp");
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(FILE_BYTES), 0);
            channel.force(true);
            ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
            long end = System.nanoTime() + length.toNanos();
            long position = 0;
            for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
                channel.write(block.clear().putLong(0, start), position % FILE_BYTES);
                channel.force(false);
                latencies.recordValue(System.nanoTime() - start);
                position += BLOCK_BYTES;
            }
        } finally {
            Files.delete(file);
        }
    }
}
