package dev.millrace.broker.engine;

/**
 * @param segmentBytes size of a log segment; a multiple of 512 (a sector), at least 64 KiB
 * @param cacheBytes bound on the message bytes kept in memory for delivery
 * @param autoCreate whether an unknown address makes a destination
 */
public record EngineSettings(int segmentBytes, long cacheBytes, boolean autoCreate) {

    public static final EngineSettings DEFAULT = new EngineSettings(64 << 20, 64 << 20, true);

    private static final int MIN_SEGMENT_BYTES = 64 << 10;
    private static final int SECTOR_BYTES = 512;

    public EngineSettings {
        if (segmentBytes < MIN_SEGMENT_BYTES || segmentBytes % SECTOR_BYTES != 0) {
            throw new IllegalArgumentException("a segment must have at least " + MIN_SEGMENT_BYTES
                    + " bytes and be a multiple of 512, not " + segmentBytes);
        }
    }
}
