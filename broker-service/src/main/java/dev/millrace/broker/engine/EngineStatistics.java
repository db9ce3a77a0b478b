package dev.millrace.broker.engine;

/**
 * What the engine has done since its start.
 *
 * @param commands executed
 * @param syncs of the log
 * @param logEnd position behind the last record of the log
 */
public record EngineStatistics(long commands, long syncs, long logEnd) {}
