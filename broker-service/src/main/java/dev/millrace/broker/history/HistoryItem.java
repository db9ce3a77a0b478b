package dev.millrace.broker.history;

import dev.millrace.broker.core.History;
import java.time.Instant;

/**
 * One event of a message's life.
 *
 * @param attempt which attempt at delivering it was, from 1, at most 1023; 0 if it was none
 * @param dueAt when a scheduled message is due; null for other events
 */
public record HistoryItem(Instant at, History.Event event, int attempt, History.Texts texts, Instant dueAt) {}
