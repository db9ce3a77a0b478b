package dev.millrace.broker.core;

import java.nio.ByteBuffer;

/**
 * Which messages a subscription or a consumer wants: those that fit both, where both are given.
 *
 * @param selector a condition on properties, header and annotations, as in Jakarta Messaging; null for all
 * @param subject a pattern for the subject, with {@code *} for one word and {@code #} for any number; null for all
 */
public record Selection(String selector, String subject) {

    public static final Selection ALL = new Selection(null, null);

    /** An empty text is as good as none. */
    public Selection {
        selector = selector == null || selector.isBlank() ? null : selector;
        subject = subject == null || subject.isBlank() ? null : subject;
    }

    public boolean isAll() {
        return selector == null && subject == null;
    }

    int length() {
        return Fields.length(Fields.utf8(selector)) + Fields.length(Fields.utf8(subject));
    }

    void writeTo(ByteBuffer target) {
        Fields.put(target, Fields.utf8(selector));
        Fields.put(target, Fields.utf8(subject));
    }

    static Selection readFrom(ByteBuffer source) {
        return new Selection(Fields.text(source), Fields.text(source));
    }
}
