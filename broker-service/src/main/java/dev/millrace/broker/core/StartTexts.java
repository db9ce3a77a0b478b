package dev.millrace.broker.core;

import java.time.DateTimeException;
import java.time.Instant;

/** How a start is written: a word, an offset, or a time. */
public final class StartTexts {

    private StartTexts() {}

    /**
     * @param text {@code earliest} or {@code first}; {@code latest} or {@code next}; {@code last}; an offset; or a
     *     time, in ISO-8601 ({@code 2026-05-01T12:00:00Z}) or as {@code @} and epoch milliseconds
     * @throws IllegalArgumentException with a sentence if it is none of these
     */
    public static StartAt parse(String text) {
        return switch (text) {
            case "earliest", "first" -> StartAt.EARLIEST;
            case "latest", "next" -> StartAt.LATEST;
            case "last" -> StartAt.NEWEST;
            default -> number(text);
        };
    }

    private static StartAt number(String text) {
        boolean time = text.startsWith("@");
        try {
            long number = Long.parseLong(time ? text.substring(1) : text);
            if (number >= 0) {
                return time ? new StartAt.Instant(number) : new StartAt.Offset(number);
            }
        } catch (NumberFormatException e) {
            // Perhaps a time in words.
        }
        try {
            return new StartAt.Instant(Math.max(0, Instant.parse(text).toEpochMilli()));
        } catch (DateTimeException | ArithmeticException e) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no place to start: expected earliest, latest, first, last,"
                        + " next, an offset, an instant like 2026-05-01T12:00:00Z, or '@' and epoch milliseconds.");
    }
}
