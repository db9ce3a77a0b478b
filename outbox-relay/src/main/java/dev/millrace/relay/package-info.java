/**
 * outbox-relay: takes committed outbox rows out of each service's write-ahead log and has the broker accept them.
 *
 * <p>{@link dev.millrace.relay.capture} is the PostgreSQL side, {@link dev.millrace.relay.publish} the broker's side,
 * {@link dev.millrace.relay.web} what operators see. This package joins them: one {@link
 * dev.millrace.relay.SourceRelay} per source database. Invariants held here:
 *
 * <ul>
 *   <li>RELAY-1: the stored position never passes a row that the broker has not accepted (or that is not kept in
 *       {@code relay_poison} or {@code relay_resend}).
 *   <li>RELAY-2: the replication slot never passes the stored position.
 *   <li>RELAY-3: of one aggregate and destination, a row is sent only after the one before it has been accepted.
 *   <li>RELAY-4: while a row is held for a destination, every later row for it is held too.
 *   <li>RELAY-5: a committed row is published even if the capture leaves it out.
 * </ul>
 */
package dev.millrace.relay;
