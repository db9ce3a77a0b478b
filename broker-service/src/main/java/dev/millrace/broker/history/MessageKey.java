package dev.millrace.broker.history;

/**
 * What a message-id is known by in the files: 64 bits of a hash that depends on a secret seed. Among ten million ids two
 * share one with a chance of 1 in 370,000; their lives would be shown as one. Whoever does not know the seed cannot
 * make such ids on purpose. It is made for the core's thread: four characters with one multiplication, nothing allocated.
 */
@FunctionalInterface
interface MessageKey {

    /** Never 0. */
    long of(String messageId, long seed);

    /** The real one. */
    MessageKey HASH = MessageKey::hash;

    private static long hash(String id, long seed) {
        int length = id.length();
        long hash = mix(seed ^ length, 0x9e3779b97f4a7c15L);
        int at = 0;
        for (; at + 4 <= length; at += 4) {
            hash = mix(hash ^ four(id, at), 0xd6e8feb86659fd93L ^ seed);
        }
        long rest = 0;
        for (; at < length; at++) {
            rest = rest << Character.SIZE | id.charAt(at);
        }
        hash = mix(hash ^ rest, 0xa0761d6478bd642fL);
        return hash == 0 ? 1 : hash;
    }

    private static long four(String id, int at) {
        return id.charAt(at)
                | (long) id.charAt(at + 1) << 16
                | (long) id.charAt(at + 2) << 32
                | (long) id.charAt(at + 3) << 48;
    }

    /** Both halves of the product of 128 bits, folded. */
    private static long mix(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ a * b;
    }
}
