package dev.millrace.broker.amqp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A cursor over AMQP-encoded bytes (AMQP 1.0, part 1). Every length is checked against what is left before anything is
 * read or allocated, and nothing recurses: the work is linear in the bytes, whatever they say. Reused, not thread-safe.
 */
final class AmqpReader {

    /** How deeply described values may be nested before they are taken for an attack. */
    static final int MAX_NESTING = 32;

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = new byte[0];
    private int position;
    private int limit;
    private int compoundEnd;

    /** Points the cursor at {@code bytes[from, to)}. */
    AmqpReader over(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.position = from;
        this.limit = to;
        return this;
    }

    byte[] bytes() {
        return bytes;
    }

    int position() {
        return position;
    }

    void position(int position) {
        this.position = position;
    }

    int limit() {
        return limit;
    }

    boolean hasRemaining() {
        return position < limit;
    }

    int remaining() {
        return limit - position;
    }

    /** The next constructor, not consumed. */
    int peekCode() {
        need(1);
        return bytes[position] & 0xff;
    }

    int readCode() {
        need(1);
        return bytes[position++] & 0xff;
    }

    /** Consumes a null if there is one. */
    boolean skipNull() {
        if (peekCode() != TypeCode.NULL) {
            return false;
        }
        position++;
        return true;
    }

    /** Reads the 0x00 and the descriptor of a described value; the value is next. */
    int readDescriptor() {
        if (readCode() != TypeCode.DESCRIBED) {
            throw new MalformedDataException("a described value was expected");
        }
        int code = peekCode();
        if (code == TypeCode.SYMBOL_8 || code == TypeCode.SYMBOL_32) {
            return Descriptor.named(readText());
        }
        long descriptor = readUnsigned();
        return descriptor >= 0 && descriptor <= 0xff ? (int) descriptor : Descriptor.UNKNOWN;
    }

    /** Enters a list. Its elements are next, {@link #compoundEnd} is behind the last of them. */
    int beginList() {
        int code = readCode();
        return switch (code) {
            case TypeCode.LIST_0 -> {
                compoundEnd = position;
                yield 0;
            }
            case TypeCode.LIST_8 -> beginCompound(1);
            case TypeCode.LIST_32 -> beginCompound(4);
            default -> throw unexpected("list", code);
        };
    }

    /** Enters a map; answers how many keys and values there are together. */
    int beginMap() {
        int code = readCode();
        int count =
                switch (code) {
                    case TypeCode.MAP_8 -> beginCompound(1);
                    case TypeCode.MAP_32 -> beginCompound(4);
                    default -> throw unexpected("map", code);
                };
        if ((count & 1) != 0) {
            throw new MalformedDataException("a map with a key that has no value");
        }
        return count;
    }

    /** Where the compound that was entered last ends. */
    int compoundEnd() {
        return compoundEnd;
    }

    /** Leaves a compound whose end was {@code end}, whatever of it was not read. */
    void leave(int end) {
        if (position > end) {
            throw new MalformedDataException("an element that is longer than its compound");
        }
        position = end;
    }

    private int beginCompound(int width) {
        int size = readLength(width);
        compoundEnd = position + size;
        if (size < width) {
            throw new MalformedDataException("a compound too small for its count");
        }
        int count = width == 1 ? bytes[position] & 0xff : (int) INTS.get(bytes, position);
        position += width;
        // Every element has a constructor of at least a byte.
        if (count < 0 || count > compoundEnd - position) {
            throw new MalformedDataException(count + " elements in " + (compoundEnd - position) + " bytes");
        }
        return count;
    }

    boolean readBoolean(boolean whenNull) {
        int code = readCode();
        return switch (code) {
            case TypeCode.NULL -> whenNull;
            case TypeCode.TRUE -> true;
            case TypeCode.FALSE -> false;
            case TypeCode.BOOLEAN -> readCode() != 0;
            default -> throw unexpected("boolean", code);
        };
    }

    /** A ubyte, ushort, uint or ulong; of the last the bits, so large ones come out negative. */
    long readUnsigned() {
        int code = readCode();
        return switch (code) {
            case TypeCode.UINT_0, TypeCode.ULONG_0 -> 0;
            case TypeCode.UBYTE, TypeCode.SMALL_UINT, TypeCode.SMALL_ULONG -> readCode();
            case TypeCode.USHORT -> readShort() & 0xffff;
            case TypeCode.UINT -> readInt() & 0xffffffffL;
            case TypeCode.ULONG -> readLong();
            default -> throw unexpected("unsigned number", code);
        };
    }

    long readUnsigned(long whenNull) {
        return skipNull() ? whenNull : readUnsigned();
    }

    /** A timestamp or any whole number; {@code whenNull} for null. */
    long readWhole(long whenNull) {
        int code = peekCode();
        switch (code) {
            case TypeCode.NULL -> {
                position++;
                return whenNull;
            }
            case TypeCode.TIMESTAMP, TypeCode.LONG -> {
                position++;
                return readLong();
            }
            case TypeCode.INT -> {
                position++;
                return readInt();
            }
            case TypeCode.SHORT -> {
                position++;
                return readShort();
            }
            case TypeCode.SMALL_INT, TypeCode.SMALL_LONG, TypeCode.BYTE -> {
                position++;
                return (byte) readCode();
            }
            default -> {
                return readUnsigned();
            }
        }
    }

    /** A string or symbol. */
    String readText() {
        int code = readCode();
        int length =
                switch (code) {
                    case TypeCode.STRING_8, TypeCode.SYMBOL_8 -> readLength(1);
                    case TypeCode.STRING_32, TypeCode.SYMBOL_32 -> readLength(4);
                    default -> throw unexpected("text", code);
                };
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    /** A string or symbol; null for null. */
    String readTextOrNull() {
        return skipNull() ? null : readText();
    }

    /** Reads the length of a value of variable width and checks that so much is there. */
    int readLength(int width) {
        need(width);
        int length = width == 1 ? bytes[position] & 0xff : (int) INTS.get(bytes, position);
        position += width;
        if (length < 0 || length > limit - position) {
            throw new MalformedDataException(
                    "a value of " + (length & 0xffffffffL) + " bytes with " + (limit - position) + " bytes left");
        }
        return length;
    }

    short readShort() {
        need(2);
        short value = (short) SHORTS.get(bytes, position);
        position += 2;
        return value;
    }

    int readInt() {
        need(4);
        int value = (int) INTS.get(bytes, position);
        position += 4;
        return value;
    }

    long readLong() {
        need(8);
        long value = (long) LONGS.get(bytes, position);
        position += 8;
        return value;
    }

    /** Steps over one value of any type without looking into it. */
    void skip() {
        int values = 1;
        int nesting = 0;
        while (values > 0) {
            int code = readCode();
            if (code == TypeCode.DESCRIBED) {
                if (++nesting > MAX_NESTING) {
                    throw new MalformedDataException("described values nested too deeply");
                }
                values++;
            } else {
                advance(contentLength(code));
                values--;
            }
        }
    }

    void advance(int length) {
        need(length);
        position += length;
    }

    /** How long the content of a value with this constructor is; its length prefix, if any, is consumed. */
    int contentLength(int code) {
        // The high half of a constructor tells the width of what follows (section 1.2).
        return switch (code >> 4) {
            case 0x4 -> 0;
            case 0x5 -> 1;
            case 0x6 -> 2;
            case 0x7 -> 4;
            case 0x8 -> 8;
            case 0x9 -> 16;
            case 0xa, 0xc, 0xe -> readLength(1);
            case 0xb, 0xd, 0xf -> readLength(4);
            default -> throw unexpected("value", code);
        };
    }

    private void need(int count) {
        if (count > limit - position) {
            throw new MalformedDataException("the data ends in the middle of a value");
        }
    }

    private static MalformedDataException unexpected(String wanted, int code) {
        return new MalformedDataException(wanted + " expected, constructor 0x" + Integer.toHexString(code) + " found");
    }
}
