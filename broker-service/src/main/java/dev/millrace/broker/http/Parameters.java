package dev.millrace.broker.http;

import dev.millrace.broker.core.StartAt;

/**
 * Reads query parameters by hand: what JAX-RS cannot convert it answers with 404, without saying which parameter it was.
 */
final class Parameters {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    private Parameters() {}

    /** How many items a page has at most. */
    static int limit(String text) {
        if (text == null || text.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            throw new InvalidParameterException("limit", "must be a whole number, not '" + text + "'");
        }
        throw new InvalidParameterException("limit", "must be between 1 and " + MAX_LIMIT + ", not " + text);
    }

    /** A number that is not negative. */
    static long number(String name, String text, long otherwise) {
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw new InvalidParameterException(name, "must be a number, not '" + text + "'");
        }
        return Long.parseLong(text);
    }

    /** Where a page of messages begins: behind {@code after}, else at {@code from}, else at the oldest. */
    static StartAt start(String from, String after) {
        if (after != null && !after.isEmpty()) {
            if (!after.matches("[0-9]{1,18}")) {
                throw new InvalidParameterException("after", "must be an offset, not '" + after + "'");
            }
            return new StartAt.Offset(Long.parseLong(after) + 1);
        }
        if (from == null || from.isEmpty()) {
            return StartAt.EARLIEST;
        }
        StartAt start = SettingsReader.startAt(from);
        if (start == null) {
            throw new InvalidParameterException(
                    "from", "must be " + SettingsReader.EXPECTED_START + ", not '" + from + "'");
        }
        return start;
    }
}
