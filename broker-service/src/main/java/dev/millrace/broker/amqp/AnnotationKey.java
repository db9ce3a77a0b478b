package dev.millrace.broker.amqp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Message annotations that mean something to the broker. */
enum AnnotationKey {
    /** Epoch milliseconds before which the message is not delivered. */
    DELIVERY_TIME("x-opt-delivery-time"),
    /** Milliseconds that the message is held back. */
    DELIVERY_DELAY("x-opt-delivery-delay"),
    /** The same as {@link #DELIVERY_TIME}, as Azure Service Bus calls it. */
    SCHEDULED_ENQUEUE_TIME("x-opt-scheduled-enqueue-time"),
    /** The ordering key, where no group-id is given. */
    PARTITION_KEY("x-opt-partition-key"),
    /** In the outcome {@code modified}: what went wrong, as an error condition. */
    ERROR_CONDITION("x-opt-error-condition"),
    /** In the outcome {@code modified}: what went wrong, for people. */
    ERROR_DESCRIPTION("x-opt-error-description"),
    OFFSET("x-opt-offset"),
    ENQUEUED_TIME("x-opt-enqueued-time"),
    LOCKED_UNTIL("x-opt-locked-until"),
    /** How often the message was replayed. */
    REPLAY_COUNT("x-opt-replay-count"),
    DEATHS("x-opt-deaths"),
    ORIGINAL_ADDRESS("x-opt-ORIG-ADDRESS"),
    ORIGINAL_QUEUE("x-opt-ORIG-QUEUE"),
    DEAD_LETTER_REASON("DeadLetterReason"),
    DEAD_LETTER_DESCRIPTION("DeadLetterErrorDescription");

    private static final AnnotationKey[] ALL = values();

    private final String text;
    private final byte[] name;
    private final byte[] encoded;

    AnnotationKey(String name) {
        this.text = name;
        this.name = name.getBytes(StandardCharsets.US_ASCII);
        this.encoded = new ByteWriter(32).symbol(name).toArray();
    }

    String text() {
        return text;
    }

    /** The key as an encoded symbol. Not to be changed. */
    byte[] encoded() {
        return encoded;
    }

    /** Written by the broker at every delivery, so that an entry of a publisher under this key would be doubled. */
    boolean writtenAtEveryDelivery() {
        return this == OFFSET || this == ENQUEUED_TIME || this == LOCKED_UNTIL;
    }

    /** Written by the broker when it delivers from a dead-letter queue, or what was replayed. */
    boolean writtenForDeadLetters() {
        return ordinal() >= REPLAY_COUNT.ordinal();
    }

    /** Reads a key of an annotations map; null if it is none of these. */
    static AnnotationKey read(AmqpReader in) {
        int code = in.peekCode();
        if (code != TypeCode.SYMBOL_8 && code != TypeCode.SYMBOL_32) {
            in.skip();
            return null;
        }
        in.readCode();
        int length = in.readLength(code == TypeCode.SYMBOL_8 ? 1 : 4);
        int start = in.position();
        in.advance(length);
        for (AnnotationKey key : ALL) {
            if (key.name.length == length && Arrays.equals(key.name, 0, length, in.bytes(), start, start + length)) {
                return key;
            }
        }
        return null;
    }
}
