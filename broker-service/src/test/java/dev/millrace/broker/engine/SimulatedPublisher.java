package dev.millrace.broker.engine;

import dev.millrace.broker.core.BrokerError;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.Message;
import dev.millrace.broker.core.PublisherLink;
import dev.millrace.broker.core.Terminus;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Publishes to one address of a {@link SimulatedBroker}. */
final class SimulatedPublisher implements PublisherLink {

    private static final int PRIORITIES = 10;

    private final SimulatedBroker broker;
    private final Consumer<String> onAccepted;
    private final Map<Long, String> unanswered = new HashMap<>();
    private long nextTag;
    private int credit;

    SimulatedPublisher(SimulatedBroker broker, String address, Consumer<String> onAccepted) {
        this.broker = broker;
        this.onAccepted = onAccepted;
        broker.execute(new Command.AttachPublisher(this, new Terminus(address, Terminus.Kind.ANY)));
        broker.sync();
    }

    int credit() {
        return credit;
    }

    void publish(String id, String key, int bodyLength) {
        credit--;
        unanswered.put(nextTag, id);
        int priority = id.hashCode() % 3 == 0 ? Math.floorMod(id.hashCode(), PRIORITIES) : Message.NORMAL_PRIORITY;
        Message message = new Message(new byte[bodyLength], 0, 0, id, key, priority, true, 0, 0);
        broker.execute(new Command.Publish(this, nextTag++, null, message, false));
    }

    void detach() {
        broker.execute(new Command.DetachPublisher(this));
    }

    void publishIn(long transaction, String id, int bodyLength) {
        credit--;
        unanswered.put(nextTag, id);
        Message message = new Message(new byte[bodyLength], 0, 0, id, null, Message.NORMAL_PRIORITY, true, 0, 0);
        broker.execute(new Command.PublishInTransaction(
                new Command.Publish(this, nextTag++, null, message, false), transaction));
    }

    @Override
    public String description() {
        return "simulated publisher";
    }

    @Override
    public void attached(int granted) {
        credit = granted;
    }

    @Override
    public void refused(BrokerError error) {
        throw new AssertionError(error.description());
    }

    @Override
    public void granted(int more) {
        credit += more;
    }

    @Override
    public void accepted(long tag) {
        onAccepted.accept(unanswered.remove(tag));
    }

    @Override
    public void rejected(long tag, BrokerError error) {
        unanswered.remove(tag);
    }

    @Override
    public void closed(BrokerError error) {}
}
