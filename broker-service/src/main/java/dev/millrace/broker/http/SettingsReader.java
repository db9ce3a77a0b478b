package dev.millrace.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.broker.core.QueueSettings;
import dev.millrace.broker.core.QueueSettings.WhenFull;
import dev.millrace.broker.core.RetentionSettings;
import dev.millrace.broker.core.StartAt;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads settings from bodies; what is absent has its default. */
final class SettingsReader {

    private static final QueueSettings DEFAULT = QueueSettings.DEFAULT;

    private SettingsReader() {}

    static QueueSettings queue(JsonFields fields) {
        return settings(fields, fields.wholeNumber("maxMessages", 1, Long.MAX_VALUE / 4, DEFAULT.maxMessages()));
    }

    /** The fields of a queue; it need not have a bound. */
    static QueueSettings subscription(JsonFields fields) {
        return settings(
                fields,
                fields.wholeNumber(
                        "maxMessages", 0, Long.MAX_VALUE / 4, QueueSettings.SUBSCRIPTION_DEFAULT.maxMessages()));
    }

    private static QueueSettings settings(JsonFields fields, long maxMessages) {
        long maxBytes = fields.wholeNumber("maxBytes", 0, Long.MAX_VALUE / 4, DEFAULT.maxBytes());
        WhenFull whenFull = oneOf(fields, "whenFull", WhenFull.values(), DEFAULT.whenFull());
        int attempts =
                (int) fields.wholeNumber("maxDeliveryAttempts", 1, Integer.MAX_VALUE, DEFAULT.maxDeliveryAttempts());
        QueueSettings.Backoff backoff = backoff(fields.object("backoff"));
        long lock = fields.duration("lockDuration", 1, DEFAULT.lockMillis());
        long window = fields.duration("duplicateWindow", 0, DEFAULT.duplicateWindowMillis());
        long retention = fields.duration("deadLetterRetention", 0, DEFAULT.deadLetterRetentionMillis());
        QueueSettings.OnDeadLetter onDeadLetter =
                oneOf(fields, "onDeadLetter", QueueSettings.OnDeadLetter.values(), DEFAULT.onDeadLetter());
        return new QueueSettings(
                maxMessages, maxBytes, whenFull, attempts, backoff, lock, window, retention, onDeadLetter);
    }

    private static <E extends Enum<E>> E oneOf(JsonFields fields, String name, E[] values, E otherwise) {
        JsonNode node = fields.node(name);
        if (node == null) {
            return otherwise;
        }
        for (E value : values) {
            if (SettingsItem.name(value).equals(node.textValue())) {
                return value;
            }
        }
        String expected = Stream.of(values)
                .map(value -> '"' + SettingsItem.name(value) + '"')
                .collect(Collectors.joining(", "));
        int last = expected.lastIndexOf(", ");
        fields.wrong(
                name,
                "must be " + expected.substring(0, last) + " or " + expected.substring(last + 2) + ", not "
                        + JsonFields.shown(node));
        return otherwise;
    }

    private static QueueSettings.Backoff backoff(JsonFields fields) {
        QueueSettings.Backoff otherwise = DEFAULT.backoff();
        long initial = fields.duration("initial", 0, otherwise.initialMillis());
        double multiplier = fields.number("multiplier", 1, 1_000, otherwise.multiplier());
        long max = fields.duration("max", 0, Math.max(initial, otherwise.maxMillis()));
        double jitter = fields.number("jitter", 0, 1, otherwise.jitter());
        fields.checkUnknown();
        if (max < initial) {
            fields.wrong("max", "must not be shorter than initial");
            max = initial;
        }
        return new QueueSettings.Backoff(initial, multiplier, max, jitter);
    }

    /** The field {@code retention} of a topic. */
    static RetentionSettings retention(JsonFields topic) {
        JsonFields fields = topic.object("retention");
        RetentionSettings retention = new RetentionSettings(
                fields.duration("age", 0, RetentionSettings.DEFAULT.ageMillis()),
                fields.wholeNumber("bytes", 0, Long.MAX_VALUE / 4, RetentionSettings.DEFAULT.bytes()));
        fields.checkUnknown();
        return retention;
    }

    /** Where a subscription starts: {@code earliest}, {@code latest}, an offset or an instant. */
    static StartAt startAt(JsonFields fields, String name, StartAt otherwise) {
        JsonNode node = fields.node(name);
        if (node == null) {
            return otherwise;
        }
        StartAt start = node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 0
                ? new StartAt.Offset(node.longValue())
                : startAt(node.textValue());
        if (start == null) {
            fields.wrong(name, "must be " + EXPECTED_START + ", not " + JsonFields.shown(node));
            return otherwise;
        }
        return start;
    }

    static final String EXPECTED_START = "\"earliest\", \"latest\", an offset or an ISO-8601 instant";

    /** Null if the text is nothing of what is expected. */
    static StartAt startAt(String text) {
        if (text == null) {
            return null;
        }
        if (text.equals("earliest")) {
            return StartAt.EARLIEST;
        }
        if (text.equals("latest")) {
            return StartAt.LATEST;
        }
        try {
            return text.matches("[0-9]{1,18}")
                    ? new StartAt.Offset(Long.parseLong(text))
                    : new StartAt.Instant(Instant.parse(text).toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }
}
