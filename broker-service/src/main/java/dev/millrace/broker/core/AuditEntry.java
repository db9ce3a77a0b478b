package dev.millrace.broker.core;

import java.nio.ByteBuffer;

/**
 * What somebody did to dead letters.
 *
 * @param number counts up; pages go on behind it
 * @param at epoch milliseconds
 * @param actor who
 * @param action what: {@code replay.start}, {@code message.discard}
 * @param subject to what: a replay and its source, a message
 * @param detail in which way, or why
 * @param result what came of it
 */
public record AuditEntry(
        long number, long at, String actor, String action, String subject, String detail, String result) {

    /** Longer texts are cut. */
    private static final int MAX_TEXT_LENGTH = 4_096;

    byte[] encode() {
        byte[][] texts = {cut(actor), cut(action), cut(subject), cut(detail), cut(result)};
        int length = 0;
        for (byte[] text : texts) {
            length += Fields.length(text);
        }
        ByteBuffer target = ByteBuffer.allocate(length);
        for (byte[] text : texts) {
            Fields.put(target, text);
        }
        return target.array();
    }

    private static byte[] cut(String text) {
        return Fields.utf8(text.length() <= MAX_TEXT_LENGTH ? text : text.substring(0, MAX_TEXT_LENGTH));
    }

    static AuditEntry decode(long number, long at, byte[] bytes) {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        return new AuditEntry(
                number,
                at,
                Fields.text(source),
                Fields.text(source),
                Fields.text(source),
                Fields.text(source),
                Fields.text(source));
    }
}
