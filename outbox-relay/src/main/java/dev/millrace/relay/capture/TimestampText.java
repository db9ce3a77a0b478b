package dev.millrace.relay.capture;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Reads times as Debezium writes them, {@code 2026-02-28T23:59:59.123456Z}. {@link Instant#parse} reads far more, and took
 * a quarter of the time in which rows are made of records.
 */
final class TimestampText {
    private static final String PATTERN = "dddd-dd-ddTdd:dd:dd";
    private static final int NANO_DIGITS = 9;
    private static final int MINUTES_PER_HOUR = 60;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final long SECONDS_PER_DAY = 86_400;

    private TimestampText() {}

    /** @throws DateTimeException if it is no time in ISO 8601 */
    static Instant parse(String text) {
        return isPlain(text) ? read(text) : Instant.parse(text);
    }

    /** Whether it is date and time of day in UTC, perhaps with a fraction of a second. */
    private static boolean isPlain(String text) {
        int last = text.length() - 1;
        if (last < PATTERN.length() || text.charAt(last) != 'Z') {
            return false;
        }
        for (int i = 0; i < PATTERN.length(); i++) {
            char expected = PATTERN.charAt(i);
            if (expected == 'd' ? !isDigit(text.charAt(i)) : text.charAt(i) != expected) {
                return false;
            }
        }
        int fraction = last - PATTERN.length();
        if (fraction == 0) {
            return true;
        }
        if (fraction < 2 || fraction > NANO_DIGITS + 1 || text.charAt(PATTERN.length()) != '.') {
            return false;
        }
        for (int i = PATTERN.length() + 1; i < last; i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static Instant read(String text) {
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        if (hour > 23 || minute > 59 || second > 59) {
            return Instant.parse(text); // midnight at the day's end, leap seconds, and what is wrong
        }
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                .toEpochDay();
        int nanos = 0;
        for (int i = PATTERN.length() + 1; i <= PATTERN.length() + NANO_DIGITS; i++) {
            nanos = nanos * 10 + (i < text.length() - 1 ? text.charAt(i) - '0' : 0);
        }
        return Instant.ofEpochSecond(
                day * SECONDS_PER_DAY + (hour * MINUTES_PER_HOUR + minute) * SECONDS_PER_MINUTE + second, nanos);
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + (text.charAt(i) - '0');
        }
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
