package dev.millrace.benchmarks.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The bytes of a publisher's messages, the same for all of them but for the message-id, the time in the body and, where the
 * workload wants them, the ordering key and the time at which the message is due. For one thread.
 */
final class MessageTemplate {
    /** What all sections take beside the body, at most. */
    static final int SECTION_BYTES = 128;

    private static final byte[] DUE = "x-opt-delivery-time".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_DIGITS = 8;
    /** Fields of the properties between message-id and group-id. */
    private static final int FIELDS_BETWEEN = 9;

    /** As long as a UUID, which most ids are. */
    private static final int ID_LENGTH = 36;

    /** That change with each message. */
    private static final int ID_DIGITS = 12;

    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private final ByteBuffer buffer;
    private final int keys;
    private final Timetable timetable;
    private final SplittableRandom random;
    private long number;
    private int idEnd;
    private int dueAt;
    private int keyAt;
    private final int timeAt;

    MessageTemplate(Workload workload, int publisher) {
        keys = workload.keys();
        timetable = workload.timetable();
        random = new SplittableRandom((timetable == null ? 1 : timetable.seed()) + publisher);
        ByteBuffer target = ByteBuffer.allocate(workload.messageBytes() + SECTION_BYTES);
        // header(durable=true)
        section(target, 0x70).put((byte) 0xc0).put((byte) 2).put((byte) 1).put((byte) 0x41);
        if (timetable != null) {
            writeDue(target);
        }
        writeProperties(target);
        section(target, 0x75).put((byte) 0xb0).putInt(workload.messageBytes());
        timeAt = target.position();
        bytes = new byte[timeAt + workload.messageBytes()];
        target.get(0, bytes, 0, timeAt);
        buffer = ByteBuffer.wrap(bytes);
    }

    private static ByteBuffer section(ByteBuffer target, int descriptor) {
        return target.put((byte) 0).put((byte) 0x53).put((byte) descriptor);
    }

    /** message-annotations with the delivery time, a long. */
    private void writeDue(ByteBuffer target) {
        section(target, 0x72)
                .put((byte) 0xc1)
                .put((byte) (1 + 2 + DUE.length + 1 + Long.BYTES))
                .put((byte) 2);
        target.put((byte) 0xa3).put((byte) DUE.length).put(DUE).put((byte) 0x81);
        dueAt = target.position();
        target.putLong(0);
    }

    /** properties with the message-id, unique but for its last digits, and where there are keys the group-id. */
    private void writeProperties(ByteBuffer target) {
        int keyBytes = keys > 0 ? FIELDS_BETWEEN + 2 + KEY_DIGITS : 0;
        section(target, 0x73)
                .put((byte) 0xc0)
                .put((byte) (1 + 2 + ID_LENGTH + keyBytes))
                .put((byte) (keys > 0 ? FIELDS_BETWEEN + 2 : 1));
        target.put((byte) 0xa1).put((byte) ID_LENGTH);
        target.put(UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
        idEnd = target.position();
        if (keys > 0) {
            for (int i = 0; i < FIELDS_BETWEEN; i++) {
                target.put((byte) 0x40);
            }
            target.put((byte) 0xa1).put((byte) KEY_DIGITS);
            keyAt = target.position();
            target.position(keyAt + KEY_DIGITS);
        }
    }

    byte[] bytes() {
        return bytes;
    }

    /**
     * Makes it the next message.
     *
     * @param intendedNanoTime what the body is to say, unless the message is scheduled: then it says when it is due
     */
    void next(long intendedNanoTime) {
        if (keys > 0) {
            int key = random.nextInt(keys);
            for (int digit = keyAt + KEY_DIGITS - 1; digit >= keyAt; digit--) {
                bytes[digit] = (byte) ('0' + key % 10);
                key /= 10;
            }
        }
        if (timetable == null) {
            buffer.putLong(timeAt, intendedNanoTime);
        } else {
            long due = timetable.firstEpochMillis() + random.nextLong(timetable.spreadMillis());
            buffer.putLong(dueAt, due);
            buffer.putLong(timeAt, TimeUnit.MILLISECONDS.toNanos(due));
        }
        long rest = number++;
        for (int digit = idEnd - 1; digit >= idEnd - ID_DIGITS; digit--) {
            bytes[digit] = DIGITS[(int) rest & 15];
            rest >>>= 4;
        }
    }

    /** The time that the body of a scheduled message is to be compared with: nanoseconds since 1970. */
    static long epochNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
