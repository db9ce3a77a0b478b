package dev.millrace.broker.engine;

import dev.millrace.broker.log.DiskState;

/**
 * What the engine has done since its start, and how the log is.
 *
 * @param commands executed
 * @param syncs of the log
 * @param logEnd position behind the last record of the log
 * @param logBytes bytes of all segments
 * @param snapshotPosition where a recovery would begin to read the log
 * @param disk how much room there is for the log
 */
public record EngineStatistics(
        long commands, long syncs, long logEnd, long logBytes, long snapshotPosition, DiskState disk) {}
