package dev.millrace.broker.log;

import java.util.concurrent.Executor;

/**
 * @param segmentBytes size of a new segment; a multiple of 512 (a sector), at least 4 KiB
 * @param blockBytes what is written at once begins and ends at a multiple of this; a power of two, at least 512 (a sector)
 * @param tailBytes how much of the newest part is kept readable in memory, about; 0 for nothing
 * @param lowWaterBytes with less than this left on the disk it counts as {@link DiskState#LOW}; 0 switches that off
 * @param background runs the preparation and the recycling of segments, one at a time
 * @param whileFull called again and again by the writer when it needs a segment and there is no space for one; it
 *     waits, or throws
 */
public record LogSettings(
        int segmentBytes,
        int blockBytes,
        long tailBytes,
        long lowWaterBytes,
        Executor background,
        Runnable whileFull) {}
