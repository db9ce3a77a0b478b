/**
 * Reliable messaging for the services: what is committed gets published, what is delivered twice takes effect once.
 *
 * <p><b>Out.</b> {@link dev.millrace.messaging.Outbox#publish} inserts a row in the caller's transaction; outbox-relay
 * reads the row from the write-ahead log and sends it. Nothing is sent by the service itself.
 *
 * <p><b>In.</b> A consumer takes an {@link dev.millrace.messaging.InboundEvent} and runs its effect inside
 * {@link dev.millrace.messaging.Inbox#once}:
 *
 * <pre>{@code
 * @Incoming("stock")
 * @RunOnVirtualThread
 * @Blocking("stock-worker") // smallrye.messaging.worker.stock-worker.max-concurrency
 * void consume(InboundEvent event) {
 *     switch (event.type()) {
 *         case "stock.reserved" -> inbox.once("stock", event, () -> confirm(event.dataAs(StockReserved.class)));
 *         default -> inbox.ignore("stock", event);
 *     }
 * }
 * }</pre>
 *
 * When the method returns the message is accepted, so after the commit; when it throws,
 * {@link dev.millrace.messaging.FailureKind} decides: a {@link dev.millrace.messaging.PermanentFailure} is
 * {@code rejected} (dead letters at once, with its error), everything else is {@code modified(delivery-failed)}
 * (retried with the broker's backoff; its error goes along too, for the dead letter that it may become). {@link dev.millrace.messaging.ChannelDecorator} wires this into every incoming
 * AMQP channel, because the connector itself (4.33) knows only one fixed outcome per channel.
 *
 * <p>Virtual threads, because Quarkus 3.34 ends every worker pool of a channel with a warning or a stack trace (on a
 * machine that is up for more than a minute it finds their time to end exceeded before it has begun). Either way messages
 * are consumed concurrently and out of order: the broker delivers those of one key one at a time.
 *
 * <p>Every incoming channel sets {@code failure-strategy=modified-failed} and {@code cloud-events=false}; the start
 * fails with a sentence if one does not.
 *
 * <p><b>Tables.</b> The migrations are in {@code db/messaging} (V1 to V99); a service sets
 * {@code quarkus.flyway.locations=db/messaging,db/migration} and numbers its own from V100. {@code millrace.source} is
 * the service's CloudEvents source, e.g. {@code /order-service}.
 */
package dev.millrace.messaging;
