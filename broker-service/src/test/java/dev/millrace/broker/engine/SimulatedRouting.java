package dev.millrace.broker.engine;

import dev.millrace.broker.core.BrokerError;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.TransactionLink;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Publishes to a topic that queues are bound to, one by one and in transactions, as long as a life lasts. */
final class SimulatedRouting implements TransactionLink {

    private static final int MAX_BODY = 400;

    private final SimulatedBroker broker;
    private final RoutingLedger ledger;
    private final SplittableRandom random;
    private final SimulatedPublisher publisher;
    /** Accepted means nothing before the commit there. */
    private final SimulatedPublisher inTransactions;

    private long transaction;
    private final List<String> committing = new ArrayList<>();

    SimulatedRouting(SimulatedBroker broker, RoutingLedger ledger, SplittableRandom random) {
        this.broker = broker;
        this.ledger = ledger;
        this.random = random;
        publisher = new SimulatedPublisher(broker, RoutingLedger.TOPIC, ledger::accepted);
        inTransactions = new SimulatedPublisher(broker, RoutingLedger.TOPIC, id -> {});
    }

    void publish(String id) {
        if (publisher.credit() > 0) {
            ledger.sent(id);
            publisher.publish(id, null, random.nextInt(MAX_BODY));
        }
    }

    void publishTogether(List<String> ids) {
        broker.execute(new Command.BeginTransaction(this, 0));
        broker.sync();
        if (inTransactions.credit() < ids.size()) {
            broker.execute(new Command.EndTransaction(this, 1, transaction, true));
            return;
        }
        for (String id : ids) {
            ledger.sent(id);
            inTransactions.publishIn(transaction, id, random.nextInt(MAX_BODY));
        }
        committing.addAll(ids);
        broker.execute(new Command.EndTransaction(this, 2, transaction, false));
    }

    @Override
    public void begun(long tag, long begun) {
        transaction = begun;
    }

    @Override
    public void ended(long tag) {
        if (tag == 2) {
            committing.forEach(ledger::accepted);
            committing.clear();
        }
    }

    @Override
    public void failed(long tag, BrokerError error) {
        committing.clear();
    }
}
