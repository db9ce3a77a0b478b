package dev.millrace.broker.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** How {@link Death}s lie in a record: their number (4 bytes), then each with its attempts. */
final class DeathCodec {

    private DeathCodec() {}

    static int length(List<Death> deaths) {
        int length = Integer.BYTES;
        for (Death death : deaths) {
            length += length(death);
        }
        return length;
    }

    static void write(ByteBuffer target, List<Death> deaths) {
        target.putInt(deaths.size());
        deaths.forEach(death -> write(target, death));
    }

    static List<Death> readAll(ByteBuffer source) {
        int count = source.getInt();
        List<Death> deaths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            deaths.add(read(source));
        }
        return List.copyOf(deaths);
    }

    private static int length(Death death) {
        int earlier = 0;
        for (FailedAttempt attempt : death.earlier()) {
            earlier += attempt.length();
        }
        return Long.BYTES
                + 3 * Integer.BYTES
                + earlier
                + Fields.length(Fields.utf8(death.source()))
                + Fields.length(Fields.utf8(death.address()))
                + Fields.length(Fields.utf8(death.container()))
                + Fields.length(Fields.utf8(death.link()))
                + Fields.length(Fields.utf8(death.error()));
    }

    private static void write(ByteBuffer target, Death death) {
        target.putLong(death.at())
                .putInt(death.attempts())
                .putInt(death.reason().ordinal());
        Fields.put(target, Fields.utf8(death.source()));
        Fields.put(target, Fields.utf8(death.address()));
        Fields.put(target, Fields.utf8(death.container()));
        Fields.put(target, Fields.utf8(death.link()));
        Fields.put(target, Fields.utf8(death.error()));
        target.putInt(death.earlier().size());
        death.earlier().forEach(attempt -> attempt.writeTo(target));
    }

    private static Death read(ByteBuffer source) {
        long at = source.getLong();
        int attempts = source.getInt();
        Death.Reason reason = Death.Reason.values()[source.getInt()];
        String from = Fields.text(source);
        String address = Fields.text(source);
        String container = Fields.text(source);
        String link = Fields.text(source);
        String error = Fields.text(source);
        List<FailedAttempt> earlier = new ArrayList<>();
        for (int left = source.getInt(); left > 0; left--) {
            earlier.add(FailedAttempt.readFrom(source));
        }
        return new Death(from, address, reason, at, attempts, container, link, error, earlier);
    }
}
