package dev.millrace.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;

/** What a measurement was made on. */
public final class Machine {
    private static final int BLOCK = 4_096;
    private static final int SYNCS = 200;
    private static final double GIBI = 1L << 30;

    private Machine() {}

    /**
     * Some lines about it.
     *
     * @param disk a directory on the disk that is measured on
     */
    public static String describe(Path disk) {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return String.format(
                Locale.ROOT,
                """
                machine: %d cores, %.1f GiB memory, %s %s %s
                java:    %s %s
                disk:    write and sync of 4 KiB p50 %.2f ms
                load:    %.1f before this line (1 min average; the measured system's own load included)
                """,
                system.getAvailableProcessors(),
                system.getTotalMemorySize() / GIBI,
                system.getName(),
                system.getVersion(),
                system.getArch(),
                System.getProperty("java.vendor"),
                Runtime.version(),
                syncMillis(disk, 50),
                system.getSystemLoadAverage());
    }

    /**
     * Time to write and sync 4 KiB, in milliseconds.
     *
     * @param disk a directory on the disk that is measured
     * @param percentile 0 to below 100; a low one is the disk's own time on a machine that others use too
     */
    public static double syncMillis(Path disk, int percentile) {
        try {
            Path file = Files.createTempFile(disk, ".sync-", ".tmp");
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                // Written once before, so that a sync has data to write and no metadata, as in a log that is filled
                // ahead.
                channel.write(ByteBuffer.allocate(BLOCK), 0);
                channel.force(true);
                long[] nanos = new long[SYNCS];
                for (int i = 0; i < SYNCS; i++) {
                    long before = System.nanoTime();
                    channel.write(ByteBuffer.allocate(BLOCK).putInt(0, i), 0);
                    channel.force(false);
                    nanos[i] = System.nanoTime() - before;
                }
                Arrays.sort(nanos);
                return nanos[SYNCS * percentile / 100] / 1e6;
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
