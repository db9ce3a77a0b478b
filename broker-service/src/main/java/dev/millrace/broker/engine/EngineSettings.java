package dev.millrace.broker.engine;

/**
 * @param segmentBytes size of a log segment; a multiple of 512 (a sector), at least 64 KiB
 * @param cacheBytes how much of the newest part of the log is kept in memory for delivery, about; 0 for nothing
 * @param autoCreate whether an unknown address makes a destination
 * @param snapshotBytes a snapshot is taken each time the log has grown by this much; at least one segment
 * @param lowWaterBytes with less than this left on the disk publishers get no new credit; 0 switches that off
 */
public record EngineSettings(
        int segmentBytes, long cacheBytes, boolean autoCreate, long snapshotBytes, long lowWaterBytes) {

    public static final EngineSettings DEFAULT = new EngineSettings(64 << 20, 64 << 20, true, 256 << 20, 256 << 20);

    private static final int MIN_SEGMENT_BYTES = 64 << 10;
    private static final int SECTOR_BYTES = 512;

    public EngineSettings {
        require(
                segmentBytes >= MIN_SEGMENT_BYTES && segmentBytes % SECTOR_BYTES == 0,
                "a segment must have at least " + MIN_SEGMENT_BYTES + " bytes and be a multiple of 512, not "
                        + segmentBytes);
        require(
                snapshotBytes >= segmentBytes,
                "the log must grow by at least a segment (" + segmentBytes + " bytes) between snapshots, not by "
                        + snapshotBytes);
        require(cacheBytes >= 0, "the cache must not be negative, but is " + cacheBytes);
        require(lowWaterBytes >= 0, "the low-water mark must not be negative, but is " + lowWaterBytes);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** These settings with segments of another size, and a snapshot every four of them. */
    public EngineSettings withSegmentBytes(int bytes) {
        return new EngineSettings(bytes, cacheBytes, autoCreate, 4L * bytes, lowWaterBytes);
    }
}
