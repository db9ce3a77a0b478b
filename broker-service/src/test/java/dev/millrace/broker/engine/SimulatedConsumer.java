package dev.millrace.broker.engine;

import dev.millrace.broker.core.BrokerError;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.ConsumerLink;
import dev.millrace.broker.core.Delivery;
import dev.millrace.broker.core.Outcome;
import dev.millrace.broker.core.Terminus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Receives from one address of a {@link SimulatedBroker}. */
final class SimulatedConsumer implements ConsumerLink {

    final String address;
    /** Deliveries that wait for a settlement. */
    final List<Delivery> held = new ArrayList<>();

    private final SimulatedBroker broker;
    private final Consumer<Delivery> onDelivery;
    private final Consumer<String> onLate;
    /** What was settled, by delivery: an expired lock may still turn out to have been before. */
    private final Map<Long, String> settled = new HashMap<>();

    private long seen;

    SimulatedConsumer(SimulatedBroker broker, String address, Consumer<Delivery> onDelivery, Consumer<String> onLate) {
        this.onLate = onLate;
        this.broker = broker;
        this.address = address;
        this.onDelivery = onDelivery;
        broker.execute(new Command.AttachConsumer(this, new Terminus(address, Terminus.Kind.ANY), false));
    }

    void flow(int credit) {
        broker.execute(new Command.Flow(this, credit, seen, Command.Flow.NO_DRAIN));
    }

    void settle(Delivery delivery, Outcome outcome) {
        held.remove(delivery);
        settled.put(delivery.id(), delivery.message().messageId());
        broker.execute(new Command.Settle(this, new long[] {delivery.id()}, outcome));
    }

    void settleIn(long transaction, Delivery delivery, Outcome outcome) {
        held.remove(delivery);
        broker.execute(new Command.SettleInTransaction(
                new Command.Settle(this, new long[] {delivery.id()}, outcome), transaction));
    }

    void detach() {
        broker.execute(new Command.DetachConsumer(this, seen));
    }

    @Override
    public String container() {
        return "simulation";
    }

    @Override
    public String name() {
        return address;
    }

    @Override
    public void attached() {}

    @Override
    public void refused(BrokerError error) {
        throw new AssertionError(error.description());
    }

    @Override
    public void deliver(Delivery delivery) {
        seen++;
        held.add(delivery);
        onDelivery.accept(delivery);
    }

    @Override
    public void drained(long drain) {}

    @Override
    public void lockExpired(long deliveryId) {
        held.removeIf(delivery -> delivery.id() == deliveryId);
        String late = settled.remove(deliveryId);
        if (late != null) {
            onLate.accept(late);
        }
    }

    @Override
    public void closed(BrokerError error) {}
}
