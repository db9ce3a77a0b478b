package dev.millrace.relay.capture;

import java.time.Instant;
import java.util.List;

/**
 * What one batch of log records holds for us.
 *
 * @param rows to publish, in the order of their commits
 * @param sentBefore rows that came again and were accepted before
 * @param marks heartbeat marks that came back, by the time they were written
 */
public record CapturedBatch(List<OutboxRow> rows, int sentBefore, List<Instant> marks) {}
