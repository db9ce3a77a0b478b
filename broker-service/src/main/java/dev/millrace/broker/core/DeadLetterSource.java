package dev.millrace.broker.core;

import java.util.Map;

/**
 * A queue or subscription that gave up on messages.
 *
 * @param source {@code emails}, {@code orders::inventory}
 * @param count dead letters that are there
 * @param oldestAt epoch milliseconds at which the oldest of them died
 * @param perMinute how many die in a minute, of late
 * @param reasons how many of those that are there died of what
 */
public record DeadLetterSource(
        String source, long count, long oldestAt, double perMinute, Map<Death.Reason, Long> reasons) {}
