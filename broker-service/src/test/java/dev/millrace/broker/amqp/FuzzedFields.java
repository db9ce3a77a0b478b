package dev.millrace.broker.amqp;

import java.util.List;

/**
 * Encodes the fields of performatives from a fuzzer's decisions: mostly what belongs there, now and then a bound, what
 * lies beyond it, another type, or nothing. A zero decision is the plain case.
 */
final class FuzzedFields {

    private static final long[] BOUNDS = {
        8, 255, 256, 512, 4095, 65_535, 65_536, Integer.MAX_VALUE, 1L << 31, 0xffff_fffeL, 0xffff_ffffL
    };
    private static final List<String> ADDRESSES = List.of(
            "emails",
            "orders",
            "orders::inventory",
            "emails/$deadletterqueue",
            "new",
            "",
            "no::such",
            "/",
            "::",
            "é".repeat(300),
            "a".repeat(1_200),
            "b".repeat(330));

    private final FuzzInput input;
    private final ByteWriter out = new ByteWriter(256);
    private int count;

    FuzzedFields(FuzzInput input) {
        this.input = input;
    }

    /** An unsigned number, below 4 as a rule. */
    FuzzedFields number() {
        return number(input.next());
    }

    /** An unsigned number, this one as a rule. */
    FuzzedFields numberLike(int usual) {
        int decision = input.next();
        if (decision < 160) {
            out.uint(usual);
            count++;
            return this;
        }
        return number(decision);
    }

    private FuzzedFields number(int decision) {
        if (decision < 200) {
            out.uint(decision & 3);
        } else if (decision < 246) {
            out.put(TypeCode.UINT).putInt((int) BOUNDS[decision % BOUNDS.length]);
        } else if (decision < 250) {
            out.put(TypeCode.NULL);
        } else {
            other(decision);
        }
        count++;
        return this;
    }

    FuzzedFields bool() {
        int decision = input.next();
        if (decision < 250) {
            out.bool((decision & 1) == 1);
        } else if (decision == 250) {
            out.put(TypeCode.NULL);
        } else {
            other(decision);
        }
        count++;
        return this;
    }

    FuzzedFields flag(boolean value) {
        out.bool(value);
        count++;
        return this;
    }

    FuzzedFields nothing() {
        out.put(TypeCode.NULL);
        count++;
        return this;
    }

    /** A settle mode: 0 to 2, rarely something else. */
    FuzzedFields mode() {
        int decision = input.next();
        if (decision < 250) {
            out.put(TypeCode.UBYTE).put(decision % 3);
        } else {
            other(decision);
        }
        count++;
        return this;
    }

    FuzzedFields name() {
        int decision = input.next();
        if (decision < 240) {
            out.string("link-" + (decision & 7));
        } else if (decision < 246) {
            out.string("n".repeat(decision * 8));
        } else {
            other(decision);
        }
        count++;
        return this;
    }

    /** A source (0x28) or target (0x29). */
    FuzzedFields terminus(int descriptor) {
        int decision = input.next();
        if (decision >= 250) {
            other(decision);
        } else {
            out.descriptor(decision < 240 ? descriptor : decision < 245 ? 0x30 : 0x51 - descriptor);
            int list = out.beginCompound(TypeCode.LIST_32);
            out.string(ADDRESSES.get(decision % ADDRESSES.size()));
            int fields = 1;
            if (input.onceIn(8)) {
                out.uint(input.next()).put(TypeCode.NULL).uint(input.next()).bool(input.onceIn(2));
                fields = 5;
            }
            out.endCompound(list, fields);
        }
        count++;
        return this;
    }

    /** A delivery state. */
    FuzzedFields state() {
        int decision = input.next();
        switch (decision % 16) {
            case 0, 1, 2, 3 -> out.descriptor(Descriptor.ACCEPTED).put(TypeCode.LIST_0);
            case 4 -> out.descriptor(Descriptor.RELEASED).put(TypeCode.LIST_0);
            case 5 -> out.descriptor(Descriptor.REJECTED).put(TypeCode.LIST_0);
            case 6, 7 -> rejected();
            case 8, 9 -> modified();
            case 10 -> out.descriptor(Descriptor.RECEIVED).put(TypeCode.LIST_0);
            case 11 -> out.descriptor(Descriptor.TRANSACTIONAL_STATE).put(TypeCode.LIST_0);
            case 12 -> out.put(TypeCode.NULL);
            default -> other(decision);
        }
        count++;
        return this;
    }

    private void rejected() {
        out.descriptor(Descriptor.REJECTED);
        int rejected = out.beginCompound(TypeCode.LIST_32);
        out.descriptor(Descriptor.ERROR);
        int error = out.beginCompound(TypeCode.LIST_32);
        out.symbol("app:" + input.next()).string("€".repeat(input.next()));
        out.endCompound(error, 2);
        out.endCompound(rejected, 1);
    }

    private void modified() {
        out.descriptor(Descriptor.MODIFIED);
        int list = out.beginCompound(TypeCode.LIST_32);
        out.bool(input.onceIn(2)).bool(input.onceIn(2));
        int map = out.beginCompound(TypeCode.MAP_32);
        out.symbol("x-opt-delivery-time").put(TypeCode.LONG);
        out.putLong(input.onceIn(4) ? Long.MIN_VALUE + input.next() : System.currentTimeMillis() + input.next() * 100L);
        out.endCompound(map, 2);
        out.endCompound(list, 3);
    }

    /** A value that does not belong here, sound or not. */
    private void other(int decision) {
        switch (decision % 7) {
            case 0 -> out.put(TypeCode.ULONG).putLong(-1);
            case 1 -> out.string("x");
            case 2 -> out.put(TypeCode.LIST_8).put(2).put(1).put(TypeCode.NULL);
            case 3 -> out.put(TypeCode.INT).putInt(-1);
            case 4 -> out.put(input.take(1 + input.below(16)));
            case 5 ->
                out.put(0xf0).putInt(5).putInt(Integer.MAX_VALUE - input.next()).put(TypeCode.NULL);
            default -> nested(1 + 24 * input.next());
        }
    }

    private void nested(int depth) {
        int[] starts = new int[depth];
        for (int i = 0; i < depth; i++) {
            starts[i] = out.beginCompound(TypeCode.LIST_32);
        }
        for (int i = depth - 1; i >= 0; i--) {
            out.endCompound(starts[i], i == depth - 1 ? 0 : 1);
        }
    }

    /** The frame; with fewer fields, or with a count or size that is not so, once in a while. */
    byte[] frame(int channel, int descriptor, byte... payload) {
        int decision = input.next();
        ByteWriter body = new ByteWriter(out.length() + 16).descriptor(descriptor);
        int list = body.beginCompound(TypeCode.LIST_32);
        body.put(out.bytes(), 0, out.length());
        body.endCompound(list, decision < 240 ? count : decision - 240);
        if (decision == 255) {
            body.setInt(list, input.next());
        }
        return RawPeer.frame(0, channel, body, payload);
    }
}
