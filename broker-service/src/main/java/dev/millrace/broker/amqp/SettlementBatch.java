package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.Outcome;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/** Deliveries that one consumer settled alike, one after another, gathered into one command. */
final class SettlementBatch {

    private final LongArrayList deliveryIds = new LongArrayList();
    private Outcome outcome;

    void add(ConsumerEnd consumer, long deliveryId, Outcome how, AmqpSession session) {
        if (outcome != null && !outcome.equals(how)) {
            submit(consumer, session);
        }
        outcome = how;
        deliveryIds.add(deliveryId);
    }

    void submit(ConsumerEnd consumer, AmqpSession session) {
        if (!deliveryIds.isEmpty()) {
            Command settle = new Command.Settle(consumer, deliveryIds.toLongArray(), outcome);
            deliveryIds.clear();
            outcome = null;
            session.submit(settle);
        }
    }
}
