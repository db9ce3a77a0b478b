package dev.millrace.broker.core;

import java.nio.ByteBuffer;

/** How {@link QueueSettings} and {@link RetentionSettings} lie in a record. */
final class SettingsCodec {

    static final int BYTES = 7 * Long.BYTES + 2 * Double.BYTES + Integer.BYTES + 2;

    static final int RETENTION_BYTES = 2 * Long.BYTES;

    private SettingsCodec() {}

    static void write(ByteBuffer target, RetentionSettings retention) {
        target.putLong(retention.ageMillis()).putLong(retention.bytes());
    }

    static RetentionSettings readRetention(ByteBuffer source) {
        return new RetentionSettings(source.getLong(), source.getLong());
    }

    static void write(ByteBuffer target, QueueSettings settings) {
        QueueSettings.Backoff backoff = settings.backoff();
        target.putLong(settings.maxMessages()).putLong(settings.maxBytes());
        target.put((byte) settings.whenFull().ordinal()).putInt(settings.maxDeliveryAttempts());
        target.putLong(backoff.initialMillis()).putDouble(backoff.multiplier());
        target.putLong(backoff.maxMillis()).putDouble(backoff.jitter());
        target.putLong(settings.lockMillis());
        target.putLong(settings.duplicateWindowMillis()).putLong(settings.deadLetterRetentionMillis());
        target.put((byte) settings.onDeadLetter().ordinal());
    }

    static QueueSettings read(ByteBuffer source) {
        return new QueueSettings(
                source.getLong(),
                source.getLong(),
                QueueSettings.WhenFull.values()[source.get()],
                source.getInt(),
                new QueueSettings.Backoff(source.getLong(), source.getDouble(), source.getLong(), source.getDouble()),
                source.getLong(),
                source.getLong(),
                source.getLong(),
                QueueSettings.OnDeadLetter.values()[source.get()]);
    }
}
