package dev.millrace.broker.history;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What a message-id is known by in the files: 64 bits of a hash that depends on a secret seed. Among ten million ids two
 * share one with a chance of 1 in 370,000; their lives would be shown as one. Whoever does not know the seed cannot
 * make such ids on purpose. It is made for the core's thread: sixteen bytes with one multiplication, nothing allocated.
 */
@FunctionalInterface
interface MessageKey {

    /**
     * Never 0.
     *
     * @param messageId in UTF-8
     */
    long of(byte[] messageId, long seed);

    /** The real one. */
    MessageKey HASH = MessageKey::hash;

    VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static long hash(byte[] id, long seed) {
        int length = id.length;
        long hash = mix(seed ^ length, 0x9e3779b97f4a7c15L);
        long first;
        long second;
        if (length >= 2 * Long.BYTES) {
            for (int at = 0; at + 2 * Long.BYTES < length; at += 2 * Long.BYTES) {
                hash = mix(word(id, at) ^ seed, word(id, at + Long.BYTES) ^ hash);
            }
            // The last sixteen, some of them for the second time.
            first = word(id, length - 2 * Long.BYTES);
            second = word(id, length - Long.BYTES);
        } else {
            first = bytes(id, 0, Math.min(length, Long.BYTES));
            second = bytes(id, Long.BYTES, length);
        }
        hash = mix(mix(first ^ seed, second ^ hash), 0xa0761d6478bd642fL);
        return hash == 0 ? 1 : hash;
    }

    private static long word(byte[] id, int at) {
        return (long) WORD.get(id, at);
    }

    private static long bytes(byte[] id, int from, int to) {
        long word = 0;
        for (int at = from; at < to; at++) {
            word = word << Byte.SIZE | id[at] & 0xff;
        }
        return word;
    }

    /** Both halves of the product of 128 bits, folded. */
    private static long mix(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ a * b;
    }
}
