package dev.millrace.broker.core;

import java.nio.ByteBuffer;

/** How {@link QueueSettings} and {@link RetentionSettings} lie in a record. */
final class SettingsCodec {

    static final int BYTES = 4 * Long.BYTES + 2 * Double.BYTES + Integer.BYTES;

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
        target.putLong(settings.maxMessages()).putInt(settings.maxDeliveryAttempts());
        target.putLong(settings.lockMillis());
        target.putLong(backoff.initialMillis()).putDouble(backoff.multiplier());
        target.putLong(backoff.maxMillis()).putDouble(backoff.jitter());
    }

    static QueueSettings read(ByteBuffer source) {
        long maxMessages = source.getLong();
        int maxDeliveryAttempts = source.getInt();
        long lockMillis = source.getLong();
        QueueSettings.Backoff backoff =
                new QueueSettings.Backoff(source.getLong(), source.getDouble(), source.getLong(), source.getDouble());
        return new QueueSettings(maxMessages, maxDeliveryAttempts, backoff, lockMillis);
    }
}
