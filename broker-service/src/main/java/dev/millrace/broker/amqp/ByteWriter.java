package dev.millrace.broker.amqp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array to encode AMQP values into. Reused, not thread-safe. */
final class ByteWriter {

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int length;

    ByteWriter(int capacity) {
        this.bytes = new byte[capacity];
    }

    ByteWriter clear() {
        length = 0;
        return this;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    ByteWriter put(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
        return this;
    }

    ByteWriter putInt(int value) {
        reserve(4);
        INTS.set(bytes, length, value);
        length += 4;
        return this;
    }

    ByteWriter putLong(long value) {
        reserve(8);
        LONGS.set(bytes, length, value);
        length += 8;
        return this;
    }

    ByteWriter put(byte[] source) {
        return put(source, 0, source.length);
    }

    ByteWriter put(byte[] source, int from, int count) {
        reserve(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
        return this;
    }

    /** Overwrites four bytes that were put before. */
    void setInt(int at, int value) {
        INTS.set(bytes, at, value);
    }

    /** Overwrites one byte that was put before. */
    void set(int at, int value) {
        bytes[at] = (byte) value;
    }

    ByteWriter uint(int value) {
        if (value == 0) {
            return put(TypeCode.UINT_0);
        }
        return value > 0 && value < 256
                ? put(TypeCode.SMALL_UINT).put(value)
                : put(TypeCode.UINT).putInt(value);
    }

    ByteWriter ulong(long value) {
        return put(TypeCode.ULONG).putLong(value);
    }

    ByteWriter timestamp(long epochMillis) {
        return put(TypeCode.TIMESTAMP).putLong(epochMillis);
    }

    ByteWriter bool(boolean value) {
        return put(value ? TypeCode.TRUE : TypeCode.FALSE);
    }

    ByteWriter string(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return utf8.length < 256
                ? put(TypeCode.STRING_8).put(utf8.length).put(utf8)
                : put(TypeCode.STRING_32).putInt(utf8.length).put(utf8);
    }

    ByteWriter symbol(String value) {
        byte[] ascii = value.getBytes(StandardCharsets.US_ASCII);
        return ascii.length < 256
                ? put(TypeCode.SYMBOL_8).put(ascii.length).put(ascii)
                : put(TypeCode.SYMBOL_32).putInt(ascii.length).put(ascii);
    }

    ByteWriter descriptor(int code) {
        return put(TypeCode.DESCRIBED).put(TypeCode.SMALL_ULONG).put(code);
    }

    /**
     * Opens a list or map with four-byte size and count.
     *
     * @return where it starts, for {@link #endCompound}
     */
    int beginCompound(int code) {
        put(code);
        int start = length;
        putInt(0).putInt(0);
        return start;
    }

    void endCompound(int start, int count) {
        setInt(start, length - start - 4);
        setInt(start + 4, count);
    }

    private void reserve(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }
}
