/**
 * PostgreSQL's side: reads committed outbox rows from the write-ahead log through Debezium and keeps the relay's
 * position, poison rows and lag in the source database itself.
 *
 * <p>Debezium decodes; where to go on after a restart is decided here. The stored position is always the end of a
 * transaction, which is what PostgreSQL can resume at exactly, so that Debezium never has to search for a row within
 * the log (its search has lost events: debezium pull requests 7531 and 7760). Rows of the transaction after that
 * position that were accepted already are known by their ids and not sent twice.
 */
package dev.millrace.relay.capture;
