package dev.millrace.broker.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Strings and byte arrays in records: a length of four bytes, -1 for null, then the bytes (UTF-8 for text). */
final class Fields {

    private Fields() {}

    static byte[] utf8(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    static int length(byte[] bytes) {
        return Integer.BYTES + (bytes == null ? 0 : bytes.length);
    }

    static void put(ByteBuffer target, byte[] bytes) {
        if (bytes == null) {
            target.putInt(-1);
        } else {
            target.putInt(bytes.length).put(bytes);
        }
    }

    static byte[] bytes(ByteBuffer source) {
        int length = source.getInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        source.get(bytes);
        return bytes;
    }

    static String text(ByteBuffer source) {
        return text(bytes(source));
    }

    static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
}
