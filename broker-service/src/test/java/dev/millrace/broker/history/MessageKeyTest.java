package dev.millrace.broker.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessageKeyTest {

    /** Random as the real ones are; a hash of this kind is weak with small ones. */
    private static final long SEED = 0x2545f4914f6cdd1dL;

    private static final int MAX_LENGTH = 70;

    private static long key(byte[] id) {
        return MessageKey.HASH.of(id, SEED);
    }

    @Test
    void everyBitOfAnIdOfAnyLengthCounts() {
        for (int length = 0; length <= MAX_LENGTH; length++) {
            byte[] id = "x".repeat(length).getBytes(StandardCharsets.UTF_8);
            Set<Long> keys = new HashSet<>(Set.of(key(id)));
            for (int bit = 0; bit < length * Byte.SIZE; bit++) {
                id[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
                assertTrue(keys.add(key(id)), "length " + length + ", bit " + bit);
                id[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            }
        }
    }

    @Test
    void zerosOfDifferentLengthsDiffer() {
        Set<Long> keys = new HashSet<>();
        for (int length = 0; length <= MAX_LENGTH; length++) {
            assertTrue(keys.add(key(new byte[length])), "length " + length);
        }
    }

    @Test
    void partsThatChangePlacesMakeAnotherKey() {
        assertNotEquals(key("aaaaaaaabbbbbbbb".getBytes()), key("bbbbbbbbaaaaaaaa".getBytes()));
        assertNotEquals(
                key("aaaaaaaabbbbbbbbccccccccdddddddd".getBytes()), key("ccccccccddddddddaaaaaaaabbbbbbbb".getBytes()));
    }

    @Test
    void anotherSeedMakesOtherKeys() {
        byte[] id = "9f0c6e0e-0f57-4a44-9a4e-3a8f6c1e7c11".getBytes(StandardCharsets.UTF_8);
        assertNotEquals(MessageKey.HASH.of(id, 1), MessageKey.HASH.of(id, 2));
    }

    @Test
    void theKeysOfNumberedIdsSpreadOverTheBucketsOfASealedFile() {
        int[] buckets = new int[1 << 12];
        int ids = 64 * buckets.length;
        for (int i = 0; i < ids; i++) {
            buckets[(int) (key(("order-" + i).getBytes(StandardCharsets.UTF_8)) >>> 52)]++;
        }
        int largest = 0;
        int sum = 0;
        for (int bucket : buckets) {
            largest = Math.max(largest, bucket);
            sum += bucket;
        }
        assertEquals(ids, sum);
        assertTrue(largest < 128, "of buckets with 64 on average the largest has " + largest);
    }
}
