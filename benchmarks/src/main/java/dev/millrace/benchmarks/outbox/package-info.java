/** From a row in an outbox to the broker: outbox-relay beside an outbox that is polled. */
package dev.millrace.benchmarks.outbox;
