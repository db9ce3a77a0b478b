package dev.millrace.broker.core;

import java.nio.ByteBuffer;

/**
 * An attempt at delivering a message that failed, and after which it came back.
 *
 * @param at epoch milliseconds
 * @param container of the consumer
 * @param link name of the consumer's link
 * @param error what the consumer said, or what the broker saw; never null, cut at {@value #MAX_ERROR_LENGTH} characters
 */
public record FailedAttempt(long at, String container, String link, String error) {

    static final int MAX_ERROR_LENGTH = 512;

    public FailedAttempt {
        error = error.length() <= MAX_ERROR_LENGTH ? error : error.substring(0, MAX_ERROR_LENGTH);
    }

    int length() {
        return Long.BYTES
                + Fields.length(Fields.utf8(container))
                + Fields.length(Fields.utf8(link))
                + Fields.length(Fields.utf8(error));
    }

    void writeTo(ByteBuffer target) {
        target.putLong(at);
        Fields.put(target, Fields.utf8(container));
        Fields.put(target, Fields.utf8(link));
        Fields.put(target, Fields.utf8(error));
    }

    static FailedAttempt readFrom(ByteBuffer source) {
        return new FailedAttempt(source.getLong(), Fields.text(source), Fields.text(source), Fields.text(source));
    }
}
