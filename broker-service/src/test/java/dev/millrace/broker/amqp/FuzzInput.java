package dev.millrace.broker.amqp;

import java.util.Arrays;

/** The bytes of a fuzzer, taken from front to back as decisions; zeros when they are used up. */
final class FuzzInput {

    private final byte[] bytes;
    private int at;

    FuzzInput(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isUsedUp() {
        return at >= bytes.length;
    }

    /** A number from 0 to 255. */
    int next() {
        return at < bytes.length ? bytes[at++] & 0xff : 0;
    }

    /** A number below the bound, which is at most 256. */
    int below(int bound) {
        return next() % bound;
    }

    /** True once in so many times. */
    boolean onceIn(int times) {
        return below(times) == times - 1;
    }

    byte[] take(int count) {
        byte[] taken = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + count));
        at += taken.length;
        return taken;
    }

    byte[] rest() {
        return take(bytes.length - at);
    }
}
