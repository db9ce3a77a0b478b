package dev.millrace.broker.amqp;

import java.util.HexFormat;
import java.util.UUID;

/**
 * The text form of a message id. AMQP allows four types: a string stands for itself, the others get a prefix that names
 * the type; a string that begins like such a prefix gets one too, so that no two ids have the same text.
 *
 * <table>
 * <tr><td>string {@code order-7}</td><td>{@code order-7}</td></tr>
 * <tr><td>ulong 7</td><td>{@code AMQP_ULONG:7}</td></tr>
 * <tr><td>uuid</td><td>{@code AMQP_UUID:0192f0c4-…}</td></tr>
 * <tr><td>binary</td><td>{@code AMQP_BINARY:0a1b…}</td></tr>
 * <tr><td>string {@code AMQP_ULONG:7}</td><td>{@code AMQP_STRING:AMQP_ULONG:7}</td></tr>
 * </table>
 */
final class MessageIdText {

    private static final String PREFIX = "AMQP_";

    private MessageIdText() {}

    static String read(AmqpReader in) {
        int code = in.peekCode();
        return switch (code) {
            case TypeCode.STRING_8, TypeCode.STRING_32 -> ofText(in.readText());
            case TypeCode.ULONG_0, TypeCode.SMALL_ULONG, TypeCode.ULONG ->
                "AMQP_ULONG:" + Long.toUnsignedString(in.readUnsigned());
            case TypeCode.UUID -> {
                in.readCode();
                yield "AMQP_UUID:" + new UUID(in.readLong(), in.readLong());
            }
            case TypeCode.BINARY_8, TypeCode.BINARY_32 -> ofBinary(in, code);
            default -> throw new MalformedDataException("a message-id with constructor 0x" + Integer.toHexString(code));
        };
    }

    private static String ofText(String text) {
        return text.startsWith(PREFIX) ? "AMQP_STRING:" + text : text;
    }

    private static String ofBinary(AmqpReader in, int code) {
        in.readCode();
        int length = in.readLength(code == TypeCode.BINARY_8 ? 1 : 4);
        int start = in.position();
        in.advance(length);
        return "AMQP_BINARY:" + HexFormat.of().formatHex(in.bytes(), start, start + length);
    }
}
