package dev.millrace.broker.amqp;

/**
 * Walks through one encoded value to its leaves before the protocol engine may decode it. The engine recurses into what
 * it decodes and allocates by the counts it finds, so depth is bounded and counts are held against the bytes that are
 * there.
 */
final class NestingCheck {

    private NestingCheck() {}

    /**
     * Steps over one value.
     *
     * @throws MalformedDataException if it is cut short, contradicts itself or is nested too deeply
     */
    static void check(AmqpReader in) {
        check(in, 0);
    }

    private static void check(AmqpReader in, int depth) {
        if (depth > AmqpReader.MAX_NESTING) {
            throw new MalformedDataException("values nested too deeply");
        }
        int code = in.peekCode();
        if (code == TypeCode.DESCRIBED) {
            in.readCode();
            check(in, depth + 1);
            check(in, depth + 1);
        } else if (code == TypeCode.LIST_8 || code == TypeCode.LIST_32) {
            elements(in, in.beginList(), depth);
        } else if (code == TypeCode.MAP_8 || code == TypeCode.MAP_32) {
            elements(in, in.beginMap(), depth);
        } else if (code >> 4 >= 0xe) {
            array(in, depth);
        } else {
            in.skip();
        }
    }

    private static void elements(AmqpReader in, int count, int depth) {
        int end = in.compoundEnd();
        for (int i = 0; i < count; i++) {
            check(in, depth + 1);
        }
        if (in.position() != end) {
            throw new MalformedDataException("a compound whose elements do not fill it");
        }
    }

    /** An array: size, count, one constructor, then that many contents without constructors. */
    private static void array(AmqpReader in, int depth) {
        boolean small = in.readCode() >> 4 == 0xe;
        int size = in.readLength(small ? 1 : 4);
        int end = in.position() + size;
        long count = small ? in.readCode() : in.readInt() & 0xffffffffL;
        if (count > size) {
            throw new MalformedDataException(count + " elements in an array of " + size + " bytes");
        }
        while (in.peekCode() == TypeCode.DESCRIBED) {
            in.readCode();
            check(in, depth + 1);
            if (++depth > AmqpReader.MAX_NESTING) {
                throw new MalformedDataException("values nested too deeply");
            }
        }
        int code = in.readCode();
        if (code >> 4 >= 0xc) {
            // Arrays of compounds carry nothing that a peer has to say in these frames.
            throw new MalformedDataException("an array of compound values");
        }
        for (long i = 0; i < count; i++) {
            in.advance(in.contentLength(code));
        }
        if (in.position() != end) {
            throw new MalformedDataException("an array whose elements do not fill it");
        }
    }
}
