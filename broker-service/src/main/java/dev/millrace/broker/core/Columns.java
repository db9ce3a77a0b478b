package dev.millrace.broker.core;

import java.nio.ByteBuffer;

/** Parts of arrays in a buffer, one value after the other. */
final class Columns {

    private Columns() {}

    static void put(ByteBuffer target, long[] values, int from, int count) {
        target.asLongBuffer().put(values, from, count);
        target.position(target.position() + count * Long.BYTES);
    }

    static void put(ByteBuffer target, int[] values, int from, int count) {
        target.asIntBuffer().put(values, from, count);
        target.position(target.position() + count * Integer.BYTES);
    }

    static void get(ByteBuffer source, long[] values, int from, int count) {
        source.asLongBuffer().get(values, from, count);
        source.position(source.position() + count * Long.BYTES);
    }

    static void get(ByteBuffer source, int[] values, int from, int count) {
        source.asIntBuffer().get(values, from, count);
        source.position(source.position() + count * Integer.BYTES);
    }
}
