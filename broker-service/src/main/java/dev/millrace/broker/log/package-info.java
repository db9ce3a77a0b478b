/**
 * The commit log: an append-only sequence of records in segments of fixed size, and the snapshots that stand for its
 * beginning. It knows nothing of what either means. What it makes of what a crash leaves stands in {@code
 * docs/recovery.md}.
 */
package dev.millrace.broker.log;
