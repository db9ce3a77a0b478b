package dev.millrace.relay.capture;

import java.util.UUID;

/**
 * How many rows, and which: their ids' lower halves combined by exclusive or, so that the order does not matter.
 *
 * @param rows number of rows
 * @param hash the combined lower halves
 */
public record SecondDigest(long rows, long hash) {
    /** Nothing. */
    public static final SecondDigest NONE = new SecondDigest(0, 0);

    static SecondDigest of(UUID id) {
        return new SecondDigest(1, id.getLeastSignificantBits());
    }

    SecondDigest plus(SecondDigest other) {
        return new SecondDigest(rows + other.rows, hash ^ other.hash);
    }
}
