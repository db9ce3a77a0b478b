package dev.millrace.broker.core;

import java.nio.ByteBuffer;

/** How a {@link Death} lies in a record. */
final class DeathCodec {

    private DeathCodec() {}

    static int length(Death death) {
        return Long.BYTES
                + 2 * Integer.BYTES
                + Fields.length(Fields.utf8(death.source()))
                + Fields.length(Fields.utf8(death.address()))
                + Fields.length(Fields.utf8(death.container()))
                + Fields.length(Fields.utf8(death.link()))
                + Fields.length(Fields.utf8(death.error()));
    }

    static void write(ByteBuffer target, Death death) {
        target.putLong(death.at())
                .putInt(death.attempts())
                .putInt(death.reason().ordinal());
        Fields.put(target, Fields.utf8(death.source()));
        Fields.put(target, Fields.utf8(death.address()));
        Fields.put(target, Fields.utf8(death.container()));
        Fields.put(target, Fields.utf8(death.link()));
        Fields.put(target, Fields.utf8(death.error()));
    }

    static Death read(ByteBuffer source) {
        long at = source.getLong();
        int attempts = source.getInt();
        Death.Reason reason = Death.Reason.values()[source.getInt()];
        String from = Fields.text(source);
        String address = Fields.text(source);
        return new Death(
                from, address, reason, at, attempts, Fields.text(source), Fields.text(source), Fields.text(source));
    }
}
