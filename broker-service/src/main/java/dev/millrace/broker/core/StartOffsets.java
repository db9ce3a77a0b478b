package dev.millrace.broker.core;

/** Finds offsets by what is said of them. */
final class StartOffsets {

    private StartOffsets() {}

    /**
     * The offset that is meant, between the oldest message and the end of the stream.
     *
     * @throws Destinations.Refusal if it is an offset behind the end
     */
    static long find(Ledger ledger, Stream stream, StartAt start) {
        return switch (start) {
            case StartAt.Earliest earliest -> stream.index.first();
            case StartAt.Latest latest -> stream.index.next();
            case StartAt.Newest newest -> Math.max(stream.index.first(), stream.index.next() - 1);
            case StartAt.Offset at -> clamped(stream, at.offset());
            case StartAt.Instant at -> firstSince(ledger, stream, at.millis());
        };
    }

    private static long clamped(Stream stream, long offset) {
        if (offset < 0 || offset > stream.index.next()) {
            throw new Destinations.Refusal(
                    BrokerError.Code.INVALID_FIELD,
                    "'" + stream.name + "' has offsets up to " + stream.index.next() + ", which the next message gets; "
                            + offset + " is none of them.");
        }
        return Math.max(stream.index.first(), offset);
    }

    /** The first message that was taken at that time or later; times rise with offsets, so it is found by halving. */
    static long firstSince(Ledger ledger, Stream stream, long millis) {
        long low = stream.index.first();
        long high = stream.index.next();
        while (low < high) {
            long middle = low + high >>> 1;
            if (ledger.read(stream, middle).enqueuedAt() < millis) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
