package dev.millrace.broker.amqp;

import java.util.UUID;

/** Reads AMQP values as the four kinds that selectors know. */
final class ScalarReader {

    private ScalarReader() {}

    /** A {@link Boolean}, {@link Long}, {@link Double} or {@link String}; null for null and for any other type. */
    static Object read(AmqpReader in) {
        int code = in.peekCode();
        return switch (code) {
            case TypeCode.TRUE, TypeCode.FALSE, TypeCode.BOOLEAN -> in.readBoolean(false);
            case TypeCode.STRING_8, TypeCode.STRING_32, TypeCode.SYMBOL_8, TypeCode.SYMBOL_32 -> in.readText();
            case TypeCode.UINT_0,
                    TypeCode.ULONG_0,
                    TypeCode.UBYTE,
                    TypeCode.BYTE,
                    TypeCode.SMALL_UINT,
                    TypeCode.SMALL_ULONG,
                    TypeCode.SMALL_INT,
                    TypeCode.SMALL_LONG,
                    TypeCode.USHORT,
                    TypeCode.SHORT,
                    TypeCode.UINT,
                    TypeCode.INT,
                    TypeCode.LONG,
                    TypeCode.TIMESTAMP -> in.readWhole(0);
            case TypeCode.ULONG -> unsigned(in.readUnsigned());
            case TypeCode.FLOAT -> {
                in.readCode();
                yield (double) Float.intBitsToFloat(in.readInt());
            }
            case TypeCode.DOUBLE -> {
                in.readCode();
                yield Double.longBitsToDouble(in.readLong());
            }
            case TypeCode.CHAR -> {
                in.readCode();
                int character = in.readInt();
                yield Character.isValidCodePoint(character) ? Character.toString(character) : null;
            }
            case TypeCode.UUID -> {
                in.readCode();
                yield new UUID(in.readLong(), in.readLong()).toString();
            }
            default -> {
                in.skip();
                yield null;
            }
        };
    }

    private static Object unsigned(long bits) {
        return bits >= 0 ? (Object) bits : (Object) Double.valueOf(Long.toUnsignedString(bits));
    }
}
