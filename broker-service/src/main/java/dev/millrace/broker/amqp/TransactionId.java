package dev.millrace.broker.amqp;

/** Ids of transactions as they stand in frames: eight bytes of binary. */
final class TransactionId {

    /** No transaction has this id. */
    static final long NONE = 0;

    private static final int BYTES = 8;

    private TransactionId() {}

    /** Reads an id; {@link #NONE} if it is none of ours. */
    static long read(AmqpReader in) {
        if (in.peekCode() != TypeCode.BINARY_8) {
            in.skip();
            return NONE;
        }
        in.readCode();
        int length = in.readLength(1);
        if (length != BYTES) {
            in.advance(length);
            return NONE;
        }
        return in.readLong();
    }

    /** The answer to a declare. */
    static byte[] declared(long id) {
        ByteWriter out = new ByteWriter(32);
        out.descriptor(Descriptor.DECLARED);
        int list = out.beginCompound(TypeCode.LIST_32);
        write(out, id);
        out.endCompound(list, 1);
        return out.toArray();
    }

    /** A transactional state without an outcome. */
    static byte[] state(long id) {
        ByteWriter out = new ByteWriter(32);
        out.descriptor(Descriptor.TRANSACTIONAL_STATE);
        int list = out.beginCompound(TypeCode.LIST_32);
        write(out, id);
        out.endCompound(list, 1);
        return out.toArray();
    }

    /** A transactional state with the outcome accepted. */
    static byte[] acceptedState(long id) {
        ByteWriter out = new ByteWriter(32);
        out.descriptor(Descriptor.TRANSACTIONAL_STATE);
        int list = out.beginCompound(TypeCode.LIST_32);
        write(out, id);
        out.descriptor(Descriptor.ACCEPTED).put(TypeCode.LIST_0);
        out.endCompound(list, 2);
        return out.toArray();
    }

    private static void write(ByteWriter out, long id) {
        out.put(TypeCode.BINARY_8).put(BYTES).putLong(id);
    }
}
