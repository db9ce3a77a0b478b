package dev.millrace.broker.engine;

import dev.millrace.broker.core.BrokerError;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.Delivery;
import dev.millrace.broker.core.Outcome;
import dev.millrace.broker.core.TransactionLink;
import java.util.SplittableRandom;

/** Moves messages from queue to queue in transactions, as long as a life lasts. */
final class SimulatedTransfer implements TransactionLink {

    private static final int MAX_BODY = 400;

    private final SimulatedBroker broker;
    private final TransferLedger ledger;
    private final SplittableRandom random;
    private final SimulatedPublisher source;
    private final SimulatedPublisher target;
    private final SimulatedConsumer consumer;
    private long transaction;
    private String committing;

    SimulatedTransfer(SimulatedBroker broker, TransferLedger ledger, SplittableRandom random) {
        this.broker = broker;
        this.ledger = ledger;
        this.random = random;
        source = new SimulatedPublisher(broker, TransferLedger.FROM, ledger::accepted);
        target = new SimulatedPublisher(broker, TransferLedger.TO, id -> {});
        consumer = new SimulatedConsumer(broker, TransferLedger.FROM, delivery -> {}, id -> {});
    }

    void send(String id) {
        if (source.credit() > 0) {
            ledger.sent(id);
            source.publish(id, null, random.nextInt(MAX_BODY));
        }
    }

    void step() {
        consumer.flow(3);
        broker.execute(new Command.BeginTransaction(this, 0));
        broker.sync();
        if (consumer.held.isEmpty() || target.credit() < 2) {
            end(true);
            return;
        }
        Delivery delivery = consumer.held.getFirst();
        String id = delivery.message().messageId();
        for (String part : TransferLedger.partsOf(id)) {
            target.publishIn(transaction, part, random.nextInt(MAX_BODY));
        }
        consumer.settleIn(transaction, delivery, Outcome.ACCEPTED);
        switch (random.nextInt(6)) {
            case 0 -> end(true);
            case 1 -> broker.execute(new Command.DetachController(this));
            case 2 -> {
                // Left open, for the time-out or the end of this life.
            }
            default -> {
                committing = id;
                end(false);
                if (random.nextBoolean()) {
                    broker.sync();
                }
            }
        }
    }

    private void end(boolean fail) {
        broker.execute(new Command.EndTransaction(this, fail ? 1 : 2, transaction, fail));
    }

    @Override
    public void begun(long tag, long begun) {
        transaction = begun;
    }

    @Override
    public void ended(long tag) {
        if (tag == 2 && committing != null) {
            ledger.committed(committing);
        }
    }

    @Override
    public void failed(long tag, BrokerError error) {
        committing = null;
    }
}
