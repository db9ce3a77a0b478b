package dev.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Processor time that this machine wanted and its host gave to others ({@code steal} in {@code /proc/stat}). While much is
 * taken, a rate says more of the host than of what is measured.
 *
 * @param stolen in the kernel's ticks, of all processors
 * @param all the same, of everything that processors did, idling included
 */
public record StolenTime(long stolen, long all) {
    private static final Path SOURCE = Path.of("/proc/stat");
    /** Behind the line's name: user, nice, system, idle, iowait, irq, softirq, steal; guests are counted in user. */
    private static final int STEAL = 8;

    /** Up to now; nothing where the system does not tell. */
    public static StolenTime now() {
        try (var lines = Files.lines(SOURCE)) {
            long[] ticks = Arrays.stream(lines.findFirst().orElseThrow().trim().split(" +"))
                    .skip(1)
                    .limit(STEAL)
                    .mapToLong(Long::parseLong)
                    .toArray();
            return new StolenTime(ticks[STEAL - 1], Arrays.stream(ticks).sum());
        } catch (IOException e) {
            return new StolenTime(0, 0);
        }
    }

    /** In percent of the processors' time since then; NaN where the system does not tell. */
    public double percentSince(StolenTime before) {
        return all == before.all ? Double.NaN : 100.0 * (stolen - before.stolen) / (all - before.all);
    }
}
