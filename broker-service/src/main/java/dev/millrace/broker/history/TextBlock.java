package dev.millrace.broker.history;

import dev.millrace.broker.core.History.Texts;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Texts in a file: CRC32C of the rest (4 bytes), length of the rest (2), then each of the six: its length in bytes (2,
 * -1 for null) and UTF-8. Texts that are longer than a kilobyte are cut.
 */
final class TextBlock {

    static final int HEADER_BYTES = Integer.BYTES + Short.BYTES;
    static final int MAX_TEXT_BYTES = 1_024;
    static final int MAX_BYTES = HEADER_BYTES + 6 * (Short.BYTES + MAX_TEXT_BYTES);

    private static final String CUT = "…";

    private TextBlock() {}

    static byte[] encode(Texts texts) {
        ByteBuffer target = ByteBuffer.allocate(MAX_BYTES).position(HEADER_BYTES);
        put(target, texts.destination());
        put(target, texts.container());
        put(target, texts.link());
        put(target, texts.reason());
        put(target, texts.actor());
        put(target, texts.detail());
        int length = target.position() - HEADER_BYTES;
        target.putInt(0, crc(target.array(), HEADER_BYTES, length)).putShort(Integer.BYTES, (short) length);
        byte[] block = new byte[HEADER_BYTES + length];
        target.get(0, block);
        return block;
    }

    private static void put(ByteBuffer target, String text) {
        if (text == null) {
            target.putShort((short) -1);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT_BYTES) {
            bytes = cut(text).getBytes(StandardCharsets.UTF_8);
        }
        target.putShort((short) bytes.length).put(bytes);
    }

    /** A character of Java is at most three bytes. */
    private static String cut(String text) {
        int end = (MAX_TEXT_BYTES - CUT.length() * 3) / 3;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + CUT;
    }

    /** The texts at a place, counted from the end of a file, in {@link Entry#TEXT_UNIT}; null if there are none. */
    static Texts at(int place, MemorySegment file) {
        long start = file.byteSize() - (long) place * Entry.TEXT_UNIT;
        return start < SegmentHeader.BYTES ? null : decode(file.asSlice(start));
    }

    /** The texts that begin in a piece of memory; null if there are none that are whole. */
    static Texts decode(MemorySegment memory) {
        if (memory.byteSize() < HEADER_BYTES) {
            return null;
        }
        int available = (int) Math.min(memory.byteSize(), MAX_BYTES);
        ByteBuffer source = ByteBuffer.wrap(memory.asSlice(0, available).toArray(ValueLayout.JAVA_BYTE));
        int crc = source.getInt();
        int length = source.getShort();
        if (length < 6 * Short.BYTES
                || length > source.remaining()
                || crc != crc(source.array(), HEADER_BYTES, length)) {
            return null;
        }
        try {
            return new Texts(text(source), text(source), text(source), text(source), text(source), text(source));
        } catch (BufferUnderflowException notOurs) {
            return null;
        }
    }

    private static String text(ByteBuffer source) {
        int length = source.getShort();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        source.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
