package dev.millrace.broker.engine;

import dev.millrace.broker.core.AdminRequest;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.DestinationView.Kind;
import dev.millrace.broker.core.StartAt;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Changes settings, stops and restarts delivery, sends subscriptions elsewhere and deletes a queue. */
final class SimulatedOperator {

    private final SimulatedBroker broker;
    private final TopicLedger topicLedger;
    private final DroppingLedger droppingLedger;
    private final SplittableRandom random;

    SimulatedOperator(
            SimulatedBroker broker, TopicLedger topicLedger, DroppingLedger droppingLedger, SplittableRandom random) {
        this.broker = broker;
        this.topicLedger = topicLedger;
        this.droppingLedger = droppingLedger;
        this.random = random;
    }

    void step() {
        String subscription = SimulatedBroker.SUBSCRIPTIONS.get(random.nextInt(SimulatedBroker.SUBSCRIPTIONS.size()));
        switch (random.nextInt(8)) {
            case 0 -> ask(new AdminRequest.SetPaused(Kind.QUEUE, SimulatedBroker.QUEUE, random.nextInt(3) == 0));
            case 1, 2 -> ask(new AdminRequest.SetPaused(Kind.SUBSCRIPTION, subscription, random.nextInt(3) == 0));
            case 3 -> {
                topicLedger.soughtEarliest(subscription);
                ask(new AdminRequest.Seek(subscription, StartAt.EARLIEST));
            }
            case 4 -> {
                if (random.nextInt(3) == 0) {
                    topicLedger.soughtLatest(subscription);
                    ask(new AdminRequest.Seek(subscription, StartAt.LATEST));
                }
            }
            case 5 -> {
                if (random.nextInt(3) == 0) {
                    droppingLedger.deleted();
                    ask(new AdminRequest.Delete(Kind.QUEUE, SimulatedBroker.RECENT));
                    ask(new AdminRequest.DeclareQueue(SimulatedBroker.RECENT, SimulatedBroker.RECENT_SETTINGS));
                }
            }
            default ->
                ask(new AdminRequest.DeclareQueue(
                        SimulatedBroker.QUEUE,
                        SimulatedBroker.SETTINGS.withDeadLetterRetention(random.nextInt(2) * Long.MAX_VALUE / 4)));
        }
    }

    /** Lets everything be delivered again. */
    void resumeAll() {
        ask(new AdminRequest.SetPaused(Kind.QUEUE, SimulatedBroker.QUEUE, false));
        for (String subscription : SimulatedBroker.SUBSCRIPTIONS) {
            ask(new AdminRequest.SetPaused(Kind.SUBSCRIPTION, subscription, false));
        }
    }

    private <T> void ask(AdminRequest<T> request) {
        broker.execute(new Command.Administer<>(request, new CompletableFuture<>()));
    }
}
