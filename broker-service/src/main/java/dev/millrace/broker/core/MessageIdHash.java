package dev.millrace.broker.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** 128 bits of a message-id's SHA-256, in two halves. The one asked for last is at hand. */
final class MessageIdHash {

    private final MessageDigest digest = sha256();
    private String messageId;
    private long high;
    private long low;

    /** Computes it, if it was not the last one. */
    void of(String id) {
        if (id.equals(messageId)) {
            return;
        }
        messageId = id;
        byte[] bytes = digest.digest(id.getBytes(StandardCharsets.UTF_8));
        high = half(bytes, 0);
        low = half(bytes, Long.BYTES);
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    private static long half(byte[] bytes, int from) {
        long half = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            half = half << Byte.SIZE | bytes[i] & 0xFF;
        }
        return half;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
