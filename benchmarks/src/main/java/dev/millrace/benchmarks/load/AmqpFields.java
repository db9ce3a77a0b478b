package dev.millrace.benchmarks.load;

import java.nio.ByteBuffer;

/**
 * Reads the few AMQP values that a load client looks at, and passes over the others (AMQP 1.0, part 1). Nothing is
 * built: a client that decodes every message takes as much of the processor as the broker that is measured.
 */
final class AmqpFields {
    private static final int DESCRIBED = 0x00;
    private static final int SMALL_ULONG = 0x53;
    private static final int ULONG = 0x80;
    private static final int NULL = 0x40;
    private static final int TRUE = 0x41;
    private static final int BOOLEAN = 0x56;
    private static final int UINT_0 = 0x43;
    private static final int SMALL_UINT = 0x52;
    private static final int UINT = 0x70;
    private static final int LIST_0 = 0x45;
    private static final int LIST_8 = 0xc0;

    private AmqpFields() {}

    /** Reads the descriptor of a described value; the value itself follows. */
    static int descriptor(ByteBuffer source) {
        if ((source.get() & 0xff) != DESCRIBED) {
            throw new IllegalStateException("a described value was expected");
        }
        int code = source.get() & 0xff;
        return switch (code) {
            case SMALL_ULONG -> source.get() & 0xff;
            case ULONG -> (int) source.getLong();
            default -> throw new IllegalStateException("a descriptor of type 0x" + Integer.toHexString(code));
        };
    }

    /** Enters a list; returns how many fields it has. */
    static int list(ByteBuffer source) {
        int code = source.get() & 0xff;
        if (code == LIST_0) {
            return 0;
        }
        if (code == LIST_8) {
            source.get();
            return source.get() & 0xff;
        }
        source.getInt();
        return source.getInt();
    }

    /** A uint, or {@code otherwise} where it is null. */
    static int uint(ByteBuffer source, int otherwise) {
        int code = source.get() & 0xff;
        return switch (code) {
            case UINT_0 -> 0;
            case SMALL_UINT -> source.get() & 0xff;
            case UINT -> source.getInt();
            case NULL -> otherwise;
            default -> throw new IllegalStateException("a uint of type 0x" + Integer.toHexString(code));
        };
    }

    /** A boolean; null counts as false. */
    static boolean bool(ByteBuffer source) {
        int code = source.get() & 0xff;
        return code == TRUE || code == BOOLEAN && source.get() == 1;
    }

    /** Passes over one value. The upper half of the type's code says how long it is (section 1.2). */
    static void skip(ByteBuffer source) {
        int code = source.get() & 0xff;
        if (code == DESCRIBED) {
            skip(source);
            skip(source);
            return;
        }
        int length =
                switch (code >>> 4) {
                    case 0x4 -> 0;
                    case 0x5 -> 1;
                    case 0x6 -> 2;
                    case 0x7 -> 4;
                    case 0x8 -> 8;
                    case 0x9 -> 16;
                    case 0xa, 0xc, 0xe -> source.get() & 0xff;
                    default -> source.getInt();
                };
        source.position(source.position() + length);
    }
}
