package dev.millrace.messaging;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The W3C trace context header (level 1, section 3.2): {@code 00-<trace id>-<parent id>-<flags>}.
 *
 * @param traceId 32 lower-case hex digits, not all zero
 * @param parentId 16 lower-case hex digits, not all zero
 * @param flags 2 hex digits; {@code 01}: sampled
 */
record TraceParent(String traceId, String parentId, String flags) {

    private static final Pattern FORMAT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?");
    private static final int MAX_LENGTH = 512;

    /** The header's value, or nothing if it is missing or garbled: a bad header starts a new trace, it fails nothing. */
    static Optional<TraceParent> parse(String header) {
        if (header == null || header.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher matcher = FORMAT.matcher(header);
        return matcher.matches()
                ? Optional.of(new TraceParent(matcher.group(1), matcher.group(2), matcher.group(3)))
                : Optional.empty();
    }

    /** The start of a new, sampled trace. */
    static TraceParent root() {
        return new TraceParent(hex() + hex(), hex(), "01");
    }

    /** The next step in the same trace. */
    TraceParent child() {
        return new TraceParent(traceId, hex(), flags);
    }

    @Override
    public String toString() {
        return "00-" + traceId + "-" + parentId + "-" + flags;
    }

    private static String hex() {
        // Never zero: an all-zero id means "none" in the specification.
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
    }
}
