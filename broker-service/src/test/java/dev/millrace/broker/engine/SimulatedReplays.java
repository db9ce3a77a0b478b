package dev.millrace.broker.engine;

import dev.millrace.broker.core.AdminRequest;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.DeadLetterRequest;
import dev.millrace.broker.core.Delivery;
import dev.millrace.broker.core.Outcome;
import dev.millrace.broker.core.ReplayRequest;
import dev.millrace.broker.core.ReplayView;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Publishes to a topic, lets a subscription reject most of it, and an operator send it back, as long as a life lasts. */
final class SimulatedReplays {

    private static final int MAX_BODY = 300;

    private final SimulatedBroker broker;
    private final ReplayLedger ledger;
    private final SplittableRandom random;
    private final SimulatedPublisher publisher;
    private final SimulatedConsumer consumer;
    private CompletableFuture<ReplayView> latest = new CompletableFuture<>();

    SimulatedReplays(SimulatedBroker broker, ReplayLedger ledger, SplittableRandom random) {
        this.broker = broker;
        this.ledger = ledger;
        this.random = random;
        publisher = new SimulatedPublisher(broker, ReplayLedger.TOPIC, ledger::accepted);
        consumer = new SimulatedConsumer(
                broker,
                ReplayLedger.SOURCE,
                delivery -> ledger.delivered(delivery.message().messageId(), delivery.replays()),
                ledger::late);
        SimulatedConsumer bystander = new SimulatedConsumer(
                broker,
                ReplayLedger.BYSTANDER,
                delivery -> ledger.bystanderGot(delivery.message().messageId(), delivery.replays()),
                id -> {});
        bystander.flow(random.nextInt(1_000));
    }

    void publish(int number) {
        if (publisher.credit() > 0) {
            String key = "p" + number % ReplayLedger.KEYS;
            String id = key + "-" + number;
            ledger.sent(id);
            publisher.publish(id, key, random.nextInt(MAX_BODY));
        }
    }

    void step() {
        switch (random.nextInt(8)) {
            case 0 -> replay();
            case 1 -> steer();
            case 2 -> broker.pass(random.nextInt(50));
            case 3 -> {
                broker.sync();
                ledger.synced();
            }
            default -> {
                consumer.flow(random.nextInt(1, 4));
                for (Delivery delivery : List.copyOf(consumer.held)) {
                    settle(delivery);
                }
            }
        }
    }

    private void settle(Delivery delivery) {
        switch (random.nextInt(5)) {
            case 0, 1 -> {
                ledger.settled(delivery.message().messageId());
                consumer.settle(delivery, Outcome.ACCEPTED);
            }
            case 2 -> consumer.settle(delivery, new Outcome.Modified(true, false, 0, "later"));
            default -> consumer.settle(delivery, new Outcome.Rejected("broken"));
        }
    }

    private void replay() {
        latest = new CompletableFuture<>();
        long limit = random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(1, 5);
        ReplayRequest request = new ReplayRequest(
                ReplayLedger.SOURCE,
                new ReplayRequest.Select(null, null, null, 0, Long.MAX_VALUE, limit),
                null,
                null,
                random.nextBoolean() ? 0 : 20,
                false,
                null,
                -1,
                random.nextInt(4) == 0,
                "simulation");
        ask(new DeadLetterRequest.Replay(request), latest);
    }

    private void steer() {
        if (latest.isDone() && !latest.isCompletedExceptionally()) {
            ReplayView.State[] states = {ReplayView.State.RUNNING, ReplayView.State.PAUSED, ReplayView.State.CANCELLED};
            ask(
                    new DeadLetterRequest.SteerReplay(
                            latest.join().id(), states[random.nextInt(states.length)], "simulation"),
                    new CompletableFuture<>());
        }
    }

    private <T> void ask(AdminRequest<T> request, CompletableFuture<T> answer) {
        broker.execute(new Command.Administer<>(request, answer));
    }
}
