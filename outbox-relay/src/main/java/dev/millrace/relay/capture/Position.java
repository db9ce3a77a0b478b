package dev.millrace.relay.capture;

import java.util.List;
import java.util.UUID;

/**
 * How far a source has been published.
 *
 * @param lsn end of the last transaction that is accepted in full
 * @param sentAfter ids of the rows after it that are accepted already
 */
public record Position(long lsn, List<UUID> sentAfter) {
    /** PostgreSQL's way of writing a log position, e.g. {@code 0/16B3748}. */
    public static String format(long lsn) {
        return "%X/%X".formatted(lsn >>> 32, lsn & 0xFFFF_FFFFL);
    }
}
