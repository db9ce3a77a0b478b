/**
 * The commit log: an append-only sequence of records in segments of fixed size, the broker's only durable state. It
 * knows nothing of what the records mean.
 */
package dev.millrace.broker.log;
