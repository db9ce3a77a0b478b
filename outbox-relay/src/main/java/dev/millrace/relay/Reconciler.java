package dev.millrace.relay;

import dev.millrace.relay.capture.DigestTable;
import dev.millrace.relay.capture.DigestTable.Comparison;
import dev.millrace.relay.capture.SecondDigest;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/**
 * Compares the outbox with what came through the stream and has the rows of each second that differs sent again
 * (INV RELAY-5: a committed row is published even if the stream leaves it out, as Debezium up to 3.6 may at a restart).
 *
 * <p>A second differs for good reasons while its rows are on their way. So it is a gap only if both sides are as they
 * were at the look before, and a mark that was written after that look has come back through the stream since: what
 * the outbox showed then must have been in the stream before the mark.
 *
 * <p>All rows of such a second are sent, since the digest does not tell which is missing; those that are not are known
 * to the broker by their message-id. A row that comes this way comes after later ones of its aggregate.
 */
final class Reconciler {
    private static final Logger LOG = Logger.getLogger(Reconciler.class);
    /** Younger rows are left for later: they are on their way. */
    private static final int NEWEST_AGE_SECONDS = 3;
    /** Longest span compared at once. */
    private static final int LONGEST_SECONDS = 600;
    /** A transaction may commit rows that long after it has created them and is compared still. */
    private static final int LATE_SECONDS = 60;

    private final String source;
    private final DigestTable table;
    private final SourceCounters counters;
    private Map<Long, Difference> before = Map.of();
    private Instant lookedAt = Instant.MAX;

    private record Difference(SecondDigest outbox, SecondDigest stream) {}

    Reconciler(String source, DigestTable table, SourceCounters counters) {
        this.source = source;
        this.table = table;
        this.counters = counters;
    }

    /** Compares once. */
    void look() throws SQLException {
        Comparison now = table.compare(NEWEST_AGE_SECONDS, LONGEST_SECONDS);
        Map<Long, Difference> differences = differences(now);
        boolean streamPassed = now.streamedUpTo().isAfter(lookedAt);
        Instant upTo = now.takenAt().minusSeconds(LATE_SECONDS);
        var open = new TreeSet<Long>();
        for (Map.Entry<Long, Difference> each : differences.entrySet()) {
            if (streamPassed && each.getValue().equals(before.get(each.getKey()))) {
                resend(each.getKey(), each.getValue());
            } else {
                open.add(each.getKey());
            }
        }
        // Old differences are waited for as long as the stream lags, and no longer than the outbox keeps the rows.
        if (!open.isEmpty()) {
            upTo = earlier(upTo, Instant.ofEpochSecond(open.first()));
        }
        upTo = earlier(upTo, now.to());
        if (upTo.isAfter(now.from())) {
            table.reconciledUpTo(Instant.ofEpochSecond(upTo.getEpochSecond()));
        }
        if (streamPassed || before.isEmpty()) {
            before = differences;
            lookedAt = now.takenAt();
        }
    }

    private static Map<Long, Difference> differences(Comparison comparison) {
        var seconds = new TreeSet<Long>(comparison.outbox().keySet());
        seconds.addAll(comparison.stream().keySet());
        var differences = new HashMap<Long, Difference>();
        for (long second : seconds) {
            SecondDigest outbox = comparison.outbox().getOrDefault(second, SecondDigest.NONE);
            SecondDigest stream = comparison.stream().getOrDefault(second, SecondDigest.NONE);
            // Rows that the stream had and the outbox does not show yet, or has dropped, are no gap.
            if (!outbox.equals(stream) && outbox.rows() > 0) {
                differences.put(second, new Difference(outbox, stream));
            }
        }
        return differences;
    }

    private void resend(long second, Difference difference) throws SQLException {
        int rows = table.resend(second, difference.outbox());
        long missing = difference.outbox().rows() - difference.stream().rows();
        LOG.warnf(
                "%s: of the %d rows created in the second of %s the stream has brought %d; all are sent again",
                source, rows, Instant.ofEpochSecond(second), difference.stream().rows());
        counters.reconciled(Math.max(1, missing));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
